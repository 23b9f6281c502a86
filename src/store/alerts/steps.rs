//! One step of an alert: decided by the domain, written as the row, the step and the news of it.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{alert, care, replies, sightings};
use crate::{
    domain::{
        alert::{ActionKind, Alert, Care, Closing, Event, Outcome, Refusal, Seeing, Step, Usefulness},
        ids::{self, Id, Person, Ward},
        reply::Reply,
    },
    gate::{AlertFacts, Permit, actions},
    store::{Error, Result, Tx, people::Colleague},
};

/// What the step did, or why it was not taken.
pub(super) type Decided = Result<std::result::Result<Alert, Refusal>>;

/// 担当する. `revision` is the one that was on the screen.
pub async fn take(tx: &mut Tx, permit: &Permit<actions::TakeAlert>, revision: i64) -> Decided {
    let by = person(permit)?;
    decide(tx, permit, |alert, _| alert.at(revision)?.take(by)).await
}

pub async fn act(tx: &mut Tx, permit: &Permit<actions::ActOnAlert>, revision: i64, kind: ActionKind, note: &str) -> Decided {
    decide(tx, permit, |alert, _| alert.at(revision)?.act(kind, note)).await
}

/// 訪問予定
pub async fn plan_visit(tx: &mut Tx, permit: &Permit<actions::ActOnAlert>, revision: i64, at: Timestamp, note: &str) -> Decided {
    let now = tx.now();
    decide(tx, permit, |alert, _| alert.at(revision)?.plan_visit(at, note, now)).await
}

/// 目視確認
pub async fn see(tx: &mut Tx, permit: &Permit<actions::ActOnAlert>, revision: i64, seeing: &Seeing<'_>) -> Decided {
    let now = tx.now();
    decide(tx, permit, |alert, care| alert.at(revision)?.see(care, seeing, now)).await
}

/// 保留
pub async fn snooze(tx: &mut Tx, permit: &Permit<actions::ActOnAlert>, revision: i64, until: Date, reason: &str) -> Decided {
    let now = tx.now();
    decide(tx, permit, |alert, care| alert.at(revision)?.snooze(care, until, reason, now)).await
}

/// 通告として扱う
pub async fn notify(tx: &mut Tx, permit: &Permit<actions::ActOnAlert>, revision: i64, received_at: Timestamp) -> Decided {
    let (now, mut check) = (tx.now(), None);
    let hours = care::hours(tx, permit).await?;
    let decided = decide(tx, permit, |alert, care| {
        let (step, started) = alert.at(revision)?.notify(care, received_at, hours, now)?;
        check = Some(started);
        Ok(step)
    })
    .await?;
    if let Some(check) = check {
        care::start_check(tx, permit, &check).await?;
    }
    Ok(decided)
}

/// A word to the facility, neutral.
pub async fn reply(tx: &mut Tx, permit: &Permit<actions::ActOnAlert>, revision: i64, reply: Reply) -> Decided {
    decide(tx, permit, |alert, _| alert.at(revision)?.reply(reply)).await
}

/// 引き継ぐ; `to` must be one of [`candidates`].
pub async fn hand_on(tx: &mut Tx, permit: &Permit<actions::HandOnAlert>, revision: i64, to: &Colleague, note: &str) -> Decided {
    decide(tx, permit, |alert, _| alert.at(revision)?.hand_on(to.id, note)).await
}

pub async fn close(tx: &mut Tx, permit: &Permit<actions::CloseAlert>, revision: i64, closing: &Closing<'_>) -> Decided {
    let decided = decide(tx, permit, |alert, care| alert.at(revision)?.end(care, closing)).await?;
    if let (Ok(_), Some(usefulness)) = (&decided, closing.usefulness) {
        sqlx::query!(
            "UPDATE desk.alerts SET usefulness = $3 WHERE ward_id = $1 AND id = $2",
            permit.ward().uuid(),
            permit.id().uuid(),
            Usefulness::code(usefulness),
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(decided)
}

fn person<A: actions::Action>(permit: &Permit<A>) -> Result<Id<Person>> {
    permit.person().ok_or_else(|| Error::Protocol("an alert is taken by a person".into()))
}

/// The row was locked when the gate's facts were read, so nothing changes between the decision and its writing.
pub(super) async fn decide<A: actions::Action<On = AlertFacts>>(
    tx: &mut Tx,
    permit: &Permit<A>,
    step: impl FnOnce(&Alert, &Care) -> std::result::Result<Step, Refusal>,
) -> Decided {
    let (alert, care) = (alert(tx, permit).await?, care::of(tx, permit).await?);
    match step(&alert, &care) {
        Ok(step) => {
            let on = On { ward: permit.ward(), alert: permit.id(), by: permit.person() };
            write(tx, on, &step, &care.after(&step.event)).await?;
            if let Event::Sighted(sighting) = &step.event {
                sightings::insert(tx, on, &step.alert, sighting).await?;
            }
            replies::after(tx, on.ward, &step).await?;
            Ok(Ok(step.alert))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Which alert is stepped, and by whom; nobody is the hub itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct On {
    pub(super) ward: Id<Ward>,
    pub(super) alert: Id<ids::Alert>,
    pub(super) by: Option<Id<Person>>,
}

/// The row, the step and the news, in one round trip.
pub(super) async fn write(tx: &mut Tx, on: On, step: &Step, care: &Care) -> Result<()> {
    let (alert, event) = (&step.alert, &step.event);
    let kind = event.kind();
    let to = if let Event::HandedOn { to, .. } = event { Some(to.uuid()) } else { None };
    // A child nobody has seen is news to everybody, each time.
    let news = if matches!(event, Event::Warned { .. }) { "risen" } else { "changed" };
    sqlx::query!(
        r#"
        WITH changed AS
            ( UPDATE desk.alerts SET state = $3, holder_id = $4, outcome = $5, revision = $6, visit_at = $13, snoozed_until = $14
                   , closed_at = CASE WHEN $3 = 'closed' THEN $7::timestamptz END
              WHERE ward_id = $1 AND id = $2
              RETURNING office_id, severity )
           , stepped AS
            ( INSERT INTO desk.alert_steps (ward_id, alert_id, revision, event, kind, note, by_person, to_person, at, about_at)
              VALUES ($1, $2, $6, $8, $9, $10, $11, $12, $7, $15) )
        INSERT INTO desk.events (ward_id, at, office_id, alert_id, kind, severity)
        SELECT $1, $7, office_id, $2, $16, severity FROM changed
        "#,
        on.ward.uuid(),
        on.alert.uuid(),
        alert.state.code(),
        alert.holder.map(Id::uuid),
        alert.outcome.map(Outcome::code),
        alert.revision,
        tx.now().to_sqlx(),
        event.code(),
        &*kind,
        event.note(),
        on.by.map(Id::uuid),
        to,
        care.visit_at.map(ToSqlx::to_sqlx),
        care.snoozed_until.map(ToSqlx::to_sqlx),
        event.about().map(ToSqlx::to_sqlx),
        news,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether whoever takes it can answer for its office today. Until the day of a merger those of the successor see it and cannot: the next
/// round of calls would give it back.
pub async fn can_answer(tx: &mut Tx, permit: &Permit<actions::TakeAlert>) -> Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS
            ( SELECT FROM desk.alerts a CROSS JOIN LATERAL desk.answerers(a.ward_id, a.office_id, $3) n
              WHERE a.ward_id = $1 AND a.id = $2 AND n.person_id = $4 ) AS "can!"
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx(),
        permit.person().map(Id::uuid),
    )
    .fetch_one(tx.conn())
    .await
}

/// What leads to the question to whom.
pub trait AsksWhom: actions::Action<On = AlertFacts> {}
impl AsksWhom for actions::ReadAlert {}
impl AsksWhom for actions::HandOnAlert {}

/// Whom it can be handed to: everybody who can answer for its office today, without whoever has it.
pub async fn candidates<A: AsksWhom>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Colleague>> {
    sqlx::query_as!(
        Colleague,
        r#"
        SELECT DISTINCT ON (p.display_name, p.id) p.id AS "id: Id<Person>", p.display_name AS name, o.name AS organization
        FROM desk.alerts a
        CROSS JOIN LATERAL desk.answerers(a.ward_id, a.office_id, $3) n
        JOIN hub.people p ON p.ward_id = a.ward_id AND p.id = n.person_id
        JOIN hub.organizations o ON o.ward_id = a.ward_id AND o.id = n.organization_id
        WHERE a.ward_id = $1 AND a.id = $2 AND (a.state <> 'taken' OR a.holder_id IS DISTINCT FROM p.id)
        ORDER BY p.display_name, p.id, n.height
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await
}
