//! What facilities read beside their reports, set as an alert goes on: three neutral words, never why.

use jiff_sqlx::ToSqlx;

use super::ShowsAlert;
use crate::{
    domain::{
        alert::{Alert, Event, Step},
        ids::{Id, Ward},
        reply::Reply,
    },
    gate::Permit,
    store::{Result, Tx, sql::unknown_code},
};

/// Follows a step: 対応中 when somebody takes it, 引き続き見守りを when nobody has any alert of the child in hand any more, or
/// the word the worker chose.
pub(super) async fn after(tx: &mut Tx, ward: Id<Ward>, step: &Step) -> Result<()> {
    match &step.event {
        Event::Taken | Event::HandedOn { .. } => set(tx, ward, &step.alert, Reply::Handling).await,
        Event::Replied(reply) => set(tx, ward, &step.alert, *reply).await,
        Event::Closed { .. } => settle(tx, ward, &step.alert).await,
        _ => Ok(()),
    }
}

async fn set(tx: &mut Tx, ward: Id<Ward>, alert: &Alert, reply: Reply) -> Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO watch.replies (ward_id, watch_id, day, state, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (ward_id, watch_id, day) DO UPDATE SET state = EXCLUDED.state, at = EXCLUDED.at
        "#,
        ward.uuid(),
        alert.watch.uuid(),
        alert.as_of.to_sqlx(),
        reply.code(),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn settle(tx: &mut Tx, ward: Id<Ward>, alert: &Alert) -> Result<()> {
    sqlx::query!(
        r#"
        UPDATE watch.replies r SET state = $3, at = $4
        WHERE r.ward_id = $1 AND r.watch_id = $2 AND r.state <> $3
          AND NOT EXISTS (SELECT FROM desk.alerts a WHERE a.ward_id = r.ward_id AND a.watch_id = r.watch_id AND a.state = 'taken')
        "#,
        ward.uuid(),
        alert.watch.uuid(),
        Reply::Watching.code(),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the facility reads now beside the day of this alert; `None` is the receipt alone.
pub async fn reply_shown<A: ShowsAlert>(tx: &mut Tx, permit: &Permit<A>) -> Result<Option<Reply>> {
    let state = sqlx::query_scalar!(
        r#"
        SELECT r.state FROM desk.alerts a JOIN watch.replies r ON r.ward_id = a.ward_id AND r.watch_id = a.watch_id AND r.day = a.as_of
        WHERE a.ward_id = $1 AND a.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    state.map(|code| Reply::from_code(&code).ok_or_else(|| unknown_code("reply", &code))).transpose()
}
