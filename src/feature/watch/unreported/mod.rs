//! 未報告施設: whom to call, because a sheet is missing and its time has passed.

mod list;

use crate::{
    gate::actions::ListUnreported,
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/unreported", Door::asks::<ListUnreported>(), list::index)
}
