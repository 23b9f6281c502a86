//! Where one is signed in, and the end of that.

use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::Timestamp;

use super::Moment;
use crate::{
    domain::ids::{Id, Session},
    gate::{Member, Role, actions},
    store::sessions::{self, Line, Shorter},
    web::{
        App, Error, Here, Path, Result, agent, role_word, see_other,
        session_time::{Lasting, Standing},
    },
};

#[derive(Debug)]
pub(super) struct SessionRow {
    pub(super) id: Id<Session>,
    /// The one that looks at the page.
    pub(super) here: bool,
    pub(super) began: Moment,
    pub(super) used: Moment,
    pub(super) address: String,
    pub(super) agent: String,
    pub(super) acting: String,
    pub(super) locked: bool,
}

impl SessionRow {
    /// Nothing for a session that has rested too long: it is over, although nobody ended it.
    pub(super) fn of(here: &Here, line: Line, now: Timestamp) -> Option<Self> {
        let role = line.role.as_deref().and_then(Role::from_code);
        let side = role.map(Role::side);
        // What the ward shortened is known for the side one acts for; elsewhere the program's own limits are shown.
        let shorter = if side == Some(here.acting.role.side()) { here.found.shorter } else { Shorter::default() };
        let standing = Lasting::of(side, shorter).standing(line.opened_at, line.seen_at, now);
        let lang = here.lang;
        let acting = match (line.organization_name, role) {
            (Some(organization), Some(role)) => format!("{organization} ・ {}", role_word(lang, role)),
            _ => fl!(lang.texts(), "me-session-choosing"),
        };
        (standing != Standing::Over).then(|| Self {
            id: line.id,
            here: here.actor.member().is_some_and(|member| member.session() == line.id),
            began: Moment::of(lang, line.opened_at),
            used: Moment::of(lang, line.seen_at),
            address: line.address.map(|address| address.to_string()).unwrap_or_default(),
            agent: agent::words(&line.agent),
            acting,
            locked: line.locked || standing == Standing::Locked,
        })
    }
}

pub(super) async fn end_one(here: Here, State(app): State<App>, Path(id): Path<Id<Session>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EndOwnSessions>(&here.actor, &here.myself())?;
    if !sessions::end_one(&mut tx, &permit, id).await? {
        return Err(Error::Hidden);
    }
    tx.commit(permit.deed().with("session", id)).await?;
    Ok(see_other("/me?done=ended"))
}

pub(super) async fn end_others(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EndOwnSessions>(&here.actor, &here.myself())?;
    let ended = sessions::end_all(&mut tx, &permit, here.actor.member().map(Member::session)).await?;
    tx.commit(permit.deed().with("sessions", ended)).await?;
    Ok(see_other("/me?done=ended"))
}
