//! The daily sheet: its rows, what was sent, and the receipt.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use uuid::Uuid;

pub use super::sendings::{Entry, Sending};
use super::{
    Result, Tx,
    calendars::{Layers, own_week},
    inquiries, marks,
    sql::{from_json, unknown_code},
};
use crate::{
    domain::{
        attendance::Mark,
        calendar::{DayKind, Week},
        ids::{Id, Person, Submission, Watch},
        receipt::ContentHash,
        reply::Reply,
    },
    gate::{OrganizationFacts, Permit, actions},
};

/// One child on the sheet of a day.
#[derive(Debug, Clone)]
pub struct Row {
    pub watch: Id<Watch>,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
    /// The days of the week the child comes on, if fewer were agreed than its class has.
    pub own_week: Option<Week>,
    /// Nobody is told whether the child is here.
    pub discreet: bool,
    /// The first day anybody is asked about the child here.
    pub from: Date,
    pub recorded: Option<Recorded>,
    /// What was reported in the four weeks before that day.
    pub lately: BTreeMap<Date, Mark>,
}

/// How many days before a day its sheet looks back on.
pub const LATELY_DAYS: i32 = 28;

/// The latest version of the day's report.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub version: i32,
    pub mark: Mark,
    pub at: Timestamp,
    /// Not known where the colleague has left.
    pub who: Option<String>,
}

/// What leads to the rows of a sheet.
pub trait ShowsSheet: actions::Action<On = OrganizationFacts> {}
impl ShowsSheet for actions::ReadSheet {}
impl ShowsSheet for actions::SubmitSheet {}
impl ShowsSheet for actions::CloseDay {}

/// The children of the facility whose request covers both today and `day`, by class and reading.
pub async fn rows<A: ShowsSheet>(tx: &mut Tx, permit: &Permit<A>, day: Date) -> Result<Vec<Row>> {
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, w.own_weekdays, w.discreet, w.from_on
             , d.version AS "version?", d.mark AS "mark?", r.reported_at AS "reported_at?", p.display_name AS "who?"
             , ( SELECT coalesce(jsonb_object_agg(l.day, l.mark), '{}') FROM watch.days l
                 WHERE l.ward_id = w.ward_id AND l.watch_id = w.id AND l.day >= $3::date - $4::integer AND l.day < $3 ) AS "lately!"
        FROM watch.watches w
        LEFT JOIN watch.days d ON d.ward_id = w.ward_id AND d.watch_id = w.id AND d.day = $3
        LEFT JOIN watch.reports r ON r.ward_id = d.ward_id AND r.watch_id = d.watch_id AND r.day = d.day AND r.version = d.version
        LEFT JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.reported_by
        WHERE w.ward_id = $1 AND w.facility_id = $2 AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $3)
        ORDER BY w.grade, w.class, w.kana, w.name, w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        day.to_sqlx(),
        LATELY_DAYS,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let recorded = match (row.version, row.mark, row.reported_at) {
                (Some(version), Some(mark), Some(at)) => {
                    Some(Recorded { version, mark: marks::from_json(mark)?, at: at.to_jiff(), who: row.who })
                }
                _ => None,
            };
            Ok(Row {
                watch: row.watch,
                name: row.name,
                kana: row.kana,
                grade: row.grade,
                class: row.class,
                own_week: own_week(row.own_weekdays.as_deref()),
                discreet: row.discreet,
                from: row.from_on.to_jiff(),
                recorded,
                lately: lately(row.lately)?,
            })
        })
        .collect()
}

fn lately(days: Value) -> Result<BTreeMap<Date, Mark>> {
    let days: BTreeMap<Date, Value> = from_json(days)?;
    days.into_iter().map(|(day, mark)| Ok((day, marks::from_json(mark)?))).collect()
}

/// What the database knows of a sheet that was appended; the caller looks at it before it commits.
#[derive(Debug)]
pub struct Appended {
    /// What decides whether the day is one of theirs; nothing where neither the calendar nor a child's own week speaks of it, and the
    /// week has it open.
    in_question: Option<InQuestion>,
    /// An alert about one of them may change by any report of the day: its missing had raised 本日未入力, or days are counted over it.
    pub spoken_of: bool,
    /// One of them was asked about, and whoever asked is to be told that a report has come.
    pub answers: bool,
}

/// The calendar of a day, and whom it is asked about.
#[derive(Debug)]
struct InQuestion {
    layers: Layers,
    /// Of the children reported: class, and its own week written as days, 1 is Monday; empty without one.
    classes: Vec<String>,
    weeks: Vec<String>,
}

impl Appended {
    /// Whether the facility asks about all these children on `day`.
    pub fn is_open(&self, day: Date) -> bool {
        self.in_question.as_ref().is_none_or(|it| it.is_open(day))
    }
}

impl InQuestion {
    fn is_open(&self, day: Date) -> bool {
        let is_open = |(class, week): (&String, &String)| {
            let days: Vec<i16> = week.split(',').filter_map(|number| number.parse().ok()).collect();
            let own_week = (!days.is_empty()).then(|| Week::from_iso_weekdays(&days));
            self.layers.of_child(class, own_week).open(day) == DayKind::Open
        };
        self.classes.iter().zip(&self.weeks).all(is_open)
    }
}

/// Appends all entries. `None`: one of them is not asked about on that day, somebody else was quicker with one, or this very form
/// had come in before; then drop the transaction.
///
/// Reads what it needs in the statement that writes, because this is what every facility does every morning. Ward, facility and person are
/// those of the fence.
pub async fn send(tx: &mut Tx, permit: &Permit<actions::SubmitSheet>, sending: &Sending) -> Result<Option<Appended>> {
    let columns = sending.columns();
    let row = sqlx::query!(
        r#"
        SELECT s.written AS "written!", s.plainly_open AS "plainly_open!", s.classes AS "classes!", s.weeks AS "weeks!"
             , s.holidays AS "holidays!", s.layers, s.spoken_of AS "spoken_of!", s.asked AS "asked!"
        FROM hub.append_sheet($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) s
        "#,
        sending.id.uuid(),
        sending.day.to_sqlx(),
        sending.key,
        tx.now().to_sqlx(),
        sending.late,
        sending.why,
        &columns.watches,
        &columns.versions,
        &columns.statuses,
        &columns.attended,
        &columns.seen,
        &columns.marks,
    )
    .fetch_one(tx.conn())
    .await?;
    if !sending.is_whole(row.written) {
        return Ok(None);
    }
    let watches: Vec<_> = sending.entries.iter().map(|entry| entry.watch).collect();
    let in_question = if row.plainly_open {
        None
    } else {
        Some(InQuestion { layers: Layers::read(row.holidays, row.layers)?, classes: row.classes, weeks: row.weeks })
    };
    Ok(Some(Appended {
        in_question,
        spoken_of: row.spoken_of,
        answers: row.asked && inquiries::announce(tx, permit, &watches, sending.day).await?,
    }))
}

/// The sheet already sent with this key, if the same form comes again.
pub async fn sent_with(tx: &mut Tx, permit: &Permit<actions::SubmitSheet>, key: Uuid) -> Result<Option<(Id<Submission>, Date)>> {
    let row = sqlx::query!(
        r#"SELECT id AS "id: Id<Submission>", day FROM watch.submissions WHERE ward_id = $1 AND facility_id = $2 AND idempotency_key = $3"#,
        permit.ward().uuid(),
        permit.id().uuid(),
        key,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id, row.day.to_jiff())))
}

/// What a receipt says: neutral, whatever became of it.
#[derive(Debug)]
pub struct Receipt {
    pub day: Date,
    pub sent_at: Timestamp,
    pub late: bool,
    pub who: Option<String>,
    /// Over every line as it was sent.
    pub content: ContentHash,
    pub lines: Vec<ReceiptLine>,
}

#[derive(Debug)]
pub struct ReceiptLine {
    pub watch: Id<Watch>,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
    pub mark: Mark,
    /// What the office says to it; `None` is 受付済.
    pub reply: Option<Reply>,
}

pub async fn receipt(tx: &mut Tx, permit: &Permit<actions::ReadSheet>, id: Id<Submission>) -> Result<Option<Receipt>> {
    let head = sqlx::query!(
        r#"
        SELECT s.day, s.sent_at, s.late, s.salt, p.display_name AS "who?"
        FROM watch.submissions s
        LEFT JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.sent_by
        WHERE s.ward_id = $1 AND s.facility_id = $2 AND s.id = $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, r.version, r.mark, p.state AS "state?"
        FROM watch.reports r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        LEFT JOIN watch.replies p ON p.ward_id = r.ward_id AND p.watch_id = r.watch_id AND p.day = r.day
        WHERE r.ward_id = $1 AND r.day = $3 AND r.submission_id = $4
          AND r.watch_id = ANY (ARRAY(SELECT o.id FROM watch.watches o WHERE o.ward_id = $1 AND o.facility_id = $2))
        ORDER BY w.grade, w.class, w.kana, w.name, w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        head.day,
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    // In an order of its own: a child whose class changes must not change the hash.
    let mut sent: Vec<_> = rows.iter().map(|row| format!("{} {} {}", row.watch, row.version, row.mark)).collect();
    sent.sort_unstable();
    let content = ContentHash::of(head.salt, sent.iter().map(String::as_str));
    let lines = rows.into_iter().map(|row| {
        Ok(ReceiptLine {
            watch: row.watch,
            name: row.name,
            kana: row.kana,
            grade: row.grade,
            class: row.class,
            mark: marks::from_json(row.mark)?,
            reply: reply(row.state)?,
        })
    });
    Ok(Some(Receipt {
        day: head.day.to_jiff(),
        sent_at: head.sent_at.to_jiff(),
        late: head.late,
        who: head.who,
        content,
        lines: lines.collect::<Result<_>>()?,
    }))
}

fn reply(state: Option<String>) -> Result<Option<Reply>> {
    state.map(|code| Reply::from_code(&code).ok_or_else(|| unknown_code("reply", &code))).transpose()
}

/// One version of one day, for the history of a child at this facility.
#[derive(Debug)]
pub struct Version {
    pub day: Date,
    pub version: i32,
    pub mark: Mark,
    pub at: Timestamp,
    pub by: Option<Id<Person>>,
    pub who: Option<String>,
    /// A school's system sent it, and no person.
    pub by_system: bool,
    pub why: String,
    pub reply: Option<Reply>,
}

/// Every version of the last days of one watch, newest day first, oldest version first; `limit` days from `offset` on.
pub async fn versions(tx: &mut Tx, permit: &Permit<actions::ReadReports>, limit: i64, offset: i64) -> Result<Vec<Version>> {
    let rows = sqlx::query!(
        r#"
        SELECT r.day, r.version, r.mark, r.reported_at, r.reported_by AS "by: Id<Person>", p.display_name AS "who?", r.token_id IS NOT NULL AS "by_system!", r.correction_reason, y.state AS "state?"
        FROM watch.reports r
        JOIN (SELECT d.day FROM watch.days d WHERE d.ward_id = $1 AND d.watch_id = $2 ORDER BY d.day DESC LIMIT $3 OFFSET $4) d ON d.day = r.day
        LEFT JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.reported_by
        LEFT JOIN watch.replies y ON y.ward_id = r.ward_id AND y.watch_id = r.watch_id AND y.day = r.day
        WHERE r.ward_id = $1 AND r.watch_id = $2
        ORDER BY r.day DESC, r.version
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Version {
                day: row.day.to_jiff(),
                version: row.version,
                mark: marks::from_json(row.mark)?,
                at: row.reported_at.to_jiff(),
                by: row.by,
                who: row.who,
                by_system: row.by_system,
                why: row.correction_reason,
                reply: reply(row.state)?,
            })
        })
        .collect()
}
