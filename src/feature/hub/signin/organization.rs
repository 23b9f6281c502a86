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
        people::{self, Awaited, Choice},
        sessions::{self, Method},
    },
    web::{
        App, Error, ErrorLine, Fields, Form, Frame, Lang, Result, Secret, Signed, is_set_up_open, page, role_word, see_other,
        start_session, unprocessable, verify, words,
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
    /// Places that are not open yet: from when on they can be chosen.
    awaited: Vec<String>,
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
    let (choices, awaited) = (people::choices(&mut tx).await?, people::awaited(&mut tx).await?);
    let asked = Fields::parse(signed.path.split_once('?').map_or("", |(_, query)| query).as_bytes());
    page(&chooser(&app, &signed, (&choices, &awaited), asked.get("next"), Vec::new()))
}

fn chooser(
    app: &App,
    signed: &Signed,
    (choices, awaited): (&[Choice], &[Awaited]),
    next: &str,
    errors: Vec<ErrorLine>,
) -> ChooseOrganization {
    let texts = signed.lang.texts();
    // Nothing to choose, and something to wait for: the page says so and asks nothing.
    let waits = choices.is_empty() && !awaited.is_empty();
    let options = choices.iter().map(|choice| OrganizationChoice {
        membership: choice.membership.to_string(),
        organization: choice.organization_name.clone(),
        role_word: role_word(signed.lang, choice.role),
    });
    ChooseOrganization {
        frame: Frame::signed(app, signed, if waits { fl!(texts, "choose-not-open") } else { fl!(texts, "choose-heading") }),
        errors,
        action: "/organization".to_owned(),
        next: Some(verify::own_path(next)).filter(|next| *next != "/").unwrap_or_default().to_owned(),
        options: options.collect(),
        awaited: awaited.iter().map(|one| from_when(signed.lang, one)).collect(),
    }
}

/// 「みどり小学校（報告担当）は、令和9年4月1日（木）から使えます。」
fn from_when(lang: Lang, awaited: &Awaited) -> String {
    let (organization, day) = (awaited.organization_name.as_str(), words::date(lang, awaited.from));
    fl!(lang.texts(), "choose-from-when", organization = organization, role = role_word(lang, awaited.role), day = day)
}

pub(super) async fn create(State(app): State<App>, signed: Signed, Form(fields): Form) -> Result {
    let actor = signed.entry();
    let mut tx = app.tx(&actor).await?;
    let choices = people::choices(&mut tx).await?;
    let wanted = fields.get("membership").parse::<Id<Membership>>().ok();
    let Some(choice) = choices.iter().find(|choice| Some(choice.membership) == wanted) else {
        let line = ErrorLine { href: "#main".to_owned(), text: fl!(signed.lang.texts(), "choose-error") };
        let awaited = people::awaited(&mut tx).await?;
        return unprocessable(&chooser(&app, &signed, (&choices, &awaited), fields.get("next"), vec![line]));
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
