//! This month of a child and the one before, day by day.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use crate::{
    domain::{
        attendance::{Contact, Mark, Status},
        calendar::Month,
    },
    store::alerts::Days,
    web::{Lang, alert_words, glyph::DayMark, words},
};

/// `parts/months.html`.
#[derive(Debug)]
pub(super) struct Months {
    pub(super) weekdays: Vec<String>,
    pub(super) months: Vec<MonthView>,
    /// What the letters stand for.
    pub(super) key: Vec<(&'static str, String, String)>,
}

#[derive(Debug)]
pub(super) struct MonthView {
    pub(super) caption: String,
    pub(super) summary: String,
    pub(super) weeks: Vec<Vec<DayView>>,
}

#[derive(Debug)]
pub(super) struct DayView {
    pub(super) iso: String,
    pub(super) number: i8,
    /// Of the month before or after: the cell is empty.
    pub(super) is_out: bool,
    pub(super) is_today: bool,
    /// Nothing before the first day somebody was asked, nor of what is still to come.
    pub(super) mark: Option<DayMark>,
    pub(super) met: Option<String>,
    /// For whoever does not see the letters.
    pub(super) word: String,
}

/// The first day the months show.
pub(super) fn first(today: Date) -> Date {
    Month::of(today).before().first()
}

impl Months {
    pub(super) fn new(lang: Lang, days: &Days, kind: &str, today: Date) -> Self {
        let this = Month::of(today);
        let month = |month: Month| MonthView {
            caption: words::month(lang, month),
            summary: summary(lang, days, month, today),
            weeks: month
                .weeks()
                .into_iter()
                .map(|week| week.into_iter().map(|day| DayView::new(lang, days, (kind, month), day, today)).collect())
                .collect(),
        };
        Self { weekdays: words::weekdays(lang), months: [this.before(), this].map(month).into(), key: key(lang) }
    }
}

impl DayView {
    fn new(lang: Lang, days: &Days, (kind, month): (&str, Month), day: Date, today: Date) -> Self {
        let texts = lang.texts();
        let (is_out, reported, open) = (!month.span().has(day), days.reported.get(&day), days.calendar.open(day).is_open());
        let was_asked = reported.is_some() || (days.calendar.is_watched(day) && (day < today || (day == today && !open)));
        let mark = (was_asked && !is_out).then(|| DayMark::new(lang, &alert_words::day(lang, day), reported, open, kind));
        let met = (days.met.contains(&day) && !is_out).then(|| fl!(texts, "why-met"));
        let waits = (day == today && mark.is_none() && open).then(|| fl!(texts, "months-waiting"));
        let word = mark.iter().map(|mark| mark.word.clone()).chain(met.clone()).chain(waits).collect::<Vec<_>>();
        Self {
            iso: day.to_string(),
            number: day.day(),
            is_out,
            is_today: day == today && !is_out,
            mark,
            met,
            word: word.join(&fl!(texts, "list-within")),
        }
    }
}

fn summary(lang: Lang, days: &Days, month: Month, today: Date) -> String {
    let span = month.span();
    let count = |fits: &dyn Fn(&Mark) -> bool| days.reported.range(span.from..=span.to).filter(|(_, mark)| fits(mark)).count();
    let unreported =
        |day: &Date| span.has(*day) && *day < today && days.calendar.open(*day).is_open() && !days.reported.contains_key(day);
    fl!(
        lang.texts(),
        "months-summary",
        came = count(&|mark| mark.status.breaks_absence()),
        absent = count(&|mark| mark.status == Status::Absent),
        silent = count(&|mark| mark.status == Status::Absent && mark.contact.is_none_or(Contact::is_silent)),
        unreported = month.weeks().concat().iter().filter(|day| unreported(day)).count()
    )
}

fn key(lang: Lang) -> Vec<(&'static str, String, String)> {
    let texts = lang.texts();
    vec![
        ("seen", fl!(texts, "mark-seen"), fl!(texts, "months-key-seen")),
        ("partial", fl!(texts, "mark-late"), fl!(texts, "months-key-late")),
        ("partial", fl!(texts, "mark-left-early"), fl!(texts, "months-key-left-early")),
        ("absent", fl!(texts, "mark-absent"), fl!(texts, "months-key-absent")),
        ("silent", fl!(texts, "mark-silent"), fl!(texts, "months-key-silent")),
        ("excused", fl!(texts, "mark-excused"), fl!(texts, "months-key-excused")),
        ("unknown", fl!(texts, "mark-unknown"), fl!(texts, "status-unreported")),
        ("closed", fl!(texts, "mark-closed"), fl!(texts, "months-key-closed")),
        ("seen", fl!(texts, "mark-met"), fl!(texts, "why-met")),
    ]
}
