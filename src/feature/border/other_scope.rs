//! A list asked for with the scope of another action.

use crate::{
    gate::{
        Scope,
        actions::{ListAlerts, ListRequests},
    },
    store::{Result, Tx, alerts},
};

pub async fn count(tx: &mut Tx, requests: &Scope<ListRequests>, alerts: &Scope<ListAlerts>) -> Result<i64> {
    let _ = (requests, alerts);
    #[cfg(border = "other_scope")]
    return alerts::open_count(tx, requests).await; // must not compile: E0308
    #[cfg(border = "other_scope-ok")]
    return alerts::open_count(tx, alerts).await;
}
