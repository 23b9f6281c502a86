//! The layers of a facility's calendar; an inner layer overrules the outer ones.

use std::sync::Arc;

use jiff::civil::Date;

use super::{ClosedBecause, DayKind, Holidays, Week};

/// A period, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Date,
    pub to: Date,
}

impl Span {
    pub const fn day(day: Date) -> Self {
        Self { from: day, to: day }
    }

    pub fn has(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

/// The ward's calendar for one kind of facility (市立小, 市立中, 公立保育所 …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub week: Week,
    pub closed_on_holidays: bool,
    /// 学年始・夏季・冬季・学年末休業; 12/29–1/3 for nurseries.
    pub vacations: Vec<Span>,
    /// Days open against all of the above, such as 土曜授業.
    pub extra_open: Vec<Date>,
}

impl Template {
    fn open(&self, holidays: &Holidays, day: Date) -> DayKind {
        if self.extra_open.contains(&day) {
            DayKind::Open
        } else if self.closed_on_holidays && holidays.contains(&day) {
            DayKind::Closed(ClosedBecause::Holiday)
        } else if !self.week.has(day) {
            DayKind::Closed(ClosedBecause::Weekday)
        } else if self.vacations.iter().any(|vacation| vacation.has(day)) {
            DayKind::Closed(ClosedBecause::Vacation)
        } else {
            DayKind::Open
        }
    }
}

/// What a facility or a class does against the layer outside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Close,
    Open,
}

/// A period in which a facility or a class departs from the layer outside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exception {
    pub span: Span,
    pub change: Change,
}

impl Exception {
    pub const fn closed(from: Date, to: Date) -> Self {
        Self { span: Span { from, to }, change: Change::Close }
    }

    pub const fn open(day: Date) -> Self {
        Self { span: Span::day(day), change: Change::Open }
    }
}

/// The calendar of one child at one facility: holidays → template → facility → class → the child's own week.
///
/// The outer layers are shared, so that the children of a sheet cost one copy of them.
#[derive(Debug, Clone)]
pub struct Calendar {
    pub holidays: Arc<Holidays>,
    pub template: Arc<Template>,
    /// In the order they were entered: of two that speak of one day, the later one holds.
    pub facility: Arc<[Exception]>,
    /// 学級閉鎖 and the like for the child's class, in the order they were entered.
    pub class: Arc<[Exception]>,
    /// Days of the week agreed for this child, if fewer than the facility's; it can only close.
    pub own_week: Option<Week>,
}

impl Calendar {
    /// A facility that follows the template and nothing else.
    pub fn plain(holidays: Arc<Holidays>, template: Arc<Template>) -> Self {
        Self { holidays, template, facility: Arc::default(), class: Arc::default(), own_week: None }
    }

    /// Whether this child is expected on `day`, or the innermost reason why not.
    pub fn open(&self, day: Date) -> DayKind {
        let template = self.template.open(&self.holidays, day);
        let facility = overrule(template, &self.facility, ClosedBecause::Facility, day);
        let class = overrule(facility, &self.class, ClosedBecause::Class, day);
        match self.own_week {
            Some(week) if class.is_open() && !week.has(day) => DayKind::Closed(ClosedBecause::OwnWeek),
            _ => class,
        }
    }
}

fn overrule(outer: DayKind, layer: &[Exception], because: ClosedBecause, day: Date) -> DayKind {
    match layer.iter().rev().find(|exception| exception.span.has(day)).map(|e| e.change) {
        // Already closed further out: keep the reason that came first.
        Some(Change::Close) if outer.is_open() => DayKind::Closed(because),
        Some(Change::Open) => DayKind::Open,
        _ => outer,
    }
}
