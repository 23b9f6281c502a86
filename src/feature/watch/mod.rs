//! The watch zone: what facilities report, what offices are told.

pub mod absences;
pub mod alerts;
pub mod board;
pub mod calendar;
pub mod duty;
pub mod emergency;
pub mod inquiries;
pub mod intake;
pub mod receipts;
pub mod register;
pub mod requests;
pub mod rules;
pub mod sheet;
pub mod slips;
pub mod team;
pub mod turns;
pub mod unreported;
pub mod urgent;

use crate::web::{App, Routes};

/// All rooms of the zone.
pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .merge(absences::routes(app))
        .merge(alerts::routes(app))
        .merge(board::routes(app))
        .merge(calendar::routes(app))
        .merge(duty::routes(app))
        .merge(emergency::routes(app))
        .merge(inquiries::routes(app))
        .merge(intake::routes(app))
        .merge(register::routes(app))
        .merge(receipts::routes(app))
        .merge(requests::routes(app))
        .merge(rules::routes(app))
        .merge(sheet::routes(app))
        .merge(slips::routes(app))
        .merge(team::routes(app))
        .merge(turns::routes(app))
        .merge(unreported::routes(app))
        .merge(urgent::routes(app))
}
