//! What can be done about somebody from their page, and what cannot.

use jiff::civil::Date;

use super::Known;
use crate::{
    domain::{
        ids::{self, Id},
        person::Status,
    },
    store::people::proposals,
    web::Here,
};

/// What can be done from here; an address each, where it can.
#[derive(Debug, Default)]
pub(super) struct Ways {
    pub(super) edit: String,
    /// Not for oneself.
    pub(super) grant: Option<String>,
    pub(super) suspend: Option<String>,
    pub(super) reinstate: Option<String>,
    pub(super) leave: Option<String>,
    pub(super) invite: Option<String>,
    /// The same by mail, where the hub sends any; to nobody who will govern.
    pub(super) link: Option<String>,
    /// Somebody who came in before, and cannot any more.
    pub(super) recover: Option<String>,
    pub(super) end_sessions: String,
}

impl Known {
    pub(super) fn ways(&self, here: &Here, sends_mail: bool, today: Date) -> Ways {
        let (id, status, me) = (self.person.id, self.person.status, here.actor.person());
        let is_me = me == Some(id);
        let way = |word: &str| format!("/people/{id}/{word}");
        let unless_me = |can: bool, word: &str| (can && !is_me).then(|| way(word));
        let works = matches!(status, Status::Active | Status::Invited);
        let invites = works && self.can_be_invited(me, today);
        Ways {
            edit: way("edit"),
            grant: unless_me(works, "memberships/new"),
            suspend: unless_me(works, "suspension"),
            reinstate: unless_me(!works, "reinstatement"),
            leave: unless_me(status != Status::Left, "leaving"),
            invite: unless_me(invites, "invitation"),
            link: unless_me(sends_mail && invites && self.waiting().next().is_none(), "invitation/link"),
            recover: unless_me(status == Status::Active && (self.person.registered > 0 || self.person.ever_bound), "recovery"),
            end_sessions: way("sessions/ending"),
        }
    }

    pub(super) fn waiting(&self) -> impl Iterator<Item = &proposals::Proposal> {
        self.proposals.iter().filter(|one| one.state == proposals::State::Open)
    }

    pub(super) fn decided(&self) -> impl Iterator<Item = &proposals::Proposal> {
        self.proposals.iter().filter(|one| one.state != proposals::State::Open)
    }

    /// As [`crate::store::invitations::candidates`] has it: who never had a passkey nor an account of the sign-in service, or a newcomer on the way
    /// to a right that needs two; for who is proposed, by whoever proposed it.
    fn can_be_invited(&self, me: Option<Id<ids::Person>>, today: Date) -> bool {
        let is_proposed = self.waiting().next().is_some();
        if self.person.ever_bound || (is_proposed && !self.waiting().any(|one| me == Some(one.proposed_by))) {
            return false;
        }
        let open: Vec<_> = self.memberships.iter().filter(|one| one.is_open(today)).collect();
        let never = self.person.registered == 0;
        if open.is_empty() {
            let newcomer = self.person.registered == 1 && self.keys.len() == 1 && self.memberships.is_empty();
            return (never || newcomer) && is_proposed;
        }
        never && !open.iter().any(|one| one.held.role.is_privileged())
    }
}
