//! 施設・組織: the ward's desk for its tree of offices and facilities, from the day they open to the day they close.

mod closing;
mod conflict;
mod council;
mod draft;
mod edit;
mod limits;
mod list;
mod lockout;
mod merging;
mod new;
mod reopening;
mod reporting;
mod security;
mod show;
mod times;
mod views;

use crate::{
    gate::actions::{
        CloseOrganization, CreateOrganization, EditOrganization, EditSecurity, ListOrganizations, MergeOrganization,
        ReadOrganization,
    },
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    let (edits, secures) = (Door::asks::<EditOrganization>(), Door::asks::<EditSecurity>());
    let (closes, merges) = (Door::asks::<CloseOrganization>(), Door::asks::<MergeOrganization>());
    Routes::new(app)
        .get("/organizations", Door::asks::<ListOrganizations>(), list::index)
        .get("/organizations/new", Door::asks::<CreateOrganization>(), new::new)
        .post("/organizations", Door::asks::<CreateOrganization>(), new::create)
        .get("/organizations/{organization}", Door::asks::<ReadOrganization>(), show::show)
        .get("/organizations/{organization}/edit", edits, edit::edit)
        .post("/organizations/{organization}/edit", edits, edit::update)
        .get("/organizations/{organization}/times", edits, times::edit)
        .post("/organizations/{organization}/times", edits, times::update)
        .get("/organizations/{organization}/reporting", edits, reporting::edit)
        .post("/organizations/{organization}/reporting", edits, reporting::update)
        .get("/organizations/{organization}/security", secures, security::edit)
        .post("/organizations/{organization}/security", secures, security::update)
        .get("/organizations/{organization}/closing", closes, closing::new)
        .post("/organizations/{organization}/closing", closes, closing::create)
        .get("/organizations/{organization}/reopening", closes, reopening::new)
        .post("/organizations/{organization}/reopening", closes, reopening::create)
        .get("/organizations/{organization}/merging", merges, merging::new)
        .post("/organizations/{organization}/merging", merges, merging::create)
        .get("/session-limits", secures, limits::edit)
        .post("/session-limits", secures, limits::update)
}
