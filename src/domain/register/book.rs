//! The book: children by facility and class, each with a cell for every day of the month.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::{
    attendance::Mark,
    calendar::{Calendar, ChildCalendar, SchoolYear, Span, Stay},
    history::{History, Reported},
    ids::{Id, Watch},
    rights::Month,
    totals::Totals,
};

/// A child with its reports of the month.
#[derive(Debug, Clone)]
pub struct Pupil {
    /// 管理コード
    pub code: Id<Watch>,
    pub facility: String,
    pub name: String,
    pub kana: String,
    /// 「小2 1組」
    pub place: String,
    /// The days the request covers.
    pub from: Date,
    pub until: Option<Date>,
    pub calendar: Calendar,
    pub days: BTreeMap<Date, Mark>,
    /// What else was reported in the school year, for its totals.
    pub earlier: BTreeMap<Date, Reported>,
}

/// What one day is for one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayCell {
    Closed,
    /// Before or after the request.
    Outside,
    /// Open, and not over.
    ToCome,
    /// Open, over, and nothing was reported.
    Missing,
    Marked(Mark),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub code: Id<Watch>,
    pub name: String,
    pub kana: String,
    /// The first day the child is asked about: nothing is counted before.
    pub from: Date,
    pub cells: Vec<DayCell>,
    pub totals: Totals,
    /// 年度累計
    pub year: Totals,
}

/// One class of one facility: a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    pub facility: String,
    pub place: String,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    pub month: Month,
    pub days: Vec<Date>,
    pub classes: Vec<Class>,
}

/// The book of a month as it is known today; the children keep the order they come in.
pub fn book(pupils: Vec<Pupil>, month: Month, today: Date) -> Book {
    let days: Vec<Date> = month.days(month.last()).collect();
    let mut classes: Vec<Class> = Vec::new();
    for pupil in pupils {
        let line = line(&pupil, &days, (month, today));
        match classes.iter_mut().find(|class| class.facility == pupil.facility && class.place == pupil.place) {
            Some(class) => class.lines.push(line),
            None => classes.push(Class { facility: pupil.facility, place: pupil.place, lines: vec![line] }),
        }
    }
    Book { month, days, classes }
}

fn line(pupil: &Pupil, days: &[Date], (month, today): (Month, Date)) -> Line {
    let covered = Span { from: pupil.from, to: pupil.until.unwrap_or(Date::MAX) };
    let cell = |day: &Date| match pupil.days.get(day) {
        // What was reported stays, also where the day was closed afterwards.
        Some(mark) => DayCell::Marked(mark.clone()),
        None if !covered.has(*day) => DayCell::Outside,
        None if !pupil.calendar.open(*day).is_open() => DayCell::Closed,
        None if *day >= today => DayCell::ToCome,
        None => DayCell::Missing,
    };
    let cells: Vec<DayCell> = days.iter().map(cell).collect();
    Line {
        code: pupil.code,
        name: pupil.name.clone(),
        kana: pupil.kana.clone(),
        from: pupil.from,
        cells,
        totals: totals(pupil, month, today),
        year: year(pupil, month, today),
    }
}

/// What the days of the month come to.
fn totals(pupil: &Pupil, month: Month, today: Date) -> Totals {
    let history: History = pupil.reported().collect();
    Totals::of(&history, &pupil.stay(), Span { from: month.first(), to: pupil.over(today).min(month.last()) })
}

/// 年度累計: the school year up to the end of the month. What was before the child was asked about, or at another facility, is not in
/// it.
pub fn year(pupil: &Pupil, month: Month, today: Date) -> Totals {
    let earlier = pupil.earlier.iter().map(|(day, reported)| (*day, reported.clone()));
    let history: History = earlier.chain(pupil.reported()).collect();
    Totals::of_school_year(&history, &pupil.stay(), SchoolYear::of(month.last()), pupil.over(today).min(month.last()))
}

impl Pupil {
    fn reported(&self) -> impl Iterator<Item = (Date, Reported)> {
        self.days.iter().map(|(day, mark)| (*day, Reported::of(mark, *day)))
    }

    fn stay(&self) -> ChildCalendar {
        ChildCalendar::new(vec![Stay { from: self.from, to: self.until, calendar: self.calendar.clone() }])
    }

    /// The last day that counts. Today does once it was reported: until then nobody owes it.
    fn over(&self, today: Date) -> Date {
        let reported = self.days.contains_key(&today) || self.earlier.contains_key(&today);
        if reported { today } else { today.yesterday().unwrap_or(today) }
    }
}
