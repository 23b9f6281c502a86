//! 入力の当番: whom the hub calls when a facility's sheet was not sent.

mod edit;

use crate::{
    gate::actions::EditTurns,
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/turns", Door::asks::<EditTurns>(), edit::edit).post("/turns", Door::asks::<EditTurns>(), edit::update)
}
