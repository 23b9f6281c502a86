//! 学校のシステムのトークン: given out by the desk for one facility, shown once, stopped at any time; and what a token opens.

mod facility;
mod list;
mod new;
mod revocation;

use utoipa::OpenApi;

use crate::{
    gate::actions::{CreateToken, ListTokens, ReadOwnFacility, RevokeToken},
    web::{App, Door, Routes},
};

/// This room's part of the description of the API.
#[derive(Debug, OpenApi)]
#[openapi(paths(facility::show), components(schemas(facility::Facility, facility::Token, crate::web::Problem)))]
pub struct Described;

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/organizations/{organization}/tokens", Door::asks::<ListTokens>(), list::index)
        .post("/organizations/{organization}/tokens", Door::asks::<CreateToken>(), new::create)
        .post("/organizations/{organization}/tokens/{token}/revocation", Door::asks::<RevokeToken>(), revocation::create)
        .get("/api/v1/facility", Door::client::<ReadOwnFacility>(), facility::show)
}
