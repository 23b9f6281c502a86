//! 未報告の日: every open day of the last four weeks nobody reported, child by child, on one page; sent together, marked late.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    back,
    day::Day,
    row::{SheetRow, typed},
    submission::ask_rules,
};
use crate::{
    domain::{
        attendance::{DayContext, MarkRefusal},
        calendar::DayKind,
        ids::{Id, Submission, Watch},
    },
    gate::{Permit, actions},
    store::{
        Tx,
        sheets::{self, Entry, Row, Sending},
    },
    web::{App, Error, ErrorLine, Fields, Form, Frame, Here, Result, conflict, page, see_other, unprocessable, words},
};

/// More on one page nobody fills in; the rest comes after these were sent.
const MOST: usize = 120;

#[derive(Debug, Template)]
#[template(path = "watch/sheet/catch_up.html")]
struct CatchUp {
    frame: Frame,
    errors: Vec<ErrorLine>,
    idempotency_key: String,
    all: usize,
    /// What did not fit on the page.
    more: usize,
    days: Vec<CatchUpDay>,
}

#[derive(Debug)]
struct CatchUpDay {
    iso: String,
    date_word: String,
    rows: Vec<SheetRow>,
}

/// One child on one day nobody reported.
#[derive(Debug, Clone)]
struct Gap {
    day: Date,
    row: Row,
}

impl Gap {
    fn key(&self) -> String {
        format!("{}_{}", self.day, self.row.watch)
    }
}

/// Every gap before today, the oldest day first, and how many more there are.
fn gaps(loaded: &Day) -> (Vec<Gap>, usize) {
    let of_child = |row: &Row| {
        let days = back::unreported(row, &loaded.calendar(row), loaded.date);
        let row = Row { recorded: None, ..row.clone() };
        days.into_iter().map(move |day| Gap { day, row: row.clone() })
    };
    let mut gaps: Vec<_> = loaded.everybody().flat_map(of_child).collect();
    gaps.sort_by_key(|gap| gap.day);
    let more = gaps.len().saturating_sub(MOST);
    gaps.truncate(MOST);
    (gaps, more)
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let permit = app.gate.permit::<actions::ReadSheet>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let loaded = Day::load(&mut tx, &permit, app.clock.today()).await?;
    let (gaps, more) = gaps(&loaded);
    tx.commit(permit.deed().with("gaps", gaps.len() + more)).await?;
    let done: Option<usize> = here.query().get("done").parse().ok();
    let flash = done.map(|done| fl!(here.lang.texts(), "catch-up-done", count = done));
    let mut shown = CatchUp::new(&app, &here, &gaps, more, Shown::default());
    shown.frame = shown.frame.with_flash(flash);
    page(&shown)
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let key: Uuid = fields.get("idempotency_key").parse().map_err(|_| Error::Malformed)?;
    let permit = app.gate.permit::<actions::SubmitSheet>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    if let Some(count) = came_before(&mut tx, &permit, key, &fields).await? {
        tx.commit(permit.deed().with("repeated", true)).await?;
        return Ok(see_other(&format!("/sheet/catch-up?done={count}")));
    }
    let loaded = Day::load(&mut tx, &permit, app.clock.today()).await?;
    let (gaps, more) = gaps(&loaded);
    let reading = Reading::new(&loaded, &gaps, &fields).ok_or(Error::Hidden)?;
    if let Some(sendings) = reading.sendings(key)
        && let Some(news) = take_in(&app, &here, &mut tx, &permit, &sendings).await?
    {
        let count: usize = sendings.iter().map(|sending| sending.entries.len()).sum();
        tx.commit(permit.deed().with("days", sendings.len()).with("children", count).with("late", true)).await?;
        if news > 0 {
            app.live.wake();
        }
        return Ok(see_other(&format!("/sheet/catch-up?done={count}")));
    }
    drop(tx);
    refuse(&app, &here, key, &fields, more).await
}

/// How many were sent when this very form came before; each day has a key of its own, made of the form's.
async fn came_before(tx: &mut Tx, permit: &Permit<actions::SubmitSheet>, key: Uuid, fields: &Fields) -> Result<Option<usize>> {
    let answered = answered(fields);
    let Some((day, _)) = answered.first().and_then(|key| read_key(key)) else { return Ok(None) };
    let earlier = sheets::sent_with(tx, permit, key_of_day(key, day)).await?;
    Ok(earlier.map(|_| answered.len()))
}

/// The gaps something was typed for.
fn answered(fields: &Fields) -> Vec<&str> {
    fields.keys("version").into_iter().filter(|key| !typed(fields, key).is_blank()).collect()
}

fn read_key(key: &str) -> Option<(Date, Id<Watch>)> {
    let (day, watch) = key.split_once('_')?;
    Some((day.parse().ok()?, watch.parse().ok()?))
}

/// Two days of one form never share a key, nor do two forms.
fn key_of_day(key: Uuid, day: Date) -> Uuid {
    let number = i64::from(day.year()) * 400 + i64::from(day.day_of_year());
    Uuid::from_u128(key.as_u128() ^ u128::from(number.unsigned_abs()))
}

/// What came of reading the form.
#[derive(Debug, Default)]
struct Reading {
    days: BTreeMap<Date, Vec<Entry>>,
    refused: Vec<(String, Vec<MarkRefusal>)>,
    /// Reported by somebody else in between.
    stale: Vec<String>,
}

impl Reading {
    /// `None` when the form speaks of a child the facility is not asked about.
    fn new(loaded: &Day, gaps: &[Gap], fields: &Fields) -> Option<Self> {
        let mut reading = Self::default();
        for key in answered(fields) {
            let (day, watch) = read_key(key)?;
            let row = loaded.everybody().find(|row| row.watch == watch)?;
            let checked = typed(fields, key).check(&DayContext { day, kind: DayKind::Open, today: loaded.date });
            match checked {
                Err(refused) => reading.refused.push((key.to_owned(), refused)),
                // The same has come in meanwhile: nothing is left to say.
                Ok(mark) if row.lately.get(&day) == Some(&mark) => {}
                Ok(_) if !gaps.iter().any(|gap| gap.day == day && gap.row.watch == watch) => reading.stale.push(key.to_owned()),
                Ok(mark) => reading.days.entry(day).or_default().push(Entry { watch, version: 1, mark }),
            }
        }
        Some(reading)
    }

    /// One sheet a day, if there is anything new and nothing wrong.
    fn sendings(self, key: Uuid) -> Option<Vec<Sending>> {
        let faultless = self.refused.is_empty() && self.stale.is_empty() && !self.days.is_empty();
        let sending =
            |(day, entries)| Sending { id: Id::random(), day, key: key_of_day(key, day), late: true, why: String::new(), entries };
        faultless.then(|| self.days.into_iter().map(sending).collect())
    }
}

/// All days or none; how much of it is news. `None`: somebody was quicker with one of them; then drop the transaction.
async fn take_in(
    app: &App,
    here: &Here,
    tx: &mut Tx,
    permit: &Permit<actions::SubmitSheet>,
    sendings: &[Sending],
) -> Result<Option<i32>> {
    let mut news = 0;
    for sending in sendings {
        let appended = sheets::send(tx, permit, sending).await?.filter(|appended| appended.is_open(sending.day));
        let Some(appended) = appended else { return Ok(None) };
        news += ask_rules(app, here, tx, permit, sending, &appended).await?;
    }
    Ok(Some(news))
}

/// The page again, read anew: what was typed, what to mend, what somebody else has reported meanwhile.
async fn refuse(app: &App, here: &Here, key: Uuid, fields: &Fields, more: usize) -> Result {
    let permit = app.gate.permit::<actions::SubmitSheet>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    if let Some(count) = came_before(&mut tx, &permit, key, fields).await? {
        tx.commit(permit.deed().with("repeated", true)).await?;
        return Ok(see_other(&format!("/sheet/catch-up?done={count}")));
    }
    let loaded = Day::load(&mut tx, &permit, app.clock.today()).await?;
    let (gaps, _) = gaps(&loaded);
    let reading = Reading::new(&loaded, &gaps, fields).ok_or(Error::Hidden)?;
    tx.commit(permit.deed().with("step", "refused").with("refused", reading.refused.len())).await?;
    let shown = Shown { key: Some(key), fields: Some(fields), refused: &reading.refused };
    let mut shown = CatchUp::new(app, here, &gaps, more, shown);
    if !reading.stale.is_empty() {
        shown.errors.push(ErrorLine { href: "#main".to_owned(), text: fl!(here.lang.texts(), "catch-up-stale") });
        return conflict(&shown);
    }
    if shown.errors.is_empty() {
        let text = if reading.days.is_empty() {
            fl!(here.lang.texts(), "error-nothing-entered")
        } else {
            fl!(here.lang.texts(), "error-sheet-collided")
        };
        shown.errors.push(ErrorLine { href: "#main".to_owned(), text });
    }
    unprocessable(&shown)
}

/// What the page shows beside the gaps themselves.
#[derive(Debug, Default, Clone, Copy)]
struct Shown<'a> {
    key: Option<Uuid>,
    fields: Option<&'a Fields>,
    refused: &'a [(String, Vec<MarkRefusal>)],
}

impl CatchUp {
    fn new(app: &App, here: &Here, gaps: &[Gap], more: usize, shown: Shown<'_>) -> Self {
        let (texts, voice) = (here.lang.texts(), Day::voice(here));
        let mut errors = Vec::new();
        let mut days: Vec<CatchUpDay> = Vec::new();
        for gap in gaps {
            let key = gap.key();
            let input = shown.fields.map(|fields| typed(fields, &key)).filter(|input| !input.is_blank());
            let mut row = SheetRow::new(voice, &gap.row, input.as_ref()).keyed(key.clone());
            if let Some((_, refused)) = shown.refused.iter().find(|(refused, _)| *refused == key) {
                errors.extend(row.refuse(here.lang, refused));
            }
            let iso = gap.day.to_string();
            match days.last_mut().filter(|day| day.iso == iso) {
                Some(day) => day.rows.push(row),
                None => days.push(CatchUpDay { iso, date_word: words::date(here.lang, gap.day), rows: vec![row] }),
            }
        }
        Self {
            frame: Frame::here(app, here, fl!(texts, "catch-up-title")).with_crumb("/sheet", fl!(texts, "sheet-title")),
            errors,
            idempotency_key: shown.key.unwrap_or_else(|| Id::<Submission>::random().uuid()).to_string(),
            all: gaps.len(),
            more,
            days,
        }
    }
}
