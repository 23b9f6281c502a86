//! Everything the desk knows of one person: posts, rights on their way, passkeys, sessions, invitations, sign-ins.

mod ways;

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{Timestamp, civil::Date};

use self::ways::Ways;
use super::{
    proposals::ProposalRow,
    views::{self, Fact},
};
use crate::{
    domain::ids::{self, Id},
    gate::{Permit, Role, actions},
    store::{
        Tx, bindings,
        invitations::{self, Sent},
        mails, organizations,
        people::{self, Key, memberships::Membership, proposals},
        sessions,
        sign_ins::{self, Outcome},
    },
    web::{
        App, Error, Frame, Here, Lang, Path, Result, page, role_word, say,
        session_time::{Lasting, Standing},
        words,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/people/show.html")]
struct Show {
    frame: Frame,
    kana: String,
    name: String,
    status_word: String,
    status_tone: &'static str,
    facts: Vec<Fact>,
    posts: Vec<PostRow>,
    past: Vec<PostRow>,
    proposals: Vec<ProposalRow>,
    decided: Vec<Fact>,
    keys: Vec<KeyRow>,
    bindings: Vec<BindingRow>,
    sessions: Vec<SessionRow>,
    invitations: Vec<SentRow>,
    sign_ins: Vec<SignInRow>,
    mails: Vec<MailRow>,
    ways: Ways,
}

#[derive(Debug)]
struct PostRow {
    organization: String,
    role: String,
    period: String,
    /// これから, 停止 …; empty while it is simply in force.
    remark: String,
    end: Option<String>,
}

#[derive(Debug)]
struct KeyRow {
    name: String,
    kind: String,
    synced: bool,
    made: String,
    used: String,
}

/// An account of the ward's sign-in service, in force or waiting.
#[derive(Debug)]
struct BindingRow {
    word: String,
    account: String,
    /// Where it is decided on, or ended.
    href: String,
    label: String,
}

#[derive(Debug)]
struct SessionRow {
    seen: String,
    opened: String,
    post: String,
    address: String,
    method: String,
    locked: bool,
    end: String,
}

#[derive(Debug)]
struct SentRow {
    way: String,
    made: String,
    expires: String,
    state: String,
    revoke: Option<String>,
}

#[derive(Debug)]
struct SignInRow {
    at: String,
    outcome: String,
    refused: bool,
    reason: String,
    address: String,
}

#[derive(Debug)]
struct MailRow {
    at: String,
    kind: String,
    state: String,
    /// Given up: the person has not heard.
    dead: bool,
    why: String,
}

/// The newest attempts to sign in that are shown.
const SIGN_INS: i64 = 20;

/// A session that goes on.
struct Signed {
    line: sessions::Line,
    role: Option<Role>,
    locked: bool,
}

struct Known {
    person: people::Person,
    memberships: Vec<Membership>,
    proposals: Vec<proposals::Proposal>,
    keys: Vec<Key>,
    bindings: Vec<bindings::Line>,
    sessions: Vec<Signed>,
    invitations: Vec<Sent>,
    sign_ins: Vec<sign_ins::Line>,
    mails: Vec<mails::Line>,
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<ids::Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ReadPerson>(&here.actor, &facts)?;
    let known = gather(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let (today, now) = (tx.today(), tx.now());
    tx.commit(permit.deed().with("sessions", known.sessions.len()).with("passkeys", known.keys.len())).await?;
    page(&known.template(&app, &here, today, now))
}

async fn gather(tx: &mut Tx, permit: &Permit<actions::ReadPerson>) -> Result<Option<Known>> {
    let Some(person) = people::read(tx, permit).await? else { return Ok(None) };
    Ok(Some(Known {
        person,
        memberships: people::memberships::of_person(tx, permit).await?,
        proposals: proposals::of_person(tx, permit).await?,
        keys: people::keys(tx, permit).await?,
        bindings: bindings::of_person(tx, permit).await?,
        sessions: living(tx, permit).await?,
        invitations: invitations::of_person(tx, permit).await?,
        sign_ins: sign_ins::of_person(tx, permit, SIGN_INS).await?,
        mails: mails::of_person(tx, permit).await?,
    }))
}

/// Where the person is signed in. Where they have rested too long they are out already, although nobody ended that.
async fn living(tx: &mut Tx, permit: &Permit<actions::ReadPerson>) -> Result<Vec<Signed>> {
    let (now, shortened) = (tx.now(), organizations::limits(tx, permit).await?);
    let signed = |line: sessions::Line| {
        let role = line.role.as_deref().and_then(Role::from_code);
        let standing = Lasting::within(role, &shortened).standing(line.opened_at, line.seen_at, now);
        (standing != Standing::Over).then(|| Signed { role, locked: line.locked || standing == Standing::Locked, line })
    };
    Ok(sessions::of_person(tx, permit).await?.into_iter().filter_map(signed).collect())
}

impl Known {
    fn template(&self, app: &App, here: &Here, today: Date, now: Timestamp) -> Show {
        let (lang, person) = (here.lang, &self.person);
        let texts = lang.texts();
        let is_me = here.actor.person() == Some(person.id);
        let (open, past): (Vec<_>, Vec<_>) = self.memberships.iter().partition(|one| one.is_open(today));
        let row = |one: &Membership, open: bool| post_row(lang, one, today, (open && !is_me).then_some(person.id));
        Show {
            frame: Frame::here(app, here, fl!(texts, "person-title"))
                .with_crumb("/people", fl!(texts, "people-title"))
                .with_flash(flash(here)),
            kana: person.kana.clone(),
            name: person.name.clone(),
            status_word: views::status(lang, person.status),
            status_tone: views::tone(person.status),
            facts: facts(lang, person),
            posts: open.into_iter().map(|one| row(one, true)).collect(),
            past: past.into_iter().map(|one| row(one, false)).collect(),
            proposals: self.waiting().map(|one| ProposalRow::of(here, one)).collect(),
            decided: self.decided().map(|one| decided(lang, one)).collect(),
            keys: self.keys.iter().map(|key| key_row(lang, key)).collect(),
            bindings: self.bindings.iter().map(|one| binding_row(lang, person.id, one)).collect(),
            sessions: self.sessions.iter().map(|one| session_row(lang, person.id, one)).collect(),
            invitations: self.invitations.iter().map(|one| sent_row(lang, person.id, one, now)).collect(),
            sign_ins: self.sign_ins.iter().map(|one| sign_in_row(lang, one)).collect(),
            mails: self.mails.iter().map(|one| mail_row(lang, one)).collect(),
            ways: self.ways(here, app.config.smtp.is_some(), today),
        }
    }
}

fn flash(here: &Here) -> Option<String> {
    let texts = here.lang.texts();
    match here.query().get("done") {
        "created" => Some(fl!(texts, "person-created")),
        "edited" => Some(fl!(texts, "person-edited")),
        "granted" => Some(fl!(texts, "person-granted")),
        "proposed" => Some(fl!(texts, "person-proposed")),
        "ended" => Some(fl!(texts, "person-ended")),
        "left" => Some(fl!(texts, "person-left")),
        "suspended" => Some(fl!(texts, "person-suspended")),
        "reinstated" => Some(fl!(texts, "person-reinstated")),
        "sessions" => Some(fl!(texts, "person-sessions-ended")),
        "revoked" => Some(fl!(texts, "invitation-revoked")),
        "mailed" => Some(fl!(texts, "link-queued")),
        _ => None,
    }
}

fn facts(lang: Lang, person: &people::Person) -> Vec<Fact> {
    let texts = lang.texts();
    let or_none = |text: &str| if text.is_empty() { fl!(texts, "person-none") } else { text.to_owned() };
    let mut facts = vec![
        Fact::new(fl!(texts, "person-staff-code"), or_none(&person.staff_code)),
        Fact::new(fl!(texts, "person-mail"), or_none(&person.mail)),
        Fact::new(fl!(texts, "person-since"), words::moment(lang, person.created_at)),
    ];
    if let Some(day) = person.left_on {
        facts.push(Fact::new(fl!(texts, "ending-last-day"), views::day(lang, day)));
    }
    facts
}

fn post_row(lang: Lang, one: &Membership, today: Date, endable: Option<Id<ids::Person>>) -> PostRow {
    let texts = lang.texts();
    let remark = match one.ended_reason.as_str() {
        _ if one.is_open(today) && one.held.suspended => fl!(texts, "post-suspended"),
        _ if one.is_open(today) && one.held.term.from() > today => fl!(texts, "post-coming"),
        reason if !one.is_open(today) && !reason.is_empty() => say::word(lang, &format!("post-ended-{reason}")),
        _ => String::new(),
    };
    PostRow {
        organization: one.organization_name.clone(),
        role: role_word(lang, one.held.role),
        period: views::term(lang, one.held.term),
        remark,
        end: endable.map(|person| format!("/people/{person}/memberships/{}/ending", one.held.id)),
    }
}

/// 「自治体の管理者（架空区役所）：承認しました（甲野・R8.11.20 9:00）」
fn decided(lang: Lang, one: &proposals::Proposal) -> Fact {
    let texts = lang.texts();
    let word = say::word(lang, &format!("proposal-{}", one.state.code()));
    let by = one.decider_name.clone().unwrap_or_default();
    let at = one.decided_at.map(|at| words::moment(lang, at)).unwrap_or_default();
    let text = fl!(texts, "proposal-decided", word = word, by = by, at = at, proposer = one.proposer_name.as_str());
    Fact::new(views::post(lang, one.role, &one.organization_name), text)
}

fn key_row(lang: Lang, key: &Key) -> KeyRow {
    KeyRow {
        name: key.name.clone(),
        kind: say::word(lang, &format!("passkey-kind-{}", key.kind.code())),
        synced: key.synced,
        made: words::moment(lang, key.created_at),
        used: key.last_used_at.map_or_else(|| fl!(lang.texts(), "person-never"), |at| words::moment(lang, at)),
    }
}

fn binding_row(lang: Lang, person: Id<ids::Person>, one: &bindings::Line) -> BindingRow {
    let texts = lang.texts();
    let (word, step, label) = if one.is_active {
        (fl!(texts, "provider-bound"), "/ending", fl!(texts, "binding-end-title"))
    } else {
        (fl!(texts, "binding-proposed"), "", fl!(texts, "binding-approve-title"))
    };
    BindingRow { word, account: one.account.clone(), href: format!("/people/{person}/binding{step}"), label }
}

fn session_row(lang: Lang, person: Id<ids::Person>, signed: &Signed) -> SessionRow {
    let one = &signed.line;
    let post = signed.role.zip(one.organization_name.as_deref()).map(|(role, name)| views::post(lang, role, name));
    SessionRow {
        seen: words::moment(lang, one.seen_at),
        opened: words::moment(lang, one.opened_at),
        post: post.unwrap_or_else(|| fl!(lang.texts(), "session-no-post")),
        address: one.address.map(|address| address.to_string()).unwrap_or_default(),
        method: say::word(lang, &format!("session-method-{}", one.method.code())),
        locked: signed.locked,
        end: format!("/people/{person}/sessions/{}/ending", one.id),
    }
}

fn sent_row(lang: Lang, person: Id<ids::Person>, one: &Sent, now: Timestamp) -> SentRow {
    let texts = lang.texts();
    let is_open = one.spent_at.is_none() && one.revoked_at.is_none();
    let state = match (one.spent_at, one.revoked_at) {
        (Some(at), _) => fl!(texts, "invitation-spent", at = words::moment(lang, at)),
        (_, Some(at)) => fl!(texts, "invitation-revoked-at", at = words::moment(lang, at)),
        _ if one.expires_at <= now => fl!(texts, "people-invitation-expired"),
        _ => fl!(texts, "invitation-open"),
    };
    SentRow {
        way: views::way(lang, &one.way),
        made: words::moment(lang, one.created_at),
        expires: words::moment(lang, one.expires_at),
        state,
        revoke: is_open.then(|| format!("/people/{person}/invitations/{}/revocation", one.id)),
    }
}

fn sign_in_row(lang: Lang, one: &sign_ins::Line) -> SignInRow {
    let word = |code: &str| say::word(lang, &format!("sign-in-{}", code.replace('_', "-")));
    SignInRow {
        at: words::moment(lang, one.at),
        outcome: word(one.outcome.code()),
        refused: one.outcome == Outcome::Refused,
        reason: if one.reason == sign_ins::Reason::None { String::new() } else { word(one.reason.code()) },
        address: one.address.clone().unwrap_or_default(),
    }
}

fn mail_row(lang: Lang, one: &mails::Line) -> MailRow {
    let word = |start: &str, code: &str| say::word(lang, &format!("{start}-{}", code.replace('_', "-")));
    MailRow {
        at: words::moment(lang, one.settled_at.unwrap_or(one.queued_at)),
        kind: word("mail", &one.kind),
        state: word("mail-state", one.state.code()),
        dead: one.state == mails::State::Dead,
        why: if one.why == mails::Why::None { String::new() } else { word("mail-why", one.why.code()) },
    }
}
