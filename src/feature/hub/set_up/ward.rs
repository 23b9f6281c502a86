//! What the ward is called and whom its people can ring: the foot of every page.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    domain::name::{self, Phone, Text},
    gate::actions,
    store::organizations::{self, Help},
    web::{App, ErrorLine, Field, Form, Frame, Here, Lang, Result, conflict, page, say, see_other, unprocessable},
};

const NAME: usize = 60;
const LINE: usize = 40;

#[derive(Debug, Template)]
#[template(path = "hub/set_up/ward.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    name: Field,
    phone: Field,
    hours: Field,
    /// What the form was made of.
    shown: Help,
}

#[derive(Debug)]
struct Fact {
    term: String,
    text: String,
}

/// Somebody was first: both versions side by side, nothing saved.
#[derive(Debug, Template)]
#[template(path = "hub/organizations/conflict.html")]
struct Conflict {
    frame: Frame,
    theirs: Vec<Fact>,
    yours: Vec<Fact>,
    reload_href: String,
}

impl Edit {
    fn of(app: &App, here: &Here, shown: Help, [name, phone, hours]: [Field; 3]) -> Self {
        let texts = here.lang.texts();
        Self {
            frame: Frame::here(app, here, fl!(texts, "set-up-ward-link")).with_crumb("/set-up", fl!(texts, "set-up-title")),
            errors: ErrorLine::of([&name, &phone, &hours]),
            name,
            phone,
            hours,
            shown,
        }
    }
}

fn facts(lang: Lang, help: &Help) -> Vec<Fact> {
    let texts = lang.texts();
    let fact = |term: String, text: &String| Fact { term, text: text.clone() };
    vec![
        fact(fl!(texts, "set-up-ward-name"), &help.name),
        fact(fl!(texts, "set-up-ward-phone"), &help.phone),
        fact(fl!(texts, "set-up-ward-hours"), &help.hours),
    ]
}

pub(super) async fn edit(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditOrganization>(&here.actor, &here.place())?;
    let help = organizations::help(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "ward")).await?;
    let fields =
        [Field::required("name", &help.name), Field::required("phone", &help.phone), Field::required("hours", &help.hours)];
    page(&Edit::of(&app, &here, help, fields))
}

pub(super) async fn update(here: Here, State(app): State<App>, Form(typed): Form) -> Result {
    let texts = here.lang.texts();
    let [mut name, mut phone, mut hours] = ["name", "phone", "hours"].map(|field| Field::required(field, typed.get(field)));
    let called = read::<NAME>(here.lang, &mut name, fl!(texts, "set-up-ward-name"));
    let number = read_phone(here.lang, &mut phone);
    let open = read::<LINE>(here.lang, &mut hours, fl!(texts, "set-up-ward-hours"));
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditOrganization>(&here.actor, &here.place())?;
    let [was_name, was_phone, was_hours] = ["was_name", "was_phone", "was_hours"].map(|field| typed.get(field).to_owned());
    let shown = Help { name: was_name, phone: was_phone, hours: was_hours };
    let (Some(called), Some(number), Some(open)) = (called, number, open) else {
        tx.commit(permit.deed().with("step", "refused")).await?;
        return unprocessable(&Edit::of(&app, &here, shown, [name, phone, hours]));
    };
    let wanted = Help { name: called, phone: number, hours: open };
    if organizations::set_help(&mut tx, &permit, (&shown, &wanted)).await?.is_ok() {
        tx.commit(permit.deed().with("ward", "help")).await?;
        return Ok(see_other("/set-up"));
    }
    let kept = organizations::help(&mut tx, &permit).await?;
    if kept == wanted {
        // The same form sent twice.
        tx.commit(permit.deed().with("step", "over")).await?;
        return Ok(see_other("/set-up"));
    }
    tx.commit(permit.deed().with("step", "conflict")).await?;
    conflict(&Conflict {
        frame: Frame::here(&app, &here, fl!(texts, "conflict-title")).with_crumb("/set-up", fl!(texts, "set-up-title")),
        theirs: facts(here.lang, &kept),
        yours: facts(here.lang, &wanted),
        reload_href: "/set-up/ward".to_owned(),
    })
}

/// Facilities ring it from their emergency page, so it is one that can be dialled.
fn read_phone(lang: Lang, field: &mut Field) -> Option<String> {
    let label = || fl!(lang.texts(), "set-up-ward-phone");
    field.error = Some(match Phone::parse(&field.value) {
        Ok(phone) => return Some(String::from(phone)),
        Err(name::Refusal::Empty) => fl!(lang.texts(), "error-required", field = label()),
        Err(name::Refusal::TooLong { written, most }) => {
            fl!(lang.texts(), "error-too-long", field = label(), max = most, now = written)
        }
        Err(refusal) => say::say(lang, refusal.key(), &refusal.args()),
    });
    None
}

fn read<const MOST: usize>(lang: Lang, field: &mut Field, label: String) -> Option<String> {
    let texts = lang.texts();
    field.error = Some(match Text::<MOST>::parse(&field.value) {
        Ok(words) if !words.contains('\n') => return Some(String::from(words)),
        Err(name::Refusal::Empty) => fl!(texts, "error-required", field = label),
        Err(name::Refusal::TooLong { written, most }) => fl!(texts, "error-too-long", field = label, max = most, now = written),
        _ => fl!(texts, "error-characters-hidden", field = label),
    });
    None
}
