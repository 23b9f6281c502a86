//! Load, stages and ageing of a team's alerts.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::ToSpan as _;

use crate::{
    domain::workload::{self, Ages, Load, Stages},
    gate::actions,
    store::{alerts, team},
    web::{
        App, Frame, Here, Lang, Result, page,
        picture::{Bar, Bars, Part},
    },
};

#[derive(Debug, Template)]
#[template(path = "watch/team/show.html")]
struct Team {
    frame: Frame,
    load: Bars,
    loads: Vec<Load>,
    unassigned: usize,
    stages: Bars,
    stage_rows: Vec<(String, usize)>,
    ageing: Bars,
    age_rows: Vec<(String, usize)>,
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ReadTeam>(&here.actor, &here.place())?;
    let listed = app.gate.scope::<actions::ListAlerts>(&here.actor, &here.place())?;
    let now = tx.now();
    let burdens = team::burdens(&mut tx, &scope).await?;
    let month_ago = now.checked_sub((30 * 24).hours()).unwrap_or(now);
    let closed = usize::try_from(team::closed_since(&mut tx, &scope, month_ago).await?).unwrap_or(0);
    let open = alerts::open_count(&mut tx, &listed).await?;
    tx.commit(scope.deed().with("alerts", burdens.len())).await?;

    let (loads, stages, ages) = (workload::loads(&burdens, now), workload::stages(&burdens, now), workload::ages(&burdens, now));
    let lang = here.lang;
    let (stage_rows, age_rows) = (stage_rows(lang, stages, closed), age_rows(lang, ages));
    page(&Team {
        frame: Frame::here(&app, &here, fl!(lang.texts(), "team-title")).with_open_alerts(open),
        load: load(lang, &loads, stages),
        unassigned: stages.open,
        stages: stage_bars(lang, stages, closed, &stage_rows),
        ageing: age_bars(lang, ages, &age_rows),
        loads,
        stage_rows,
        age_rows,
    })
}

fn load(lang: Lang, loads: &[Load], stages: Stages) -> Bars {
    let texts = lang.texts();
    let old: usize = loads.iter().map(|load| load.old).sum();
    let bar = |load: &Load| Bar {
        label: load.name.clone(),
        number: load.taken.to_string(),
        parts: vec![plain(load.taken - load.old), grave(lang, load.old)],
    };
    let mut bars: Vec<_> = loads.iter().map(bar).collect();
    if stages.open > 0 {
        let parts = vec![Part { kind: "light", letter: String::new(), value: stages.open }];
        bars.push(Bar { label: fl!(texts, "team-unassigned"), number: stages.open.to_string(), parts });
    }
    let finding = fl!(texts, "team-load-finding", taken = stages.taken, old = old, open = stages.open);
    Bars::new("load", fl!(texts, "team-load"), finding, bars)
}

fn plain(value: usize) -> Part {
    Part { kind: "plain", letter: String::new(), value }
}

fn grave(lang: Lang, value: usize) -> Part {
    Part { kind: "grave", letter: fl!(lang.texts(), "team-old-letter"), value }
}

fn stage_rows(lang: Lang, stages: Stages, closed: usize) -> Vec<(String, usize)> {
    let texts = lang.texts();
    vec![
        (fl!(texts, "team-stage-open"), stages.open),
        (fl!(texts, "team-stage-overdue"), stages.overdue),
        (fl!(texts, "team-stage-taken"), stages.taken),
        (fl!(texts, "team-stage-unseen"), stages.unseen),
        (fl!(texts, "team-stage-visits"), stages.visits),
        (fl!(texts, "team-stage-closed"), closed),
    ]
}

fn stage_bars(lang: Lang, stages: Stages, closed: usize, rows: &[(String, usize)]) -> Bars {
    let Stages { open, overdue, taken, unseen, visits } = stages;
    let finding = fl!(
        lang.texts(),
        "team-stages-finding",
        open = open,
        overdue = overdue,
        taken = taken,
        unseen = unseen,
        visits = visits,
        closed = closed
    );
    // Lateness is the second of the rows.
    let part = |place: usize, value: usize| if place == 1 { grave(lang, value) } else { plain(value) };
    let bars = rows.iter().enumerate().map(|(place, (label, value))| Bar {
        label: label.clone(),
        number: value.to_string(),
        parts: vec![part(place, *value)],
    });
    Bars::new("stages", fl!(lang.texts(), "team-stages"), finding, bars.collect())
}

fn age_rows(lang: Lang, ages: Ages) -> Vec<(String, usize)> {
    let texts = lang.texts();
    let words = [fl!(texts, "team-age-day"), fl!(texts, "team-age-two"), fl!(texts, "team-age-week"), fl!(texts, "team-age-more")];
    words.into_iter().zip(ages).collect()
}

fn age_bars(lang: Lang, ages: Ages, rows: &[(String, usize)]) -> Bars {
    let texts = lang.texts();
    let (all, old): (usize, usize) = (ages.iter().sum(), ages.iter().skip(2).sum());
    let part = |place: usize, value: usize| if place >= 2 { grave(lang, value) } else { plain(value) };
    let bars = rows.iter().enumerate().map(|(place, (label, value))| Bar {
        label: label.clone(),
        number: value.to_string(),
        parts: vec![part(place, *value)],
    });
    Bars::new("ageing", fl!(texts, "team-ageing"), fl!(texts, "team-ageing-finding", all = all, old = old), bars.collect())
}
