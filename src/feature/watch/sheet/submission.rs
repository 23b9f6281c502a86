//! Sending a sheet: what is new is appended, what is unchanged left alone, the rules asked, all in one transaction.

use axum::{extract::State, http::HeaderMap, response::Response};
use i18n_embed_fl::fl;
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    day::{Day, is_in_reach},
    reading::{Reading, Table},
    row::{SheetRow, typed},
};
use crate::{
    domain::{
        attendance::{DayContext, Status},
        calendar::DayKind,
        ids::{Id, Submission, Watch},
    },
    gate::{Permit, actions},
    store::{
        Tx, judgements,
        sheets::{self, Appended, Entry, Sending},
    },
    web::{App, Error, ErrorLine, Fields, Form, Here, Path, Result, arrived_at, conflict, page, unprocessable},
};

/// More children than any facility is asked about; a longer form is looked at with care.
const MOST_ROWS: usize = 500;

/// A filled-in sheet at the door.
struct Arrival<'a> {
    app: &'a App,
    here: &'a Here,
    day: Date,
    key: Uuid,
    fields: &'a Fields,
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
    let key = fields.get("idempotency_key").parse().map_err(|_| Error::Malformed)?;
    let arrival = Arrival { app: &app, here: &here, day, key, fields: &fields };
    if fields.get("fill") == "present" && is_in_reach(day, app.clock.today()) {
        return arrival.fill().await;
    }
    // Nearly every sheet is a first report with nothing wrong: it is appended at once, and judged by what the database then knows.
    if let Some(entries) = arrival.first_reports()
        && let Some(submission) = arrival.take_in(entries).await?
    {
        return Ok(done(&headers, day, submission));
    }
    if let Some((earlier, day)) = arrival.came_before().await? {
        return Ok(done(&headers, day, earlier));
    }
    if let Some(entries) = arrival.read().await?.faultless()
        && let Some(submission) = arrival.take_in(entries).await?
    {
        return Ok(done(&headers, day, submission));
    }
    // The same form may have come in while this one waited for it.
    if let Some((earlier, day)) = arrival.came_before().await? {
        return Ok(done(&headers, day, earlier));
    }
    arrival.refuse().await
}

fn done(headers: &HeaderMap, day: Date, submission: Id<Submission>) -> Response {
    arrived_at(headers, &format!("/sheet/{day}/receipts/{submission}"))
}

impl Arrival<'_> {
    fn permit(&self) -> Result<Permit<actions::SubmitSheet>> {
        Ok(self.app.gate.permit(&self.here.actor, &self.here.place())?)
    }

    /// The form as first reports of open children, if it can be that and no more.
    fn first_reports(&self) -> Option<Vec<Entry>> {
        let today = self.app.clock.today();
        let mut rows: Vec<Id<Watch>> = Vec::new();
        let mut entries = Vec::new();
        for key in self.fields.keys("version") {
            let watch = key.parse().ok().filter(|watch| !rows.contains(watch) && rows.len() < MOST_ROWS)?;
            rows.push(watch);
            let input = typed(self.fields, &watch.to_string());
            if !input.is_blank() {
                let mark = input.check(&DayContext { day: self.day, kind: DayKind::Open, today }).ok()?;
                let unrecorded = self.fields.get(&format!("version.{watch}")) == "0";
                entries.push(unrecorded.then_some(Entry { watch, version: 1, mark })?);
            }
        }
        let named = self.fields.pairs().iter().filter_map(|(name, _)| name.split_once('.'));
        let nothing_else = named.into_iter().all(|(_, key)| key.parse().is_ok_and(|watch| rows.contains(&watch)));
        (nothing_else && !entries.is_empty()).then_some(entries)
    }

    /// Appends, asks the rules and commits; `None` leaves nothing behind.
    async fn take_in(&self, entries: Vec<Entry>) -> Result<Option<Id<Submission>>> {
        let Self { app, here, day, key, .. } = *self;
        let permit = self.permit()?;
        let late = here.acting.times.is_late(day, app.clock.today(), app.clock.time_of_day());
        let sending = Sending { id: Id::random(), day, key, late, why: String::new(), entries };
        let mut tx = app.tx(&here.actor).await?;
        let Some(appended) = sheets::send(&mut tx, &permit, &sending).await?.filter(|appended| appended.is_open(day)) else {
            return Ok(None);
        };
        let news = ask_rules(app, here, &mut tx, &permit, &sending, &appended).await?;
        let corrected = sending.entries.iter().filter(|entry| entry.version > 1).count();
        let deed = permit.deed().with("day", day).with("submission", sending.id).with("children", sending.entries.len());
        tx.commit(deed.with("corrected", corrected).with("late", late)).await?;
        if news > 0 {
            app.live.wake();
        }
        Ok(Some(sending.id))
    }

    /// What this very form led to when it came before.
    async fn came_before(&self) -> Result<Option<(Id<Submission>, Date)>> {
        let permit = self.permit()?;
        let mut tx = self.app.tx(&self.here.actor).await?;
        let earlier = sheets::sent_with(&mut tx, &permit, self.key).await?;
        if let Some((submission, day)) = earlier {
            tx.commit(permit.deed().with("day", day).with("submission", submission).with("repeated", true)).await?;
        }
        Ok(earlier)
    }

    /// The form against what is recorded; nothing of it is shown yet.
    async fn read(&self) -> Result<Reading> {
        let mut tx = self.app.tx(&self.here.actor).await?;
        let loaded = Day::load(&mut tx, &self.permit()?, self.day).await?;
        Table { clock: &self.app.clock, loaded: &loaded, fields: self.fields }.read().ok_or(Error::Hidden)
    }

    /// Without script: everybody nothing was chosen for is shown as come. Nothing is sent by that.
    async fn fill(&self) -> Result {
        let permit = self.permit()?;
        let mut tx = self.app.tx(&self.here.actor).await?;
        let loaded = Day::load(&mut tx, &permit, self.day).await?;
        tx.commit(permit.deed().with("day", self.day).with("shown", loaded.rows.len()).with("step", "filled")).await?;
        let voice = Day::voice(self.here);
        let rows = loaded.rows.iter().map(|row| {
            let mut input = typed(self.fields, &row.watch.to_string());
            if input.status.is_empty() && row.recorded.is_none() {
                Status::Present.code().clone_into(&mut input.status);
            }
            SheetRow::new(voice, row, Some(&input).filter(|input| !input.is_blank())).looking_back(loaded.back(voice, row))
        });
        let rows = rows.collect();
        let mut sheet = loaded.sheet(self.app, self.here, rows, Vec::new());
        // The same form goes on: whatever was sent with its key was sent once.
        sheet.idempotency_key = self.key.to_string();
        page(&sheet)
    }

    /// The page again: what was typed, what to mend, and what somebody else may have recorded meanwhile.
    async fn refuse(&self) -> Result {
        let Self { app, here, day, fields, .. } = *self;
        let permit = self.permit()?;
        let mut tx = app.tx(&here.actor).await?;
        let loaded = Day::load(&mut tx, &permit, day).await?;
        let reading = Table { clock: &app.clock, loaded: &loaded, fields }.read().ok_or(Error::Hidden)?;
        tx.commit(permit.deed().with("day", day).with("shown", loaded.rows.len()).with("refused", reading.faults.len())).await?;

        let (rows, mut errors) = reading.rows(Day::voice(here), &loaded, fields);
        let stale = reading.is_stale();
        // Nothing wrong any more, and yet it could not be taken in.
        let collided = reading.faultless().is_some();
        if collided {
            errors.push(ErrorLine { href: "#main".to_owned(), text: fl!(here.lang.texts(), "error-sheet-collided") });
        }
        let sheet = loaded.sheet(app, here, rows, errors);
        if stale || collided { conflict(&sheet) } else { unprocessable(&sheet) }
    }
}

/// The rules look at those whose report can matter, and at all where an alert speaks of the day: on a quiet morning at nobody. How
/// much of it is news, an answer to whoever had asked among it.
pub(super) async fn ask_rules(
    app: &App,
    here: &Here,
    tx: &mut Tx,
    permit: &Permit<actions::SubmitSheet>,
    sending: &Sending,
    appended: &Appended,
) -> Result<i32> {
    let today = app.clock.today();
    let answers = i32::from(appended.answers);
    if !appended.spoken_of && !sending.entries.iter().any(|entry| judgements::matters(entry, sending.day)) {
        return Ok(answers);
    }
    let phase = here.acting.times.phase(today, today, app.clock.time_of_day());
    Ok(answers + judgements::after(tx, permit, sending, phase).await?)
}
