//! 出席簿: a month taken away by a facility or by the office that asks, and a facility's own register brought in.

mod export;
mod imports;
mod index;

use axum::handler::Handler;

use crate::{
    gate::actions,
    web::{App, Door, Routes, upload::body_limit},
};

pub fn routes(app: &App) -> Routes {
    let door = Door::asks::<actions::ImportAttendance>();
    Routes::new(app)
        .get("/register", Door::asks::<actions::ReadRegister>(), index::index)
        .get("/register/export", Door::asks::<actions::ExportRegister>(), export::show)
        .get("/register/imports/new", door, imports::upload::new)
        .post("/register/imports", door, imports::upload::create.layer(body_limit()))
        .get("/register/imports/{import}", door, imports::marks::show)
        .post("/register/imports/{import}", door, imports::marks::update)
        .get("/register/imports/{import}/check", door, imports::check::show)
        .post("/register/imports/{import}/acceptance", door, imports::acceptance::create)
        .get("/register/imports/{import}/result", door, imports::result::show)
        .get("/register/imports/{import}/result.csv", door, imports::result::download)
        .post("/register/imports/{import}/discard", door, imports::discard::create)
}
