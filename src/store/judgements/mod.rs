//! What the rules read across the fence, and what they write: alerts, steps, evidence, news.

mod stored;

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde_json::{Value, json};
use sqlx::types::Json;

use self::stored::Stored;
use super::{
    Result, Tx,
    sheets::{Entry, Sending},
    slip_reminders,
    sql::uuids,
};
use crate::{
    domain::{
        alert::{Event, Outcome},
        attendance::Sign,
        calendar::Office,
        ids::{Id, Watch},
        judgement::{self, Case, Cause, Moment, Verdict, judge},
        rule::{LateSlip, Rule, RuleCode, concerns},
        streak::Phase,
    },
    gate::{OrganizationFacts, Permit, actions},
};

/// What makes the rules be asked: a report, a correction, the clock.
pub trait AsksRules: actions::Action<On = OrganizationFacts> {}
impl AsksRules for actions::SubmitSheet {}
impl AsksRules for actions::SweepFacility {}
impl AsksRules for actions::ReportUrgent {}
impl AsksRules for actions::SendAttendance {}

/// Rules, business calendar and cases of one facility's children.
#[derive(Debug)]
struct Docket {
    rules: Vec<Rule>,
    office: Office,
    cases: Vec<Case>,
}

/// Reads what the rules need after reports for `day`: of the watches in `concerned`, and of those in `watches` whose missing
/// report had raised 本日未入力. `None` when there is nothing to judge, which is the rule on a quiet morning.
async fn docket<A: AsksRules>(
    tx: &mut Tx,
    _permit: &Permit<A>,
    watches: &[Id<Watch>],
    concerned: &[Id<Watch>],
    day: Date,
) -> Result<Option<Docket>> {
    let inputs = sqlx::query_scalar!(
        r#"SELECT hub.rule_inputs($1, $2, $3) AS "inputs: Json<Stored>""#,
        &uuids(watches),
        &uuids(concerned),
        day.to_sqlx()
    )
    .fetch_one(tx.conn())
    .await?;
    inputs.map(|Json(stored)| stored.docket()).transpose()
}

/// Writes the verdicts down; how many changed something.
async fn record<A: AsksRules>(tx: &mut Tx, _permit: &Permit<A>, verdicts: &[Verdict]) -> Result<i32> {
    if verdicts.is_empty() {
        return Ok(0);
    }
    let rows = Value::Array(verdicts.iter().map(row).collect());
    let now = tx.now().to_sqlx();
    let written = sqlx::query_scalar!("SELECT hub.record_verdicts($1, $2)", rows, now).fetch_one(tx.conn()).await?;
    Ok(written.unwrap_or(0))
}

fn row(verdict: &Verdict) -> Value {
    let (alert, event, finding) = match verdict {
        Verdict::Raise(alert, finding) => (alert, None, Some(finding)),
        Verdict::Step(step, finding) => (&step.alert, Some(&step.event), finding.as_ref()),
    };
    let kind = match event {
        Some(Event::Closed { outcome, .. }) => outcome.code(),
        _ => "",
    };
    json!({
        "id": alert.id,
        "watch_id": alert.watch,
        "rule": alert.rule.code(),
        "severity": alert.severity.code(),
        "level": alert.level,
        "count": alert.count,
        "as_of": alert.as_of,
        "condition": alert.condition.code(),
        "state": alert.state.code(),
        "raised_at": alert.raised_at,
        "due_at": alert.due_at,
        "outcome": alert.outcome.map(Outcome::code),
        "revision": alert.revision,
        "event": event.map(Event::code),
        "kind": kind,
        "finding": finding,
    })
}

/// Why and for whom the rules are asked.
#[derive(Debug)]
pub struct Question<'a> {
    /// Everybody the reports spoke of, or the clock looks at.
    pub watches: &'a [Id<Watch>],
    /// Those whose report can matter to a rule.
    pub concerned: &'a [Id<Watch>],
    /// Those whose report replaced an earlier one; empty when the clock asks.
    pub corrected: &'a [Id<Watch>],
    /// `None` when the clock asks.
    pub report_for: Option<Date>,
    /// Of today.
    pub phase: Phase,
}

/// Whether a report can matter to a rule by what it says.
pub fn matters(entry: &Entry, day: Date) -> bool {
    entry.version > 1 || concerns(&entry.mark, day)
}

/// Asks the rules about reports just appended: of those that can matter, and of those whose missing report had raised 本日未入力. Any of a
/// day gone by can take away what its absence had counted to.
pub async fn after<A: AsksRules>(tx: &mut Tx, permit: &Permit<A>, sent: &Sending, phase: Phase) -> Result<i32> {
    let is_corrected = |entry: &&Entry| entry.version > 1;
    let is_past = sent.day < tx.today();
    let is_concerned = |entry: &&Entry| is_past || matters(entry, sent.day);
    let watches: Vec<_> = sent.entries.iter().map(|entry| entry.watch).collect();
    let concerned: Vec<_> = sent.entries.iter().filter(is_concerned).map(|entry| entry.watch).collect();
    let corrected: Vec<_> = sent.entries.iter().filter(is_corrected).map(|entry| entry.watch).collect();
    let report_for = Some(sent.day);
    let question = Question { watches: &watches, concerned: &concerned, corrected: &corrected, report_for, phase };
    ask(tx, permit, &question).await
}

/// Asks the rules and writes down what they say, in the transaction of the report; how many alerts changed.
pub async fn ask<A: AsksRules>(tx: &mut Tx, permit: &Permit<A>, question: &Question<'_>) -> Result<i32> {
    let today = tx.today();
    let day = question.report_for.unwrap_or(today);
    let Some(docket) = docket(tx, permit, question.watches, question.concerned, day).await? else { return Ok(0) };
    let cause = |case: &Case| match question.report_for {
        Some(day) => Cause::Report { day, corrected: question.corrected.contains(&case.watch) },
        None => Cause::Clock,
    };
    let verdicts = docket.judged(cause, tx.now(), today, question.phase);
    record(tx, permit, &verdicts).await
}

/// An urgent report about one child: the rules of signs, and one alert for the whole of it; how many alerts changed.
///
/// Where another urgent report raised that alert in the same moment, this one is added to it.
pub async fn ask_urgent(
    tx: &mut Tx,
    permit: &Permit<actions::ReportUrgent>,
    watch: Id<Watch>,
    said: &[Sign],
    phase: Phase,
) -> Result<i32> {
    let today = tx.today();
    let mut written = 0;
    for _ in 0..2 {
        let Some(docket) = docket(tx, permit, &[watch], &[watch], today).await? else { return Ok(written) };
        let moment = Moment { now: tx.now(), today, phase, office: &docket.office };
        let verdicts: Vec<_> =
            docket.cases.iter().flat_map(|case| judgement::urgent(&docket.rules, case, said, &moment, Id::random)).collect();
        let wanted = verdicts.len();
        let now = record(tx, permit, &verdicts).await?;
        written += now;
        if usize::try_from(now).is_ok_and(|now| now == wanted) {
            break;
        }
    }
    Ok(written)
}

/// Asks every rule about a day that is over, of all these watches; how many alerts changed.
pub async fn night(
    tx: &mut Tx,
    permit: &Permit<actions::SweepFacility>,
    watches: &[Id<Watch>],
    (day, sends_sheets): (Date, bool),
) -> Result<i32> {
    let Some(mut docket) = docket(tx, permit, watches, watches, day).await? else { return Ok(0) };
    let owed = slip_reminders::late(tx, permit, &docket.office, day).await?;
    let rule = docket.rules.iter().find(|rule| rule.code == RuleCode::I3).copied();
    for case in &mut docket.cases {
        let asked = |day| case.calendar.is_watched(day);
        case.arranged.slip = rule.and_then(|rule| LateSlip::told(&owed, &rule, case.strictness, asked));
    }
    let cause = if sends_sheets { Cause::Night } else { Cause::NightWithoutSheets };
    let verdicts = docket.judged(|_| cause, tx.now(), day, Phase::AfterNotice);
    record(tx, permit, &verdicts).await
}

/// Asks about these children at once what need not wait for the night; how many alerts changed.
pub async fn at_once(
    tx: &mut Tx,
    permit: &Permit<actions::SweepFacility>,
    watches: &[Id<Watch>],
    (why, phase): (Cause, Phase),
) -> Result<i32> {
    let today = tx.today();
    let Some(docket) = docket(tx, permit, watches, watches, today).await? else { return Ok(0) };
    let verdicts = docket.judged(|_| why, tx.now(), today, phase);
    record(tx, permit, &verdicts).await
}

/// Asks anew about the days from `from` on, after days were closed or opened; how many alerts changed. About who has left the facility
/// since, nothing new is raised here.
pub async fn anew(
    tx: &mut Tx,
    permit: &Permit<actions::SweepFacility>,
    (watches, here): (&[Id<Watch>], &[Id<Watch>]),
    (from, sheets): (Date, bool),
    phase: Phase,
) -> Result<i32> {
    let Some(docket) = docket(tx, permit, watches, watches, from).await? else { return Ok(0) };
    let mut verdicts = docket.judged(|_| Cause::Calendar { from, sheets }, tx.now(), tx.today(), phase);
    verdicts.retain(|verdict| match verdict {
        Verdict::Raise(alert, _) => here.contains(&alert.watch),
        Verdict::Step(..) => true,
    });
    record(tx, permit, &verdicts).await
}

impl Docket {
    fn judged(&self, why: impl Fn(&Case) -> Cause, now: Timestamp, today: Date, phase: Phase) -> Vec<Verdict> {
        let moment = Moment { now, today, phase, office: &self.office };
        self.cases.iter().flat_map(|case| judge(&self.rules, case, why(case), &moment, Id::random)).collect()
    }
}
