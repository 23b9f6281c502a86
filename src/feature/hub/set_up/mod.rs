//! 準備: what is left to do until a ward can work, and the words at the foot of its pages.

mod show;
mod ward;

use crate::{
    gate::actions::{EditOrganization, ReadSetUp},
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/set-up", Door::asks::<ReadSetUp>(), show::show)
        .get("/set-up/ward", Door::asks::<EditOrganization>(), ward::edit)
        .post("/set-up/ward", Door::asks::<EditOrganization>(), ward::update)
}
