//! 緊急閲覧: at night somebody must know of a child of another office. Asked with a reason and the passkey, seen for an hour, told to the
//! office whose child it is, and confirmed or judged by another person.

mod ask;
mod confirmation;
mod draft;
mod ending;
mod judgement;
mod opening_words;
mod show;

use crate::{
    gate::actions::{ConfirmOpening, EndOpening, JudgeOpening, ListOpenings, OpenEmergency, ReadOpening},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/emergency", Door::asks::<ListOpenings>(), ask::index)
        .post("/emergency", Door::asks::<OpenEmergency>(), ask::create)
        .get("/emergency/{opening}", Door::asks::<ReadOpening>(), show::show)
        .post("/emergency/{opening}/confirmation", Door::asks::<ConfirmOpening>(), confirmation::create)
        .post("/emergency/{opening}/ending", Door::asks::<EndOpening>(), ending::create)
        .post("/emergency/{opening}/judgement", Door::asks::<JudgeOpening>(), judgement::create)
}
