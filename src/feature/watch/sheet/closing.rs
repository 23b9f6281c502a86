//! 休校・学級閉鎖 of one day from its sheet: everybody, or one class, in one action; taken back in one.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::day::{Day, is_in_reach};
use crate::{
    domain::{
        calendar::{ClosingReason, Span},
        ids::{CalendarDay, Id},
    },
    gate::{Permit, actions},
    store::{
        Tx,
        calendar_days::{self, New, Own},
    },
    web::{App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Path, Result, page, see_other, unprocessable, words},
};

/// The value of 「施設全体」 among the classes, which no class can have.
const EVERYBODY: &str = "*";

#[derive(Debug, Template)]
#[template(path = "watch/sheet/closing.html")]
struct Closing {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    date_iso: String,
    date_word: String,
    whom: Field,
    why: Field,
    cancel_href: String,
}

/// A closing of exactly this day, and how to take it back.
#[derive(Debug)]
pub(super) struct Undo {
    pub action: String,
    pub closed: String,
    pub words: String,
}

impl Undo {
    pub(super) fn new(here: &Here, day: Date, own: &Own) -> Self {
        let (texts, why) = (here.lang.texts(), own.label.as_str());
        Self {
            action: format!("/sheet/{day}/closing/removal"),
            closed: own.id.to_string(),
            words: if own.class.is_empty() {
                fl!(texts, "closing-done-all", why = why)
            } else {
                fl!(texts, "closing-done-class", class = own.class.as_str(), why = why)
            },
        }
    }
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(day): Path<Date>) -> Result {
    let permit = app.gate.permit::<actions::CloseDay>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let loaded = load(&app, &mut tx, &permit, day).await?;
    tx.commit(permit.deed().with("day", day).with("step", "asked")).await?;
    page(&Closing::new(&app, &here, &loaded, &Fields::default()))
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(day): Path<Date>, Form(fields): Form) -> Result {
    let permit = app.gate.permit::<actions::CloseDay>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let loaded = load(&app, &mut tx, &permit, day).await?;
    let mut shown = Closing::new(&app, &here, &loaded, &fields);
    let span = Span { from: day, to: day };
    if let Some((class, label)) = shown.understood(here.lang) {
        let reported = calendar_days::first_reported(&mut tx, &permit, span, &class).await?;
        if reported.is_none() {
            let new = New { class: &class, span, is_open: false, label: &label };
            let id = calendar_days::insert(&mut tx, &permit, &new).await?;
            tx.commit(permit.deed().with("day", day).with("entered", id).with("class", !class.is_empty())).await?;
            return Ok(see_other(&format!("/sheet/{day}")));
        }
        shown.whom.error = Some(fl!(here.lang.texts(), "closing-error-reported"));
    }
    tx.commit(permit.deed().with("day", day).with("step", "refused")).await?;
    shown.errors = ErrorLine::of([&shown.whom, &shown.why]);
    unprocessable(&shown)
}

/// Taken back twice is taken back once.
pub(super) async fn destroy(here: Here, State(app): State<App>, Path(day): Path<Date>, Form(fields): Form) -> Result {
    let permit = app.gate.permit::<actions::CloseDay>(&here.actor, &here.place())?;
    let id: Id<CalendarDay> = fields.get("closed").parse().map_err(|_| Error::Malformed)?;
    let mut tx = app.tx(&here.actor).await?;
    let done = calendar_days::reopen(&mut tx, &permit, id, day).await?;
    tx.commit(permit.deed().with("day", day).with("removed", id).with("done", done)).await?;
    Ok(see_other(&format!("/sheet/{day}")))
}

async fn load(app: &App, tx: &mut Tx, permit: &Permit<actions::CloseDay>, day: Date) -> Result<Day> {
    if !is_in_reach(day, app.clock.today()) {
        return Err(Error::Hidden);
    }
    Day::load(tx, permit, day).await
}

impl Closing {
    fn new(app: &App, here: &Here, loaded: &Day, fields: &Fields) -> Self {
        let (texts, day) = (here.lang.texts(), loaded.date);
        let classes: BTreeSet<&str> = loaded.rows.iter().map(|row| row.class.as_str()).filter(|class| !class.is_empty()).collect();
        let everybody = (EVERYBODY.to_owned(), fl!(texts, "closing-everybody"));
        let class = |class: &str| (class.to_owned(), fl!(texts, "closing-class", class = class));
        let whom = std::iter::once(everybody).chain(classes.into_iter().map(class));
        let reasons = ClosingReason::ALL.iter().map(|why| (why.code().to_owned(), reason_words(*why, here.lang)));
        Self {
            frame: Frame::here(app, here, fl!(texts, "closing-title"))
                .with_crumb(format!("/sheet/{day}"), fl!(texts, "sheet-title")),
            errors: Vec::new(),
            action: format!("/sheet/{day}/closing"),
            date_iso: day.to_string(),
            date_word: words::date(here.lang, day),
            whom: Field::required("whom", fields.get("whom")).with_choices(whom),
            why: Field::required("why", fields.get("why")).with_choices(reasons),
            cancel_href: format!("/sheet/{day}"),
        }
    }

    /// The class, empty for everybody, and the day's name; what is missing is said beside its field.
    fn understood(&mut self, lang: Lang) -> Option<(String, String)> {
        let texts = lang.texts();
        let is_chosen = |field: &Field| field.choices.iter().any(|choice| choice.chosen);
        let choose = |field: String| Some(fl!(texts, "error-choose", field = field));
        if !is_chosen(&self.whom) {
            self.whom.error = choose(fl!(texts, "closing-whom"));
        }
        if !is_chosen(&self.why) {
            self.why.error = choose(fl!(texts, "closing-why"));
        }
        let why = ClosingReason::from_code(&self.why.value)?;
        let class = if self.whom.value == EVERYBODY { String::new() } else { self.whom.value.clone() };
        // The calendar is the ward's; its names are in the language of the ward.
        is_chosen(&self.whom).then(|| (class, reason_words(why, Lang::Ja)))
    }
}

fn reason_words(reason: ClosingReason, lang: Lang) -> String {
    let texts = lang.texts();
    match reason {
        ClosingReason::Extraordinary => fl!(texts, "closing-why-extraordinary"),
        ClosingReason::Infection => fl!(texts, "closing-why-infection"),
        ClosingReason::Weather => fl!(texts, "closing-why-weather"),
        ClosingReason::Substitute => fl!(texts, "closing-why-substitute"),
        ClosingReason::Other => fl!(texts, "closing-why-other"),
    }
}
