//! Ending a request: its last day, and why. A plan to go on elsewhere ends with it.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    conflict, holds,
    views::{self, Fact},
};
use crate::{
    domain::{
        ids::{Id, Watch},
        name::Note,
        wareki,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        requests::{self, Request},
        transfers::{self, Transfer},
    },
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
    /// Where it goes on from here, as a code.
    back: &'static str,
    version: i32,
    facts: Vec<Fact>,
    /// What ends with the request.
    planned: Option<String>,
    ends_on: Field,
    reason: Field,
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = requests::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndRequest>(&here.actor, &facts)?;
    let read = app.gate.permit::<actions::ReadRequest>(&here.actor, &facts)?;
    let ending = Ending::read(&mut tx, &read).await?;
    let today = tx.today();
    tx.commit(permit.deed().with("step", "form")).await?;
    if !ending.is_open(today) {
        return Ok(see_other(&format!("/requests/{id}")));
    }
    let (begins, until, back) = (ending.request.from, ending.request.until, Back::of(views::query(&here).get("back")));
    // Beyond a last day that stands already nothing can end. Whoever graduates is watched until that day.
    let (last, reason) = match (back, until) {
        (Back::Graduates, Some(until)) => (until, fl!(here.lang.texts(), "request-end-graduation")),
        _ => (until.map_or(today, |until| until.min(today)).max(begins), String::new()),
    };
    let ends_on = Field::required("ends_on", &views::long_day(here.lang, last));
    page(&form(&app, &here, &ending, (ends_on, Field::required("reason", &reason)), back))
}

/// Where the form was opened from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Back {
    Request,
    /// The graduates of the hold list, of whom there are more to end.
    Graduates,
}

impl Back {
    fn of(code: &str) -> Self {
        if code == Self::Graduates.code() { Self::Graduates } else { Self::Request }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Request => "",
            Self::Graduates => "graduates",
        }
    }

    fn href(self, request: Id<Watch>) -> String {
        match self {
            Self::Request => format!("/requests/{request}"),
            Self::Graduates => holds::GRADUATES.to_owned(),
        }
    }

    fn done(self, request: Id<Watch>) -> String {
        match self {
            Self::Request => format!("/requests/{request}?done=ended"),
            Self::Graduates => format!("{}&done=ended", holds::GRADUATES),
        }
    }
}

/// A request and the plan that would end with it.
struct Ending {
    request: Request,
    transfer: Option<Transfer>,
}

impl Ending {
    async fn read(tx: &mut Tx, permit: &Permit<actions::ReadRequest>) -> Result<Self> {
        Ok(Self { request: requests::read(tx, permit).await?.ok_or(Error::Hidden)?, transfer: transfers::read(tx, permit).await? })
    }

    /// Not over; or over, with a child that is still to be found or to begin elsewhere.
    fn is_open(&self, today: Date) -> bool {
        let is_over = self.request.until.is_some_and(|until| until < today);
        !is_over || self.transfer.as_ref().is_some_and(|transfer| transfer.is_standing(today))
    }
}

/// The plan in words.
fn planned(lang: Lang, transfer: &Transfer) -> String {
    let texts = lang.texts();
    match &transfer.onward {
        Some(onward) => {
            let day = views::long_day(lang, onward.first);
            fl!(texts, "request-end-with-onward", facility = onward.facility_name.as_str(), day = day)
        }
        None if transfer.next.is_held() => fl!(texts, "request-end-with-hold"),
        None => fl!(texts, "request-end-with-plan"),
    }
}

fn form(app: &App, here: &Here, ending: &Ending, (ends_on, reason): (Field, Field), back: Back) -> End {
    let (texts, request) = (here.lang.texts(), &ending.request);
    End {
        frame: Frame::here(app, here, fl!(texts, "request-end-title")),
        errors: ErrorLine::of([&ends_on, &reason]),
        action: format!("/requests/{}/ending", request.id),
        cancel_href: back.href(request.id),
        back: back.code(),
        version: request.revision,
        facts: vec![
            Fact::new(fl!(texts, "request-name"), views::named(here.lang, &request.child)),
            Fact::new(fl!(texts, "col-facility"), request.child.facility_name.clone()),
            Fact::new(fl!(texts, "col-grade"), words::place(&request.child.grade, &request.child.class)),
            Fact::new(fl!(texts, "col-period"), views::period(here.lang, request.from, request.until)),
        ],
        planned: ending.transfer.as_ref().map(|transfer| planned(here.lang, transfer)),
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
    let ending = Ending::read(&mut tx, &kept).await?;
    let (request, back) = (&ending.request, Back::of(fields.get("back")));
    let version = fields.get("version").parse().unwrap_or(0);
    // A form that is both wrong and stale is first of all stale.
    if version == request.revision {
        match read(here.lang, &fields, request) {
            (Ok(last), Ok(reason)) => {
                if requests::end(&mut tx, &permit, version, last, &reason).await?.is_ok() {
                    let planned = transfers::end_with(&mut tx, &permit).await?;
                    tx.commit(permit.deed().with("last_day", last.to_string()).with("planned", planned.then_some(true))).await?;
                    return Ok(see_other(&back.done(id)));
                }
            }
            (last, reason) => {
                tx.commit(permit.deed().with("step", "refused")).await?;
                let ends_on = Field::required("ends_on", fields.get("ends_on")).with_error(last.err());
                let reason = Field::required("reason", fields.get("reason")).with_error(reason.err());
                return unprocessable(&form(&app, &here, &ending, (ends_on, reason), back));
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
    conflict::both(&app, &here, request, &steps, yours, &format!("/requests/{id}"))
}
