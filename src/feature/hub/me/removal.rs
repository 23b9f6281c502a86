//! Removing a passkey: never the last one, and wherever else the person is signed in, they are out.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    domain::{
        ids::{Id, Passkey},
        mail::Mail,
    },
    gate::{Member, Permit, actions},
    store::{
        mails,
        passkeys::{self, Line, Removal},
        sessions,
    },
    web::{App, Error, Frame, Here, Path, Result, page, passkey_words::kind_word, see_other, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/me/removal.html")]
struct RemovalPage {
    frame: Frame,
    action: String,
    facts: Vec<Fact>,
    /// The last one stays.
    last: bool,
}

#[derive(Debug)]
struct Fact {
    term: String,
    text: String,
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Passkey>>) -> Result {
    let permit = app.gate.permit::<actions::RemovePasskey>(&here.actor, &here.myself())?;
    page(&shown(&app, &here, &permit, id, "form").await?)
}

/// The page, and that it was looked at.
async fn shown(
    app: &App,
    here: &Here,
    permit: &Permit<actions::RemovePasskey>,
    id: Id<Passkey>,
    step: &str,
) -> Result<RemovalPage> {
    let mut tx = app.tx(&here.actor).await?;
    let own = passkeys::of_person(&mut tx, permit).await?;
    let line = own.iter().find(|line| line.id == id).ok_or(Error::Hidden)?;
    tx.commit(permit.deed().with("passkey", id).with("step", step)).await?;
    Ok(RemovalPage {
        frame: Frame::here(app, here, fl!(here.lang.texts(), "me-removal-title"))
            .with_crumb("/me", fl!(here.lang.texts(), "me-title")),
        action: format!("/me/passkeys/{id}/removal"),
        facts: facts(here, line),
        last: own.len() == 1,
    })
}

fn facts(here: &Here, line: &Line) -> Vec<Fact> {
    let (lang, texts) = (here.lang, here.lang.texts());
    let used = line.last_used_at.map_or_else(|| fl!(texts, "me-passkey-unused"), |at| words::moment(lang, at));
    [
        (fl!(texts, "me-passkey-name"), line.name.clone()),
        (fl!(texts, "me-passkey-kind"), kind_word(lang, line.kind)),
        (fl!(texts, "me-passkey-made"), words::moment(lang, line.created_at)),
        (fl!(texts, "me-passkey-used"), used),
    ]
    .into_iter()
    .map(|(term, text)| Fact { term, text })
    .collect()
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Passkey>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::RemovePasskey>(&here.actor, &here.myself())?;
    match passkeys::remove(&mut tx, &permit, id).await? {
        Removal::Done => {}
        Removal::NotThere => return Err(Error::Hidden),
        Removal::Last => {
            drop(tx);
            return unprocessable(&shown(&app, &here, &permit, id, "refused").await?);
        }
    }
    // Whoever holds the removed one may be signed in with it.
    let ended = sessions::end_all(&mut tx, &permit, here.actor.member().map(Member::session)).await?;
    mails::put(&mut tx, &permit, here.found.person, &Mail::PasskeyRemoved, mails::NEWS).await?;
    tx.commit(permit.deed().with("passkey", id).with("sessions", ended)).await?;
    Ok(see_other("/me?done=removed"))
}
