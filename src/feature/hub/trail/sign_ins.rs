//! Every attempt to come in, also those that were refused, with the reason the person was not told.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{LabelledField, range};
use crate::{
    gate::actions,
    store::sign_ins::{self, Line, Outcome, Reason},
    web::{App, Field, Frame, Here, Lang, Pager, Paging, Result, agent, page, say, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/trail/sign_ins.html")]
struct List {
    frame: Frame,
    filters: Vec<LabelledField>,
    pager: Pager,
    rows: Vec<SignInRow>,
}

#[derive(Debug)]
struct SignInRow {
    at_iso: String,
    at_word: String,
    person: String,
    outcome_word: String,
    refused: bool,
    reason: Option<String>,
    address: String,
    agent: String,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let asked = here.query();
    let outcome = Outcome::from_code(asked.get("outcome"));
    let paging = Paging::read(Some(asked.get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ReadSignIns>(&here.actor, &here.place())?;
    let lines = sign_ins::page(&mut tx, &scope, outcome, range(paging)).await?;
    let deed = scope.deed().with("page", paging.number()).with("lines", lines.len());
    tx.commit(deed.with("outcome", outcome.map(Outcome::code))).await?;

    let lang = here.lang;
    let href = outcome.map_or_else(|| "/sign-ins".to_owned(), |outcome| format!("/sign-ins?outcome={}", outcome.code()));
    let mut rows: Vec<SignInRow> = lines.into_iter().map(|line| row(lang, line)).collect();
    let pager = Pager::new(paging, &mut rows, &href, lang);
    let all = std::iter::once((String::new(), fl!(lang.texts(), "trail-all")));
    let outcomes = all.chain(Outcome::ALL.iter().map(|outcome| (outcome.code().to_owned(), outcome_word(lang, *outcome))));
    let field = Field::optional("outcome", outcome.map_or("", Outcome::code)).with_choices(outcomes);
    page(&List {
        frame: Frame::here(&app, &here, fl!(lang.texts(), "sign-ins-title")),
        filters: vec![LabelledField { field, label: fl!(lang.texts(), "trail-filter-outcome") }],
        pager,
        rows,
    })
}

fn row(lang: Lang, line: Line) -> SignInRow {
    SignInRow {
        at_iso: line.at.to_string(),
        at_word: words::moment(lang, line.at),
        person: line.person.unwrap_or_else(|| fl!(lang.texts(), "sign-ins-unknown")),
        outcome_word: outcome_word(lang, line.outcome),
        refused: line.outcome == Outcome::Refused,
        reason: reason_word(lang, line.reason),
        address: line.address.unwrap_or_default(),
        agent: agent::words(&line.agent),
    }
}

fn outcome_word(lang: Lang, outcome: Outcome) -> String {
    say::word(lang, &format!("sign-in-{}", outcome.code().replace('_', "-")))
}

fn reason_word(lang: Lang, reason: Reason) -> Option<String> {
    (reason != Reason::None).then(|| say::word(lang, &format!("sign-in-{}", reason.code().replace('_', "-"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_and_every_reason_has_words() {
        for lang in [Lang::Ja, Lang::En] {
            let words = Outcome::ALL.iter().map(|outcome| outcome_word(lang, *outcome));
            let words = words.chain(Reason::ALL.iter().filter_map(|reason| reason_word(lang, *reason)));
            for word in words {
                assert!(!word.starts_with("No localization"), "{word}");
            }
        }
    }
}
