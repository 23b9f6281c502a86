//! A short answer to one question; whatever more there is to say, the facility says on the telephone.

use axum::extract::State;
use jiff::civil::Date;

use super::index::List;
use crate::{
    domain::{
        ids::{Id, Watch},
        reply::Answer,
    },
    gate::actions,
    store::{inquiries, reports},
    web::{App, Error, Form, Here, Path, Result, see_other, unprocessable},
};

pub(super) async fn create(
    here: Here,
    State(app): State<App>,
    Path((day, watch)): Path<(Date, Id<Watch>)>,
    Form(fields): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = reports::facts(&mut tx, &here.actor, watch).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::AnswerInquiry>(&here.actor, &facts)?;
    let Some(answer) = Answer::from_code(fields.get("answer")) else {
        let list = List::load(&app, &here, &mut tx, Some(watch)).await?;
        tx.commit(permit.deed().with("day", day).with("step", "refused")).await?;
        return unprocessable(&list);
    };
    let sent = inquiries::answer(&mut tx, &permit, day, answer).await?;
    tx.commit(permit.deed().with("day", day).with("answer", answer.code()).with("sent", sent)).await?;
    if sent {
        app.live.wake();
    }
    Ok(see_other(if sent { "/inquiries?done=sent" } else { "/inquiries?done=over" }))
}
