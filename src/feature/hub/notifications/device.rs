//! A browser that wants to be told, and one that does not any more.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use i18n_embed_fl::fl;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::{
    domain::ids::{Id, PushDevice},
    gate::actions,
    post::push::Device,
    store::notices::{self, NewDevice},
    web::{App, Form, Here, Path, Result, see_other},
};

/// `PushSubscription.toJSON()`. No `Debug`: the address is a secret.
#[derive(Deserialize)]
struct Subscription {
    endpoint: String,
    keys: Keys,
}

#[derive(Deserialize)]
struct Keys {
    p256dh: String,
    auth: String,
}

/// A subscription that can be used: keys of the curve, at a service the hub may call.
struct Fit {
    endpoint: String,
    public_key: Vec<u8>,
    auth: Vec<u8>,
}

fn read(app: &App, body: &[u8]) -> Option<Fit> {
    let Subscription { endpoint, keys } = serde_json::from_slice(body).ok()?;
    let services = app.config.push.as_ref()?;
    let url = Url::parse(&endpoint).ok().filter(|url| endpoint.len() <= 1000 && services.allow(url))?;
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
    let (public_key, auth) = (decoded(&keys.p256dh)?, decoded(&keys.auth)?);
    Device::new(&public_key, &auth).ok()?;
    Some(Fit { endpoint: url.into(), public_key, auth })
}

pub(super) async fn create(here: Here, State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result {
    let permit = app.gate.permit::<actions::ChooseNotices>(&here.actor, &here.myself())?;
    let Some(fit) = read(&app, &body) else { return Ok(refused(&fl!(here.lang.texts(), "notice-device-unfit"))) };
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(200).collect();
    let mut tx = app.tx(&here.actor).await?;
    let device = NewDevice { endpoint: &fit.endpoint, public_key: &fit.public_key, auth: &fit.auth, agent: &agent };
    match notices::add_device(&mut tx, &permit, &device).await? {
        Some(id) => {
            tx.commit(permit.deed().with("device", id)).await?;
            Ok(Json(json!({ "next": "/me/notices?done=added" })).into_response())
        }
        None => Ok(refused(&fl!(here.lang.texts(), "notice-device-taken"))),
    }
}

fn refused(line: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": line }))).into_response()
}

pub(super) async fn destroy(here: Here, State(app): State<App>, Path(id): Path<Id<PushDevice>>, Form(_): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ChooseNotices>(&here.actor, &here.myself())?;
    // Gone already, or never one's own: afterwards it is not there.
    let removed = notices::remove_device(&mut tx, &permit, id).await?;
    tx.commit(permit.deed().with("device", id).with("removed", removed)).await?;
    Ok(see_other("/me/notices?done=removed"))
}

pub(super) async fn try_out(here: Here, State(app): State<App>, Form(_): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ChooseNotices>(&here.actor, &here.myself())?;
    let tried = notices::try_out(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("tried", tried)).await?;
    Ok(see_other("/me/notices?done=tried"))
}
