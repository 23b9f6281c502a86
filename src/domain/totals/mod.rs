//! What became of a child over a month or a year, counted as the attendance book counts it (domain 4.3): pure, on the child's own calendar.
//!
//! ```text
//! open_days = present + absent + met_elsewhere + excused + in_care + unreported
//! ```
//! Give it every report of the span and, if the longest absence shall be whole, those before it since the child last came.

#[cfg(test)]
mod tests;

use jiff::civil::Date;

use super::{
    attendance::Status,
    calendar::{ChildCalendar, SchoolYear, Span},
    history::{History, Reported},
};

/// The days of one child in one span.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// 授業日数・開所日数: the open days of this child, without those it was not expected on (登園予定なし).
    pub open_days: u32,
    /// 出席: the child came, late or not.
    pub present: u32,
    /// 欠席
    pub absent: u32,
    /// 校外で確認: no presence and no absence until the head has decided which.
    pub met_elsewhere: u32,
    /// 停止・忌引等: 出席停止, 忌引, 公欠, 入院, 登園自粛.
    pub excused: u32,
    /// 一時保護・入所中
    pub in_care: u32,
    /// 未入力: a report is owed and did not come.
    pub unreported: u32,
    /// 遅刻; among those present.
    pub late: u32,
    /// 早退; among those present. 遅刻・早退 is in both.
    pub left_early: u32,
    /// 欠席 without a word from the family; among those absent.
    pub silent: u32,
    pub longest_absence: Option<Run>,
    /// The last day in the span on which somebody saw the child, closed days included.
    pub last_seen: Option<Date>,
}

/// Days of absence in a row: 停止・忌引・入院 and 未入力 neither add nor break, closed days are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub from: Date,
    pub to: Date,
    pub days: u32,
}

impl Totals {
    /// Counts the days of `span`. A day to come is nobody's debt: end the span with the last day that can have been reported.
    pub fn of(history: &History, calendar: &ChildCalendar, span: Span) -> Self {
        let mut totals = Self::default();
        let mut runs = Runs::begun_before(history, calendar, span.from);
        let days = std::iter::successors(Some(span.from), |day| day.tomorrow().ok()).take_while(|day| *day <= span.to);
        for day in days {
            let reported = history.on(day);
            if reported.is_some_and(|reported| reported.seen) {
                totals.last_seen = Some(day);
            }
            let open = calendar.open(day).is_open();
            if open {
                totals.add(reported);
            }
            runs.go_on(day, open, reported);
        }
        totals.longest_absence = runs.longest;
        totals
    }

    /// 年度累計: the school year, up to `until`. On its first morning, when the last day that is over belongs to the year before, nothing.
    pub fn of_school_year(history: &History, calendar: &ChildCalendar, year: SchoolYear, until: Date) -> Self {
        Self::of(history, calendar, Span { from: year.first(), to: until.min(year.last()) })
    }

    /// 出席しなければならない日数: open days without 停止・忌引等 and the days in care.
    pub const fn expected(&self) -> u32 {
        self.open_days.saturating_sub(self.excused).saturating_sub(self.in_care)
    }

    fn add(&mut self, reported: Option<&Reported>) {
        let Some(reported) = reported else {
            self.open_days += 1;
            self.unreported += 1;
            return;
        };
        let status = reported.status;
        if status == Status::NotScheduled {
            return;
        }
        self.open_days += 1;
        *self.heading(status) += 1;
        self.late += u32::from(matches!(status, Status::Late | Status::LateAndLeftEarly));
        self.left_early += u32::from(matches!(status, Status::LeftEarly | Status::LateAndLeftEarly));
        self.silent += u32::from(reported.is_silent_absence());
    }

    const fn heading(&mut self, status: Status) -> &mut u32 {
        match status {
            Status::Absent => &mut self.absent,
            Status::SeenElsewhere => &mut self.met_elsewhere,
            Status::InCare => &mut self.in_care,
            status if status.breaks_absence() => &mut self.present,
            _ => &mut self.excused,
        }
    }
}

/// The runs of absence met on the way, and the longest of them.
#[derive(Default)]
struct Runs {
    current: Option<Run>,
    longest: Option<Run>,
}

impl Runs {
    /// The run that was under way on the eve of the span: seven days over the end of a month are seven days.
    fn begun_before(history: &History, calendar: &ChildCalendar, first: Date) -> Self {
        let mut days: Vec<_> = first.yesterday().into_iter().flat_map(|eve| calendar.days_back(eve)).collect();
        days.truncate(
            days.iter().position(|day| history.on(*day).is_some_and(|r| r.status.breaks_absence())).unwrap_or(days.len()),
        );
        let mut runs = Self::default();
        for day in days.into_iter().rev() {
            runs.go_on(day, calendar.open(day).is_open(), history.on(day));
        }
        Self { current: runs.current, longest: None }
    }

    fn go_on(&mut self, day: Date, open: bool, reported: Option<&Reported>) {
        match reported {
            Some(reported) if reported.status.breaks_absence() => self.current = None,
            Some(reported) if open && reported.status == Status::Absent => {
                let run =
                    self.current.map_or(Run { from: day, to: day, days: 1 }, |run| Run { to: day, days: run.days + 1, ..run });
                self.current = Some(run);
                // Of equals the newest: it is the one still talked about.
                if self.longest.is_none_or(|longest| longest.days <= run.days) {
                    self.longest = Some(run);
                }
            }
            _ => {}
        }
    }
}
