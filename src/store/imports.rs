//! Rosters on their way from upload to acceptance. The file is kept until the roster is accepted, thrown away or a day old.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use super::uploads::State;
use super::{
    Db, Result, Tx, organizations,
    sql::{from_json, to_json},
    sweeps,
    uploads::{PATIENCE, uploader},
};
use crate::{
    domain::{
        facility::OrganizationKind,
        ids::{Id, Organization, RosterImport, Ward},
        name::search_key,
        roster::{Encoding, Mapping},
    },
    gate::{Actor, OrganizationFacts, Permit, Side, actions},
};

/// How the file is read: chosen by the hub first, corrected by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub encoding: Encoding,
    pub mapping: Mapping,
}

/// A roster as it waits.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: Id<RosterImport>,
    pub file_name: String,
    /// Gone once the roster is accepted or thrown away.
    pub file: Option<Vec<u8>>,
    pub reading: Reading,
    pub state: State,
    /// What became of it, in the words of whoever accepted it.
    pub result: Option<Value>,
    pub uploaded_at: Timestamp,
}

/// The office a roster belongs to; `None` when it is not inside the fence.
pub async fn owner(tx: &mut Tx, actor: &Actor, id: Id<RosterImport>) -> Result<Option<OrganizationFacts>> {
    // The other sides have no right on this table at all.
    if actor.side() != Some(Side::Office) {
        return Ok(None);
    }
    let office = sqlx::query_scalar!(
        r#"SELECT office_id AS "office: Id<Organization>" FROM desk.roster_imports WHERE ward_id = $1 AND id = $2"#,
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    match office {
        Some(office) => organizations::facts(tx, actor, office).await,
        None => Ok(None),
    }
}

/// Keeps an uploaded file, and drops those of the office that nobody went on with.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<actions::ImportRequests>,
    file_name: &str,
    file: &[u8],
    reading: &Reading,
) -> Result<Id<RosterImport>> {
    let (id, now) = (Id::random(), tx.now());
    sqlx::query!(
        r#"
        UPDATE desk.roster_imports SET state = 'discarded', file = NULL
        WHERE ward_id = $1 AND office_id = $2 AND state = 'uploaded' AND uploaded_at < $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        (now - PATIENCE).to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        r#"
        INSERT INTO desk.roster_imports (ward_id, id, office_id, file_name, file, mapping, state, uploaded_by, uploaded_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'uploaded', $7, $8)
        "#,
        permit.ward().uuid(),
        id.uuid(),
        permit.id().uuid(),
        file_name,
        file,
        to_json(reading)?,
        uploader(permit)?.uuid(),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// A roster of the permit's office; locked until the transaction ends, so that it is accepted once.
pub async fn read(tx: &mut Tx, permit: &Permit<actions::ImportRequests>, id: Id<RosterImport>) -> Result<Option<Import>> {
    let row = sqlx::query!(
        r#"
        SELECT file_name, file, mapping, state, result, uploaded_at FROM desk.roster_imports
        WHERE ward_id = $1 AND office_id = $2 AND id = $3 FOR UPDATE
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Import {
        id,
        file_name: row.file_name,
        file: row.file,
        reading: from_json(row.mapping)?,
        state: State::stored(&row.state)?,
        result: row.result,
        uploaded_at: row.uploaded_at.to_jiff(),
    }))
}

/// Keeps how the file is to be read from now on.
pub async fn set_reading(
    tx: &mut Tx,
    permit: &Permit<actions::ImportRequests>,
    id: Id<RosterImport>,
    reading: &Reading,
) -> Result<()> {
    sqlx::query!(
        "UPDATE desk.roster_imports SET mapping = $4 WHERE ward_id = $1 AND office_id = $2 AND id = $3 AND state = 'uploaded'",
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid(),
        to_json(reading)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes a roster: accepted with its result, or discarded. The file goes.
pub async fn close(
    tx: &mut Tx,
    permit: &Permit<actions::ImportRequests>,
    id: Id<RosterImport>,
    state: State,
    result: Option<Value>,
) -> Result<()> {
    sqlx::query!(
        r#"
        UPDATE desk.roster_imports SET state = $4, result = $5, file = NULL
        WHERE ward_id = $1 AND office_id = $2 AND id = $3 AND state = 'uploaded'
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid(),
        state.code(),
        result
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The office an import from the console is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Office {
    NoWard,
    /// The ward has no such office, but these.
    NotAmong(Vec<String>),
    Found(OrganizationFacts),
}

/// Finds an office by the code of its ward and its name, as an operator types them; `console` is the console's duty in a ward.
pub async fn office(db: &Db, now: Timestamp, ward_code: &str, name: &str, console: impl Fn(Id<Ward>) -> Actor) -> Result<Office> {
    for ward in sweeps::wards(db).await? {
        let mut tx = db.tx(&console(ward), now).await?;
        let rows = sqlx::query!(
            r#"
            SELECT o.id AS "id: Id<Organization>", o.name, o.kind
            FROM hub.wards w
            JOIN hub.organizations o ON o.ward_id = w.id AND o.opened_on <= $3 AND (o.closed_on IS NULL OR o.closed_on > $3)
            WHERE w.id = $1 AND w.code = $2 ORDER BY o.name
            "#,
            ward.uuid(),
            ward_code,
            tx.today().to_sqlx()
        )
        .fetch_all(tx.conn())
        .await?;
        if rows.is_empty() {
            continue;
        }
        let is_office =
            |kind: &str| OrganizationKind::from_code(kind).map(organizations::side).is_some_and(|side| side == Side::Office);
        let offices: Vec<_> = rows.into_iter().filter(|row| is_office(&row.kind)).collect();
        let found = offices.iter().find(|row| search_key(&row.name) == search_key(name));
        return Ok(match found {
            Some(row) => Office::Found(OrganizationFacts { ward, id: row.id, side: Side::Office }),
            None => Office::NotAmong(offices.into_iter().map(|row| row.name).collect()),
        });
    }
    Ok(Office::NoWard)
}
