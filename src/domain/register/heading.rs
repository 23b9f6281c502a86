//! The day a column is for, read from the words above it.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use crate::domain::{rights::Month, wareki};

/// 「1」「１日」「1(月)」「11/1」「11月1日」「2026-11-01」「R8.11.1」: a day of this month, or of the month that is written.
pub fn day_of(heading: &str, month: Month) -> Option<Date> {
    let plain: String = heading.nfkc().filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() || plain.chars().count() > 20 {
        return None;
    }
    // 「1(月)」「1日(月)」 and 「1.0」, as some programs write a number.
    let bare = plain.split('(').next().unwrap_or_default();
    let bare = bare.strip_suffix(".0").unwrap_or(bare);
    let without = |text: &str| text.strip_suffix('日').unwrap_or(text).to_owned();
    if let Some(day) = number(&without(bare)) {
        return in_month(month, day);
    }
    for sign in ['/', '月'] {
        if let Some((written, day)) = bare.split_once(sign)
            && let (Some(written), Some(day)) = (number(written), number(&without(day)))
        {
            return Some(month).filter(|month| month.first().month() == written).and_then(|month| in_month(month, day));
        }
    }
    // Long forms only: a bare number of days since 1900 is a day of a spreadsheet, and was read as one already.
    if plain.chars().all(|c| c.is_ascii_digit()) && plain.len() != 8 {
        return None;
    }
    wareki::parse(&plain).ok()
}

/// One or two digits.
fn number(text: &str) -> Option<i8> {
    let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn in_month(month: Month, day: i8) -> Option<Date> {
    let first = month.first();
    Date::new(first.year(), first.month(), day).ok()
}
