//! The page of the room: which month, which kind of file, and the way to bring one in.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use crate::{
    domain::{rights::Month, wareki},
    gate::{Side, actions},
    web::{App, Choice, Field, Frame, Here, Lang, Result, page, protection},
};

/// A school year and the month before it.
const MONTHS: usize = 13;

#[derive(Debug, Template)]
#[template(path = "watch/register/index.html")]
struct Index {
    frame: Frame,
    month: Field,
    kind: Field,
    is_facility: bool,
    /// For an office: ticked where the file shall say where protected children are.
    reveal: Vec<Choice>,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let permit = app.gate.permit::<actions::ReadRegister>(&here.actor, &here.place())?;
    let tx = app.tx(&here.actor).await?;
    let today = tx.today();
    tx.commit(permit.deed()).await?;
    let texts = here.lang.texts();
    let is_facility = here.acting.role.side() == Side::Facility;
    let kinds = [
        ("xlsx", fl!(texts, "register-kind-xlsx")),
        ("utf8", fl!(texts, "register-kind-utf8")),
        ("cp932", fl!(texts, "register-kind-cp932")),
    ];
    page(&Index {
        frame: Frame::here(&app, &here, fl!(texts, "register-title")),
        month: month_field(here.lang, "", today, MONTHS),
        kind: Field::required("encoding", "xlsx").with_choices(kinds.map(|(code, word)| (code.to_owned(), word))),
        is_facility,
        reveal: if is_facility { Vec::new() } else { protection::tick(here.lang) },
    })
}

/// This month and those before it. In the first days of a month the one before is what people are busy with.
pub(super) fn month_field(lang: Lang, typed: &str, today: Date, most: usize) -> Field {
    let this = Month::of(today);
    let usual = if today.day() <= 10 { this.before() } else { this };
    let chosen = if typed.is_empty() { usual.to_string() } else { typed.to_owned() };
    let months = std::iter::successors(Some(this), |month| Some(month.before())).take(most);
    Field::required("month", &chosen).with_choices(months.map(|month| (month.to_string(), month_word(lang, month))))
}

/// 令和8年11月
pub(super) fn month_word(lang: Lang, month: Month) -> String {
    match lang {
        Lang::Ja => wareki::long(month.first()).trim_end_matches("1日").to_owned(),
        Lang::En => month.first().strftime("%B %Y").to_string(),
    }
}
