//! Taking a delivery in: each row by itself, what can be recorded in one transaction with what the rules say of it.

use std::collections::{BTreeMap, HashSet};

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::Value;

use super::{
    answer::{Answer, FieldFault, Line, Receipt},
    batch::{Row, Sent},
    problem::Fault,
};
use crate::{
    domain::{
        ids::{Id, Watch},
        intake::{self, Moment, Outcome, Ruling, Said},
        name::Text,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        calendars::{self, Layers},
        intakes::{self, Children, Claim},
        judgements,
        sheets::{Entry, Sending},
    },
    web::{App, Connected, Error, Lang, Result},
};

/// How often a delivery is tried that people, reporting at the same moment, get in the way of.
const TRIES: usize = 3;
/// How long a reason for a correction may be, as on its page.
const WHY_LENGTH: usize = 200;

/// Deliver attendance
///
/// Records what a school's system knows about the children its facility is asked about. Each row is judged by itself; what can be
/// recorded is recorded together. Sent again with the same key and content it is done once and answered the same; sent again with
/// another key it changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/attendance",
    operation_id = "deliverAttendance",
    tag = "attendance",
    security(("token" = [])),
    params(("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID made for this delivery; the same when it is sent again. Kept for 24 hours.")),
    request_body(content = super::batch::Batch, content_type = "application/json"),
    responses(
        (status = 200, description = "Read and judged row by row", body = Answer),
        (status = 400, description = "No key, no JSON, or not this description", body = crate::web::Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that opens anything", body = crate::web::Problem, content_type = "application/problem+json"),
        (status = 413, description = "More than 1 MiB", body = crate::web::Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not sent as application/json", body = crate::web::Problem, content_type = "application/problem+json"),
        (status = 422, description = "The key was used for another content", body = crate::web::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many failures; come again after Retry-After", body = crate::web::Problem, content_type = "application/problem+json"),
        (status = 503, description = "Nothing was done; send it again with the same key", body = crate::web::Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    connected: Connected,
    State(app): State<App>,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result {
    let lang = Lang::asked(&headers);
    let sent = match Sent::read(&headers, body)? {
        Ok(sent) => sent,
        Err(fault) => return Ok(fault.answer(lang)),
    };
    let delivery = Delivery { app: &app, connected: &connected, sent: &sent };
    for _ in 0..TRIES {
        if let Some(answer) = delivery.take_in(lang).await? {
            return Ok(answer);
        }
    }
    Err(Error::Away)
}

/// A delivery at the door.
struct Delivery<'a> {
    app: &'a App,
    connected: &'a Connected,
    sent: &'a Sent,
}

/// Its rows, judged.
#[derive(Default)]
struct Judged {
    lines: Vec<Line>,
    /// What is to be recorded, by day and, of corrections, by their reason.
    entries: BTreeMap<(Date, String), Vec<Entry>>,
}

impl Delivery<'_> {
    /// All of it in one transaction; `None` leaves nothing behind, because somebody was quicker with a child.
    async fn take_in(&self, lang: Lang) -> Result<Option<Response>> {
        let Self { app, connected, sent } = *self;
        let mut tx = app.tx(&connected.actor).await?;
        let permit = app.gate.permit::<actions::SendAttendance>(&connected.actor, &connected.place)?;
        let deed = permit.deed().with("rows", sent.batch.rows.len());
        match intakes::claim(&mut tx, &permit, sent.key, &sent.hash).await? {
            Claim::New => {}
            Claim::Before(answer) => {
                tx.commit(deed.with("repeated", true)).await?;
                return Ok(Some(Json(answer).into_response()));
            }
            Claim::Other => {
                tx.commit(deed.with("step", "conflict")).await?;
                return Ok(Some(Fault::KeyOfAnother.answer(lang)));
            }
        }
        let today = tx.today();
        let facility = calendars::of_facility(&mut tx, &permit, today).await?;
        let moment = Moment { today, time: app.clock.time_of_day(), times: facility.times };
        let children = self.children(&mut tx, &permit, &moment, facility.layers).await?;
        let judged = self.judge(&children, &moment);
        let Some((receipts, news)) = record(&mut tx, &permit, judged.entries, &moment).await? else { return Ok(None) };

        let refused = judged.lines.iter().filter(|line| line.result.is_refusal()).count();
        let kept = judged.lines.iter().filter(|line| line.result == Outcome::Kept).count();
        let taken = judged.lines.len() - refused - kept;
        let corrected = judged.lines.iter().filter(|line| line.result == Outcome::Corrected).count();
        let deed = deed.with("taken", taken).with("corrected", corrected).with("kept", kept).with("refused", refused);
        let deed = deed.with("submissions", receipts.len());
        let answer = Answer { received_at: tx.now(), taken, refused, rows: judged.lines, receipts };
        let answer: Value = serde_json::to_value(answer).map_err(Error::internal)?;
        intakes::answer(&mut tx, &permit, sent.key, &answer).await?;
        tx.commit(deed).await?;
        if news > 0 {
            app.live.wake();
        }
        Ok(Some(Json(answer).into_response()))
    }

    /// The children it speaks of, as far as this facility is asked about them.
    async fn children(
        &self,
        tx: &mut Tx,
        permit: &Permit<actions::SendAttendance>,
        moment: &Moment,
        layers: Layers,
    ) -> Result<Children> {
        let rows = &self.sent.batch.rows;
        let watches: HashSet<Id<Watch>> = rows.iter().filter_map(reference).collect();
        let watches: Vec<_> = watches.into_iter().collect();
        let days = rows.iter().map(|row| row.day).filter(|day| moment.reaches(*day));
        let (first, last) = days.fold((moment.today, moment.today), |(first, last), day| (first.min(day), last.max(day)));
        Ok(intakes::children(tx, permit, &watches, (first, last), layers).await?)
    }

    fn judge(&self, children: &Children, moment: &Moment) -> Judged {
        let mut judged = Judged::default();
        let mut seen = HashSet::new();
        for (row, number) in self.sent.batch.rows.iter().zip(1..) {
            // One reference can be written in several ways.
            let child = reference(row).ok_or(row.child.as_str());
            let (result, faults) =
                if seen.insert((child, row.day)) { judged.row(row, children, moment) } else { (Outcome::Duplicate, Vec::new()) };
            judged.lines.push(Line { row: number, result, faults });
        }
        judged
    }
}

/// The request a row names; nothing for a text that is no reference, which is answered as one nobody knows.
fn reference(row: &Row) -> Option<Id<Watch>> {
    row.child.parse().ok()
}

impl Judged {
    fn row(&mut self, row: &Row, children: &Children, moment: &Moment) -> (Outcome, Vec<FieldFault>) {
        let Ok(why) = Text::<WHY_LENGTH>::parse_or_none(&row.correction_reason) else { return (Outcome::NeedsReason, Vec::new()) };
        let why = why.map(String::from).unwrap_or_default();
        let watch = reference(row);
        let known = watch.and_then(|watch| children.known(watch, row.day));
        let ruling = intake::rule(&Said { day: row.day, input: &row.input(), why: &why }, known.as_ref(), moment);
        match (ruling, watch) {
            (Ruling::Take { version, mark }, Some(watch)) => {
                let why = if version > 1 { why } else { String::new() };
                self.entries.entry((row.day, why)).or_default().push(Entry { watch, version, mark });
                (if version > 1 { Outcome::Corrected } else { Outcome::Accepted }, Vec::new())
            }
            (Ruling::Take { .. }, None) => (Outcome::UnknownChild, Vec::new()),
            (Ruling::Leave(outcome), _) => (outcome, Vec::new()),
            (Ruling::Mend(refusals), _) => (Outcome::Invalid, refusals.into_iter().map(FieldFault::from).collect()),
        }
    }
}

/// Appends what is to be recorded, the oldest day first, and asks the rules after each; how much of it is news.
async fn record(
    tx: &mut Tx,
    permit: &Permit<actions::SendAttendance>,
    entries: BTreeMap<(Date, String), Vec<Entry>>,
    moment: &Moment,
) -> Result<Option<(Vec<Receipt>, i32)>> {
    let (mut receipts, mut news) = (Vec::new(), 0);
    let Moment { today, time, times } = *moment;
    for ((day, why), entries) in entries {
        let late = times.is_late(day, today, time);
        let id = Id::random();
        let sending = Sending { id, day, key: id.uuid(), late, why, entries };
        let Some(answers) = intakes::append(tx, permit, &sending).await? else { return Ok(None) };
        news += i32::from(answers) + judgements::after(tx, permit, &sending, times.phase(today, today, time)).await?;
        receipts.push(Receipt { day, receipt: id });
    }
    Ok(Some((receipts, news)))
}
