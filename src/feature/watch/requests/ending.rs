//! Ending a request: its last day, and why.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    conflict,
    views::{self, Fact},
};
use crate::{
    domain::{
        ids::{Id, Watch},
        name::Note,
        wareki,
    },
    gate::actions,
    store::requests::{self, Request},
    web::{
        App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Path, Result, page, say, see_other, unprocessable, words,
    },
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/end.html")]
struct End {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    version: i32,
    facts: Vec<Fact>,
    ends_on: Field,
    reason: Field,
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = requests::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndRequest>(&here.actor, &facts)?;
    let read = app.gate.permit::<actions::ReadRequest>(&here.actor, &facts)?;
    let request = requests::read(&mut tx, &read).await?.ok_or(Error::Hidden)?;
    let today = tx.today();
    tx.commit(permit.deed().with("step", "form")).await?;
    if is_over(&request, today) {
        return Ok(see_other(&format!("/requests/{id}")));
    }
    let ends_on = Field::required("ends_on", &views::long_day(here.lang, today.max(request.from)));
    page(&form(&app, &here, &request, ends_on, Field::required("reason", "")))
}

fn is_over(request: &Request, today: Date) -> bool {
    request.until.is_some_and(|until| until < today)
}

fn form(app: &App, here: &Here, request: &Request, ends_on: Field, reason: Field) -> End {
    let texts = here.lang.texts();
    End {
        frame: Frame::here(app, here, fl!(texts, "request-end-title")),
        errors: ErrorLine::of([&ends_on, &reason]),
        action: format!("/requests/{}/ending", request.id),
        cancel_href: format!("/requests/{}", request.id),
        version: request.revision,
        facts: vec![
            Fact::new(fl!(texts, "request-name"), request.child.name.clone()),
            Fact::new(fl!(texts, "col-facility"), request.child.facility_name.clone()),
            Fact::new(fl!(texts, "col-grade"), words::place(&request.child.grade, &request.child.class)),
            Fact::new(fl!(texts, "col-period"), views::period(here.lang, request.from, request.until)),
        ],
        ends_on,
        reason,
    }
}

/// The last day and the reason, or for each what to mend.
fn read(lang: Lang, fields: &Fields, request: &Request) -> (Result<Date, String>, Result<Note, String>) {
    let texts = lang.texts();
    let last = wareki::parse(fields.get("ends_on")).map_err(|refusal| say::say(lang, refusal.key(), &refusal.args()));
    let last = last.and_then(|last| match request.until {
        _ if last < request.from => Err(fl!(texts, "request-end-before-start", from = views::long_day(lang, request.from))),
        Some(until) if last > until => Err(fl!(texts, "request-end-after-end", until = views::long_day(lang, until))),
        _ => Ok(last),
    });
    let reason = Note::parse(fields.get("reason")).map_err(|refusal| say::say(lang, refusal.key(), &refusal.args()));
    (last, reason)
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = requests::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndRequest>(&here.actor, &facts)?;
    let kept = app.gate.permit::<actions::ReadRequest>(&here.actor, &facts)?;
    let request = requests::read(&mut tx, &kept).await?.ok_or(Error::Hidden)?;
    let version = fields.get("version").parse().unwrap_or(0);
    // A form that is both wrong and stale is first of all stale.
    if version == request.revision {
        match read(here.lang, &fields, &request) {
            (Ok(last), Ok(reason)) => {
                if requests::end(&mut tx, &permit, version, last, &reason).await?.is_ok() {
                    tx.commit(permit.deed().with("last_day", last.to_string())).await?;
                    return Ok(see_other(&format!("/requests/{id}?done=ended")));
                }
            }
            (last, reason) => {
                tx.commit(permit.deed().with("step", "refused")).await?;
                let ends_on = Field::required("ends_on", fields.get("ends_on")).with_error(last.err());
                let reason = Field::required("reason", fields.get("reason")).with_error(reason.err());
                return unprocessable(&form(&app, &here, &request, ends_on, reason));
            }
        }
    }
    let steps = requests::steps(&mut tx, &kept).await?;
    tx.commit(permit.deed().with("step", "conflict")).await?;
    let texts = here.lang.texts();
    let yours = vec![
        Fact::new(fl!(texts, "request-ends-on"), fields.get("ends_on")),
        Fact::new(fl!(texts, "request-end-reason"), fields.get("reason")),
    ];
    conflict::both(&app, &here, &request, &steps, yours, &format!("/requests/{id}"))
}
