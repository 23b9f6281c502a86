//! How long sessions of the ward may rest and last: each side of the house, never longer than the program allows (security B4).

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    conflict,
    views::{self, Fact},
};
use crate::{
    gate::{Permit, Side, actions},
    store::{
        Tx,
        organizations::{self, Security},
        sessions::Shorter,
    },
    web::{
        App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Result, page, see_other, session_time::Lasting,
        unprocessable,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/limits.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    cancel_href: String,
    /// What the form was made of.
    shown: String,
    sides: Vec<SideFields>,
}

#[derive(Debug)]
struct SideFields {
    heading: String,
    fields: Vec<LimitField>,
}

#[derive(Debug)]
struct LimitField {
    field: Field,
    label: String,
    hint: String,
}

const SIDES: [Side; 3] = [Side::Facility, Side::Office, Side::Administration];

fn side_word(lang: Lang, side: Side) -> String {
    let texts = lang.texts();
    match side {
        Side::Facility => fl!(texts, "limits-side-facility"),
        Side::Office => fl!(texts, "limits-side-office"),
        Side::Administration => fl!(texts, "limits-side-administration"),
    }
}

/// The longest the program allows: minutes of rest before the screen locks, before the session ends, hours in all.
fn longest(side: Side) -> [i64; 3] {
    let most = Lasting::of(Some(side), Shorter::default());
    [most.lock.as_mins(), most.idle.as_mins(), most.whole.as_hours()]
}

const NAMES: [&str; 3] = ["lock", "idle", "whole"];

fn name(side: Side, what: &str) -> String {
    format!("{}-{what}", side.code())
}

fn label(lang: Lang, what: &str) -> String {
    let texts = lang.texts();
    match what {
        "lock" => fl!(texts, "limits-lock"),
        "idle" => fl!(texts, "limits-idle"),
        _ => fl!(texts, "limits-whole"),
    }
}

/// One field: empty leaves what the program allows.
fn read_one(lang: Lang, field: &mut Field, what: &str, most: i64) -> Option<i16> {
    if field.value.is_empty() {
        return None;
    }
    let typed = wide(&field.value).parse::<i16>().ok();
    let fits = typed.filter(|number| (1..=most).contains(&i64::from(*number)));
    if fits.is_none() {
        field.error = Some(fl!(lang.texts(), "error-out-of-range", field = label(lang, what), min = 1, max = most));
    }
    fits
}

/// Digits in any width.
fn wide(text: &str) -> String {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).collect()
}

fn read(lang: Lang, side: Side, typed: &Fields) -> ([Field; 3], Shorter) {
    let mut fields = NAMES.map(|what| Field::optional(&name(side, what), typed.get(&name(side, what))));
    let most = longest(side);
    let mut numbers = [None; 3];
    for (at, field) in fields.iter_mut().enumerate() {
        numbers[at] = read_one(lang, field, NAMES[at], most[at]);
    }
    let [lock_minutes, idle_minutes, whole_hours] = numbers;
    if let (Some(lock), Some(idle), None) = (lock_minutes, idle_minutes, fields[1].error.as_ref())
        && idle < lock
    {
        fields[1].error = Some(fl!(lang.texts(), "limits-error-order"));
    }
    (fields, Shorter { lock_minutes, idle_minutes, whole_hours })
}

fn shown(side: Side, shorter: Shorter) -> [Field; 3] {
    let values = [shorter.lock_minutes, shorter.idle_minutes, shorter.whole_hours];
    let field = |at: usize| Field::optional(&name(side, NAMES[at]), &values[at].map(|value| value.to_string()).unwrap_or_default());
    [field(0), field(1), field(2)]
}

impl Edit {
    fn of(app: &App, here: &Here, shown: String, fields: impl IntoIterator<Item = (Side, [Field; 3])>) -> Self {
        let texts = here.lang.texts();
        let sides: Vec<SideFields> = fields
            .into_iter()
            .map(|(side, fields)| {
                let rows = fields.into_iter().zip(NAMES.into_iter().zip(longest(side)));
                let row = |(field, (what, most)): (Field, (&str, i64))| LimitField {
                    field,
                    label: label(here.lang, what),
                    hint: fl!(texts, "limits-hint", most = most),
                };
                SideFields { heading: side_word(here.lang, side), fields: rows.map(row).collect() }
            })
            .collect();
        Self {
            frame: Frame::here(app, here, fl!(texts, "limits-title"))
                .with_crumb("/organizations", fl!(texts, "organizations-title")),
            errors: ErrorLine::of(sides.iter().flat_map(|side| side.fields.iter().map(|field| &field.field))),
            cancel_href: views::path(here.acting.organization),
            shown,
            sides,
        }
    }
}

/// The ward's own office alone keeps them.
async fn root(tx: &mut Tx, permit: &Permit<actions::EditSecurity>) -> Result<()> {
    let Security { is_root, .. } = organizations::security(tx, permit).await?;
    if is_root { Ok(()) } else { Err(Error::Hidden) }
}

pub(super) async fn edit(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditSecurity>(&here.actor, &here.place())?;
    root(&mut tx, &permit).await?;
    let limits = organizations::limits(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "limits")).await?;
    page(&Edit::of(&app, &here, state(&limits), limits.iter().map(|(side, shorter)| (*side, shown(*side, *shorter)))))
}

/// What is set, in one line: a form made of another state is stale.
fn state(limits: &[(Side, Shorter)]) -> String {
    let number = |value: Option<i16>| value.map(|value| value.to_string()).unwrap_or_default();
    let side = |(side, shorter): &(Side, Shorter)| {
        let numbers = [shorter.lock_minutes, shorter.idle_minutes, shorter.whole_hours].map(number);
        format!("{}:{}", side.code(), numbers.join("-"))
    };
    limits.iter().map(side).collect::<Vec<_>>().join(" ")
}

/// The limits as somebody reads them.
fn said(lang: Lang, sides: impl IntoIterator<Item = (Side, [Field; 3])>) -> Vec<Fact> {
    let said = sides.into_iter().flat_map(|(side, fields)| {
        let one = move |(field, what): (Field, &str)| {
            let text = if field.value.is_empty() { fl!(lang.texts(), "limits-unset") } else { field.value };
            Fact::new(fl!(lang.texts(), "mark-with", word = label(lang, what), more = side_word(lang, side)), text)
        };
        fields.into_iter().zip(NAMES).map(one)
    });
    said.collect()
}

pub(super) async fn update(here: Here, State(app): State<App>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditSecurity>(&here.actor, &here.place())?;
    root(&mut tx, &permit).await?;
    // Two who change them are one after the other.
    organizations::facts_for_change(&mut tx, &here.actor, permit.id()).await?.ok_or(Error::Hidden)?;
    let kept = organizations::limits(&mut tx, &permit).await?;
    let read: Vec<_> = SIDES.into_iter().map(|side| (side, read(here.lang, side, &typed))).collect();
    let is_stale = typed.get("shown") != state(&kept);
    if !is_stale && read.iter().all(|(_, (fields, _))| fields.iter().all(|field| field.error.is_none())) {
        for (side, (_, shorter)) in &read {
            organizations::set_limit(&mut tx, &permit, *side, *shorter).await?;
        }
        tx.commit(permit.deed().with("limits", read.len())).await?;
        return Ok(see_other(&format!("{}?done=saved", views::path(here.acting.organization))));
    }
    tx.commit(permit.deed().with("step", if is_stale { "conflict" } else { "refused" })).await?;
    let fields = read.into_iter().map(|(side, (fields, _))| (side, fields));
    if is_stale {
        let frame = Frame::here(&app, &here, fl!(here.lang.texts(), "conflict-title"))
            .with_crumb("/organizations", fl!(here.lang.texts(), "organizations-title"));
        let theirs = said(here.lang, kept.iter().map(|(side, shorter)| (*side, shown(*side, *shorter))));
        return conflict::both(frame, theirs, said(here.lang, fields), "/session-limits".to_owned());
    }
    unprocessable(&Edit::of(&app, &here, state(&kept), fields))
}
