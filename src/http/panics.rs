//! A panic is our fault like any other: a page with a number, the cause in the log.

use std::any::Any;

use axum::response::Response;

use crate::web::error;

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
pub(super) fn answer(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("panic");
    error::failed(&anyhow::anyhow!("panic: {message}"))
}
