//! The facility's side: the sheet of a day, its receipt, corrections, and what was reported before.

mod correction;
mod day;
mod history;
mod reading;
mod receipt;
mod row;
mod submission;

use crate::{
    gate::actions::{CorrectReport, ReadReports, ReadSheet, SubmitSheet},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/sheet", Door::asks::<ReadSheet>(), day::index)
        .get("/sheet/{day}", Door::asks::<ReadSheet>(), day::show)
        .post("/sheet/{day}", Door::asks::<SubmitSheet>(), submission::create)
        .get("/sheet/{day}/receipts/{submission}", Door::asks::<ReadSheet>(), receipt::show)
        .get("/sheet/{day}/reports/{watch}/correction", Door::asks::<CorrectReport>(), correction::new)
        .post("/sheet/{day}/reports/{watch}/correction", Door::asks::<CorrectReport>(), correction::create)
        .get("/sheet/reports/{watch}", Door::asks::<ReadReports>(), history::show)
}
