//! A deed made outside the gate.

use crate::gate::{Deed, Permit, actions::SubmitSheet};

pub fn say(permit: &Permit<SubmitSheet>) -> Deed<SubmitSheet> {
    #[cfg(border = "forged_deed")]
    return Deed::of(permit); // must not compile: E0624
    #[cfg(border = "forged_deed-ok")]
    return permit.deed();
}
