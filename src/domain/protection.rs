//! DV等支援措置: where a child is must not be told to whoever asks, not even that it is there.

use jiff::{ToSpan, civil::Date};

/// A child is protected. The municipality decides so for a time, mostly a year, and renews it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protection {
    /// The last day of the decision, where it is known.
    pub until: Option<Date>,
}

/// So long before the last day somebody is asked to look after a renewal: it takes an application at the office.
const NOTICE_DAYS: i32 = 30;

impl Protection {
    /// The decision ends soon, or has ended. The protection stays all the same until a person takes it off: a child too many that is
    /// hidden harms nobody.
    pub fn is_due(self, today: Date) -> bool {
        self.until.is_some_and(|until| today.checked_add(NOTICE_DAYS.days()).is_ok_and(|soon| until <= soon))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_decision_is_due_a_month_before_its_last_day_and_ever_after() {
        let today = date(2026, 11, 20);
        for (until, due) in [
            (None, false),
            (Some(date(2027, 11, 19)), false),
            (Some(date(2026, 12, 21)), false),
            (Some(date(2026, 12, 20)), true),
            (Some(date(2026, 11, 20)), true),
            (Some(date(2024, 1, 1)), true),
        ] {
            assert_eq!(Protection { until }.is_due(today), due, "{until:?}");
        }
    }
}
