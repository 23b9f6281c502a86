//! A passkey being registered, whatever for: what the browser is asked, what the server keeps meanwhile, what comes of the answer.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    App, Error, Lang, Result,
    passkey_words::{hint, passkey_name},
};
use crate::{
    domain::ids::{Ceremony, Id},
    store::{
        ceremonies::{self, Purpose},
        passkeys::{NewPasskey, PasskeyKind},
        sign_ins::Reason,
    },
};

/// Who registers what.
#[derive(Debug)]
pub struct Registering<'a> {
    pub purpose: Purpose,
    pub person: Uuid,
    pub name: &'a str,
    pub kind: PasskeyKind,
    /// Credentials the person has: one device is not registered twice.
    pub known: Vec<Vec<u8>>,
}

/// What the server keeps: `bound` is what the answer must be given for too, so that answers cannot be mixed.
#[derive(Debug, Serialize, Deserialize)]
struct Kept<B> {
    bound: B,
    kind: PasskeyKind,
    passkey: Value,
}

#[derive(Debug, Deserialize)]
struct Wanted {
    kind: PasskeyKind,
}

#[derive(Debug, Deserialize)]
struct Answered {
    ceremony: Id<Ceremony>,
    credential: Value,
}

/// What the browser says the person wants to register.
pub fn wanted(body: &[u8]) -> Option<PasskeyKind> {
    serde_json::from_slice::<Wanted>(body).ok().map(|wanted| wanted.kind)
}

/// Begins it; the answer for the browser.
pub async fn begin<B: Serialize>(app: &App, registering: Registering<'_>, bound: B) -> Result<Value> {
    let Registering { purpose, person, name, kind, known } = registering;
    let begun = app.passkeys.begin_registration(person, name, known, hint(kind)).map_err(Error::internal)?;
    let state = serde_json::to_value(Kept { bound, kind, passkey: begun.state }).map_err(Error::internal)?;
    let ceremony = ceremonies::put(&app.db, purpose, &state, app.clock.now()).await?;
    Ok(json!({ "publicKey": begun.options, "ceremony": ceremony }))
}

/// Believes the browser's answer, or says why not.
pub async fn finish<B: DeserializeOwned + PartialEq>(
    app: &App,
    (purpose, bound): (Purpose, &B),
    body: &[u8],
    lang: Lang,
) -> Result<std::result::Result<NewPasskey, Reason>> {
    let Ok(answered) = serde_json::from_slice::<Answered>(body) else { return Ok(Err(Reason::Malformed)) };
    let state = ceremonies::take(&app.db, purpose, answered.ceremony, app.clock.now()).await?;
    let kept = state.and_then(|state| serde_json::from_value::<Kept<B>>(state).ok()).filter(|kept| kept.bound == *bound);
    let Some(kept) = kept else { return Ok(Err(Reason::StaleCeremony)) };
    match app.passkeys.finish_registration(answered.credential, kept.passkey) {
        Ok(registered) => Ok(Ok(NewPasskey {
            credential_id: registered.credential_id,
            credential: registered.credential,
            name: passkey_name(lang, kept.kind),
            kind: kept.kind,
            synced: registered.synced,
        })),
        Err(error) => {
            tracing::info!(%error, "a registration did not hold");
            Ok(Err(Reason::BadPasskey))
        }
    }
}
