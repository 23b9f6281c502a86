//! The first page of each role.

use axum::{extract::State, http::HeaderMap};

use crate::{
    domain::ids::{Id, Membership, Person},
    gate::{Duty, Role, Side},
    store::{Tx, kept_forms, recoveries},
    web::{App, Result, here, see_other, verify},
};

pub(super) async fn show(State(app): State<App>, headers: HeaderMap) -> Result {
    let Some(arrived) = here::arrived(&app, &headers, true).await? else { return Ok(see_other("/sign-in")) };
    if arrived.locked {
        return Ok(see_other("/locked"));
    }
    let Some(acting) = &arrived.found.acting else { return Ok(see_other("/organization")) };
    let (ward, person) = (arrived.found.ward, arrived.found.person);
    let mut tx = app.tx(&Duty::entry(ward, person).into()).await?;
    Ok(see_other(&first_step(&mut tx, Some(person), (acting.role, acting.membership), "").await?))
}

/// Where the day begins; first of all, whoever's account somebody wants to recover hears of it, and can stop it. Then comes what was
/// sent to a session that was over, then the page that was `wanted`, if it is one.
pub(super) async fn first_step(
    tx: &mut Tx,
    person: Option<Id<Person>>,
    (role, membership): (Role, Id<Membership>),
    wanted: &str,
) -> Result<String> {
    Ok(match person {
        Some(person) if recoveries::is_mine_open(tx).await? => format!("/people/{person}/recovery/cancelling"),
        Some(_) if kept_forms::is_waiting(tx, membership).await? => KEPT.to_owned(),
        _ => match verify::own_path(wanted) {
            "/" => first_page(role).to_owned(),
            wanted => wanted.to_owned(),
        },
    })
}

/// Where one's own form waits to be sent on.
const KEPT: &str = "/me/kept";

/// Where a day begins.
pub(super) const fn first_page(role: Role) -> &'static str {
    match (role.side(), role) {
        (Side::Facility, _) => "/sheet",
        (Side::Office, _) => "/alerts",
        (Side::Administration, Role::Auditor) => "/trail",
        // On to the tree of organizations once the ward is set up.
        (Side::Administration, Role::WardAdmin) => "/set-up?first=1",
        // No page of the hub is theirs; what they are told of is said with the account.
        (Side::Administration, _) => "/me",
    }
}
