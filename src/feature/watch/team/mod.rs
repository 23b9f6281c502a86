//! 係の状況: how much lies with whom, and of what use the rules are; for supervisors, numbers without children.

mod quality;
mod show;

use crate::{
    gate::actions::ReadTeam,
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/team", Door::asks::<ReadTeam>(), show::show).get(
        "/team/quality",
        Door::asks::<ReadTeam>(),
        quality::show,
    )
}
