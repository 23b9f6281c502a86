//! A permit made outside the gate.

use crate::gate::{Actor, Denied, Gate, OrganizationFacts, Permit, actions::SubmitSheet};

pub fn grant(gate: &Gate, actor: &Actor, facts: &OrganizationFacts) -> Result<Permit<SubmitSheet>, Denied> {
    let _ = gate;
    #[cfg(border = "forged_permit")]
    return Ok(Permit::grant(actor, facts)); // must not compile: E0624
    #[cfg(border = "forged_permit-ok")]
    return gate.permit(actor, facts);
}
