//! Questions about a child's day as the facility that was asked sees them: whom, when, and what it answered.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{
    Result, Tx,
    sql::{unknown_code, uuids},
};
use crate::{
    domain::{
        ids::{Id, Watch},
        reply::Answer,
    },
    gate::{Permit, actions},
};

/// How many days a question that nobody answered stays on the page; `hub.find_session` counts as many for the line on every page.
const SHOWN_DAYS: i32 = 6;

/// One question about one child and day.
#[derive(Debug, Clone)]
pub struct Inquiry {
    pub watch: Id<Watch>,
    pub day: Date,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
    pub asked_at: Timestamp,
    pub answer: Option<(Answer, Timestamp)>,
    /// A report of that day was sent after the question.
    pub reported: bool,
    /// An urgent one was.
    pub urgent: bool,
}

impl Inquiry {
    pub const fn is_answered(&self) -> bool {
        self.answer.is_some() || self.reported || self.urgent
    }
}

/// Today's questions to the facility, and the last days' that nobody answered.
pub async fn list(tx: &mut Tx, permit: &Permit<actions::ReadSheet>) -> Result<Vec<Inquiry>> {
    let rows = sqlx::query!(
        r#"
        SELECT i.watch_id AS "watch: Id<Watch>", i.day, i.asked_at, i.answer, i.answered_at, w.name, w.kana, w.grade, w.class
             , EXISTS (SELECT FROM watch.reports v WHERE v.ward_id = i.ward_id AND v.watch_id = i.watch_id AND v.day = i.day
                       AND v.reported_at >= i.asked_at) AS "reported!"
             , EXISTS (SELECT FROM watch.urgent_reports u WHERE u.ward_id = i.ward_id AND u.watch_id = i.watch_id AND u.day = i.day
                       AND u.reported_at >= i.asked_at) AS "urgent!"
        FROM watch.inquiries i
        JOIN watch.watches w ON w.ward_id = i.ward_id AND w.id = i.watch_id AND w.facility_id = $2
        WHERE i.ward_id = $1 AND i.day BETWEEN $3::date - $4::integer AND $3
        ORDER BY i.day DESC, i.asked_at, w.kana, w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx(),
        SHOWN_DAYS,
    )
    .fetch_all(tx.conn())
    .await?;
    let today = tx.today();
    let inquiries = rows.into_iter().map(|row| {
        let answer = row.answer.zip(row.answered_at).map(|(code, at)| {
            let answer = Answer::from_code(&code).ok_or_else(|| unknown_code("answer", &code))?;
            Ok::<_, super::Error>((answer, at.to_jiff()))
        });
        Ok(Inquiry {
            watch: row.watch,
            day: row.day.to_jiff(),
            name: row.name,
            kana: row.kana,
            grade: row.grade,
            class: row.class,
            asked_at: row.asked_at.to_jiff(),
            answer: answer.transpose()?,
            reported: row.reported,
            urgent: row.urgent,
        })
    });
    let mut inquiries = inquiries.collect::<Result<Vec<_>>>()?;
    inquiries.retain(|inquiry| inquiry.day == today || !inquiry.is_answered());
    Ok(inquiries)
}

/// Answers the question about the child of the permit, which is news to whoever asked; `false` when there is none, or it was answered
/// already.
pub async fn answer(tx: &mut Tx, permit: &Permit<actions::AnswerInquiry>, day: Date, answer: Answer) -> Result<bool> {
    let written = sqlx::query!(
        r#"
        UPDATE watch.inquiries SET answer = $4, answered_by = $5, answered_at = $6
        WHERE ward_id = $1 AND watch_id = $2 AND day = $3 AND answer IS NULL
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        day.to_sqlx(),
        answer.code(),
        permit.person().map(Id::uuid),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    let is_new = written.rows_affected() == 1;
    if is_new {
        announce(tx, permit, &[permit.id()], day).await?;
    }
    Ok(is_new)
}

/// What may answer a question: the short answer, or a report, whichever way it comes.
pub trait Answers: actions::Action {}
impl Answers for actions::AnswerInquiry {}
impl Answers for actions::SubmitSheet {}
impl Answers for actions::ReportUrgent {}

/// Tells whoever asked about one of these children for `day` that an answer has come: a report at first, a short answer, each once.
/// Whether anybody is to be told. Reports by a school's system do the same in the statement that appends them.
pub(super) async fn announce<A: Answers>(tx: &mut Tx, _permit: &Permit<A>, watches: &[Id<Watch>], day: Date) -> Result<bool> {
    let now = tx.now().to_sqlx();
    sqlx::query_scalar!(r#"SELECT hub.announce_answer($1, $2, $3) AS "is_news!""#, &uuids(watches), day.to_sqlx(), now)
        .fetch_one(tx.conn())
        .await
}
