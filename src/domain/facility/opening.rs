//! A facility that is to open: from when on it can be asked.

use jiff::civil::Date;

/// Whether a request can begin there on `from`. Of a facility that is open nothing is refused: the day written down for it may be the day it
/// was written down, and a past begin asks nothing of anybody.
///
/// # Errors
/// The day it opens on, where the request would begin before.
pub fn first_day_there(from: Date, opens: Option<Date>) -> Result<(), Date> {
    match opens {
        Some(opens) if from < opens => Err(opens),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::first_day_there;

    #[test]
    fn nobody_is_asked_before_the_facility_opens() {
        let opens = date(2027, 4, 1);
        for (from, opening, expected) in [
            (date(2027, 3, 31), Some(opens), Err(opens)),
            (opens, Some(opens), Ok(())),
            (date(2027, 4, 2), Some(opens), Ok(())),
            (date(2019, 4, 1), None, Ok(())),
        ] {
            assert_eq!(first_day_there(from, opening), expected, "{from} {opening:?}");
        }
    }
}
