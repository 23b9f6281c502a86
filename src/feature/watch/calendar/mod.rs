//! 休業日: a facility's month and its own closed days, the ward's templates of them, and the national holidays.

mod days;
mod holidays;
mod show;
mod template;
mod templates;
mod weekdays;

use crate::{
    gate::actions::{EditCalendar, EditHolidays, EditTemplates, ReadCalendar},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/calendar", Door::asks::<ReadCalendar>(), show::show)
        .post("/calendar/days", Door::asks::<EditCalendar>(), days::create)
        .post("/calendar/days/{closed}/removal", Door::asks::<EditCalendar>(), days::destroy)
        .get("/calendar/weekdays", Door::asks::<EditCalendar>(), weekdays::index)
        .post("/calendar/weekdays/{watch}", Door::asks::<EditCalendar>(), weekdays::update)
        .get("/organizations/{organization}/calendar", Door::asks::<ReadCalendar>(), show::show_at)
        .post("/organizations/{organization}/calendar/days", Door::asks::<EditCalendar>(), days::create_at)
        .post("/organizations/{organization}/calendar/days/{closed}/removal", Door::asks::<EditCalendar>(), days::destroy_at)
        .get("/templates", Door::asks::<EditTemplates>(), templates::index)
        .get("/templates/new", Door::asks::<EditTemplates>(), templates::new)
        .post("/templates", Door::asks::<EditTemplates>(), templates::create)
        .get("/templates/{template}", Door::asks::<EditTemplates>(), template::show)
        .post("/templates/{template}", Door::asks::<EditTemplates>(), template::update)
        .post("/templates/{template}/periods", Door::asks::<EditTemplates>(), template::add)
        .post("/templates/{template}/periods/removal", Door::asks::<EditTemplates>(), template::remove)
        .get("/holidays", Door::asks::<EditHolidays>(), holidays::index)
        .post("/holidays", Door::asks::<EditHolidays>(), holidays::create)
        .post("/holidays/{holiday}/removal", Door::asks::<EditHolidays>(), holidays::destroy)
}
