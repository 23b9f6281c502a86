//! A transfer as somebody types it: every field read, every fault kept beside its field.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::views;
use crate::{
    domain::{
        grade::Grade,
        name::ClassName,
        transfer::{Begun, Next, Onward, Plan, Refusal},
        wareki,
    },
    store::{organizations::Facility, requests::Request, transfers::Transfer},
    web::{Field, Fields, Lang, say},
};

/// The form's fields, in their order.
#[derive(Debug)]
pub(super) struct MoveDraft {
    pub(super) ends_on: Field,
    pub(super) next: Field,
    pub(super) facility: Field,
    pub(super) starts_on: Field,
    pub(super) grade: Field,
    pub(super) class_name: Field,
}

/// What can be chosen in the form.
#[derive(Debug)]
pub(super) struct Choices {
    pub(super) facilities: Vec<Facility>,
    pub(super) today: Date,
}

impl MoveDraft {
    /// The form as it is opened: the plan there is, or today and the grade the child has.
    pub(super) fn begin(lang: Lang, request: &Request, begun: &Begun, known: Option<&Transfer>, choices: &Choices) -> Self {
        let last = known.map(|known| known.last).or(begun.settled).unwrap_or(choices.today);
        let onward = known.and_then(|known| known.onward.as_ref());
        let typed = [
            ("ends_on", views::long_day(lang, last)),
            (
                "next",
                known
                    .map_or(Next::Facility, |known| if known.next.is_held() { Next::Facility } else { known.next })
                    .code()
                    .to_owned(),
            ),
            ("facility", onward.map_or_else(String::new, |onward| onward.facility.to_string())),
            ("starts_on", onward.map_or_else(String::new, |onward| views::long_day(lang, onward.first))),
            ("grade", onward.map_or_else(|| request.child.grade.clone(), |onward| onward.grade.clone())),
            ("class", onward.map_or_else(String::new, |onward| onward.class.clone())),
        ];
        Self::of(lang, &typed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), choices)
    }

    /// The form with what was typed.
    pub(super) fn of(lang: Lang, typed: &Fields, choices: &Choices) -> Self {
        let texts = lang.texts();
        let choose = || (String::new(), fl!(texts, "field-choose"));
        let mut grades: Vec<Grade> = choices.facilities.iter().flat_map(|facility| Grade::all_at(facility.kind)).collect();
        grades.sort_unstable();
        grades.dedup();
        let grades = std::iter::once(choose()).chain(grades.into_iter().map(|grade| (grade.code(), grade.label())));
        let nexts = Next::ALL.iter().map(|it| (it.code().to_owned(), next(lang, *it)));
        let facilities = views::facilities_to_ask(lang, fl!(texts, "field-choose"), &choices.facilities);
        Self {
            ends_on: Field::required("ends_on", typed.get("ends_on")),
            next: Field::required("next", typed.get("next")).with_choices(nexts),
            facility: Field::optional("facility", typed.get("facility")).with_choices(facilities),
            starts_on: Field::optional("starts_on", typed.get("starts_on")),
            grade: Field::optional("grade", typed.get("grade")).with_choices(grades),
            class_name: Field::optional("class", typed.get("class")),
        }
    }

    pub(super) fn fields(&self) -> [&Field; 6] {
        [&self.ends_on, &self.next, &self.facility, &self.starts_on, &self.grade, &self.class_name]
    }

    /// The plan that was meant; `None` when the fields now say what to mend.
    pub(super) fn read(&mut self, lang: Lang, begun: &Begun, choices: &Choices) -> Option<Plan> {
        let last = noted(&mut self.ends_on, |typed| {
            let last = date(lang, typed)?;
            begun.may_end(last, choices.today).map_err(|no| refusal(lang, no)).map(|()| last)
        });
        let choose = |field: String| fl!(lang.texts(), "error-choose", field = field);
        let next = noted(&mut self.next, |typed| Next::from_code(typed).ok_or_else(|| choose(fl!(lang.texts(), "move-next"))));
        if next != Some(Next::Facility) {
            return Some(Plan { last: last?, next: next?, onward: None });
        }
        let facility = noted(&mut self.facility, |typed| {
            let chosen = choices.facilities.iter().find(|facility| facility.id.to_string() == typed);
            let chosen = chosen.ok_or_else(|| choose(fl!(lang.texts(), "move-facility")))?;
            begun.may_go_to(chosen.id).map_err(|no| refusal(lang, no)).map(|()| chosen)
        });
        let first = noted(&mut self.starts_on, |typed| {
            let first = date(lang, typed)?;
            // Without a last day there is nothing to hold it against.
            last.map_or(Ok(()), |last| begun.may_begin(last, first)).map_err(|no| refusal(lang, no)).map(|()| first)
        });
        let grade = noted(&mut self.grade, |typed| {
            let grade = Grade::from_code(typed).ok_or_else(|| choose(fl!(lang.texts(), "request-grade")))?;
            let fits = facility.is_none_or(|facility| grade.is_possible_at(facility.kind));
            if fits { Ok(grade) } else { Err(fl!(lang.texts(), "request-grade-elsewhere")) }
        });
        let class =
            noted(&mut self.class_name, |typed| ClassName::parse_or_none(typed).map_err(|no| say::say(lang, no.key(), &no.args())));
        let facility = facility?;
        let (opens, closes) = (facility.opens, facility.closes);
        let onward = Onward { facility: facility.id, first: first?, grade: grade?, class: class?, opens, closes };
        if let Err(no) = onward.may_be_there() {
            let field = if matches!(no, Refusal::FacilityOpens(_)) { &mut self.starts_on } else { &mut self.facility };
            field.error = Some(refusal(lang, no));
            return None;
        }
        Some(Plan { last: last?, next: Next::Facility, onward: Some(onward) })
    }
}

/// The value, or nothing with the fault noted at the field.
fn noted<T>(field: &mut Field, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
    match read(&field.value) {
        Ok(value) => Some(value),
        Err(text) => {
            field.error = Some(text);
            None
        }
    }
}

fn date(lang: Lang, typed: &str) -> Result<Date, String> {
    wareki::parse(typed).map_err(|no| say::say(lang, no.key(), &no.args()))
}

pub(super) fn next(lang: Lang, next: Next) -> String {
    let texts = lang.texts();
    match next {
        Next::Facility => fl!(texts, "move-next-facility"),
        Next::Undecided => fl!(texts, "move-next-undecided"),
        Next::Outside => fl!(texts, "move-next-outside"),
        Next::Missing => fl!(texts, "move-next-missing"),
    }
}

pub(super) fn refusal(lang: Lang, refusal: Refusal) -> String {
    let (texts, day) = (lang.texts(), |day| views::long_day(lang, day));
    match refusal {
        Refusal::LastBeforeBegin(from) => fl!(texts, "move-last-before-begin", day = day(from)),
        Refusal::LastBeforeReport(reported) => fl!(texts, "move-last-before-report", day = day(reported)),
        Refusal::LastAfterEnd(until) => fl!(texts, "move-last-after-end", day = day(until)),
        Refusal::LastSettled(last) => fl!(texts, "move-last-settled", day = day(last)),
        Refusal::LastFarAhead | Refusal::FirstFarAhead => fl!(texts, "move-far-ahead"),
        Refusal::FirstNotAfterLast => fl!(texts, "move-first-not-after-last"),
        Refusal::FacilityOpens(opens) => fl!(texts, "request-facility-opens", day = day(opens)),
        Refusal::FacilityCloses(closes) => fl!(texts, "move-facility-closes", day = day(closes)),
        Refusal::SameFacility => fl!(texts, "move-same-facility"),
    }
}
