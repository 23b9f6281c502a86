//! The book: children by facility and class, each with a cell for every day of the month.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::{
    attendance::Mark,
    calendar::{Calendar, ChildCalendar, Span, Stay},
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
    pub cells: Vec<DayCell>,
    pub totals: Totals,
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
        let line = line(&pupil, &days, today);
        match classes.iter_mut().find(|class| class.facility == pupil.facility && class.place == pupil.place) {
            Some(class) => class.lines.push(line),
            None => classes.push(Class { facility: pupil.facility, place: pupil.place, lines: vec![line] }),
        }
    }
    Book { month, days, classes }
}

fn line(pupil: &Pupil, days: &[Date], today: Date) -> Line {
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
    Line { code: pupil.code, name: pupil.name.clone(), kana: pupil.kana.clone(), cells, totals: totals(pupil, days, today) }
}

/// What the days come to. Today counts once it was reported: until then nobody owes it.
fn totals(pupil: &Pupil, days: &[Date], today: Date) -> Totals {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Totals::default() };
    let over = if pupil.days.contains_key(&today) { today } else { today.yesterday().unwrap_or(today) };
    let history: History = pupil.days.iter().map(|(day, mark)| (*day, Reported::of(mark, *day))).collect();
    let calendar = ChildCalendar::new(vec![Stay { from: pupil.from, to: pupil.until, calendar: pupil.calendar.clone() }]);
    Totals::of(&history, &calendar, Span { from: *first, to: over.min(*last) })
}
