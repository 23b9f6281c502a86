//! What facilities read beside their reports, set as an alert goes on: three neutral words, never why.

use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::ShowsAlert;
use crate::{
    domain::{
        alert::{Event, Step},
        ids::{self, Id, Ward},
        reply::Reply,
        rule::RuleCode,
    },
    gate::Permit,
    store::{Result, Tx, sql::unknown_code},
};

/// Follows a step: 対応中 when somebody takes it, 引き続き見守りを when nobody has any alert of the child in hand any more, or
/// the word the worker chose. An alert about what the office itself arranged says nothing beside anybody's report.
pub(super) async fn after(tx: &mut Tx, ward: Id<Ward>, step: &Step) -> Result<()> {
    let alert = &step.alert;
    match &step.event {
        Event::Closed { .. } => settle(tx, ward, alert.id).await,
        _ if alert.rule.of_the_office() => Ok(()),
        Event::Taken | Event::HandedOn { .. } => set(tx, ward, alert.id, Reply::Handling).await,
        Event::Replied(reply) => set(tx, ward, alert.id, *reply).await,
        _ => Ok(()),
    }
}

/// One of the places the child is or was at, as far as the office of the alert has asked there.
struct Stay {
    watch: Uuid,
    /// The alert was raised about it.
    own: bool,
    /// It covers the day of the alert's newest finding.
    covers: bool,
}

async fn stays(tx: &mut Tx, ward: Id<Ward>, alert: Id<ids::Alert>) -> Result<Vec<Stay>> {
    sqlx::query_as!(
        Stay,
        r#"
        SELECT w.id AS watch, w.id = a.watch_id AS "own!"
             , w.from_on <= a.as_of AND (w.until_on IS NULL OR w.until_on >= a.as_of) AS "covers!"
        FROM desk.alerts a
        JOIN watch.watches own ON own.ward_id = a.ward_id AND own.id = a.watch_id
        JOIN watch.watches w ON w.ward_id = own.ward_id AND w.child_id = own.child_id
        JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id AND r.office_id = a.office_id
        WHERE a.ward_id = $1 AND a.id = $2
        "#,
        ward.uuid(),
        alert.uuid(),
    )
    .fetch_all(tx.conn())
    .await
}

/// Where the alert's day was reported: the facility it was raised about, or whoever has the child since, when it goes on there.
fn facing(stays: &[Stay]) -> Vec<Uuid> {
    let covering: Vec<_> = stays.iter().filter(|stay| stay.covers).collect();
    match covering.iter().find(|stay| stay.own) {
        Some(own) => vec![own.watch],
        None => covering.iter().map(|stay| stay.watch).collect(),
    }
}

async fn set(tx: &mut Tx, ward: Id<Ward>, alert: Id<ids::Alert>, reply: Reply) -> Result<()> {
    let watches = facing(&stays(tx, ward, alert).await?);
    sqlx::query!(
        r#"
        INSERT INTO watch.replies (ward_id, watch_id, day, state, at)
        SELECT a.ward_id, w.id, a.as_of, $4, $5 FROM desk.alerts a CROSS JOIN unnest($3::uuid[]) AS w (id)
        WHERE a.ward_id = $1 AND a.id = $2
        ON CONFLICT (ward_id, watch_id, day) DO UPDATE SET state = EXCLUDED.state, at = EXCLUDED.at
        "#,
        ward.uuid(),
        alert.uuid(),
        &watches,
        reply.code(),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Wherever the child is or was; what is in hand about the office's own arrangements keeps no facility waiting.
async fn settle(tx: &mut Tx, ward: Id<Ward>, alert: Id<ids::Alert>) -> Result<()> {
    let watches: Vec<_> = stays(tx, ward, alert).await?.into_iter().map(|stay| stay.watch).collect();
    let of_the_office: Vec<_> =
        RuleCode::ALL.iter().filter(|rule| rule.of_the_office()).map(|rule| rule.code().to_owned()).collect();
    sqlx::query!(
        r#"
        UPDATE watch.replies r SET state = $3, at = $4
        WHERE r.ward_id = $1 AND r.watch_id = ANY ($2) AND r.state <> $3
          AND NOT EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = $1 AND a.watch_id = ANY ($2) AND a.state = 'taken' AND a.rule <> ALL ($5))
        "#,
        ward.uuid(),
        &watches,
        Reply::Watching.code(),
        tx.now().to_sqlx(),
        &of_the_office,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the facility reads now beside the day of this alert; `None` is the receipt alone.
pub async fn reply_shown<A: ShowsAlert>(tx: &mut Tx, permit: &Permit<A>) -> Result<Option<Reply>> {
    let watches = facing(&stays(tx, permit.ward(), permit.id()).await?);
    let state = sqlx::query_scalar!(
        r#"
        SELECT r.state FROM desk.alerts a JOIN watch.replies r ON r.ward_id = a.ward_id AND r.watch_id = ANY ($3) AND r.day = a.as_of
        WHERE a.ward_id = $1 AND a.id = $2 ORDER BY r.at DESC LIMIT 1
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        &watches,
    )
    .fetch_optional(tx.conn())
    .await?;
    state.map(|code| Reply::from_code(&code).ok_or_else(|| unknown_code("reply", &code))).transpose()
}
