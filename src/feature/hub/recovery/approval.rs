//! The second word, by somebody who has the person before them; out of it comes the code, shown once.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::views::{self, Fact, Seen};
use crate::{
    domain::{
        ids::{Id, Person},
        mail::Mail,
        recovery::{self, LIFE},
    },
    gate::{Permit, actions},
    store::{
        Tx, mails, people,
        recoveries::{self, Approval, Open, State as Standing},
    },
    web::{App, Error, ErrorLine, Field, Form, Frame, Here, Path, Result, Secret, conflict, page, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/recovery/approve.html")]
struct Approve {
    frame: Frame,
    errors: Vec<ErrorLine>,
    facts: Vec<Fact>,
    action: String,
    cancel_href: Option<String>,
    recovery: String,
    met: Field,
    delayed: bool,
    /// Why there is nothing to approve, or not for this reader.
    blocked: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "hub/recovery/code.html")]
struct Code {
    frame: Frame,
    facts: Vec<Fact>,
    code: String,
    address: String,
    opens_at: Option<String>,
    expires_at: String,
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ApproveRecovery>(&here.actor, &facts)?;
    let seen = Seen::read(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&form(&app, &here, id, &seen, Field::required("met", "")))
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ApproveRecovery>(&here.actor, &facts)?;
    let seen = Seen::read(&mut tx, &permit).await?;
    let met = Field::required("met", fields.get("met"));
    let open = match &seen.open {
        // What was read on the page is what is approved.
        Some(open) if blocked(&here, &seen).is_none() && open.id.to_string() == fields.get("recovery") => open,
        _ => {
            tx.commit(permit.deed().with("step", "blocked")).await?;
            return conflict(&form(&app, &here, id, &seen, met));
        }
    };
    if met.value != "yes" {
        tx.commit(permit.deed().with("step", "refused")).await?;
        let error = fl!(here.lang.texts(), "recovery-met-error");
        return unprocessable(&form(&app, &here, id, &seen, met.with_error(Some(error))));
    }
    let code = Secret::code();
    let opens_at = seen.standing.opens_at(tx.now());
    let approval = Approval {
        recovery: open.id,
        voice: views::voice(&here),
        code_hash: &code.hash(),
        opens_at,
        expires_at: recovery::expires_at(opens_at),
    };
    if !recoveries::approve(&mut tx, &permit, &approval).await? {
        return quicker(&app, &here, id, tx, &permit).await;
    }
    mails::put(&mut tx, &permit, id, &Mail::RecoveryApproved, LIFE).await?;
    let waits = (opens_at > tx.now()).then(|| words::moment(here.lang, opens_at));
    tx.commit(permit.deed().with("recovery", open.id).with("as", approval.voice)).await?;
    page(&Code {
        frame: Frame::here(&app, &here, fl!(here.lang.texts(), "recovery-code-title")),
        facts: seen.facts(here.lang),
        code: code.text().to_owned(),
        address: format!("{}/recovery", app.config.origin_text()),
        opens_at: waits,
        expires_at: words::moment(here.lang, approval.expires_at),
    })
}

/// Somebody else approved or cancelled it between our look and our word.
async fn quicker(app: &App, here: &Here, id: Id<Person>, mut tx: Tx, permit: &Permit<actions::ApproveRecovery>) -> Result {
    let seen = Seen::read(&mut tx, permit).await?;
    tx.commit(permit.deed().with("step", "conflict")).await?;
    conflict(&form(app, here, id, &seen, Field::required("met", "")))
}

/// Why there is nothing to approve, or not for this reader.
fn blocked(here: &Here, seen: &Seen) -> Option<String> {
    let (texts, voice) = (here.lang.texts(), views::voice(here));
    let Some(open) = &seen.open else { return Some(fl!(texts, "recovery-blocked-none")) };
    if open.state == Standing::Approved {
        return Some(fl!(texts, "recovery-blocked-approved"));
    }
    if !seen.person.is_active {
        return Some(fl!(texts, "recovery-blocked-not-active"));
    }
    if is_mine(here, open) {
        return Some(fl!(texts, "recovery-blocked-same"));
    }
    if open.second != voice {
        return Some(fl!(texts, "recovery-blocked-other-voice", voice = views::voice_word(here.lang, open.second)));
    }
    if !seen.standing.satisfied_by(open.asked_as, voice) {
        return Some(fl!(texts, "recovery-blocked-two-admins"));
    }
    None
}

fn is_mine(here: &Here, open: &Open) -> bool {
    open.asked_by.is_some() && open.asked_by == here.actor.person()
}

fn form(app: &App, here: &Here, id: Id<Person>, seen: &Seen, met: Field) -> Approve {
    let texts = here.lang.texts();
    let frame = Frame::here(app, here, fl!(texts, "recovery-approve-title"));
    Approve {
        frame: frame.with_crumb("/recoveries", fl!(texts, "recoveries-title")),
        errors: ErrorLine::of([&met]),
        facts: seen.facts_of_open(here.lang),
        action: views::path(id, "/approval"),
        cancel_href: seen.open.as_ref().map(|_| views::path(id, "/cancelling")),
        recovery: seen.open.as_ref().map(|open| open.id.to_string()).unwrap_or_default(),
        met,
        delayed: seen.standing.privileged,
        blocked: blocked(here, seen),
    }
}
