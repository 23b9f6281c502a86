//! The list of requests as CSV, with the headings an import reads back.

use axum::extract::State;

use super::{list, views};
use crate::{
    gate::actions,
    store::requests::{self, Line},
    web::{
        App, Here, Lang, Result, say,
        takeaway::{self, Takeaway},
    },
};

const HEADINGS: [&str; 10] =
    ["施設名", "学年", "組", "氏名", "フリガナ", "情報提供開始日", "終了日", "根拠", "見守りの基準", "担当"];

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let asked = views::query(&here);
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ExportRequests>(&here.actor, &here.place())?;
    let lines = requests::export(&mut tx, &scope, &list::filter(&asked)).await?;
    let name = format!("requests-{}", tx.today());
    tx.commit(scope.deed().with("rows", lines.len()).with("encoding", takeaway::encoding(&asked).code())).await?;

    let headings = HEADINGS.map(str::to_owned).to_vec();
    let rows = std::iter::once(headings).chain(lines.into_iter().map(cells)).collect();
    takeaway::answer(&app, &here, &asked, &Takeaway { rows, name, back: "/requests".to_owned() })
}

/// A request as one row, in Japanese whatever the language of the page: the file goes to other people.
fn cells(line: Line) -> Vec<String> {
    vec![
        line.child.facility_name,
        views::grade(&line.child.grade),
        line.child.class,
        line.child.name,
        line.child.kana,
        line.from.to_string(),
        line.until.map_or_else(String::new, |until| until.to_string()),
        say::ground(Lang::Ja, line.ground),
        views::strictness(Lang::Ja, line.strictness),
        line.owner.unwrap_or_default(),
    ]
}
