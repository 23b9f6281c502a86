//! A store function called with the permit of another action.

use crate::{
    domain::ids::{Id, Session},
    gate::{
        Permit,
        actions::{EndSession, OpenSession},
    },
    store::{Result, Tx, sessions},
};

pub async fn end(tx: &mut Tx, open: &Permit<OpenSession>, end: &Permit<EndSession>, session: Id<Session>) -> Result<()> {
    let _ = (open, end);
    #[cfg(border = "other_permit")]
    return sessions::end(tx, open, session).await; // must not compile: E0308
    #[cfg(border = "other_permit-ok")]
    return sessions::end(tx, end, session).await;
}
