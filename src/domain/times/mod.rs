//! The times of the day a facility lives by; settings of ward and facility under one set of names (design 4).

#[cfg(test)]
mod tests;

use jiff::civil::{Date, Time, time};
use unicode_normalization::UnicodeNormalization;

use super::{coded::coded, streak::Phase};

coded! {
    /// What happens at a time of the day.
    pub enum TimeName {
        /// When staff are reminded on screen.
        Reminder = "reminder",
        /// When somebody else at the facility is reminded, if nobody has entered anything.
        DeputyReminder = "deputy_reminder",
        /// From here on the office sees which facilities have not reported yet.
        UnreportedList = "unreported_list",
        /// From here on a missing report counts as 本日未入力; what comes later is accepted and marked late.
        FacilityCutoff = "facility_cutoff",
        /// From here on the caseworker is told.
        WorkerNotice = "worker_notice",
        /// Until here a correction needs no reason.
        FreeCorrectionUntil = "free_correction_until",
    }
}

/// A facility's times, in Japan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    pub reminder: Time,
    pub deputy_reminder: Time,
    pub unreported_list: Time,
    pub facility_cutoff: Time,
    pub worker_notice: Time,
    pub free_correction_until: Time,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            reminder: time(9, 30, 0, 0),
            deputy_reminder: time(10, 30, 0, 0),
            unreported_list: time(11, 0, 0, 0),
            facility_cutoff: time(12, 0, 0, 0),
            worker_notice: time(15, 0, 0, 0),
            free_correction_until: time(17, 0, 0, 0),
        }
    }
}

/// When a report about a child of rank A is late (domain 5, 本日未入力).
const EARLY: Time = time(10, 30, 0, 0);

/// A facility whose cut-off comes after this has been given an afternoon: nobody is there yet at half past ten (放課後児童クラブ,
/// 放課後等デイサービス).
const NOON: Time = time(12, 0, 0, 0);

/// Each time and the one it has to come after.
const ORDER: [(TimeName, TimeName); 5] = [
    (TimeName::DeputyReminder, TimeName::Reminder),
    (TimeName::UnreportedList, TimeName::DeputyReminder),
    (TimeName::FacilityCutoff, TimeName::UnreportedList),
    (TimeName::WorkerNotice, TimeName::FacilityCutoff),
    (TimeName::FreeCorrectionUntil, TimeName::FacilityCutoff),
];

impl Times {
    pub const fn at(&self, name: TimeName) -> Time {
        match name {
            TimeName::Reminder => self.reminder,
            TimeName::DeputyReminder => self.deputy_reminder,
            TimeName::UnreportedList => self.unreported_list,
            TimeName::FacilityCutoff => self.facility_cutoff,
            TimeName::WorkerNotice => self.worker_notice,
            TimeName::FreeCorrectionUntil => self.free_correction_until,
        }
    }

    pub const fn set(&mut self, name: TimeName, at: Time) {
        match name {
            TimeName::Reminder => self.reminder = at,
            TimeName::DeputyReminder => self.deputy_reminder = at,
            TimeName::UnreportedList => self.unreported_list = at,
            TimeName::FacilityCutoff => self.facility_cutoff = at,
            TimeName::WorkerNotice => self.worker_notice = at,
            TimeName::FreeCorrectionUntil => self.free_correction_until = at,
        }
    }

    /// Each time that is not later than the one it has to come after, with that one.
    pub fn out_of_order(&self) -> Vec<(TimeName, TimeName)> {
        ORDER.into_iter().filter(|(later, earlier)| self.at(*later) <= self.at(*earlier)).collect()
    }

    /// From here on a missing report about a child of rank A counts as 本日未入力: at half past ten, and at the facility's own cut-off where
    /// that is earlier or lies in the afternoon.
    pub fn strict_cutoff(&self) -> Time {
        if self.facility_cutoff > NOON { self.facility_cutoff } else { self.facility_cutoff.min(EARLY) }
    }

    /// From here on the day is over: nothing more is expected, and every rule is asked once more.
    pub fn night(&self) -> Time {
        self.free_correction_until.max(self.worker_notice)
    }

    /// Whether children of rank A are missed before the others.
    pub fn misses_strict_first(&self) -> bool {
        self.strict_cutoff() < self.facility_cutoff
    }

    /// How far `day` has come, seen from `today` at `now`; a day gone by is over, a day to come has not begun.
    pub fn phase(&self, day: Date, today: Date, now: Time) -> Phase {
        if day < today {
            Phase::AfterNotice
        } else if day > today || now < self.facility_cutoff {
            Phase::BeforeCutoff
        } else if now < self.worker_notice {
            Phase::AfterCutoff
        } else {
            Phase::AfterNotice
        }
    }

    /// Whether a report for `day` made now comes after the cut-off.
    pub fn is_late(&self, day: Date, today: Date, now: Time) -> bool {
        self.phase(day, today, now) != Phase::BeforeCutoff
    }

    /// Whether a report for `day` may be corrected now without a reason.
    pub fn is_free(&self, day: Date, today: Date, now: Time) -> bool {
        day == today && now < self.free_correction_until
    }
}

/// What is typed is no time of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no time of the day between 0:00 and 23:59")]
pub struct NoTime;

/// Reads a time as people type it, to the minute: 9:30, 09：30, 9時30分, 9時, 0930. `None` for nothing typed.
///
/// # Errors
/// [`NoTime`] for anything else.
pub fn read_time(text: &str) -> Result<Option<Time>, NoTime> {
    let folded: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    if folded.is_empty() {
        return Ok(None);
    }
    let (hour, minute) = if let Some((hour, minute)) = folded.split_once(':') {
        (hour, minute)
    } else if let Some((hour, rest)) = folded.split_once('時') {
        (hour, if rest.is_empty() { "00" } else { rest.strip_suffix('分').ok_or(NoTime)? })
    } else if folded.len() == 4 && folded.is_ascii() {
        folded.split_at(2)
    } else {
        return Err(NoTime);
    };
    let number = |digits: &str| {
        let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse::<i8>().ok()).flatten().ok_or(NoTime)
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).map(Some).map_err(|_| NoTime)
}
