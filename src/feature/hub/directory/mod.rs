//! 組織・職員の取り込み: a file of organizations or people; say what the columns mean, check, accept. Nothing is saved before the
//! last step, and roles that govern wait for a second admin.

mod acceptance;
mod apply;
mod check;
mod discard;
mod mapping;
mod report;
mod result;
mod sample;
mod tables;
mod upload;
mod weigh;

use axum::handler::Handler;

use crate::{
    gate::actions,
    web::{App, Door, Routes, upload::body_limit},
};

pub fn routes(app: &App) -> Routes {
    let door = Door::asks::<actions::ImportDirectory>();
    Routes::new(app)
        .get("/directory/imports/new", door, upload::new)
        .get("/directory/imports/sample", door, sample::show)
        .post("/directory/imports", door, upload::create.layer(body_limit()))
        .get("/directory/imports/{import}/mapping", door, mapping::show)
        .post("/directory/imports/{import}/mapping", door, mapping::update)
        .get("/directory/imports/{import}/check", door, check::show)
        .get("/directory/imports/{import}/refused", door, tables::refused)
        .post("/directory/imports/{import}/acceptance", Door::asks::<actions::AcceptDirectory>(), acceptance::create)
        .get("/directory/imports/{import}/result", door, result::show)
        .get("/directory/imports/{import}/table", door, tables::result)
        .post("/directory/imports/{import}/discard", door, discard::create)
}
