//! 休暇: who of the office is not there, and who stands in; entered by themselves or by a supervisor.

mod ending;
mod show;

use crate::{
    gate::actions::{EnterAbsence, ListAbsences},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/absences", Door::asks::<ListAbsences>(), show::index)
        .post("/absences", Door::asks::<EnterAbsence>(), show::create)
        .post("/absences/{absence}/ending", Door::asks::<EnterAbsence>(), ending::create)
}
