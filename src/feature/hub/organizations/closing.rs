//! Closing an organization with a last day: what is still open is said first, and nothing becomes unreachable.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{ToSpan as _, civil::Date};

use super::{
    conflict,
    draft::facts,
    views::{self, Fact, Link, path, read_day},
};
use crate::{
    domain::ids::{Id, Organization},
    gate::actions,
    store::organizations::{self, Details, StillOpen},
    web::{App, Choice, Error, ErrorLine, Field, Form, Frame, Here, Lang, Path, Result, page, role_word, see_other, unprocessable},
};

/// A closing day further away than this is a slip of the pen.
const MOST_YEARS_AHEAD: i32 = 2;

#[derive(Debug, Template)]
#[template(path = "hub/organizations/closing.html")]
struct Closing {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    revision: i64,
    left: Left,
    last_on: Field,
    confirm: Vec<Choice>,
    /// Why it cannot be closed at all.
    barred: bool,
}

/// What would be left behind, in words; shared with merging.
#[derive(Debug)]
pub(super) struct Left {
    /// What must be dealt with first.
    pub(super) first: Vec<String>,
    pub(super) below: Vec<Link>,
    pub(super) memberships: String,
    /// Children who are to come or to go, or are still without a next facility.
    pub(super) plans: Vec<String>,
    /// People who belong nowhere else.
    pub(super) leaving: Vec<Link>,
}

impl Left {
    pub(super) fn of(lang: Lang, still: &StillOpen, is_merger: bool) -> Self {
        let texts = lang.texts();
        let mut first = Vec::new();
        if still.requests > 0 && !is_merger {
            first.push(fl!(texts, "org-left-requests", count = still.requests));
        }
        if still.work && !is_merger {
            first.push(fl!(texts, "org-left-work"));
        }
        if !still.below.is_empty() {
            first.push(fl!(texts, "org-left-below", count = still.below.len()));
        }
        let coming = if is_merger {
            fl!(texts, "org-plans-coming-merged", count = still.coming)
        } else {
            fl!(texts, "org-plans-coming", count = still.coming)
        };
        let plans = [
            (still.coming, coming),
            (still.going, fl!(texts, "org-plans-going", count = still.going)),
            (still.held, fl!(texts, "org-plans-held", count = still.held)),
        ];
        let leaving = still.leaving.iter().map(|person| Link {
            href: format!("/people/{}", person.person),
            label: fl!(texts, "mark-with", word = person.name.as_str(), more = role_word(lang, person.role)),
        });
        Self {
            first,
            below: still.below.iter().map(|named| Link::to(lang, named)).collect(),
            memberships: fl!(texts, "org-left-memberships", count = still.memberships),
            plans: plans.into_iter().filter(|(count, _)| *count > 0).map(|(_, line)| line).collect(),
            leaving: leaving.collect(),
        }
    }
}

fn confirm(lang: Lang, typed: &str) -> Vec<Choice> {
    let label = fl!(lang.texts(), "org-closing-confirm");
    vec![Choice { value: "1".to_owned(), label, chosen: typed == "1", asks: false }]
}

impl Closing {
    fn of(app: &App, here: &Here, details: &Details, still: &StillOpen, last_on: Field, confirmed: &str) -> Self {
        let texts = here.lang.texts();
        Self {
            frame: views::frame(app, here, details.id, &details.name, fl!(texts, "org-closing-title")),
            errors: ErrorLine::of([&last_on]),
            action: format!("{}/closing", path(details.id)),
            cancel_href: path(details.id),
            revision: details.revision,
            left: Left::of(here.lang, still, false),
            last_on,
            confirm: if still.memberships > 0 { confirm(here.lang, confirmed) } else { Vec::new() },
            barred: details.closed_on.is_some(),
        }
    }
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::CloseOrganization>(&here.actor, &place)?;
    let details = organizations::details(&mut tx, &permit).await?;
    let tomorrow = tx.today().saturating_add(1.day());
    let still = organizations::still_open(&mut tx, &permit, tomorrow).await?;
    tx.commit(permit.deed().with("step", "form").with("memberships", still.memberships)).await?;
    page(&Closing::of(&app, &here, &details, &still, Field::required("last_on", ""), ""))
}

/// A last day after the opening, not long ago and not far ahead.
fn last_day(here: &Here, details: &Details, today: Date, field: &mut Field) -> Option<Date> {
    let texts = here.lang.texts();
    let label = fl!(texts, "org-closing-last-on");
    let last = read_day(here.lang, field, label.clone())?;
    let earliest = details.opened_on.max(today.saturating_sub(1.day()));
    field.error = if last < earliest {
        Some(fl!(texts, "org-closing-error-early", day = views::typed_day(here.lang, earliest)))
    } else if last > today.saturating_add(MOST_YEARS_AHEAD.years()) {
        Some(fl!(texts, "org-closing-error-far", years = MOST_YEARS_AHEAD))
    } else {
        None
    };
    field.error.is_none().then_some(last)
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    organizations::halt_requests(&mut tx, &here.actor).await?;
    let place = organizations::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::CloseOrganization>(&here.actor, &place)?;
    let details = organizations::details(&mut tx, &permit).await?;
    let today = tx.today();
    let mut last_on = Field::required("last_on", typed.get("last_on"));
    let last = last_day(&here, &details, today, &mut last_on);
    let from = last.unwrap_or(today).saturating_add(1.day());
    let still = organizations::still_open(&mut tx, &permit, from).await?;
    let revision = typed.get("revision").parse().unwrap_or(0);
    let mut stale = revision != details.revision || details.closed_on.is_some();
    let is_clear = Left::of(here.lang, &still, false).first.is_empty();
    let is_confirmed = still.memberships == 0 || typed.get("confirmed") == "1";
    if let (false, true, true, Some(last)) = (stale, is_clear, is_confirmed, last) {
        if let Ok(ended) = organizations::close(&mut tx, &permit, revision, last).await? {
            tx.commit(permit.deed().with("last_day", last).with("memberships", ended)).await?;
            return Ok(see_other(&format!("{}?done=closed", path(id))));
        }
        stale = true;
    }
    tx.commit(permit.deed().with("step", if stale { "conflict" } else { "refused" })).await?;
    if stale {
        let frame = views::frame(&app, &here, id, &details.name, fl!(here.lang.texts(), "conflict-title"));
        let yours = vec![Fact::new(fl!(here.lang.texts(), "org-closing-last-on"), last_on.value)];
        return conflict::both(frame, facts(here.lang, &details), yours, path(id));
    }
    let mut shown = Closing::of(&app, &here, &details, &still, last_on, typed.get("confirmed"));
    let left = |text: &String| ErrorLine { href: "#left".to_owned(), text: text.clone() };
    shown.errors.extend(shown.left.first.iter().map(left));
    if !is_confirmed {
        shown.errors.push(ErrorLine { href: "#confirm".to_owned(), text: fl!(here.lang.texts(), "org-closing-error-confirm") });
    }
    unprocessable(&shown)
}
