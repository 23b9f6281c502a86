//! The page: the week as a table, the coming fortnight with its gaps, and the days that differ.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use crate::{
    domain::{
        calendar::Office,
        duty_roster::{Row, Shift, Turn},
        ids::{Id, Person},
    },
    gate::{Permit, actions},
    store::{
        Tx,
        absences::{self, Absence},
        duty_rosters::{self, Candidate, Kept, ShowsDuty},
    },
    web::{App, ErrorLine, Field, Fields, Frame, Here, Lang, Result, alert_words, page, unprocessable},
};

/// So many days ahead gaps are looked for.
const AHEAD: i32 = 14;

#[derive(Debug, Template)]
#[template(path = "watch/duty/show.html")]
pub(super) struct Show {
    frame: Frame,
    errors: Vec<ErrorLine>,
    may_edit: bool,
    revision: i32,
    week: Vec<WeekRow>,
    days: Vec<DayRow>,
    gaps: usize,
    exceptions: Vec<Exception>,
    day: Field,
    shift: Field,
    person: Field,
}

#[derive(Debug)]
struct WeekRow {
    label: String,
    cells: Vec<WeekCell>,
}

#[derive(Debug)]
struct WeekCell {
    field: Field,
    label: String,
    /// Who it is, for those who only look; `None` is a gap.
    name: Option<String>,
}

#[derive(Debug)]
struct DayRow {
    date_word: String,
    cells: Vec<DayCell>,
}

#[derive(Debug)]
struct DayCell {
    label: String,
    name: Option<String>,
    /// Why nobody is there.
    gap: Option<String>,
}

#[derive(Debug)]
struct Exception {
    date_word: String,
    shift: &'static str,
    shift_word: String,
    name: String,
    action: String,
}

/// What was typed into the form for one day, with its errors.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) week: Option<Fields>,
    pub(super) day: Option<(Field, Field, Field)>,
}

/// All that the page shows.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) kept: Kept,
    pub(super) candidates: Vec<Candidate>,
    office: Office,
    absences: Vec<Absence>,
    today: Date,
}

impl Read {
    pub(super) async fn load<A>(app: &App, here: &Here, tx: &mut Tx, permit: &Permit<A>) -> Result<Self>
    where
        A: ShowsDuty + duty_rosters::AsksWho,
    {
        let today = tx.today();
        let from = today.checked_sub(1.day()).unwrap_or(today);
        let scope = app.gate.scope::<actions::ListAbsences>(&here.actor, &here.place())?;
        Ok(Self {
            kept: duty_rosters::read(tx, permit, from).await?,
            candidates: duty_rosters::candidates(tx, permit).await?,
            office: duty_rosters::holidays(tx, permit, from).await?,
            absences: absences::list(tx, &scope).await?,
            today,
        })
    }

    pub(super) fn name(&self, person: Id<Person>) -> Option<String> {
        self.candidates.iter().find(|one| one.id == person).map(|one| one.name.clone())
    }

    fn is_away(&self, person: Id<Person>, day: Date) -> bool {
        self.absences.iter().any(|absence| absence.person == person && absence.from <= day && day <= absence.until)
    }

    /// Who is there, or why nobody is.
    fn cell(&self, lang: Lang, turn: Turn) -> DayCell {
        let texts = lang.texts();
        let label = shift_word(lang, turn.shift);
        let Some(person) = self.kept.roster.on_duty(turn, &self.office) else {
            return DayCell { label, name: None, gap: Some(fl!(texts, "duty-gap")) };
        };
        match self.name(person) {
            None => DayCell { label, name: None, gap: Some(fl!(texts, "duty-gap-gone")) },
            Some(name) if self.is_away(person, turn.day) => {
                DayCell { label, name: None, gap: Some(fl!(texts, "duty-gap-away", person = name)) }
            }
            Some(name) => DayCell { label, name: Some(name), gap: None },
        }
    }
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ReadDuty>(&here.actor, &here.place())?;
    let read = Read::load(&app, &here, &mut tx, &permit).await?;
    tx.commit(permit.deed().with("revision", read.kept.revision)).await?;
    let done = here.query().get("done").to_owned();
    let texts = here.lang.texts();
    let flash = (done == "saved").then(|| fl!(texts, "duty-done"));
    let mut page_of = Show::new(&app, &here, &read, Typed::default());
    page_of.frame = page_of.frame.with_flash(flash);
    page(&page_of)
}

/// The word for a line of the week.
pub(super) fn row_word(lang: Lang, row: Row) -> String {
    let texts = lang.texts();
    match row {
        Row::Weekday(Weekday::Monday) => fl!(texts, "calendar-weekday-monday"),
        Row::Weekday(Weekday::Tuesday) => fl!(texts, "calendar-weekday-tuesday"),
        Row::Weekday(Weekday::Wednesday) => fl!(texts, "calendar-weekday-wednesday"),
        Row::Weekday(Weekday::Thursday) => fl!(texts, "calendar-weekday-thursday"),
        Row::Weekday(Weekday::Friday) => fl!(texts, "calendar-weekday-friday"),
        Row::Weekday(Weekday::Saturday) => fl!(texts, "calendar-weekday-saturday"),
        Row::Weekday(Weekday::Sunday) => fl!(texts, "calendar-weekday-sunday"),
        Row::Holiday => fl!(texts, "duty-row-holiday"),
    }
}

pub(super) fn shift_word(lang: Lang, shift: Shift) -> String {
    match shift {
        Shift::Day => fl!(lang.texts(), "duty-shift-day"),
        Shift::Night => fl!(lang.texts(), "duty-shift-night"),
    }
}

/// The name of the field of one turn of the week.
pub(super) fn field_name(row: Row, shift: Shift) -> String {
    format!("{}.{}", shift.code(), row.number())
}

impl Show {
    pub(super) fn new(app: &App, here: &Here, read: &Read, typed: Typed) -> Self {
        let (lang, texts) = (here.lang, here.lang.texts());
        let week: Vec<_> = Row::ALL.into_iter().map(|row| week_row(lang, read, row, typed.week.as_ref())).collect();
        let days: Vec<_> = (0..AHEAD).filter_map(|ahead| day_row(lang, read, ahead)).collect();
        let people = || read.candidates.iter().map(|one| (one.id.to_string(), one.name.clone()));
        let (day, shift, person) =
            typed.day.unwrap_or_else(|| (Field::required("day", ""), Field::required("shift", ""), Field::required("person", "")));
        let shift = shift.with_choices(Shift::ALL.iter().map(|shift| (shift.code().to_owned(), shift_word(lang, *shift))));
        let person = person.with_choices([(String::new(), fl!(texts, "duty-choose"))].into_iter().chain(people()));
        let fields = week.iter().flat_map(|row| row.cells.iter().map(|cell| &cell.field)).chain([&day, &shift, &person]);
        Self {
            frame: Frame::here(app, here, fl!(texts, "duty-title")),
            errors: ErrorLine::of(fields),
            may_edit: app.gate.permit::<actions::EditDuty>(&here.actor, &here.place()).is_ok(),
            revision: read.kept.revision,
            gaps: days.iter().flat_map(|row| &row.cells).filter(|cell| cell.gap.is_some()).count(),
            exceptions: exceptions(lang, read),
            week,
            days,
            day,
            shift,
            person,
        }
    }
}

fn week_row(lang: Lang, read: &Read, row: Row, typed: Option<&Fields>) -> WeekRow {
    let texts = lang.texts();
    let label = row_word(lang, row);
    let cell = |shift: &Shift| {
        let person = read.kept.roster.weekly.get(&(row, *shift)).copied();
        let name = field_name(row, *shift);
        let value = match typed {
            Some(typed) => typed.get(&name).to_owned(),
            None => person.map(|person| person.to_string()).unwrap_or_default(),
        };
        let known = value.is_empty() || read.candidates.iter().any(|one| one.id.to_string() == value);
        let error = (typed.is_some() && !known)
            .then(|| fl!(texts, "error-not-a-choice", field = format!("{label} {}", shift_word(lang, *shift))));
        let gone = (!known).then(|| (value.clone(), fl!(texts, "duty-gone")));
        let people = read.candidates.iter().map(|one| (one.id.to_string(), one.name.clone()));
        let choices = [(String::new(), fl!(texts, "duty-nobody"))].into_iter().chain(gone).chain(people);
        WeekCell {
            field: Field::optional(&name, &value).with_choices(choices).with_error(error),
            label: shift_word(lang, *shift),
            name: person.and_then(|person| read.name(person)),
        }
    };
    WeekRow { cells: Shift::ALL.iter().map(cell).collect(), label: label.clone() }
}

fn day_row(lang: Lang, read: &Read, ahead: i32) -> Option<DayRow> {
    let day = read.today.checked_add(ahead.days()).ok()?;
    let cells = Shift::ALL.iter().map(|shift| read.cell(lang, Turn { day, shift: *shift })).collect();
    Some(DayRow { date_word: alert_words::day(lang, day), cells })
}

fn exceptions(lang: Lang, read: &Read) -> Vec<Exception> {
    let mut days: Vec<_> = read.kept.roster.days.iter().filter(|(turn, _)| turn.day >= read.today).collect();
    days.sort_by_key(|(turn, _)| (turn.day, turn.shift));
    let line = |(turn, person): (&Turn, &Id<Person>)| Exception {
        date_word: alert_words::day(lang, turn.day),
        shift: turn.shift.code(),
        shift_word: shift_word(lang, turn.shift),
        name: read.name(*person).unwrap_or_else(|| fl!(lang.texts(), "duty-gone")),
        action: format!("/duty/days/{}/removal", turn.day),
    };
    days.into_iter().map(line).collect()
}

/// Whatever was refused is the same page with everything that was typed.
pub(super) async fn again(app: &App, here: &Here, mut tx: Tx, permit: &Permit<actions::EditDuty>, typed: Typed) -> Result {
    let read = Read::load(app, here, &mut tx, permit).await?;
    tx.commit(permit.deed().with("step", "refused")).await?;
    unprocessable(&Show::new(app, here, &read, typed))
}
