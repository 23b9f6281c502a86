//! 月ごとの連絡票: prepared and approved at the facility, read by the offices that asked.

mod approval;
mod entry;
mod hand;
mod list;
mod paper;
mod show;
mod submitted;
mod views;

use crate::{
    gate::actions::{ApproveSlip, ListSlips, PrepareSlip, ReadSlips},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    let (prepares, approves) = (Door::asks::<PrepareSlip>(), Door::asks::<ApproveSlip>());
    Routes::new(app)
        .get("/slips", Door::asks::<ReadSlips>(), list::index)
        .get("/slips/{month}", Door::asks::<ReadSlips>(), show::show)
        .post("/slips/{month}", prepares, show::create)
        .get("/slips/{month}/paper", Door::asks::<ReadSlips>(), paper::own)
        .get("/slips/{month}/entries/{watch}", prepares, entry::edit)
        .post("/slips/{month}/entries/{watch}", prepares, entry::update)
        .get("/slips/{month}/approval", approves, approval::new)
        .post("/slips/{month}/approval", approves, approval::create)
        .get("/submitted-slips", Door::asks::<ListSlips>(), submitted::index)
        .get("/submitted-slips/{month}/{facility}", Door::asks::<ListSlips>(), submitted::show)
        .get("/submitted-slips/{month}/{facility}/paper", Door::asks::<ListSlips>(), paper::submitted)
}
