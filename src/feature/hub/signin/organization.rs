//! Choosing what to act as, for people who belong to several organizations (兼務).

use askama::Template;
use axum::{extract::State, http::header};
use i18n_embed_fl::fl;
use url::form_urlencoded;

use super::{enrolment, home::first_step};
use crate::{
    domain::ids::{Id, Membership},
    gate::actions,
    store::{
        organizations,
        people::{self, Choice},
        sessions::{self, Method},
    },
    web::{
        App, Error, ErrorLine, Fields, Form, Frame, Result, Secret, Signed, is_set_up_open, page, role_word, see_other,
        start_session, unprocessable, verify,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/signin/choose_organization.html")]
struct ChooseOrganization {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    /// The page that was asked for, or nothing.
    next: String,
    options: Vec<OrganizationChoice>,
}

#[derive(Debug)]
struct OrganizationChoice {
    membership: String,
    organization: String,
    role_word: String,
}

/// Where to choose, and the page that was asked for before.
pub(super) fn chooser_href(wanted: &str) -> String {
    match verify::own_path(wanted) {
        "/" => "/organization".to_owned(),
        next => format!("/organization?{}", form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish()),
    }
}

pub(super) async fn new(State(app): State<App>, signed: Signed) -> Result {
    let mut tx = app.tx(&signed.entry()).await?;
    let choices = people::choices(&mut tx).await?;
    let asked = Fields::parse(signed.path.split_once('?').map_or("", |(_, query)| query).as_bytes());
    page(&chooser(&app, &signed, &choices, asked.get("next"), Vec::new()))
}

fn chooser(app: &App, signed: &Signed, choices: &[Choice], next: &str, errors: Vec<ErrorLine>) -> ChooseOrganization {
    let options = choices.iter().map(|choice| OrganizationChoice {
        membership: choice.membership.to_string(),
        organization: choice.organization_name.clone(),
        role_word: role_word(signed.lang, choice.role),
    });
    ChooseOrganization {
        frame: Frame::signed(app, signed, fl!(signed.lang.texts(), "choose-heading")),
        errors,
        action: "/organization".to_owned(),
        next: Some(verify::own_path(next)).filter(|next| *next != "/").unwrap_or_default().to_owned(),
        options: options.collect(),
    }
}

pub(super) async fn create(State(app): State<App>, signed: Signed, Form(fields): Form) -> Result {
    let actor = signed.entry();
    let mut tx = app.tx(&actor).await?;
    let choices = people::choices(&mut tx).await?;
    let wanted = fields.get("membership").parse::<Id<Membership>>().ok();
    let Some(choice) = choices.iter().find(|choice| Some(choice.membership) == wanted) else {
        let line = ErrorLine { href: "#main".to_owned(), text: fl!(signed.lang.texts(), "choose-error") };
        return unprocessable(&chooser(&app, &signed, &choices, fields.get("next"), vec![line]));
    };
    let root = organizations::root(&mut tx, &actor).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ChooseOrganization>(&actor, &root)?;
    let token = Secret::token();
    sessions::choose(&mut tx, &permit, signed.found.session, choice.membership, &token.hash()).await?;
    let first_page = first_step(&mut tx, actor.person(), (choice.role, choice.membership), fields.get("next")).await?;
    tx.commit(permit.deed().with("membership", choice.membership)).await?;
    let arrives = signed.found.method == Method::Enrolment && is_set_up_open(usize::try_from(signed.found.passkeys).unwrap_or(0));
    let mut response = see_other(if arrives { enrolment::WELCOME } else { &first_page });
    response.headers_mut().insert(header::SET_COOKIE, start_session(&token));
    Ok(response)
}
