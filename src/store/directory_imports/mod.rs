//! Files of organizations and people on their way from upload to acceptance; a day after the last step nothing is left of one.

mod known;
mod memberships;
mod organizations;
mod people;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::{
    known::{admins, organizations, people, take_turn, templates},
    memberships::{Alteration, Beginning, alter, begin, propose},
    organizations::{add_organizations, change_organizations},
    people::{Leaver, add_people, change_people, leave},
};
pub use super::uploads::State;
use super::{
    Db, Result, Tx,
    sql::{from_json, to_json},
    uploads::{PATIENCE, uploader},
};
use crate::{
    domain::{
        directory::{
            Mapping,
            organizations::OrganizationField,
            people::{Defaults, PersonField},
        },
        ids::{DirectoryImport, Id},
        table_in::Encoding,
    },
    gate::{OrganizationFacts, Permit, actions},
};

/// How the file is read: proposed first, corrected by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub encoding: Encoding,
    pub columns: Columns,
}

/// What the columns mean, and what rows mean that leave some empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Columns {
    Organizations { mapping: Mapping<OrganizationField> },
    People { mapping: Mapping<PersonField>, defaults: Defaults },
}

/// A file as it waits.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: Id<DirectoryImport>,
    pub file_name: String,
    /// Gone once it is accepted or thrown away.
    pub file: Option<Vec<u8>>,
    pub reading: Reading,
    pub state: State,
    /// What was done with every row, in the words of whoever accepted it.
    pub result: Option<Value>,
}

/// Actions on a file of the ward.
pub trait Handles: actions::Action<On = OrganizationFacts> {}
impl Handles for actions::ImportDirectory {}
impl Handles for actions::AcceptDirectory {}

/// Keeps an uploaded file.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<actions::ImportDirectory>,
    file_name: &str,
    file: &[u8],
    reading: &Reading,
) -> Result<Id<DirectoryImport>> {
    let (id, now) = (Id::random(), tx.now());
    sqlx::query!(
        r#"
        INSERT INTO hub.directory_imports (ward_id, id, file_name, file, reading, state, uploaded_by, uploaded_at)
        VALUES ($1, $2, $3, $4, $5, 'uploaded', $6, $7)
        "#,
        permit.ward().uuid(),
        id.uuid(),
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

/// A file of the permit's ward; locked until the transaction ends, so that it is accepted once. One that has outlived its day
/// is not there, swept or not.
pub async fn read<A: Handles>(tx: &mut Tx, permit: &Permit<A>, id: Id<DirectoryImport>) -> Result<Option<Import>> {
    let since = tx.now() - PATIENCE;
    let row = sqlx::query!(
        r#"
        SELECT file_name, file, reading, state, result FROM hub.directory_imports
        WHERE ward_id = $1 AND id = $2 AND coalesce(ended_at, uploaded_at) > $3 FOR UPDATE
        "#,
        permit.ward().uuid(),
        id.uuid(),
        since.to_sqlx()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Import {
        id,
        file_name: row.file_name,
        file: row.file,
        reading: from_json(row.reading)?,
        state: State::stored(&row.state)?,
        result: row.result,
    }))
}

/// Keeps how the file is to be read from now on.
pub async fn set_reading(
    tx: &mut Tx,
    permit: &Permit<actions::ImportDirectory>,
    id: Id<DirectoryImport>,
    reading: &Reading,
) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.directory_imports SET reading = $3 WHERE ward_id = $1 AND id = $2 AND state = 'uploaded'",
        permit.ward().uuid(),
        id.uuid(),
        to_json(reading)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes an import: accepted with what was done, or discarded. The file goes.
pub async fn close<A: Handles>(
    tx: &mut Tx,
    permit: &Permit<A>,
    id: Id<DirectoryImport>,
    state: State,
    result: Option<Value>,
) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        r#"
        UPDATE hub.directory_imports SET state = $3, result = $4, file = NULL, ended_at = $5
        WHERE ward_id = $1 AND id = $2 AND state = 'uploaded'
        "#,
        permit.ward().uuid(),
        id.uuid(),
        state.code(),
        result,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Drops what has outlived its day, of all wards; returns how many that were.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    let mut tx = db.upkeep().await?;
    let gone =
        sqlx::query!("DELETE FROM hub.directory_imports WHERE coalesce(ended_at, uploaded_at) <= $1", (now - PATIENCE).to_sqlx())
            .execute(&mut *tx)
            .await?;
    tx.commit().await?;
    Ok(gone.rows_affected())
}
