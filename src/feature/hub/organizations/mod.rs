//! 施設・組織: the ward's tree of offices and facilities, and who has come in yet.

mod list;

use crate::{
    gate::actions::ListOrganizations,
    web::{App, Door, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/organizations", Door::asks::<ListOrganizations>(), list::index)
}
