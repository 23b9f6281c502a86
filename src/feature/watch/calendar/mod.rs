//! 休業日: a facility's month and its own closed days, and the ward's national holidays.

mod days;
mod holidays;
mod month;
mod show;

use crate::{
    gate::actions::{EditCalendar, EditHolidays, ReadCalendar},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/calendar", Door::asks::<ReadCalendar>(), show::show)
        .post("/calendar/days", Door::asks::<EditCalendar>(), days::create)
        .post("/calendar/days/{closed}/removal", Door::asks::<EditCalendar>(), days::destroy)
        .get("/holidays", Door::asks::<EditHolidays>(), holidays::index)
        .post("/holidays", Door::asks::<EditHolidays>(), holidays::create)
        .post("/holidays/{holiday}/removal", Door::asks::<EditHolidays>(), holidays::destroy)
}
