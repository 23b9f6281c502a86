//! The page on which a receipt is checked, with the public keys.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    domain::{clock, receipt::Kind},
    vault::{CheckFault, Checked},
    web::{App, ErrorLine, Field, Form, Frame, Lang, Result, page, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/receipts/check.html")]
struct Check {
    frame: Frame,
    errors: Vec<ErrorLine>,
    receipt: Field,
    found: Option<Found>,
    keys: Vec<Key>,
}

/// What a receipt that is ours states.
#[derive(Debug)]
struct Found {
    kind_word: String,
    number: String,
    ward: String,
    facility: String,
    date_word: String,
    received: String,
    children: usize,
    content: String,
    key: String,
}

#[derive(Debug)]
struct Key {
    text: String,
}

pub(super) async fn new(State(app): State<App>, lang: Lang) -> Result {
    page(&Check::new(&app, lang, Field::required("receipt", "")))
}

pub(super) async fn create(State(app): State<App>, lang: Lang, Form(fields): Form) -> Result {
    let typed = fields.get("receipt");
    let receipt = Field::required("receipt", typed);
    let mut check = Check::new(&app, lang, receipt);
    match app.seal.verifiers().check(typed) {
        Ok(checked) => {
            check.found = Some(found(lang, &checked));
            page(&check)
        }
        Err(fault) => {
            check.receipt.error = Some(complaint(lang, fault));
            check.errors = ErrorLine::of([&check.receipt]);
            unprocessable(&check)
        }
    }
}

impl Check {
    fn new(app: &App, lang: Lang, receipt: Field) -> Self {
        let keys = app.seal.verifiers().0.iter().rev();
        Self {
            frame: Frame::open(app, lang, fl!(lang.texts(), "receipts-title")),
            errors: Vec::new(),
            receipt,
            found: None,
            keys: keys.map(|key| Key { text: key.to_string() }).collect(),
        }
    }
}

fn found(lang: Lang, checked: &Checked) -> Found {
    let (texts, stated) = (lang.texts(), &checked.statement);
    let received = clock::in_japan(stated.received).date();
    Found {
        kind_word: match stated.kind {
            Kind::Sheet => fl!(texts, "receipts-kind-sheet"),
            Kind::Urgent => fl!(texts, "receipts-kind-urgent"),
        },
        number: stated.number.to_string(),
        ward: stated.ward.clone(),
        facility: stated.facility.clone(),
        date_word: words::date(lang, stated.day),
        received: format!("{} {}", words::date(lang, received), words::time_of_day(stated.received)),
        children: stated.children,
        content: stated.content.text(),
        key: checked.key.clone(),
    }
}

fn complaint(lang: Lang, fault: CheckFault) -> String {
    let texts = lang.texts();
    match fault {
        CheckFault::NotAReceipt | CheckFault::NotAKey => fl!(texts, "receipts-error-not-a-receipt"),
        CheckFault::Broken => fl!(texts, "receipts-error-broken"),
        CheckFault::UnknownKey => fl!(texts, "receipts-error-unknown-key"),
        CheckFault::Forged => fl!(texts, "receipts-error-forged"),
    }
}
