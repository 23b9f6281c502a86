//! The sign-in log as a file: what the filter shows, for a year at most.

use axum::extract::State;

use super::{
    Days, all,
    person::{Log, PersonFilter},
    range,
    sign_ins::{self as page, Found, List},
    takeaway::{self, ExportForm, Takeaway},
};
use crate::{
    domain::xlsx_out::{Cell, Sheet},
    gate::actions,
    store::sign_ins::{self, Filter, Line, Outcome, Reason},
    web::{App, Form, Here, Lang, Paging, Result, agent, unprocessable},
};

const HEADINGS: [&str; 7] = ["日時", "人", "結果", "理由", "接続元", "端末の種類", "端末が名乗った名前"];

pub(super) async fn create(here: Here, State(app): State<App>, Form(asked): Form) -> Result {
    let lang = here.lang;
    let mut days = Days::read(lang, &asked);
    let mut form = ExportForm::new(lang, page::EXPORT, &asked);
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ExportSignIns>(&here.actor, &here.place())?;
    let (now, today) = (tx.now(), tx.today());
    if let Some(wanted) = form.read(lang, &asked, &mut days, today) {
        let filter = Filter { until: Some(wanted.until), ..page::filter(&asked, &days) };
        let lines = sign_ins::lines(&mut tx, &scope, &filter, all()).await?;
        if lines.len() <= takeaway::MOST {
            let deed = scope.deed().with("since", wanted.since).with("until", wanted.until).with("person", filter.person);
            let deed = deed.with("outcome", filter.outcome.map(Outcome::code)).with("reason", filter.reason.map(Reason::code));
            let deed = deed.with("purpose", wanted.purpose.code()).with("format", wanted.format.code());
            tx.commit(deed.with("rows", lines.len())).await?;
            let (back, action, made_at) = (page::ADDRESS, page::EXPORT, now);
            let table = Takeaway { sheet: sheet(lines), name: "sign-ins", action, back, asked: &asked, made_at };
            return takeaway::answer(&app, &here, wanted, table).await;
        }
        days.since_field.error = Some(takeaway::too_many(lang));
    }
    let paging = Paging::read(None);
    let lines = sign_ins::lines(&mut tx, &scope, &page::filter(&asked, &days), range(paging)).await?;
    let person = PersonFilter::read(&mut tx, &scope, Log::SignIns, &asked).await?;
    tx.commit(scope.deed().with("step", "refused").with("lines", lines.len())).await?;
    unprocessable(&List::new(&app, &here, &asked, days, Found { lines, person, paging }, form))
}

/// In Japanese whatever the language of the page: the file goes to other people.
fn sheet(lines: Vec<Line>) -> Sheet {
    let cells = |line: Line| {
        vec![
            Cell::from(line.at),
            Cell::from(page::subject_word(Lang::Ja, &line.subject)),
            Cell::from(page::outcome_word(Lang::Ja, line.outcome)),
            Cell::from(page::reason_word(Lang::Ja, line.reason)),
            Cell::from(line.address),
            Cell::from(agent::words(&line.agent)),
            Cell::from(line.agent),
        ]
    };
    Sheet {
        name: "サインインの記録".to_owned(),
        columns: HEADINGS.map(str::to_owned).to_vec(),
        rows: lines.into_iter().map(cells).collect(),
    }
}
