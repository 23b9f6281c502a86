//! The inbox: gravest first, what waits for somebody before what is in hand.

use askama::Template;
use axum::extract::{Query, State};
use i18n_embed_fl::fl;
use jiff::{
    ToSpan as _,
    civil::{Date, Time},
};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::row::AlertRow;
use crate::{
    domain::{
        clock::japan_instant,
        ids::{Id, Organization},
        rule::{RuleCode, Severity},
    },
    gate::actions,
    store::{
        alerts::{self, Counts, Filter, View},
        feeds, openings,
    },
    web::{App, Feed, Field, Frame, Here, Lang, Pager, Paging, Result, alert_words, page, trouble},
};

#[derive(Debug, Template)]
#[template(path = "watch/alerts/inbox.html")]
struct Inbox {
    frame: Frame,
    tabs: Vec<Tab>,
    view: &'static str,
    filter_action: String,
    filters: Vec<LabelledField>,
    feed: Feed,
    warnings: Vec<String>,
    /// Openings in an emergency (緊急閲覧) of own children that nobody has answered.
    emergencies: i64,
    here: String,
    rows: Vec<AlertRow>,
    pager: Pager,
    /// What the step before did, and the row to go on with.
    done: Option<String>,
    next: Option<String>,
}

#[derive(Debug)]
struct Tab {
    href: String,
    label: String,
    count: Option<i64>,
    current: bool,
}

#[derive(Debug)]
struct LabelledField {
    label: String,
    field: Field,
}

/// What stands in the address; nonsense is as if it were not there.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    view: Option<String>,
    severity: Option<String>,
    facility: Option<String>,
    rule: Option<String>,
    district: Option<String>,
    since: Option<String>,
    page: Option<String>,
    done: Option<String>,
    at: Option<String>,
}

/// How far back the list reaches, as the address has it, in days; the day itself is the first.
const PERIODS: [(&str, i32); 3] = [("today", 0), ("week", 6), ("month", 29)];

impl Asked {
    fn since(&self) -> Option<(&'static str, i32)> {
        PERIODS.into_iter().find(|(code, _)| self.since.as_deref() == Some(code))
    }

    fn filter(&self, today: Date, paging: Paging) -> Filter {
        let first = self.since().map(|(_, days)| today.saturating_sub(days.days()).to_datetime(Time::midnight()));
        Filter {
            view: self.view.as_deref().and_then(View::from_code).unwrap_or(View::Unassigned),
            severity: self.severity.as_deref().and_then(Severity::from_code),
            facility: self.facility.as_deref().and_then(|text| text.parse::<Id<Organization>>().ok()),
            rule: self.rule.as_deref().and_then(RuleCode::from_code),
            district: self.district.clone().filter(|district| !district.is_empty()),
            since: first.map(japan_instant),
            limit: paging.limit(),
            offset: paging.offset(),
        }
    }
}

/// The address of a view with its filters.
fn href(view: View, filter: &Filter, asked: &Asked) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("view", view.code());
    if let Some(severity) = filter.severity {
        query.append_pair("severity", severity.code());
    }
    if let Some(facility) = filter.facility {
        query.append_pair("facility", &facility.to_string());
    }
    if let Some(rule) = filter.rule {
        query.append_pair("rule", rule.code());
    }
    if let Some(district) = &filter.district {
        query.append_pair("district", district);
    }
    if let Some((since, _)) = asked.since() {
        query.append_pair("since", since);
    }
    format!("/alerts?{}", query.finish())
}

pub(super) async fn index(here: Here, State(app): State<App>, Query(asked): Query<Asked>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListAlerts>(&here.actor, &here.place())?;
    let paging = Paging::read(asked.page.as_deref());
    let filter = asked.filter(tx.today(), paging);
    let (mut groups, strips) = alerts::inbox(&mut tx, &scope, &filter).await?;
    let counts = alerts::counts(&mut tx, &scope).await?;
    let facilities = alerts::facilities(&mut tx, &scope).await?;
    let districts = alerts::districts(&mut tx, &scope).await?;
    let feed = feeds::today(&mut tx, &scope).await?;
    let emergencies = openings::waiting(&mut tx, &scope).await?;
    let list = href(filter.view, &filter, &asked);
    let mut pager = Pager::new(paging, &mut groups, &list, here.lang);
    let shown: usize = groups.iter().map(|group| 1 + group.others.len()).sum();
    tx.commit(scope.deed().with("view", filter.view.code()).with("alerts", shown)).await?;

    let warnings = trouble::warnings(&app, here.lang).await?;
    let texts = here.lang.texts();
    let done = match asked.done.as_deref() {
        Some("taken") => Some(fl!(texts, "alert-done-taken")),
        Some("acted") => Some(fl!(texts, "alert-done-acted")),
        _ => None,
    };
    let rows = AlertRow::all(&app, &here, groups, &strips);
    let next = asked.at.as_ref().and_then(|at| rows.iter().find(|row| row.holds(at))).map(|row| format!("#alert-{}", row.id));
    if filter.view != View::Closed && !rows.is_empty() {
        let first = paging.offset() + 1;
        let until = paging.offset() + i64::try_from(rows.len()).unwrap_or(0);
        pager.line = fl!(texts, "inbox-range", first = first, last = until, alerts = shown);
    }
    page(&Inbox {
        frame: Frame::here(&app, &here, fl!(texts, "inbox-title")).with_open_alerts(counts.unassigned),
        tabs: tabs(here.lang, &filter, &asked, counts),
        view: filter.view.code(),
        filter_action: "/alerts".to_owned(),
        filters: filters(here.lang, &filter, &asked, facilities, districts),
        feed: Feed::new(&app, here.lang, &feed),
        warnings,
        emergencies,
        here: if paging.number() > 1 { format!("{list}&page={}", paging.number()) } else { list },
        rows,
        pager,
        done,
        next,
    })
}

fn tabs(lang: Lang, filter: &Filter, asked: &Asked, counts: Counts) -> Vec<Tab> {
    let texts = lang.texts();
    let tab = |view, label, count| Tab { href: href(view, filter, asked), label, count, current: view == filter.view };
    vec![
        tab(View::Unassigned, fl!(texts, "inbox-tab-unassigned"), Some(counts.unassigned)),
        tab(View::Mine, fl!(texts, "inbox-tab-mine"), Some(counts.mine)),
        tab(View::Team, fl!(texts, "inbox-tab-team"), Some(counts.team)),
        tab(View::Snoozed, fl!(texts, "inbox-tab-snoozed"), Some(counts.snoozed)),
        tab(View::Closed, fl!(texts, "inbox-tab-closed"), None),
    ]
}

fn filters(
    lang: Lang,
    filter: &Filter,
    asked: &Asked,
    facilities: Vec<(Id<Organization>, String)>,
    districts: Vec<String>,
) -> Vec<LabelledField> {
    let texts = lang.texts();
    let all = || (String::new(), fl!(texts, "list-all"));
    let field = |name: &str, value: &str, choices: Vec<(String, String)>| {
        Field::optional(name, value).with_choices([all()].into_iter().chain(choices))
    };
    let graver = Severity::ALL.iter().rev().map(|it| (it.code().to_owned(), alert_words::severity(lang, *it))).collect();
    let raising = RuleCode::ALL.iter().filter(|rule| !rule.is_clock());
    let rules = raising.map(|it| (it.code().to_owned(), alert_words::rule(lang, *it).0)).collect();
    let periods = [fl!(texts, "inbox-since-today"), fl!(texts, "inbox-since-week"), fl!(texts, "inbox-since-month")];
    let periods = PERIODS.iter().map(|(code, _)| (*code).to_owned()).zip(periods).collect();
    let chosen = filter.facility.map(|it| it.to_string()).unwrap_or_default();
    let named = facilities.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let labelled = |label, field| LabelledField { label, field };
    let mut filters = vec![
        labelled(fl!(texts, "inbox-filter-severity"), field("severity", filter.severity.map_or("", Severity::code), graver)),
        labelled(fl!(texts, "inbox-filter-facility"), field("facility", &chosen, named)),
        labelled(fl!(texts, "inbox-filter-rule"), field("rule", filter.rule.map_or("", RuleCode::code), rules)),
        labelled(fl!(texts, "inbox-filter-since"), field("since", asked.since().map_or("", |(code, _)| code), periods)),
    ];
    if districts.len() > 1 {
        let districts = districts.into_iter().map(|district| (district.clone(), district)).collect();
        let district = field("district", filter.district.as_deref().unwrap_or_default(), districts);
        filters.insert(1, labelled(fl!(texts, "inbox-filter-district"), district));
    }
    filters
}
