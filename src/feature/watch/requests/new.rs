//! A new request by hand.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    draft::{Choices, Draft},
    views::{self, Link},
};
use crate::{
    domain::ids::{Id, Watch},
    gate::{Permit, Scope, actions},
    store::{
        Tx, organizations, people,
        requests::{self, Addition, Child, Same},
    },
    web::{App, Choice, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Result, page, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/new.html")]
struct New {
    frame: Frame,
    errors: Vec<ErrorLine>,
    draft: Draft,
    /// Which of the children found by the typed name is the sibling.
    sibling: Field,
    /// Children that look the same; the box must be ticked then.
    same: Vec<Link>,
    confirm: Vec<Choice>,
}

pub(super) async fn new(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::CreateRequest>(&here.actor, &here.place())?;
    let choices = choices(&mut tx, &scope).await?;
    let sibling = match views::query(&here).get("sibling").parse::<Id<Watch>>() {
        Ok(id) => requests::same_name(&mut tx, &scope, "", Some(id)).await?,
        Err(_) => Vec::new(),
    };
    tx.commit(scope.deed().with("step", "form")).await?;

    let mut draft = Draft::empty(&here, &choices);
    if let [child] = sibling.as_slice() {
        draft.sibling_name.value.clone_from(&child.name);
    }
    let chosen = sibling.first().map_or_else(String::new, |child| child.watch.to_string());
    page(&template(&app, &here, draft, sibling_field(here.lang, &chosen, &sibling), &[], &Fields::default()))
}

async fn choices(tx: &mut Tx, scope: &Scope<actions::CreateRequest>) -> Result<Choices> {
    Ok(Choices {
        facilities: organizations::facilities(tx, scope).await?,
        people: people::answerers(tx, scope).await?,
        today: tx.today(),
    })
}

fn sibling_field(lang: Lang, chosen: &str, found: &[Child]) -> Field {
    Field::optional("sibling", chosen).with_choices(found.iter().map(|child| (child.watch.to_string(), views::whole(lang, child))))
}

fn template(app: &App, here: &Here, draft: Draft, sibling: Field, same: &[Child], typed: &Fields) -> New {
    let texts = here.lang.texts();
    let mut errors = ErrorLine::of(draft.fields());
    errors.extend(ErrorLine::of([&sibling]));
    if !same.is_empty() {
        errors.push(ErrorLine { href: "#same".to_owned(), text: fl!(texts, "request-duplicate-confirm") });
    }
    let link = |child: &Child| Link { href: format!("/requests/{}", child.watch), label: views::whole(here.lang, child) };
    let tick = Choice {
        value: "1".to_owned(),
        label: fl!(texts, "request-duplicate-tick"),
        chosen: typed.get("confirmed") == "1",
        asks: false,
    };
    New {
        frame: Frame::here(app, here, fl!(texts, "request-new-title")).with_crumb("/requests", fl!(texts, "request-list-title")),
        errors,
        draft,
        sibling,
        same: same.iter().map(link).collect(),
        confirm: if same.is_empty() { Vec::new() } else { vec![tick] },
    }
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    organizations::hold_still(&mut tx, &here.actor).await?;
    let scope = app.gate.scope::<actions::CreateRequest>(&here.actor, &here.place())?;
    let permit = app.gate.permit::<actions::CreateRequest>(&here.actor, &here.place())?;
    let choices = choices(&mut tx, &scope).await?;
    let mut draft = Draft::of(here.lang, &fields, &choices);
    let addition = draft.read(here.lang, &choices, &fields);
    let (mut sibling, brother) = sibling(&mut tx, &scope, here.lang, &fields).await?;
    if sibling.choices.is_empty() {
        draft.sibling_name.error = sibling.error.take();
    }
    let clear = draft.sibling_name.error.is_none() && sibling.error.is_none();
    let Some(mut addition) = addition.filter(|_| clear) else {
        // Children who could be the sibling are named.
        tx.commit(scope.deed().with("step", "refused").with("rows", sibling.choices.len())).await?;
        return unprocessable(&template(&app, &here, draft, sibling, &[], &fields));
    };
    let same = same(&mut tx, &scope, &addition).await?;
    if !same.is_empty() && fields.get("confirmed") != "1" {
        // The page names children who are there already: looking at them is a deed.
        tx.commit(scope.deed().with("step", "same").with("rows", same.len())).await?;
        return unprocessable(&template(&app, &here, draft, sibling, &same, &fields));
    }
    let id = save(&mut tx, &permit, &mut addition, brother).await?;
    tx.commit(permit.deed().with("watch", id)).await?;
    // The grade was not on the form: the page that shows it first says where it comes from.
    let done = if fields.get("grade").is_empty() { "created-by-birth" } else { "created" };
    Ok(see_other(&format!("/requests/{id}?done={done}")))
}

async fn save(
    tx: &mut Tx,
    permit: &Permit<actions::CreateRequest>,
    addition: &mut Addition,
    brother: Option<Id<Watch>>,
) -> Result<Id<Watch>> {
    if let Some(brother) = brother {
        addition.siblings = requests::group_of(tx, permit, brother).await?;
    }
    Ok(requests::add(tx, permit, addition).await?)
}

async fn same(tx: &mut Tx, scope: &Scope<actions::CreateRequest>, addition: &Addition) -> Result<Vec<Child>> {
    let key = addition.name.search_key();
    let same = Same { facility: addition.facility, name_key: &key, grade: addition.grade, from: addition.from };
    Ok(requests::same_child(tx, scope, &same).await?)
}

/// The brother or sister that was typed, found by name; several of that name have to be told apart.
async fn sibling(
    tx: &mut Tx,
    scope: &Scope<actions::CreateRequest>,
    lang: Lang,
    fields: &Fields,
) -> Result<(Field, Option<Id<Watch>>)> {
    let typed = fields.get("sibling_name");
    if typed.is_empty() {
        return Ok((sibling_field(lang, "", &[]), None));
    }
    let found = requests::same_name(tx, scope, &views::sought(typed).0, None).await?;
    let chosen = fields.get("sibling");
    let field = sibling_field(lang, chosen, &found);
    let picked = found.iter().find(|child| child.watch.to_string() == chosen);
    Ok(match (found.as_slice(), picked) {
        ([], _) => (field.with_error(Some(fl!(lang.texts(), "request-sibling-unknown"))), None),
        (_, Some(child)) => (field, Some(child.watch)),
        ([only], None) => (sibling_field(lang, "", std::slice::from_ref(only)), Some(only.watch)),
        (_, None) => (field.with_error(Some(fl!(lang.texts(), "request-sibling-several"))), None),
    })
}
