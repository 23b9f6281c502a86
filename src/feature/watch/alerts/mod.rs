//! The office's inbox: what fired, why, who has it, what was done; and the news of it in open pages.

mod action;
mod around;
mod attempt;
mod closing;
mod conflict;
mod count;
mod events;
mod fields;
mod forms;
mod handover;
mod history;
mod hops;
mod index;
mod inquiry;
mod months;
mod notice;
mod reply;
mod row;
mod show;
mod sighting;
mod snooze;
mod taking;
mod visit;
mod why;

use crate::{
    gate::actions::{ActOnAlert, CloseAlert, HandOnAlert, ListAlerts, ReadAlert, ReceiveAlerts, TakeAlert},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/alerts", Door::asks::<ListAlerts>(), index::index)
        .get("/alerts/events", Door::asks::<ReceiveAlerts>(), events::index)
        .get("/alerts/count", Door::asks::<ReceiveAlerts>(), count::show)
        .get("/alerts/{alert}", Door::asks::<ReadAlert>(), show::show)
        .post("/alerts/{alert}/taking", Door::asks::<TakeAlert>(), taking::create)
        .post("/alerts/{alert}/actions", Door::asks::<ActOnAlert>(), action::create)
        .post("/alerts/{alert}/visits", Door::asks::<ActOnAlert>(), visit::create)
        .post("/alerts/{alert}/sightings", Door::asks::<ActOnAlert>(), sighting::create)
        .post("/alerts/{alert}/snooze", Door::asks::<ActOnAlert>(), snooze::create)
        .post("/alerts/{alert}/notice", Door::asks::<ActOnAlert>(), notice::create)
        .post("/alerts/{alert}/reply", Door::asks::<ActOnAlert>(), reply::create)
        .post("/alerts/{alert}/inquiries", Door::asks::<ActOnAlert>(), inquiry::create)
        .post("/alerts/{alert}/handover", Door::asks::<HandOnAlert>(), handover::create)
        .post("/alerts/{alert}/closing", Door::asks::<CloseAlert>(), closing::create)
}
