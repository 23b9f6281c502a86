//! The words for the rules: what each looks for, why there is such a rule and who says so, what it found.

use i18n_embed_fl::fl;

use super::Lang;
use crate::domain::rule::{Group, Measure, Number, Route, Rule, RuleCode, Severity};

/// The rule's name, and why there is such a rule.
pub fn rule(lang: Lang, rule: RuleCode) -> (String, String) {
    (name(lang, rule), why(lang, rule))
}

pub fn name(lang: Lang, rule: RuleCode) -> String {
    let texts = lang.texts();
    match rule {
        RuleCode::A1 => fl!(texts, "rule-a1-name"),
        RuleCode::A2 => fl!(texts, "rule-a2-name"),
        RuleCode::A3 => fl!(texts, "rule-a3-name"),
        RuleCode::A4 => fl!(texts, "rule-a4-name"),
        RuleCode::A5 => fl!(texts, "rule-a5-name"),
        RuleCode::A6 => fl!(texts, "rule-a6-name"),
        RuleCode::A7 => fl!(texts, "rule-a7-name"),
        RuleCode::A8 => fl!(texts, "rule-a8-name"),
        RuleCode::A9 => fl!(texts, "rule-a9-name"),
        RuleCode::A10 => fl!(texts, "rule-a10-name"),
        RuleCode::A11 => fl!(texts, "rule-a11-name"),
        RuleCode::A12 => fl!(texts, "rule-a12-name"),
        RuleCode::A13 => fl!(texts, "rule-a13-name"),
        RuleCode::S1 => fl!(texts, "rule-s1-name"),
        RuleCode::S2 => fl!(texts, "rule-s2-name"),
        RuleCode::S3 => fl!(texts, "rule-s3-name"),
        RuleCode::S4 => fl!(texts, "rule-s4-name"),
        RuleCode::S5 => fl!(texts, "rule-s5-name"),
        RuleCode::S6 => fl!(texts, "rule-s6-name"),
        RuleCode::I1 => fl!(texts, "rule-i1-name"),
        RuleCode::I2 => fl!(texts, "rule-i2-name"),
        RuleCode::I3 => fl!(texts, "rule-i3-name"),
        RuleCode::I4 => fl!(texts, "rule-i4-name"),
        RuleCode::T1 => fl!(texts, "rule-t1-name"),
        RuleCode::T2 => fl!(texts, "rule-t2-name"),
        RuleCode::T3 => fl!(texts, "rule-t3-name"),
        RuleCode::T4 => fl!(texts, "rule-t4-name"),
        RuleCode::K1 => fl!(texts, "rule-k1-name"),
        RuleCode::K2 => fl!(texts, "rule-k2-name"),
        RuleCode::K8 => fl!(texts, "rule-k8-name"),
        RuleCode::K9 => fl!(texts, "rule-k9-name"),
        RuleCode::U1 => fl!(texts, "rule-u1-name"),
    }
}

pub fn why(lang: Lang, rule: RuleCode) -> String {
    let texts = lang.texts();
    match rule {
        RuleCode::A1 => fl!(texts, "rule-a1-why"),
        RuleCode::A2 => fl!(texts, "rule-a2-why"),
        RuleCode::A3 => fl!(texts, "rule-a3-why"),
        RuleCode::A4 => fl!(texts, "rule-a4-why"),
        RuleCode::A5 => fl!(texts, "rule-a5-why"),
        RuleCode::A6 => fl!(texts, "rule-a6-why"),
        RuleCode::A7 => fl!(texts, "rule-a7-why"),
        RuleCode::A8 => fl!(texts, "rule-a8-why"),
        RuleCode::A9 => fl!(texts, "rule-a9-why"),
        RuleCode::A10 => fl!(texts, "rule-a10-why"),
        RuleCode::A11 => fl!(texts, "rule-a11-why"),
        RuleCode::A12 => fl!(texts, "rule-a12-why"),
        RuleCode::A13 => fl!(texts, "rule-a13-why"),
        RuleCode::S1 => fl!(texts, "rule-s1-why"),
        RuleCode::S2 => fl!(texts, "rule-s2-why"),
        RuleCode::S3 => fl!(texts, "rule-s3-why"),
        RuleCode::S4 => fl!(texts, "rule-s4-why"),
        RuleCode::S5 => fl!(texts, "rule-s5-why"),
        RuleCode::S6 => fl!(texts, "rule-s6-why"),
        RuleCode::I1 => fl!(texts, "rule-i1-why"),
        RuleCode::I2 => fl!(texts, "rule-i2-why"),
        RuleCode::I3 => fl!(texts, "rule-i3-why"),
        RuleCode::I4 => fl!(texts, "rule-i4-why"),
        RuleCode::T1 => fl!(texts, "rule-t1-why"),
        RuleCode::T2 => fl!(texts, "rule-t2-why"),
        RuleCode::T3 => fl!(texts, "rule-t3-why"),
        RuleCode::T4 => fl!(texts, "rule-t4-why"),
        RuleCode::K1 => fl!(texts, "rule-k1-why"),
        RuleCode::K2 => fl!(texts, "rule-k2-why"),
        RuleCode::K8 => fl!(texts, "rule-k8-why"),
        RuleCode::K9 => fl!(texts, "rule-k9-why"),
        RuleCode::U1 => fl!(texts, "rule-u1-why"),
    }
}

/// Who says so: the guideline's own words where a number or a word is its own, else that it is our choice.
pub fn source(lang: Lang, rule: RuleCode) -> String {
    let texts = lang.texts();
    match rule {
        RuleCode::A1 => fl!(texts, "rule-a1-source"),
        RuleCode::A2 => fl!(texts, "rule-a2-source"),
        RuleCode::A3 => fl!(texts, "rule-a3-source"),
        RuleCode::A4 => fl!(texts, "rule-a4-source"),
        RuleCode::A5 => fl!(texts, "rule-a5-source"),
        RuleCode::A6 => fl!(texts, "rule-a6-source"),
        RuleCode::A7 => fl!(texts, "rule-a7-source"),
        RuleCode::A8 => fl!(texts, "rule-a8-source"),
        RuleCode::A9 => fl!(texts, "rule-a9-source"),
        RuleCode::A10 => fl!(texts, "rule-a10-source"),
        RuleCode::A11 => fl!(texts, "rule-a11-source"),
        RuleCode::A12 => fl!(texts, "rule-a12-source"),
        RuleCode::A13 => fl!(texts, "rule-a13-source"),
        RuleCode::S1 => fl!(texts, "rule-s1-source"),
        RuleCode::S2 => fl!(texts, "rule-s2-source"),
        RuleCode::S3 => fl!(texts, "rule-s3-source"),
        RuleCode::S4 => fl!(texts, "rule-s4-source"),
        RuleCode::S5 => fl!(texts, "rule-s5-source"),
        RuleCode::S6 => fl!(texts, "rule-s6-source"),
        RuleCode::I1 => fl!(texts, "rule-i1-source"),
        RuleCode::I2 => fl!(texts, "rule-i2-source"),
        RuleCode::I3 => fl!(texts, "rule-i3-source"),
        RuleCode::I4 => fl!(texts, "rule-i4-source"),
        RuleCode::T1 => fl!(texts, "rule-t1-source"),
        RuleCode::T2 => fl!(texts, "rule-t2-source"),
        RuleCode::T3 => fl!(texts, "rule-t3-source"),
        RuleCode::T4 => fl!(texts, "rule-t4-source"),
        RuleCode::K1 => fl!(texts, "rule-k1-source"),
        RuleCode::K2 => fl!(texts, "rule-k2-source"),
        RuleCode::K8 => fl!(texts, "rule-k8-source"),
        RuleCode::K9 => fl!(texts, "rule-k9-source"),
        RuleCode::U1 => fl!(texts, "rule-u1-source"),
    }
}

/// Who is told first of an alert of the rule; of a clock, when it rings.
pub fn route(lang: Lang, rule: RuleCode, route: Route) -> String {
    let texts = lang.texts();
    match (rule, route) {
        (RuleCode::K1, Route::Ladder) => fl!(texts, "rule-route-k1-ladder"),
        (RuleCode::K1, Route::WorkerAndSupervisor) => fl!(texts, "rule-route-k1-worker-and-supervisor"),
        (RuleCode::K1, Route::AllAtOnce) => fl!(texts, "rule-route-k1-all-at-once"),
        (RuleCode::K2, Route::AllAtOnce) => fl!(texts, "rule-route-k2-all-at-once"),
        (RuleCode::K2, _) => fl!(texts, "rule-route-k2-ladder"),
        (_, Route::Ladder) => fl!(texts, "rule-route-ladder"),
        (_, Route::WorkerAndSupervisor) => fl!(texts, "rule-route-worker-and-supervisor"),
        (_, Route::AllAtOnce) => fl!(texts, "rule-route-all-at-once"),
    }
}

/// What the choice of the route is called, and what goes without saying whatever is chosen.
pub fn route_label(lang: Lang, rule: RuleCode) -> (String, String) {
    let texts = lang.texts();
    match rule {
        RuleCode::K1 => (fl!(texts, "rule-route-k1"), fl!(texts, "rule-route-k1-hint")),
        RuleCode::K2 => (fl!(texts, "rule-route-k2"), fl!(texts, "rule-route-k2-hint")),
        _ => (fl!(texts, "rule-route"), fl!(texts, "rule-route-hint")),
    }
}

/// Why it cannot be switched off or made laxer, where it cannot.
pub fn demanded(lang: Lang, rule: RuleCode) -> Option<String> {
    let texts = lang.texts();
    rule.demanded().map(|_| match rule {
        RuleCode::K1 => fl!(texts, "rule-k1-demanded"),
        RuleCode::K2 => fl!(texts, "rule-k2-demanded"),
        _ => fl!(texts, "rule-demanded"),
    })
}

/// From when on a change is used, and by what it is not.
pub fn effect(lang: Lang, rule: RuleCode) -> String {
    let texts = lang.texts();
    match rule {
        RuleCode::K1 => fl!(texts, "rule-k1-effect"),
        RuleCode::K2 => fl!(texts, "rule-k2-effect"),
        _ => fl!(texts, "rule-effect"),
    }
}

/// By when what the rule finds must be in hand (`domain::alert::due` in words); of a clock, what it leads to.
pub fn due(lang: Lang, rule: &Rule) -> String {
    let texts = lang.texts();
    match (rule.code, rule.severity) {
        (RuleCode::K1, _) => fl!(texts, "rule-k1-due", hours = rule.third),
        (RuleCode::K2, _) => fl!(texts, "rule-k2-due", minutes = rule.second),
        (_, Severity::Urgent) => fl!(texts, "rules-due-urgent"),
        (_, Severity::Warning) => fl!(texts, "rules-due-guard"),
        (_, Severity::Caution) => fl!(texts, "rules-due-caution"),
        (_, Severity::Notice) => fl!(texts, "rules-due-info"),
    }
}

/// When it fires, in one sentence with the numbers of this version.
pub fn sentence(lang: Lang, rule: &Rule) -> String {
    let texts = lang.texts();
    match rule.code {
        RuleCode::A1 => fl!(texts, "rule-a1-when"),
        RuleCode::A2 => fl!(texts, "rule-a2-when", threshold = rule.threshold, strict = rule.threshold_strict),
        RuleCode::A3 => fl!(texts, "rule-a3-when", threshold = rule.threshold, strict = rule.threshold_strict),
        RuleCode::A4 => fl!(texts, "rule-a4-when", threshold = rule.threshold, strict = rule.threshold_strict),
        RuleCode::A5 => fl!(texts, "rule-a5-when", threshold = rule.threshold, strict = rule.threshold_strict),
        RuleCode::A6 => fl!(texts, "rule-a6-when", threshold = rule.threshold, strict = rule.threshold_strict),
        RuleCode::A7 => fl!(texts, "rule-a7-when", threshold = rule.threshold, strict = rule.threshold_strict),
        RuleCode::A8 => {
            fl!(texts, "rule-a8-when", threshold = rule.threshold, strict = rule.threshold_strict, percent = rule.second)
        }
        RuleCode::A9 => fl!(texts, "rule-a9-when", threshold = rule.threshold, second = rule.second, third = rule.third),
        RuleCode::A10 => fl!(texts, "rule-a10-when", weeks = rule.threshold, times = rule.second),
        RuleCode::A11 => fl!(texts, "rule-a11-when", threshold = rule.threshold, strict = rule.threshold_strict),
        RuleCode::A12 => fl!(texts, "rule-a12-when", days = rule.second),
        RuleCode::A13 => fl!(texts, "rule-a13-when", points = rule.threshold, weeks = rule.second),
        RuleCode::S1 => fl!(texts, "rule-s1-when"),
        RuleCode::S2 => fl!(texts, "rule-s2-when"),
        RuleCode::S3 => fl!(texts, "rule-s3-when"),
        RuleCode::S4 => fl!(texts, "rule-s4-when"),
        RuleCode::S5 => fl!(texts, "rule-s5-when"),
        RuleCode::S6 => fl!(texts, "rule-s6-when"),
        RuleCode::I1 => fl!(texts, "rule-i1-when"),
        RuleCode::I2 => fl!(texts, "rule-i2-when", threshold = rule.threshold, strict = rule.threshold_strict),
        RuleCode::I3 => fl!(texts, "rule-i3-when", days = rule.threshold),
        RuleCode::I4 => fl!(texts, "rule-i4-when", threshold = rule.threshold, second = rule.second),
        RuleCode::T1 => fl!(texts, "rule-t1-when"),
        RuleCode::T2 => fl!(texts, "rule-t2-when", threshold = rule.threshold, strict = rule.threshold_strict),
        RuleCode::T3 => fl!(texts, "rule-t3-when"),
        RuleCode::T4 => fl!(texts, "rule-t4-when"),
        RuleCode::K1 => fl!(
            texts,
            "rule-k1-when",
            deadline = rule.third,
            early = rule.threshold,
            late = rule.second,
            strict = rule.threshold_strict
        ),
        RuleCode::K2 => fl!(texts, "rule-k2-when", first = rule.threshold, second = rule.second),
        RuleCode::K8 => fl!(texts, "rule-k8-when"),
        RuleCode::K9 => fl!(texts, "rule-k9-when", days = rule.threshold),
        RuleCode::U1 => fl!(texts, "rule-u1-when"),
    }
}

/// What was found, in one sentence with its count.
pub fn finding(lang: Lang, rule: RuleCode, count: u32) -> String {
    let texts = lang.texts();
    match rule {
        RuleCode::A1 => fl!(texts, "finding-a1"),
        RuleCode::A2 => fl!(texts, "finding-a2", days = count),
        RuleCode::A3 => fl!(texts, "finding-a3", days = count),
        RuleCode::A4 => fl!(texts, "finding-a4", days = count),
        RuleCode::A5 => fl!(texts, "finding-a5", days = count),
        RuleCode::A6 => fl!(texts, "finding-a6", days = count),
        RuleCode::A7 => fl!(texts, "finding-a7", days = count),
        RuleCode::A8 => fl!(texts, "finding-a8", days = count),
        RuleCode::A9 => fl!(texts, "finding-a9", days = count),
        RuleCode::A10 => fl!(texts, "finding-a10"),
        RuleCode::A11 => fl!(texts, "finding-a11", count = count),
        RuleCode::A12 => fl!(texts, "finding-a12"),
        RuleCode::A13 => fl!(texts, "finding-a13", points = count),
        RuleCode::S1 => fl!(texts, "finding-s1"),
        RuleCode::S2 => fl!(texts, "finding-s2"),
        RuleCode::S3 => fl!(texts, "finding-s3"),
        RuleCode::S4 => fl!(texts, "finding-s4"),
        RuleCode::S5 => fl!(texts, "finding-s5"),
        RuleCode::S6 => fl!(texts, "finding-s6"),
        RuleCode::I1 => fl!(texts, "finding-i1"),
        RuleCode::I2 => fl!(texts, "finding-i2", days = count),
        RuleCode::I3 => fl!(texts, "finding-i3"),
        RuleCode::I4 => fl!(texts, "finding-i4", days = count),
        RuleCode::T1 => fl!(texts, "finding-t1"),
        RuleCode::T2 => fl!(texts, "finding-t2", days = count),
        RuleCode::T3 => fl!(texts, "finding-t3"),
        RuleCode::T4 => fl!(texts, "finding-t4"),
        // The clocks find nothing, so that no alert is theirs.
        RuleCode::K1 | RuleCode::K2 => name(lang, rule),
        RuleCode::K8 => fl!(texts, "finding-k8"),
        RuleCode::K9 => fl!(texts, "finding-k9"),
        RuleCode::U1 => fl!(texts, "finding-u1", count = count),
    }
}

/// A rule's threshold with its unit.
pub fn threshold(lang: Lang, rule: RuleCode, threshold: u32) -> String {
    let texts = lang.texts();
    match rule.measure() {
        Measure::Children => fl!(texts, "rules-children", count = threshold),
        Measure::Weeks => fl!(texts, "rules-weeks", count = threshold),
        Measure::Points => fl!(texts, "rules-points", count = threshold),
        Measure::DaysBefore => fl!(texts, "rules-days-before", count = threshold),
        Measure::Hours => fl!(texts, "rules-hours", count = threshold),
        Measure::Minutes => fl!(texts, "rules-minutes", count = threshold),
        Measure::OfficeDays => fl!(texts, "rules-office-days", count = threshold),
        Measure::Once => fl!(texts, "rules-once"),
        Measure::DaysInRow | Measure::Days | Measure::CalendarDays => fl!(texts, "rules-days", count = threshold),
    }
}

/// The label of a number of this rule, with its unit.
pub fn number(lang: Lang, rule: RuleCode, number: Number) -> String {
    let texts = lang.texts();
    match (number, rule.measure()) {
        (Number::Threshold, Measure::Children) => fl!(texts, "rule-number-children"),
        (Number::Strict, Measure::Children) => fl!(texts, "rule-number-children-strict"),
        (Number::Threshold, Measure::Weeks) => fl!(texts, "rule-number-weeks"),
        (Number::Threshold, Measure::Points) => fl!(texts, "rule-number-points"),
        (Number::Threshold, Measure::OfficeDays) => fl!(texts, "rule-number-office-days"),
        (Number::Threshold, Measure::DaysBefore) => fl!(texts, "rule-number-days-before"),
        (Number::Threshold, Measure::Hours) => fl!(texts, "rule-number-first-hours"),
        (Number::Strict, Measure::Hours) => fl!(texts, "rule-number-first-hours-strict"),
        (Number::SecondStep, Measure::Hours) => fl!(texts, "rule-number-second-hours"),
        (Number::ThirdStep, Measure::Hours) => fl!(texts, "rule-number-deadline"),
        (Number::Threshold, Measure::Minutes) => fl!(texts, "rule-number-first-minutes"),
        (Number::SecondStep, Measure::Minutes) => fl!(texts, "rule-number-second-minutes"),
        (Number::Threshold, _) => fl!(texts, "rule-number-threshold"),
        (Number::Strict, _) => fl!(texts, "rule-number-strict"),
        (Number::Percent, _) => fl!(texts, "rule-number-percent"),
        (Number::SecondStep, _) => fl!(texts, "rule-number-second-step"),
        (Number::ThirdStep, _) => fl!(texts, "rule-number-third-step"),
        (Number::InOneWeek, _) => fl!(texts, "rule-number-in-one-week"),
        (Number::ClosedDays, _) => fl!(texts, "rule-number-closed-days"),
        (Number::Stretch, _) => fl!(texts, "rule-number-stretch"),
    }
}

pub fn group(lang: Lang, group: Group) -> String {
    let texts = lang.texts();
    match group {
        Group::Absence => fl!(texts, "rule-group-absence"),
        Group::Signs => fl!(texts, "rule-group-signs"),
        Group::Input => fl!(texts, "rule-group-input"),
        Group::Transfer => fl!(texts, "rule-group-transfer"),
        Group::Process => fl!(texts, "rule-group-process"),
    }
}
