//! Somebody new on the list; who may be there already is shown for decision first.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    draft::{PersonDraft, PostDraft, Wanted},
    views::{self, Link},
};
use crate::{
    domain::{
        ids::Id,
        membership::{No, Wish, way},
        person::{Entry, Likeness, Status},
    },
    gate::{Role, Scope, actions},
    store::{
        Tx,
        people::{
            self, Alike, Details,
            memberships::{self, Place},
        },
    },
    web::{App, Choice, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Result, page, say, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "hub/people/new.html")]
struct New {
    frame: Frame,
    errors: Vec<ErrorLine>,
    person: PersonDraft,
    post: PostDraft,
    /// People who may be the same; the box must be ticked then.
    same: Vec<Link>,
    confirm: Vec<Choice>,
}

/// The roles one person gives alone; the others are proposed once the person is there.
fn roles() -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| !role.is_privileged()).collect()
}

pub(super) async fn new(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::CreatePerson>(&here.actor, &here.place())?;
    let places = memberships::places(&mut tx, &here.actor).await?;
    let today = tx.today();
    tx.commit(permit.deed().with("step", "form")).await?;
    let post = PostDraft::empty(here.lang, &places, &roles(), today);
    page(&template(&app, &here, PersonDraft::of(&Fields::default()), post, &[], false))
}

fn template(app: &App, here: &Here, person: PersonDraft, post: PostDraft, same: &[Alike], confirmed: bool) -> New {
    let texts = here.lang.texts();
    let mut errors = ErrorLine::of(person.fields());
    errors.extend(ErrorLine::of(post.fields()));
    let may_go_on = !same.is_empty() && !same.iter().any(is_taken);
    if may_go_on {
        errors.push(ErrorLine { href: "#same".to_owned(), text: fl!(texts, "person-same-confirm") });
    }
    let tick = Choice { value: "1".to_owned(), label: fl!(texts, "person-same-tick"), chosen: confirmed, asks: false };
    New {
        frame: Frame::here(app, here, fl!(texts, "person-new-title")).with_crumb("/people", fl!(texts, "people-title")),
        errors,
        person,
        post,
        same: same.iter().map(|one| link(here.lang, one)).collect(),
        confirm: if may_go_on { vec![tick] } else { Vec::new() },
    }
}

/// 「高橋　花子（0012・停止・入力担当（みほん保育園））」
fn link(lang: Lang, one: &Alike) -> Link {
    let mut more: Vec<String> = [&one.staff_code].into_iter().filter(|code| !code.is_empty()).cloned().collect();
    more.push(views::status(lang, one.status));
    more.extend(one.posts.iter().map(|post| views::post(lang, post.role, &post.organization_name)));
    Link { href: views::page_of(one.id), label: format!("{}（{}）", one.name, more.join(&fl!(lang.texts(), "list-comma"))) }
}

/// A staff code is one person's as long as they have not left.
fn is_taken(one: &Alike) -> bool {
    one.likeness == Likeness::StaffCode && one.status != Status::Left
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::CreatePerson>(&here.actor, &here.place())?;
    let permit = app.gate.permit::<actions::CreatePerson>(&here.actor, &here.place())?;
    views::take_turn(&mut tx, &here).await?;
    let places = memberships::places(&mut tx, &here.actor).await?;
    let (roles, today) = (roles(), tx.today());
    let mut person = PersonDraft::of(&fields);
    let mut post = PostDraft::of(here.lang, &fields, &places, (&roles, today));
    let details = person.read(here.lang);
    let wanted = wanted(here.lang, &mut post, &places, (&roles, today));
    let (Some(details), Ok(wanted)) = (details, wanted) else {
        tx.commit(scope.deed().with("step", "refused")).await?;
        return unprocessable(&template(&app, &here, person, post, &[], false));
    };
    let same = same(&mut tx, &scope, &details).await?;
    let confirmed = fields.get("confirmed") == "1";
    if same.iter().any(is_taken) {
        person.staff_code.error = Some(fl!(here.lang.texts(), "person-code-taken"));
    }
    if same.iter().any(is_taken) || (!same.is_empty() && !confirmed) {
        // The page names people who are there already: looking at them is a deed.
        tx.commit(scope.deed().with("step", "same").with("rows", same.len())).await?;
        return unprocessable(&template(&app, &here, person, post, &same, confirmed));
    }
    let id = people::insert(&mut tx, &permit, &details).await?;
    if let Some(Wanted { place, role, term }) = wanted {
        let wish = Wish { person: id, organization: place.id, role, term };
        memberships::insert_first(&mut tx, &permit, &wish).await?;
    }
    tx.commit(permit.deed().with("person", id)).await?;
    Ok(see_other(&format!("/people/{id}?done=created")))
}

/// The fields say what to mend.
struct Faulty;

/// What the person shall do, if anything was chosen.
fn wanted(lang: Lang, post: &mut PostDraft, places: &[Place], (roles, today): (&[Role], Date)) -> Result<Option<Wanted>, Faulty> {
    if post.is_empty() {
        return Ok(None);
    }
    let wanted = post.read(lang, places, (roles, today)).ok_or(Faulty)?;
    // Whoever is new holds nothing that could be in the way.
    let wish = Wish { person: Id::random(), organization: wanted.place.id, role: wanted.role, term: wanted.term };
    match way(&wish, wanted.place.kind, &[], today) {
        Ok(_) => Ok(Some(wanted)),
        Err(no) => {
            *faulty(post, no) = Some(say::word(lang, no.key()));
            Err(Faulty)
        }
    }
}

/// Where a refusal of a membership is said.
pub(super) fn faulty(post: &mut PostDraft, no: No) -> &mut Option<String> {
    let field: &mut Field = match no {
        No::Unfit | No::Overlaps => &mut post.role,
        No::Over => &mut post.until,
    };
    &mut field.error
}

async fn same(tx: &mut Tx, scope: &Scope<actions::CreatePerson>, details: &Details) -> Result<Vec<Alike>> {
    let entry = Entry {
        name: &details.name,
        kana: details.kana.as_deref().unwrap_or_default(),
        staff_code: details.staff_code.as_deref().unwrap_or_default(),
    };
    Ok(people::alike(tx, scope, &entry).await?)
}
