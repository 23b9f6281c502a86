//! The first thing a system asks: whose token it holds, whether it works, and whether today is a day to report.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use crate::{
    gate::actions,
    store::{calendars, tokens},
    web::{App, Connected, Error, Result},
};

/// The answer of `GET /api/v1/facility`.
#[derive(Debug, Serialize)]
struct Facility {
    /// The name of the facility the token is for.
    facility: String,
    /// The day in Japan.
    today: Date,
    /// Whether the facility is open today, by its calendar; a closed class does not close the facility.
    open: bool,
    token: Token,
}

#[derive(Debug, Serialize)]
struct Token {
    /// As the ward's desk calls it.
    name: String,
    expires_at: Timestamp,
}

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
