//! The first thing a system asks: whose token it holds, whether it works, and whether today is a day to report.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    gate::actions,
    store::{calendars, tokens},
    web::{App, Connected, Error, Result},
};

/// The answer of `GET /api/v1/facility`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Facility {
    /// The name of the facility the token is for.
    facility: String,
    /// The day in Japan.
    #[schema(value_type = String, format = Date)]
    today: Date,
    /// Whether the facility is open today, by its calendar; a closed class does not close the facility.
    open: bool,
    token: Token,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Token {
    /// As the ward's desk calls it.
    name: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Look whether the token works
///
/// Whose token it is, until when it works, and whether today is a day to report.
#[utoipa::path(
    get,
    path = "/api/v1/facility",
    operation_id = "readFacility",
    tag = "attendance",
    security(("token" = [])),
    responses(
        (status = 200, description = "The facility of the token", body = Facility),
        (status = 401, description = "No token that opens anything", body = crate::web::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many failures; come again after Retry-After", body = crate::web::Problem, content_type = "application/problem+json"),
        (status = 503, description = "Send it again later", body = crate::web::Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show(connected: Connected, State(app): State<App>) -> Result<Response> {
    let mut tx = app.tx(&connected.actor).await?;
    let permit = app.gate.permit::<actions::ReadOwnFacility>(&connected.actor, &connected.place)?;
    let today = tx.today();
    let own = tokens::own(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let calendar = calendars::of_facility(&mut tx, &permit, today).await?.layers.calendar("");
    let open = calendar.open(today).is_open();
    tx.commit(permit.deed().with("day", today).with("open", open)).await?;
    let token = Token { name: own.name, expires_at: own.expires_at };
    Ok(Json(Facility { facility: own.facility, today, open, token }).into_response())
}
