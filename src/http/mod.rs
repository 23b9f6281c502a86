//! Assembly: rooms become one router, layers are stacked, connections served until told to stop.

mod openapi;
mod panics;
mod serve;

use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer};

pub use self::serve::{Running, serve};
use crate::{
    feature::{hub, watch},
    web::{
        App, Route, Routes, client,
        error::{RefusalKind, refused},
        headers, here, peer, retry,
    },
};

/// The most a request may hold unless its route says otherwise.
const BODY_LIMIT: usize = 1024 * 1024;

/// Every room's routes.
pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .merge(hub::directory::routes(app))
        .merge(hub::me::routes(app))
        .merge(hub::notifications::routes(app))
        .merge(hub::organizations::routes(app))
        .merge(hub::people::routes(app))
        .merge(hub::provider::routes(app))
        .merge(hub::recovery::routes(app))
        .merge(hub::set_up::routes(app))
        .merge(hub::rights::routes(app))
        .merge(hub::signin::routes(app))
        .merge(hub::status::routes(app))
        .merge(hub::tokens::routes(app))
        .merge(hub::trail::routes(app))
        .merge(watch::routes(app))
        .merge(openapi::routes(app))
}

/// The whole hub, and the list of its doors.
pub fn router(app: &App) -> (Router, Vec<Route>) {
    let (router, recorded) = routes(app).finish();
    let csrf = CsrfLayer::new().with_rejection_response(|_| refused(StatusCode::FORBIDDEN, RefusalKind::CrossSite, None));
    let router = router
        .fallback(here::nowhere)
        .method_not_allowed_fallback(client::other_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(panics::answer))
        .layer(csrf)
        .layer(middleware::from_fn_with_state(app.clone(), retry::pages))
        .layer(middleware::from_fn_with_state(app.clone(), peer::put))
        .merge(app.assets.routes())
        .layer(middleware::from_fn(headers::put))
        .layer(CompressionLayer::new());
    // Behind a proxy that ends TLS the origin says so; over plain http the header means nothing.
    let router = if app.config.origin.scheme() == "https" { router.layer(middleware::from_fn(headers::put_hsts)) } else { router };
    (router.with_state(app.clone()), recorded)
}
