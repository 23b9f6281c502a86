//! The page that asks, what came of it, and the openings somebody has to do with.

use askama::Template;
use axum::{extract::State, http::StatusCode};
use i18n_embed_fl::fl;
use jiff::SignedDuration;

use super::{draft::Draft, opening_words};
use crate::{
    domain::{
        limit::{self, EMERGENCIES_BY_PERSON, EMERGENCIES_BY_WARD},
        mail::Mail,
        opening::Outcome,
        role::Role,
    },
    gate::{Permit, Scope, actions},
    store::{
        Tx, mails,
        openings::{self, Answered, Line},
        organizations::{self, Facility},
    },
    web::{
        App, Error, ErrorLine, Fields, Form, Frame, Here, Result, alert_words, counted, page, see_other, unprocessable, with_status,
    },
};

/// How long the mail to the supervisors is worth sending: whoever reads it later finds the opening on the page all the same.
const TOLD: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Template)]
#[template(path = "watch/emergency/ask.html")]
struct Ask {
    frame: Frame,
    errors: Vec<ErrorLine>,
    notice: Option<String>,
    draft: Draft,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    href: String,
    at: String,
    opener: String,
    office: String,
    reason: String,
    /// Of a child of the own office.
    is_owned: bool,
    is_open: bool,
    standing: String,
    tone: &'static str,
}

/// What the page is made of.
struct Read {
    facilities: Vec<Facility>,
    lines: Vec<Line>,
}

impl Read {
    async fn load(here: &Here, tx: &mut Tx, scope: &Scope<actions::ListOpenings>) -> Result<Self> {
        let supervises = here.acting.role == Role::Supervisor;
        Ok(Self { facilities: organizations::facilities(tx, scope).await?, lines: openings::list(tx, scope, supervises).await? })
    }
}

impl Ask {
    fn new(app: &App, here: &Here, read: &Read, draft: Draft, notice: Option<String>) -> Self {
        Self {
            frame: Frame::here(app, here, fl!(here.lang.texts(), "emergency-title")),
            errors: draft.errors(),
            notice,
            draft,
            rows: read.lines.iter().map(|line| Row::of(app, here, line)).collect(),
        }
    }
}

impl Row {
    fn of(app: &App, here: &Here, line: &Line) -> Self {
        let now = app.clock.now();
        let (standing, tone) = opening_words::standing(here.lang, line.course.standing(now));
        Self {
            href: format!("/emergency/{}", line.id),
            at: alert_words::dated(here.lang, line.course.asked_at, app.clock.today()),
            opener: line.opener.clone(),
            office: line.office.clone(),
            reason: opening_words::reason(here.lang, line.reason),
            is_owned: line.is_owned,
            is_open: line.course.is_open(now),
            standing,
            tone,
        }
    }
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListOpenings>(&here.actor, &here.place())?;
    let read = Read::load(&here, &mut tx, &scope).await?;
    tx.commit(scope.deed().with("openings", read.lines.len())).await?;
    let draft = Draft::of(here.lang, &Fields::default(), &read.facilities);
    page(&Ask::new(&app, &here, &read, draft, None))
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let permit = app.gate.permit::<actions::OpenEmergency>(&here.actor, &here.place())?;
    let scope = app.gate.scope::<actions::ListOpenings>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let read = Read::load(&here, &mut tx, &scope).await?;
    let mut draft = Draft::of(here.lang, &fields, &read.facilities);
    let Some(asked) = draft.read(here.lang, &read.facilities) else {
        tx.commit(permit.deed().with("step", "refused").with("openings", read.lines.len())).await?;
        return unprocessable(&Ask::new(&app, &here, &read, draft, None));
    };
    // Counted before anything is looked for, in a transaction of its own: a thousand at once get no further than the limit, and nobody
    // holds two connections.
    drop(tx);
    let wait = too_often(&app, &permit).await?;
    let mut tx = app.tx(&here.actor).await?;
    if let Some(wait) = wait {
        tx.commit(permit.deed().with("step", "limited").with("openings", read.lines.len())).await?;
        return limited(&app, &here, &read, draft, wait);
    }
    let answered = openings::open(&mut tx, &permit, &asked).await?.ok_or(Error::Hidden)?;
    let told = tell(&mut tx, &permit, &answered).await?;
    let deed = permit.deed().with("outcome", answered.outcome.code()).with("cause", asked.reason.code());
    let texts = here.lang.texts();
    let notice = match answered.outcome {
        Outcome::Opened | Outcome::Again => {
            tx.commit(deed.with("opening", answered.id).with("organization", answered.owner).with("told", told)).await?;
            return Ok(see_other(&format!("/emergency/{}", answered.id)));
        }
        Outcome::Nothing => fl!(texts, "emergency-nothing"),
        Outcome::Several => fl!(texts, "emergency-several"),
    };
    tx.commit(deed.with("openings", read.lines.len())).await?;
    unprocessable(&Ask::new(&app, &here, &read, draft, Some(notice)))
}

/// Every asking counts, whatever comes of it.
async fn too_often(app: &App, permit: &Permit<actions::OpenEmergency>) -> Result<Option<SignedDuration>> {
    let ward = permit.ward().uuid().into_bytes();
    let person: Vec<u8> = [ward, permit.person().map_or([0; 16], |person| person.uuid().into_bytes())].concat();
    let kinds =
        [("emergency-person", person.as_slice(), EMERGENCIES_BY_PERSON), ("emergency-ward", ward.as_slice(), EMERGENCIES_BY_WARD)];
    counted(app, &kinds).await
}

/// The same page with everything typed: at night the telephone is the quicker way now.
fn limited(app: &App, here: &Here, read: &Read, draft: Draft, wait: SignedDuration) -> Result {
    let minutes = limit::seconds(wait).div_ceil(60);
    let notice = fl!(here.lang.texts(), "emergency-limited", minutes = minutes);
    with_status(StatusCode::TOO_MANY_REQUESTS, &Ask::new(app, here, read, draft, Some(notice)))
}

/// The supervisors of the office whose child it is hear of it at once: a mail that says nothing but that somebody must look.
async fn tell(tx: &mut Tx, permit: &Permit<actions::OpenEmergency>, answered: &Answered) -> Result<usize> {
    let Some(owner) = answered.owner.filter(|_| answered.outcome == Outcome::Opened) else { return Ok(0) };
    let people = openings::supervisors(tx, permit, owner).await?;
    for person in &people {
        mails::put(tx, permit, *person, &Mail::Notice, TOLD).await?;
    }
    Ok(people.len())
}
