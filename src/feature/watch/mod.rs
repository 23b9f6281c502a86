//! The watch zone: what facilities report, what offices are told.

pub mod requests;
pub mod sheet;

use crate::web::{App, Routes};

/// All rooms of the zone.
pub fn routes(app: &App) -> Routes {
    Routes::new(app).merge(requests::routes(app)).merge(sheet::routes(app))
}
