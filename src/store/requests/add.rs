//! New requests to watch, one by hand or thousands from a roster, by the same statements.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{
    domain::{
        grade::Grade,
        ground::LegalGround,
        ids::{Child, Id, Organization, Person, Watch},
        name::{ClassName, Kana, PersonName},
        roster::{RosterRow, Watched},
        rule::Strictness,
    },
    gate::{Permit, actions},
    store::{Result, Tx},
};

/// A sibling group, as an id that names nothing else.
#[derive(Debug, Clone, Copy)]
pub enum SiblingGroup {}

/// A request to be made for a child nobody here asks about yet.
#[derive(Debug, Clone)]
pub struct Addition {
    pub facility: Id<Organization>,
    pub name: PersonName,
    /// `None`: not known.
    pub kana: Option<Kana>,
    pub grade: Grade,
    pub class: Option<ClassName>,
    pub from: Date,
    pub until: Option<Date>,
    pub ground: LegalGround,
    pub strictness: Strictness,
    pub siblings: Option<Id<SiblingGroup>>,
    pub assigned_to: Option<Id<Person>>,
}

impl From<RosterRow> for Addition {
    fn from(row: RosterRow) -> Self {
        Self {
            facility: row.facility,
            name: row.name,
            kana: row.kana,
            grade: row.grade,
            class: row.class,
            from: row.from,
            until: row.until,
            ground: row.ground,
            strictness: Strictness::Normal,
            siblings: None,
            assigned_to: None,
        }
    }
}

pub async fn add(tx: &mut Tx, permit: &Permit<actions::CreateRequest>, addition: &Addition) -> Result<Id<Watch>> {
    let id = Id::random();
    let office = Asker { ward: permit.ward().uuid(), office: permit.id().uuid(), by: permit.person().map(Id::uuid) };
    insert(tx, &office, &[(id, addition)]).await?;
    Ok(id)
}

/// Adds every row of a roster at once.
pub async fn add_imported(tx: &mut Tx, permit: &Permit<actions::ImportRequests>, additions: &[Addition]) -> Result<()> {
    let office = Asker { ward: permit.ward().uuid(), office: permit.id().uuid(), by: permit.person().map(Id::uuid) };
    let rows: Vec<(Id<Watch>, &Addition)> = additions.iter().map(|addition| (Id::random(), addition)).collect();
    insert(tx, &office, &rows).await
}

/// Whose request it is.
struct Asker {
    ward: Uuid,
    office: Uuid,
    by: Option<Uuid>,
}

/// One column of the rows.
fn column<T>(rows: &[(Id<Watch>, &Addition)], of: impl Fn(&Addition) -> T) -> Vec<T> {
    rows.iter().map(|(_, row)| of(row)).collect()
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// Columns as arrays: two statements for any number of rows. The office could not read a watch back before its request is
/// there, so the ids are made here. Dates travel as text because an array of them may hold gaps.
async fn insert(tx: &mut Tx, office: &Asker, rows: &[(Id<Watch>, &Addition)]) -> Result<()> {
    let ids: Vec<Uuid> = rows.iter().map(|(id, _)| id.uuid()).collect();
    sqlx::query!(
        r#"
        INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, kana, name_key, grade, class, from_on, until_on)
        SELECT $1, x.id, x.child_id, x.facility_id, x.name, x.kana, x.name_key, x.grade, x.class, x.from_on::date, nullif(x.until_on, '')::date
        FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
             AS x (id, child_id, facility_id, name, kana, name_key, grade, class, from_on, until_on)
        "#,
        office.ward,
        &ids,
        &column(rows, |_| Id::<Child>::random().uuid()),
        &column(rows, |row| row.facility.uuid()),
        &column(rows, |row| row.name.to_string()),
        &column(rows, |row| text(row.kana.as_deref())),
        &column(rows, |row| row.name.search_key()),
        &column(rows, |row| row.grade.code()),
        &column(rows, |row| text(row.class.as_deref())),
        &column(rows, |row| row.from.to_string()),
        &column(rows, |row| row.until.map_or_else(String::new, |until| until.to_string())),
    )
    .execute(tx.conn())
    .await?;
    let now = tx.now();
    sqlx::query!(
        r#"
        INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, strictness, sibling_group_id, assigned_to, created_by, created_at)
        SELECT $1, x.watch_id, $2, x.ground, x.strictness, x.sibling_group_id, x.assigned_to, $3, $4
        FROM unnest($5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::uuid[]) AS x (watch_id, ground, strictness, sibling_group_id, assigned_to)
        "#,
        office.ward,
        office.office,
        office.by,
        now.to_sqlx(),
        &ids,
        &column(rows, |row| row.ground.code().to_owned()),
        &column(rows, |row| row.strictness.code().to_owned()),
        &column(rows, |row| row.siblings.map(Id::uuid)) as &[Option<Uuid>],
        &column(rows, |row| row.assigned_to.map(Id::uuid)) as &[Option<Uuid>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The sibling group of a request of this office, made when it has none; `None` when there is no such request.
pub async fn group_of(
    tx: &mut Tx,
    permit: &Permit<actions::CreateRequest>,
    sibling: Id<Watch>,
) -> Result<Option<Id<SiblingGroup>>> {
    let (ward, office) = (permit.ward().uuid(), permit.id().uuid());
    let found = sqlx::query!(
        r#"
        SELECT sibling_group_id AS "group: Id<SiblingGroup>" FROM desk.requests
        WHERE ward_id = $1 AND office_id = $2 AND watch_id = $3 FOR UPDATE
        "#,
        ward,
        office,
        sibling.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(found) = found else { return Ok(None) };
    if found.group.is_some() {
        return Ok(found.group);
    }
    let group = Id::random();
    sqlx::query!("INSERT INTO desk.sibling_groups (ward_id, id) VALUES ($1, $2)", ward, group.uuid()).execute(tx.conn()).await?;
    sqlx::query!(
        "UPDATE desk.requests SET sibling_group_id = $3 WHERE ward_id = $1 AND watch_id = $2",
        ward,
        sibling.uuid(),
        group.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(group))
}

/// Makes imports of one office wait for each other, so that neither adds a child the other is adding.
pub async fn one_import_at_a_time(tx: &mut Tx, permit: &Permit<actions::ImportRequests>) -> Result<()> {
    let office = permit.id().to_string();
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", office).execute(tx.conn()).await?;
    Ok(())
}

/// The children this office already asks about, today or later.
pub async fn watched(tx: &mut Tx, permit: &Permit<actions::ImportRequests>) -> Result<Vec<Watched>> {
    sqlx::query_as!(
        Watched,
        r#"
        SELECT w.facility_id AS "facility: Id<Organization>", w.name_key, w.grade, w.class
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        WHERE r.ward_id = $1 AND r.office_id = $2 AND (w.until_on IS NULL OR w.until_on >= $3)
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}
