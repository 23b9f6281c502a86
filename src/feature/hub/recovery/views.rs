//! What the pages of a recovery show in common: the person, what is under way, and the words for it.

use i18n_embed_fl::fl;

use crate::{
    domain::{
        ids::{Id, Person},
        recovery::{Standing, Voice},
    },
    gate::{Permit, PersonFacts, Role, actions::Action},
    store::{
        Tx,
        recoveries::{self, Open, State},
    },
    web::{Error, Here, Lang, Result, role_word, say, words},
};

#[derive(Debug)]
pub(super) struct Fact {
    pub(super) term: String,
    pub(super) text: String,
}

/// A person and their recovery, as the reader may know them.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) person: recoveries::Person,
    pub(super) standing: Standing,
    pub(super) open: Option<Open>,
}

impl Seen {
    pub(super) async fn read<A: Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Self> {
        let person = recoveries::person(tx, permit).await?.ok_or(Error::Hidden)?;
        let standing = recoveries::standing(tx, permit).await?;
        let open = recoveries::open(tx, permit).await?;
        Ok(Self { person, standing, open })
    }

    /// Who it is about.
    pub(super) fn facts(&self, lang: Lang) -> Vec<Fact> {
        let posts = self.person.posts.iter().map(|(organization, role)| format!("{organization}（{}）", role_word(lang, *role)));
        let posts = posts.collect::<Vec<_>>().join("、");
        let name = if self.person.kana.is_empty() {
            self.person.name.clone()
        } else {
            format!("{}（{}）", self.person.name, self.person.kana)
        };
        vec![
            Fact { term: fl!(lang.texts(), "recovery-person"), text: name },
            Fact { term: fl!(lang.texts(), "recovery-posts"), text: posts },
        ]
    }

    /// Who it is about, who asked, when and why.
    pub(super) fn facts_of_open(&self, lang: Lang) -> Vec<Fact> {
        let mut facts = self.facts(lang);
        if let Some(open) = &self.open {
            let texts = lang.texts();
            facts.push(Fact {
                term: fl!(texts, "recovery-asked-by"),
                text: asked_by(lang, open.asked_as, open.asked_by_name.as_deref()),
            });
            facts.push(Fact { term: fl!(texts, "recovery-asked-at"), text: words::moment(lang, open.asked_at) });
            facts.push(Fact {
                term: fl!(texts, "recovery-reason"),
                text: say::word(lang, &format!("recovery-reason-{}", open.reason.code())),
            });
        }
        facts
    }
}

/// Somebody's name where the reader may know it, and as what they spoke.
pub(super) fn asked_by(lang: Lang, voice: Voice, name: Option<&str>) -> String {
    let word = voice_word(lang, voice);
    name.map_or_else(|| word.clone(), |name| format!("{name}（{word}）"))
}

pub(super) fn voice_word(lang: Lang, voice: Voice) -> String {
    say::word(lang, &format!("recovery-voice-{}", voice.code()))
}

pub(super) fn state_word(lang: Lang, state: State) -> String {
    say::word(lang, &format!("recovery-state-{}", state.code()))
}

/// As what the reader speaks.
pub(super) fn voice(here: &Here) -> Voice {
    if here.acting.role == Role::FacilityHead { Voice::Head } else { Voice::Admin }
}

pub(super) fn path(person: Id<Person>, step: &str) -> String {
    format!("/people/{person}/recovery{step}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::recovery::Reason;

    #[test]
    fn every_code_has_words() {
        for lang in [Lang::Ja, Lang::En] {
            let words = Voice::ALL.iter().map(|voice| voice_word(lang, *voice));
            let words = words.chain(State::ALL.iter().map(|state| state_word(lang, *state)));
            let words =
                words.chain(Reason::ALL.iter().map(|reason| say::word(lang, &format!("recovery-reason-{}", reason.code()))));
            for word in words {
                assert!(!word.starts_with("No localization"), "{word}");
            }
        }
    }
}
