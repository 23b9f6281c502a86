//! A store function called without its permit.

use crate::{
    domain::ids::{Id, Session},
    gate::{Permit, actions::EndSession},
    store::{Result, Tx, sessions},
};

pub async fn end(tx: &mut Tx, permit: &Permit<EndSession>, session: Id<Session>) -> Result<()> {
    let _ = permit;
    #[cfg(border = "no_permit")]
    return sessions::end(tx, session).await; // must not compile: E0061
    #[cfg(border = "no_permit-ok")]
    return sessions::end(tx, permit, session).await;
}
