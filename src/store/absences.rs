//! 休暇: who is not there, from day to day, and who stands in.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Result, Tx, sql::uuids};
use crate::{
    domain::ids::{self, Id, Person},
    gate::{Permit, Scope, actions},
};

/// One absence with its names.
#[derive(Debug, Clone)]
pub struct Absence {
    pub id: Id<ids::Absence>,
    pub person: Id<Person>,
    pub name: String,
    pub from: Date,
    pub until: Date,
    pub substitute: Option<String>,
    pub substitute_id: Option<Id<Person>>,
    /// The substitute can answer today for the office the absence is of; it may be one below the office that looks.
    pub can_answer: bool,
}

/// Those that are not over, of the offices of the scope.
pub async fn list(tx: &mut Tx, scope: &Scope<actions::ListAbsences>) -> Result<Vec<Absence>> {
    let rows = sqlx::query!(
        r#"
        SELECT a.id AS "id: Id<ids::Absence>", a.person_id AS "person: Id<Person>", p.display_name AS name, a.from_on, a.until_on
             , s.display_name AS "substitute?", a.substitute_id AS "substitute_id: Id<Person>"
             , EXISTS (SELECT FROM desk.answerers(a.ward_id, a.office_id, $3) n WHERE n.person_id = a.substitute_id) AS "can_answer!"
        FROM desk.absences a
        JOIN hub.people p ON p.ward_id = a.ward_id AND p.id = a.person_id
        LEFT JOIN hub.people s ON s.ward_id = a.ward_id AND s.id = a.substitute_id
        WHERE a.ward_id = $1 AND a.office_id = ANY ($2) AND a.ended_at IS NULL AND a.until_on >= $3
        ORDER BY a.from_on, p.display_name, a.id
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Absence {
            id: row.id,
            person: row.person,
            name: row.name,
            from: row.from_on.to_jiff(),
            until: row.until_on.to_jiff(),
            substitute: row.substitute,
            substitute_id: row.substitute_id,
            can_answer: row.can_answer,
        })
        .collect())
}

/// What is about to be entered.
#[derive(Debug, Clone, Copy)]
pub struct New {
    pub person: Id<Person>,
    pub from: Date,
    pub until: Date,
    pub substitute: Option<Id<Person>>,
}

/// Enters it for the office of the permit; the same again is the one there is.
pub async fn insert(tx: &mut Tx, permit: &Permit<actions::EnterAbsence>, new: &New) -> Result<Id<ids::Absence>> {
    let id = Id::random();
    sqlx::query!(
        r#"
        INSERT INTO desk.absences (ward_id, id, office_id, person_id, from_on, until_on, substitute_id, entered_by, entered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        permit.ward().uuid(),
        id.uuid(),
        permit.id().uuid(),
        new.person.uuid(),
        new.from.to_sqlx(),
        new.until.to_sqlx(),
        new.substitute.map(Id::uuid),
        permit.person().map_or(Uuid::nil(), Id::uuid),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Takes it back, or ends it today; `false` when it is over already.
pub async fn end(tx: &mut Tx, permit: &Permit<actions::EnterAbsence>, id: Id<ids::Absence>) -> Result<bool> {
    let ended = sqlx::query!(
        "UPDATE desk.absences SET ended_by = $3, ended_at = $4 WHERE ward_id = $1 AND id = $2 AND ended_at IS NULL",
        permit.ward().uuid(),
        id.uuid(),
        permit.person().map_or(Uuid::nil(), Id::uuid),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected() == 1)
}
