//! The words of an urgent report: its choices, and the whole of it as the facility wrote it.

use i18n_embed_fl::fl;

use super::Lang;
use crate::domain::urgent::{Called, ChildNow, Trigger, Urgent};

pub fn trigger(lang: Lang, trigger: Trigger) -> String {
    let texts = lang.texts();
    match trigger {
        Trigger::Injury => fl!(texts, "urgent-trigger-injury"),
        Trigger::Statement => fl!(texts, "urgent-trigger-statement"),
        Trigger::UnwillingHome => fl!(texts, "urgent-trigger-unwilling-home"),
        Trigger::UnexplainedAbsence => fl!(texts, "urgent-trigger-unexplained-absence"),
        Trigger::AbsentSevenDays => fl!(texts, "urgent-trigger-absent-seven-days"),
        Trigger::FamilyChange => fl!(texts, "urgent-trigger-family-change"),
        Trigger::ParentPressure => fl!(texts, "urgent-trigger-parent-pressure"),
        Trigger::OtherChange => fl!(texts, "urgent-trigger-other-change"),
    }
}

/// Where the child is now; `kind` is what `words::wording` gave.
pub fn child_now(lang: Lang, now: ChildNow, kind: &str) -> String {
    let texts = lang.texts();
    match now {
        ChildNow::Here => fl!(texts, "urgent-now-here", kind = kind),
        ChildNow::GoneHome => fl!(texts, "urgent-now-gone-home"),
        ChildNow::Hospital => fl!(texts, "urgent-now-hospital"),
        ChildNow::NotCome => fl!(texts, "urgent-now-not-come"),
        ChildNow::Unknown => fl!(texts, "urgent-now-unknown"),
    }
}

pub fn called(lang: Lang, called: Called) -> String {
    let texts = lang.texts();
    match called {
        Called::Police => fl!(texts, "urgent-called-police"),
        Called::GuidanceCentre => fl!(texts, "urgent-called-guidance"),
        Called::SupportCentre => fl!(texts, "urgent-called-centre"),
    }
}

/// What was reported, as (term, text), in the order of the form.
pub fn whole(lang: Lang, urgent: &Urgent, kind: &str) -> Vec<(String, String)> {
    let texts = lang.texts();
    let comma = fl!(texts, "list-comma");
    let triggers: Vec<_> = urgent.triggers.iter().map(|one| trigger(lang, *one)).collect();
    let called: Vec<_> = urgent.called.iter().map(|one| self::called(lang, *one)).collect();
    let nobody = || fl!(texts, "urgent-called-nobody");
    vec![
        (fl!(texts, "urgent-triggers"), triggers.join(&comma)),
        (fl!(texts, "urgent-happened"), urgent.happened.clone()),
        (fl!(texts, "urgent-place"), urgent.place.clone()),
        (fl!(texts, "urgent-witness"), urgent.witness.clone()),
        (fl!(texts, "urgent-facts"), urgent.facts.clone()),
        (fl!(texts, "urgent-child-now"), child_now(lang, urgent.child_now, kind)),
        (
            fl!(texts, "urgent-contact"),
            fl!(
                texts,
                "urgent-contact-line",
                person = urgent.contact_person.as_str(),
                phone = urgent.contact_phone.as_str(),
                until = urgent.contact_until.as_str()
            ),
        ),
        (fl!(texts, "urgent-called"), if called.is_empty() { nobody() } else { called.join(&comma) }),
    ]
}
