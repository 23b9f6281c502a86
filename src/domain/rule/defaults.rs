//! What a new ward starts with.

use super::{Rule, RuleCode, Severity};

/// The rules of a ward that has changed nothing, in order of code. The migrations that brought the later ones to the wards
/// already there repeat their numbers and routes.
pub fn default_rules() -> Vec<Rule> {
    use RuleCode::{
        A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, I1, I2, I3, I4, K1, K2, K8, K9, S1, S2, S3, S4, S5, S6, T1, T2, T3,
        T4,
    };
    use Severity::{Caution, Notice, Urgent, Warning};
    [
        (A1, 1, 1, 0, 0, Caution),
        (A2, 2, 1, 0, 0, Warning),
        (A3, 3, 2, 0, 0, Caution),
        (A4, 5, 3, 0, 0, Warning),
        // Rank A: from the fifth day a warning ahead of the seventh.
        (A5, 7, 5, 0, 0, Urgent),
        (A6, 10, 7, 0, 0, Urgent),
        (A7, 7, 5, 0, 0, Urgent),
        (A8, 5, 3, 25, 0, Caution),
        // 7 days 情報, 30 days 注意, 90 days 警戒.
        (A9, 7, 7, 30, 90, Notice),
        // Once a week for three weeks 情報, three times in a week 注意.
        (A10, 3, 3, 3, 0, Notice),
        // Children of one family, not days; rank A differs in days only, and one is the least there is.
        (A11, 2, 2, 0, 0, Warning),
        (A12, 1, 1, 4, 0, Caution),
        (A13, 30, 30, 4, 0, Notice),
        (S1, 1, 1, 0, 0, Urgent),
        (S2, 1, 1, 0, 0, Urgent),
        (S3, 1, 1, 0, 0, Urgent),
        (S4, 1, 1, 0, 0, Warning),
        (S5, 1, 1, 0, 0, Warning),
        (S6, 1, 1, 0, 0, Caution),
        (I1, 1, 1, 0, 0, Notice),
        (I2, 2, 1, 0, 0, Caution),
        (I3, 7, 7, 0, 0, Caution),
        // 7 days 注意, 14 days 警戒.
        (I4, 7, 7, 14, 0, Caution),
        (T1, 1, 1, 0, 0, Caution),
        (T2, 3, 1, 0, 0, Urgent),
        (T3, 1, 1, 0, 0, Notice),
        (T4, 1, 1, 0, 0, Urgent),
        // 24 hours and 40, of rank A 12 too; the deadline at 48.
        (K1, 24, 12, 40, 48, Urgent),
        // 30 minutes to the next person, 60 to the one after.
        (K2, 30, 30, 60, 0, Urgent),
        (K8, 1, 1, 0, 0, Warning),
        (K9, 14, 14, 0, 0, Notice),
    ]
    .map(|(code, threshold, threshold_strict, second, third, severity)| Rule {
        code,
        version: 1,
        threshold,
        threshold_strict,
        second,
        third,
        severity,
        route: RuleCode::route(code),
        enabled: code != A13,
        visit_breaks: false,
    })
    .to_vec()
}
