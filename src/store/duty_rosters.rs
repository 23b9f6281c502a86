//! Duty rosters: the week's turns and single days of an office, and which roster is in force for an alert.

use std::sync::Arc;

use jiff::{ToSpan as _, civil::Date};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::{
        calendar::Office,
        duty_roster::{DutyRoster, Row, Shift, Turn},
        ids::{Id, Organization, Person, Ward},
    },
    gate::{OrganizationFacts, Permit, actions},
};

/// What shows a roster.
pub trait ShowsDuty: actions::Action<On = OrganizationFacts> {}
impl ShowsDuty for actions::ReadDuty {}
impl ShowsDuty for actions::EditDuty {}

/// A roster with its revision; 0 is one that nobody has written yet.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    pub roster: DutyRoster,
    pub revision: i32,
}

/// The roster of the office, with its single days from `from` on.
pub async fn read<A: ShowsDuty>(tx: &mut Tx, permit: &Permit<A>, from: Date) -> Result<Kept> {
    let revision = sqlx::query_scalar!(
        "SELECT revision FROM desk.duty_rosters WHERE ward_id = $1 AND office_id = $2",
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let until = from.checked_add(400.days()).unwrap_or(Date::MAX);
    let roster = turns(tx, permit.ward(), permit.id(), from, until).await?;
    Ok(Kept { roster, revision: revision.unwrap_or(0) })
}

async fn turns(tx: &mut Tx, ward: Id<Ward>, office: Id<Organization>, from: Date, until: Date) -> Result<DutyRoster> {
    let rows = sqlx::query!(
        r#"
        SELECT weekday AS "weekday?", NULL::date AS day, shift AS "shift!", person_id AS "person!: Id<Person>"
        FROM desk.duty_turns WHERE ward_id = $1 AND office_id = $2
        UNION ALL
        SELECT NULL, day, shift, person_id FROM desk.duty_days WHERE ward_id = $1 AND office_id = $2 AND day BETWEEN $3 AND $4
        "#,
        ward.uuid(),
        office.uuid(),
        from.to_sqlx(),
        until.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut roster = DutyRoster::default();
    for row in rows {
        let shift = Shift::from_code(&row.shift).ok_or_else(|| unknown_code("shift", &row.shift))?;
        if let Some(day) = row.day {
            roster.days.insert(Turn { day: day.to_jiff(), shift }, row.person);
        } else if let Some(line) = row.weekday.and_then(|number| Row::from_number(i8::try_from(number).unwrap_or(-1))) {
            roster.weekly.insert((line, shift), row.person);
        }
    }
    Ok(roster)
}

/// The roster of the nearest office, from this one upwards, that keeps one.
pub(super) async fn in_force(tx: &mut Tx, ward: Id<Ward>, office: Id<Organization>, on: Date) -> Result<DutyRoster> {
    let keeper = sqlx::query_scalar!(
        r#"
        WITH RECURSIVE above AS
            ( SELECT o.id, o.parent_id, 0 AS height FROM hub.organizations o WHERE o.ward_id = $1 AND o.id = $2
              UNION ALL
              SELECT o.id, o.parent_id, above.height + 1 FROM hub.organizations o JOIN above ON o.id = above.parent_id WHERE o.ward_id = $1 )
        SELECT a.id AS "id!: Id<Organization>" FROM above a
        WHERE EXISTS (SELECT FROM desk.duty_turns t WHERE t.ward_id = $1 AND t.office_id = a.id)
           OR EXISTS (SELECT FROM desk.duty_days d WHERE d.ward_id = $1 AND d.office_id = a.id AND d.day = $3)
        ORDER BY a.height LIMIT 1
        "#,
        ward.uuid(),
        office.uuid(),
        on.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    match keeper {
        Some(keeper) => turns(tx, ward, keeper, on, on).await,
        None => Ok(DutyRoster::default()),
    }
}

/// Writes the week anew; `false` when somebody was first.
pub async fn set_week(
    tx: &mut Tx,
    permit: &Permit<actions::EditDuty>,
    revision: i32,
    week: &[((Row, Shift), Id<Person>)],
) -> Result<bool> {
    let (ward, office, now) = (permit.ward().uuid(), permit.id().uuid(), tx.now().to_sqlx());
    let written = sqlx::query!(
        r#"
        INSERT INTO desk.duty_rosters (ward_id, office_id, revision, changed_by, changed_at) VALUES ($1, $2, 1, $4, $5)
        ON CONFLICT (ward_id, office_id) DO UPDATE SET revision = duty_rosters.revision + 1, changed_by = $4, changed_at = $5
        WHERE duty_rosters.revision = $3
        RETURNING revision
        "#,
        ward,
        office,
        revision,
        permit.person().map_or(Uuid::nil(), Id::uuid),
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    // Somebody else wrote the first one, or the next.
    if written.is_none_or(|row| row.revision != revision + 1) {
        return Ok(false);
    }
    sqlx::query!("DELETE FROM desk.duty_turns WHERE ward_id = $1 AND office_id = $2", ward, office).execute(tx.conn()).await?;
    let (weekdays, rest): (Vec<i16>, Vec<(String, Uuid)>) =
        week.iter().map(|((row, shift), person)| (i16::from(row.number()), (shift.code().to_owned(), person.uuid()))).unzip();
    let (shifts, people): (Vec<String>, Vec<Uuid>) = rest.into_iter().unzip();
    sqlx::query!(
        r#"
        INSERT INTO desk.duty_turns (ward_id, office_id, weekday, shift, person_id)
        SELECT $1, $2, t.weekday, t.shift, t.person FROM unnest($3::smallint[], $4::text[], $5::uuid[]) AS t (weekday, shift, person)
        "#,
        ward,
        office,
        &weekdays,
        &shifts,
        &people,
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Puts somebody on one turn, whoever it was before.
pub async fn set_day(tx: &mut Tx, permit: &Permit<actions::EditDuty>, turn: Turn, person: Id<Person>) -> Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO desk.duty_days (ward_id, office_id, day, shift, person_id, entered_by, entered_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (ward_id, office_id, day, shift) DO UPDATE SET person_id = $5, entered_by = $6, entered_at = $7
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        turn.day.to_sqlx(),
        turn.shift.code(),
        person.uuid(),
        permit.person().map_or(Uuid::nil(), Id::uuid),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Back to the week's turn; whether there was anything else.
pub async fn remove_day(tx: &mut Tx, permit: &Permit<actions::EditDuty>, turn: Turn) -> Result<bool> {
    let gone = sqlx::query!(
        "DELETE FROM desk.duty_days WHERE ward_id = $1 AND office_id = $2 AND day = $3 AND shift = $4",
        permit.ward().uuid(),
        permit.id().uuid(),
        turn.day.to_sqlx(),
        turn.shift.code(),
    )
    .execute(tx.conn())
    .await?;
    Ok(gone.rows_affected() == 1)
}

/// The holidays that tell which line of the table holds, from `from` on.
pub async fn holidays<A: ShowsDuty>(tx: &mut Tx, permit: &Permit<A>, from: Date) -> Result<Office> {
    office(tx, permit.ward(), from).await
}

pub(super) async fn office(tx: &mut Tx, ward: Id<Ward>, from: Date) -> Result<Office> {
    let days = sqlx::query_scalar!("SELECT day FROM watch.holidays WHERE ward_id = $1 AND day >= $2", ward.uuid(), from.to_sqlx())
        .fetch_all(tx.conn())
        .await?;
    Ok(Office::new(Arc::new(days.into_iter().map(jiff_sqlx::Date::to_jiff).collect())))
}

/// Somebody who can be on duty, or stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: Id<Person>,
    pub name: String,
}

/// What asks whom one can choose.
pub trait AsksWho: actions::Action<On = OrganizationFacts> {}
impl AsksWho for actions::ReadDuty {}
impl AsksWho for actions::EditDuty {}
impl AsksWho for actions::ListAbsences {}
impl AsksWho for actions::EnterAbsence {}

/// Everybody who can answer for the office today.
pub async fn candidates<A: AsksWho>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"
        SELECT p.id AS "id: Id<Person>", p.display_name AS name FROM hub.people p
        WHERE p.ward_id = $1 AND p.id IN (SELECT n.person_id FROM desk.answerers($1, $2, $3) n)
        ORDER BY p.display_name, p.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await
}
