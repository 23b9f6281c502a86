//! 転校・転園・卒園・卒業 of one child: the form, the same once more to be confirmed, and taking a plan back.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    conflict,
    move_draft::{Choices, MoveDraft},
    views::{self, Fact},
};
use crate::{
    domain::{
        ids::{Id, Watch},
        transfer::{Begun, Plan},
    },
    gate::{Permit, WatchFacts, actions},
    store::{
        Tx, organizations,
        requests::{self, Request},
        transfers::{self, Transfer},
    },
    web::{App, Error, ErrorLine, Field, Form, Frame, Here, Path, Result, page, see_other, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/transfer.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    version: i32,
    facts: Vec<Fact>,
    draft: MoveDraft,
    /// Where a plan that has not come to pass is taken back.
    undo: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "watch/requests/transfer_check.html")]
struct Check {
    frame: Frame,
    action: String,
    facts: Vec<Fact>,
    /// What was typed goes along.
    kept: Vec<(String, String)>,
    /// What the two facilities will see.
    lines: Vec<String>,
}

/// All that the pages are made from.
struct Looked {
    request: Request,
    transfer: Option<Transfer>,
    begun: Option<Begun>,
    choices: Choices,
}

async fn look(tx: &mut Tx, app: &App, here: &Here, permits: &Permits) -> Result<Looked> {
    let scope = app.gate.scope::<actions::ListRequests>(&here.actor, &here.place())?;
    let request = requests::read(tx, &permits.read).await?.ok_or(Error::Hidden)?;
    Ok(Looked {
        transfer: transfers::read(tx, &permits.read).await?,
        begun: transfers::begun(tx, &permits.transfer).await?,
        choices: Choices { facilities: organizations::facilities(tx, &scope).await?, today: tx.today() },
        request,
    })
}

struct Permits {
    transfer: Permit<actions::TransferRequest>,
    read: Permit<actions::ReadRequest>,
}

impl Permits {
    fn ask(app: &App, here: &Here, facts: &WatchFacts) -> Result<Self> {
        Ok(Self {
            transfer: app.gate.permit::<actions::TransferRequest>(&here.actor, facts)?,
            read: app.gate.permit::<actions::ReadRequest>(&here.actor, facts)?,
        })
    }
}

pub(super) async fn edit(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = requests::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permits = Permits::ask(&app, &here, &facts)?;
    let looked = look(&mut tx, &app, &here, &permits).await?;
    tx.commit(permits.transfer.deed().with("step", "form")).await?;
    let Some(begun) = &looked.begun else { return Ok(see_other(&format!("/requests/{id}"))) };
    let draft = MoveDraft::begin(here.lang, &looked.request, begun, looked.transfer.as_ref(), &looked.choices);
    page(&form(&app, &here, &looked, draft))
}

fn form(app: &App, here: &Here, looked: &Looked, draft: MoveDraft) -> Edit {
    let texts = here.lang.texts();
    let request = &looked.request;
    let settled = looked.begun.is_some_and(|begun| begun.settled.is_some());
    Edit {
        frame: Frame::here(app, here, fl!(texts, "move-title")),
        errors: ErrorLine::of(draft.fields()),
        action: format!("/requests/{}/transfer", request.id),
        cancel_href: format!("/requests/{}", request.id),
        version: request.revision,
        facts: vec![
            Fact::new(fl!(texts, "request-name"), views::named(here.lang, &request.child)),
            Fact::new(fl!(texts, "col-facility"), request.child.facility_name.clone()),
            Fact::new(fl!(texts, "col-grade"), words::place(&request.child.grade, &request.child.class)),
            Fact::new(fl!(texts, "col-period"), views::period(here.lang, request.from, request.until)),
        ],
        draft,
        undo: (looked.transfer.is_some() && !settled).then(|| format!("/requests/{}/transfer/cancellation", request.id)),
    }
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    organizations::hold_still(&mut tx, &here.actor).await?;
    let facts = requests::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permits = Permits::ask(&app, &here, &facts)?;
    let looked = look(&mut tx, &app, &here, &permits).await?;
    let deed = permits.transfer.deed();
    let Some(begun) = looked.begun else {
        tx.commit(deed.with("step", "followed")).await?;
        return Ok(see_other(&format!("/requests/{id}")));
    };
    let mut draft = MoveDraft::of(here.lang, &fields, &looked.choices);
    let plan = draft.read(here.lang, &begun, &looked.choices);
    let version = fields.get("version").parse().unwrap_or(0);
    // A form that is both wrong and stale is first of all stale; one that was sent twice is done once.
    if version != looked.request.revision {
        if plan.as_ref().is_some_and(|plan| looked.transfer.as_ref().is_some_and(|known| known.says(plan))) {
            tx.commit(deed.with("step", "again")).await?;
            return Ok(see_other(&format!("/requests/{id}?done=moved")));
        }
        return stale(tx, &app, &here, &permits, &looked, yours(&here, &draft)).await;
    }
    let Some(plan) = plan else {
        tx.commit(deed.with("step", "refused")).await?;
        return unprocessable(&form(&app, &here, &looked, draft));
    };
    if fields.get("edit") == "1" || fields.get("confirmed") != "1" {
        tx.commit(deed.with("step", "check")).await?;
        if fields.get("edit") == "1" {
            return page(&form(&app, &here, &looked, draft));
        }
        return page(&check(&app, &here, &looked, (&plan, &begun), &draft));
    }
    if transfers::plan(&mut tx, &permits.transfer, version, &begun, &plan).await?.is_err() {
        return stale(tx, &app, &here, &permits, &looked, yours(&here, &draft)).await;
    }
    let onward = plan.onward.as_ref();
    let deed = deed.with("last_day", plan.last).with("next", plan.next.code());
    tx.commit(deed.with("facility", onward.map(|onward| onward.facility)).with("first_day", onward.map(|onward| onward.first)))
        .await?;
    Ok(see_other(&format!("/requests/{id}?done=moved")))
}

fn check(app: &App, here: &Here, looked: &Looked, (plan, begun): (&Plan, &Begun), draft: &MoveDraft) -> Check {
    let (lang, texts) = (here.lang, here.lang.texts());
    let child = &looked.request.child;
    let mut facts = vec![
        Fact::new(fl!(texts, "request-name"), views::named(here.lang, child)),
        Fact::new(fl!(texts, "move-from"), child.facility_name.clone()),
        Fact::new(fl!(texts, "move-last"), views::long_day(lang, plan.last)),
        Fact::new(fl!(texts, "move-next"), super::move_draft::next(lang, plan.next)),
    ];
    let mut lines = vec![fl!(texts, "move-old-sees")];
    if let Some(onward) = &plan.onward {
        let facility = looked.choices.facilities.iter().find(|facility| facility.id == onward.facility);
        let class = onward.class.as_ref().map_or_else(String::new, ToString::to_string);
        facts.extend([
            Fact::new(fl!(texts, "move-facility"), facility.map_or_else(String::new, |facility| facility.name.clone())),
            Fact::new(fl!(texts, "col-grade"), words::place(&onward.grade.code(), &class)),
            Fact::new(fl!(texts, "col-period"), views::period(lang, onward.first, begun.until_after(onward))),
        ]);
        lines.push(fl!(texts, "move-new-sees"));
        lines.push(fl!(texts, "move-counted-on"));
    } else if plan.next.is_held() {
        lines.push(fl!(texts, "move-held"));
    } else {
        lines.push(fl!(texts, "move-outside-line"));
    }
    let kept = draft.fields().into_iter().map(|field| (field.name.clone(), field.value.clone()));
    Check {
        frame: Frame::here(app, here, fl!(texts, "move-check-title")),
        action: format!("/requests/{}/transfer", looked.request.id),
        facts,
        kept: std::iter::once(("version".to_owned(), looked.request.revision.to_string())).chain(kept).collect(),
        lines,
    }
}

fn yours(here: &Here, draft: &MoveDraft) -> Vec<Fact> {
    let texts = here.lang.texts();
    let chosen =
        |field: &Field| field.choices.iter().find(|choice| choice.chosen).map_or_else(String::new, |choice| choice.label.clone());
    vec![
        Fact::new(fl!(texts, "move-last"), draft.ends_on.value.clone()),
        Fact::new(fl!(texts, "move-next"), chosen(&draft.next)),
        Fact::new(fl!(texts, "move-facility"), chosen(&draft.facility)),
        Fact::new(fl!(texts, "move-first"), draft.starts_on.value.clone()),
    ]
}

async fn stale(mut tx: Tx, app: &App, here: &Here, permits: &Permits, looked: &Looked, yours: Vec<Fact>) -> Result {
    let steps = requests::steps(&mut tx, &permits.read).await?;
    tx.commit(permits.transfer.deed().with("step", "conflict")).await?;
    let reload = format!("/requests/{}/transfer", looked.request.id);
    conflict::both(app, here, &looked.request, &steps, yours, &reload)
}

/// Takes back a plan whose last day has not passed.
pub(super) async fn undo(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    organizations::hold_still(&mut tx, &here.actor).await?;
    let facts = requests::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permits = Permits::ask(&app, &here, &facts)?;
    let looked = look(&mut tx, &app, &here, &permits).await?;
    let open = looked.transfer.is_some() && looked.begun.is_some_and(|begun| begun.settled.is_none());
    if !open {
        tx.commit(permits.transfer.deed().with("step", "nothing")).await?;
        return Ok(see_other(&format!("/requests/{id}")));
    }
    let version = fields.get("version").parse().unwrap_or(0);
    if transfers::undo(&mut tx, &permits.transfer, version).await?.is_err() {
        let texts = here.lang.texts();
        let yours = vec![Fact::new(fl!(texts, "move-title"), fl!(texts, "move-undo"))];
        return stale(tx, &app, &here, &permits, &looked, yours).await;
    }
    tx.commit(permits.transfer.deed().with("step", "undone")).await?;
    Ok(see_other(&format!("/requests/{id}?done=move-undone")))
}
