//! Dates as Japanese offices write them: read in any usual form, written in the Japanese calendar (和暦).

mod reading;

#[cfg(test)]
mod tests;

use jiff::civil::{Date, Weekday};

pub use reading::{from_serial, parse};

/// An era of the Japanese calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Era {
    /// 令和.
    pub name: &'static str,
    /// R.
    pub letter: char,
    /// The day it began in the Gregorian calendar; it ends the day before the next one begins.
    pub first: Date,
}

/// The eras of JIS X 0301, newest first. A new era is one more line.
///
/// Meiji counts from 1868, but its dates are read only from 1873-01-01 on, the first day of the solar calendar.
pub const ERAS: [Era; 5] = [
    Era { name: "令和", letter: 'R', first: Date::constant(2019, 5, 1) },
    Era { name: "平成", letter: 'H', first: Date::constant(1989, 1, 8) },
    Era { name: "昭和", letter: 'S', first: Date::constant(1926, 12, 25) },
    Era { name: "大正", letter: 'T', first: Date::constant(1912, 7, 30) },
    Era { name: "明治", letter: 'M', first: Date::constant(1868, 1, 25) },
];

/// The first day the Gregorian calendar was used in Japan (明治6年1月1日).
pub const EARLIEST: Date = Date::constant(1873, 1, 1);
/// No date in this product lies later; a year typed with a digit too many does.
pub const LATEST: Date = Date::constant(2199, 12, 31);

/// Why a text is not read as a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("nothing written")]
    Empty,
    #[error("not a date")]
    Unreadable,
    #[error("the year is missing")]
    NoYear,
    #[error("a two-digit year without its era")]
    NoEra,
    #[error("there is no such day")]
    Impossible,
    #[error("that day belongs to another era: {0}")]
    OtherEra(String),
    #[error("that day is another day of the week: {0}")]
    OtherWeekday(String),
    #[error("before 1873 or after 2199")]
    OutOfRange,
    #[error("only number signs: the column was too narrow when the file was saved")]
    NumberSigns,
}

impl Refusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Empty => "date-empty",
            Self::Unreadable => "date-unreadable",
            Self::NoYear => "date-no-year",
            Self::NoEra => "date-no-era",
            Self::Impossible => "date-impossible",
            Self::OtherEra(_) => "date-other-era",
            Self::OtherWeekday(_) => "date-other-weekday",
            Self::OutOfRange => "date-out-of-range",
            Self::NumberSigns => "date-number-signs",
        }
    }

    /// What the sentence needs to be said: `right`, the way the date would be written.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OtherEra(right) | Self::OtherWeekday(right) => vec![("right", right.clone())],
            _ => Vec::new(),
        }
    }
}

/// The era of a day and the year within it, the first being 1; `None` before 1873.
pub fn era_year(date: Date) -> Option<(Era, i16)> {
    if date < EARLIEST {
        return None;
    }
    let era = ERAS.into_iter().find(|era| era.first <= date)?;
    Some((era, date.year() - era.first.year() + 1))
}

/// 令和8年11月20日; days before 1873 in the western calendar.
pub fn long(date: Date) -> String {
    let rest = format!("{}月{}日", date.month(), date.day());
    match era_year(date) {
        Some((era, 1)) => format!("{}元年{rest}", era.name),
        Some((era, year)) => format!("{}{year}年{rest}", era.name),
        None => format!("{}年{rest}", date.year()),
    }
}

/// 令和8年11月20日（金）.
pub fn full(date: Date) -> String {
    format!("{}（{}）", long(date), weekday_letter(date.weekday()))
}

/// R8.11.20; days before 1873 in the western calendar.
pub fn short(date: Date) -> String {
    match era_year(date) {
        Some((era, year)) => format!("{}{year}.{}.{}", era.letter, date.month(), date.day()),
        None => format!("{}.{}.{}", date.year(), date.month(), date.day()),
    }
}

/// 日 to 土.
pub const fn weekday_letter(weekday: Weekday) -> char {
    match weekday {
        Weekday::Sunday => '日',
        Weekday::Monday => '月',
        Weekday::Tuesday => '火',
        Weekday::Wednesday => '水',
        Weekday::Thursday => '木',
        Weekday::Friday => '金',
        Weekday::Saturday => '土',
    }
}
