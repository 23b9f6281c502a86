//! 緊急閲覧: written down by one function that crosses the fence, looked at through another, answered under row-level security.

mod list;
mod read;
mod seen;

use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::{
        grade::Grade,
        ids::{self, Id, Organization, Person},
        opening::{Judgement, Outcome, Reason, Words},
    },
    gate::{Actor, OpeningFacts, Permit, Side, actions},
};

pub use self::{
    list::{Line, list, waiting},
    read::{Opening, OwnChild, Said, read},
    seen::{Child, DaySeen, OpenAlert, seen},
};

/// The facts of an opening; `None` when none of this id is there for this actor.
pub async fn facts(tx: &mut Tx, actor: &Actor, id: Id<ids::Opening>) -> Result<Option<OpeningFacts>> {
    if actor.side() != Some(Side::Office) {
        // The other roles have no right to this table at all.
        return Ok(None);
    }
    let row = sqlx::query!(
        r#"
        SELECT person_id AS "person: Id<Person>", office_id AS "office: Id<Organization>", owner_id AS "owner!: Id<Organization>"
        FROM desk.openings WHERE ward_id = $1 AND id = $2 AND outcome = 'opened'
        "#,
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| OpeningFacts { ward: actor.ward(), id, person: row.person, office: row.office, owner: row.owner }))
}

/// The same, locked until the transaction ends: two who answer at once take turns.
pub async fn facts_for_change(tx: &mut Tx, actor: &Actor, id: Id<ids::Opening>) -> Result<Option<OpeningFacts>> {
    if actor.side() != Some(Side::Office) {
        return Ok(None);
    }
    sqlx::query!(
        "SELECT id FROM desk.openings WHERE ward_id = $1 AND id = $2 AND outcome = 'opened' FOR NO KEY UPDATE",
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    facts(tx, actor, id).await
}

/// Whom somebody looks for, and why.
#[derive(Debug)]
pub struct Asked {
    /// The keys of the whole name or of its whole reading, none of them empty.
    pub keys: Vec<String>,
    pub facility: Option<Id<Organization>>,
    pub grade: Option<Grade>,
    pub reason: Reason,
    pub words: Words,
}

/// What came of it; the owner where there is one.
#[derive(Debug, Clone, Copy)]
pub struct Answered {
    pub outcome: Outcome,
    pub id: Id<ids::Opening>,
    pub owner: Option<Id<Organization>>,
}

/// Opens it for whoever the permit is of, or writes down that nothing was found. `None` where they hold no membership that lives.
pub async fn open(tx: &mut Tx, _: &Permit<actions::OpenEmergency>, asked: &Asked) -> Result<Option<Answered>> {
    let row = sqlx::query!(
        r#"
        SELECT outcome AS "outcome!", opening_id AS "id!: Id<ids::Opening>", owner_id AS "owner?: Id<Organization>"
        FROM hub.open_emergency($1, $2, $3, $4, $5, $6, $7)
        "#,
        Id::<ids::Opening>::random().uuid(),
        &asked.keys,
        asked.facility.map(Id::uuid),
        asked.grade.map_or_else(String::new, Grade::code),
        asked.reason.code(),
        asked.words.as_str(),
        tx.now().to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let outcome = Outcome::from_code(&row.outcome).ok_or_else(|| unknown_code("outcome", &row.outcome))?;
    Ok(Some(Answered { outcome, id: row.id, owner: row.owner }))
}

/// The supervisors of the office whose child it is, or the nearest above it; not whoever looks.
pub async fn supervisors(tx: &mut Tx, permit: &Permit<actions::OpenEmergency>, owner: Id<Organization>) -> Result<Vec<Id<Person>>> {
    sqlx::query_scalar!(
        r#"
        SELECT n.person_id AS "person!: Id<Person>"
        FROM ( SELECT n.person_id, n.height, min(n.height) OVER () AS nearest FROM desk.answerers($1, $2, $3) n
               WHERE n.role = 'supervisor' AND n.person_id <> $4 ) n
        WHERE n.height = n.nearest ORDER BY 1
        "#,
        permit.ward().uuid(),
        owner.uuid(),
        tx.today().to_sqlx(),
        permit.person().map_or(Uuid::nil(), Id::uuid),
    )
    .fetch_all(tx.conn())
    .await
}

/// The second person's word.
pub async fn confirm(tx: &mut Tx, permit: &Permit<actions::ConfirmOpening>) -> Result<()> {
    sqlx::query!(
        "UPDATE desk.openings SET confirmed_by = $3, confirmed_at = $4 WHERE ward_id = $1 AND id = $2 AND confirmed_at IS NULL",
        permit.ward().uuid(),
        permit.id().uuid(),
        permit.person().map(Id::uuid),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn end(tx: &mut Tx, permit: &Permit<actions::EndOpening>) -> Result<()> {
    sqlx::query!(
        "UPDATE desk.openings SET ended_by = $3, ended_at = $4 WHERE ward_id = $1 AND id = $2 AND ended_at IS NULL",
        permit.ward().uuid(),
        permit.id().uuid(),
        permit.person().map(Id::uuid),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// 事後確認
pub async fn judge(tx: &mut Tx, permit: &Permit<actions::JudgeOpening>, judgement: Judgement, words: &str) -> Result<()> {
    sqlx::query!(
        r#"
        UPDATE desk.openings SET judged_by = $3, judged_at = $4, judgement = $5, judgement_words = $6
        WHERE ward_id = $1 AND id = $2 AND judged_at IS NULL
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        permit.person().map(Id::uuid),
        tx.now().to_sqlx(),
        judgement.code(),
        words,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
