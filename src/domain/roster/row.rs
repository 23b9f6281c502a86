//! One row of a roster, read cell by cell, every fault found and none hidden behind another.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    columns::Field,
    mapping::Mapping,
    outcome::Facilities,
    reason::{Remark, RowProblem, RowReason},
};
use crate::domain::{
    facility::{FacilityKind, first_day_there, last_day_there},
    grade::{self, Grade, Reading},
    ground::LegalGround,
    ids::{Id, Organization},
    name::{ClassName, Kana, PersonName},
    table_in::{Misshapen, Row, hostile, shortened},
    wareki,
};

/// A facility rows may name.
#[derive(Debug, Clone)]
pub struct KnownFacility {
    pub id: Id<Organization>,
    pub name: String,
    pub kind: FacilityKind,
    /// The day it opens, while that is still to come.
    pub opens: Option<Date>,
    /// The first day on which it is no more, where that is planned.
    pub closes: Option<Date>,
}

/// A row that can be taken: a request to watch one child at one facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterRow {
    pub line: u32,
    pub facility: Id<Organization>,
    pub name: PersonName,
    /// `None`: not known.
    pub kana: Option<Kana>,
    pub grade: Grade,
    pub class: Option<ClassName>,
    pub from: Date,
    /// The last day; `None`: no end is set.
    pub until: Option<Date>,
    pub ground: LegalGround,
    pub remarks: Vec<Remark>,
}

/// A begin further away than this is a slip of the pen.
const MOST_YEARS_AGO: i32 = 20;
const MOST_YEARS_AHEAD: i32 = 1;
/// What every row is read with.
pub(super) struct Reader<'r> {
    pub(super) mapping: &'r Mapping,
    pub(super) facilities: &'r Facilities<'r>,
    pub(super) today: Date,
    /// The number of columns under the header.
    pub(super) width: usize,
}

/// A row being read: its faults gather here.
struct Work<'r> {
    reader: &'r Reader<'r>,
    row: &'r Row,
    problems: Vec<RowProblem>,
    remarks: Vec<Remark>,
}

impl Reader<'_> {
    pub(super) fn read(&self, row: &Row) -> Result<RosterRow, Vec<RowProblem>> {
        let mut work = Work { reader: self, row, problems: Vec::new(), remarks: Vec::new() };
        if let Some(misshapen) = self.misshapen(row) {
            work.fault(Field::Ignored, misshapen.into());
            return Err(work.problems);
        }
        work.refuse_formulas();
        if !work.problems.is_empty() {
            return Err(work.problems);
        }
        let facility = work.facility();
        let name = work.name();
        let kana = work.kana();
        let grade = facility.and_then(|facility| work.grade(facility.kind));
        let class = work.class();
        let period = work.period();
        let period = facility.zip(period).map_or(period, |(facility, period)| work.period_at(facility, period));
        let ground = work.ground();
        let remarks = work.remarks;
        match (facility, name, grade, period, ground, work.problems.is_empty()) {
            (Some(facility), Some(name), Some((grade, beside)), Some((from, until)), Some(ground), true) => {
                let facility = facility.id;
                Ok(RosterRow { line: row.line, facility, name, kana, grade, class: class.or(beside), from, until, ground, remarks })
            }
            _ => Err(work.problems),
        }
    }

    fn misshapen(&self, row: &Row) -> Option<Misshapen> {
        let needed = [
            Field::Facility,
            Field::Name,
            Field::FamilyName,
            Field::GivenName,
            Field::Grade,
            Field::GradeAndClass,
            Field::BirthDate,
            Field::From,
        ];
        row.misshapen(self.width, needed.into_iter().filter_map(|field| self.mapping.column(field)))
    }
}

impl<'r> Work<'r> {
    fn text(&self, field: Field) -> &'r str {
        self.reader.mapping.column(field).map_or("", |column| self.row.cell(column))
    }

    fn fault(&mut self, field: Field, reason: RowReason) {
        let column = self.reader.mapping.column(field).filter(|_| field != Field::Ignored);
        let value = column.map_or_else(String::new, |column| shortened(self.row.cell(column), 40));
        self.problems.push(RowProblem { field, column, value, reason });
    }

    /// The value, or `None` with the fault noted.
    fn noted<T>(&mut self, field: Field, read: Result<T, impl Into<RowReason>>) -> Option<T> {
        read.map_err(|refusal| self.fault(field, refusal.into())).ok()
    }

    fn refuse_formulas(&mut self) {
        for field in Field::ALL.iter().copied().filter(|field| *field != Field::Ignored) {
            if let Some(hostile) = hostile(self.text(field)) {
                self.fault(field, hostile.into());
            }
        }
    }

    fn facility(&mut self) -> Option<&'r KnownFacility> {
        let found = self.reader.facilities.find(self.text(Field::Facility));
        self.noted(Field::Facility, found)
    }

    fn name(&mut self) -> Option<PersonName> {
        let (field, written) = self.joined(Field::Name, Field::FamilyName, Field::GivenName);
        let name = self.noted(field, PersonName::parse(&written))?;
        if name.has_private_characters() {
            self.remarks.push(Remark::PrivateCharacter);
        }
        Some(name)
    }

    fn kana(&mut self) -> Option<Kana> {
        let (field, written) = self.joined(Field::Kana, Field::FamilyKana, Field::GivenKana);
        self.noted(field, Kana::parse_or_unknown(&written)).flatten()
    }

    /// A whole from its column, or from its two parts with a full-width space between.
    fn joined(&self, whole: Field, first: Field, second: Field) -> (Field, String) {
        if self.reader.mapping.column(whole).is_some() {
            return (whole, self.text(whole).to_owned());
        }
        (first, format!("{}\u{3000}{}", self.text(first), self.text(second)))
    }

    /// The grade, and the class where both share a cell.
    fn grade(&mut self, kind: FacilityKind) -> Option<(Grade, Option<ClassName>)> {
        let together = self.reader.mapping.column(Field::GradeAndClass).is_some();
        let field = if together { Field::GradeAndClass } else { Field::Grade };
        let text = self.text(field);
        if text.is_empty() && (self.reader.mapping.column(field).is_none() || !self.text(Field::BirthDate).is_empty()) {
            return Some((self.grade_of_birth(kind)?, None));
        }
        let read =
            if together { Grade::read_with_class(text, kind) } else { Grade::read(text, kind).map(|reading| (reading, None)) };
        let refused = |refusal| RowReason::Grade { refusal, possible: possible(kind, refusal) };
        let (Reading { grade, guessed }, class) = self.noted(field, read.map_err(refused))?;
        if guessed {
            self.remarks.push(Remark::GradeGuessed);
        }
        if wareki::parse(self.text(Field::BirthDate)).is_ok_and(|born| !grade.fits_birth(born, self.first_day())) {
            self.remarks.push(Remark::GradeNotOfBirth);
        }
        Some((grade, class.and_then(|class| self.class_named(field, &class))))
    }

    /// The grade the birth date means; the date itself goes no further.
    fn grade_of_birth(&mut self, kind: FacilityKind) -> Option<Grade> {
        let born = self.noted(Field::BirthDate, wareki::parse(self.text(Field::BirthDate)))?;
        let grade = Grade::of_birth(born, self.first_day(), kind);
        let elsewhere = || RowReason::BirthElsewhere { possible: possible(kind, grade::Refusal::Impossible) };
        self.noted(Field::BirthDate, grade.ok_or_else(elsewhere))
    }

    /// The first day the grade is asked for: a request begun in another school year has the grade of this one.
    fn first_day(&self) -> Date {
        let today = self.reader.today;
        wareki::parse(self.text(Field::From)).map_or(today, |from| from.max(today))
    }

    fn class(&mut self) -> Option<ClassName> {
        let text = self.text(Field::Class);
        self.class_named(Field::Class, text)
    }

    fn class_named(&mut self, field: Field, text: &str) -> Option<ClassName> {
        if became_date(text) {
            self.fault(field, RowReason::ClassIsDate);
            return None;
        }
        let class = self.noted(field, ClassName::parse_or_none(text)).flatten()?;
        if class
            .split_once(['-', '/'])
            .is_some_and(|(a, b)| [a, b].iter().all(|part| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit())))
        {
            self.remarks.push(Remark::ClassLikeDate);
        }
        Some(class)
    }

    fn period(&mut self) -> Option<(Date, Option<Date>)> {
        let today = self.reader.today;
        let from = self.noted(Field::From, wareki::parse(self.text(Field::From)));
        let until = match wareki::parse(self.text(Field::Until)) {
            Err(wareki::Refusal::Empty) => None,
            read => self.noted(Field::Until, read),
        };
        let from = from?;
        if today.checked_add(MOST_YEARS_AHEAD.years()).is_ok_and(|last| from > last) {
            self.fault(Field::From, RowReason::FarAhead);
        }
        if today.checked_sub(MOST_YEARS_AGO.years()).is_ok_and(|first| from < first) {
            self.fault(Field::From, RowReason::LongAgo);
        }
        if until.is_some_and(|until| until < from) {
            self.fault(Field::Until, RowReason::EndsBeforeItBegins);
        } else if until.is_some_and(|until| until < today) {
            self.fault(Field::Until, RowReason::Ended);
        }
        Some((from, until))
    }

    /// The same, not before there is the facility and no longer.
    fn period_at(&mut self, facility: &KnownFacility, (from, until): (Date, Option<Date>)) -> Option<(Date, Option<Date>)> {
        self.noted(Field::From, first_day_there(from, facility.opens).map_err(RowReason::FacilityOpens))?;
        let there = last_day_there(from, until, facility.closes).map_err(RowReason::FacilityCloses);
        Some((from, self.noted(Field::Facility, there)?))
    }

    fn ground(&mut self) -> Option<LegalGround> {
        let text = self.text(Field::Ground);
        let ground = match (text, self.reader.mapping.default_ground) {
            ("", Some(default)) => Ok(default),
            ("", None) => Err(RowReason::GroundEmpty),
            (text, _) => LegalGround::read(text).ok_or(RowReason::GroundUnknown),
        };
        self.noted(Field::Ground, ground)
    }
}

/// 「0歳児」から「5歳児」: what could stand there instead.
fn possible(kind: FacilityKind, refusal: grade::Refusal) -> String {
    // Where the stage is in doubt its words help most.
    let labels: Vec<String> = Grade::all_at(kind).into_iter().map(Grade::label).collect();
    match (labels.as_slice(), refusal) {
        ([first, .., last], grade::Refusal::Impossible) if labels.len() > 6 => format!("{first}〜{last}"),
        _ => labels.join("、"),
    }
}

/// Whether a spreadsheet has made a date of 「1-1」: 1月1日, 2026-01-01, Jan-1.
fn became_date(class: &str) -> bool {
    const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month_and_day = class.split_once('月').is_some_and(|(month, day)| {
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        number(month) && day.strip_suffix('日').is_some_and(number)
    });
    let english = class.split_once('-').is_some_and(|(one, other)| [one, other].iter().any(|part| MONTHS.contains(part)));
    let whole = class.len() >= 8 && class.contains(['-', '/', '年']) && wareki::parse(class).is_ok();
    month_and_day || english || whole
}
