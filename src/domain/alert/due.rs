//! By when an alert must be in somebody's hands.

use jiff::{Timestamp, ToSpan as _, civil::time};

use crate::domain::{
    calendar::Office,
    clock::{in_japan, japan_instant},
    rule::Severity,
};

/// 緊急: 60 minutes, around the clock. 警戒: 17:15 of the same business day, or of the next one when that has passed.
/// 注意: 17:15 of the next business day. 情報: 17:15 of the fifth. All in Japan time.
pub fn due(severity: Severity, raised_at: Timestamp, office: &Office) -> Timestamp {
    let closing = time(17, 15, 0, 0);
    let raised = in_japan(raised_at);
    let today = raised.date();
    let day = match severity {
        Severity::Urgent => {
            return raised_at.checked_add(60.minutes()).unwrap_or(Timestamp::MAX);
        }
        Severity::Warning if raised.time() < closing => office.business_day_from(today),
        Severity::Warning | Severity::Caution => office.next_business_day(today),
        Severity::Notice => office.business_days_after(today, 5),
    };
    japan_instant(day.to_datetime(closing))
}
