//! Everybody out: every session of the ward ends but the one that says so (ASVS 5.0, 7.4.5).

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    gate::{Member, Permit, Role, actions},
    store::{Tx, organizations, sessions},
    web::{
        App, Choice, ErrorLine, Form, Frame, Here, Result, page, see_other,
        session_time::{LONGEST_REST, Lasting, Standing},
        unprocessable,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/people/everybody.html")]
struct Everybody {
    frame: Frame,
    errors: Vec<ErrorLine>,
    /// How many would end.
    sessions: String,
    confirm: Vec<Choice>,
}

impl Everybody {
    fn of(app: &App, here: &Here, sessions: usize, refused: bool) -> Self {
        let texts = here.lang.texts();
        let tick = Choice { value: "1".to_owned(), label: fl!(texts, "everybody-out-confirm"), chosen: false, asks: false };
        let error = refused.then(|| ErrorLine { href: "#confirm".to_owned(), text: fl!(texts, "everybody-out-error") });
        Self {
            frame: Frame::here(app, here, fl!(texts, "everybody-out-title")).with_crumb("/people", fl!(texts, "people-title")),
            errors: error.into_iter().collect(),
            sessions: fl!(texts, "everybody-out-count", count = sessions.saturating_sub(1)),
            confirm: vec![tick],
        }
    }
}

/// How many are signed in. Who has rested too long is out already, although nobody ended that.
async fn living(tx: &mut Tx, permit: &Permit<actions::EndAllSessions>) -> Result<usize> {
    let now = tx.now();
    let shortened = organizations::limits(tx, permit).await?;
    let in_use = sessions::in_use_since(tx, permit, now.checked_sub(LONGEST_REST).unwrap_or(now)).await?;
    let lives = |age: &&sessions::Age| {
        let lasting = Lasting::within(age.role.as_deref().and_then(Role::from_code), &shortened);
        lasting.standing(age.opened_at, age.seen_at, now) != Standing::Over
    };
    Ok(in_use.iter().filter(lives).count())
}

pub(super) async fn new(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EndAllSessions>(&here.actor, &here.place())?;
    let sessions = living(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form").with("sessions", sessions)).await?;
    page(&Everybody::of(&app, &here, sessions, false))
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EndAllSessions>(&here.actor, &here.place())?;
    if fields.get("confirmed") != "1" {
        let sessions = living(&mut tx, &permit).await?;
        tx.commit(permit.deed().with("step", "refused").with("sessions", sessions)).await?;
        return unprocessable(&Everybody::of(&app, &here, sessions, true));
    }
    let ended = sessions::end_everybodys(&mut tx, &permit, here.actor.member().map(Member::session)).await?;
    tx.commit(permit.deed().with("sessions", ended)).await?;
    Ok(see_other("/people?done=everybody-out"))
}
