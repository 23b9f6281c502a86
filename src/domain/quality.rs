//! Whether the rules are of use: what people said when they closed alerts, and how long it took until somebody had them.

use std::collections::BTreeMap;

use super::{alert::Usefulness, rule::RuleCode};

/// One alert raised in the month.
#[derive(Debug, Clone, Copy)]
pub struct Rated {
    pub rule: RuleCode,
    pub usefulness: Option<Usefulness>,
    /// From its being raised until somebody had it; `None` when nobody has.
    pub minutes: Option<i64>,
}

/// One rule's month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quality {
    pub raised: usize,
    pub useful: usize,
    pub not_useful: usize,
    pub late: usize,
    /// In minutes; of an even number the lower middle one.
    pub median: Option<i64>,
}

impl Quality {
    pub const fn rated(&self) -> usize {
        self.useful + self.not_useful + self.late
    }

    /// Of a hundred that were rated, how many useful; what came too late was right, but of no use.
    pub const fn share(&self) -> Option<usize> {
        match self.rated() {
            0 => None,
            rated => Some((self.useful * 100 + rated / 2) / rated),
        }
    }

    /// Of some alerts together.
    pub fn of(alerts: &[Rated]) -> Self {
        let count = |asked: Usefulness| alerts.iter().filter(|alert| alert.usefulness == Some(asked)).count();
        let mut minutes: Vec<_> = alerts.iter().filter_map(|alert| alert.minutes).collect();
        minutes.sort_unstable();
        Self {
            raised: alerts.len(),
            useful: count(Usefulness::Useful),
            not_useful: count(Usefulness::NotUseful),
            late: count(Usefulness::Late),
            median: minutes.get(minutes.len().saturating_sub(1) / 2).copied(),
        }
    }
}

/// By rule, in order of code.
pub fn by_rule(alerts: &[Rated]) -> BTreeMap<RuleCode, Quality> {
    let mut rules: BTreeMap<RuleCode, Vec<Rated>> = BTreeMap::new();
    for alert in alerts {
        rules.entry(alert.rule).or_default().push(*alert);
    }
    rules.into_iter().map(|(rule, alerts)| (rule, Quality::of(&alerts))).collect()
}

#[cfg(test)]
mod tests {
    use super::{Quality, Rated, by_rule};
    use crate::domain::{alert::Usefulness, rule::RuleCode};

    fn rated(rule: RuleCode, usefulness: Option<Usefulness>, minutes: Option<i64>) -> Rated {
        Rated { rule, usefulness, minutes }
    }

    #[test]
    fn the_share_is_of_what_was_rated_and_the_median_of_what_was_taken() {
        let alerts = [
            rated(RuleCode::A1, Some(Usefulness::Useful), Some(90)),
            rated(RuleCode::A1, Some(Usefulness::Late), Some(10)),
            rated(RuleCode::A1, Some(Usefulness::Useful), Some(30)),
            rated(RuleCode::A1, None, None),
            rated(RuleCode::S1, None, Some(5)),
        ];
        let rules = by_rule(&alerts);
        let a1 = Quality { raised: 4, useful: 2, not_useful: 0, late: 1, median: Some(30) };
        assert_eq!((rules[&RuleCode::A1].clone(), a1.share()), (a1, Some(67)));
        assert_eq!((rules[&RuleCode::S1].share(), rules[&RuleCode::S1].median), (None, Some(5)));
        assert_eq!(Quality::of(&[]), Quality::default());
    }
}
