//! The times of the day a facility lives by; settings of ward and facility under one set of names (design 4).

use jiff::civil::{Date, Time, time};

use super::streak::Phase;

/// A facility's times, in Japan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When staff are reminded on screen.
    pub reminder: Time,
    /// From here on a missing report counts as 本日未入力; what comes later is accepted and marked late.
    pub facility_cutoff: Time,
    /// From here on the caseworker is told.
    pub worker_notice: Time,
    /// Until here a correction needs no reason.
    pub free_correction_until: Time,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            reminder: time(9, 30, 0, 0),
            facility_cutoff: time(12, 0, 0, 0),
            worker_notice: time(15, 0, 0, 0),
            free_correction_until: time(17, 0, 0, 0),
        }
    }
}

impl Times {
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_passes_through_its_phases() {
        let (times, today) = (Times::default(), date(2026, 11, 20));
        let at = |hour, minute| times.phase(today, today, time(hour, minute, 0, 0));
        assert_eq!(at(11, 59), Phase::BeforeCutoff);
        assert_eq!(at(12, 0), Phase::AfterCutoff);
        assert_eq!(at(15, 0), Phase::AfterNotice);
        assert_eq!(times.phase(date(2026, 11, 19), today, time(0, 0, 0, 0)), Phase::AfterNotice);
        assert_eq!(times.phase(date(2026, 11, 21), today, time(23, 0, 0, 0)), Phase::BeforeCutoff);
    }

    #[test]
    fn corrections_are_free_until_the_evening_of_the_same_day() {
        let (times, today) = (Times::default(), date(2026, 11, 20));
        assert!(times.is_free(today, today, time(16, 59, 0, 0)));
        assert!(!times.is_free(today, today, time(17, 0, 0, 0)));
        assert!(!times.is_free(date(2026, 11, 19), today, time(9, 0, 0, 0)));
    }
}
