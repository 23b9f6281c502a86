//! 保留一覧: the children whose next facility is still to be found, and apart from them those who have done with school.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{move_draft, views};
use crate::{
    gate::actions,
    store::transfers::{self, Held, Holds},
    web::{App, Frame, Here, Lang, Pager, Paging, Result, page, see_other, words},
};

const PATH: &str = "/requests/holds";
pub(super) const GRADUATES: &str = "/requests/holds?list=graduates";

#[derive(Debug, Template)]
#[template(path = "watch/requests/holds.html")]
struct List {
    frame: Frame,
    tabs: Vec<Tab>,
    graduates: bool,
    rows: Vec<Row>,
    pager: Pager,
}

#[derive(Debug)]
struct Tab {
    href: &'static str,
    label: String,
    count: i64,
    current: bool,
}

#[derive(Debug)]
struct Row {
    href: String,
    kana: String,
    name: String,
    grade: String,
    facility: String,
    last: String,
    next: String,
    owner: Option<String>,
    /// The last day has passed: nobody sees this child.
    nowhere: bool,
    /// Where the request of a child who has done with school is ended.
    end: String,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let asked = views::query(&here);
    let (which, href) = if asked.get("list") == "graduates" { (Holds::Graduates, GRADUATES) } else { (Holds::Sought, PATH) };
    let paging = Paging::read(Some(asked.get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListRequests>(&here.actor, &here.place())?;
    let mut held = transfers::held(&mut tx, &scope, which, paging.limit(), paging.offset()).await?;
    let (sought, graduates) = transfers::count_held(&mut tx, &scope).await?;
    let today = tx.today();
    tx.commit(scope.deed().with("step", "holds").with("rows", held.len())).await?;
    if held.is_empty() && paging.number() > 1 {
        return Ok(see_other(href));
    }
    let (lang, texts) = (here.lang, here.lang.texts());
    let pager = Pager::new(paging, &mut held, href, lang);
    let tab = |href, label, count, is: Holds| Tab { href, label, count, current: which == is };
    page(&List {
        frame: Frame::here(&app, &here, fl!(texts, "holds-title"))
            .with_crumb("/requests", fl!(texts, "request-list-title"))
            .with_flash((asked.get("done") == "ended").then(|| fl!(texts, "request-ended"))),
        tabs: vec![
            tab(PATH, fl!(texts, "holds-sought"), sought, Holds::Sought),
            tab(GRADUATES, fl!(texts, "holds-graduates"), graduates, Holds::Graduates),
        ],
        graduates: which == Holds::Graduates,
        rows: held.into_iter().map(|held| row(lang, today, held)).collect(),
        pager,
    })
}

fn row(lang: Lang, today: Date, held: Held) -> Row {
    Row {
        href: format!("/requests/{}/transfer", held.child.watch),
        end: format!("/requests/{}/ending?back=graduates", held.child.watch),
        name: views::named(lang, &held.child),
        kana: held.child.kana,
        grade: words::place(&held.child.grade, &held.child.class),
        facility: held.child.facility_name,
        last: views::day(lang, held.last),
        next: move_draft::next(lang, held.next),
        owner: held.owner,
        nowhere: held.last < today,
    }
}
