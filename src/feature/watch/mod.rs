//! The watch zone: what facilities report, what offices are told.

pub mod alerts;
pub mod board;
pub mod calendar;
pub mod intake;
pub mod register;
pub mod requests;
pub mod rules;
pub mod sheet;

use crate::web::{App, Routes};

/// All rooms of the zone.
pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .merge(alerts::routes(app))
        .merge(board::routes(app))
        .merge(calendar::routes(app))
        .merge(intake::routes(app))
        .merge(register::routes(app))
        .merge(requests::routes(app))
        .merge(rules::routes(app))
        .merge(sheet::routes(app))
}
