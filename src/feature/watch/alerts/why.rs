//! 「なぜ出たか」: the rule in words and numbers, and the days it looked at.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use crate::{
    domain::{
        rule::{Finding, Measure, RuleCode},
        streak::{DayLookedAt, Effect, Was},
    },
    store::{alerts::Remark, urgent::Kept},
    web::{Lang, alert_words, glyph, urgent_words, words},
};

/// `parts/why_days.html`.
#[derive(Debug)]
pub(super) struct WhyDay {
    pub(super) iso: String,
    pub(super) date: String,
    pub(super) mark: &'static str,
    pub(super) letter: String,
    pub(super) word: String,
    pub(super) contact: String,
    pub(super) reason: String,
    pub(super) counted: Option<String>,
}

/// `parts/facts.html`.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub(super) term: String,
    pub(super) text: String,
}

impl Fact {
    pub(super) fn new(term: String, text: String) -> Self {
        Self { term, text }
    }
}

/// What the facility wrote on one day, word for word.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) date: String,
    pub(super) signs: String,
    pub(super) lines: Vec<String>,
}

/// An urgent report, whole.
#[derive(Debug)]
pub(super) struct UrgentSaid {
    pub(super) at: String,
    pub(super) who: Option<String>,
    pub(super) facts: Vec<Fact>,
}

pub(super) fn urgent(lang: Lang, kept: &Kept, kind: &str, today: Date) -> UrgentSaid {
    let facts = urgent_words::whole(lang, &kept.urgent, kind).into_iter().map(|(term, text)| Fact::new(term, text));
    UrgentSaid { at: alert_words::moment(lang, kept.at, today), who: kept.who.clone(), facts: facts.collect() }
}

pub(super) fn said(lang: Lang, remark: &Remark) -> Said {
    let mark = &remark.mark;
    let somebody = mark.contact_by.is_some() || mark.contact_via.is_some();
    let called = words::contacted(lang, mark).filter(|_| somebody);
    let signs: Vec<_> = mark.signs.iter().map(|sign| words::sign(lang, *sign)).collect();
    Said {
        date: alert_words::day(lang, remark.day),
        signs: signs.join(&fl!(lang.texts(), "list-comma")),
        lines: mark.sign_note.iter().chain(&mark.note).cloned().chain(called).collect(),
    }
}

/// The days, oldest first, each that counted with its number; the numbers go on from the days that are not listed.
pub(super) fn days(lang: Lang, finding: &Finding, kind: &str) -> Vec<WhyDay> {
    let counts = |day: &&DayLookedAt| day.effect == Effect::Counts;
    let listed = u32::try_from(finding.days.iter().filter(counts).count()).unwrap_or(u32::MAX);
    let mut number = finding.count.saturating_sub(listed);
    let line = |day: &DayLookedAt| {
        let counted = (day.effect == Effect::Counts).then(|| {
            number += 1;
            ordinal(lang, finding.rule, number)
        });
        let glyph = glyph::of_looked_at(lang, day);
        WhyDay {
            iso: day.day.to_string(),
            date: alert_words::day(lang, day.day),
            mark: glyph.mark,
            letter: glyph.letter,
            word: word(lang, day, kind),
            contact: day.contact.map(|contact| words::contact(lang, contact)).unwrap_or_default(),
            reason: day.reason.map(|reason| words::reason(lang, reason, kind)).unwrap_or_default(),
            counted,
        }
    };
    finding.days.iter().map(line).collect()
}

/// Weeks and points are not counted day by day; their days only told.
fn ordinal(lang: Lang, rule: RuleCode, number: u32) -> String {
    match rule.measure() {
        Measure::Children => fl!(lang.texts(), "why-counted-child", number = number),
        Measure::Weeks | Measure::Points => fl!(lang.texts(), "why-counted-plain"),
        _ => fl!(lang.texts(), "why-counted", number = number),
    }
}

/// What was known of the day, with the signs that were seen, and whether a caseworker saw the child.
fn word(lang: Lang, day: &DayLookedAt, kind: &str) -> String {
    let word = match day.was {
        Was::Reported(status) => words::status(lang, status, kind),
        Was::Unreported => fl!(lang.texts(), "status-unreported"),
        Was::Closed(because) => words::closed_because(lang, because),
    };
    let met = day.met.then(|| fl!(lang.texts(), "why-met"));
    let more = day.signs.iter().map(|sign| words::sign(lang, *sign)).chain(met).collect::<Vec<_>>();
    if more.is_empty() {
        return word;
    }
    fl!(lang.texts(), "mark-with", word = word, more = more.join(&fl!(lang.texts(), "list-comma")))
}

/// Which version of the rule, what threshold, which day.
pub(super) fn facts(lang: Lang, finding: &Finding) -> Vec<Fact> {
    let texts = lang.texts();
    let mut facts = vec![
        Fact::new(fl!(texts, "alert-threshold"), alert_words::threshold(lang, finding.rule, finding.threshold)),
        Fact::new(
            fl!(texts, "alert-rule-version"),
            format!("{} {}", finding.rule.code(), fl!(texts, "rules-version", version = finding.version)),
        ),
        Fact::new(fl!(texts, "alert-as-of"), words::date(lang, finding.as_of)),
    ];
    if finding.began != finding.as_of {
        facts.push(Fact::new(fl!(texts, "alert-began"), words::date(lang, finding.began)));
    }
    if finding.older_days > 0 {
        facts.push(Fact::new(fl!(texts, "why-caption"), fl!(texts, "alert-older-days", count = finding.older_days)));
    }
    facts
}
