//! A request as somebody types it: every field read, every fault kept beside its field.

use i18n_embed_fl::fl;
use jiff::{ToSpan, civil::Date};

use super::views;
use crate::{
    domain::{
        facility::{FacilityKind, first_day_there, last_day_there},
        grade::Grade,
        ground::LegalGround,
        name::{ClassName, Kana, PersonName},
        rule::Strictness,
        wareki,
    },
    store::{organizations::Facility, people::Colleague, requests::Addition},
    web::{Choice, Field, Fields, Here, Lang, say},
};

/// The form's fields, in their order.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) facility: Field,
    pub(super) name: Field,
    pub(super) kana: Field,
    pub(super) grade: Field,
    /// Read for the grade alone: nothing keeps it.
    pub(super) born: Field,
    /// Ticked by who says that the grade is right all the same; asked only where the two differ.
    pub(super) as_written: Vec<Choice>,
    pub(super) class_name: Field,
    pub(super) ground: Field,
    pub(super) strictness: Field,
    pub(super) starts_on: Field,
    pub(super) ends_on: Field,
    pub(super) sibling_name: Field,
    pub(super) owner: Field,
}

/// What can be chosen in the form.
#[derive(Debug)]
pub(super) struct Choices {
    pub(super) facilities: Vec<Facility>,
    /// Who can answer for the office that asks.
    pub(super) people: Vec<Colleague>,
    pub(super) today: Date,
}

/// A begin further away than this is a slip of the pen, as in rosters.
const MOST_YEARS_AGO: i32 = 20;
const MOST_YEARS_AHEAD: i32 = 1;

type Read<T> = Result<T, String>;

impl Draft {
    /// The empty form: begins today, in the hands of whoever opened it.
    pub(super) fn empty(here: &Here, choices: &Choices) -> Self {
        let myself = here.actor.person().filter(|me| choices.people.iter().any(|person| person.id == *me));
        let typed = [
            ("starts_on", views::long_day(here.lang, choices.today)),
            ("strictness", Strictness::Normal.code().to_owned()),
            ("owner", myself.map_or_else(String::new, |me| me.to_string())),
        ];
        let typed = typed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self::of(here.lang, &typed, choices)
    }

    /// The form with what was typed.
    pub(super) fn of(lang: Lang, typed: &Fields, choices: &Choices) -> Self {
        let texts = lang.texts();
        let required = |name: &str| Field::required(name, typed.get(name));
        let optional = |name: &str| Field::optional(name, typed.get(name));
        let choose = || (String::new(), fl!(texts, "field-choose"));
        let grades = std::iter::once(choose()).chain(all_grades(choices));
        let grounds = LegalGround::ALL.iter().map(|ground| (ground.code().to_owned(), say::ground(lang, *ground)));
        let ranks = Strictness::ALL.iter().map(|rank| (rank.code().to_owned(), views::strictness(lang, *rank)));
        Self {
            facility: required("facility").with_choices(views::facilities_to_ask(
                lang,
                fl!(texts, "field-choose"),
                &choices.facilities,
            )),
            name: required("name"),
            kana: optional("kana"),
            grade: optional("grade").with_choices(grades),
            born: optional("born"),
            as_written: Vec::new(),
            class_name: optional("class"),
            ground: required("ground").with_choices(grounds),
            strictness: required("strictness").with_choices(ranks),
            starts_on: required("starts_on"),
            ends_on: optional("ends_on"),
            sibling_name: optional("sibling_name"),
            owner: optional("owner").with_choices(views::person_choices(lang, &choices.people)),
        }
    }

    pub(super) fn fields(&self) -> [&Field; 12] {
        [
            &self.facility,
            &self.name,
            &self.kana,
            &self.grade,
            &self.born,
            &self.class_name,
            &self.ground,
            &self.strictness,
            &self.starts_on,
            &self.ends_on,
            &self.sibling_name,
            &self.owner,
        ]
    }

    /// The request that was meant; `None` when the fields now say what to mend.
    pub(super) fn read(&mut self, lang: Lang, choices: &Choices, typed: &Fields) -> Option<Addition> {
        let facility = noted(&mut self.facility, |typed| facility(lang, typed, choices));
        let name = noted(&mut self.name, |typed| PersonName::parse(typed).map_err(|no| say::say(lang, no.key(), &no.args())));
        let kana = noted(&mut self.kana, |typed| Kana::parse_or_unknown(typed).map_err(|no| say::say(lang, no.key(), &no.args())));
        let class =
            noted(&mut self.class_name, |typed| ClassName::parse_or_none(typed).map_err(|no| say::say(lang, no.key(), &no.args())));
        let ground = noted(&mut self.ground, |typed| {
            LegalGround::from_code(typed).ok_or_else(|| choose(lang, fl!(lang.texts(), "col-ground")))
        });
        let strictness = noted(&mut self.strictness, |typed| {
            Strictness::from_code(typed).ok_or_else(|| choose(lang, fl!(lang.texts(), "request-strictness")))
        });
        let from = noted(&mut self.starts_on, |typed| begin(lang, typed, choices.today));
        let from = match (&facility, from) {
            (Some(facility), Some(from)) => noted(&mut self.starts_on, |_| {
                let early = |opens| fl!(lang.texts(), "request-facility-opens", day = views::long_day(lang, opens));
                first_day_there(from, facility.opens).map_err(early).map(|()| from)
            }),
            _ => from,
        };
        let kind = facility.as_ref().map(|facility| facility.kind);
        let first = from.map_or(choices.today, |from| from.max(choices.today));
        let grade = self.grade(lang, kind, first, typed.get("as_written") == "1");
        let until = noted(&mut self.ends_on, |typed| end(lang, typed, from, choices.today));
        let until = match (&facility, from, until) {
            (Some(facility), Some(from), Some(until)) => noted(&mut self.facility, |_| {
                let gone = |closes| fl!(lang.texts(), "move-facility-closes", day = views::long_day(lang, closes));
                last_day_there(from, until, facility.closes).map_err(gone)
            }),
            _ => until,
        };
        let assigned_to = noted(&mut self.owner, |typed| owner(lang, typed, choices));
        Some(Addition {
            facility: facility?.id,
            name: name?,
            kana: kana?,
            grade: grade?,
            class: class?,
            from: from?,
            until: until?,
            ground: ground?,
            strictness: strictness?,
            siblings: None,
            assigned_to: assigned_to?,
        })
    }

    /// The grade that was chosen, or the one the birth date means on the first day it is asked for. Both may be typed: where they
    /// differ, as after 就学猶予 or 原級留置, whoever typed them says once that the chosen one is right.
    fn grade(&mut self, lang: Lang, kind: Option<FacilityKind>, first: Date, as_written: bool) -> Option<Grade> {
        let texts = lang.texts();
        if self.born.value.is_empty() {
            return noted(&mut self.grade, |typed| chosen_grade(lang, typed, kind));
        }
        let born = noted(&mut self.born, |typed| wareki::parse(typed).map_err(|no| say::say(lang, no.key(), &no.args())))?;
        if self.grade.value.is_empty() {
            // At which facility decides what grades there are; without one only that is to be mended.
            let kind = kind?;
            let grade = Grade::of_birth(born, first, kind);
            return noted(&mut self.born, |_| grade.ok_or_else(|| fl!(texts, "request-born-elsewhere")));
        }
        let grade = noted(&mut self.grade, |typed| chosen_grade(lang, typed, kind))?;
        if grade.fits_birth(born, first) {
            return Some(grade);
        }
        self.as_written = vec![Choice {
            value: "1".to_owned(),
            label: fl!(texts, "request-born-tick", grade = grade.label()),
            chosen: as_written,
            asks: false,
        }];
        if as_written {
            return Some(grade);
        }
        let meant = kind.and_then(|kind| Grade::of_birth(born, first, kind)).map(Grade::label);
        self.born.error = Some(match meant {
            Some(meant) => fl!(texts, "request-born-differs", meant = meant, grade = grade.label()),
            None => fl!(texts, "request-born-differs-anyhow", grade = grade.label()),
        });
        None
    }
}

fn chosen_grade(lang: Lang, typed: &str, kind: Option<FacilityKind>) -> Read<Grade> {
    let grade = Grade::from_code(typed).ok_or_else(|| fl!(lang.texts(), "request-grade-or-born"))?;
    if kind.is_none_or(|kind| grade.is_possible_at(kind)) { Ok(grade) } else { Err(fl!(lang.texts(), "request-grade-elsewhere")) }
}

/// The value, or nothing with the fault noted at the field.
fn noted<T>(field: &mut Field, read: impl FnOnce(&str) -> Read<T>) -> Option<T> {
    match read(&field.value) {
        Ok(value) => Some(value),
        Err(text) => {
            field.error = Some(text);
            None
        }
    }
}

fn choose(lang: Lang, field: String) -> String {
    fl!(lang.texts(), "error-choose", field = field)
}

fn facility(lang: Lang, typed: &str, choices: &Choices) -> Read<Facility> {
    let chosen = choices.facilities.iter().find(|facility| facility.id.to_string() == typed).cloned();
    chosen.ok_or_else(|| choose(lang, fl!(lang.texts(), "col-facility")))
}

fn owner(lang: Lang, typed: &str, choices: &Choices) -> Read<Option<crate::domain::ids::Id<crate::domain::ids::Person>>> {
    if typed.is_empty() {
        return Ok(None);
    }
    let chosen = choices.people.iter().find(|person| person.id.to_string() == typed).map(|person| Some(person.id));
    chosen.ok_or_else(|| fl!(lang.texts(), "error-not-a-choice", field = fl!(lang.texts(), "col-owner")))
}

fn begin(lang: Lang, typed: &str, today: Date) -> Read<Date> {
    let from = wareki::parse(typed).map_err(|no| say::say(lang, no.key(), &no.args()))?;
    if today.checked_add(MOST_YEARS_AHEAD.years()).is_ok_and(|last| from > last) {
        return Err(say::word(lang, "row-far-ahead"));
    }
    if today.checked_sub(MOST_YEARS_AGO.years()).is_ok_and(|first| from < first) {
        return Err(say::word(lang, "row-long-ago"));
    }
    Ok(from)
}

fn end(lang: Lang, typed: &str, from: Option<Date>, today: Date) -> Read<Option<Date>> {
    let until = match wareki::parse(typed) {
        Err(wareki::Refusal::Empty) => return Ok(None),
        Err(no) => return Err(say::say(lang, no.key(), &no.args())),
        Ok(until) => until,
    };
    if from.is_some_and(|from| until < from) {
        return Err(say::word(lang, "row-ends-before-it-begins"));
    }
    if until < today {
        return Err(fl!(lang.texts(), "error-past-date", field = fl!(lang.texts(), "request-ends-on")));
    }
    Ok(Some(until))
}

/// Every grade some facility here can have, youngest first, each once.
fn all_grades(choices: &Choices) -> Vec<(String, String)> {
    let mut grades: Vec<Grade> = choices.facilities.iter().flat_map(|facility| Grade::all_at(facility.kind)).collect();
    grades.sort_unstable();
    grades.dedup();
    grades.into_iter().map(|grade| (grade.code(), grade.label())).collect()
}
