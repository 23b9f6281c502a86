//! 進級 on April 1: the grade a child has after it, and who leaves the facility.

#[cfg(test)]
mod tests;

use jiff::{ToSpan as _, civil::Date};

use super::{
    calendar::SchoolYear,
    coded::coded,
    facility::FacilityKind,
    grade::{Grade, Stage},
};

coded! {
    /// What becomes of a child.
    pub enum Fate {
        /// 進級
        Up = "up",
        /// 原級留置・就学猶予: the same grade for another year.
        Stay = "stay",
        /// 卒園・卒業
        Leave = "leave",
    }
}

/// What can become of a child at its facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    pub usual: Fate,
    /// The next grade, where the facility has it.
    pub up: Option<Grade>,
    /// The grade a child that leaves begins with elsewhere.
    pub entering: Option<Grade>,
}

/// Why nothing can become of a child here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The facility is closed by then.
    FacilityCloses,
    /// Another request about the child comes after this one.
    Followed,
    GradeUnknown,
}

impl Offer {
    pub fn of(grade: Grade, kind: FacilityKind) -> Self {
        let (up, entering) = (next_at(grade, kind), entering(grade));
        // 定時制・通信制 go on to a fourth year; most do not.
        let graduates = grade.stage() == Stage::High && grade.year() == 3;
        Self { usual: if up.is_none() || graduates { Fate::Leave } else { Fate::Up }, up, entering }
    }

    pub const fn allows(&self, fate: Fate) -> bool {
        !matches!(fate, Fate::Up) || self.up.is_some()
    }
}

/// The next grade at the same facility: of the same stage, or of the next one where the facility has both (小学部 → 中学部).
fn next_at(grade: Grade, kind: FacilityKind) -> Option<Grade> {
    let next = match (grade.stage(), grade.year()) {
        // 満3歳児 of a certified centre go by age from then on.
        (Stage::Kindergarten, 0) if kind.is_certified() => Grade::new(Stage::Nursery, 3),
        _ => grade.next().or_else(|| entering(grade)),
    };
    next.filter(|next| next.is_possible_at(kind))
}

/// The first grade of the stage after this one; `None` where the stage does not end, or school does.
fn entering(grade: Grade) -> Option<Grade> {
    let ends = grade.next().is_none();
    match grade.stage() {
        Stage::Nursery | Stage::Kindergarten if ends => Grade::new(Stage::Elementary, 1),
        Stage::Elementary if ends => Grade::new(Stage::JuniorHigh, 1),
        Stage::JuniorHigh | Stage::Compulsory if ends => Grade::new(Stage::High, 1),
        _ => None,
    }
}

/// The grades at whose end nobody goes on to another one: whoever leaves in them has done with school.
pub fn last_grades() -> impl Iterator<Item = Grade> {
    [(Stage::High, 3), (Stage::High, 4), (Stage::Secondary, 6), (Stage::Technical, 5)]
        .into_iter()
        .filter_map(|(stage, year)| Grade::new(stage, year))
}

/// The April 1 that is prepared on `today`: the next one, in April the one just past.
pub fn day(today: Date) -> Date {
    let year = SchoolYear::of(today);
    if today.month() == 4 { year.first() } else { year.last().saturating_add(1.day()) }
}

/// The day before, on which those who leave are last at the facility.
pub fn eve(on: Date) -> Date {
    on.saturating_sub(1.day())
}

/// So many days before it can be settled; earlier nobody knows who will be where.
const OPENS_DAYS_BEFORE: i64 = 90;

pub fn is_open(today: Date) -> bool {
    super::calendar::days_between(today, day(today)) <= OPENS_DAYS_BEFORE
}
