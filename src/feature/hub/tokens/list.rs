//! The tokens of a facility, and the form for one more.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{Timestamp, ToSpan as _, civil::Date};

use crate::{
    domain::{
        ids::{ApiToken, Id, Organization},
        networks::Networks,
    },
    gate::actions,
    store::{
        organizations,
        tokens::{self, Facility, Line},
    },
    web::{App, Error, ErrorLine, Field, Frame, Here, Lang, Path, Result, page, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/tokens/list.html")]
pub(super) struct List {
    frame: Frame,
    errors: Vec<ErrorLine>,
    /// Something was done before, or by somebody else.
    pub(super) notice: Option<String>,
    facility: String,
    is_closed: bool,
    rows: Vec<TokenRow>,
    action: String,
    form: NewToken,
}

#[derive(Debug)]
struct TokenRow {
    name: String,
    state_word: String,
    works: bool,
    created: String,
    expires_word: String,
    last_used: Option<String>,
    networks: Vec<String>,
    revoke_action: String,
}

/// The form for one more token.
#[derive(Debug)]
pub(super) struct NewToken {
    pub(super) key: Id<ApiToken>,
    pub(super) name: Field,
    pub(super) until: Field,
    pub(super) networks: Field,
}

pub(super) async fn index(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ListTokens>(&here.actor, &facts)?;
    let facility = tokens::of_facility(&mut tx, &permit).await?;
    let (now, today) = (tx.now(), tx.today());
    tx.commit(permit.deed().with("tokens", facility.tokens.len())).await?;
    page(&List::new(&app, &here, id, facility, NewToken::blank(today), now))
}

pub(super) fn address(facility: Id<Organization>) -> String {
    format!("/organizations/{facility}/tokens")
}

/// The last day a token given out today may work: within a year.
pub(super) fn latest(today: Date) -> Date {
    today.saturating_add(1.year()).yesterday().unwrap_or(today)
}

impl NewToken {
    /// A year, from everywhere, until somebody says otherwise.
    fn blank(today: Date) -> Self {
        Self {
            key: Id::random(),
            name: Field::required("name", ""),
            until: Field::required("until", &latest(today).to_string()),
            networks: Field::optional("networks", ""),
        }
    }
}

impl List {
    pub(super) fn new(app: &App, here: &Here, id: Id<Organization>, facility: Facility, form: NewToken, now: Timestamp) -> Self {
        let lang = here.lang;
        let texts = lang.texts();
        let frame = Frame::here(app, here, fl!(texts, "tokens-title"));
        Self {
            frame: frame
                .with_crumb("/organizations", fl!(texts, "nav-organizations"))
                .with_crumb(format!("/organizations/{id}"), facility.name.clone()),
            errors: ErrorLine::of([&form.name, &form.until, &form.networks]),
            notice: None,
            rows: facility.tokens.into_iter().map(|line| row(lang, id, line, now)).collect(),
            facility: facility.name,
            is_closed: facility.is_closed,
            action: address(id),
            form,
        }
    }
}

fn row(lang: Lang, facility: Id<Organization>, line: Line, now: Timestamp) -> TokenRow {
    let texts = lang.texts();
    let works = line.revoked_at.is_none() && line.expires_at > now;
    let state_word = match line.revoked_at {
        Some(at) => fl!(texts, "tokens-revoked", day = words::moment(lang, at)),
        None if works => fl!(texts, "tokens-works"),
        None => fl!(texts, "tokens-expired"),
    };
    let networks = Networks::kept(line.networks).to_string();
    TokenRow {
        name: line.name,
        state_word,
        works,
        created: fl!(texts, "tokens-created", day = words::moment(lang, line.created_at), person = line.created_by),
        // Until the end of the day before.
        expires_word: words::moment(lang, line.expires_at),
        last_used: line.last_used_at.map(|at| words::moment(lang, at)),
        networks: networks.lines().map(str::to_owned).collect(),
        revoke_action: format!("{}/{}/revocation", address(facility), line.id),
    }
}
