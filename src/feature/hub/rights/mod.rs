//! 権限と利用状況: who may do what, whose account needs a hand, and the lists of a month for the files.

mod export;
mod list;

use crate::{
    gate::actions::{ExportRights, ListPeople},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/rights", Door::asks::<ListPeople>(), list::index).post(
        "/rights/export",
        Door::asks::<ExportRights>(),
        export::create,
    )
}
