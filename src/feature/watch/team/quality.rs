//! Of what use the rules are, by month: the share of alerts called useful, and how long it took until somebody had them.

use askama::Template;
use axum::extract::{Query, State};
use i18n_embed_fl::fl;
use jiff::{ToSpan as _, civil::Date};
use serde::Deserialize;

use crate::{
    domain::{
        quality::{self, Quality},
        rule::RuleCode,
    },
    gate::actions,
    store::{alerts, team},
    web::{
        App, Field, Frame, Here, Lang, Result, alert_words, care_words, page,
        picture::{Bar, Bars, Part},
    },
};

/// How many months can be looked at.
const MONTHS: i32 = 12;

#[derive(Debug, Template)]
#[template(path = "watch/team/quality.html")]
struct Page {
    frame: Frame,
    month: Field,
    finding: String,
    useful: Bars,
    waiting: Bars,
    rows: Vec<Row>,
}

/// One rule in the table.
#[derive(Debug)]
struct Row {
    rule: String,
    raised: usize,
    rated: usize,
    useful: usize,
    late: usize,
    share: String,
    median: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    month: Option<String>,
}

/// The first days of the months there are to choose from, the newest first.
fn months(today: Date) -> Vec<Date> {
    let first = today.first_of_month();
    (0..MONTHS).map(|back| first.saturating_sub(back.months())).collect()
}

pub(super) async fn show(here: Here, State(app): State<App>, Query(asked): Query<Asked>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ReadTeam>(&here.actor, &here.place())?;
    let listed = app.gate.scope::<actions::ListAlerts>(&here.actor, &here.place())?;
    let months = months(tx.today());
    let chosen = asked.month.as_deref().and_then(|month| months.iter().find(|day| key(**day) == month));
    let month = chosen.copied().unwrap_or_else(|| tx.today().first_of_month());
    let rated = team::rated(&mut tx, &scope, month, month.saturating_add(1.month())).await?;
    let open = alerts::open_count(&mut tx, &listed).await?;
    tx.commit(scope.deed().with("month", key(month)).with("alerts", rated.len())).await?;

    let (lang, texts) = (here.lang, here.lang.texts());
    let rules: Vec<_> = quality::by_rule(&rated).into_iter().collect();
    let finding = finding(lang, month, &Quality::of(&rated));
    page(&Page {
        frame: Frame::here(&app, &here, fl!(texts, "quality-title"))
            .with_crumb("/team", fl!(texts, "team-title"))
            .with_open_alerts(open),
        month: Field::optional("month", &key(month)).with_choices(months.into_iter().map(|day| (key(day), words(lang, day)))),
        useful: useful(lang, &finding, &rules),
        waiting: waiting(lang, &finding, &rules),
        rows: rules.iter().map(|(rule, quality)| Row::new(lang, *rule, quality)).collect(),
        finding,
    })
}

fn key(month: Date) -> String {
    month.strftime("%Y-%m").to_string()
}

fn words(lang: Lang, month: Date) -> String {
    match lang {
        Lang::Ja => format!("{}年{}月", month.year(), month.month()),
        Lang::En => month.strftime("%B %Y").to_string(),
    }
}

fn finding(lang: Lang, month: Date, all: &Quality) -> String {
    let (texts, month) = (lang.texts(), words(lang, month));
    match all.share() {
        Some(share) => fl!(texts, "quality-finding", month = month, raised = all.raised, rated = all.rated(), share = share),
        None => fl!(texts, "quality-finding-unrated", month = month, raised = all.raised),
    }
}

fn name(lang: Lang, rule: RuleCode) -> String {
    format!("{} {}", rule.code(), alert_words::rule(lang, rule).0)
}

fn useful(lang: Lang, finding: &str, rules: &[(RuleCode, Quality)]) -> Bars {
    let texts = lang.texts();
    let bar = |(rule, quality): &(RuleCode, Quality)| Bar {
        label: name(lang, *rule),
        number: share(lang, quality),
        parts: vec![
            Part { kind: "plain", letter: fl!(texts, "quality-letter-useful"), value: quality.useful },
            Part { kind: "light", letter: fl!(texts, "quality-letter-not"), value: quality.not_useful },
            Part { kind: "grave", letter: fl!(texts, "quality-letter-late"), value: quality.late },
        ],
    };
    Bars::new("useful", fl!(texts, "quality-share"), finding.to_owned(), rules.iter().map(bar).collect())
}

fn waiting(lang: Lang, finding: &str, rules: &[(RuleCode, Quality)]) -> Bars {
    let minutes = |quality: &Quality| usize::try_from(quality.median.unwrap_or(0)).unwrap_or(0);
    let bar = |(rule, quality): &(RuleCode, Quality)| Bar {
        label: name(lang, *rule),
        number: median(lang, quality),
        parts: vec![Part { kind: "plain", letter: String::new(), value: minutes(quality) }],
    };
    Bars::new("waiting", fl!(lang.texts(), "quality-median"), finding.to_owned(), rules.iter().map(bar).collect())
}

fn share(lang: Lang, quality: &Quality) -> String {
    quality.share().map_or_else(|| fl!(lang.texts(), "quality-unrated"), |share| format!("{share}%"))
}

fn median(lang: Lang, quality: &Quality) -> String {
    quality.median.map_or_else(|| fl!(lang.texts(), "quality-unrated"), |minutes| care_words::minutes(lang, minutes))
}

impl Row {
    fn new(lang: Lang, rule: RuleCode, quality: &Quality) -> Self {
        Self {
            rule: name(lang, rule),
            raised: quality.raised,
            rated: quality.rated(),
            useful: quality.useful,
            late: quality.late,
            share: share(lang, quality),
            median: median(lang, quality),
        }
    }
}
