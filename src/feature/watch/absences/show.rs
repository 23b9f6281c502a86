//! The list of those who are or will be away, and the form for one more.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{ToSpan as _, civil::Date};

use crate::{
    domain::{
        ids::{Id, Person},
        wareki,
    },
    gate::{Member, Permit, actions},
    store::{
        Tx,
        absences::{self, Absence, New},
        duty_rosters::{self, Candidate},
    },
    web::{App, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Result, alert_words, page, see_other, unprocessable},
};

/// The longest absence entered at once: leave of a year and a half is an end of the membership.
const MOST_DAYS: i32 = 550;

#[derive(Debug, Template)]
#[template(path = "watch/absences/index.html")]
pub(super) struct Index {
    frame: Frame,
    errors: Vec<ErrorLine>,
    over: bool,
    rows: Vec<AbsenceRow>,
    /// Whose it is; only those who arrange for others choose.
    person: Option<Field>,
    from: Field,
    until: Field,
    substitute: Field,
}

#[derive(Debug)]
struct AbsenceRow {
    name: String,
    days: String,
    now: bool,
    substitute: Option<String>,
    end: Option<String>,
}

/// What was typed, with its errors.
#[derive(Debug)]
pub(super) struct Typed {
    person: Field,
    from: Field,
    until: Field,
    substitute: Field,
}

impl Typed {
    pub(super) fn of(fields: &Fields) -> Self {
        Self {
            person: Field::required("person", fields.get("person")),
            from: Field::required("from", fields.get("from")),
            until: Field::required("until", fields.get("until")),
            substitute: Field::optional("substitute", fields.get("substitute")),
        }
    }
}

/// All that the page shows.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) absences: Vec<Absence>,
    candidates: Vec<Candidate>,
    pub(super) may_arrange: bool,
    pub(super) oneself: Option<Id<Person>>,
    today: Date,
}

impl Read {
    pub(super) async fn load<A: duty_rosters::AsksWho>(app: &App, here: &Here, tx: &mut Tx, permit: &Permit<A>) -> Result<Self> {
        let scope = app.gate.scope::<actions::ListAbsences>(&here.actor, &here.place())?;
        Ok(Self {
            absences: absences::list(tx, &scope).await?,
            candidates: duty_rosters::candidates(tx, permit).await?,
            may_arrange: app.gate.permit::<actions::ArrangeAbsence>(&here.actor, &here.place()).is_ok(),
            oneself: here.actor.member().map(Member::person),
            today: tx.today(),
        })
    }

    /// Whether whoever asks may enter or end an absence of this person.
    pub(super) fn may_touch(&self, person: Id<Person>) -> bool {
        self.may_arrange || self.oneself == Some(person)
    }

    fn is_away(&self, person: Id<Person>, from: Date, until: Date) -> bool {
        self.absences.iter().any(|absence| absence.person == person && absence.from <= until && from <= absence.until)
    }

    fn chosen(&self, text: &str) -> Option<Id<Person>> {
        text.parse().ok().filter(|id| self.candidates.iter().any(|one| one.id == *id))
    }
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ListAbsences>(&here.actor, &here.place())?;
    let read = Read::load(&app, &here, &mut tx, &permit).await?;
    tx.commit(permit.deed().with("absences", read.absences.len())).await?;
    let texts = here.lang.texts();
    let flash = match here.query().get("done") {
        "entered" => Some(fl!(texts, "absence-done-entered")),
        "ended" => Some(fl!(texts, "absence-done-ended")),
        _ => None,
    };
    let mut index = Index::new(&app, &here, &read, Typed::of(&Fields::default()));
    index.frame = index.frame.with_flash(flash);
    page(&index)
}

impl Index {
    pub(super) fn new(app: &App, here: &Here, read: &Read, typed: Typed) -> Self {
        let (lang, texts) = (here.lang, here.lang.texts());
        let people = |first: String| {
            let people = read.candidates.iter().map(|one| (one.id.to_string(), one.name.clone()));
            [(String::new(), first)].into_iter().chain(people).collect::<Vec<_>>()
        };
        let mut person = typed.person;
        if person.value.is_empty() {
            person.value = read.oneself.map(|id| id.to_string()).unwrap_or_default();
        }
        let person = person.with_choices(people(fl!(texts, "duty-choose")));
        let substitute = typed.substitute.with_choices(people(fl!(texts, "absence-no-substitute")));
        Self {
            frame: Frame::here(app, here, fl!(texts, "absence-title")),
            errors: ErrorLine::of([&person, &typed.from, &typed.until, &substitute]),
            over: false,
            rows: read.absences.iter().map(|absence| row(lang, read, absence)).collect(),
            person: read.may_arrange.then_some(person),
            from: typed.from,
            until: typed.until,
            substitute,
        }
    }

    /// What was to be ended is over already.
    pub(super) fn already_over(mut self) -> Self {
        self.over = true;
        self
    }
}

fn row(lang: Lang, read: &Read, absence: &Absence) -> AbsenceRow {
    let (from, until) = (alert_words::day(lang, absence.from), alert_words::day(lang, absence.until));
    // A substitute who has left, or is away meanwhile, is none.
    let stands_in = |id: Id<Person>| {
        let (first, last) = (absence.from.max(read.today), absence.until);
        absence.can_answer && !read.is_away(id, first, last)
    };
    AbsenceRow {
        name: absence.name.clone(),
        days: if from == until { from } else { fl!(lang.texts(), "absence-days", from = from, until = until) },
        now: absence.from <= read.today,
        substitute: absence.substitute.clone().filter(|_| absence.substitute_id.is_some_and(stands_in)),
        end: read.may_touch(absence.person).then(|| format!("/absences/{}/ending", absence.id)),
    }
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EnterAbsence>(&here.actor, &here.place())?;
    let read = Read::load(&app, &here, &mut tx, &permit).await?;
    let mut typed = Typed::of(&fields);
    if let Some(new) = understood(here.lang, &read, &mut typed) {
        // The same form again: it is entered already.
        let is_same = |one: &Absence| {
            one.person == new.person && one.from == new.from && one.until == new.until && one.substitute_id == new.substitute
        };
        if let Some(same) = read.absences.iter().find(|one| is_same(one)) {
            tx.commit(permit.deed().with("absence", same.id).with("step", "again")).await?;
            return Ok(see_other("/absences?done=entered"));
        }
        if !read.is_away(new.person, new.from, new.until) {
            let id = absences::insert(&mut tx, &permit, &new).await?;
            let deed = permit.deed().with("absence", id).with("person", new.person).with("from", new.from).with("until", new.until);
            tx.commit(deed.with("substitute", new.substitute)).await?;
            return Ok(see_other("/absences?done=entered"));
        }
        typed.from.error = Some(fl!(here.lang.texts(), "absence-error-overlap"));
    }
    tx.commit(permit.deed().with("step", "refused")).await?;
    unprocessable(&Index::new(&app, &here, &read, typed))
}

/// What the form says, or for each field what to mend.
fn understood(lang: Lang, read: &Read, typed: &mut Typed) -> Option<New> {
    let texts = lang.texts();
    let date = |field: &mut Field, label: String| {
        let day = wareki::parse(&field.value).ok();
        field.error = match day {
            _ if field.value.is_empty() => Some(fl!(texts, "error-required", field = label)),
            None => Some(fl!(texts, "error-not-a-date", field = label)),
            Some(_) => None,
        };
        day
    };
    let from = date(&mut typed.from, fl!(texts, "absence-from"));
    let until = date(&mut typed.until, fl!(texts, "absence-until"));
    if let Some((from, until)) = from.zip(until) {
        let last = from.checked_add(MOST_DAYS.days()).unwrap_or(from);
        if until < from {
            typed.until.error = Some(fl!(texts, "absence-error-order"));
        } else if until < read.today {
            typed.until.error = Some(fl!(texts, "absence-error-past"));
        } else if until > last {
            typed.until.error = Some(fl!(texts, "absence-error-long"));
        }
    }
    let person = if typed.person.value.is_empty() { read.oneself } else { read.chosen(&typed.person.value) };
    let person = person.filter(|person| read.may_touch(*person));
    typed.person.error = person.is_none().then(|| fl!(texts, "error-not-a-choice", field = fl!(texts, "absence-person")));
    let substitute = read.chosen(&typed.substitute.value);
    typed.substitute.error = match substitute {
        None if typed.substitute.value.is_empty() => None,
        None => Some(fl!(texts, "error-not-a-choice", field = fl!(texts, "absence-substitute"))),
        Some(id) if Some(id) == person => Some(fl!(texts, "absence-error-oneself")),
        Some(id) => {
            let days = from.zip(until);
            days.filter(|(from, until)| read.is_away(id, *from, *until)).map(|_| fl!(texts, "absence-error-away"))
        }
    };
    let clear = [&typed.person, &typed.from, &typed.until, &typed.substitute].iter().all(|field| field.error.is_none());
    let (person, from, until) = (person?, from?, until?);
    clear.then_some(New { person, from, until, substitute })
}
