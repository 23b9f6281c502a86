//! What the ward is called and whom its people can ring: the foot of every page.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    domain::name::{self, Text},
    gate::actions,
    store::organizations::{self, Help},
    web::{App, ErrorLine, Field, Form, Frame, Here, Lang, Result, page, see_other, unprocessable},
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
}

impl Edit {
    fn of(app: &App, here: &Here, [name, phone, hours]: [Field; 3]) -> Self {
        let texts = here.lang.texts();
        Self {
            frame: Frame::here(app, here, fl!(texts, "set-up-ward-link")).with_crumb("/set-up", fl!(texts, "set-up-title")),
            errors: ErrorLine::of([&name, &phone, &hours]),
            name,
            phone,
            hours,
        }
    }
}

pub(super) async fn edit(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditOrganization>(&here.actor, &here.place())?;
    let help = organizations::help(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "ward")).await?;
    let fields =
        [Field::required("name", &help.name), Field::required("phone", &help.phone), Field::required("hours", &help.hours)];
    page(&Edit::of(&app, &here, fields))
}

pub(super) async fn update(here: Here, State(app): State<App>, Form(typed): Form) -> Result {
    let texts = here.lang.texts();
    let [mut name, mut phone, mut hours] = ["name", "phone", "hours"].map(|field| Field::required(field, typed.get(field)));
    let called = read::<NAME>(here.lang, &mut name, fl!(texts, "set-up-ward-name"));
    let number = read::<LINE>(here.lang, &mut phone, fl!(texts, "set-up-ward-phone"));
    let open = read::<LINE>(here.lang, &mut hours, fl!(texts, "set-up-ward-hours"));
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditOrganization>(&here.actor, &here.place())?;
    if let (Some(name), Some(phone), Some(hours)) = (called, number, open) {
        organizations::set_help(&mut tx, &permit, &Help { name, phone, hours }).await?;
        tx.commit(permit.deed().with("ward", "help")).await?;
        return Ok(see_other("/set-up"));
    }
    tx.commit(permit.deed().with("step", "refused")).await?;
    unprocessable(&Edit::of(&app, &here, [name, phone, hours]))
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
