//! 支援措置 of one child: put on, renewed, taken off. It goes with the child wherever it is asked about.

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
        protection::Protection,
        wareki,
    },
    gate::actions,
    store::requests::{self, Request},
    web::{
        App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Path, Result, page, say, see_other, unprocessable, words,
    },
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/protection.html")]
struct Protect {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    version: i32,
    facts: Vec<Fact>,
    protection: Field,
    until: Field,
}

pub(super) async fn edit(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = requests::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ProtectRequest>(&here.actor, &facts)?;
    let read = app.gate.permit::<actions::ReadRequest>(&here.actor, &facts)?;
    let request = requests::read(&mut tx, &read).await?.ok_or(Error::Hidden)?;
    tx.commit(permit.deed().with("step", "form")).await?;
    let until = request.protection.and_then(|protection| protection.until);
    // Nothing is chosen beforehand for a child that is not protected: either choice has to be meant.
    let protection = Field::required("protection", if request.protection.is_some() { "on" } else { "" });
    let until = Field::optional("until", &until.map_or_else(String::new, |until| views::long_day(here.lang, until)));
    page(&form(&app, &here, (&request, request.revision), protection, until))
}

/// `version` is the one that was on the screen.
fn form(app: &App, here: &Here, (request, version): (&Request, i32), protection: Field, until: Field) -> Protect {
    let texts = here.lang.texts();
    let choices = [("on", fl!(texts, "protection-on")), ("off", fl!(texts, "protection-off"))];
    let protection = protection.with_choices(choices.map(|(code, word)| (code.to_owned(), word)));
    Protect {
        frame: Frame::here(app, here, fl!(texts, "protection-title")).with_crumb("/requests", fl!(texts, "request-list-title")),
        errors: ErrorLine::of([&protection, &until]),
        action: format!("/requests/{}/protection", request.id),
        cancel_href: format!("/requests/{}", request.id),
        version,
        facts: vec![
            Fact::new(fl!(texts, "request-name"), views::named(here.lang, &request.child)),
            Fact::new(fl!(texts, "col-facility"), request.child.facility_name.clone()),
            Fact::new(fl!(texts, "col-grade"), words::place(&request.child.grade, &request.child.class)),
            Fact::new(fl!(texts, "protection-title"), word(here.lang, request.protection)),
        ],
        protection,
        until,
    }
}

/// 対象（令和9年11月30日まで）
pub(super) fn word(lang: Lang, protection: Option<Protection>) -> String {
    let texts = lang.texts();
    match protection {
        None => fl!(texts, "protection-is-off"),
        Some(Protection { until: None }) => fl!(texts, "protection-is-on"),
        Some(Protection { until: Some(until) }) => fl!(texts, "protection-is-on-until", day = views::long_day(lang, until)),
    }
}

/// What the form says, or the two fields with what to mend.
fn read(lang: Lang, fields: &Fields, today: Date) -> Result<Option<Protection>, Box<(Field, Field)>> {
    let (mut protection, mut until) =
        (Field::required("protection", fields.get("protection")), Field::optional("until", fields.get("until")));
    match protection.value.as_str() {
        "off" => return Ok(None),
        "on" => match last_day(lang, &until.value, today) {
            Ok(until) => return Ok(Some(Protection { until })),
            Err(sentence) => until.error = Some(sentence),
        },
        _ => protection.error = Some(fl!(lang.texts(), "error-choose", field = fl!(lang.texts(), "protection-title"))),
    }
    Err(Box::new((protection, until)))
}

fn last_day(lang: Lang, typed: &str, today: Date) -> Result<Option<Date>, String> {
    match wareki::parse(typed) {
        Err(wareki::Refusal::Empty) => Ok(None),
        Err(no) => Err(say::say(lang, no.key(), &no.args())),
        Ok(until) if until < today => Err(fl!(lang.texts(), "error-past-date", field = fl!(lang.texts(), "protection-until"))),
        Ok(until) => Ok(Some(until)),
    }
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = requests::facts_for_protection(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ProtectRequest>(&here.actor, &facts)?;
    let seen = app.gate.permit::<actions::ReadRequest>(&here.actor, &facts)?;
    let request = requests::read(&mut tx, &seen).await?.ok_or(Error::Hidden)?;
    let version = fields.get("version").parse().unwrap_or(0);
    let wanted = match read(here.lang, &fields, tx.today()) {
        Ok(wanted) => wanted,
        Err(fields) => {
            let (protection, until) = *fields;
            tx.commit(permit.deed().with("step", "refused")).await?;
            return unprocessable(&form(&app, &here, (&request, version), protection, until));
        }
    };
    let done = if wanted.is_some() { "protected" } else { "unprotected" };
    if wanted == request.protection {
        // Sent twice, or somebody else has done the same.
        tx.commit(permit.deed().with("step", "as_it_was")).await?;
        return Ok(see_other(&format!("/requests/{id}?done={done}")));
    }
    if requests::protect(&mut tx, &permit, version, wanted).await?.is_err() {
        let steps = requests::steps(&mut tx, &seen).await?;
        tx.commit(permit.deed().with("step", "conflict")).await?;
        let title = fl!(here.lang.texts(), "protection-title");
        let yours = vec![Fact::new(title, word(here.lang, wanted))];
        return conflict::both(&app, &here, &request, &steps, yours, &format!("/requests/{id}/protection"));
    }
    tx.commit(permit.deed().with("protected", wanted.is_some())).await?;
    Ok(see_other(&format!("/requests/{id}?done={done}")))
}
