//! Which account of the ward's sign-in service is whose here: proposed by its owner, approved by somebody else, or bound by a
//! verified staff code. A mail address binds nothing.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::{Result, Tx, sql::uuids};
use crate::{
    domain::ids::{Binding, Id, Person},
    gate::{Actor, Permit, PersonFacts, Scope, actions},
};

/// An account at a service: only both together name somebody.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
    /// What the service calls it, for people's eyes alone.
    pub account: String,
}

/// A binding, in force or waiting.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id<Binding>,
    pub issuer: String,
    pub account: String,
    pub is_active: bool,
    pub by_claim: bool,
    pub at: Timestamp,
}

/// Whose the identity is, inside the ward of the fence.
pub async fn owner(tx: &mut Tx, actor: &Actor, identity: &Identity) -> Result<Option<Id<Person>>> {
    sqlx::query_scalar!(
        r#"SELECT person_id AS "person: Id<Person>" FROM hub.bindings WHERE ward_id = $1 AND issuer = $2 AND subject = $3 AND state = 'active'"#,
        actor.ward().uuid(),
        identity.issuer,
        identity.subject
    )
    .fetch_optional(tx.conn())
    .await
}

/// Who has this staff code, inside the ward of the fence.
pub async fn staff(tx: &mut Tx, code: &str) -> Result<Option<Id<Person>>> {
    sqlx::query_scalar!(r#"SELECT hub.find_staff($1) AS "person: Id<Person>""#, code).fetch_one(tx.conn()).await
}

/// Whether the staff code of the person inside the fence still says who they are: it did not become another one after they had a
/// passkey or an account. Whoever writes codes down could else make their own account somebody else's.
pub async fn trusts_code(tx: &mut Tx, permit: &Permit<actions::OpenSession>) -> Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS
            ( SELECT FROM hub.people p
              WHERE p.ward_id = $1 AND p.id = $2
                AND NOT EXISTS (SELECT FROM hub.passkeys k WHERE k.ward_id = p.ward_id AND k.person_id = p.id AND k.created_at <= p.code_changed_at)
                AND NOT EXISTS (SELECT FROM hub.bindings b WHERE b.ward_id = p.ward_id AND b.person_id = p.id AND b.proposed_at <= p.code_changed_at)
            ) AS "trusted!"
        "#,
        permit.ward().uuid(),
        permit.person().map(Id::uuid)
    )
    .fetch_one(tx.conn())
    .await
}

/// Binds the identity to the person inside the fence by their verified staff code, which [`trusts_code`]. `false` when the desk has
/// ended or refused this very identity before, or the person has another one: then somebody must look at it.
pub async fn bind_by_claim(tx: &mut Tx, permit: &Permit<actions::OpenSession>, identity: &Identity) -> Result<bool> {
    let now = tx.now().to_sqlx();
    let done = sqlx::query!(
        r#"
        INSERT INTO hub.bindings (ward_id, id, person_id, issuer, subject, account, state, by_claim, proposed_at)
        SELECT $1, $2, $3, $4, $5, $6, 'active', true, $7
        WHERE NOT EXISTS
            ( SELECT FROM hub.bindings b
              WHERE b.ward_id = $1 AND ( (b.issuer = $4 AND b.subject = $5 AND b.state IN ('ended', 'refused')) OR (b.person_id = $3 AND b.state = 'active') ) )
        ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        Id::<Binding>::random().uuid(),
        permit.person().map(Id::uuid),
        identity.issuer,
        identity.subject,
        identity.account,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the identity opens the account of the person inside the fence: bound to them, and not by a claim alone where others'
/// rights hang on them by now, or will.
pub async fn opens(tx: &mut Tx, permit: &Permit<actions::OpenSession>, identity: &Identity) -> Result<bool> {
    let today = tx.today();
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS
            ( SELECT FROM hub.bindings b
              WHERE b.ward_id = $1 AND b.person_id = $2 AND b.issuer = $3 AND b.subject = $4 AND b.state = 'active'
                AND NOT (b.by_claim AND EXISTS
                    ( SELECT FROM hub.memberships m WHERE m.ward_id = b.ward_id AND m.person_id = b.person_id
                        AND m.role IN ('ward_admin', 'auditor', 'operator') AND m.suspended_at IS NULL AND (m.until_on IS NULL OR m.until_on >= $5) ))
            ) AS "opens!"
        "#,
        permit.ward().uuid(),
        permit.person().map(Id::uuid),
        identity.issuer,
        identity.subject,
        today.to_sqlx()
    )
    .fetch_one(tx.conn())
    .await
}

/// Proposes the identity for the person of the permit, in place of what they proposed before. The same again is the same.
pub async fn propose(tx: &mut Tx, permit: &Permit<actions::LinkProvider>, identity: &Identity) -> Result<()> {
    let now = tx.now().to_sqlx();
    sqlx::query!(
        "UPDATE hub.bindings SET state = 'withdrawn' WHERE ward_id = $1 AND person_id = $2 AND state = 'proposed' AND (issuer, subject) <> ($3, $4)",
        permit.ward().uuid(),
        permit.id().uuid(),
        identity.issuer,
        identity.subject
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        r#"
        INSERT INTO hub.bindings (ward_id, id, person_id, issuer, subject, account, state, proposed_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'proposed', $7)
        ON CONFLICT (ward_id, person_id) WHERE state = 'proposed' DO NOTHING
        "#,
        permit.ward().uuid(),
        Id::<Binding>::random().uuid(),
        permit.id().uuid(),
        identity.issuer,
        identity.subject,
        identity.account,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is in force or waits for the person of the permit; in force first.
pub async fn of_person<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Binding>", issuer, account, state = 'active' AS "is_active!", by_claim, proposed_at
        FROM hub.bindings WHERE ward_id = $1 AND person_id = $2 AND state IN ('active', 'proposed') ORDER BY state, id
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let lines = rows.into_iter().map(|row| Line {
        id: row.id,
        issuer: row.issuer,
        account: row.account,
        is_active: row.is_active,
        by_claim: row.by_claim,
        at: row.proposed_at.to_jiff(),
    });
    Ok(lines.collect())
}

/// Somebody who waits for their account to be approved.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub person: Id<Person>,
    pub person_name: String,
    pub account: String,
    pub at: Timestamp,
}

/// The proposals of people of the scope, oldest first.
pub async fn waiting(tx: &mut Tx, scope: &Scope<actions::ListPeople>) -> Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        r#"
        SELECT b.person_id AS "person: Id<Person>", p.display_name, b.account, b.proposed_at
        FROM hub.bindings b
        JOIN hub.people p ON p.ward_id = b.ward_id AND p.id = b.person_id
        WHERE b.ward_id = $1 AND b.state = 'proposed'
          AND EXISTS (SELECT FROM hub.memberships m WHERE m.ward_id = b.ward_id AND m.person_id = b.person_id AND m.organization_id = ANY ($2))
        ORDER BY b.proposed_at, b.id LIMIT 200
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations())
    )
    .fetch_all(tx.conn())
    .await?;
    let waiting = rows.into_iter().map(|row| Waiting {
        person: row.person,
        person_name: row.display_name,
        account: row.account,
        at: row.proposed_at.to_jiff(),
    });
    Ok(waiting.collect())
}

/// What became of a word on a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    Done,
    /// Decided before, or taken back.
    Over,
    /// The identity is somebody else's.
    Taken,
    /// It is one of a service the ward no longer has: it would take the good one away and open nothing.
    OtherService,
}

/// Decides on a proposal of the person of the permit. What they were bound to before ends with the approval.
pub async fn decide(tx: &mut Tx, permit: &Permit<actions::ApproveBinding>, id: Id<Binding>, approve: bool) -> Result<Decided> {
    let (ward, person, now) = (permit.ward().uuid(), permit.id().uuid(), tx.now().to_sqlx());
    if approve {
        // Locked, so that of two approvals of one identity at the same moment the second sees the first.
        let taken = sqlx::query_scalar!(
            r#"
            SELECT (b.person_id <> $2 AND b.state = 'active') AS "taken!"
            FROM hub.bindings b JOIN hub.bindings mine ON mine.ward_id = b.ward_id AND mine.id = $3
            WHERE b.ward_id = $1 AND (b.issuer, b.subject) = (mine.issuer, mine.subject)
            ORDER BY b.id FOR UPDATE OF b
            "#,
            ward,
            person,
            id.uuid()
        )
        .fetch_all(tx.conn())
        .await?;
        if taken.contains(&true) {
            return Ok(Decided::Taken);
        }
        if is_of_other_service(tx, permit, id).await? {
            return Ok(Decided::OtherService);
        }
        sqlx::query!(
            r#"
            UPDATE hub.bindings SET state = 'ended', ended_at = $3
            WHERE ward_id = $1 AND person_id = $2 AND state = 'active'
              AND EXISTS (SELECT FROM hub.bindings b WHERE b.ward_id = $1 AND b.person_id = $2 AND b.id = $4 AND b.state = 'proposed')
            "#,
            ward,
            person,
            now,
            id.uuid()
        )
        .execute(tx.conn())
        .await?;
    }
    let done = sqlx::query!(
        r#"
        UPDATE hub.bindings SET state = $4, decided_by = $5, decided_at = $6
        WHERE ward_id = $1 AND person_id = $2 AND id = $3 AND state = 'proposed'
        "#,
        ward,
        person,
        id.uuid(),
        if approve { "active" } else { "refused" },
        permit.person().map(Id::uuid),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(if done.rows_affected() == 1 { Decided::Done } else { Decided::Over })
}

/// Whether what still waits is an account elsewhere than at the ward's service.
async fn is_of_other_service(tx: &mut Tx, permit: &Permit<actions::ApproveBinding>, id: Id<Binding>) -> Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS
            ( SELECT FROM hub.bindings b
              WHERE b.ward_id = $1 AND b.id = $2 AND b.state = 'proposed'
                AND NOT EXISTS (SELECT FROM hub.providers p WHERE p.ward_id = b.ward_id AND p.issuer = b.issuer) ) AS "other!"
        "#,
        permit.ward().uuid(),
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await
}

/// Ends what binds the person of the permit; `false` when nothing does.
pub async fn end(tx: &mut Tx, permit: &Permit<actions::EndBinding>) -> Result<bool> {
    let now = tx.now().to_sqlx();
    let done = sqlx::query!(
        "UPDATE hub.bindings SET state = 'ended', ended_at = $3 WHERE ward_id = $1 AND person_id = $2 AND state = 'active'",
        permit.ward().uuid(),
        permit.id().uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends what binds the person who gets their account back, and takes back what was proposed for it: whoever had the account until
/// now may have done either. Says how many were in force.
pub(in crate::store) async fn end_before(tx: &mut Tx, permit: &Permit<actions::RegisterPasskey>) -> Result<u64> {
    let (ward, person, now) = (permit.ward().uuid(), permit.person().map(Id::uuid), tx.now().to_sqlx());
    sqlx::query!(
        "UPDATE hub.bindings SET state = 'withdrawn' WHERE ward_id = $1 AND person_id = $2 AND state = 'proposed'",
        ward,
        person
    )
    .execute(tx.conn())
    .await?;
    let ended = sqlx::query!(
        "UPDATE hub.bindings SET state = 'ended', ended_at = $3 WHERE ward_id = $1 AND person_id = $2 AND state = 'active'",
        ward,
        person,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected())
}
