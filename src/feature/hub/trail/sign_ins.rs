//! Every attempt to come in, also those that were refused, with the reason the person was not told.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use url::form_urlencoded::Serializer;

use super::{
    Days, LabelledField,
    person::{Log, PersonFilter},
    range,
    takeaway::ExportForm,
};
use crate::{
    gate::actions,
    store::sign_ins::{self, Filter, Line, Outcome, Reason, Subject},
    web::{App, ErrorLine, Field, Fields, Frame, Here, Lang, Pager, Paging, Result, agent, page, say, unprocessable, words},
};

pub(super) const ADDRESS: &str = "/sign-ins";
pub(super) const EXPORT: &str = "/sign-ins/export";

#[derive(Debug, Template)]
#[template(path = "hub/trail/sign_ins.html")]
pub(super) struct List {
    frame: Frame,
    errors: Vec<ErrorLine>,
    since: Field,
    until: Field,
    person: PersonFilter,
    filters: Vec<LabelledField>,
    pager: Pager,
    rows: Vec<SignInRow>,
    export: ExportForm,
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
    /// Everything the program said of itself.
    agent_whole: String,
}

/// What the list is made of.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) lines: Vec<Line>,
    pub(super) person: PersonFilter,
    pub(super) paging: Paging,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let asked = here.query();
    let days = Days::read(here.lang, &asked);
    let filter = filter(&asked, &days);
    let paging = Paging::read(Some(asked.get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ReadSignIns>(&here.actor, &here.place())?;
    let lines = sign_ins::lines(&mut tx, &scope, &filter, range(paging)).await?;
    let person = PersonFilter::read(&mut tx, &scope, Log::SignIns, &asked).await?;
    let deed = scope.deed().with("page", paging.number()).with("lines", lines.len());
    let deed = deed.with("since", filter.since).with("until", filter.until).with("person", filter.person);
    let deed = deed.with("outcome", filter.outcome.map(Outcome::code)).with("reason", filter.reason.map(Reason::code));
    tx.commit(deed).await?;

    let refused = !days.errors().is_empty();
    let export = ExportForm::new(here.lang, EXPORT, &asked);
    let list = List::new(&app, &here, &asked, days, Found { lines, person, paging }, export);
    if refused { unprocessable(&list) } else { page(&list) }
}

/// What the address or a form looks for.
pub(super) fn filter(asked: &Fields, days: &Days) -> Filter {
    Filter {
        since: days.since,
        until: days.until,
        outcome: Outcome::from_code(asked.get("outcome")),
        reason: Reason::from_code(asked.get("reason")).filter(|reason| *reason != Reason::None),
        person: asked.get("person").parse().ok(),
    }
}

impl List {
    pub(super) fn new(app: &App, here: &Here, asked: &Fields, days: Days, found: Found, export: ExportForm) -> Self {
        let lang = here.lang;
        let mut rows: Vec<SignInRow> = found.lines.into_iter().map(|line| row(lang, line)).collect();
        let pager = Pager::new(found.paging, &mut rows, &address(asked), lang);
        let mut errors = days.errors();
        errors.extend(export.errors.iter().cloned());
        Self {
            frame: Frame::here(app, here, fl!(lang.texts(), "sign-ins-title")),
            errors,
            since: days.since_field,
            until: days.until_field,
            person: found.person,
            filters: filters(lang, asked),
            pager,
            rows,
            export,
        }
    }
}

fn filters(lang: Lang, asked: &Fields) -> Vec<LabelledField> {
    let texts = lang.texts();
    let all = (String::new(), fl!(texts, "trail-all"));
    let outcomes = Outcome::ALL.iter().map(|outcome| {
        let word = match outcome {
            Outcome::Refused => fl!(texts, "sign-ins-only-refused"),
            other => outcome_word(lang, *other),
        };
        (outcome.code().to_owned(), word)
    });
    let reasons = Reason::ALL.iter().filter_map(|reason| Some((reason.code().to_owned(), reason_word(lang, *reason)?)));
    let select = |name: &str, choices: Vec<(String, String)>, label| LabelledField {
        field: Field::optional(name, asked.get(name)).with_choices(std::iter::once(all.clone()).chain(choices)),
        label,
    };
    vec![
        select("outcome", outcomes.collect(), fl!(texts, "trail-filter-outcome")),
        select("reason", reasons.collect(), fl!(texts, "sign-ins-filter-reason")),
    ]
}

pub(super) fn address(asked: &Fields) -> String {
    let mut query = Serializer::new(String::new());
    for name in ["since", "until", "outcome", "reason", "person"] {
        if !asked.get(name).is_empty() {
            query.append_pair(name, asked.get(name));
        }
    }
    format!("{ADDRESS}?{}", query.finish())
}

fn row(lang: Lang, line: Line) -> SignInRow {
    SignInRow {
        at_iso: line.at.to_string(),
        at_word: words::moment(lang, line.at),
        person: subject_word(lang, &line.subject),
        outcome_word: outcome_word(lang, line.outcome),
        refused: line.outcome == Outcome::Refused,
        reason: reason_word(lang, line.reason),
        address: line.address.unwrap_or_default(),
        agent: agent::words(&line.agent),
        agent_whole: line.agent,
    }
}

/// Who tried: a person, a school's system, or nobody we know.
pub(super) fn subject_word(lang: Lang, subject: &Subject) -> String {
    match subject {
        Subject::Nobody => fl!(lang.texts(), "sign-ins-unknown"),
        Subject::Person(name) => name.clone(),
        Subject::System { token, facility } => {
            fl!(lang.texts(), "sign-ins-system", token = token.as_str(), facility = facility.as_str())
        }
    }
}

pub(super) fn outcome_word(lang: Lang, outcome: Outcome) -> String {
    say::word(lang, &format!("sign-in-{}", outcome.code().replace('_', "-")))
}

pub(super) fn reason_word(lang: Lang, reason: Reason) -> Option<String> {
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
