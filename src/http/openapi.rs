//! The description of the API (`OpenAPI` 3.1), made from the types that the API reads and writes.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::{
    feature::{hub, watch},
    web::{App, Door, Routes},
};

/// What the parts of all rooms have in common.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "つなぎ API",
        version = "1",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        description = "For the systems of schools and nurseries: a token belongs to one facility and opens nothing else. \
                       Refusals are application/problem+json (RFC 9457), in Japanese or, by Accept-Language, in English."
    ),
    servers((url = "/")),
    modifiers(&Token)
)]
struct Common;

/// `Authorization: Bearer tsunagi_…`
struct Token;

impl Modify for Token {
    fn modify(&self, described: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("tsunagi_…"));
        described.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    }
}

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut described = Common::openapi();
    described.merge(hub::tokens::Described::openapi());
    described.merge(watch::intake::Described::openapi());
    described.to_json().unwrap_or_default()
});

pub(super) fn routes(app: &App) -> Routes {
    Routes::new(app).get("/api/v1/openapi.json", Door::Open("the description of the API, for makers of systems"), show)
}

async fn show() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}
