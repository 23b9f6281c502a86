//! Ending one membership: with a last day, or now.

use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    confirm::Confirm,
    conflict,
    views::{self, Fact, LabelledField, page_of},
};
use crate::{
    domain::{
        ids::{Id, Membership, Person},
        membership::{
            admins::Change,
            ending::{self, Ending},
        },
        wareki,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        people::{self, memberships},
    },
    web::{App, Error, Field, Fields, Form, Here, Lang, Path, Result, page, say, see_other, unprocessable, words},
};

/// The membership the address names, if it is the person's and can still be ended.
async fn open_one(
    tx: &mut Tx,
    permit: &Permit<actions::EndMembership>,
    id: Id<Membership>,
) -> Result<Option<memberships::Membership>> {
    let all = memberships::of_person(tx, permit).await?;
    let one = all.into_iter().find(|one| one.held.id == id).ok_or(Error::Hidden)?;
    let today = tx.today();
    Ok(one.is_open(today).then_some(one))
}

pub(super) async fn new(here: Here, State(app): State<App>, Path((id, membership)): Path<(Id<Person>, Id<Membership>)>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndMembership>(&here.actor, &facts)?;
    let one = open_one(&mut tx, &permit, membership).await?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let today = tx.today();
    tx.commit(permit.deed().with("step", "form").with("membership", membership)).await?;
    let Some(one) = one else { return Ok(see_other(&page_of(id))) };
    let typed = [("last_day".to_owned(), views::long_day(here.lang, today.max(one.held.term.from())))].into_iter().collect();
    page(&form(&app, &here, &person, &one, &typed))
}

fn form(app: &App, here: &Here, person: &people::Person, one: &memberships::Membership, typed: &Fields) -> Confirm {
    let (lang, texts) = (here.lang, here.lang.texts());
    let when = [("day".to_owned(), fl!(texts, "ending-on-day")), ("now".to_owned(), fl!(texts, "ending-now"))];
    let chosen = if typed.get("when").is_empty() { "day" } else { typed.get("when") };
    let fields = vec![
        LabelledField {
            field: Field::required("when", chosen).with_choices(when),
            label: fl!(texts, "ending-when"),
            hint: String::new(),
        },
        LabelledField {
            field: Field::optional("last_day", typed.get("last_day")),
            label: fl!(texts, "ending-last-day"),
            hint: fl!(texts, "field-date-hint"),
        },
    ];
    let mut confirm = Confirm::new(app, here, person, fl!(texts, "ending-title"))
        .doing(fl!(texts, "ending-lead"), fl!(texts, "ending-button"))
        .with_fields(fields);
    confirm.facts.extend(facts_of(lang, one));
    confirm.version = Some(one.revision);
    confirm
}

fn facts_of(lang: Lang, one: &memberships::Membership) -> Vec<Fact> {
    let texts = lang.texts();
    vec![
        Fact::new(fl!(texts, "people-post"), views::post(lang, one.held.role, &one.organization_name)),
        Fact::new(fl!(texts, "col-period"), views::term(lang, one.held.term)),
    ]
}

/// How it shall end, or why it cannot.
fn read(lang: Lang, typed: &Fields, one: &memberships::Membership, today: Date) -> Result<Ending, String> {
    if typed.get("when") == "now" {
        return Ok(ending::now(one.held.term, today));
    }
    let last = wareki::parse(typed.get("last_day")).map_err(|no| say::say(lang, no.key(), &no.args()))?;
    ending::on(one.held.term, last, today).map_err(|no| say::word(lang, no.key()))
}

pub(super) async fn create(
    here: Here,
    State(app): State<App>,
    Path((id, membership)): Path<(Id<Person>, Id<Membership>)>,
    Form(fields): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndMembership>(&here.actor, &facts)?;
    let one = open_one(&mut tx, &permit, membership).await?;
    views::take_turn(&mut tx, &here).await?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let Some(one) = one else {
        // Ended already, perhaps by the same form sent twice.
        tx.commit(permit.deed().with("step", "over").with("membership", membership)).await?;
        return Ok(see_other(&page_of(id)));
    };
    let version: i64 = fields.get("version").parse().unwrap_or(0);
    if version != one.revision {
        tx.commit(permit.deed().with("step", "conflict").with("membership", membership)).await?;
        let yours = vec![Fact::new(fl!(here.lang.texts(), "ending-last-day"), fields.get("last_day"))];
        return conflict::both(&app, &here, facts_of(here.lang, &one), yours, page_of(id));
    }
    let today = tx.today();
    let admins = people::admins(&mut tx, &here.actor).await?;
    let read =
        read(here.lang, &fields, &one, today).and_then(|ending| match admins.gap(Change::Ended(membership, ending), today) {
            Some(day) => Err(words::without_admin(here.lang, &admins, day)),
            None => Ok(ending),
        });
    let ending = match read {
        Ok(ending) => ending,
        Err(no) => {
            tx.commit(permit.deed().with("step", "refused").with("membership", membership)).await?;
            return unprocessable(&form(&app, &here, &person, &one, &fields).refused(no));
        }
    };
    if memberships::end(&mut tx, &permit, membership, version, &ending).await?.is_err() {
        return Err(Error::Hidden);
    }
    let ended = if ending.at_once { memberships::end_sessions(&mut tx, &permit, membership).await? } else { 0 };
    let deed = permit.deed().with("membership", membership).with("last_day", ending.until.to_string());
    tx.commit(deed.with("sessions", ended)).await?;
    Ok(see_other(&format!("/people/{id}?done=ended")))
}
