//! Rights over others: what one admin proposed, another decides.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    confirm::Confirm,
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
        Tx, bindings,
        people::{
            self, memberships,
            proposals::{self, Proposal, State as Became},
        },
    },
    web::{App, Error, Form, Frame, Here, Lang, Path, Result, page, role_word, say, see_other, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/people/proposals.html")]
struct List {
    frame: Frame,
    rows: Vec<ProposalRow>,
}

/// A proposal, and what whoever reads it may do about it.
#[derive(Debug)]
pub(super) struct ProposalRow {
    pub(super) person_href: String,
    pub(super) person: String,
    pub(super) role: String,
    pub(super) organization: String,
    pub(super) period: String,
    pub(super) proposer: String,
    pub(super) at: String,
    pub(super) action: String,
    /// Neither their own proposal nor for themselves.
    pub(super) may_decide: bool,
    pub(super) may_withdraw: bool,
}

impl ProposalRow {
    pub(super) fn of(here: &Here, one: &Proposal) -> Self {
        let (lang, me) = (here.lang, here.actor.person());
        let is_mine = me == Some(one.proposed_by);
        Self {
            person_href: page_of(one.person),
            person: one.person_name.clone(),
            role: role_word(lang, one.role),
            organization: one.organization_name.clone(),
            period: views::term(lang, one.term),
            proposer: one.proposer_name.clone(),
            at: words::moment(lang, one.proposed_at),
            action: format!("/people/{}/proposals/{}", one.person, one.id),
            may_decide: !is_mine && me != Some(one.person),
            may_withdraw: is_mine,
        }
    }
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListPeople>(&here.actor, &here.place())?;
    let open = proposals::open(&mut tx, &scope).await?;
    tx.commit(scope.deed().with("proposals", open.len())).await?;
    let texts = here.lang.texts();
    let flash = match here.query().get("done") {
        "approved" => Some(fl!(texts, "proposal-approved")),
        "refused" => Some(fl!(texts, "proposal-refused")),
        "withdrawn" => Some(fl!(texts, "proposal-withdrawn")),
        "over" => Some(fl!(texts, "proposal-over")),
        _ => None,
    };
    page(&List {
        frame: Frame::here(&app, &here, fl!(texts, "proposals-title"))
            .with_crumb("/people", fl!(texts, "people-title"))
            .with_flash(flash),
        rows: open.iter().map(|one| ProposalRow::of(&here, one)).collect(),
    })
}

pub(super) async fn decide(
    here: Here,
    State(app): State<App>,
    Path((id, proposal)): Path<(Id<ids::Person>, Id<ids::Proposal>)>,
    Form(fields): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::DecideProposal>(&here.actor, &facts)?;
    views::take_turn(&mut tx, &here).await?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let all = proposals::of_person(&mut tx, &permit).await?;
    let deed = permit.deed().with("proposal", proposal);
    let Some(one) = all.into_iter().find(|one| one.id == proposal && one.state == Became::Open) else {
        // Decided by somebody else, or by the same form sent before.
        tx.commit(deed.with("step", "over")).await?;
        return Ok(see_other("/people/proposals?done=over"));
    };
    let is_mine = here.actor.person() == Some(one.proposed_by);
    let becomes = match (fields.get("decision"), is_mine) {
        ("withdraw", true) => Ok(Became::Withdrawn),
        ("refuse", false) => Ok(Became::Refused),
        ("approve", false) => approval(&mut tx, &permit, here.lang, (&person, &one)).await?.map(|()| Became::Approved),
        ("approve" | "refuse", true) => Err(fl!(here.lang.texts(), "proposal-is-yours")),
        _ => Err(fl!(here.lang.texts(), "error-choose", field = fl!(here.lang.texts(), "proposal-decision"))),
    };
    match becomes {
        Ok(became) => {
            if !proposals::decide(&mut tx, &permit, proposal, became).await? {
                return Err(Error::Hidden);
            }
            tx.commit(deed.with("decision", became.code())).await?;
            Ok(see_other(&format!("/people/proposals?done={}", became.code())))
        }
        Err(why) => {
            tx.commit(deed.with("step", "refused")).await?;
            unprocessable(&page_about(&app, &here, &person, &one).refused(why))
        }
    }
}

/// The proposal beside the reason why nothing was decided.
fn page_about(app: &App, here: &Here, person: &people::Person, one: &Proposal) -> Confirm {
    let texts = here.lang.texts();
    let mut confirm = Confirm::new(app, here, person, fl!(texts, "proposal-title"));
    confirm.facts.push(Fact::new(fl!(texts, "people-post"), views::post(here.lang, one.role, &one.organization_name)));
    confirm.facts.push(Fact::new(fl!(texts, "col-period"), views::term(here.lang, one.term)));
    confirm.facts.push(Fact::new(fl!(texts, "proposal-by"), one.proposer_name.clone()));
    confirm
}

/// Gives what was proposed, or says why it cannot be given yet. The days that passed meanwhile are nobody's.
async fn approval(
    tx: &mut Tx,
    permit: &Permit<actions::DecideProposal>,
    lang: Lang,
    (person, one): (&people::Person, &Proposal),
) -> Result<Result<(), String>> {
    let texts = lang.texts();
    let keys = people::keys(tx, permit).await?;
    if person.status != Status::Active {
        return Ok(Err(fl!(texts, "proposal-not-active")));
    }
    // Others' rights hang on these roles: one lost or copied passkey must not open or close them (security B8).
    if keys.iter().any(|key| key.synced) {
        return Ok(Err(fl!(texts, "proposal-synced")));
    }
    if keys.len() < KEYS_WANTED {
        return Ok(Err(fl!(texts, "proposal-too-few-keys", count = keys.len())));
    }
    // Nor a word of the sign-in service alone: whose account it is, somebody else has looked at.
    if bindings::of_person(tx, permit).await?.iter().any(|line| line.is_active && line.by_claim) {
        return Ok(Err(fl!(texts, "proposal-bound-by-code")));
    }
    let today = tx.today();
    let term = Term::new(one.term.from().max(today), one.term.until());
    let held = memberships::held(tx, permit).await?;
    let wish = term.map(|term| Wish { person: one.person, organization: one.organization, role: one.role, term });
    match wish.map(|wish| (wish, way(&wish, one.organization_kind, &held, today))) {
        Ok((wish, Ok(_))) => {
            memberships::insert(tx, permit, wish.organization, wish.role, wish.term).await?;
            Ok(Ok(()))
        }
        Ok((_, Err(no))) => Ok(Err(say::word(lang, no.key()))),
        Err(_) => Ok(Err(say::word(lang, "membership-over"))),
    }
}

/// Passkeys before a right over others (security B8).
const KEYS_WANTED: usize = 2;
