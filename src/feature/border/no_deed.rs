//! A transaction committed without a deed.

use crate::{
    gate::{Permit, actions::SubmitSheet},
    store::{Result, Tx},
};

pub async fn keep(tx: Tx, permit: &Permit<SubmitSheet>) -> Result<()> {
    let _ = permit;
    #[cfg(border = "no_deed")]
    return tx.commit().await; // must not compile: E0061
    #[cfg(border = "no_deed-ok")]
    return tx.commit(permit.deed()).await;
}
