//! The trail as a file: what the filter shows, for a year at most.

use axum::extract::State;

use super::{
    Days, all,
    list::{self, Found, List},
    person::{Log, PersonFilter},
    range,
    takeaway::{self, ExportForm, Takeaway},
};
use crate::{
    domain::xlsx_out::{Cell, Sheet},
    gate::actions,
    store::trail::{self, Filter, Line},
    web::{App, Form, Here, Paging, Result, unprocessable},
};

const HEADINGS: [&str; 7] = ["日時", "人", "組織", "役割", "操作", "対象", "内容"];

pub(super) async fn create(here: Here, State(app): State<App>, Form(asked): Form) -> Result {
    let lang = here.lang;
    let mut days = Days::read(lang, &asked);
    let mut form = ExportForm::new(lang, list::EXPORT, &asked);
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ExportTrail>(&here.actor, &here.place())?;
    let (now, today) = (tx.now(), tx.today());
    if let Some(wanted) = form.read(lang, &asked, &mut days, today) {
        let filter = Filter { until: Some(wanted.until), ..list::filter(&asked, &days) };
        let lines = trail::page(&mut tx, &scope, &filter, all()).await?;
        if lines.len() <= takeaway::MOST {
            let deed = scope.deed().with("since", wanted.since).with("until", wanted.until).with("person", filter.person);
            let deed = deed.with("action", list::known(filter.action.as_deref()));
            let deed = deed.with("purpose", wanted.purpose.code()).with("format", wanted.format.code());
            tx.commit(deed.with("rows", lines.len())).await?;
            let (back, action, made_at) = (list::ADDRESS, list::EXPORT, now);
            let table = Takeaway { sheet: sheet(&lines), name: "trail", action, back, asked: &asked, made_at };
            return takeaway::answer(&app, &here, wanted, table).await;
        }
        days.since_field.error = Some(takeaway::too_many(lang));
    }
    let paging = Paging::read(None);
    let lines = trail::page(&mut tx, &scope, &list::filter(&asked, &days), range(paging)).await?;
    let person = PersonFilter::read(&mut tx, &scope, Log::Trail, &asked).await?;
    tx.commit(scope.deed().with("step", "refused").with("lines", lines.len())).await?;
    unprocessable(&List::new(&app, &here, &asked, days, Found { lines, person, paging }, form))
}

fn sheet(lines: &[Line]) -> Sheet {
    Sheet {
        name: "操作記録".to_owned(),
        columns: HEADINGS.map(str::to_owned).to_vec(),
        rows: lines
            .iter()
            .map(|line| {
                let [person, place, role, action, object, detail] = list::words(line);
                let at = Cell::from(line.at);
                std::iter::once(at).chain([person, place, role, action, object, detail].map(Cell::from)).collect()
            })
            .collect(),
    }
}
