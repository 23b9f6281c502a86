//! Rights over others: what one admin proposed, another decides.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    approval::{self, No, Seen},
    views::{self, page_of},
};
use crate::{
    domain::ids::{self, Id},
    gate::actions,
    store::people::{
        self,
        proposals::{self, Proposal, State as Became},
    },
    web::{App, Error, Field, Form, Frame, Here, Path, Result, conflict, page, role_word, see_other, unprocessable, words},
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
    let deed = permit.deed().with("proposal", proposal);
    let Some(seen) = Seen::read(&mut tx, &permit, proposal).await? else {
        // Decided by somebody else, or by the same form sent before.
        tx.commit(deed.with("step", "over")).await?;
        return Ok(see_other("/people/proposals?done=over"));
    };
    let texts = here.lang.texts();
    let becomes = match (fields.get("decision"), seen.is_mine(&here)) {
        ("withdraw", true) => Ok(Became::Withdrawn),
        ("refuse", false) => Ok(Became::Refused),
        ("approve", false) => approval::approve(&mut tx, &permit, &here, &seen, &fields).await?.map(|()| Became::Approved),
        ("approve" | "refuse", true) => Err(No::Blocked),
        _ => Err(No::Why(fl!(texts, "error-choose", field = fl!(texts, "proposal-decision")))),
    };
    let no = match becomes {
        Ok(became) => {
            if !proposals::decide(&mut tx, &permit, proposal, became).await? {
                return Err(Error::Hidden);
            }
            tx.commit(deed.with("decision", became.code())).await?;
            return Ok(see_other(&format!("/people/proposals?done={}", became.code())));
        }
        Err(no) => no,
    };
    tx.commit(deed.with("step", "refused")).await?;
    let met = Field::required("met", fields.get("met"));
    match no {
        No::Blocked => unprocessable(&seen.page(&app, &here, met)),
        No::Why(why) => unprocessable(&seen.page(&app, &here, met).refused(why)),
        No::NotMet => {
            let met = met.with_error(Some(fl!(texts, "proposal-met-error")));
            unprocessable(&seen.page(&app, &here, met))
        }
        // They were looked at with other passkeys: the tick is made anew.
        No::Changed => {
            let page = seen.page(&app, &here, Field::required("met", ""));
            conflict(&page.refused(fl!(texts, "proposal-keys-changed")))
        }
    }
}
