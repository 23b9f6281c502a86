//! Requests to watch (見守り依頼): made by hand or from a roster, given to a caseworker, carried on elsewhere, ended.

mod assignment;
mod conflict;
mod draft;
mod ending;
mod export;
mod holds;
mod imports;
mod list;
mod move_draft;
mod new;
mod promotion;
mod promotion_draft;
mod promotion_overview;
mod promotion_page;
mod protection;
mod show;
mod transfer;
mod views;

use axum::handler::Handler;

use crate::{
    gate::actions,
    web::{App, Door, Routes, upload::body_limit},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/requests", Door::asks::<actions::ListRequests>(), list::index)
        .post("/requests/search", Door::asks::<actions::ListRequests>(), list::search)
        .get("/requests/new", Door::asks::<actions::CreateRequest>(), new::new)
        .post("/requests", Door::asks::<actions::CreateRequest>(), new::create)
        .get("/requests/export", Door::asks::<actions::ExportRequests>(), export::show)
        .get("/requests/{watch}", Door::asks::<actions::ReadRequest>(), show::show)
        .get("/requests/{watch}/ending", Door::asks::<actions::EndRequest>(), ending::new)
        .post("/requests/{watch}/ending", Door::asks::<actions::EndRequest>(), ending::create)
        .get("/requests/holds", Door::asks::<actions::ListRequests>(), holds::index)
        .get("/requests/{watch}/transfer", Door::asks::<actions::TransferRequest>(), transfer::edit)
        .post("/requests/{watch}/transfer", Door::asks::<actions::TransferRequest>(), transfer::update)
        .post("/requests/{watch}/transfer/cancellation", Door::asks::<actions::TransferRequest>(), transfer::undo)
        .get("/requests/{watch}/assignment", Door::asks::<actions::AssignRequest>(), assignment::edit)
        .post("/requests/{watch}/assignment", Door::asks::<actions::AssignRequest>(), assignment::update)
        .get("/requests/{watch}/protection", Door::asks::<actions::ProtectRequest>(), protection::edit)
        .post("/requests/{watch}/protection", Door::asks::<actions::ProtectRequest>(), protection::update)
        .merge(promotion_routes(app))
        .merge(import_routes(app))
}

fn promotion_routes(app: &App) -> Routes {
    let door = Door::asks::<actions::PromoteRequests>();
    Routes::new(app)
        .get("/requests/promotion", door, promotion_overview::index)
        .post("/requests/promotion", door, promotion_overview::create)
        .get("/requests/promotion/{facility}", door, promotion::show)
        .post("/requests/promotion/{facility}", door, promotion::create)
        .post("/requests/promotion/{facility}/cancellation", door, promotion::destroy)
}

fn import_routes(app: &App) -> Routes {
    let door = Door::asks::<actions::ImportRequests>();
    Routes::new(app)
        .get("/requests/imports/new", door, imports::upload::new)
        .post("/requests/imports", door, imports::upload::create.layer(body_limit()))
        .get("/requests/imports/{import}", door, imports::mapping::show)
        .post("/requests/imports/{import}", door, imports::mapping::update)
        .get("/requests/imports/{import}/check", door, imports::check::show)
        .post("/requests/imports/{import}/acceptance", door, imports::acceptance::create)
        .get("/requests/imports/{import}/result", door, imports::result::show)
        .get("/requests/imports/{import}/refused.csv", door, imports::refused::show)
        .post("/requests/imports/{import}/discard", door, imports::discard::create)
}
