//! The four things one can do with an alert, as forms that keep what was typed.

use i18n_embed_fl::fl;

use crate::{
    domain::alert::{ActionKind, Alert, Outcome, State},
    gate::{AlertFacts, actions},
    store::alerts::Handed,
    web::{App, ErrorLine, Field, Fields, Here, alert_words},
};

/// Which of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Taking,
    Action,
    Handover,
    Closing,
}

/// What was typed into one of the forms, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Typed<'a> {
    pub(super) which: Which,
    pub(super) fields: &'a Fields,
    /// The field, or none when it is the whole step that cannot be taken.
    pub(super) wrong: Option<&'static str>,
    pub(super) words: String,
}

#[derive(Debug)]
pub(super) struct ActForm {
    pub(super) action: String,
    pub(super) kind: Field,
    pub(super) note: Field,
    pub(super) open: bool,
}

#[derive(Debug)]
pub(super) struct HandForm {
    pub(super) action: String,
    pub(super) to: Field,
    pub(super) note: Field,
    pub(super) open: bool,
}

#[derive(Debug)]
pub(super) struct CloseForm {
    pub(super) action: String,
    pub(super) outcome: Field,
    pub(super) note: Field,
    pub(super) open: bool,
}

/// The forms that make sense now and that the gate permits.
#[derive(Debug)]
pub(super) struct Forms {
    pub(super) take: Option<String>,
    pub(super) act: Option<ActForm>,
    pub(super) hand: Option<HandForm>,
    pub(super) close: Option<CloseForm>,
}

impl Typed<'_> {
    pub(super) fn line(&self) -> ErrorLine {
        ErrorLine { href: format!("#{}", self.wrong.unwrap_or("main")), text: self.words.clone() }
    }

    fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }
}

impl Forms {
    pub(super) fn new(
        app: &App,
        here: &Here,
        facts: &AlertFacts,
        alert: &Alert,
        people: &[Handed],
        typed: Option<&Typed<'_>>,
    ) -> Self {
        let may = Permitted::ask(app, here, facts);
        let (open, taken) = (alert.state == State::Open, alert.state == State::Taken);
        let path = format!("/alerts/{}", alert.id);
        Self {
            take: (open && may.take).then(|| format!("{path}/taking")),
            act: (taken && may.act).then(|| act(here, &path, typed)),
            hand: ((open || taken) && may.hand && !people.is_empty()).then(|| hand(here, &path, people, typed)),
            close: (taken && may.close).then(|| close(here, &path, typed)),
        }
    }
}

/// What the gate says to each of them.
#[expect(clippy::struct_excessive_bools, reason = "four questions, four answers")]
struct Permitted {
    take: bool,
    act: bool,
    hand: bool,
    close: bool,
}

impl Permitted {
    fn ask(app: &App, here: &Here, facts: &AlertFacts) -> Self {
        Self {
            take: app.gate.permit::<actions::TakeAlert>(&here.actor, facts).is_ok(),
            act: app.gate.permit::<actions::ActOnAlert>(&here.actor, facts).is_ok(),
            hand: app.gate.permit::<actions::HandOnAlert>(&here.actor, facts).is_ok(),
            close: app.gate.permit::<actions::CloseAlert>(&here.actor, facts).is_ok(),
        }
    }
}

fn act(here: &Here, path: &str, typed: Option<&Typed<'_>>) -> ActForm {
    let typed = typed.filter(|typed| typed.which == Which::Action);
    let kinds = ActionKind::ALL.iter().map(|kind| (kind.code().to_owned(), alert_words::action(here.lang, *kind)));
    ActForm {
        action: format!("{path}/actions"),
        kind: field("kind", true, typed).with_choices([choose(here)].into_iter().chain(kinds)),
        note: field("act_note", false, typed),
        open: typed.is_some(),
    }
}

fn hand(here: &Here, path: &str, people: &[Handed], typed: Option<&Typed<'_>>) -> HandForm {
    let typed = typed.filter(|typed| typed.which == Which::Handover);
    let named = people.iter().map(|person| {
        let (name, organization) = (person.name.as_str(), person.organization.as_str());
        (person.id.to_string(), fl!(here.lang.texts(), "alert-candidate", name = name, organization = organization))
    });
    HandForm {
        action: format!("{path}/handover"),
        to: field("to", true, typed).with_choices([choose(here)].into_iter().chain(named)),
        note: field("hand_note", false, typed),
        open: typed.is_some(),
    }
}

fn close(here: &Here, path: &str, typed: Option<&Typed<'_>>) -> CloseForm {
    let typed = typed.filter(|typed| typed.which == Which::Closing);
    // 遅れて報告あり is the hub's own.
    let given = Outcome::ALL.iter().filter(|outcome| **outcome != Outcome::ReportedLater);
    let outcomes = given.map(|outcome| (outcome.code().to_owned(), alert_words::outcome(here.lang, *outcome)));
    CloseForm {
        action: format!("{path}/closing"),
        outcome: field("outcome", true, typed).with_choices(outcomes),
        note: field("close_note", true, typed),
        open: typed.is_some(),
    }
}

fn field(name: &'static str, required: bool, typed: Option<&Typed<'_>>) -> Field {
    let value = typed.map_or("", |typed| typed.value(name));
    let error = typed.filter(|typed| typed.wrong == Some(name)).map(|typed| typed.words.clone());
    let field = if required { Field::required(name, value) } else { Field::optional(name, value) };
    field.with_error(error)
}

fn choose(here: &Here) -> (String, String) {
    (String::new(), fl!(here.lang.texts(), "alert-choose"))
}
