//! Whether a facility's sheet of a day arrived: what is counted is sheets, nobody's attendance.

use super::coded::coded;

coded! {
    /// One facility on one day.
    pub enum Delivery {
        InTime = "in_time",
        Late = "late",
        /// Some children are still unreported.
        Part = "part",
        Missing = "missing",
        /// Nobody was expected.
        Closed = "closed",
        /// The cut-off has not come yet.
        Waiting = "waiting",
    }
}

/// What came in of what was expected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    pub expected: usize,
    /// Expected ones of whom something came.
    pub reported: usize,
    /// First reports after the cut-off.
    pub late: usize,
}

impl Delivery {
    /// `is_due`: the cut-off of the day has passed.
    pub const fn of(counted: Counted, is_due: bool) -> Self {
        let Counted { expected, reported, late } = counted;
        if expected == 0 {
            Self::Closed
        } else if reported >= expected {
            if late > 0 { Self::Late } else { Self::InTime }
        } else if !is_due {
            Self::Waiting
        } else if reported == 0 {
            Self::Missing
        } else {
            Self::Part
        }
    }

    /// Somebody should ring there.
    pub const fn is_short(self) -> bool {
        matches!(self, Self::Part | Self::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::{Counted, Delivery};

    #[test]
    fn a_sheet_is_whole_late_partial_missing_or_not_expected() {
        let table = [
            ((0, 0, 0), true, Delivery::Closed),
            ((3, 3, 0), true, Delivery::InTime),
            ((3, 3, 0), false, Delivery::InTime),
            ((3, 3, 1), true, Delivery::Late),
            ((3, 2, 0), true, Delivery::Part),
            ((3, 2, 2), true, Delivery::Part),
            ((3, 0, 0), true, Delivery::Missing),
            ((3, 0, 0), false, Delivery::Waiting),
            ((3, 1, 0), false, Delivery::Waiting),
        ];
        for ((expected, reported, late), is_due, delivery) in table {
            assert_eq!(
                Delivery::of(Counted { expected, reported, late }, is_due),
                delivery,
                "{expected} {reported} {late} {is_due}"
            );
        }
    }
}
