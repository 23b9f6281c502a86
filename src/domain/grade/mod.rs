//! Grades: which year of which stage a child is in, and at which kind of facility that is possible.

mod birth;
mod reading;

#[cfg(test)]
mod tests;

use std::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

use super::facility::FacilityKind;

pub use reading::Reading;

/// A stage through which children pass year by year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// By age on April 1: 0 to 5.
    Nursery,
    /// 満3歳児 (0), 年少 (1), 年中 (2), 年長 (3).
    Kindergarten,
    /// 小学校・小学部, 1 to 6.
    Elementary,
    /// 中学校・中学部, 1 to 3.
    JuniorHigh,
    /// 義務教育学校, 1 to 9.
    Compulsory,
    /// 中等教育学校, 1 to 6.
    Secondary,
    /// 高等学校・高等部・専修学校高等課程, 1 to 4 (定時制・通信制 take four years).
    High,
    /// 高等専門学校, 1 to 5.
    Technical,
}

impl Stage {
    const ALL: [Self; 8] = [
        Self::Nursery,
        Self::Kindergarten,
        Self::Elementary,
        Self::JuniorHigh,
        Self::Compulsory,
        Self::Secondary,
        Self::High,
        Self::Technical,
    ];

    const fn letter(self) -> char {
        match self {
            Self::Nursery => 'n',
            Self::Kindergarten => 'k',
            Self::Elementary => 'e',
            Self::JuniorHigh => 'j',
            Self::Compulsory => 'c',
            Self::Secondary => 's',
            Self::High => 'h',
            Self::Technical => 't',
        }
    }

    pub const fn years(self) -> RangeInclusive<u8> {
        match self {
            Self::Nursery => 0..=5,
            Self::Kindergarten => 0..=3,
            Self::Elementary | Self::Secondary => 1..=6,
            Self::JuniorHigh => 1..=3,
            Self::Compulsory => 1..=9,
            Self::High => 1..=4,
            Self::Technical => 1..=5,
        }
    }
}

/// One year of one stage. As text it is a code of two characters: `n3` is 3歳児, `e2` is 小2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Grade {
    stage: Stage,
    year: u8,
}

/// Why a text is not read as a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("nothing written")]
    Empty,
    #[error("not a grade")]
    Unreadable,
    #[error("no such grade at this kind of facility")]
    Impossible,
    #[error("could be one of several stages")]
    Ambiguous,
    #[error("unknown code")]
    Code,
}

impl Refusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "grade-empty",
            Self::Unreadable | Self::Code => "grade-unreadable",
            Self::Impossible => "grade-impossible",
            Self::Ambiguous => "grade-ambiguous",
        }
    }
}

impl Grade {
    /// `None` when the stage has no such year.
    pub fn new(stage: Stage, year: u8) -> Option<Self> {
        stage.years().contains(&year).then_some(Self { stage, year })
    }

    pub const fn stage(self) -> Stage {
        self.stage
    }

    pub const fn year(self) -> u8 {
        self.year
    }

    pub fn code(self) -> String {
        format!("{}{}", self.stage.letter(), self.year)
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let mut chars = code.chars();
        let letter = chars.next()?;
        let year = u8::try_from(chars.next()?.to_digit(10)?).ok()?;
        let stage = Stage::ALL.into_iter().find(|stage| stage.letter() == letter)?;
        if chars.next().is_some() { None } else { Self::new(stage, year) }
    }

    /// As staff write it: 3歳児, 満3歳児, 年長, 小2, 中3, 7年, 中等4年, 高1, 高専2年.
    pub fn label(self) -> String {
        let year = self.year;
        match (self.stage, year) {
            (Stage::Nursery, _) => format!("{year}歳児"),
            (Stage::Kindergarten, 0) => "満3歳児".to_owned(),
            (Stage::Kindergarten, 1) => "年少".to_owned(),
            (Stage::Kindergarten, 2) => "年中".to_owned(),
            (Stage::Kindergarten, _) => "年長".to_owned(),
            (Stage::Elementary, _) => format!("小{year}"),
            (Stage::JuniorHigh, _) => format!("中{year}"),
            (Stage::Compulsory, _) => format!("{year}年"),
            (Stage::Secondary, _) => format!("中等{year}年"),
            (Stage::High, _) => format!("高{year}"),
            (Stage::Technical, _) => format!("高専{year}年"),
        }
    }

    /// The grade after April 1 within the same stage; `None` when the stage ends (卒園・卒業).
    pub fn next(self) -> Option<Self> {
        Self::new(self.stage, self.year + 1)
    }

    pub fn is_possible_at(self, kind: FacilityKind) -> bool {
        stages_of(kind).iter().any(|(stage, years)| *stage == self.stage && years.contains(&self.year))
    }

    /// Every grade a facility of this kind can have, youngest first.
    pub fn all_at(kind: FacilityKind) -> Vec<Self> {
        let of = |(stage, years): &(Stage, RangeInclusive<u8>)| {
            let stage = *stage;
            years.clone().filter_map(move |year| Self::new(stage, year))
        };
        stages_of(kind).iter().flat_map(of).collect()
    }
}

/// The stages, and the years of each, that a kind of facility can have.
fn stages_of(kind: FacilityKind) -> Vec<(Stage, RangeInclusive<u8>)> {
    let whole = |stage: Stage| (stage, stage.years());
    match kind {
        FacilityKind::Kindergarten => vec![whole(Stage::Kindergarten)],
        kind if kind.is_certified() => vec![(Stage::Kindergarten, 0..=0), whole(Stage::Nursery)],
        FacilityKind::Elementary | FacilityKind::AfterSchoolClub => vec![whole(Stage::Elementary)],
        FacilityKind::JuniorHigh => vec![whole(Stage::JuniorHigh)],
        FacilityKind::Compulsory => vec![whole(Stage::Compulsory)],
        FacilityKind::High => vec![whole(Stage::High)],
        FacilityKind::Secondary => vec![whole(Stage::Secondary)],
        FacilityKind::Technical => vec![whole(Stage::Technical)],
        FacilityKind::Vocational => vec![(Stage::High, 1..=3)],
        FacilityKind::SpecialSupport => {
            vec![whole(Stage::Kindergarten), whole(Stage::Elementary), whole(Stage::JuniorHigh), (Stage::High, 1..=3)]
        }
        FacilityKind::AfterSchoolDay => vec![whole(Stage::Elementary), whole(Stage::JuniorHigh), whole(Stage::High)],
        FacilityKind::OtherFacility => Stage::ALL.into_iter().map(whole).collect(),
        _ => vec![whole(Stage::Nursery)],
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

impl TryFrom<String> for Grade {
    type Error = Refusal;
    fn try_from(code: String) -> Result<Self, Refusal> {
        Self::from_code(&code).ok_or(Refusal::Code)
    }
}

impl From<Grade> for String {
    fn from(grade: Grade) -> Self {
        grade.code()
    }
}
