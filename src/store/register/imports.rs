//! Registers on their way in: the picked cells until they are accepted, thrown away or a day old; and what is remembered for next time.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;

pub use crate::store::uploads::State;
use crate::{
    domain::{
        ids::{AttendanceImport, Id, Organization},
        register::{Cell, Column, Meaning},
        rights::Month,
    },
    gate::{Actor, OrganizationFacts, Permit, Side, actions},
    store::{
        Db, Result, Tx,
        sql::{from_json, to_json},
        uploads::{PATIENCE, uploader},
    },
};

/// A register as it waits.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: Id<AttendanceImport>,
    pub month: Month,
    /// Gone once it is accepted or thrown away.
    pub cells: Option<Vec<Cell>>,
    pub marks: Vec<Meaning>,
    pub others: usize,
    pub unclear: usize,
    pub state: State,
    pub result: Option<Value>,
}

/// What was picked out of a file.
#[derive(Debug)]
pub struct New<'a> {
    pub month: Month,
    pub cells: &'a [Cell],
    pub marks: &'a [Meaning],
    pub others: usize,
    pub unclear: usize,
}

/// How the facility's last file was read.
#[derive(Debug, Clone, Default)]
pub struct Remembered {
    pub columns: Vec<Column>,
    pub marks: Vec<Meaning>,
}

/// The facility a register belongs to; `None` when it is not inside the fence.
pub async fn owner(tx: &mut Tx, actor: &Actor, id: Id<AttendanceImport>) -> Result<Option<OrganizationFacts>> {
    // The other sides have no right on this table at all.
    if actor.side() != Some(Side::Facility) {
        return Ok(None);
    }
    let ward = actor.ward();
    let facility = sqlx::query_scalar!(
        r#"SELECT facility_id AS "facility: Id<Organization>" FROM watch.attendance_imports WHERE ward_id = $1 AND id = $2"#,
        ward.uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(facility.map(|id| OrganizationFacts { ward, id, side: Side::Facility }))
}

/// Keeps what was picked.
pub async fn insert(tx: &mut Tx, permit: &Permit<actions::ImportAttendance>, new: &New<'_>) -> Result<Id<AttendanceImport>> {
    let (id, now) = (Id::random(), tx.now());
    sqlx::query!(
        r#"
        INSERT INTO watch.attendance_imports (ward_id, id, facility_id, month, cells, marks, others, unclear, state, uploaded_by, uploaded_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'uploaded', $9, $10)
        "#,
        permit.ward().uuid(),
        id.uuid(),
        permit.id().uuid(),
        new.month.first().to_sqlx(),
        to_json(&new.cells)?,
        to_json(&new.marks)?,
        i32::try_from(new.others).unwrap_or(i32::MAX),
        i32::try_from(new.unclear).unwrap_or(i32::MAX),
        uploader(permit)?.uuid(),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Reads a register, for whoever goes on with it alone.
pub async fn read(tx: &mut Tx, permit: &Permit<actions::ImportAttendance>, id: Id<AttendanceImport>) -> Result<Option<Import>> {
    let row = sqlx::query!(
        r#"
        SELECT month, cells, marks, others, unclear, state, result FROM watch.attendance_imports
        WHERE ward_id = $1 AND facility_id = $2 AND id = $3 FOR UPDATE
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
        month: Month::of(row.month.to_jiff()),
        cells: row.cells.map(from_json).transpose()?,
        marks: from_json(row.marks)?,
        others: usize::try_from(row.others).unwrap_or(0),
        unclear: usize::try_from(row.unclear).unwrap_or(0),
        state: State::stored(&row.state)?,
        result: row.result,
    }))
}

/// Keeps what the marks mean from now on.
pub async fn set_marks(
    tx: &mut Tx,
    permit: &Permit<actions::ImportAttendance>,
    id: Id<AttendanceImport>,
    marks: &[Meaning],
) -> Result<()> {
    sqlx::query!(
        "UPDATE watch.attendance_imports SET marks = $4 WHERE ward_id = $1 AND facility_id = $2 AND id = $3 AND state = 'uploaded'",
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid(),
        to_json(&marks)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes a register: accepted with what was done, or discarded. The cells go.
pub async fn close(
    tx: &mut Tx,
    permit: &Permit<actions::ImportAttendance>,
    id: Id<AttendanceImport>,
    state: State,
    result: Option<Value>,
) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        r#"
        UPDATE watch.attendance_imports SET state = $4, result = $5, cells = NULL, ended_at = $6
        WHERE ward_id = $1 AND facility_id = $2 AND id = $3 AND state = 'uploaded'
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid(),
        state.code(),
        result,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How the facility's last file was read; nothing before the first one.
pub async fn remembered(tx: &mut Tx, permit: &Permit<actions::ImportAttendance>) -> Result<Remembered> {
    let row = sqlx::query!(
        "SELECT columns, marks FROM watch.attendance_layouts WHERE ward_id = $1 AND facility_id = $2",
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    match row {
        Some(row) => Ok(Remembered { columns: from_json(row.columns)?, marks: from_json(row.marks)? }),
        None => Ok(Remembered::default()),
    }
}

/// Remembers it for the next file.
pub async fn remember(tx: &mut Tx, permit: &Permit<actions::ImportAttendance>, how: &Remembered) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        r#"
        INSERT INTO watch.attendance_layouts (ward_id, facility_id, columns, marks, changed_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (ward_id, facility_id) DO UPDATE SET columns = EXCLUDED.columns, marks = EXCLUDED.marks, changed_at = EXCLUDED.changed_at
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        to_json(&how.columns)?,
        to_json(&how.marks)?,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Drops what has outlived its day, of all wards; returns how many that were.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    let mut tx = db.upkeep().await?;
    let old = (now - PATIENCE).to_sqlx();
    let gone = sqlx::query!("DELETE FROM watch.attendance_imports WHERE coalesce(ended_at, uploaded_at) <= $1", old)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(gone.rows_affected())
}
