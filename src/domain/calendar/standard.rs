//! The calendar templates a new ward starts with, to be changed to what its board of education has set (学校教育法施行令29条).

use std::sync::Arc;

use jiff::civil::{Date, date};

use super::{Calendar, Holidays, SchoolYear, Span, Template, Week};
use crate::domain::facility::FacilityKind;

/// A period in which the facilities of a template are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closure {
    pub span: Span,
    pub label: &'static str,
}

/// One template: code, name, week and its closures in the years it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standard {
    pub code: &'static str,
    pub name: &'static str,
    pub week: Week,
    pub open_on_holidays: bool,
    pub closures: Vec<Closure>,
}

/// A day of each year, and the day on which it ends.
type Yearly = (&'static str, (i8, i8), (i8, i8));

const SCHOOL: &[Yearly] = &[
    ("学年始休業日", (4, 1), (4, 5)),
    ("夏季休業日", (7, 21), (8, 31)),
    ("冬季休業日", (12, 26), (1, 7)),
    ("学年末休業日", (3, 26), (3, 31)),
];
const KINDERGARTEN: &[Yearly] = &[
    ("学年始休業日", (4, 1), (4, 8)),
    ("夏季休業日", (7, 21), (8, 31)),
    ("冬季休業日", (12, 24), (1, 7)),
    ("学年末休業日", (3, 21), (3, 31)),
];
const NURSERY: &[Yearly] = &[("年末年始", (12, 29), (1, 3))];

/// Code and name of the template of facilities that never close.
pub const EVERY_DAY: &str = "every_day";

/// The templates, with the vacations of the school year of `day`, the one before and the one after.
pub fn standard_templates(day: Date) -> Vec<Standard> {
    let standard = |code, name, week, yearly: &[Yearly]| Standard {
        code,
        name,
        week,
        open_on_holidays: false,
        closures: closures(SchoolYear::of(day).year(), yearly),
    };
    vec![
        standard("elementary", "市立小（区立小）", Week::SCHOOL, SCHOOL),
        standard("junior_high", "市立中（区立中）", Week::SCHOOL, SCHOOL),
        standard("kindergarten", "幼稚園", Week::SCHOOL, KINDERGARTEN),
        standard("nursery", "保育所", Week::NURSERY, NURSERY),
        Standard { open_on_holidays: true, ..standard(EVERY_DAY, "年中無休", Week::EVERY_DAY, &[]) },
    ]
}

fn closures(year: i16, yearly: &[Yearly]) -> Vec<Closure> {
    let year = year.clamp(-9000, 9000);
    let years = [year - 1, year, year + 1];
    // January to March belong to the school year that began in the calendar year before.
    let on = |year: i16, (month, day): (i8, i8)| date(if month < 4 { year + 1 } else { year }, month, day);
    years
        .into_iter()
        .flat_map(|year| {
            yearly.iter().map(move |(label, from, to)| Closure { span: Span { from: on(year, *from), to: on(year, *to) }, label })
        })
        .collect()
}

/// The template a new facility of this kind starts with.
pub const fn usual_template(kind: FacilityKind) -> &'static str {
    match kind {
        FacilityKind::Elementary => "elementary",
        FacilityKind::JuniorHigh
        | FacilityKind::Compulsory
        | FacilityKind::High
        | FacilityKind::Secondary
        | FacilityKind::SpecialSupport
        | FacilityKind::Technical
        | FacilityKind::Vocational => "junior_high",
        FacilityKind::Kindergarten | FacilityKind::CertifiedKindergarten => "kindergarten",
        _ => "nursery",
    }
}

impl Standard {
    /// The template as the counting reads it.
    pub fn template(&self) -> Template {
        Template {
            week: self.week,
            closed_on_holidays: !self.open_on_holidays,
            vacations: self.closures.iter().map(|closure| closure.span).collect(),
            extra_open: Vec::new(),
        }
    }

    /// The calendar of a facility that has changed nothing.
    pub fn calendar(&self, holidays: &Arc<Holidays>) -> Calendar {
        Calendar::plain(Arc::clone(holidays), Arc::new(self.template()))
    }
}

impl Week {
    /// The days as ISO numbers, 1 is Monday.
    pub fn iso_weekdays(self) -> Vec<i16> {
        (0..7).filter(|day| self.bits() & (1 << day) != 0).map(|day| day + 1).collect()
    }

    /// From ISO numbers, 1 is Monday; others are dropped.
    pub fn from_iso_weekdays(days: &[i16]) -> Self {
        Self::from_bits(days.iter().filter(|day| (1..=7).contains(*day)).fold(0, |bits, day| bits | (1 << (day - 1))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{calendar::national_holidays, facility::FacilityKind};

    #[test]
    fn every_kind_has_a_template_and_the_one_that_never_closes_is_open_on_new_year() {
        let today = date(2026, 11, 20);
        let templates = standard_templates(today);
        for kind in FacilityKind::ALL {
            assert!(templates.iter().any(|template| template.code == usual_template(*kind)), "{kind:?}");
        }
        let holidays = Arc::new(national_holidays().map(|(day, _)| day).collect());
        for template in &templates {
            let open = template.calendar(&holidays).open(date(2027, 1, 1)).is_open();
            assert_eq!(open, template.code == EVERY_DAY, "{}", template.code);
        }
        let school = templates[0].calendar(&holidays);
        assert!(!school.open(date(2027, 1, 7)).is_open() && school.open(date(2027, 1, 8)).is_open());
        assert!(!school.open(date(2027, 3, 26)).is_open() && school.open(date(2026, 3, 25)).is_open());
    }

    #[test]
    fn a_week_survives_its_numbers() {
        for bits in 0..128 {
            assert_eq!(Week::from_iso_weekdays(&Week::from_bits(bits).iso_weekdays()), Week::from_bits(bits));
        }
        assert_eq!(Week::from_iso_weekdays(&[0, 8, -1, 300]), Week::from_bits(0));
    }
}
