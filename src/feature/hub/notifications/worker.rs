//! The script a browser runs when a push comes in: it shows one sentence. At the root, so that it may speak for the whole hub.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

const SCRIPT: &str = include_str!("../../../../portal/push-worker.js");

pub(super) async fn show() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}
