//! What was sent to a session that was over: an hour for the person it belonged to, who sends it on once they are back.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::{Db, Result, Tx};
use crate::{
    domain::ids::{Id, KeptForm, Membership, Person, Ward},
    gate::{Actor, Permit, actions},
};

/// Long enough for somebody called away from the screen, short for what may hold a child's name.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// More tabs than anybody finds again; the oldest make room.
const MOST: i64 = 5;

/// Whose a form is: the person, and what they acted as when they typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    pub ward: Id<Ward>,
    pub person: Id<Person>,
    pub membership: Id<Membership>,
}

/// A form as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub action: String,
    pub body: Vec<u8>,
    pub at: Timestamp,
}

/// Keeps a form for its owner, whose entry the actor is; the same one sent again is kept once. No deed: nothing is shown or done.
pub async fn put(db: &Db, actor: &Actor, owner: Owner, (action, body): (&str, &[u8]), now: Timestamp) -> Result<()> {
    let mut tx = db.tx(actor, now).await?;
    sqlx::query!(
        r#"
        DELETE FROM hub.kept_forms
        WHERE ward_id = $1 AND person_id = $2
          AND (kept_at <= $6 OR (membership_id = $3 AND action = $4 AND body = $5)
               OR id IN (SELECT k.id FROM hub.kept_forms k WHERE k.ward_id = $1 AND k.person_id = $2 ORDER BY k.kept_at DESC, k.id OFFSET $7))
        "#,
        owner.ward.uuid(),
        owner.person.uuid(),
        owner.membership.uuid(),
        action,
        body,
        (now - PATIENCE).to_sqlx(),
        MOST - 1,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO hub.kept_forms (ward_id, id, person_id, membership_id, action, body, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        owner.ward.uuid(),
        Id::<KeptForm>::random().uuid(),
        owner.person.uuid(),
        owner.membership.uuid(),
        action,
        body,
        now.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    tx.commit_unsaid().await
}

/// Whether something waits for whoever comes in as this, and was not shown to them yet; asked at the entry, where one sees one's own alone.
pub async fn is_waiting(tx: &mut Tx, membership: Id<Membership>) -> Result<bool> {
    let since = tx.now() - PATIENCE;
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (SELECT FROM hub.kept_forms
                       WHERE ward_id = hub.ward() AND person_id = hub.person() AND membership_id = $1 AND shown_at IS NULL AND kept_at > $2) AS "waiting!"
        "#,
        membership.uuid(),
        since.to_sqlx(),
    )
    .fetch_one(tx.conn())
    .await
}

/// What waits for the person as this membership, newest first; from now on it leads nobody away from their first page.
pub async fn show(tx: &mut Tx, permit: &Permit<actions::ReadAccount>, membership: Id<Membership>) -> Result<Vec<Kept>> {
    let now = tx.now();
    let rows = sqlx::query!(
        r#"
        UPDATE hub.kept_forms SET shown_at = coalesce(shown_at, $4)
        WHERE ward_id = $1 AND person_id = $2 AND membership_id = $3 AND kept_at > $5
        RETURNING action, body, kept_at
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        membership.uuid(),
        now.to_sqlx(),
        (now - PATIENCE).to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut kept: Vec<Kept> =
        rows.into_iter().map(|row| Kept { action: row.action, body: row.body, at: row.kept_at.to_jiff() }).collect();
    kept.sort_by_key(|one| Reverse(one.at));
    Ok(kept)
}

/// Forgets what waits for the person who gets their account back: whoever had it until now may have sent it.
pub async fn forget(tx: &mut Tx, permit: &Permit<actions::RegisterPasskey>) -> Result<()> {
    let (ward, person) = (permit.ward().uuid(), permit.person().map(Id::uuid));
    sqlx::query!("DELETE FROM hub.kept_forms WHERE ward_id = $1 AND person_id = $2", ward, person).execute(tx.conn()).await?;
    Ok(())
}

/// Forgets what nobody came back for, of all wards; returns how many that were.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    let mut tx = db.upkeep().await?;
    let gone = sqlx::query!("DELETE FROM hub.kept_forms WHERE kept_at <= $1", (now - PATIENCE).to_sqlx()).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(gone.rows_affected())
}
