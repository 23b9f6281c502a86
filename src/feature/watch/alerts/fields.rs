//! What can be chosen in the forms of an alert, and the times typed into them.

use i18n_embed_fl::fl;
use jiff::{Timestamp, ToSpan as _, civil::Date};

use crate::{
    domain::{
        alert::{ActionKind, Method, Outcome, SNOOZE_DAYS, Usefulness},
        clock::{in_japan, japan_instant},
        times::read_time,
        wareki,
    },
    store::people::Colleague,
    web::{Fields, Lang, alert_words, care_words, words},
};

pub(super) type Choices = Vec<(String, String)>;

/// What is recorded without more; visits and sightings have forms of their own.
pub(super) const PLAIN: [ActionKind; 2] = [ActionKind::Called, ActionKind::Other];

fn choose(lang: Lang) -> (String, String) {
    (String::new(), fl!(lang.texts(), "alert-choose"))
}

pub(super) fn kinds(lang: Lang) -> Choices {
    let plain = PLAIN.map(|kind| (kind.code().to_owned(), alert_words::action(lang, kind)));
    [choose(lang)].into_iter().chain(plain).collect()
}

pub(super) fn methods(lang: Lang) -> Choices {
    Method::ALL.iter().map(|method| (method.code().to_owned(), care_words::method(lang, *method))).collect()
}

pub(super) fn usefulness(lang: Lang) -> Choices {
    Usefulness::ALL.iter().map(|it| (it.code().to_owned(), care_words::usefulness(lang, *it))).collect()
}

/// What the hub alone gives is no choice.
pub(super) fn outcomes(lang: Lang) -> Choices {
    let given = Outcome::ALL.iter().filter(|outcome| !outcome.is_the_hubs());
    given.map(|outcome| (outcome.code().to_owned(), alert_words::outcome(lang, *outcome))).collect()
}

pub(super) fn people(lang: Lang, people: &[Colleague]) -> Choices {
    let named = people.iter().map(|person| {
        let (name, organization) = (person.name.as_str(), person.organization.as_str());
        (person.id.to_string(), fl!(lang.texts(), "alert-candidate", name = name, organization = organization))
    });
    [choose(lang)].into_iter().chain(named).collect()
}

/// Tomorrow and the days after it that an alert may rest until.
pub(super) fn days_ahead(lang: Lang, today: Date) -> Choices {
    let day = |ahead: i64| today.saturating_add(ahead.days());
    let days = (1..=SNOOZE_DAYS).map(day).map(|day| (day.to_string(), alert_words::day(lang, day)));
    [choose(lang)].into_iter().chain(days).collect()
}

/// The day of an instant as it is typed.
pub(super) fn day(lang: Lang, at: Timestamp) -> String {
    let day = in_japan(at).date();
    match lang {
        Lang::Ja => wareki::long(day),
        Lang::En => day.to_string(),
    }
}

pub(super) fn time(at: Timestamp) -> String {
    words::time_of_day(at)
}

/// A day and a time typed into two fields, or which of them cannot be read.
pub(super) fn moment(fields: &Fields, on: &'static str, time: &'static str) -> Result<Timestamp, &'static str> {
    let day = wareki::parse(fields.get(on)).map_err(|_| on)?;
    let time = read_time(fields.get(time)).ok().flatten().ok_or(time)?;
    Ok(japan_instant(day.to_datetime(time)))
}
