//! The children of a month's book with their reports: of a facility, or of all that an office asks about.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use futures::TryStreamExt as _;
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    domain::{
        attendance::{Contact, Status},
        calendar::{Holidays, SchoolYear, Span, day_before},
        grade::Grade,
        history::Reported,
        ids::{Id, Organization, Watch},
        register::Pupil,
        rights::Month,
    },
    gate::{Permit, Scope, actions},
    store::{
        Result, Tx,
        calendars::{Layers, StoredLayers, own_week},
        marks,
        sql::{from_json, unknown_code, uuids},
    },
};

/// Who reported a day, and when.
#[derive(Debug, Clone)]
pub struct Entered {
    /// Nothing for a system, and for a person who cannot be shown any more.
    pub by: Option<String>,
    pub by_system: bool,
    pub at: Timestamp,
}

/// A month's children, and who entered what.
#[derive(Debug, Default)]
pub struct Written {
    pub pupils: Vec<Pupil>,
    pub entered: HashMap<(Id<Watch>, Date), Entered>,
    /// 支援措置: whose whereabouts are kept secret.
    pub protected: HashSet<Id<Watch>>,
}

/// A child of the book before its days are known.
struct Row {
    watch: Id<Watch>,
    facility: Id<Organization>,
    facility_name: String,
    name: String,
    kana: String,
    grade: String,
    class: String,
    discreet: bool,
    own_weekdays: Option<Vec<i16>>,
    from_on: jiff_sqlx::Date,
    until_on: Option<jiff_sqlx::Date>,
}

/// The children a facility is asked about today.
pub async fn of_facility(tx: &mut Tx, scope: &Scope<actions::ExportRegister>, month: Month) -> Result<Written> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.facility_id AS "facility: Id<Organization>", o.name AS facility_name, w.name, w.kana, w.grade, w.class
             , w.discreet, w.own_weekdays, w.from_on, w.until_on
        FROM watch.watches w
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
        WHERE w.ward_id = $1 AND w.facility_id = $2 AND w.from_on <= $4 AND (w.until_on IS NULL OR w.until_on >= $3)
        ORDER BY w.grade, w.class, w.kana, w.name, w.id
        "#,
        scope.ward().uuid(),
        scope.organization().uuid(),
        month.first().to_sqlx(),
        month.last().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    written(tx, scope.ward().uuid(), rows, month).await
}

/// A page of the children a facility is asked about today, each with its school year so far.
pub async fn year_so_far(tx: &mut Tx, permit: &Permit<actions::ReadRegister>, (limit, offset): (i64, i64)) -> Result<Vec<Pupil>> {
    let (ward, today) = (permit.ward().uuid(), tx.today());
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.facility_id AS "facility: Id<Organization>", o.name AS facility_name, w.name, w.kana, w.grade, w.class
             , w.discreet, w.own_weekdays, w.from_on, w.until_on
        FROM watch.watches w
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
        WHERE w.ward_id = $1 AND w.facility_id = $2 AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $3)
        ORDER BY w.grade, w.class, w.kana, w.name, w.id LIMIT $4 OFFSET $5
        "#,
        ward,
        permit.id().uuid(),
        today.to_sqlx(),
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let year = Span { from: SchoolYear::of(today).first(), to: today };
    let mut pupils = pupils(tx, ward, rows, year).await?;
    fill(tx, ward, &mut pupils, year).await?;
    Ok(pupils)
}

/// What was reported of them in the school year before the month, for its totals.
pub async fn add_year(tx: &mut Tx, scope: &Scope<actions::ExportRegister>, pupils: &mut [Pupil], month: Month) -> Result<()> {
    match day_before(month.first()) {
        Some(to) => fill(tx, scope.ward().uuid(), pupils, Span { from: SchoolYear::of(month.last()).first(), to }).await,
        None => Ok(()),
    }
}

/// Of so many children the days are read at once: a year of a whole ward is millions of them.
const PART: usize = 300;

/// Each child's days of the span, without what was written about them.
async fn fill(tx: &mut Tx, ward: Uuid, pupils: &mut [Pupil], span: Span) -> Result<()> {
    for part in pupils.chunks_mut(PART) {
        fill_part(tx, ward, part, span).await?;
    }
    Ok(())
}

async fn fill_part(tx: &mut Tx, ward: Uuid, pupils: &mut [Pupil], span: Span) -> Result<()> {
    let watches: Vec<Id<Watch>> = pupils.iter().map(|pupil| pupil.code).collect();
    let mut place: HashMap<Id<Watch>, &mut Pupil> = pupils.iter_mut().map(|pupil| (pupil.code, pupil)).collect();
    let mut rows = sqlx::query!(
        r#"
        SELECT watch_id AS "watch: Id<Watch>", day, status, seen, mark ->> 'contact' AS contact FROM watch.days
        WHERE ward_id = $1 AND watch_id = ANY ($2) AND day BETWEEN $3 AND $4
        "#,
        ward,
        &uuids(&watches),
        span.from.to_sqlx(),
        span.to.to_sqlx()
    )
    .fetch(tx.conn());
    while let Some(row) = rows.try_next().await? {
        let status = Status::from_code(&row.status).ok_or_else(|| unknown_code("status", &row.status))?;
        let contact =
            row.contact.map(|code| Contact::from_code(&code).ok_or_else(|| unknown_code("contact", &code))).transpose()?;
        if let Some(pupil) = place.get_mut(&row.watch) {
            let reported = Reported { status, seen: row.seen, contact, reason: None, signs: Vec::new() };
            pupil.earlier.insert(row.day.to_jiff(), reported);
        }
    }
    Ok(())
}

/// The children an office and those below it asked about in that month.
pub async fn of_office(tx: &mut Tx, scope: &Scope<actions::ExportRegister>, month: Month) -> Result<Written> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.facility_id AS "facility: Id<Organization>", o.name AS facility_name, w.name, w.kana, w.grade, w.class
             , w.discreet, w.own_weekdays, w.from_on, w.until_on
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
        WHERE r.ward_id = $1 AND r.office_id = ANY ($2) AND w.from_on <= $4 AND (w.until_on IS NULL OR w.until_on >= $3)
        ORDER BY o.name, o.id, w.grade, w.class, w.kana, w.name, w.id
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        month.first().to_sqlx(),
        month.last().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    written(tx, scope.ward().uuid(), rows, month).await
}

/// The children with their calendars in a span, and no day yet.
async fn pupils(tx: &mut Tx, ward: Uuid, rows: Vec<Row>, span: Span) -> Result<Vec<Pupil>> {
    let mut facilities: Vec<Id<Organization>> = rows.iter().map(|row| row.facility).collect();
    facilities.sort_unstable();
    facilities.dedup();
    let layers = layers(tx, ward, &facilities, span).await?;
    let mut pupils = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(layers) = layers.get(&row.facility) else { continue };
        let label = Grade::from_code(&row.grade).map_or_else(|| row.grade.clone(), Grade::label);
        pupils.push(Pupil {
            code: row.watch,
            facility: row.facility_name,
            name: row.name,
            kana: row.kana,
            place: format!("{label} {}", row.class).trim_end().to_owned(),
            from: row.from_on.to_jiff(),
            until: row.until_on.map(jiff_sqlx::Date::to_jiff),
            calendar: layers.of_child(&row.class, own_week(row.own_weekdays.as_deref())),
            days: BTreeMap::new(),
            earlier: BTreeMap::new(),
        });
    }
    Ok(pupils)
}

async fn written(tx: &mut Tx, ward: Uuid, rows: Vec<Row>, month: Month) -> Result<Written> {
    // The calendars of the whole school year, so that its totals can be counted too.
    let span = Span { from: SchoolYear::of(month.last()).first(), to: month.last() };
    let watches: Vec<Id<Watch>> = rows.iter().map(|row| row.watch).collect();
    let protected = rows.iter().filter(|row| row.discreet).map(|row| row.watch).collect();
    let mut written = Written { pupils: pupils(tx, ward, rows, span).await?, entered: HashMap::new(), protected };
    let place: HashMap<Id<Watch>, usize> = written.pupils.iter().enumerate().map(|(at, pupil)| (pupil.code, at)).collect();
    let days = sqlx::query!(
        r#"
        SELECT d.watch_id AS "watch: Id<Watch>", d.day, d.mark, r.reported_at, r.token_id IS NOT NULL AS "by_system!", p.display_name AS "by?"
        FROM watch.days d
        JOIN watch.reports r ON r.ward_id = d.ward_id AND r.watch_id = d.watch_id AND r.day = d.day AND r.version = d.version
        LEFT JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.reported_by
        WHERE d.ward_id = $1 AND d.watch_id = ANY ($2) AND d.day BETWEEN $3 AND $4
        "#,
        ward,
        &uuids(&watches),
        month.first().to_sqlx(),
        month.last().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    for row in days {
        let day = row.day.to_jiff();
        if let Some(pupil) = place.get(&row.watch).and_then(|at| written.pupils.get_mut(*at)) {
            pupil.days.insert(day, marks::from_json(row.mark)?);
        }
        let entered = Entered { by: row.by, by_system: row.by_system, at: row.reported_at.to_jiff() };
        written.entered.insert((row.watch, day), entered);
    }
    Ok(written)
}

/// The calendars of facilities in a span.
async fn layers(tx: &mut Tx, ward: Uuid, facilities: &[Id<Organization>], span: Span) -> Result<HashMap<Id<Organization>, Layers>> {
    let holidays: Value = sqlx::query_scalar!(
        r#"SELECT coalesce(jsonb_agg(h.day), '[]') AS "days!" FROM watch.holidays h WHERE h.ward_id = $1 AND h.day BETWEEN $2 AND $3"#,
        ward,
        span.from.to_sqlx(),
        span.to.to_sqlx()
    )
    .fetch_one(tx.conn())
    .await?;
    let holidays: Arc<Holidays> = Arc::new(from_json(holidays)?);
    let rows = sqlx::query!(
        r#"SELECT o.id AS "id: Id<Organization>", watch.layers(o.id, $3) AS layers FROM hub.organizations o WHERE o.ward_id = $1 AND o.id = ANY ($2)"#,
        ward,
        &uuids(facilities),
        span.from.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let stored = match row.layers {
                Some(layers) => from_json(layers)?,
                None => StoredLayers::every_day(),
            };
            Ok((row.id, Layers::of(Arc::clone(&holidays), stored)))
        })
        .collect()
}
