//! The form as it was typed, its words, and what to mend beside each field.

use i18n_embed_fl::fl;

use crate::{
    domain::urgent::{Called, ChildNow, Draft, Fault, Field as UrgentField, Refused, Trigger},
    store::urgent::Child,
    web::{Choice, ErrorLine, Field, Fields, Lang, urgent_words, words},
};

/// What was typed: whom it is about, and the report.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) watch: String,
    pub(super) draft: Draft,
}

impl Typed {
    pub(super) fn read(fields: &Fields) -> Self {
        let get = |field: UrgentField| fields.get(field.code()).to_owned();
        let all = |field: UrgentField| fields.all(field.code()).map(ToOwned::to_owned).collect();
        let draft = Draft {
            triggers: all(UrgentField::Triggers),
            happened: get(UrgentField::Happened),
            place: get(UrgentField::Place),
            witness: get(UrgentField::Witness),
            facts: get(UrgentField::Facts),
            child_now: get(UrgentField::ChildNow),
            contact_person: get(UrgentField::ContactPerson),
            contact_phone: get(UrgentField::ContactPhone),
            contact_until: get(UrgentField::ContactUntil),
            called: all(UrgentField::Called),
        };
        Self { watch: fields.get("child").to_owned(), draft }
    }

    /// The same as (name, value), to be carried through the page that asks once more.
    pub(super) fn carried(&self) -> Vec<(&'static str, String)> {
        let Draft { triggers, happened, place, witness, facts, child_now, contact_person, contact_phone, contact_until, called } =
            &self.draft;
        let all = |field: UrgentField, values: &[String]| -> Vec<_> {
            values.iter().map(|value| (field.code(), value.clone())).collect()
        };
        let mut carried = vec![("child", self.watch.clone())];
        carried.extend(all(UrgentField::Triggers, triggers));
        carried.extend([
            (UrgentField::Happened.code(), happened.clone()),
            (UrgentField::Place.code(), place.clone()),
            (UrgentField::Witness.code(), witness.clone()),
            (UrgentField::Facts.code(), facts.clone()),
            (UrgentField::ChildNow.code(), child_now.clone()),
            (UrgentField::ContactPerson.code(), contact_person.clone()),
            (UrgentField::ContactPhone.code(), contact_phone.clone()),
            (UrgentField::ContactUntil.code(), contact_until.clone()),
        ]);
        carried.extend(all(UrgentField::Called, called));
        carried
    }
}

/// `watch/urgent/new.html`.
#[derive(Debug)]
pub(super) struct UrgentForm {
    pub(super) child: Field,
    pub(super) triggers: Field,
    pub(super) happened: Field,
    pub(super) place: Field,
    pub(super) witness: Field,
    pub(super) facts: Field,
    pub(super) child_now: Field,
    pub(super) contact_person: Field,
    pub(super) contact_phone: Field,
    pub(super) contact_until: Field,
    pub(super) called: Field,
}

impl UrgentForm {
    pub(super) fn new(lang: Lang, kind: &str, children: &[Child], typed: &Typed) -> Self {
        let draft = &typed.draft;
        let named = |child: &Child| {
            let (name, place) = (child.name.as_str(), words::place(&child.grade, &child.class));
            (child.watch.to_string(), fl!(lang.texts(), "urgent-child-line", name = name, place = place))
        };
        let text = |field: UrgentField, value: &str| Field::required(field.code(), value);
        let triggers = Trigger::ALL.iter().map(|one| (one.code(), urgent_words::trigger(lang, *one)));
        let called = Called::ALL.iter().map(|one| (one.code(), urgent_words::called(lang, *one)));
        let now = ChildNow::ALL.iter().map(|one| (one.code().to_owned(), urgent_words::child_now(lang, *one, kind)));
        Self {
            child: Field::required("child", &typed.watch).with_choices(children.iter().map(named)),
            triggers: Field { required: true, ..checks(UrgentField::Triggers, triggers, &draft.triggers) },
            happened: text(UrgentField::Happened, &draft.happened),
            place: text(UrgentField::Place, &draft.place),
            witness: text(UrgentField::Witness, &draft.witness),
            facts: text(UrgentField::Facts, &draft.facts),
            child_now: text(UrgentField::ChildNow, &draft.child_now).with_choices(now),
            contact_person: text(UrgentField::ContactPerson, &draft.contact_person),
            contact_phone: text(UrgentField::ContactPhone, &draft.contact_phone),
            contact_until: text(UrgentField::ContactUntil, &draft.contact_until),
            called: checks(UrgentField::Called, called, &draft.called),
        }
    }

    /// Puts the refusals to their fields; the lines of the summary, in the order of the form.
    pub(super) fn refuse(&mut self, lang: Lang, refused: &[Refused]) -> Vec<ErrorLine> {
        if self.child.choices.iter().all(|child| !child.chosen) {
            self.child.error = Some(fl!(lang.texts(), "error-choose", field = fl!(lang.texts(), "urgent-child")));
        }
        for (field, fault) in refused {
            let words = complaint(lang, *field, *fault);
            self.field(*field).error = Some(words);
        }
        ErrorLine::of([
            &self.child,
            &self.triggers,
            &self.happened,
            &self.place,
            &self.witness,
            &self.facts,
            &self.child_now,
            &self.contact_person,
            &self.contact_phone,
            &self.contact_until,
            &self.called,
        ])
    }

    const fn field(&mut self, field: UrgentField) -> &mut Field {
        match field {
            UrgentField::Triggers => &mut self.triggers,
            UrgentField::Happened => &mut self.happened,
            UrgentField::Place => &mut self.place,
            UrgentField::Witness => &mut self.witness,
            UrgentField::Facts => &mut self.facts,
            UrgentField::ChildNow => &mut self.child_now,
            UrgentField::ContactPerson => &mut self.contact_person,
            UrgentField::ContactPhone => &mut self.contact_phone,
            UrgentField::ContactUntil => &mut self.contact_until,
            UrgentField::Called => &mut self.called,
        }
    }
}

fn checks(field: UrgentField, all: impl Iterator<Item = (&'static str, String)>, typed: &[String]) -> Field {
    let choice = |(code, label): (&str, String)| Choice {
        chosen: typed.iter().any(|typed| typed == code),
        value: code.to_owned(),
        label,
        asks: false,
    };
    Field { choices: all.map(choice).collect(), ..Field::optional(field.code(), "") }
}

fn complaint(lang: Lang, field: UrgentField, fault: Fault) -> String {
    let texts = lang.texts();
    let name = match field {
        UrgentField::Triggers => fl!(texts, "urgent-triggers"),
        UrgentField::Happened => fl!(texts, "urgent-happened"),
        UrgentField::Place => fl!(texts, "urgent-place"),
        UrgentField::Witness => fl!(texts, "urgent-witness"),
        UrgentField::Facts => fl!(texts, "urgent-facts"),
        UrgentField::ChildNow => fl!(texts, "urgent-child-now"),
        UrgentField::ContactPerson => fl!(texts, "urgent-contact-person"),
        UrgentField::ContactPhone => fl!(texts, "urgent-contact-phone"),
        UrgentField::ContactUntil => fl!(texts, "urgent-contact-until"),
        UrgentField::Called => fl!(texts, "urgent-called"),
    };
    match (field, fault) {
        (UrgentField::Triggers | UrgentField::ChildNow, Fault::Missing) | (_, Fault::UnknownChoice) => {
            fl!(texts, "error-choose", field = name)
        }
        (_, Fault::Missing) => fl!(texts, "error-required", field = name),
        (_, Fault::TooLong { written, most }) => fl!(texts, "error-too-long", field = name, max = most, now = written),
        (_, Fault::NotPhone) => fl!(texts, "urgent-error-phone"),
        (_, Fault::Unprintable) => fl!(texts, "error-characters-hidden", field = name),
    }
}
