//! 「本日の様子をお知らせください」: asked for an alert about the children of the same family at their facilities, and answered there.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use uuid::Uuid;

use super::{ShowsAlert, steps::decide};
use crate::{
    domain::{
        alert::Refusal,
        attendance::Mark,
        ids::{Id, Organization, Watch},
        mail::Mail,
        reminder::Stage,
        reply::Answer,
    },
    gate::{AlertFacts, Permit, actions},
    store::{Result, Tx, mails, marks, reminders, sql::unknown_code},
};

/// A child of the same family, or the same child at another facility, whom a facility can be asked about today.
#[derive(Debug)]
pub struct Relative {
    pub watch: Id<Watch>,
    pub name: String,
    pub facility: Id<Organization>,
    pub facility_name: String,
    pub facility_kind: String,
    pub protected: bool,
    /// When today's question was asked, if it was.
    pub asked_at: Option<Timestamp>,
    pub answer: Option<(Answer, Timestamp)>,
    /// What was reported for today, and when.
    pub reported: Option<(Mark, Timestamp)>,
    /// When today's last urgent report came.
    pub urgent_at: Option<Timestamp>,
}

impl Relative {
    /// The facility has said something since it was asked.
    pub fn is_answered(&self) -> bool {
        let mut reports = self.reported.iter().map(|(_, at)| *at).chain(self.urgent_at);
        self.answer.is_some() || self.asked_at.is_some_and(|asked| reports.any(|at| at >= asked))
    }
}

/// What leads to those who can be asked about.
pub trait AsksAbout: actions::Action<On = AlertFacts> {}
impl AsksAbout for actions::ReadAlert {}
impl AsksAbout for actions::ActOnAlert {}

struct Row {
    watch: Id<Watch>,
    name: String,
    facility: Id<Organization>,
    facility_name: String,
    facility_kind: String,
    protected: bool,
    asked_at: Option<jiff_sqlx::Timestamp>,
    answer: Option<String>,
    answered_at: Option<jiff_sqlx::Timestamp>,
    mark: Option<Value>,
    reported_at: Option<jiff_sqlx::Timestamp>,
    urgent_at: Option<jiff_sqlx::Timestamp>,
}

/// Requests in force of these offices for other watches of the family, with what was asked and answered today.
pub async fn relatives<A: AsksAbout>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Relative>> {
    let today = tx.today().to_sqlx();
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.facility_id AS "facility: Id<Organization>", o.name AS facility_name, o.kind AS facility_kind, w.discreet AS protected
             , i.asked_at AS "asked_at?", i.answer, i.answered_at, d.mark AS "mark?", v.reported_at AS "reported_at?"
             , ( SELECT max(u.reported_at) FROM watch.urgent_reports u
                 WHERE u.ward_id = w.ward_id AND u.watch_id = w.id AND u.day = $3 ) AS "urgent_at?"
        FROM desk.alerts a
        JOIN desk.requests mine ON mine.ward_id = a.ward_id AND mine.watch_id = a.watch_id
        JOIN watch.watches own ON own.ward_id = a.ward_id AND own.id = a.watch_id
        JOIN desk.requests r ON r.ward_id = a.ward_id AND r.watch_id <> a.watch_id
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
            AND (r.sibling_group_id = mine.sibling_group_id OR w.child_id = own.child_id)
            AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $3)
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
        LEFT JOIN watch.inquiries i ON i.ward_id = w.ward_id AND i.watch_id = w.id AND i.day = $3
        LEFT JOIN watch.days d ON d.ward_id = w.ward_id AND d.watch_id = w.id AND d.day = $3
        LEFT JOIN watch.reports v ON v.ward_id = d.ward_id AND v.watch_id = d.watch_id AND v.day = d.day AND v.version = d.version
        WHERE a.ward_id = $1 AND a.id = $2
        ORDER BY w.name, w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        today,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Relative::try_from).collect()
}

impl TryFrom<Row> for Relative {
    type Error = crate::store::Error;

    fn try_from(row: Row) -> Result<Self> {
        let answer = row.answer.zip(row.answered_at).map(|(code, at)| {
            let answer = Answer::from_code(&code).ok_or_else(|| unknown_code("answer", &code))?;
            Ok::<_, Self::Error>((answer, at.to_jiff()))
        });
        let reported =
            row.mark.zip(row.reported_at).map(|(mark, at)| Ok::<_, Self::Error>((marks::from_json(mark)?, at.to_jiff())));
        Ok(Self {
            watch: row.watch,
            name: row.name,
            facility: row.facility,
            facility_name: row.facility_name,
            facility_kind: row.facility_kind,
            protected: row.protected,
            asked_at: row.asked_at.map(jiff_sqlx::Timestamp::to_jiff),
            answer: answer.transpose()?,
            reported: reported.transpose()?,
            urgent_at: row.urgent_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// How long it is news that a question has come; the page of the facility shows it for longer.
const NEWS: SignedDuration = SignedDuration::from_hours(24);

/// Asks about one of [`relatives`]; how many people of the facility are told by mail. Whoever was asked today already is not asked
/// twice, nor told; the alert remembers either way. Without a way out for mails the pages of the facility are what there is.
pub async fn ask(
    tx: &mut Tx,
    permit: &Permit<actions::ActOnAlert>,
    revision: i64,
    (watch, facility): (Id<Watch>, Id<Organization>),
    sends_mail: bool,
) -> Result<std::result::Result<usize, Refusal>> {
    if let Err(refusal) = decide(tx, permit, |alert, _| alert.at(revision)?.ask()).await? {
        return Ok(Err(refusal));
    }
    let (ward, today): (Uuid, _) = (permit.ward().uuid(), tx.today().to_sqlx());
    let asked = sqlx::query!(
        "INSERT INTO watch.inquiries (ward_id, watch_id, day, asked_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        ward,
        watch.uuid(),
        today,
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO desk.inquiries (ward_id, alert_id, watch_id, day, asked_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        ward,
        permit.id().uuid(),
        watch.uuid(),
        today,
        permit.person().map(Id::uuid),
    )
    .execute(tx.conn())
    .await?;
    let is_new = asked.rows_affected() == 1;
    let people =
        if is_new && sends_mail { reminders::people_of(tx, permit.ward(), facility, Stage::First).await? } else { Vec::new() };
    for person in &people {
        mails::put(tx, permit, *person, &Mail::Question, NEWS).await?;
    }
    Ok(Ok(people.len()))
}

/// For which alerts the office asked, across the last days: what came back, for the history of the page.
#[derive(Debug)]
pub struct Earlier {
    pub name: String,
    pub facility_name: String,
    pub protected: bool,
    pub day: jiff::civil::Date,
    pub answer: Option<Answer>,
    /// A report of that day, urgent or not, came after the question.
    pub reported: bool,
}

/// What this alert asked on earlier days.
pub async fn earlier<A: ShowsAlert>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Earlier>> {
    let rows = sqlx::query!(
        r#"
        SELECT w.name, o.name AS facility_name, w.discreet, q.day, i.answer
             , EXISTS (SELECT FROM watch.reports v WHERE v.ward_id = i.ward_id AND v.watch_id = i.watch_id AND v.day = i.day
                       AND v.reported_at >= i.asked_at)
               OR EXISTS (SELECT FROM watch.urgent_reports u WHERE u.ward_id = i.ward_id AND u.watch_id = i.watch_id AND u.day = i.day
                          AND u.reported_at >= i.asked_at) AS "reported!"
        FROM desk.inquiries q
        JOIN watch.inquiries i ON i.ward_id = q.ward_id AND i.watch_id = q.watch_id AND i.day = q.day
        JOIN watch.watches w ON w.ward_id = q.ward_id AND w.id = q.watch_id
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
        WHERE q.ward_id = $1 AND q.alert_id = $2 AND q.day < $3
        ORDER BY q.day, w.name
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let answer = row.answer.map(|code| Answer::from_code(&code).ok_or_else(|| unknown_code("answer", &code)));
            Ok(Earlier {
                name: row.name,
                facility_name: row.facility_name,
                protected: row.discreet,
                day: row.day.to_jiff(),
                answer: answer.transpose()?,
                reported: row.reported,
            })
        })
        .collect()
}
