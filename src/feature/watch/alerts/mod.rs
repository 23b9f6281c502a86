//! The office's inbox: what fired, why, who has it, what was done; and the news of it in open pages.

mod action;
mod attempt;
mod closing;
mod conflict;
mod count;
mod events;
mod forms;
mod handover;
mod history;
mod hops;
mod index;
mod row;
mod show;
mod taking;
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
        .post("/alerts/{alert}/handover", Door::asks::<HandOnAlert>(), handover::create)
        .post("/alerts/{alert}/closing", Door::asks::<CloseAlert>(), closing::create)
}
