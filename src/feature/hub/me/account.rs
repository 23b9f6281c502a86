//! The page of one's own account: who one is here, what is left to do, passkeys, and where one is signed in.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::Timestamp;

use super::{Moment, sessions::SessionRow};
use crate::{
    domain::ids::{Id, Passkey},
    gate::{Member, Permit, PersonFacts, Role, Side, actions},
    store::{Tx, passkeys, recoveries, sessions},
    web::{App, ErrorLine, Field, Frame, Here, Lang, Result, is_set_up_open, page, passkey_words::kind_word, role_word},
};

#[derive(Debug, Template)]
#[expect(clippy::struct_excessive_bools, reason = "each shows or hides a part of the page by itself")]
#[template(path = "hub/me/account.html")]
pub(super) struct Account {
    frame: Frame,
    errors: Vec<ErrorLine>,
    /// Somebody has come here right from the enrolment.
    welcome: bool,
    /// The spare was registered just now.
    completed: bool,
    person: String,
    organization: String,
    role_word: String,
    tasks: Vec<Task>,
    set_up_is_open: bool,
    shares_a_computer: bool,
    /// No other page is theirs.
    operates: bool,
    passkeys: Vec<PasskeyCard>,
    sessions: Vec<SessionRow>,
    others: usize,
    /// Somebody asked to recover this account.
    recovery_href: Option<String>,
}

/// One step of the set-up.
#[derive(Debug)]
struct Task {
    label: String,
    line: String,
    done: bool,
}

#[derive(Debug)]
pub(super) struct PasskeyCard {
    id: Id<Passkey>,
    name: String,
    kind_word: String,
    synced: bool,
    made: Moment,
    used: Option<Moment>,
    /// This session was opened or last verified with it.
    here: bool,
    can_go: bool,
    field: Field,
}

/// All that is on the page, read at once.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) passkeys: Vec<passkeys::Line>,
    pub(super) sessions: Vec<sessions::Line>,
    pub(super) recovery_is_open: bool,
}

impl Own {
    pub(super) async fn read<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Self> {
        Ok(Self {
            passkeys: passkeys::of_person(tx, permit).await?,
            sessions: sessions::of_person(tx, permit).await?,
            recovery_is_open: recoveries::is_mine_open(tx).await?,
        })
    }
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.entry()).await?;
    let permit = app.gate.permit::<actions::ReadAccount>(&here.actor, &here.myself())?;
    let own = Own::read(&mut tx, &permit).await?;
    let now = tx.now();
    tx.commit(permit.deed().with("passkeys", own.passkeys.len()).with("sessions", own.sessions.len())).await?;
    page(&account(&app, &here, own, now, None))
}

/// The page; `typed` is the name somebody gave a passkey in vain.
pub(super) fn account(app: &App, here: &Here, own: Own, now: Timestamp, typed: Option<&(Id<Passkey>, Field)>) -> Account {
    let (lang, asked) = (here.lang, here.query());
    let session = here.actor.member().map(Member::session);
    let current = own.sessions.iter().find(|line| Some(line.id) == session).and_then(|line| line.passkey);
    let sessions: Vec<_> = own.sessions.into_iter().filter_map(|line| SessionRow::of(here, line, now)).collect();
    let many = own.passkeys.len();
    let set_up_is_open = is_set_up_open(many);
    Account {
        errors: ErrorLine::of(typed.iter().map(|(_, field)| field)),
        welcome: set_up_is_open && asked.has("welcome"),
        recovery_href: own.recovery_is_open.then(|| format!("/people/{}/recovery/cancelling", here.found.person)),
        completed: !set_up_is_open && asked.get("done") == "added",
        person: here.found.person_name.clone(),
        organization: here.acting.organization_name.clone(),
        role_word: role_word(lang, here.acting.role),
        tasks: tasks(lang, many),
        set_up_is_open,
        shares_a_computer: here.acting.role.side() == Side::Facility,
        operates: here.acting.role == Role::Operator,
        passkeys: own.passkeys.into_iter().map(|line| card(lang, line, current, many > 1, typed)).collect(),
        others: sessions.iter().filter(|row| !row.here).count(),
        sessions,
        frame: Frame::here(app, here, fl!(lang.texts(), "me-title")).with_flash(flash(lang, asked.get("done"))),
    }
}

fn tasks(lang: Lang, many: usize) -> Vec<Task> {
    let texts = lang.texts();
    vec![
        Task { label: fl!(texts, "me-task-first"), line: fl!(texts, "me-task-first-line"), done: many > 0 },
        Task { label: fl!(texts, "me-task-spare"), line: fl!(texts, "me-task-spare-line"), done: !is_set_up_open(many) },
    ]
}

fn card(
    lang: Lang,
    line: passkeys::Line,
    current: Option<Id<Passkey>>,
    can_go: bool,
    typed: Option<&(Id<Passkey>, Field)>,
) -> PasskeyCard {
    let kept = typed.filter(|(id, _)| *id == line.id).map(|(_, field)| field.clone());
    PasskeyCard {
        id: line.id,
        kind_word: kind_word(lang, line.kind),
        synced: line.synced,
        made: Moment::of(lang, line.created_at),
        used: line.last_used_at.map(|at| Moment::of(lang, at)),
        here: current == Some(line.id),
        can_go,
        field: kept.unwrap_or_else(|| Field::required(&field_name(line.id), &line.name)),
        name: line.name,
    }
}

/// Each form on the page has a field of its own.
pub(super) fn field_name(id: Id<Passkey>) -> String {
    format!("name.{id}")
}

/// What was just done.
fn flash(lang: Lang, done: &str) -> Option<String> {
    let texts = lang.texts();
    match done {
        "added" => Some(fl!(texts, "me-done-added")),
        "renamed" => Some(fl!(texts, "me-done-renamed")),
        "removed" => Some(fl!(texts, "me-done-removed")),
        "ended" => Some(fl!(texts, "me-done-ended")),
        _ => None,
    }
}
