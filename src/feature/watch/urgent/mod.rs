//! 至急連絡: two taps from every page of a facility, confirmed before it goes, at once with the office, and receipted.

mod form;
mod receipt;
mod report;

use crate::{
    gate::actions::ReportUrgent,
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/urgent", Door::asks::<ReportUrgent>(), report::new)
        .post("/urgent", Door::asks::<ReportUrgent>(), report::create)
        .get("/urgent/{urgent}", Door::asks::<ReportUrgent>(), receipt::show)
        .get("/urgent/{urgent}/note", Door::asks::<ReportUrgent>(), receipt::note)
}
