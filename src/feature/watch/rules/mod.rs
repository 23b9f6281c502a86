//! アラートの条件: the rules in force, each with its sentence, its source and its versions; changing one.

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
}

/// Whether somebody may change rules once they were verified for it.
fn may_edit(app: &App, here: &Here) -> bool {
    matches!(app.gate.permit::<EditRules>(&here.actor, &here.place()), Ok(_) | Err(Denied::Unverified(_)))
}
