//! The first page of each role.

use axum::{extract::State, http::HeaderMap};

use crate::{
    gate::{Role, Side},
    web::{App, Result, here, see_other},
};

pub(super) async fn show(State(app): State<App>, headers: HeaderMap) -> Result {
    let Some(arrived) = here::arrived(&app, &headers, true).await? else { return Ok(see_other("/sign-in")) };
    if arrived.locked {
        return Ok(see_other("/locked"));
    }
    Ok(see_other(arrived.found.acting.map_or("/organization", |acting| first_page(acting.role))))
}

/// Where a day begins.
pub(super) const fn first_page(role: Role) -> &'static str {
    match (role.side(), role) {
        (Side::Facility, _) => "/sheet",
        (Side::Office, _) => "/alerts",
        (Side::Administration, Role::Auditor) => "/trail",
        // On to the tree of organizations once the ward is set up.
        (Side::Administration, Role::WardAdmin) => "/set-up?first=1",
        (Side::Administration, _) => "/organizations",
    }
}
