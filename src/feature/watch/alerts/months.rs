//! This month of a child and the one before, day by day, and what the school year comes to so far.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use crate::{
    domain::{
        attendance::{Contact, Mark, Status},
        calendar::{Month, SchoolYear},
        history::{History, Reported},
        totals::Totals,
    },
    store::alerts::Days,
    web::{Lang, alert_words, glyph::DayMark, words},
};

/// `parts/months.html`.
#[derive(Debug)]
pub(super) struct Months {
    pub(super) weekdays: Vec<String>,
    pub(super) months: Vec<MonthView>,
    /// 年度累計
    pub(super) year: String,
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

/// The first day that is asked for: of the months, or of the school year.
pub(super) fn first(today: Date) -> Date {
    Month::of(today).before().first().min(SchoolYear::of(today).first())
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
        Self {
            weekdays: words::weekdays(lang),
            months: [this.before(), this].map(month).into(),
            year: year(lang, days, today),
            key: key(lang),
        }
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

/// Across facilities, as the office sees the days. Today counts once it was reported.
fn year(lang: Lang, days: &Days, today: Date) -> String {
    let history: History = days.reported.iter().map(|(day, mark)| (*day, Reported::of(mark, *day))).collect();
    let over = if days.reported.contains_key(&today) { today } else { today.yesterday().unwrap_or(today) };
    let year = SchoolYear::of(today);
    let totals = Totals::of_school_year(&history, &days.calendar, year, over);
    fl!(
        lang.texts(),
        "months-year",
        from = alert_words::day(lang, year.first()),
        open = totals.open_days,
        present = totals.present,
        absent = totals.absent,
        silent = totals.silent,
        late = totals.late,
        early = totals.left_early,
        excused = totals.excused,
        care = totals.in_care,
        elsewhere = totals.met_elsewhere,
        unreported = totals.unreported
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
