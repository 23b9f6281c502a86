//! Writing the week anew, all of it at once.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::show::{Read, Show, Typed, field_name, row_word, shift_word};
use crate::{
    domain::{
        duty_roster::{DutyRoster, Row, Shift},
        ids::{Id, Person},
    },
    gate::actions,
    store::duty_rosters,
    web::{App, Fields, Form, Frame, Here, Result, conflict, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/conflict.html")]
struct Both {
    frame: Frame,
    theirs: Vec<Fact>,
    yours: Vec<Fact>,
    reload_href: String,
}

#[derive(Debug)]
struct Fact {
    term: String,
    text: String,
}

pub(super) async fn update(here: Here, State(app): State<App>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditDuty>(&here.actor, &here.place())?;
    let read = Read::load(&app, &here, &mut tx, &permit).await?;
    let Some(week) = week(&read, &typed) else {
        tx.commit(permit.deed().with("step", "refused")).await?;
        return unprocessable(&Show::new(&app, &here, &read, Typed { week: Some(typed), day: None }));
    };
    let revision = typed.get("revision").parse().unwrap_or(-1);
    if revision == read.kept.revision && duty_rosters::set_week(&mut tx, &permit, revision, &week).await? {
        tx.commit(permit.deed().with("turns", week.len()).with("revision", revision + 1)).await?;
        return Ok(see_other("/duty?done=saved"));
    }
    drop(tx);
    // Somebody may have been first a moment ago: what they wrote is read afresh.
    let mut tx = app.tx(&here.actor).await?;
    let read = Read::load(&app, &here, &mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "conflict")).await?;
    let yours = DutyRoster { weekly: week.into_iter().collect(), ..DutyRoster::default() };
    conflict(&Both {
        frame: Frame::here(&app, &here, fl!(here.lang.texts(), "duty-title")),
        theirs: facts(&here, &read, &read.kept.roster),
        yours: facts(&here, &read, &yours),
        reload_href: "/duty".to_owned(),
    })
}

/// The turns of the form; `None` when one of them is nobody who can be on duty.
fn week(read: &Read, typed: &Fields) -> Option<Vec<((Row, Shift), Id<Person>)>> {
    let mut week = Vec::new();
    for row in Row::ALL {
        for shift in Shift::ALL {
            let text = typed.get(&field_name(row, *shift));
            if !text.is_empty() {
                let person = text.parse().ok().filter(|id| read.name(*id).is_some())?;
                week.push(((row, *shift), person));
            }
        }
    }
    Some(week)
}

fn facts(here: &Here, read: &Read, roster: &DutyRoster) -> Vec<Fact> {
    let texts = here.lang.texts();
    let turns = Row::ALL.into_iter().flat_map(|row| Shift::ALL.iter().map(move |shift| (row, *shift)));
    turns
        .map(|(row, shift)| Fact {
            term: format!("{} {}", row_word(here.lang, row), shift_word(here.lang, shift)),
            text: match roster.weekly.get(&(row, shift)) {
                Some(person) => read.name(*person).unwrap_or_else(|| fl!(texts, "duty-gone")),
                None => fl!(texts, "duty-nobody"),
            },
        })
        .collect()
}
