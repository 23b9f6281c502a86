//! Closing an organization, or merging it into another: what is still open first, then everything from one day on.

use jiff::{ToSpan as _, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{
    Named, Shows, Stale, details,
    read::{NamedRow, named},
};
use crate::{
    domain::ids::{Id, Organization, Person},
    gate::{Permit, Role, actions},
    store::{Result, Tx, sql::unknown_code},
};

/// Somebody whose only membership is here.
#[derive(Debug, Clone)]
pub struct Leaving {
    pub person: Id<Person>,
    pub name: String,
    pub role: Role,
}

/// What would be left behind if the organization were no more from a day on. Of children and alerts a number and a yes or no.
#[derive(Debug, Clone)]
pub struct StillOpen {
    /// Requests to watch that name it on that day or later.
    pub requests: i64,
    /// An office's alerts that nobody has closed.
    pub work: bool,
    /// Children who are to come to a facility by a plan, or to leave it by one, and who have left it and have no next one yet.
    pub coming: i64,
    pub going: i64,
    pub held: i64,
    /// Memberships that reach that day.
    pub memberships: i64,
    pub leaving: Vec<Leaving>,
    /// Organizations right below it that are not closed by then.
    pub below: Vec<Named>,
}

pub async fn still_open<A: Shows>(tx: &mut Tx, permit: &Permit<A>, from: Date) -> Result<StillOpen> {
    let (ward, id) = (permit.ward().uuid(), permit.id().uuid());
    let open = sqlx::query!(
        r#"
        SELECT requests AS "requests!", work AS "work!", coming AS "coming!", going AS "going!", held AS "held!" FROM hub.still_open($1, $2)
        "#,
        id,
        from.to_sqlx()
    )
    .fetch_one(tx.conn())
    .await?;
    let held = sqlx::query!(
        r#"
        SELECT p.id AS "person: Id<Person>", p.display_name, m.role
             , NOT EXISTS (SELECT FROM hub.memberships other WHERE other.ward_id = m.ward_id AND other.person_id = m.person_id
                   AND other.organization_id <> m.organization_id AND (other.until_on IS NULL OR other.until_on >= $3)) AS "only_here!"
        FROM hub.memberships m JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status <> 'left'
        WHERE m.ward_id = $1 AND m.organization_id = $2 AND (m.until_on IS NULL OR m.until_on >= $3)
        ORDER BY p.kana, p.display_name, p.id
        "#,
        ward,
        id,
        from.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let below = sqlx::query_as!(
        NamedRow,
        r#"
        SELECT id AS "id: Id<Organization>", name, kind, opened_on, closed_on FROM hub.organizations
        WHERE ward_id = $1 AND parent_id = $2 AND (closed_on IS NULL OR closed_on > $3) ORDER BY name
        "#,
        ward,
        id,
        from.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let memberships = i64::try_from(held.len()).unwrap_or(i64::MAX);
    let mut leaving: Vec<Leaving> = Vec::new();
    for row in held {
        if row.only_here && leaving.iter().all(|known| known.person != row.person) {
            let role = Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?;
            leaving.push(Leaving { person: row.person, name: row.display_name, role });
        }
    }
    Ok(StillOpen {
        requests: open.requests,
        work: open.work,
        coming: open.coming,
        going: open.going,
        held: open.held,
        memberships,
        leaving,
        below: named(below, tx.today())?,
    })
}

/// Closes it with `last` as its last day; every membership ends with that day. How many did.
pub async fn close(
    tx: &mut Tx,
    permit: &Permit<actions::CloseOrganization>,
    revision: i64,
    last: Date,
) -> Result<Result<u64, Stale>> {
    let done = sqlx::query!(
        "UPDATE hub.organizations SET closed_on = $4, revision = revision + 1 WHERE ward_id = $1 AND id = $2 AND revision = $3 AND closed_on IS NULL",
        permit.ward().uuid(),
        permit.id().uuid(),
        revision,
        last.saturating_add(1.day()).to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(Err(Stale));
    }
    // One that was to begin later never does; one that was stopped is over, and stays so when the end is taken back.
    let ended = sqlx::query!(
        r#"
        UPDATE hub.memberships SET until_on = greatest($3, from_on), ended_reason = 'ended', revision = revision + 1
             , shortened = true, until_before = until_on
        WHERE ward_id = $1 AND organization_id = $2 AND (until_on IS NULL OR until_on > $3) AND (suspended_at IS NULL OR ended_reason = '')
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        last.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(Ok(ended.rows_affected()))
}

/// Into what, and from which day on.
#[derive(Debug, Clone)]
pub struct Merger {
    pub successor: Id<Organization>,
    /// The first day on which there is the successor alone.
    pub day: Date,
    /// What offices read as the end of requests that were carried over.
    pub why: String,
}

/// What went along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    pub memberships: u64,
    pub requests: i32,
}

/// What it may be merged into: open organizations that it may become, by name.
pub async fn successors(tx: &mut Tx, permit: &Permit<actions::MergeOrganization>) -> Result<Vec<Named>> {
    let mine = details(tx, permit).await?;
    let rows = sqlx::query_as!(
        NamedRow,
        r#"
        SELECT id AS "id: Id<Organization>", name, kind, opened_on, closed_on FROM hub.organizations
        WHERE ward_id = $1 AND id <> $2 AND closed_on IS NULL AND NOT id = ANY (hub.below($1, $2)) AND parent_id IS NOT NULL ORDER BY name
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut open = named(rows, tx.today())?;
    open.retain(|other| mine.kind.may_become(other.kind));
    Ok(open)
}

/// Merges it: closed from the day on, its memberships begin anew at the successor, the requests of a facility are carried over.
/// Requests of an office stay as they are, because whoever stands for the successor sees what stood with the merged one.
pub async fn merge(
    tx: &mut Tx,
    permit: &Permit<actions::MergeOrganization>,
    revision: i64,
    merger: &Merger,
) -> Result<Result<Carried, Stale>> {
    let (ward, id) = (permit.ward().uuid(), permit.id().uuid());
    let done = sqlx::query!(
        r#"
        UPDATE hub.organizations SET closed_on = $4, successor_id = $5, revision = revision + 1
        WHERE ward_id = $1 AND id = $2 AND revision = $3 AND closed_on IS NULL
        "#,
        ward,
        id,
        revision,
        merger.day.to_sqlx(),
        merger.successor.uuid()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(Err(Stale));
    }
    let memberships = carry_memberships(tx, permit, merger).await?;
    let requests = sqlx::query_scalar!(
        r#"SELECT hub.carry_requests_over($1, $2, $3, $4) AS "carried!""#,
        id,
        permit.person().map(Id::uuid),
        tx.now().to_sqlx(),
        merger.why
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Ok(Carried { memberships, requests }))
}

/// Ends each the day before and begins it anew at the successor, for the days on which the person does not have that role there
/// already: who has it until June goes on by what they had here. One that was stopped gives nobody anything, here or there.
async fn carry_memberships(tx: &mut Tx, permit: &Permit<actions::MergeOrganization>, merger: &Merger) -> Result<u64> {
    let last = merger.day.saturating_sub(1.day());
    let carried = sqlx::query!(
        r#"
        INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on, until_on, carried_from)
        SELECT m.ward_id, gen_random_uuid(), m.person_id, $3, m.role, lower(gap), upper(gap) - 1, m.id
        FROM hub.memberships m
        CROSS JOIN LATERAL unnest
            ( datemultirange(daterange(greatest(m.from_on, $4), m.until_on, '[]'))
            - coalesce(( SELECT range_agg(daterange(there.from_on, there.until_on, '[]')) FROM hub.memberships there
                         WHERE there.ward_id = m.ward_id AND there.organization_id = $3 AND there.person_id = m.person_id
                           AND there.role = m.role AND there.suspended_at IS NULL ), '{}'::datemultirange) ) AS free (gap)
        WHERE m.ward_id = $1 AND m.organization_id = $2 AND m.suspended_at IS NULL AND (m.until_on IS NULL OR m.until_on >= $4)
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        merger.successor.uuid(),
        merger.day.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        r#"
        UPDATE hub.memberships SET until_on = greatest($3, from_on), ended_reason = 'merged', revision = revision + 1
             , shortened = true, until_before = until_on
        WHERE ward_id = $1 AND organization_id = $2 AND (until_on IS NULL OR until_on > $3) AND (suspended_at IS NULL OR ended_reason = '')
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        last.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(carried.rows_affected())
}
