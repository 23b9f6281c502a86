//! The facility's side: the sheet of a day, its receipt, corrections, and what was reported before.

mod back;
mod catch_up;
mod closing;
mod correction;
mod day;
mod history;
mod reading;
mod receipt;
mod row;
mod submission;

use crate::{
    gate::actions::{CloseDay, CorrectReport, ReadReports, ReadSheet, SubmitSheet},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/sheet", Door::asks::<ReadSheet>(), day::index)
        .get("/sheet/catch-up", Door::asks::<ReadSheet>(), catch_up::show)
        .post("/sheet/catch-up", Door::asks::<SubmitSheet>(), catch_up::create)
        .get("/sheet/{day}", Door::asks::<ReadSheet>(), day::show)
        .post("/sheet/{day}", Door::asks::<SubmitSheet>(), submission::create)
        .get("/sheet/{day}/receipts/{submission}", Door::asks::<ReadSheet>(), receipt::show)
        .get("/sheet/{day}/receipts/{submission}/note", Door::asks::<ReadSheet>(), receipt::note)
        .get("/sheet/{day}/closing", Door::asks::<CloseDay>(), closing::new)
        .post("/sheet/{day}/closing", Door::asks::<CloseDay>(), closing::create)
        .post("/sheet/{day}/closing/removal", Door::asks::<CloseDay>(), closing::destroy)
        .get("/sheet/{day}/reports/{watch}/correction", Door::asks::<CorrectReport>(), correction::new)
        .post("/sheet/{day}/reports/{watch}/correction", Door::asks::<CorrectReport>(), correction::create)
        .get("/sheet/reports/{watch}", Door::asks::<ReadReports>(), history::show)
}
