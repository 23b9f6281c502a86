//! The inbox: gravest first, what waits for somebody before what is in hand.

use askama::Template;
use axum::extract::{Query, State};
use i18n_embed_fl::fl;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::row::AlertRow;
use crate::{
    domain::{
        ids::{Id, Organization},
        rule::Severity,
    },
    gate::actions,
    store::{
        alerts::{self, Counts, Filter, View},
        feeds,
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
    here: String,
    rows: Vec<AlertRow>,
    pager: Pager,
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
    page: Option<String>,
    done: Option<String>,
}

impl Asked {
    fn filter(&self, paging: Paging) -> Filter {
        Filter {
            view: self.view.as_deref().and_then(View::from_code).unwrap_or(View::Unassigned),
            severity: self.severity.as_deref().and_then(Severity::from_code),
            facility: self.facility.as_deref().and_then(|text| text.parse::<Id<Organization>>().ok()),
            limit: paging.limit(),
            offset: paging.offset(),
        }
    }
}

/// The address of a view with its filters.
fn href(view: View, filter: &Filter) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("view", view.code());
    if let Some(severity) = filter.severity {
        query.append_pair("severity", severity.code());
    }
    if let Some(facility) = filter.facility {
        query.append_pair("facility", &facility.to_string());
    }
    format!("/alerts?{}", query.finish())
}

pub(super) async fn index(here: Here, State(app): State<App>, Query(asked): Query<Asked>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListAlerts>(&here.actor, &here.place())?;
    let paging = Paging::read(asked.page.as_deref());
    let filter = asked.filter(paging);
    let (mut lines, strips) = alerts::inbox(&mut tx, &scope, filter).await?;
    let counts = alerts::counts(&mut tx, &scope).await?;
    let facilities = alerts::facilities(&mut tx, &scope).await?;
    let feed = feeds::today(&mut tx, &scope).await?;
    let list = href(filter.view, &filter);
    let pager = Pager::new(paging, &mut lines, &list, here.lang);
    tx.commit(scope.deed().with("view", filter.view.code()).with("alerts", lines.len())).await?;

    let warnings = trouble::warnings(&app, here.lang).await?;
    let texts = here.lang.texts();
    let done = asked.done.as_deref().filter(|done| *done == "taken").map(|_| fl!(texts, "alert-done-taken"));
    page(&Inbox {
        frame: Frame::here(&app, &here, fl!(texts, "inbox-title")).with_open_alerts(counts.unassigned).with_flash(done),
        tabs: tabs(here.lang, &filter, counts),
        view: filter.view.code(),
        filter_action: "/alerts".to_owned(),
        filters: filters(here.lang, &filter, facilities),
        feed: Feed::new(&app, here.lang, &feed),
        warnings,
        here: if paging.number() > 1 { format!("{list}&page={}", paging.number()) } else { list },
        rows: lines.into_iter().map(|line| AlertRow::new(&app, &here, line, &strips)).collect(),
        pager,
    })
}

fn tabs(lang: Lang, filter: &Filter, counts: Counts) -> Vec<Tab> {
    let texts = lang.texts();
    let tab = |view, label, count| Tab { href: href(view, filter), label, count, current: view == filter.view };
    vec![
        tab(View::Unassigned, fl!(texts, "inbox-tab-unassigned"), Some(counts.unassigned)),
        tab(View::Mine, fl!(texts, "inbox-tab-mine"), Some(counts.mine)),
        tab(View::Team, fl!(texts, "inbox-tab-team"), Some(counts.team)),
        tab(View::Closed, fl!(texts, "inbox-tab-closed"), None),
    ]
}

fn filters(lang: Lang, filter: &Filter, facilities: Vec<(Id<Organization>, String)>) -> Vec<LabelledField> {
    let texts = lang.texts();
    let all = (String::new(), fl!(texts, "list-all"));
    let graver = Severity::ALL.iter().rev().map(|it| (it.code().to_owned(), alert_words::severity(lang, *it)));
    let severity = Field::optional("severity", filter.severity.map_or("", Severity::code))
        .with_choices([all.clone()].into_iter().chain(graver));
    let chosen = filter.facility.map(|it| it.to_string()).unwrap_or_default();
    let named = facilities.into_iter().map(|(id, name)| (id.to_string(), name));
    let facility = Field::optional("facility", &chosen).with_choices([all].into_iter().chain(named));
    vec![
        LabelledField { label: fl!(texts, "inbox-filter-severity"), field: severity },
        LabelledField { label: fl!(texts, "inbox-filter-facility"), field: facility },
    ]
}
