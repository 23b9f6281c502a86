//! One step of an alert: decided by the domain, written as the row, the step and the news of it.

use jiff_sqlx::ToSqlx;

use super::alert;
use crate::{
    domain::{
        alert::{ActionKind, Alert, Event, Outcome, Refusal, State, Step},
        ids::{Id, Person},
    },
    gate::{AlertFacts, Permit, actions},
    store::{Error, Result, Tx},
};

/// What the step did, or why it was not taken.
pub(super) type Decided = Result<std::result::Result<Alert, Refusal>>;

/// 担当する. `revision` is the one that was on the screen.
pub async fn take(tx: &mut Tx, permit: &Permit<actions::TakeAlert>, revision: i64) -> Decided {
    let by = person(permit)?;
    decide(tx, permit, |alert| alert.at(revision)?.take(by)).await
}

pub async fn act(tx: &mut Tx, permit: &Permit<actions::ActOnAlert>, revision: i64, kind: ActionKind, note: &str) -> Decided {
    decide(tx, permit, |alert| alert.at(revision)?.act(kind, note)).await
}

/// 引き継ぐ; `to` must be one of [`candidates`].
pub async fn hand_on(tx: &mut Tx, permit: &Permit<actions::HandOnAlert>, revision: i64, to: &Handed, note: &str) -> Decided {
    decide(tx, permit, |alert| alert.at(revision)?.hand_on(to.id, note)).await
}

pub async fn close(tx: &mut Tx, permit: &Permit<actions::CloseAlert>, revision: i64, outcome: Outcome, note: &str) -> Decided {
    decide(tx, permit, |alert| alert.at(revision)?.close(outcome, note)).await
}

fn person<A: actions::Action>(permit: &Permit<A>) -> Result<Id<Person>> {
    permit.person().ok_or_else(|| Error::Protocol("an alert is taken by a person".into()))
}

/// The row was locked when the gate's facts were read, so nothing changes between the decision and its writing.
async fn decide<A: actions::Action<On = AlertFacts>>(
    tx: &mut Tx,
    permit: &Permit<A>,
    step: impl FnOnce(&Alert) -> std::result::Result<Step, Refusal>,
) -> Decided {
    match step(&alert(tx, permit).await?) {
        Ok(step) => {
            write(tx, permit, &step).await?;
            Ok(Ok(step.alert))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// The row, the step and the news, in one round trip.
async fn write<A: actions::Action<On = AlertFacts>>(tx: &mut Tx, permit: &Permit<A>, step: &Step) -> Result<()> {
    let alert = &step.alert;
    let (kind, note, to) = match &step.event {
        Event::Acted { kind, note } => (kind.code(), note.as_deref(), None),
        Event::HandedOn { to, note } => ("", note.as_deref(), Some(*to)),
        Event::Closed { outcome, note } => (outcome.code(), note.as_deref(), None),
        _ => ("", None, None),
    };
    sqlx::query!(
        r#"
        WITH changed AS
            ( UPDATE desk.alerts SET state = $3, holder_id = $4, outcome = $5, revision = $6
                   , closed_at = CASE WHEN $3 = 'closed' THEN $7::timestamptz END
              WHERE ward_id = $1 AND id = $2
              RETURNING office_id, severity )
           , stepped AS
            ( INSERT INTO desk.alert_steps (ward_id, alert_id, revision, event, kind, note, by_person, to_person, at)
              VALUES ($1, $2, $6, $8, $9, $10, $11, $12, $7) )
        INSERT INTO desk.events (ward_id, at, office_id, alert_id, kind, severity)
        SELECT $1, $7, office_id, $2, 'changed', severity FROM changed
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        alert.state.code(),
        alert.holder.map(Id::uuid),
        alert.outcome.map(Outcome::code),
        alert.revision,
        tx.now().to_sqlx(),
        step.event.code(),
        kind,
        note.unwrap_or_default(),
        permit.person().map(Id::uuid),
        to.map(Id::uuid),
    )
    .execute(tx.conn())
    .await?;
    match alert.state {
        State::Taken => handling(tx, permit, alert).await,
        State::Closed => handled(tx, permit, alert).await,
        State::Open => Ok(()),
    }
}

/// Lets the facility see 対応中 beside the day the alert is about, and nothing else of it.
async fn handling<A: actions::Action<On = AlertFacts>>(tx: &mut Tx, permit: &Permit<A>, alert: &Alert) -> Result<()> {
    sqlx::query!(
        "INSERT INTO watch.replies (ward_id, watch_id, day, state, at) VALUES ($1, $2, $3, 'handling', $4) ON CONFLICT DO NOTHING",
        permit.ward().uuid(),
        alert.watch.uuid(),
        alert.as_of.to_sqlx(),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// 受付済 again, once nobody has any alert about this child in hand.
async fn handled<A: actions::Action<On = AlertFacts>>(tx: &mut Tx, permit: &Permit<A>, alert: &Alert) -> Result<()> {
    sqlx::query!(
        r#"
        DELETE FROM watch.replies r WHERE r.ward_id = $1 AND r.watch_id = $2
          AND NOT EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = r.ward_id AND a.watch_id = r.watch_id AND a.state = 'taken')
        "#,
        permit.ward().uuid(),
        alert.watch.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Somebody an alert can be handed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    pub id: Id<Person>,
    pub name: String,
    pub organization: String,
}

/// What leads to the question to whom.
pub trait AsksWhom: actions::Action<On = AlertFacts> {}
impl AsksWhom for actions::ReadAlert {}
impl AsksWhom for actions::HandOnAlert {}

/// Caseworkers and supervisors who may read this alert: of its office, or of one above it. Without whoever has it.
pub async fn candidates<A: AsksWhom>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Handed>> {
    sqlx::query_as!(
        Handed,
        r#"
        WITH RECURSIVE above AS
            ( SELECT o.ward_id, o.id, o.parent_id, o.name
              FROM desk.alerts a JOIN hub.organizations o ON o.ward_id = a.ward_id AND o.id = a.office_id
              WHERE a.ward_id = $1 AND a.id = $2
              UNION
              SELECT o.ward_id, o.id, o.parent_id, o.name
              FROM above JOIN hub.organizations o ON o.ward_id = above.ward_id AND o.id = above.parent_id )
        SELECT DISTINCT ON (p.display_name, p.id) p.id AS "id: Id<Person>", p.display_name AS name, above.name AS "organization!"
        FROM above
        JOIN hub.memberships m ON m.ward_id = above.ward_id AND m.organization_id = above.id AND m.role IN ('caseworker', 'supervisor')
            AND m.suspended_at IS NULL AND m.from_on <= $3 AND (m.until_on IS NULL OR m.until_on >= $3)
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active'
        WHERE NOT EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = $1 AND a.id = $2 AND a.state = 'taken' AND a.holder_id = p.id)
        ORDER BY p.display_name, p.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await
}
