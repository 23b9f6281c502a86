//! The watch zone: what facilities report, what offices are told.

pub mod sheet;

use crate::web::{App, Routes};

/// All rooms of the zone.
pub fn routes(app: &App) -> Routes {
    Routes::new(app).merge(sheet::routes(app))
}
