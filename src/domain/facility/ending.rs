//! A facility that is to be no more: until when it can be asked.

use jiff::{ToSpan as _, civil::Date};

/// The last day a request can have there: as it was asked for, and never beyond the end of the facility, so that the end of the request is
/// said before it comes.
///
/// # Errors
/// The day from which on there is no such facility, where the request would not have begun by then.
pub fn last_day_there(from: Date, until: Option<Date>, closes: Option<Date>) -> Result<Option<Date>, Date> {
    match closes {
        Some(closes) if closes <= from => Err(closes),
        _ => Ok(until.into_iter().chain(closes.map(|closes| closes.saturating_sub(1.day()))).min()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::last_day_there;

    #[test]
    fn nobody_is_asked_beyond_the_end_of_the_facility() {
        let (from, closes) = (date(2026, 12, 1), date(2027, 4, 1));
        for (until, closing, expected) in [
            (None, None, Ok(None)),
            (Some(date(2027, 9, 30)), None, Ok(Some(date(2027, 9, 30)))),
            (None, Some(closes), Ok(Some(date(2027, 3, 31)))),
            (Some(date(2027, 2, 1)), Some(closes), Ok(Some(date(2027, 2, 1)))),
            (Some(date(2027, 9, 30)), Some(closes), Ok(Some(date(2027, 3, 31)))),
            (None, Some(date(2026, 12, 2)), Ok(Some(from))),
            (None, Some(from), Err(from)),
            (None, Some(date(2026, 11, 1)), Err(date(2026, 11, 1))),
        ] {
            assert_eq!(last_day_there(from, until, closing), expected, "{until:?} {closing:?}");
        }
    }
}
