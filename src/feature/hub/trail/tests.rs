//! Every action has its words in both languages.

use super::{
    detail::{self, KEYS, STEPS},
    list::action_word,
};
use crate::{
    domain::opening::{Judgement, Outcome, Reason},
    gate::actions::ALL,
    web::Lang,
};

#[test]
fn every_action_is_named_in_words() {
    for lang in [Lang::Ja, Lang::En] {
        for known in ALL {
            let word = action_word(lang, known.name);
            assert!(!word.contains("No localization") && !word.contains(known.name), "{}: {word}", known.name);
        }
        assert_eq!(action_word(lang, "fromAnotherVersion"), "fromAnotherVersion");
    }
    let words = |lang| ALL.iter().map(|known| action_word(lang, known.name)).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(words(Lang::Ja).len(), ALL.len(), "two actions are called the same");
    assert!(words(Lang::Ja).is_disjoint(&words(Lang::En)));
}

#[test]
fn every_key_and_step_is_named_in_words() {
    for lang in [Lang::Ja, Lang::En] {
        for key in KEYS {
            let said = detail::words(lang, &serde_json::json!({ *key: 3 }));
            assert!(!said.contains("No localization") && said.ends_with(" 3"), "{key}: {said}");
        }
        for step in STEPS {
            let said = detail::step(lang, &serde_json::json!({ "step": step })).unwrap_or_default();
            assert!(!said.is_empty() && !said.contains("No localization") && said != *step, "{step}: {said}");
        }
    }
}

#[test]
fn what_came_of_an_emergency_is_said_in_words() {
    let outcomes = Outcome::ALL.iter().copied().map(Outcome::code).chain(Judgement::ALL.iter().copied().map(Judgement::code));
    let codes = outcomes.map(|code| ("outcome", code)).chain(Reason::ALL.iter().map(|reason| ("cause", reason.code())));
    for (key, code) in codes {
        for lang in [Lang::Ja, Lang::En] {
            let said = detail::words(lang, &serde_json::json!({ key: code }));
            assert!(!said.contains("No localization") && said.split(' ').nth(1) != Some(code), "{key} {code}: {said}");
        }
    }
    let others = serde_json::json!({ "cause": "unanswered", "outcome": "handled" });
    assert_eq!(detail::words(Lang::Ja, &others), "きっかけ unanswered ・ 結果 handled", "the codes of others stay");
}

#[test]
fn ids_are_shortened_and_unknown_keys_kept() {
    let detail =
        serde_json::json!({ "passkey": "f593eb2f-2202-40eb-9ae9-339bfa57bee8", "later": "x", "since": null, "step": "form" });
    assert_eq!(detail::words(Lang::Ja, &detail), "パスキー …fa57bee8 ・ later x");
}
