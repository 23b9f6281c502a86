//! 離席: the screen is left, and nothing is to be seen on it until the person is back.

use axum::{extract::State, http::HeaderMap};

use crate::{
    gate::actions,
    store::{organizations, sessions},
    web::{
        App, Error, Fields, Lang, Result, Signed,
        here::{self, Arrived},
        see_other, verify,
    },
};

pub(super) async fn create(State(app): State<App>, signed: Signed) -> Result {
    let actor = signed.entry();
    let mut tx = app.tx(&actor).await?;
    let root = organizations::root(&mut tx, &actor).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::LockSession>(&actor, &root)?;
    sessions::lock(&mut tx, &permit, signed.found.session).await?;
    tx.commit(permit.deed().with("session", signed.found.session)).await?;
    Ok(see_other("/locked"))
}

/// The neutral page before a locked screen; whoever is not locked out goes on.
pub(super) async fn show(State(app): State<App>, lang: Lang, headers: HeaderMap, uri: axum::http::Uri) -> Result {
    let asked = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let next = verify::own_path(asked.get("next"));
    match here::arrived(&app, &headers, false).await? {
        // The page that was left says why it cannot be shown, and leads back to itself after the sign-in.
        None => Ok(see_other(if next == "/" { "/sign-in" } else { next })),
        Some(Arrived { locked: false, .. }) => Ok(see_other(next)),
        Some(Arrived { locked: true, .. }) => verify::locked(&app, lang, next),
    }
}
