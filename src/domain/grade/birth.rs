//! The grade a birth date means in a school year: a child born on April 1 is a year ahead of one born on April 2.

use jiff::civil::Date;

use super::{FacilityKind, Grade, Stage};

/// Which stage is meant where a kind of facility could have several of that age.
const USUAL: [Stage; 8] = [
    Stage::Nursery,
    Stage::Kindergarten,
    Stage::Elementary,
    Stage::JuniorHigh,
    Stage::High,
    Stage::Compulsory,
    Stage::Secondary,
    Stage::Technical,
];

impl Grade {
    /// The grade at such a facility, in the school year `day` lies in, of a child born on `born`.
    ///
    /// `None` where no child of that age is there, or where it was not born by that day.
    pub fn of_birth(born: Date, day: Date, kind: FacilityKind) -> Option<Self> {
        let age = age_before_school_year(born, day);
        // Most children at a facility that could be anything are where everybody is.
        let likely = |stage: &Stage| kind != FacilityKind::OtherFacility || *stage != Stage::Technical;
        let mut grades = USUAL.into_iter().filter(likely).filter_map(|stage| at_age(stage, age));
        grades.find(|grade| born <= day && grade.is_possible_at(kind))
    }

    /// Whether it is the one that birth date means. 就学猶予 and 原級留置 make others true.
    pub fn fits_birth(self, born: Date, day: Date) -> bool {
        born <= day && at_age(self.stage, age_before_school_year(born, day)) == Some(self)
    }
}

/// The years of age reached by the end of March 31, the day before the school year begins: -1 for who was not born then.
///
/// One reaches an age at the end of the day before the birthday (年齢計算ニ関スル法律, 民法143条), and enters school in the first school year
/// that begins after it (学校教育法17条). So who was born on April 1 has reached it by March 31.
fn age_before_school_year(born: Date, day: Date) -> i16 {
    let year = if day.month() < 4 { day.year() - 1 } else { day.year() };
    year - born.year() - i16::from((born.month(), born.day()) > (4, 1))
}

/// The grade of a stage at that age; a stage that some enter late or stay in longer has the usual years only.
fn at_age(stage: Stage, age: i16) -> Option<Grade> {
    let year = match (stage, age) {
        (Stage::Nursery, -1..=5) => age.max(0),
        // Who turns three in the course of the year comes as 満3歳児.
        (Stage::Kindergarten, 2..=5) => age - 2,
        (Stage::Elementary, 6..=11) | (Stage::Compulsory, 6..=14) => age - 5,
        (Stage::JuniorHigh, 12..=14) | (Stage::Secondary, 12..=17) => age - 11,
        (Stage::High, 15..=17) | (Stage::Technical, 15..=19) => age - 14,
        _ => return None,
    };
    Grade::new(stage, u8::try_from(year).ok()?)
}
