//! Every action has its words in both languages.

use super::list::action_word;
use crate::{gate::actions::ALL, web::Lang};

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
