//! One day on which somebody else is on duty, and back to the week.

use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::show::{Typed, again};
use crate::{
    domain::{
        duty_roster::{Shift, Turn},
        ids::{Id, Person},
        wareki,
    },
    gate::actions,
    store::duty_rosters,
    web::{App, Field, Form, Here, Path, Result, see_other},
};

pub(super) async fn create(here: Here, State(app): State<App>, Form(typed): Form) -> Result {
    let texts = here.lang.texts();
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditDuty>(&here.actor, &here.place())?;
    let candidates = duty_rosters::candidates(&mut tx, &permit).await?;
    let mut day = Field::required("day", typed.get("day"));
    let mut shift = Field::required("shift", typed.get("shift"));
    let mut person = Field::required("person", typed.get("person"));
    let on = wareki::parse(&day.value).ok();
    day.error = match on {
        _ if day.value.is_empty() => Some(fl!(texts, "error-required", field = fl!(texts, "col-date"))),
        None => Some(fl!(texts, "error-not-a-date", field = fl!(texts, "col-date"))),
        Some(on) if on < tx.today() => Some(fl!(texts, "duty-error-past")),
        Some(_) => None,
    };
    let half = Shift::from_code(&shift.value);
    shift.error = half.is_none().then(|| fl!(texts, "error-required", field = fl!(texts, "duty-shift")));
    let who = person.value.parse::<Id<Person>>().ok().filter(|id| candidates.iter().any(|one| one.id == *id));
    person.error = who.is_none().then(|| fl!(texts, "error-required", field = fl!(texts, "duty-person")));
    if let (Some(on), Some(half), Some(who), None) = (on, half, who, &day.error) {
        duty_rosters::set_day(&mut tx, &permit, Turn { day: on, shift: half }, who).await?;
        tx.commit(permit.deed().with("day", on).with("shift", half.code()).with("person", who)).await?;
        return Ok(see_other("/duty?done=saved"));
    }
    again(&app, &here, tx, &permit, Typed { week: None, day: Some((day, shift, person)) }).await
}

pub(super) async fn destroy(here: Here, State(app): State<App>, Path(day): Path<Date>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditDuty>(&here.actor, &here.place())?;
    let Some(shift) = Shift::from_code(typed.get("shift")) else {
        return again(&app, &here, tx, &permit, Typed::default()).await;
    };
    // Taken back twice is taken back.
    let removed = duty_rosters::remove_day(&mut tx, &permit, Turn { day, shift }).await?;
    tx.commit(permit.deed().with("day", day).with("shift", shift.code()).with("removed", removed)).await?;
    Ok(see_other("/duty?done=saved"))
}
