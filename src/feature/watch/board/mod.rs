//! 本日未確認: the children nobody saw today; and which facilities' sheets arrived.

mod facilities;
mod group;
mod today;

use crate::{
    gate::actions::ReadBoard,
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/board", Door::asks::<ReadBoard>(), today::show).get(
        "/board/facilities",
        Door::asks::<ReadBoard>(),
        facilities::show,
    )
}
