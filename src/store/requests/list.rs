//! Many requests to watch: the office's list, its export, and children found by their name.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::Child;
use crate::{
    domain::{
        grade::Grade,
        ground::LegalGround,
        ids::{Id, Organization, Person, Watch},
        rule::Strictness,
    },
    gate::{OrganizationFacts, Scope, actions},
    store::{
        Result, Tx,
        sql::{unknown_code, uuids},
    },
};

/// Which requests a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub facility: Option<Id<Organization>>,
    pub owner: Owner,
    pub state: State,
    /// A part of the name, as a search key; empty finds every name.
    pub name_key: String,
    /// A part of the reading in katakana without spaces; empty when what was typed is no reading.
    pub kana: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Owner {
    #[default]
    Any,
    Nobody,
    One(Id<Person>),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    /// Begun or still to begin, and not over.
    #[default]
    Live,
    Ended,
    All,
}

/// One request in a list.
#[derive(Debug, Clone)]
pub struct Line {
    pub child: Child,
    pub from: Date,
    pub until: Option<Date>,
    pub ground: LegalGround,
    pub strictness: Strictness,
    pub owner: Option<String>,
}

/// A page of the list, `limit` rows from `offset` on, and how many there are in all (0 beyond the last page).
pub async fn page(
    tx: &mut Tx,
    scope: &Scope<actions::ListRequests>,
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Line>, i64)> {
    rows(tx, scope.ward().uuid(), &uuids(scope.organizations()), filter, (Some(limit), offset)).await
}

/// The whole list, to be taken away.
pub async fn export(tx: &mut Tx, scope: &Scope<actions::ExportRequests>, filter: &Filter) -> Result<Vec<Line>> {
    Ok(rows(tx, scope.ward().uuid(), &uuids(scope.organizations()), filter, (None, 0)).await?.0)
}

async fn rows(
    tx: &mut Tx,
    ward: Uuid,
    offices: &[Uuid],
    filter: &Filter,
    (limit, offset): (Option<i64>, i64),
) -> Result<(Vec<Line>, i64)> {
    let (owner, nobody) = match filter.owner {
        Owner::Any => (None, false),
        Owner::Nobody => (None, true),
        Owner::One(person) => (Some(person.uuid()), false),
    };
    let live = match filter.state {
        State::Live => Some(true),
        State::Ended => Some(false),
        State::All => None,
    };
    let today = tx.today().to_sqlx();
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, w.facility_id AS "facility: Id<Organization>"
             , f.name AS facility_name, w.discreet, w.from_on, w.until_on, r.ground, r.strictness, p.display_name AS "owner?", count(*) OVER () AS "total!"
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        LEFT JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.assigned_to
        WHERE r.ward_id = $1 AND r.office_id = ANY ($2)
          AND ($3::uuid IS NULL OR w.facility_id = $3)
          AND ($4::uuid IS NULL OR r.assigned_to = $4) AND (NOT $5::boolean OR r.assigned_to IS NULL)
          AND ($6::boolean IS NULL OR $6 = (w.until_on IS NULL OR w.until_on >= $7))
          AND ($8 = '' OR strpos(w.name_key, $8) > 0 OR ($9 <> '' AND strpos(replace(w.kana, '　', ''), $9) > 0))
        ORDER BY w.kana = '', w.kana, w.name, w.id
        LIMIT $10 OFFSET $11
        "#,
        ward,
        offices,
        filter.facility.map(Id::uuid),
        owner,
        nobody,
        live,
        today,
        filter.name_key,
        filter.kana,
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let lines = rows
        .into_iter()
        .map(|row| {
            let child = Child {
                watch: row.watch,
                name: row.name,
                kana: row.kana,
                grade: row.grade,
                class: row.class,
                facility: row.facility,
                facility_name: row.facility_name,
                protected: row.discreet,
            };
            let (from, until) = (row.from_on.to_jiff(), row.until_on.map(jiff_sqlx::Date::to_jiff));
            let ground = LegalGround::from_code(&row.ground).ok_or_else(|| unknown_code("ground", &row.ground))?;
            let strictness = Strictness::from_code(&row.strictness).ok_or_else(|| unknown_code("strictness", &row.strictness))?;
            Ok(Line { child, from, until, ground, strictness, owner: row.owner })
        })
        .collect::<Result<_>>()?;
    Ok((lines, total))
}

/// Somebody a list of requests can be narrowed to.
#[derive(Debug, Clone)]
pub struct Holder {
    pub id: Id<Person>,
    pub name: String,
}

/// Who works at these offices today, and whoever else has a request of theirs that is not over: from an office above, or who has left.
pub async fn holders(tx: &mut Tx, scope: &Scope<actions::ListRequests>) -> Result<Vec<Holder>> {
    sqlx::query_as!(
        Holder,
        r#"
        SELECT p.id AS "id: Id<Person>", p.display_name AS name FROM hub.people p
        WHERE p.ward_id = $1 AND p.id IN
            ( SELECT m.person_id FROM hub.memberships m
              JOIN hub.people works ON works.ward_id = m.ward_id AND works.id = m.person_id AND works.status IN ('active', 'invited')
              WHERE m.ward_id = $1 AND m.organization_id = ANY ($2) AND m.role IN ('caseworker', 'supervisor') AND m.suspended_at IS NULL
                AND m.from_on <= $3 AND (m.until_on IS NULL OR m.until_on >= $3)
              UNION
              SELECT r.assigned_to FROM desk.requests r JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
              WHERE r.ward_id = $1 AND r.office_id = ANY ($2) AND r.assigned_to IS NOT NULL AND (w.until_on IS NULL OR w.until_on >= $3) )
        ORDER BY p.display_name, p.id
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await
}

/// What makes two requests look like one child.
#[derive(Debug, Clone)]
pub struct Same<'a> {
    pub facility: Id<Organization>,
    pub name_key: &'a str,
    pub grade: Grade,
    /// Requests that are over before this day do not count.
    pub from: Date,
}

/// The office's requests for a child of that name and grade at that facility.
pub async fn same_child(tx: &mut Tx, scope: &Scope<actions::CreateRequest>, same: &Same<'_>) -> Result<Vec<Child>> {
    sqlx::query_as!(
        Child,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class
             , w.facility_id AS "facility: Id<Organization>", f.name AS facility_name, w.discreet AS protected
        FROM watch.watches w
        JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id AND r.office_id = ANY ($2)
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        WHERE w.ward_id = $1 AND w.facility_id = $3 AND w.name_key = $4 AND w.grade = $5 AND (w.until_on IS NULL OR w.until_on >= $6)
        ORDER BY w.name, w.id
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        same.facility.uuid(),
        same.name_key,
        same.grade.code(),
        same.from.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}

/// The children of that name, or of that id, for whom the organization in scope itself asks, today or later.
pub async fn same_name(
    tx: &mut Tx,
    scope: &Scope<impl actions::Action<On = OrganizationFacts>>,
    name_key: &str,
    id: Option<Id<Watch>>,
) -> Result<Vec<Child>> {
    sqlx::query_as!(
        Child,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class
             , w.facility_id AS "facility: Id<Organization>", f.name AS facility_name, w.discreet AS protected
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        WHERE r.ward_id = $1 AND r.office_id = $2 AND (w.name_key = $3 OR w.id = $4) AND (w.until_on IS NULL OR w.until_on >= $5)
        ORDER BY w.name, f.name, w.id
        LIMIT 20
        "#,
        scope.ward().uuid(),
        scope.organization().uuid(),
        name_key,
        id.map(Id::uuid),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}
