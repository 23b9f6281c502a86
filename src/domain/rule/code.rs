//! The rules there are, where each comes from, and what a new ward starts with.

use super::{Rule, Severity};
use crate::domain::{attendance::Sign, coded::coded};

coded! {
    /// The name of a rule. The numbers in its default are the source's where one is given, else our choice.
    pub enum RuleCode {
        /// 当日 連絡なし欠席. 2019 guideline, 理由不明又は連絡のない欠席; nurseries call the same morning (松山市).
        A1 = "A1",
        /// 連絡なし・理由不明の欠席が続く. Same guideline, "続く"; the two days are our choice.
        A2 = "A2",
        /// 連続欠席 3 日. MEXT 2015 and 西東京ルール: after three days the head of school is told.
        A3 = "A3",
        /// 連続欠席 7 日以上. 2019 guideline, 休業日を除き引き続き7日以上, 理由の如何を問わず; 学校教育法施行令20条.
        A5 = "A5",
        /// 連続未確認 7 日. Local wording (宇多津町): 子どもの様子が確認できない場合, 理由の如何にかかわらず.
        A7 = "A7",
        /// きょうだい同日欠席 (連絡なし). Our choice, after towns that let the facilities of siblings see each other.
        A11 = "A11",
        /// 不自然な外傷. 2019 guideline, at once.
        S1 = "S1",
        /// 虐待についての証言. 2019 guideline, at once.
        S2 = "S2",
        /// 帰宅を嫌がる. 2019 guideline, at once.
        S3 = "S3",
        /// 本日未入力. Our choice: missing input must never look like "no problem".
        I1 = "I1",
        /// 至急連絡: the facility's own word that something cannot wait. No rule finds it, so none can be set or switched off.
        U1 = "U1",
    }
}

impl RuleCode {
    /// Whether a ward has a rule of this name; the others name alerts that are raised whatever the rules say.
    pub const fn is_a_rule(self) -> bool {
        !matches!(self, Self::U1)
    }

    /// The sign that alone makes this rule fire.
    pub const fn sign(self) -> Option<Sign> {
        match self {
            Self::S1 => Some(Sign::Injury),
            Self::S2 => Some(Sign::Statement),
            Self::S3 => Some(Sign::UnwillingHome),
            _ => None,
        }
    }
}

/// The rules of a ward that has changed nothing, in order of code.
pub fn default_rules() -> Vec<Rule> {
    use RuleCode::{A1, A2, A3, A5, A7, A11, I1, S1, S2, S3};
    use Severity::{Caution, Notice, Urgent, Warning};
    [
        (A1, 1, 1, Caution),
        (A2, 2, 1, Warning),
        (A3, 3, 2, Caution),
        // Rank A: from the fifth day a warning ahead of the seventh.
        (A5, 7, 5, Urgent),
        (A7, 7, 5, Urgent),
        // Children of one family, not days; rank A differs in days only, and one is the least there is.
        (A11, 2, 2, Warning),
        (S1, 1, 1, Urgent),
        (S2, 1, 1, Urgent),
        (S3, 1, 1, Urgent),
        (I1, 1, 1, Notice),
    ]
    .map(|(code, threshold, threshold_strict, severity)| Rule {
        code,
        version: 1,
        threshold,
        threshold_strict,
        severity,
        enabled: true,
        visit_breaks: false,
    })
    .to_vec()
}
