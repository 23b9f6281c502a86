//! アカウント: one's own passkeys and the browsers one is signed in with, and what is left to do before losing one is no harm.

mod account;
mod kept;
mod passkey;
mod removal;
mod sessions;

use jiff::Timestamp;

use crate::{
    gate::actions::{AddPasskey, EndOwnSessions, ReadAccount, RemovePasskey, RenamePasskey},
    web::{App, Door, Lang, Routes, words},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/me", Door::asks::<ReadAccount>(), account::show)
        .get("/me/kept", Door::asks::<ReadAccount>(), kept::show)
        .get("/me/passkeys/new", Door::asks::<AddPasskey>(), passkey::new)
        .post("/me/passkeys/options", Door::asks::<AddPasskey>(), passkey::options)
        .post("/me/passkeys", Door::asks::<AddPasskey>(), passkey::create)
        .post("/me/passkeys/{passkey}/name", Door::asks::<RenamePasskey>(), passkey::update)
        .get("/me/passkeys/{passkey}/removal", Door::asks::<RemovePasskey>(), removal::new)
        .post("/me/passkeys/{passkey}/removal", Door::asks::<RemovePasskey>(), removal::create)
        .post("/me/sessions/{session}/ending", Door::asks::<EndOwnSessions>(), sessions::end_one)
        .post("/me/sessions/ending", Door::asks::<EndOwnSessions>(), sessions::end_others)
}

/// A moment for machines and for people.
#[derive(Debug)]
struct Moment {
    iso: String,
    word: String,
}

impl Moment {
    fn of(lang: Lang, at: Timestamp) -> Self {
        Self { iso: at.to_string(), word: words::moment(lang, at) }
    }
}
