//! 本日未確認: the children nobody saw today.

mod group;
mod today;

use crate::{
    gate::actions::ReadBoard,
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/board", Door::asks::<ReadBoard>(), today::show)
}
