//! アラートの条件: the rules in force, to be read.

mod index;

use crate::{
    gate::actions::ListRules,
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/rules", Door::asks::<ListRules>(), index::index)
}
