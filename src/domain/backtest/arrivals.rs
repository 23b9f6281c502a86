//! When things came: the rules about missing input ask what was there at the time, not what is known today.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, ToSpan as _, civil::Date};

use crate::domain::{clock::in_japan, rule::LateSlip, slip::Month, times::Times};

/// When what a facility owes about a child came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// The facility's times, as they are now.
    pub times: Times,
    /// When the first report about each day came.
    pub reports: BTreeMap<Date, Timestamp>,
    /// The monthly slips the facility owed, oldest first.
    pub slips: Vec<OwedSlip>,
}

/// A monthly slip (定期的情報提供連絡票) that was owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedSlip {
    pub month: Month,
    /// The business days after the month: `slip::business_days_after`.
    pub business_days: Arc<[Date]>,
    /// When its first version came; `None` when it has not.
    pub came: Option<Timestamp>,
}

impl Arrivals {
    /// Whether the report about `day` was there by `now`; one of which no time is known was.
    pub(super) fn had_come(&self, day: Date, now: Timestamp) -> bool {
        self.reports.get(&day).is_none_or(|came| *came <= now)
    }

    /// How late the slips are that had not come by `now`, oldest first: those of the twelve months before.
    pub(super) fn owed(&self, now: Timestamp) -> Vec<LateSlip> {
        let today = in_japan(now).date();
        let newest = Month::of(today).previous();
        let oldest = Month::of(newest.first().saturating_sub(11.months()));
        let owed =
            self.slips.iter().filter(|slip| (oldest..=newest).contains(&slip.month) && slip.came.is_none_or(|came| came > now));
        owed.map(|slip| slip.late_on(today)).collect()
    }
}

impl OwedSlip {
    fn late_on(&self, day: Date) -> LateSlip {
        let days = self.business_days.partition_point(|business_day| *business_day <= day);
        LateSlip { month_end: self.month.last(), days: u32::try_from(days).unwrap_or(u32::MAX) }
    }
}
