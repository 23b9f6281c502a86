//! The page of the room: which month, which kind of file, the way to bring one in, and what the school year comes to so far.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use crate::{
    domain::{
        calendar::SchoolYear,
        register::{self, Pupil},
        rights::Month,
        totals::Totals,
        wareki,
    },
    gate::{Side, actions},
    store::register as kept,
    web::{App, Choice, Field, Frame, Here, Lang, Pager, Paging, Result, page, protection, words},
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
    /// 年度累計, for the facility itself.
    year: Option<Year>,
}

#[derive(Debug)]
struct Year {
    lead: String,
    heads: Vec<String>,
    rows: Vec<YearRow>,
    pager: Option<Pager>,
}

#[derive(Debug)]
struct YearRow {
    name: String,
    kana: String,
    place: String,
    /// Each count under its heading.
    cells: Vec<(String, u32)>,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let permit = app.gate.permit::<actions::ReadRegister>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let today = tx.today();
    let is_facility = here.acting.role.side() == Side::Facility;
    let paging = Paging::read(Some(here.query().get("page")));
    let year = if is_facility {
        let pupils = kept::year_so_far(&mut tx, &permit, (paging.limit(), paging.offset())).await?;
        Some(Year::of(here.lang, pupils, paging, today))
    } else {
        None
    };
    let deed = match &year {
        Some(year) => permit.deed().with("children", year.rows.len()),
        None => permit.deed(),
    };
    tx.commit(deed).await?;
    let texts = here.lang.texts();
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
        year,
        reveal: if is_facility { Vec::new() } else { protection::tick(here.lang) },
    })
}

impl Year {
    fn of(lang: Lang, mut pupils: Vec<Pupil>, paging: Paging, today: Date) -> Self {
        let texts = lang.texts();
        let pager = Pager::new(paging, &mut pupils, "/register", lang);
        let heads = heads(lang);
        let rows = pupils.into_iter().map(|pupil| YearRow {
            cells: heads.iter().cloned().zip(counts(&register::year(&pupil, Month::of(today), today))).collect(),
            name: pupil.name,
            kana: pupil.kana,
            place: pupil.place,
        });
        Self {
            lead: fl!(texts, "register-year-lead", from = words::date(lang, SchoolYear::of(today).first())),
            rows: rows.collect(),
            heads: heads.into(),
            pager: Some(pager).filter(|pager| pager.prev.is_some() || pager.next.is_some()),
        }
    }
}

/// In the order of `heads`.
const fn counts(totals: &Totals) -> [u32; 10] {
    [
        totals.open_days,
        totals.expected(),
        totals.present,
        totals.absent,
        totals.late,
        totals.left_early,
        totals.excused,
        totals.in_care,
        totals.met_elsewhere,
        totals.unreported,
    ]
}

fn heads(lang: Lang) -> [String; 10] {
    let texts = lang.texts();
    [
        fl!(texts, "register-total-open"),
        fl!(texts, "register-total-expected"),
        fl!(texts, "register-total-present"),
        fl!(texts, "register-total-absent"),
        fl!(texts, "register-total-late"),
        fl!(texts, "register-total-left-early"),
        fl!(texts, "register-total-excused"),
        fl!(texts, "register-total-in-care"),
        fl!(texts, "register-total-elsewhere"),
        fl!(texts, "register-total-unreported"),
    ]
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
