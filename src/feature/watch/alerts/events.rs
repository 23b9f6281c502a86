//! The stream of news to an open page: opaque ids and counts. It does not keep the session alive and ends with it.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::stream;

use super::count::heard;
use crate::web::{App, Error, Here, Result, live::greeting};

pub(super) async fn index(here: Here, State(app): State<App>) -> Result<Response> {
    // Listens before it counts: what is committed in between is told, not lost.
    let ear = app.live.listen(&here.actor).ok_or(Error::Hidden)?;
    let first = greeting(heard(&app, &here).await?.open);
    let words = stream::unfold((Some(first), ear), async |(first, mut ear)| {
        let words = match first {
            Some(first) => first,
            None => ear.next().await?,
        };
        Some((Ok::<Bytes, Infallible>(words), (None, ear)))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        // Reverse proxies must pass each event on at once.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(words)).into_response())
}
