//! Taking a planned closing or merger back, until its day.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    conflict,
    draft::facts,
    views::{self, Fact, last_day, path},
};
use crate::{
    domain::ids::{Id, Organization},
    gate::actions,
    store::organizations::{self, Details, Planned},
    web::{App, Error, ErrorLine, Form, Frame, Here, Path, Result, page, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/reopening.html")]
struct Reopening {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    revision: i64,
    facts: Vec<Fact>,
    /// Why it cannot be taken back yet.
    blocked: Option<String>,
}

impl Reopening {
    fn of(app: &App, here: &Here, details: &Details, planned: Planned, closed_on: Date) -> Self {
        let texts = here.lang.texts();
        let mut facts = vec![Fact::new(fl!(texts, "org-closing-last-on"), views::typed_day(here.lang, last_day(closed_on)))];
        if let Some((_, name)) = &details.successor {
            facts.push(Fact::new(fl!(texts, "org-merging-successor"), name.clone()));
        }
        facts.push(Fact::new(
            fl!(texts, "org-reopening-memberships"),
            fl!(texts, "org-reopening-count", count = planned.memberships),
        ));
        Self {
            frame: views::frame(app, here, details.id, &details.name, fl!(texts, "org-reopening-title")),
            errors: Vec::new(),
            action: format!("{}/reopening", path(details.id)),
            cancel_href: path(details.id),
            revision: details.revision,
            facts,
            blocked: blocked(here, planned),
        }
    }
}

/// What must be taken back first: nothing stands open below what ends, and nobody comes back from where they have gone on.
fn blocked(here: &Here, planned: Planned) -> Option<String> {
    let texts = here.lang.texts();
    if planned.successor_ends {
        Some(fl!(texts, "org-reopening-successor-ends"))
    } else if planned.parent_ends {
        Some(fl!(texts, "org-reopening-parent-ends"))
    } else {
        None
    }
}

/// From when on it would be closed, if that day has not come.
fn still_planned(details: &Details, today: Date) -> Option<Date> {
    details.closed_on.filter(|day| *day > today)
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::CloseOrganization>(&here.actor, &place)?;
    let details = organizations::details(&mut tx, &permit).await?;
    let planned = organizations::planned(&mut tx, &permit).await?;
    let closed_on = still_planned(&details, tx.today());
    tx.commit(permit.deed().with("step", "form").with("memberships", planned.memberships)).await?;
    match closed_on {
        Some(closed_on) => page(&Reopening::of(&app, &here, &details, planned, closed_on)),
        None => Ok(see_other(&path(id))),
    }
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    organizations::halt_requests(&mut tx, &here.actor).await?;
    let place = organizations::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::CloseOrganization>(&here.actor, &place)?;
    let details = organizations::details(&mut tx, &permit).await?;
    let planned = organizations::planned(&mut tx, &permit).await?;
    let Some(closed_on) = still_planned(&details, tx.today()) else {
        // Taken back before, perhaps by the same form; or the day has come.
        tx.commit(permit.deed().with("step", "over")).await?;
        return Ok(see_other(&path(id)));
    };
    let revision = typed.get("revision").parse().unwrap_or(0);
    if revision != details.revision {
        tx.commit(permit.deed().with("step", "conflict")).await?;
        let frame = views::frame(&app, &here, id, &details.name, fl!(here.lang.texts(), "conflict-title"));
        let yours = vec![Fact::new(fl!(here.lang.texts(), "org-reopening-title"), details.name.clone())];
        return conflict::both(frame, facts(here.lang, &details), yours, path(id));
    }
    let mut shown = Reopening::of(&app, &here, &details, planned, closed_on);
    if let Some(why) = &shown.blocked {
        tx.commit(permit.deed().with("step", "refused")).await?;
        shown.errors = vec![ErrorLine { href: "#main".to_owned(), text: why.clone() }];
        return unprocessable(&shown);
    }
    let Ok(restored) = organizations::reopen(&mut tx, &permit, revision).await? else { return Err(Error::Hidden) };
    let deed = permit.deed().with("step", "reopened").with("memberships", restored.memberships).with("requests", restored.requests);
    tx.commit(deed).await?;
    Ok(see_other(&format!("{}?done=reopened", path(id))))
}
