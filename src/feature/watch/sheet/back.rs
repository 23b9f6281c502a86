//! The four weeks before a day, as one child's card looks back on them.

use i18n_embed_fl::fl;
use jiff::{ToSpan as _, civil::Date};

use super::row::Voice;
use crate::{
    domain::{
        attendance::{Contact, Mark, Status},
        calendar::Calendar,
    },
    store::sheets::{LATELY_DAYS, Row},
    web::{Lang, glyph::DayMark, words},
};

#[derive(Debug, Clone, Default)]
pub(super) struct Back {
    /// The last day the child was expected, in words: 「昨日 欠席（連絡なし）」.
    pub last: Option<String>,
    pub strip: Vec<DayMark>,
    /// The strip for whoever does not see it.
    pub words: String,
}

/// The days before `day` on which the child was expected and nothing was said, oldest first.
pub(super) fn unreported(row: &Row, calendar: &Calendar, day: Date) -> Vec<Date> {
    lately(day).filter(|before| is_asked(row, calendar, *before) && !row.lately.contains_key(before)).collect()
}

fn lately(day: Date) -> impl Iterator<Item = Date> {
    let first = day.saturating_sub(LATELY_DAYS.days());
    first.series(1.day()).take_while(move |before| *before < day)
}

fn is_asked(row: &Row, calendar: &Calendar, day: Date) -> bool {
    row.from <= day && calendar.open(day).is_open()
}

impl Back {
    pub(super) fn new(voice: Voice, row: &Row, calendar: &Calendar, day: Date) -> Self {
        let last = lately(day).filter(|before| is_asked(row, calendar, *before)).last().map(|last| {
            let word = said(voice, row.lately.get(&last));
            if day.yesterday().is_ok_and(|yesterday| yesterday == last) {
                fl!(voice.lang.texts(), "sheet-yesterday", word = word)
            } else {
                fl!(voice.lang.texts(), "sheet-last-open", date = short(voice.lang, last), word = word)
            }
        });
        let days = lately(day).filter(|before| row.from <= *before || row.lately.contains_key(before));
        let one = |before: Date| {
            let open = calendar.open(before).is_open();
            DayMark::new(voice.lang, &short(voice.lang, before), row.lately.get(&before), open, voice.kind)
        };
        let strip = days.map(one).collect();
        Self { last, strip, words: summary(voice.lang, row, calendar, day) }
    }
}

fn said(voice: Voice, mark: Option<&Mark>) -> String {
    mark.map_or_else(|| fl!(voice.lang.texts(), "status-unreported"), |mark| words::mark(voice.lang, mark, voice.kind))
}

fn short(lang: Lang, day: Date) -> String {
    match lang {
        Lang::Ja => format!("{}月{}日", day.month(), day.day()),
        Lang::En => day.strftime("%-d %b").to_string(),
    }
}

fn summary(lang: Lang, row: &Row, calendar: &Calendar, day: Date) -> String {
    let count = |fits: &dyn Fn(&Mark) -> bool| row.lately.values().filter(|mark| fits(mark)).count();
    let silent = |mark: &Mark| mark.status == Status::Absent && mark.contact.is_none_or(Contact::is_silent);
    fl!(
        lang.texts(),
        "sheet-strip",
        came = count(&|mark| mark.status.breaks_absence()),
        absent = count(&|mark| mark.status == Status::Absent),
        silent = count(&silent),
        unreported = unreported(row, calendar, day).len()
    )
}
