//! 退職: the last day of everything somebody does.

use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{ToSpan as _, civil::Date};

use super::{
    confirm::Confirm,
    views::{self, LabelledField, page_of},
};
use crate::{
    domain::{
        ids::{Id, Person},
        membership::admins::Change,
        person::Status,
        wareki,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        people::{self, memberships},
    },
    web::{App, Error, Field, Fields, Form, Here, Lang, Path, Result, page, say, see_other, unprocessable, words},
};

/// Nobody's last day is written down further ahead.
const MOST_YEARS_AHEAD: i32 = 1;

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndMembership>(&here.actor, &facts)?;
    let (person, posts) = read_both(&mut tx, &permit).await?;
    let today = tx.today();
    tx.commit(permit.deed().with("step", "form")).await?;
    if person.status == Status::Left {
        return Ok(see_other(&page_of(id)));
    }
    let last = views::long_day(here.lang, person.left_on.unwrap_or(today));
    page(&form(&app, &here, &person, &posts, Field::required("last_day", &last)))
}

async fn read_both(tx: &mut Tx, permit: &Permit<actions::EndMembership>) -> Result<(people::Person, Vec<memberships::Membership>)> {
    let person = people::read(tx, permit).await?.ok_or(Error::Hidden)?;
    let today = tx.today();
    let mut posts = memberships::of_person(tx, permit).await?;
    posts.retain(|one| one.is_open(today));
    Ok((person, posts))
}

fn form(app: &App, here: &Here, person: &people::Person, posts: &[memberships::Membership], last: Field) -> Confirm {
    let texts = here.lang.texts();
    let last = LabelledField { field: last, label: fl!(texts, "ending-last-day"), hint: fl!(texts, "field-date-hint") };
    Confirm::new(app, here, person, fl!(texts, "leaving-title"))
        .with_posts(here.lang, posts)
        .doing(fl!(texts, "leaving-lead"), fl!(texts, "leaving-button"))
        .with_fields(vec![last])
}

fn read(lang: Lang, typed: &Fields, today: Date) -> Result<Date, String> {
    let last = wareki::parse(typed.get("last_day")).map_err(|no| say::say(lang, no.key(), &no.args()))?;
    let too_far = today.checked_add(MOST_YEARS_AHEAD.years()).is_ok_and(|most| last > most);
    if too_far { Err(say::word(lang, "row-far-ahead")) } else { Ok(last) }
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndMembership>(&here.actor, &facts)?;
    views::take_turn(&mut tx, &here).await?;
    let (person, posts) = read_both(&mut tx, &permit).await?;
    let today = tx.today();
    if person.status == Status::Left {
        tx.commit(permit.deed().with("step", "over")).await?;
        return Ok(see_other(&page_of(id)));
    }
    let admins = people::admins(&mut tx, &here.actor).await?;
    let last = read(here.lang, &fields, today).and_then(|last| match admins.gap(Change::Left(id, last), today) {
        Some(day) => Err(words::without_admin(here.lang, &admins, day)),
        None => Ok(last),
    });
    match last {
        Ok(last) => {
            let ended = people::leave(&mut tx, &permit, last).await?;
            tx.commit(permit.deed().with("last_day", last.to_string()).with("sessions", ended)).await?;
            Ok(see_other(&format!("/people/{id}?done=left")))
        }
        Err(no) => {
            tx.commit(permit.deed().with("step", "refused")).await?;
            let field = Field::required("last_day", fields.get("last_day")).with_error(Some(no));
            unprocessable(&form(&app, &here, &person, &posts, field))
        }
    }
}
