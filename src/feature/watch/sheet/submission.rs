//! Sending a sheet: what is new is appended, what is unchanged left alone, the rules asked, all in one transaction.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use i18n_embed_fl::fl;
use jiff::civil::Date;
use serde_json::json;
use uuid::Uuid;

use super::{
    day::{Day, is_in_reach},
    row::{SheetRow, Voice, typed},
};
use crate::{
    domain::{
        attendance::{DayContext, Mark, MarkInput, MarkRefusal},
        calendar::DayKind,
        ids::{Id, Submission, Watch},
        rule::concerns,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        judgements::{self, Question},
        sheets::{self, Entry, Row, Sending},
    },
    web::{App, Error, ErrorLine, Fields, Form, Here, Path, Result, conflict, see_other, unprocessable, words},
};

/// The form on the table, and the day it speaks of.
struct Table<'a> {
    app: &'a App,
    voice: Voice,
    loaded: &'a Day,
    fields: &'a Fields,
}

/// What came of reading the form.
struct Reading {
    entries: Vec<Entry>,
    rows: Vec<SheetRow>,
    errors: Vec<ErrorLine>,
    /// Somebody else has recorded a child in between.
    stale: bool,
}

pub(super) async fn create(
    here: Here,
    State(app): State<App>,
    Path(day): Path<Date>,
    headers: HeaderMap,
    Form(fields): Form,
) -> Result {
    // A day to come is refused with words; a day too long ago is no sheet at all.
    if day <= app.clock.today() && !is_in_reach(day, app.clock.today()) {
        return Err(Error::Hidden);
    }
    let key: Uuid = fields.get("idempotency_key").parse().map_err(|_| Error::Malformed)?;
    let permit = app.gate.permit::<actions::SubmitSheet>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    if let Some((earlier, day)) = sheets::sent_with(&mut tx, &permit, key).await? {
        tx.commit(permit.deed().with("day", day).with("submission", earlier).with("repeated", true)).await?;
        return Ok(done(&headers, day, earlier));
    }
    let loaded = Day::load(&mut tx, &permit, day).await?;
    let reading = read(&app, &here, &loaded, &fields)?;
    if reading.stale {
        return conflict(&loaded.sheet(&app, &here, reading.rows, reading.errors));
    }
    if !reading.errors.is_empty() {
        return unprocessable(&loaded.sheet(&app, &here, reading.rows, reading.errors));
    }
    let late = loaded.facility.times.is_late(day, app.clock.today(), app.clock.time_of_day());
    let sending = Sending { id: Id::random(), day, key, late, why: String::new(), entries: reading.entries };
    if !sheets::send(&mut tx, &permit, &sending).await? {
        drop(tx);
        return raced(&app, &here, day, &fields).await;
    }
    let alerts = ask_rules(&app, &mut tx, &permit, &loaded, &sending).await?;
    let corrected = sending.entries.iter().filter(|entry| entry.version > 1).count();
    let deed = permit.deed().with("day", day).with("submission", sending.id).with("children", sending.entries.len());
    tx.commit(deed.with("corrected", corrected).with("late", late)).await?;
    if alerts > 0 {
        app.live.wake();
    }
    Ok(done(&headers, day, sending.id))
}

/// Where the receipt is: for scripts in a word, for browsers by a redirect.
fn done(headers: &HeaderMap, day: Date, submission: Id<Submission>) -> Response {
    let next = format!("/sheet/{day}/receipts/{submission}");
    let script = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.starts_with("application/json"));
    if script { (StatusCode::OK, Json(json!({ "next": next }))).into_response() } else { see_other(&next) }
}

/// Two people sent at the same moment: the page again, with what the other one recorded.
async fn raced(app: &App, here: &Here, day: Date, fields: &Fields) -> Result {
    let permit = app.gate.permit::<actions::SubmitSheet>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let loaded = Day::load(&mut tx, &permit, day).await?;
    let reading = read(app, here, &loaded, fields)?;
    conflict(&loaded.sheet(app, here, reading.rows, reading.errors))
}

fn read(app: &App, here: &Here, loaded: &Day, fields: &Fields) -> Result<Reading> {
    let table = Table { app, voice: Day::voice(here), loaded, fields };
    table.refuse_strangers()?;
    let mut reading = Reading { entries: Vec::new(), rows: Vec::new(), errors: Vec::new(), stale: false };
    for row in &loaded.rows {
        table.open_row(row, &mut reading);
    }
    for (row, kind) in &loaded.closed {
        table.closed_row(row, *kind, &mut reading);
    }
    if reading.entries.is_empty() && reading.errors.is_empty() {
        let href = reading.rows.first().map_or_else(|| "#main".to_owned(), |row| format!("#status-{}", row.watch_id));
        reading.errors.push(ErrorLine { href, text: fl!(table.voice.lang.texts(), "error-nothing-entered") });
    }
    Ok(reading)
}

impl Table<'_> {
    /// A child of another facility, or of a request that is over, is not on this sheet: the same answer as for no child at all.
    fn refuse_strangers(&self) -> Result<()> {
        let Day { rows, closed, .. } = self.loaded;
        let known = |id: Id<Watch>| rows.iter().any(|row| row.watch == id) || closed.iter().any(|(row, _)| row.watch == id);
        let all_known = self.fields.keys("status").into_iter().all(|key| key.parse().is_ok_and(known));
        if all_known { Ok(()) } else { Err(Error::Hidden) }
    }

    /// The mark that was typed; nothing for an untouched row.
    fn check(&self, kind: DayKind, input: &MarkInput) -> Result<Option<Mark>, Vec<MarkRefusal>> {
        if input.is_blank() {
            return Ok(None);
        }
        input.check(&DayContext { day: self.loaded.date, kind, today: self.app.clock.today() }).map(Some)
    }

    fn open_row(&self, row: &Row, reading: &mut Reading) {
        let input = typed(self.fields, row.watch);
        let mut shown = SheetRow::new(self.voice, row, if input.is_blank() { None } else { Some(&input) });
        match self.check(DayKind::Open, &input) {
            Ok(None) => {}
            Ok(Some(mark)) => self.accept(row, mark, &mut shown, reading),
            Err(refusals) => reading.errors.extend(shown.refuse(self.voice.lang, &refusals)),
        }
        reading.rows.push(shown);
    }

    /// Nobody is expected, so there is no row to fill in; one that was filled in all the same is shown with the reason.
    fn closed_row(&self, row: &Row, kind: DayKind, reading: &mut Reading) {
        let input = typed(self.fields, row.watch);
        if let Err(refusals) = self.check(kind, &input) {
            let mut shown = SheetRow::new(self.voice, row, Some(&input));
            reading.errors.extend(shown.refuse(self.voice.lang, &refusals));
            reading.rows.push(shown);
        }
    }

    /// A new report is taken, the same again left alone, another one checked: still the version on the screen, still free?
    fn accept(&self, row: &Row, mark: Mark, shown: &mut SheetRow, reading: &mut Reading) {
        let version = row.recorded.as_ref().map_or(0, |recorded| recorded.version);
        if row.recorded.as_ref().is_some_and(|recorded| recorded.mark == mark) {
            return;
        }
        let texts = self.voice.lang.texts();
        let on_screen: i32 = self.fields.get(&format!("version.{}", row.watch)).parse().unwrap_or(0);
        if on_screen != version {
            let now = shown.recorded.clone().unwrap_or_default();
            reading.errors.push(shown.complain(fl!(texts, "error-sheet-stale", name = row.name.as_str(), now = now)));
            reading.stale = true;
            return;
        }
        let (date, clock) = (self.loaded.date, &self.app.clock);
        if version > 0 && !self.loaded.facility.times.is_free(date, clock.today(), clock.time_of_day()) {
            let mut line = shown.complain(fl!(texts, "error-sheet-why", name = row.name.as_str()));
            line.href = format!("/sheet/{date}/reports/{}/correction", row.watch);
            reading.errors.push(line);
            return;
        }
        reading.entries.push(Entry { watch: row.watch, child: row.child, version: version + 1, mark });
    }
}

/// The rules look at whoever was reported, closely at those whose report can matter.
pub(super) async fn ask_rules(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<actions::SubmitSheet>,
    loaded: &Day,
    sending: &Sending,
) -> Result<i32> {
    let watches: Vec<_> = sending.entries.iter().map(|entry| entry.watch).collect();
    let corrected: Vec<_> = sending.entries.iter().filter(|entry| entry.version > 1).map(|entry| entry.watch).collect();
    let matters = |entry: &&Entry| entry.version > 1 || concerns(&entry.mark, sending.day);
    let concerned: Vec<_> = sending.entries.iter().filter(matters).map(|entry| entry.watch).collect();
    let today = app.clock.today();
    let question = Question {
        watches: &watches,
        concerned: &concerned,
        corrected: &corrected,
        report_for: Some(sending.day),
        phase: loaded.facility.times.phase(today, today, app.clock.time_of_day()),
    };
    Ok(judgements::ask(tx, permit, &question).await?)
}

/// 「9:12 欠席（連絡なし）」 of the latest version, for pages that show both sides of a conflict.
pub(super) fn recorded_words(voice: Voice, row: &Row) -> String {
    row.recorded.as_ref().map_or_else(String::new, |recorded| {
        format!("{} {}", words::time_of_day(recorded.at), words::mark(voice.lang, &recorded.mark, voice.kind))
    })
}
