//! An alert: one open one per watch and rule, with an owner, a clock and a history; nothing about it is ever deleted.

mod care;
#[cfg(test)]
mod care_tests;
mod check;
mod condition;
mod due;
mod sighting;
mod step;
#[cfg(test)]
mod tests;
mod verbs;

pub use care::{Care, Closing, SNOOZE_DAYS, Usefulness};
pub use check::{Cause, Hours, SafetyCheck, Standing, Warning};
pub use due::due;
pub use sighting::{Method, Seeing, Sighting, WHO_LENGTH};
pub use step::{Event, Step};
pub use verbs::{NOTE_LENGTH, Refusal};

use jiff::{Timestamp, civil::Date};

use super::{
    calendar::Office,
    coded::coded,
    ids::{self, Id, Person},
    rule::{Finding, RuleCode, Severity},
};

coded! {
    /// How far people have come with it. The facility sees 受付済 for open and closed, 対応中 for taken.
    pub enum State {
        /// 未対応
        Open = "open",
        /// 対応中
        Taken = "taken",
        /// 済
        Closed = "closed",
    }
}

coded! {
    /// Whether the reports, as they stand now, still bear the alert out.
    pub enum Condition {
        Met = "met",
        /// 訂正により条件不成立, or 条件が解消: `RuleCode::is_mended` says which.
        NotMet = "not_met",
    }
}

coded! {
    /// What somebody did about it.
    pub enum ActionKind {
        /// 電話した
        Called = "called",
        /// 訪問予定
        VisitPlanned = "visit_planned",
        /// 目視確認
        Seen = "seen",
        /// その他; needs a note.
        Other = "other",
    }
}

coded! {
    /// How it ended.
    pub enum Outcome {
        /// 対応済
        Handled = "handled",
        /// 経過観察
        Watching = "watching",
        /// 誤報
        FalseAlarm = "false_alarm",
        /// 他機関へ
        Referred = "referred",
        /// 遅れて報告あり: set by the hub itself, for 本日未入力 only.
        ReportedLater = "reported_later",
        /// 休業日でした: set by the hub itself, for a 本日未入力 of days that were closed afterwards.
        DayClosed = "day_closed",
    }
}

impl Outcome {
    /// No person gives it.
    pub const fn is_the_hubs(self) -> bool {
        matches!(self, Self::ReportedLater | Self::DayClosed)
    }
}

/// An alert as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub id: Id<ids::Alert>,
    pub watch: Id<ids::Watch>,
    pub rule: RuleCode,
    /// The gravest it has been; it never falls.
    pub severity: Severity,
    /// The highest `Finding::level` it has reached; of a rule that speaks of one day, one more with each later day.
    pub level: u32,
    /// Of the newest finding.
    pub count: u32,
    /// Of the newest finding; a correction up to this day is judged for this day again.
    pub as_of: Date,
    pub condition: Condition,
    pub state: State,
    /// Who has it in hand; stays after closing.
    pub holder: Option<Id<Person>>,
    pub raised_at: Timestamp,
    /// By when somebody must have taken it.
    pub due_at: Timestamp,
    pub outcome: Option<Outcome>,
    /// Rises by one with every step; a step decided on an older one is refused.
    pub revision: i64,
}

impl Alert {
    /// A new alert, in nobody's hands yet.
    pub fn raise(id: Id<ids::Alert>, watch: Id<ids::Watch>, finding: &Finding, raised_at: Timestamp, office: &Office) -> Self {
        Self {
            id,
            watch,
            rule: finding.rule,
            severity: finding.severity,
            level: finding.level(),
            count: finding.count,
            as_of: finding.as_of,
            condition: Condition::Met,
            state: State::Open,
            holder: None,
            raised_at,
            due_at: due(finding.severity, raised_at, office),
            outcome: None,
            revision: 1,
        }
    }

    /// Nobody has taken it in time.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state == State::Open && self.due_at < now
    }
}
