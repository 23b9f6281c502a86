//! Reads a date out of the ways offices write it.

use jiff::{Span, civil::Date};
use unicode_normalization::UnicodeNormalization;

use super::{EARLIEST, ERAS, Era, LATEST, Refusal, long, weekday_letter};

/// Reads a date; the text may be in full-width characters, in kanji numerals, with a weekday or a time behind it.
///
/// Understood: `2026-07-31`, `2026/7/31`, `2026.7.31`, `2026年7月31日`, `20260731`, `令和8年7月31日`, `令和元年5月1日`,
/// `㋿8年…`, `R8.7.31`, `R8/7/31`, `R080731` and the day numbers of Excel. A date of an era that had ended by that day
/// is refused with the right writing, and so is a weekday that does not fit.
pub fn parse(text: &str) -> Result<Date, Refusal> {
    let plain = plain(text);
    if plain.is_empty() {
        return Err(Refusal::Empty);
    }
    if plain.chars().all(|c| c == '#') {
        return Err(Refusal::NumberSigns);
    }
    let (body, weekday) = split_weekday(&plain);
    let date = match era_of(body) {
        Some((era, rest)) => in_era(era, rest)?,
        None => western(body)?,
    };
    if !(EARLIEST..=LATEST).contains(&date) {
        return Err(Refusal::OutOfRange);
    }
    match weekday {
        Some(letter) if letter != weekday_letter(date.weekday()) => Err(Refusal::OtherWeekday(super::full(date))),
        _ => Ok(date),
    }
}

/// The day of an Excel day number (1900 date system, counted as Excel does since 1900-03-01).
pub fn from_serial(days: i32) -> Result<Date, Refusal> {
    let span = Span::new().try_days(days).map_err(|_| Refusal::OutOfRange)?;
    Date::constant(1899, 12, 30).checked_add(span).map_err(|_| Refusal::OutOfRange)
}

/// Width folded, time and spaces gone, kanji numerals as digits, every dash as `-`.
fn plain(text: &str) -> String {
    let folded: String = text.nfkc().collect();
    let mut plain = String::with_capacity(folded.len());
    let mut numeral = String::new();
    for c in without_time(&folded).chars().filter(|c| !c.is_whitespace()) {
        // 日 ends every date and 一 to 十 stand only in numbers here: no weekday or era is written with them.
        if "〇零一二三四五六七八九十".contains(c) {
            numeral.push(c);
            continue;
        }
        push_numeral(&mut plain, &mut numeral);
        plain.push(match c {
            '‐' | '‑' | '–' | '—' | '―' | '−' | 'ー' | '─' => '-',
            '・' | '、' | '。' => '.',
            '[' | '〔' => '(',
            ']' | '〕' => ')',
            other => other,
        });
    }
    push_numeral(&mut plain, &mut numeral);
    plain
}

/// Appends 三十一 as 31 and 二〇二六 as 2026.
fn push_numeral(plain: &mut String, numeral: &mut String) {
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c).unwrap_or(0);
    if let Some((tens, ones)) = numeral.split_once('十') {
        let tens = tens.chars().next().map_or(1, digit);
        let ones = ones.chars().next().map_or(0, digit);
        plain.push_str(&(tens * 10 + ones).to_string());
    } else {
        numeral.chars().for_each(|c| plain.push_str(&digit(c).to_string()));
    }
    numeral.clear();
}

/// Cuts off a time of day and what parts it from the date: `2026-05-24T00:00:00`, `2026/5/24 0:00`.
fn without_time(text: &str) -> &str {
    let hour = text.find(':').and_then(|colon| text[..colon].rfind(|c: char| c == 'T' || c.is_whitespace()));
    hour.map_or(text, |hour| &text[..hour])
}

/// Cuts off 「(金)」, 「金曜日」 or 「金曜」.
fn split_weekday(text: &str) -> (&str, Option<char>) {
    let is_weekday = |c: &char| "日月火水木金土".contains(*c);
    let named = text.strip_suffix("曜日").or_else(|| text.strip_suffix("曜"));
    let bracketed = text.strip_suffix(')').map(|inner| inner.trim_end_matches('日').trim_end_matches('曜'));
    // 「(日)」 loses its letter with the trimming above and is recognised by its bare bracket.
    let (inner, bracket) = match (named, bracketed) {
        (Some(inner), _) => (inner, false),
        (None, Some(inner)) => (inner, true),
        (None, None) => return (text, None),
    };
    let (body, letter) = match inner.chars().next_back().filter(is_weekday) {
        Some(letter) => (&inner[..inner.len() - letter.len_utf8()], Some(letter)),
        None if bracket && inner.ends_with('(') => (inner, Some('日')),
        None => return (text, None),
    };
    (body.strip_suffix('(').unwrap_or(body), letter)
}

/// The era a text begins with, by its name or its letter.
fn era_of(text: &str) -> Option<(Era, &str)> {
    ERAS.into_iter().find_map(|era| {
        let letter = |c: char| c.eq_ignore_ascii_case(&era.letter);
        let rest = text.strip_prefix(era.name).or_else(|| text.strip_prefix(letter))?;
        Some((era, rest))
    })
}

fn in_era(era: Era, rest: &str) -> Result<Date, Refusal> {
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let (year, month, day) = match rest.strip_prefix('元') {
        Some(after) => parts(&format!("1{after}")),
        None if rest.len() == 6 && digits(rest) => compact(rest, 2),
        None => parts(rest),
    }
    .ok_or(Refusal::Unreadable)?;
    if !(1..=99).contains(&year) {
        return Err(Refusal::Impossible);
    }
    let date = day_of(i32::from(era.first.year()) + year - 1, month, day)?;
    let right = super::era_year(date).map(|(right, _)| right);
    match right {
        Some(right) if right != era => Err(Refusal::OtherEra(long(date))),
        Some(_) => Ok(date),
        None => Err(Refusal::OutOfRange),
    }
}

fn western(text: &str) -> Result<Date, Refusal> {
    let text = text.strip_prefix("西暦").unwrap_or(text);
    if digits(text) {
        return match text.len() {
            8 => compact(text, 4).ok_or(Refusal::Unreadable).and_then(|(y, m, d)| day_of(y, m, d)),
            // 20000 is 1954-10-03 and 99999 is 2173-10-13: no day this product knows lies outside.
            5 if text >= "20000" => from_serial(text.parse().map_err(|_| Refusal::Unreadable)?),
            _ => Err(Refusal::Unreadable),
        };
    }
    let Some((year, month, day)) = parts(text) else {
        return Err(if month_and_day(text) { Refusal::NoYear } else { Refusal::Unreadable });
    };
    match year {
        0..=99 => Err(Refusal::NoEra),
        year => day_of(year, month, day),
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// `260731` and `20260731`, whose year takes `width` digits.
fn compact(text: &str, width: usize) -> Option<(i32, i32, i32)> {
    Some((text.get(..width)?.parse().ok()?, text.get(width..width + 2)?.parse().ok()?, text.get(width + 2..)?.parse().ok()?))
}

/// Year, month and day parted by 年月日 or by one sign used twice.
fn parts(text: &str) -> Option<(i32, i32, i32)> {
    let (year, month, day) = if let Some((year, rest)) = text.split_once('年') {
        let (month, day) = rest.split_once('月')?;
        (year, month, day.strip_suffix('日').unwrap_or(day))
    } else {
        let sign = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
        let mut pieces = text.trim_end_matches('.').split(sign);
        let three = (pieces.next()?, pieces.next()?, pieces.next()?);
        pieces.next().is_none().then_some(three)?
    };
    Some((number(year, 4)?, number(month, 2)?, number(day, 2)?))
}

fn number(text: &str, most_digits: usize) -> Option<i32> {
    (digits(text) && text.len() <= most_digits).then(|| text.parse().ok())?
}

fn month_and_day(text: &str) -> bool {
    let pair = text.trim_end_matches('日').split_once(['月', '/', '-', '.']);
    pair.is_some_and(|(month, day)| number(month, 2).is_some() && number(day, 2).is_some())
}

fn day_of(year: i32, month: i32, day: i32) -> Result<Date, Refusal> {
    let year = i16::try_from(year).map_err(|_| Refusal::OutOfRange)?;
    let month = i8::try_from(month).map_err(|_| Refusal::Impossible)?;
    let day = i8::try_from(day).map_err(|_| Refusal::Impossible)?;
    Date::new(year, month, day).map_err(|_| Refusal::Impossible)
}
