//! Lead time: by how many days an alert came before what it warned of.

use jiff::civil::Date;

use super::Episode;
use crate::domain::{calendar::days_between, rule::Severity};

/// What happens later than this is another story.
pub const LEAD_DAYS: i64 = 30;

/// What then really happened about the child, as the hub has recorded it.
///
/// The lead time of an alert is the number of calendar days from the day it was raised to the first day, that day or one of the thirty
/// after it, on which another rule raised a graver alert or a caseworker saw the child. An alert after which neither happened has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followed {
    /// Alerts of the other rules.
    pub alerts: Vec<(Date, Severity)>,
    /// 目視確認
    pub seen: Vec<Date>,
}

impl Followed {
    pub(super) fn lead(&self, episode: &Episode) -> Option<u32> {
        let graver = self.alerts.iter().filter(|(_, severity)| *severity > episode.severity).map(|(day, _)| *day);
        let days = graver.chain(self.seen.iter().copied()).map(|day| days_between(episode.on, day));
        days.filter(|days| (0..=LEAD_DAYS).contains(days)).min().and_then(|days| u32::try_from(days).ok())
    }
}
