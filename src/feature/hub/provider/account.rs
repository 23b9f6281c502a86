//! One's own account at the ward's sign-in service: shown by signing in there, proposed as one's own, used once somebody approved.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    departure::{self, Aim, Kept, Who},
    words::Fact,
};
use crate::{
    domain::ids::{Ceremony, Id},
    gate::actions,
    store::{
        bindings::{self, Identity, Line},
        ceremonies::{self, Purpose},
    },
    web::{App, Attempt, Form, Frame, Here, Path, Peer, Result, page, see_other, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/provider/account.html")]
struct Index {
    frame: Frame,
    facts: Vec<Fact>,
    /// What the button calls the service; nothing when the ward has none.
    name: Option<String>,
    waits: bool,
}

#[derive(Debug, Template)]
#[template(path = "hub/provider/propose.html")]
struct New {
    frame: Frame,
    account: String,
    ceremony: String,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let permit = app.gate.permit::<actions::LinkProvider>(&here.actor, &here.myself())?;
    let provider = departure::find(&app, here.found.ward).await?;
    let mut tx = app.tx(&here.entry()).await?;
    let lines = bindings::of_person(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    let texts = here.lang.texts();
    let flash = match here.query().get("done") {
        "proposed" => Some(fl!(texts, "provider-proposed")),
        "over" => Some(fl!(texts, "provider-over")),
        _ => None,
    };
    let facts = lines.iter().map(|line| fact(&here, line)).collect();
    page(&Index {
        frame: Frame::here(&app, &here, fl!(texts, "provider-own-title"))
            .with_crumb("/me", fl!(texts, "me-title"))
            .with_flash(flash),
        facts,
        name: provider.map(|provider| provider.settings.name),
        waits: lines.iter().any(|line| !line.is_active),
    })
}

fn fact(here: &Here, line: &Line) -> Fact {
    let texts = here.lang.texts();
    let term = if line.is_active { fl!(texts, "provider-bound") } else { fl!(texts, "provider-waits") };
    Fact {
        term,
        text: fl!(texts, "provider-account-since", account = line.account.as_str(), at = words::moment(here.lang, line.at)),
    }
}

/// To the service, to sign in there with the account in question.
pub(super) async fn leave(here: Here, State(app): State<App>, peer: Peer) -> Result {
    let permit = app.gate.permit::<actions::LinkProvider>(&here.actor, &here.myself())?;
    let (ward, person) = (here.found.ward, here.found.person);
    Attempt::ceremony(&app, peer.clone(), Some((ward, person))).await?;
    let provider = departure::find(&app, ward).await?;
    let tx = app.tx(&here.entry()).await?;
    tx.commit(permit.deed().with("step", "begun")).await?;
    match provider {
        Some(provider) => {
            let aim = Aim::Propose { session: here.found.session, person };
            departure::leave(&app, Who::Known(&here), &peer, &provider, (ward, aim)).await
        }
        None => Ok(see_other("/me/provider")),
    }
}

/// The identity that this session came back with.
fn mine(here: &Here, kept: Option<serde_json::Value>) -> Option<Identity> {
    match kept.and_then(|kept| serde_json::from_value(kept).ok())? {
        Kept::Back { session, person, identity } if session == here.found.session && person == here.found.person => Some(identity),
        Kept::Back { .. } | Kept::Away(_) => None,
    }
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(ceremony): Path<Id<Ceremony>>) -> Result {
    let permit = app.gate.permit::<actions::LinkProvider>(&here.actor, &here.myself())?;
    let kept = ceremonies::look(&app.db, Purpose::Provider, ceremony, app.clock.now()).await?;
    let identity = mine(&here, kept);
    let tx = app.tx(&here.entry()).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    let Some(identity) = identity else { return Ok(see_other("/me/provider?done=over")) };
    let texts = here.lang.texts();
    let frame =
        Frame::here(&app, &here, fl!(texts, "provider-propose-title")).with_crumb("/me/provider", fl!(texts, "provider-own-title"));
    page(&New { frame, account: identity.account, ceremony: ceremony.to_string() })
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let permit = app.gate.permit::<actions::LinkProvider>(&here.actor, &here.myself())?;
    let now = app.clock.now();
    let ceremony = fields.get("ceremony").parse::<Id<Ceremony>>().ok();
    let looked = match ceremony {
        Some(id) => mine(&here, ceremonies::look(&app.db, Purpose::Provider, id, now).await?),
        None => None,
    };
    // What is not this session's stays there for whose it is.
    let taken = match (ceremony, looked) {
        (Some(id), Some(identity)) => ceremonies::take(&app.db, Purpose::Provider, id, now).await?.map(|_| identity),
        _ => None,
    };
    let mut tx = app.tx(&here.entry()).await?;
    let Some(identity) = taken else {
        let waits = bindings::of_person(&mut tx, &permit).await?.iter().any(|line| !line.is_active);
        tx.commit(permit.deed().with("step", "same")).await?;
        return Ok(see_other(if waits { "/me/provider?done=proposed" } else { "/me/provider?done=over" }));
    };
    bindings::propose(&mut tx, &permit, &identity).await?;
    tx.commit(permit.deed().with("provider", "proposed")).await?;
    Ok(see_other("/me/provider?done=proposed"))
}
