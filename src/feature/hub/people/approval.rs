//! The second word on a right over others: by who has the person before them, and in the person's hands every passkey of theirs.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    confirm,
    views::{self, Fact, page_of},
};
use crate::{
    domain::{
        ids::{self, Id},
        membership::{Term, Wish, way},
        person::Status,
    },
    gate::{Permit, actions},
    store::{
        Tx, bindings, invitations,
        people::{
            self, Key, memberships,
            proposals::{self, Proposal, State as Became},
        },
        sessions,
    },
    web::{App, Error, ErrorLine, Field, Fields, Frame, Here, Lang, Path, Result, page, say, see_other, words},
};

/// Passkeys before a right over others (security B8).
const KEYS_WANTED: usize = 2;

#[derive(Debug, Template)]
#[template(path = "hub/people/approve.html")]
pub(super) struct Approve {
    frame: Frame,
    errors: Vec<ErrorLine>,
    facts: Vec<Fact>,
    keys: Vec<Fact>,
    action: String,
    cancel_href: String,
    /// The passkeys that are shown, by their ids: it is approved for these.
    shown: String,
    met: Field,
    /// Why it cannot be approved, or not by this reader.
    blocked: Option<String>,
    is_mine: bool,
}

impl Approve {
    /// Why it was not done, beyond what a field can say.
    #[must_use]
    pub(super) fn refused(mut self, why: String) -> Self {
        self.errors.insert(0, ErrorLine { href: "#main".to_owned(), text: why });
        self
    }
}

/// An open proposal, and what hangs on it.
#[derive(Debug)]
pub(super) struct Seen {
    person: people::Person,
    one: Proposal,
    keys: Vec<Key>,
    bound_by_claim: bool,
    holds_a_code: bool,
}

/// Why it was not approved.
#[derive(Debug)]
pub(super) enum No {
    /// As the page says: not yet, or not by this reader.
    Blocked,
    Why(String),
    /// The passkeys are others by now than those on the page.
    Changed,
    NotMet,
}

impl Seen {
    /// `None` when it was decided on, or there is no such proposal for the person.
    pub(super) async fn read(
        tx: &mut Tx,
        permit: &Permit<actions::DecideProposal>,
        proposal: Id<ids::Proposal>,
    ) -> Result<Option<Self>> {
        let person = people::read(tx, permit).await?.ok_or(Error::Hidden)?;
        let all = proposals::of_person(tx, permit).await?;
        let Some(one) = all.into_iter().find(|one| one.id == proposal && one.state == Became::Open) else { return Ok(None) };
        Ok(Some(Self {
            person,
            one,
            keys: people::keys(tx, permit).await?,
            bound_by_claim: bindings::of_person(tx, permit).await?.iter().any(|line| line.is_active && line.by_claim),
            holds_a_code: proposals::holds_a_code(tx, permit).await?,
        }))
    }

    pub(super) fn is_mine(&self, here: &Here) -> bool {
        here.actor.person() == Some(self.one.proposed_by)
    }

    /// Why it cannot be approved now, or not by this reader.
    fn blocked(&self, here: &Here) -> Option<String> {
        let texts = here.lang.texts();
        if self.is_mine(here) {
            return Some(fl!(texts, "proposal-is-yours"));
        }
        // The passkeys could be those of whoever made the letter.
        if self.holds_a_code {
            return Some(fl!(texts, "proposal-your-code"));
        }
        if self.person.status != Status::Active {
            return Some(fl!(texts, "proposal-not-active"));
        }
        // Others' rights hang on these roles: one lost or copied passkey must not open or close them (security B8).
        if self.keys.iter().any(|key| key.synced) {
            return Some(fl!(texts, "proposal-synced"));
        }
        if self.keys.len() < KEYS_WANTED {
            return Some(fl!(texts, "proposal-too-few-keys", count = self.keys.len()));
        }
        // Nor a word of the sign-in service alone: whose account it is, somebody else has looked at.
        self.bound_by_claim.then(|| fl!(texts, "proposal-bound-by-code"))
    }

    fn shown(&self) -> String {
        self.keys.iter().map(|key| key.id.to_string()).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn page(&self, app: &App, here: &Here, met: Field) -> Approve {
        let (lang, texts, one) = (here.lang, here.lang.texts(), &self.one);
        let mut facts = confirm::whose(lang, &self.person);
        facts.push(Fact::new(fl!(texts, "proposal-post"), views::post(lang, one.role, &one.organization_name)));
        facts.push(Fact::new(fl!(texts, "col-period"), views::term(lang, one.term)));
        facts.push(Fact::new(fl!(texts, "proposal-by"), one.proposer_name.clone()));
        Approve {
            frame: Frame::here(app, here, fl!(texts, "proposal-title"))
                .with_crumb("/people", fl!(texts, "people-title"))
                .with_crumb("/people/proposals", fl!(texts, "proposals-title")),
            errors: ErrorLine::of([&met]),
            facts,
            keys: self.keys.iter().map(|key| key_fact(lang, key)).collect(),
            action: format!("/people/{}/proposals/{}", self.person.id, one.id),
            cancel_href: page_of(self.person.id),
            shown: self.shown(),
            met,
            blocked: self.blocked(here),
            is_mine: self.is_mine(here),
        }
    }
}

/// A passkey by what its owner can tell it by.
fn key_fact(lang: Lang, key: &Key) -> Fact {
    let texts = lang.texts();
    let kind = say::word(lang, &format!("passkey-kind-{}", key.kind.code()));
    let used = key.last_used_at.map_or_else(|| fl!(texts, "person-never"), |at| words::moment(lang, at));
    // Until its owner gives it a name it is called by its kind.
    let called = if key.name == kind { kind } else { fl!(texts, "proposal-key", name = key.name.as_str(), kind = kind) };
    Fact::new(called, fl!(texts, "proposal-key-times", made = words::moment(lang, key.created_at), used = used))
}

pub(super) async fn show(
    here: Here,
    State(app): State<App>,
    Path((id, proposal)): Path<(Id<ids::Person>, Id<ids::Proposal>)>,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::DecideProposal>(&here.actor, &facts)?;
    let seen = Seen::read(&mut tx, &permit, proposal).await?;
    tx.commit(permit.deed().with("step", "form").with("proposal", proposal)).await?;
    match seen {
        Some(seen) => page(&seen.page(&app, &here, Field::required("met", ""))),
        None => Ok(see_other("/people/proposals?done=over")),
    }
}

/// Gives what was proposed, or says why not. The days that passed meanwhile are nobody's.
///
/// The person is locked, so the passkeys that were shown are all there are. No code that is out adds another afterwards, and whoever
/// is signed in comes in once more, by one of them.
pub(super) async fn approve(
    tx: &mut Tx,
    permit: &Permit<actions::DecideProposal>,
    here: &Here,
    seen: &Seen,
    fields: &Fields,
) -> Result<Result<(), No>> {
    if seen.blocked(here).is_some() {
        return Ok(Err(No::Blocked));
    }
    let (today, one) = (tx.today(), &seen.one);
    let term = Term::new(one.term.from().max(today), one.term.until());
    let Ok(term) = term else { return Ok(Err(No::Why(say::word(here.lang, "membership-over")))) };
    let held = memberships::held(tx, permit).await?;
    let wish = Wish { person: one.person, organization: one.organization, role: one.role, term };
    if let Err(no) = way(&wish, one.organization_kind, &held, today) {
        return Ok(Err(No::Why(say::word(here.lang, no.key()))));
    }
    if fields.get("keys") != seen.shown() {
        return Ok(Err(No::Changed));
    }
    if fields.get("met") != "yes" {
        return Ok(Err(No::NotMet));
    }
    memberships::insert(tx, permit, wish.organization, wish.role, wish.term).await?;
    invitations::withdraw(tx, permit).await?;
    sessions::end_all(tx, permit, None).await?;
    Ok(Ok(()))
}
