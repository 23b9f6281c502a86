//! アラートの条件: the rules in force, each with its sentence, its source and its versions; trying a change over the past, and making it.

mod back_tests;
mod draft;
mod edit;
mod index;
mod show;

use crate::{
    gate::{
        Denied,
        actions::{EditRules, ListRules},
    },
    web::{App, Door, Here, Routes},
};

pub fn routes(app: &App) -> Routes {
    let edits = Door::asks::<EditRules>();
    Routes::new(app)
        .get("/rules", Door::asks::<ListRules>(), index::index)
        .get("/rules/{rule}", Door::asks::<ListRules>(), show::show)
        .get("/rules/{rule}/edit", edits, edit::edit)
        .post("/rules/{rule}/edit", edits, edit::update)
        .post("/rules/{rule}/back-tests", edits, back_tests::create)
        .get("/rules/{rule}/back-tests/{back_test}", edits, back_tests::show)
        .post("/rules/{rule}/back-tests/{back_test}/cancellation", edits, back_tests::destroy)
}

/// Whether somebody may change rules once they were verified for it.
fn may_edit(app: &App, here: &Here) -> bool {
    matches!(app.gate.permit::<EditRules>(&here.actor, &here.place()), Ok(_) | Err(Denied::Unverified(_)))
}
