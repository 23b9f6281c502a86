//! How an alert of a rule is told first: one after the other, or several at once.

use super::RuleCode;
use crate::domain::coded::coded;

coded! {
    /// From the narrowest to the widest, so that the greater one tells more people at once.
    pub enum Route {
        /// 担当 (or 代理), then 係長, then 当番, each when the one before has not answered.
        Ladder = "ladder",
        /// 担当 (or 代理) and 係長 at once, then 当番.
        WorkerAndSupervisor = "worker_and_supervisor",
        /// 担当 (or 代理), 係長 and 当番 at once.
        AllAtOnce = "all_at_once",
    }
}

impl RuleCode {
    /// How a ward that has changed nothing tells it (domain 5, column "to").
    pub const fn route(self) -> Route {
        match self {
            Self::U1 => Route::AllAtOnce,
            Self::A4 | Self::A5 | Self::A6 | Self::S1 | Self::S2 | Self::S3 | Self::S5 | Self::T4 | Self::K8 => {
                Route::WorkerAndSupervisor
            }
            _ => Route::Ladder,
        }
    }

    /// The narrowest a ward may make it: what the guideline wants acted on at once is no one person's to overlook. A clock widens by
    /// itself as it goes on.
    pub const fn narrowest(self) -> Route {
        match self {
            Self::U1 => Route::AllAtOnce,
            _ if self.demanded().is_some() && !self.is_clock() => Route::WorkerAndSupervisor,
            _ => Route::Ladder,
        }
    }

    /// Whether the route says anything about this rule. Where an answer fails to come (K2) the supervisor is next anyway: one after the
    /// other, or all at once.
    pub const fn knows_route(self, route: Route) -> bool {
        !matches!((self, route), (Self::K2, Route::WorkerAndSupervisor))
    }
}
