//! The last day of a membership, and when it stops at once.

use jiff::{ToSpan as _, civil::Date};

use super::{Refusal, Term};

/// How a membership ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    pub until: Date,
    /// It is over at this moment, whatever the last day says: it began today, or not yet.
    pub stopped: bool,
    /// Nobody acts by it any more from now on.
    pub at_once: bool,
}

/// Ends a term with its last day. A later day than the one it has would lengthen it, which is another step.
pub fn on(term: Term, last: Date, today: Date) -> Result<Ending, Refusal> {
    let term = term.ending(last)?;
    let until = term.until().unwrap_or(last);
    Ok(Ending { until, stopped: false, at_once: until < today })
}

/// Ends a term now: the day before was the last, unless there was none.
pub fn now(term: Term, today: Date) -> Ending {
    let yesterday = today.checked_sub(1.day()).unwrap_or(today);
    let until = term.until().map_or(yesterday, |until| until.min(yesterday)).max(term.from());
    Ending { until, stopped: until >= today, at_once: true }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const TODAY: Date = date(2026, 11, 20);

    #[test]
    fn a_last_day_is_worked_and_now_is_now() {
        let open = Term::new(date(2026, 4, 1), None).unwrap();
        assert_eq!(on(open, TODAY, TODAY), Ok(Ending { until: TODAY, stopped: false, at_once: false }));
        assert_eq!(on(open, date(2026, 11, 19), TODAY), Ok(Ending { until: date(2026, 11, 19), stopped: false, at_once: true }));
        assert_eq!(on(open, date(2026, 3, 31), TODAY), Err(Refusal::EndsBeforeItBegins));
        assert_eq!(now(open, TODAY), Ending { until: date(2026, 11, 19), stopped: false, at_once: true });
        let new = Term::new(TODAY, None).unwrap();
        assert_eq!(now(new, TODAY), Ending { until: TODAY, stopped: true, at_once: true });
        let coming = Term::new(date(2027, 4, 1), Some(date(2028, 3, 31))).unwrap();
        assert_eq!(now(coming, TODAY), Ending { until: date(2027, 4, 1), stopped: true, at_once: true });
    }

    proptest! {
        #[test]
        fn an_ended_term_is_never_longer_and_what_ended_now_is_over(from in -400_i64..400, long in proptest::option::of(0_i64..400), last in -400_i64..400) {
            let day = |offset: i64| TODAY.checked_add(offset.days()).unwrap();
            let term = Term::new(day(from), long.map(|long| day(from + long))).unwrap();
            let ended = now(term, TODAY);
            prop_assert!(ended.until >= term.from() && term.until().is_none_or(|until| ended.until <= until));
            prop_assert!(ended.stopped || Term::new(term.from(), Some(ended.until)).unwrap().over(TODAY));
            if let Ok(ended) = on(term, day(last), TODAY) {
                prop_assert!(ended.until >= term.from() && ended.until <= day(last));
                prop_assert_eq!(ended.at_once, ended.until < TODAY);
            }
        }
    }
}
