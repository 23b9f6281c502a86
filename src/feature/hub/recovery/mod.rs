//! An account given back to its owner: asked by one, approved by another in front of the person, announced, and stopped by anybody
//! it concerns. The person types the code at the door of sign-in.

mod approval;
mod asking;
mod cancelling;
mod candidates;
mod index;
mod views;

use crate::{
    gate::actions::{ApproveRecovery, AskRecovery, CancelRecovery, ListRecoveries},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/recoveries", Door::asks::<ListRecoveries>(), index::index)
        .get("/recoveries/new", Door::asks::<ListRecoveries>(), candidates::index)
        .get("/people/{person}/recovery", Door::asks::<AskRecovery>(), asking::new)
        .post("/people/{person}/recovery", Door::asks::<AskRecovery>(), asking::create)
        .get("/people/{person}/recovery/approval", Door::asks::<ApproveRecovery>(), approval::new)
        .post("/people/{person}/recovery/approval", Door::asks::<ApproveRecovery>(), approval::create)
        .get("/people/{person}/recovery/cancelling", Door::asks::<CancelRecovery>(), cancelling::new)
        .post("/people/{person}/recovery/cancelling", Door::asks::<CancelRecovery>(), cancelling::create)
}
