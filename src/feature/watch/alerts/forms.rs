//! What one can do with an alert, as forms that keep what was typed.

use i18n_embed_fl::fl;

use super::{fields, show::Seen};
use crate::{
    domain::alert::{State, WHO_LENGTH},
    gate::{AlertFacts, actions},
    web::{App, ErrorLine, Field, Fields, Here},
};

/// Which of the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Taking,
    Action,
    Visit,
    Sighting,
    Snooze,
    Notice,
    Reply,
    Inquiry,
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

impl Typed<'_> {
    pub(super) fn line(&self) -> ErrorLine {
        ErrorLine { href: format!("#{}", self.wrong.unwrap_or("main")), text: self.words.clone() }
    }
}

/// `parts/alert_forms.html`: one thing to do, folded until it is wanted.
#[derive(Debug)]
pub(super) struct Deal {
    pub(super) summary: String,
    pub(super) lead: Option<String>,
    pub(super) action: String,
    pub(super) parts: Vec<Part>,
    pub(super) save: String,
    pub(super) open: bool,
}

/// A field with how it looks: "text", "area", "select", "radios" or "check".
#[derive(Debug)]
pub(super) struct Part {
    pub(super) look: &'static str,
    pub(super) field: Field,
    pub(super) label: String,
    pub(super) hint: String,
}

/// The forms that make sense now and that the gate permits.
#[derive(Debug)]
pub(super) struct Forms {
    pub(super) take: Option<String>,
    pub(super) deals: Vec<Deal>,
    /// May record, so may answer and ask facilities too.
    pub(super) may_act: bool,
}

impl Forms {
    pub(super) fn new(app: &App, here: &Here, facts: &AlertFacts, seen: &Seen, typed: Option<&Typed<'_>>) -> Self {
        let alert = &seen.shown.alert;
        let may = Permitted::ask(app, here, facts);
        let (open, taken) = (alert.state == State::Open, alert.state == State::Taken);
        let desk = Desk { app, here, seen, path: format!("/alerts/{}", alert.id), typed };
        let mut deals = Vec::new();
        if taken && may.act {
            deals.extend([desk.act(), desk.sighting(), desk.visit()]);
            deals.extend(desk.snooze());
        }
        if (open || taken) && may.hand && !seen.people.is_empty() {
            deals.push(desk.hand());
        }
        if taken && may.close {
            deals.push(desk.close());
        }
        if taken && may.act && !seen.care.awaits_sighting() {
            deals.push(desk.notice());
        }
        // Until the day of a merger those of the successor only look.
        let answers = seen.people.iter().any(|person| here.actor.person() == Some(person.id));
        Self { take: (open && may.take && answers).then(|| format!("{}/taking", desk.path)), deals, may_act: taken && may.act }
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

/// Everything the forms are made of.
struct Desk<'a> {
    app: &'a App,
    here: &'a Here,
    seen: &'a Seen,
    path: String,
    typed: Option<&'a Typed<'a>>,
}

impl Desk<'_> {
    fn typed(&self, which: Which) -> Option<&Typed<'_>> {
        self.typed.filter(|typed| typed.which == which)
    }

    /// A field with what was typed into this form, or with `value` when nothing was.
    fn field(&self, which: Which, name: &'static str, required: bool, value: &str) -> Field {
        let typed = self.typed(which);
        let value = typed.map_or(value, |typed| typed.fields.get(name));
        let error = typed.filter(|typed| typed.wrong == Some(name)).map(|typed| typed.words.clone());
        let field = if required { Field::required(name, value) } else { Field::optional(name, value) };
        field.with_error(error)
    }

    fn act(&self) -> Deal {
        let texts = self.here.lang.texts();
        let which = Which::Action;
        let kind = self.field(which, "kind", true, "").with_choices(fields::kinds(self.here.lang));
        Deal {
            summary: fl!(texts, "alert-act"),
            lead: None,
            action: format!("{}/actions", self.path),
            parts: vec![
                Part { look: "select", field: kind, label: fl!(texts, "alert-act-kind"), hint: String::new() },
                Part {
                    look: "area",
                    field: self.field(which, "act_note", false, ""),
                    label: fl!(texts, "alert-act-note"),
                    hint: fl!(texts, "alert-act-note-hint"),
                },
            ],
            save: fl!(texts, "alert-act-save"),
            open: self.typed(which).is_some(),
        }
    }

    fn sighting(&self) -> Deal {
        let (lang, texts, which) = (self.here.lang, self.here.lang.texts(), Which::Sighting);
        let now = self.app.clock.now();
        let late = self.seen.care.check.as_ref().is_some_and(|check| check.is_open() && check.is_late(now));
        let mut parts = vec![
            Part {
                look: "radios",
                field: self.field(which, "method", true, "").with_choices(fields::methods(lang)),
                label: fl!(texts, "sighting-method"),
                hint: fl!(texts, "sighting-method-hint"),
            },
            text(
                self.field(which, "seen_by", true, ""),
                fl!(texts, "sighting-by"),
                fl!(texts, "sighting-by-hint", max = WHO_LENGTH),
            ),
            text(self.field(which, "seen_on", true, &fields::day(lang, now)), fl!(texts, "sighting-on"), String::new()),
            text(self.field(which, "seen_time", true, &fields::time(now)), fl!(texts, "sighting-time"), String::new()),
        ];
        if late
            || self
                .typed(which)
                .is_some_and(|typed| typed.wrong == Some("late_reason") || !typed.fields.get("late_reason").is_empty())
        {
            parts.push(area(
                self.field(which, "late_reason", true, ""),
                fl!(texts, "sighting-late"),
                fl!(texts, "sighting-late-hint"),
            ));
        }
        parts.push(area(self.field(which, "seen_note", false, ""), fl!(texts, "sighting-note"), String::new()));
        Deal {
            summary: fl!(texts, "sighting-title"),
            lead: None,
            action: format!("{}/sightings", self.path),
            parts,
            save: fl!(texts, "sighting-save"),
            open: self.typed(which).is_some(),
        }
    }

    fn visit(&self) -> Deal {
        let (lang, texts, which) = (self.here.lang, self.here.lang.texts(), Which::Visit);
        let planned = self.seen.care.visit_at;
        let on = planned.map(|at| fields::day(lang, at)).unwrap_or_default();
        let time = planned.map(fields::time).unwrap_or_default();
        Deal {
            summary: if planned.is_some() { fl!(texts, "visit-title-again") } else { fl!(texts, "visit-title") },
            lead: None,
            action: format!("{}/visits", self.path),
            parts: vec![
                text(self.field(which, "visit_on", true, &on), fl!(texts, "visit-on"), fl!(texts, "visit-on-hint")),
                text(self.field(which, "visit_time", true, &time), fl!(texts, "visit-time"), fl!(texts, "visit-time-hint")),
                area(self.field(which, "visit_note", false, ""), fl!(texts, "visit-note"), String::new()),
            ],
            save: fl!(texts, "visit-save"),
            open: self.typed(which).is_some(),
        }
    }

    /// Never where a child is to be seen.
    fn snooze(&self) -> Option<Deal> {
        let (lang, texts, which) = (self.here.lang, self.here.lang.texts(), Which::Snooze);
        let urgent = self.seen.shown.alert.severity == crate::domain::rule::Severity::Urgent;
        if urgent || self.seen.care.awaits_sighting() {
            return None;
        }
        let days = fields::days_ahead(lang, self.app.clock.today());
        Some(Deal {
            summary: fl!(texts, "snooze-title"),
            lead: Some(fl!(texts, "snooze-lead")),
            action: format!("{}/snooze", self.path),
            parts: vec![
                Part {
                    look: "select",
                    field: self.field(which, "snooze_until", true, "").with_choices(days),
                    label: fl!(texts, "snooze-until"),
                    hint: fl!(texts, "snooze-until-hint"),
                },
                area(self.field(which, "snooze_reason", true, ""), fl!(texts, "snooze-reason"), String::new()),
            ],
            save: fl!(texts, "snooze-save"),
            open: self.typed(which).is_some(),
        })
    }

    fn notice(&self) -> Deal {
        let (lang, texts, which) = (self.here.lang, self.here.lang.texts(), Which::Notice);
        let (now, hours) = (self.app.clock.now(), self.seen.hours.deadline);
        Deal {
            summary: fl!(texts, "notification-title"),
            lead: Some(fl!(texts, "notification-lead", hours = hours)),
            action: format!("{}/notice", self.path),
            parts: vec![
                text(self.field(which, "received_on", true, &fields::day(lang, now)), fl!(texts, "notification-on"), String::new()),
                text(self.field(which, "received_time", true, &fields::time(now)), fl!(texts, "notification-time"), String::new()),
            ],
            save: fl!(texts, "notification-save", hours = hours),
            open: self.typed(which).is_some(),
        }
    }

    fn hand(&self) -> Deal {
        let (texts, which) = (self.here.lang.texts(), Which::Handover);
        let to = self.field(which, "to", true, "").with_choices(fields::people(self.here.lang, &self.seen.people));
        Deal {
            summary: fl!(texts, "alert-hand"),
            lead: None,
            action: format!("{}/handover", self.path),
            parts: vec![
                Part { look: "select", field: to, label: fl!(texts, "alert-hand-to"), hint: String::new() },
                area(self.field(which, "hand_note", false, ""), fl!(texts, "alert-hand-note"), String::new()),
            ],
            save: fl!(texts, "alert-hand-save"),
            open: self.typed(which).is_some(),
        }
    }

    fn close(&self) -> Deal {
        let (lang, texts, which) = (self.here.lang, self.here.lang.texts(), Which::Closing);
        let mut parts = vec![
            Part {
                look: "radios",
                field: self.field(which, "outcome", true, "").with_choices(fields::outcomes(lang)),
                label: fl!(texts, "alert-close-outcome"),
                hint: String::new(),
            },
            area(self.field(which, "close_note", true, ""), fl!(texts, "alert-close-note"), fl!(texts, "alert-close-note-hint")),
            Part {
                look: "radios",
                field: self.field(which, "usefulness", false, "").with_choices(fields::usefulness(lang)),
                label: fl!(texts, "usefulness-title"),
                hint: fl!(texts, "usefulness-hint"),
            },
        ];
        // The second step: nobody is asked before it is needed.
        if self.typed(which).is_some_and(|typed| typed.wrong == Some("confirmed") || typed.fields.has("confirmed")) {
            let asked =
                self.field(which, "confirmed", true, "").with_choices([("yes".to_owned(), fl!(texts, "alert-close-unseen"))]);
            parts.push(Part { look: "check", field: asked, label: fl!(texts, "alert-close-unseen-title"), hint: String::new() });
        }
        Deal {
            summary: fl!(texts, "alert-close"),
            lead: None,
            action: format!("{}/closing", self.path),
            parts,
            save: fl!(texts, "alert-close-save"),
            open: self.typed(which).is_some(),
        }
    }
}

fn text(field: Field, label: String, hint: String) -> Part {
    Part { look: "text", field, label, hint }
}

fn area(field: Field, label: String, hint: String) -> Part {
    Part { look: "area", field, label, hint }
}
