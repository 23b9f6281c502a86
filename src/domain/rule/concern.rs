//! Whether a report can matter to any rule, asked before the history is read.

use jiff::civil::Date;

use super::{RuleCode, window};
use crate::domain::attendance::{Mark, Sign};

/// Whether this mark, as the first word on `day`, can make a rule fire or a count grow.
///
/// A correction needs more: taking back an absence raises nothing, but what it had raised must be judged again.
pub fn concerns(mark: &Mark, day: Date) -> bool {
    let grows_unseen = mark.status.counts_as_open() && !mark.is_seen_on(day);
    let broken_off = window::is_late_or_early(mark.status);
    mark.status.counts_absent() || grows_unseen || broken_off || mark.signs.iter().copied().any(has_a_rule)
}

fn has_a_rule(sign: Sign) -> bool {
    RuleCode::ALL.iter().any(|code| code.sign() == Some(sign))
}
