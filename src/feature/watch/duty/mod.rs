//! 当番表: whose turn it is at the office, by the week and on single days; and where nobody is.

mod day;
mod show;
mod week;

use crate::{
    gate::actions::{EditDuty, ReadDuty},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/duty", Door::asks::<ReadDuty>(), show::show)
        .post("/duty", Door::asks::<EditDuty>(), week::update)
        .post("/duty/days", Door::asks::<EditDuty>(), day::create)
        .post("/duty/days/{day}/removal", Door::asks::<EditDuty>(), day::destroy)
}
