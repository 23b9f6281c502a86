//! 事後確認: nobody confirmed it in time, so a supervisor of the office whose child it is says whether it was right.

use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    opening_words,
    show::{Judge, Known, Show, refused},
};
use crate::{
    domain::{
        ids::{Id, Opening},
        opening::{self, Judgement, Lack},
    },
    gate::actions,
    store::openings,
    web::{App, Error, Form, Here, Lang, Path, Result, see_other, unprocessable},
};

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Opening>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = openings::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::JudgeOpening>(&here.actor, &facts)?;
    let opening = openings::read(&mut tx, &permit).await?;
    let done = format!("/emergency/{id}?done=judged");
    let mut form = Judge::of(here.lang, id, &fields);
    let said = understood(here.lang, &mut form);
    let is_mine = opening.judged.as_ref().is_some_and(|said| Some(said.person) == here.actor.person());
    if is_mine && said.as_ref().is_some_and(|(judgement, _)| Some(*judgement) == opening.course.judgement) {
        tx.commit(permit.deed().with("step", "again")).await?;
        return Ok(see_other(&done));
    }
    let known = Known { facts, opening, child: None };
    if let Err(refusal) = known.opening.course.judge(tx.now()) {
        return refused((&app, &here), tx, permit.deed(), known, refusal).await;
    }
    let Some((judgement, words)) = said else {
        tx.commit(permit.deed().with("step", "refused")).await?;
        return unprocessable(&Show::new(&app, &here, known, Some(form)));
    };
    openings::judge(&mut tx, &permit, judgement, &words).await?;
    tx.commit(permit.deed().with("outcome", judgement.code())).await?;
    Ok(see_other(&done))
}

/// What the form says, or for each field what to mend: a doubt says which.
fn understood(lang: Lang, form: &mut Judge) -> Option<(Judgement, String)> {
    let texts = lang.texts();
    let judgement = Judgement::from_code(&form.judgement.value);
    if judgement.is_none() {
        form.judgement.error = Some(fl!(texts, "error-choose", field = fl!(texts, "emergency-judgement")));
    }
    let words = match opening::words(&form.words.value) {
        Ok(words) => Some(words.as_str().to_owned()),
        Err(Lack::Missing) if judgement != Some(Judgement::Doubtful) => Some(String::new()),
        Err(lack) => {
            form.words.error = Some(opening_words::lack(lang, fl!(texts, "emergency-judgement-words"), lack));
            None
        }
    };
    judgement.zip(words)
}
