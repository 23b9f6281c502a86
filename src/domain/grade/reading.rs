//! Reads grades as people write them: 「２年」「小学2年生」「中3」「5才児」「年長」, with or without the class behind.

use unicode_normalization::UnicodeNormalization;

use super::{Grade, Refusal, Stage};
use crate::domain::facility::FacilityKind;

/// A grade read from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub grade: Grade,
    /// Whether only a number stood there and was taken for an age; worth showing to the person who checks.
    pub guessed: bool,
}

/// What a text says before the facility decides what it means.
enum Said {
    /// 3歳児
    Age(u8),
    /// 満3歳児
    FullThree,
    /// 年少 1, 年中 2, 年長 3
    Kindergarten(u8),
    /// 小2, 中3, 高1
    Year(Stage, u8),
    /// 2年
    BareYear(u8),
    /// 2
    Number(u8),
}

/// Stage words, the longer before those they begin with.
const STAGES: &[(&str, Stage)] = &[
    ("義務教育学校", Stage::Compulsory),
    ("義務", Stage::Compulsory),
    ("中等教育学校", Stage::Secondary),
    ("中等", Stage::Secondary),
    ("高等専門学校", Stage::Technical),
    ("高専", Stage::Technical),
    ("小学校", Stage::Elementary),
    ("小学部", Stage::Elementary),
    ("小学", Stage::Elementary),
    ("小", Stage::Elementary),
    ("中学校", Stage::JuniorHigh),
    ("中学部", Stage::JuniorHigh),
    ("中学", Stage::JuniorHigh),
    ("中", Stage::JuniorHigh),
    ("高等学校", Stage::High),
    ("高等部", Stage::High),
    ("高校", Stage::High),
    ("高", Stage::High),
];

const YEAR_ENDINGS: &[&str] = &["学年", "年生", "年次", "年"];
const AGE_ENDINGS: &[&str] = &["歳児クラス", "歳児", "歳クラス", "歳", "才児クラス", "才児", "才クラス", "才"];
const KINDERGARTEN: &[(&str, u8)] = &[("年少", 1), ("年中", 2), ("年長", 3)];

impl Grade {
    /// Reads a cell that holds a grade and nothing else, as written at a facility of this kind.
    pub fn read(text: &str, kind: FacilityKind) -> Result<Reading, Refusal> {
        let plain = plain(text);
        let (said, rest) = said(&plain)?;
        if matches!(rest, "" | "児" | "組" | "クラス") { meant(&said, kind) } else { Err(Refusal::Unreadable) }
    }

    /// Reads a cell that holds grade and class, 「1才児 2組」「年長 ひよこ組」「2年1組」「2-1」; the class as written.
    pub fn read_with_class(text: &str, kind: FacilityKind) -> Result<(Reading, Option<String>), Refusal> {
        let text = text.trim();
        let (first, second) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        if let Ok(reading) = Self::read(first, kind) {
            return Ok((reading, Some(second.trim()).filter(|class| !class.is_empty()).map(str::to_owned)));
        }
        let plain = plain(text);
        let (said, rest) = said(&plain)?;
        let class = rest.trim_start_matches(['-', '/', '・', '(']).trim_end_matches(')');
        Ok((meant(&said, kind)?, Some(class).filter(|class| !class.is_empty()).map(str::to_owned)))
    }
}

/// Width folded, spaces and 第 gone, kanji numbers as digits.
fn plain(text: &str) -> String {
    let digit =
        |c: char| "〇一二三四五六七八九".chars().zip('0'..='9').find(|(kanji, _)| *kanji == c).map_or(c, |(_, digit)| digit);
    text.nfkc().filter(|c| !c.is_whitespace() && *c != '第').map(digit).collect()
}

/// Splits a plain text into what it says of the grade and what follows.
fn said(plain: &str) -> Result<(Said, &str), Refusal> {
    if plain.is_empty() {
        return Err(Refusal::Empty);
    }
    if let Some((year, rest)) = KINDERGARTEN.iter().find_map(|(word, year)| Some((*year, plain.strip_prefix(word)?))) {
        return Ok((Said::Kindergarten(year), rest));
    }
    if let Some(rest) = plain.strip_prefix("満") {
        let (age, rest) = number(rest).ok_or(Refusal::Unreadable)?;
        return match without(rest, AGE_ENDINGS) {
            Some(rest) if age == 3 => Ok((Said::FullThree, rest)),
            _ => Err(Refusal::Unreadable),
        };
    }
    if let Some((stage, rest)) = STAGES.iter().find_map(|(word, stage)| Some((*stage, plain.strip_prefix(word)?))) {
        let (year, rest) = number(rest).ok_or(Refusal::Unreadable)?;
        return Ok((Said::Year(stage, year), without(rest, YEAR_ENDINGS).unwrap_or(rest)));
    }
    let (count, rest) = number(plain).ok_or(Refusal::Unreadable)?;
    if let Some(rest) = without(rest, AGE_ENDINGS) {
        return Ok((Said::Age(count), rest));
    }
    if let Some(rest) = without(rest, YEAR_ENDINGS) {
        return Ok((Said::BareYear(count), rest));
    }
    Ok((Said::Number(count), rest))
}

/// The number a text begins with; Excel's 「2.0」 is 2.
fn number(text: &str) -> Option<(u8, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest.strip_prefix(".0").unwrap_or(rest)))
}

fn without<'t>(text: &'t str, endings: &[&str]) -> Option<&'t str> {
    endings.iter().find_map(|ending| text.strip_prefix(ending))
}

/// What was said, as this kind of facility means it.
fn meant(said: &Said, kind: FacilityKind) -> Result<Reading, Refusal> {
    let at_ages = Grade::new(Stage::Nursery, 3).is_some_and(|grade| grade.is_possible_at(kind));
    let (grade, guessed) = match *said {
        Said::Age(age) => (of_age(age, at_ages), false),
        Said::FullThree => (Grade::new(Stage::Kindergarten, 0), false),
        Said::Kindergarten(year) if at_ages && kind != FacilityKind::OtherFacility => (Grade::new(Stage::Nursery, year + 2), false),
        Said::Kindergarten(year) => (Grade::new(Stage::Kindergarten, year), false),
        Said::Year(stage, year) => (of_stage(stage, year, kind), false),
        Said::Number(count) if kind == FacilityKind::OtherFacility => return Err(bare(count)),
        Said::Number(age) if at_ages || kind == FacilityKind::Kindergarten => (of_age(age, at_ages), true),
        Said::BareYear(year) | Said::Number(year) => (only_school_year(year, kind)?, false),
    };
    match grade {
        Some(grade) if grade.is_possible_at(kind) => Ok(Reading { grade, guessed }),
        _ => Err(Refusal::Impossible),
    }
}

const fn bare(count: u8) -> Refusal {
    if count <= 9 { Refusal::Ambiguous } else { Refusal::Impossible }
}

/// At a kindergarten the classes by age are those of three, four and five years.
fn of_age(age: u8, at_ages: bool) -> Option<Grade> {
    if at_ages {
        Grade::new(Stage::Nursery, age)
    } else {
        Grade::new(Stage::Kindergarten, age.checked_sub(2).filter(|year| *year > 0)?)
    }
}

/// 中1 at a 義務教育学校 is its seventh year; 中2 and 高1 at a 中等教育学校 are its second and fourth.
fn of_stage(stage: Stage, year: u8, kind: FacilityKind) -> Option<Grade> {
    let within = Grade::new(stage, year)?;
    match (kind, stage) {
        (FacilityKind::Compulsory, Stage::Elementary) => Grade::new(Stage::Compulsory, year),
        (FacilityKind::Compulsory, Stage::JuniorHigh) => Grade::new(Stage::Compulsory, year + 6),
        (FacilityKind::Secondary, Stage::JuniorHigh) => Grade::new(Stage::Secondary, year),
        (FacilityKind::Secondary, Stage::High) => Grade::new(Stage::Secondary, year + 3),
        _ => Some(within),
    }
}

/// A year without its stage is clear only where one stage has it.
fn only_school_year(year: u8, kind: FacilityKind) -> Result<Option<Grade>, Refusal> {
    let is_school = |grade: &Grade| !matches!(grade.stage(), Stage::Nursery | Stage::Kindergarten) && grade.year() == year;
    let mut fitting = Grade::all_at(kind).into_iter().filter(is_school);
    match (fitting.next(), fitting.next()) {
        (Some(_), Some(_)) => Err(Refusal::Ambiguous),
        (only, _) => Ok(only),
    }
}
