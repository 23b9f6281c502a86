//! The first word: somebody says that a person cannot get in any more.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::views::{self, Fact, Seen};
use crate::{
    domain::{
        ids::{Id, Person},
        mail::Mail,
        recovery::{ASKING, Reason, Voice},
    },
    gate::actions,
    store::{mails, people, recoveries},
    web::{App, Error, ErrorLine, Field, Form, Frame, Here, Lang, Path, Result, conflict, page, say, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "hub/recovery/ask.html")]
struct Ask {
    frame: Frame,
    errors: Vec<ErrorLine>,
    facts: Vec<Fact>,
    action: String,
    reason: Field,
    second_word: String,
    delayed: bool,
    mail_is_on: bool,
    /// Why it cannot be asked for.
    blocked: Option<String>,
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::AskRecovery>(&here.actor, &facts)?;
    let seen = Seen::read(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&form(&app, &here, id, &seen, Field::required("reason", "")))
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::AskRecovery>(&here.actor, &facts)?;
    let seen = Seen::read(&mut tx, &permit).await?;
    let typed = Field::required("reason", fields.get("reason"));
    if blocked(here.lang, &seen, views::voice(&here)).is_some() {
        tx.commit(permit.deed().with("step", "blocked")).await?;
        return conflict(&form(&app, &here, id, &seen, typed));
    }
    let Some(reason) = Reason::from_code(fields.get("reason")) else {
        tx.commit(permit.deed().with("step", "refused")).await?;
        let field = fl!(here.lang.texts(), "recovery-reason");
        let error = fl!(here.lang.texts(), "error-choose", field = field);
        return unprocessable(&form(&app, &here, id, &seen, typed.with_error(Some(error))));
    };
    let first = views::voice(&here);
    let second = seen.standing.second(first);
    let Some(recovery) = recoveries::ask(&mut tx, &permit, reason, first, second).await? else {
        // Somebody else asked between our look and our word.
        let seen = Seen::read(&mut tx, &permit).await?;
        tx.commit(permit.deed().with("step", "conflict")).await?;
        return conflict(&form(&app, &here, id, &seen, typed));
    };
    mails::put(&mut tx, &permit, id, &Mail::RecoveryAsked, ASKING).await?;
    tx.commit(permit.deed().with("recovery", recovery).with("as", first).with("second", second).with("reason", reason)).await?;
    Ok(see_other("/recoveries?done=asked"))
}

/// Why nobody, or not this reader, can ask for it now.
fn blocked(lang: Lang, seen: &Seen, voice: Voice) -> Option<String> {
    let texts = lang.texts();
    if seen.open.is_some() {
        Some(fl!(texts, "recovery-blocked-open"))
    } else if !seen.person.is_active {
        Some(fl!(texts, "recovery-blocked-not-active"))
    } else if voice == Voice::Head && !seen.standing.only_reports {
        Some(fl!(texts, "recovery-blocked-admins"))
    } else {
        None
    }
}

fn form(app: &App, here: &Here, id: Id<Person>, seen: &Seen, reason: Field) -> Ask {
    let lang = here.lang;
    let voice = views::voice(here);
    let reasons =
        Reason::ALL.iter().map(|reason| (reason.code().to_owned(), say::word(lang, &format!("recovery-reason-{}", reason.code()))));
    let reason = reason.with_choices(reasons);
    let frame = Frame::here(app, here, fl!(lang.texts(), "recovery-ask-title"));
    Ask {
        frame: frame.with_crumb("/recoveries", fl!(lang.texts(), "recoveries-title")),
        errors: ErrorLine::of([&reason]),
        facts: seen.facts(lang),
        action: views::path(id, ""),
        reason,
        second_word: views::voice_word(lang, seen.standing.second(voice)),
        delayed: seen.standing.privileged,
        mail_is_on: app.config.smtp.is_some(),
        blocked: blocked(lang, seen, voice),
    }
}
