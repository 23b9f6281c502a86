//! Correcting one child's report: free on the day until the evening, later with a reason; both versions stay.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    day::{Day, is_in_reach},
    row::{SheetRow, recorded_words, typed},
    submission::ask_rules,
};
use crate::{
    domain::{
        attendance::{DayContext, MarkInput},
        calendar::DayKind,
        ids::{Id, Submission, Watch},
        name::{self, Text},
    },
    gate::{Permit, actions},
    store::{
        Tx, reports,
        sheets::{self, Entry, Row, Sending},
    },
    web::{App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Path, Result, conflict, page, see_other, unprocessable, words},
};

/// How long a reason for a correction may be, in characters.
const WHY_LENGTH: usize = 200;

#[derive(Debug, Template)]
#[template(path = "watch/sheet/correction.html")]
struct Correction {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    idempotency_key: String,
    date_iso: String,
    date_word: String,
    recorded: String,
    row: SheetRow,
    why: Option<Field>,
    cancel_href: String,
}

/// The child's row on its day, and leave to correct it.
struct Asked {
    loaded: Day,
    at: usize,
    read: Permit<actions::ReadSheet>,
    correct: Permit<actions::CorrectReport>,
}

impl Asked {
    async fn load(app: &App, here: &Here, tx: &mut Tx, day: Date, watch: Id<Watch>) -> Result<Self> {
        if !is_in_reach(day, app.clock.today()) {
            return Err(Error::Hidden);
        }
        let facts = reports::facts(tx, &here.actor, watch).await?.ok_or(Error::Hidden)?;
        let correct = app.gate.permit::<actions::CorrectReport>(&here.actor, &facts)?;
        let read = app.gate.permit::<actions::ReadSheet>(&here.actor, &here.place())?;
        let loaded = Day::load(tx, &read, day).await?;
        // Nothing was reported that could be corrected: the sheet itself is the place.
        let at = loaded.rows.iter().position(|row| row.watch == watch && row.recorded.is_some()).ok_or(Error::Hidden)?;
        Ok(Self { loaded, at, read, correct })
    }

    fn row(&self) -> &Row {
        &self.loaded.rows[self.at]
    }

    fn recorded_words(&self, here: &Here) -> String {
        self.row().recorded.as_ref().map(|recorded| recorded_words(Day::voice(here), recorded)).unwrap_or_default()
    }

    fn is_free(&self, app: &App) -> bool {
        self.loaded.facility.times.is_free(self.loaded.date, app.clock.today(), app.clock.time_of_day())
    }

    fn page(&self, app: &App, here: &Here, shown: SheetRow, why: Field, errors: Vec<ErrorLine>) -> Correction {
        let day = self.loaded.date;
        Correction {
            frame: Frame::here(app, here, fl!(here.lang.texts(), "correction-title"))
                .with_crumb(format!("/sheet/{day}"), fl!(here.lang.texts(), "sheet-title")),
            errors,
            action: format!("/sheet/{day}/reports/{}/correction", self.row().watch),
            idempotency_key: Id::<Submission>::random().to_string(),
            date_iso: day.to_string(),
            date_word: words::date(here.lang, day),
            recorded: self.recorded_words(here),
            // Nothing is added here: what is chosen is what the day was.
            row: SheetRow { adds: None, ..shown },
            why: (!self.is_free(app)).then_some(why),
            cancel_href: format!("/sheet/{day}"),
        }
    }
}

pub(super) async fn new(here: Here, State(app): State<App>, Path((day, watch)): Path<(Date, Id<Watch>)>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let asked = Asked::load(&app, &here, &mut tx, day, watch).await?;
    tx.commit(asked.read.deed().with("day", day).with("watch", watch)).await?;
    let shown = SheetRow::new(Day::voice(&here), asked.row(), None);
    page(&asked.page(&app, &here, shown, Field::required("why", ""), Vec::new()))
}

pub(super) async fn create(
    here: Here,
    State(app): State<App>,
    Path((day, watch)): Path<(Date, Id<Watch>)>,
    Form(fields): Form,
) -> Result {
    let key: Uuid = fields.get("idempotency_key").parse().map_err(|_| Error::Malformed)?;
    let mut tx = app.tx(&here.actor).await?;
    let submit = app.gate.permit::<actions::SubmitSheet>(&here.actor, &here.place())?;
    if let Some((earlier, day)) = sheets::sent_with(&mut tx, &submit, key).await? {
        tx.commit(submit.deed().with("day", day).with("submission", earlier).with("repeated", true)).await?;
        return Ok(see_other(&format!("/sheet/{day}/receipts/{earlier}")));
    }
    let asked = Asked::load(&app, &here, &mut tx, day, watch).await?;
    let voice = Day::voice(&here);
    let input = typed(&fields, &watch.to_string());
    let mut shown = SheetRow::new(voice, asked.row(), Some(&input));
    let why = why(&app, &here, &asked, &fields);
    let mark = input.check(&DayContext { day, kind: DayKind::Open, today: app.clock.today() });

    let mut errors = mark.as_ref().err().map(|refusals| shown.refuse(here.lang, refusals)).unwrap_or_default();
    errors.extend(ErrorLine::of([&why]));
    let (Ok(mark), true) = (mark, errors.is_empty()) else {
        tx.commit(asked.read.deed().with("day", day).with("watch", watch).with("step", "refused")).await?;
        return unprocessable(&asked.page(&app, &here, shown, why, errors));
    };
    let version = asked.row().recorded.as_ref().map_or(0, |recorded| recorded.version);
    let entry = Entry { watch, version: version + 1, mark };
    let sending = Sending { id: Id::random(), day, key, late: !asked.is_free(&app), why: why.value.clone(), entries: vec![entry] };
    let is_current = fields.get(&format!("version.{watch}")).parse() == Ok(version);
    let appended = if is_current { sheets::send(&mut tx, &submit, &sending).await? } else { None };
    let Some(appended) = appended else {
        drop(tx);
        return overtaken(&app, &here, (day, watch), key, &input, why).await;
    };
    let news = ask_rules(&app, &here, &mut tx, &submit, &sending, &appended).await?;
    tx.commit(asked.correct.deed().with("day", day).with("submission", sending.id).with("version", version + 1)).await?;
    if news > 0 {
        app.live.wake();
    }
    Ok(see_other(&format!("/sheet/{day}/receipts/{}", sending.id)))
}

/// This very form was quicker, pressed twice: its receipt. Somebody else was quicker: what is recorded now, beside what was typed.
async fn overtaken(app: &App, here: &Here, (day, watch): (Date, Id<Watch>), key: Uuid, input: &MarkInput, why: Field) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let submit = app.gate.permit::<actions::SubmitSheet>(&here.actor, &here.place())?;
    if let Some((earlier, day)) = sheets::sent_with(&mut tx, &submit, key).await? {
        tx.commit(submit.deed().with("day", day).with("submission", earlier).with("repeated", true)).await?;
        return Ok(see_other(&format!("/sheet/{day}/receipts/{earlier}")));
    }
    let asked = Asked::load(app, here, &mut tx, day, watch).await?;
    tx.commit(asked.read.deed().with("day", day).with("watch", watch).with("step", "conflict")).await?;
    let voice = Day::voice(here);
    let mut shown = SheetRow::new(voice, asked.row(), Some(input));
    let now = asked.recorded_words(here);
    let line = shown.complain(fl!(here.lang.texts(), "error-sheet-stale", name = asked.row().name.as_str(), now = now));
    conflict(&asked.page(app, here, shown, why, vec![line]))
}

/// After the free time a correction says why.
fn why(app: &App, here: &Here, asked: &Asked, fields: &Fields) -> Field {
    let texts = here.lang.texts();
    let typed = fields.get("why");
    if asked.is_free(app) {
        return Field::optional("why", "");
    }
    let label = fl!(texts, "correction-why");
    let error = match Text::<WHY_LENGTH>::parse_or_none(typed) {
        Ok(Some(_)) => None,
        Ok(None) => Some(fl!(texts, "error-required", field = label)),
        Err(name::Refusal::TooLong { written, most }) => {
            Some(fl!(texts, "error-too-long", field = label, max = most, now = written))
        }
        Err(_) => Some(fl!(texts, "error-characters-hidden", field = label)),
    };
    Field::required("why", typed).with_error(error)
}
