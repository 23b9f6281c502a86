//! The commit without a deed, which is the store's own.

use crate::{
    gate::{Permit, actions::SubmitSheet},
    store::{Result, Tx},
};

pub async fn keep(tx: Tx, permit: &Permit<SubmitSheet>) -> Result<()> {
    let _ = permit;
    #[cfg(border = "unsaid")]
    return tx.commit_unsaid().await; // must not compile: E0624
    #[cfg(border = "unsaid-ok")]
    return tx.commit(permit.deed()).await;
}
