//! Which facilities' sheets arrived on the last ten days: whom to ring. Sheets only, nobody's attendance.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    domain::delivery::Delivery,
    gate::actions,
    store::{alerts, deliveries},
    web::{App, Frame, Here, Lang, Result, alert_words, page},
};

#[derive(Debug, Template)]
#[template(path = "watch/board/facilities.html")]
struct Facilities {
    frame: Frame,
    finding: String,
    days: Vec<(String, String)>,
    rows: Vec<Row>,
    key: Vec<Cell>,
}

#[derive(Debug)]
struct Row {
    name: String,
    cells: Vec<Cell>,
}

/// One facility's day: what the styles select by, a letter, a word.
#[derive(Debug)]
struct Cell {
    mark: &'static str,
    letter: String,
    word: String,
    date: String,
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ReadBoard>(&here.actor, &here.place())?;
    let listed = app.gate.scope::<actions::ListAlerts>(&here.actor, &here.place())?;
    let grid = deliveries::grid(&mut tx, &scope).await?;
    let open = alerts::open_count(&mut tx, &listed).await?;
    tx.commit(scope.deed().with("facilities", grid.lines.len())).await?;

    let (lang, texts) = (here.lang, here.lang.texts());
    let short = grid.lines.iter().filter(|line| line.days.iter().any(|day| day.is_short())).count();
    let dates: Vec<_> = grid.days.iter().map(|day| (day.to_string(), alert_words::day(lang, *day))).collect();
    let row = |line: deliveries::Line| Row {
        name: line.name,
        cells: line.days.iter().zip(&dates).map(|(day, (_, date))| Cell::new(lang, *day, date)).collect(),
    };
    page(&Facilities {
        frame: Frame::here(&app, &here, fl!(texts, "board-facilities-title"))
            .with_crumb("/board", fl!(texts, "board-title"))
            .with_open_alerts(open),
        finding: fl!(texts, "board-facilities-finding", days = dates.len(), count = short),
        rows: grid.lines.into_iter().map(row).collect(),
        days: dates,
        key: Delivery::ALL.iter().map(|delivery| Cell::new(lang, *delivery, "")).collect(),
    })
}

impl Cell {
    fn new(lang: Lang, delivery: Delivery, date: &str) -> Self {
        let texts = lang.texts();
        let (mark, letter, word) = match delivery {
            Delivery::InTime => ("seen", fl!(texts, "sent-in-time-letter"), fl!(texts, "sent-in-time")),
            Delivery::Late => ("partial", fl!(texts, "sent-late-letter"), fl!(texts, "sent-late")),
            Delivery::Part => ("absent", fl!(texts, "sent-part-letter"), fl!(texts, "sent-part")),
            Delivery::Missing => ("unknown", fl!(texts, "sent-missing-letter"), fl!(texts, "sent-missing")),
            Delivery::Closed => ("closed", fl!(texts, "sent-closed-letter"), fl!(texts, "sent-closed")),
            Delivery::Waiting => ("excused", fl!(texts, "sent-waiting-letter"), fl!(texts, "sent-waiting")),
        };
        Self { mark, letter, word, date: date.to_owned() }
    }
}
