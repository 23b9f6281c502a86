//! The list of requests as CSV, with the headings an import reads back.

use axum::extract::State;

use super::{list, views};
use crate::{
    gate::actions,
    store::requests::{self, Line},
    web::{
        App, Here, Lang, Result, protection, say,
        takeaway::{self, Takeaway},
    },
};

const HEADINGS: [&str; 10] =
    ["施設名", "学年", "組", "氏名", "フリガナ", "情報提供開始日", "終了日", "根拠", "見守りの基準", "担当"];

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let asked = views::query(&here);
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ExportRequests>(&here.actor, &here.place())?;
    let filter = list::filter(&asked);
    let mut lines = requests::export(&mut tx, &scope, &filter).await?;
    let name = format!("requests-{}", tx.today());
    let (protected, reveal) = (lines.iter().filter(|line| line.child.protected).count(), protection::reveals(&asked));
    let deed = scope.deed().with("rows", lines.len()).with("encoding", takeaway::encoding(&asked).code());
    tx.commit(if protected > 0 { deed.with("protected", protected).with("revealed", reveal) } else { deed }).await?;
    if !reveal {
        lines.iter_mut().filter(|line| line.child.protected).for_each(|line| hide(line, filter.facility.is_some()));
    }

    let headings = HEADINGS.map(str::to_owned).to_vec();
    let rows = std::iter::once(headings).chain(lines.into_iter().map(cells)).collect();
    takeaway::answer(&app, &here, &asked, &Takeaway { rows, name, back: "/requests".to_owned() })
}

/// Where a protected child is does not leave the office. A list of one facility's children tells it by itself: there the name is left
/// out too.
fn hide(line: &mut Line, of_one_facility: bool) {
    let child = &mut line.child;
    child.facility_name = protection::hidden();
    child.grade = protection::hidden();
    child.class = protection::hidden();
    if of_one_facility {
        child.name = protection::hidden();
        child.kana.clear();
    }
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
