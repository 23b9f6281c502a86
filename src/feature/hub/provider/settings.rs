//! The ward's settings for its sign-in service. The secret is the operator's, and on no page.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::words::Fact;
use crate::{
    domain::{
        name::{self, Text},
        provider::{self, Strength},
    },
    gate::{Permit, actions},
    store::{
        Tx,
        people::memberships,
        providers::{self, Provider, Settings},
    },
    web::{App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Result, conflict, page, see_other, unprocessable, words},
};

const ISSUER: usize = 300;
const CLIENT: usize = 200;
const NAME: usize = 40;
const CLAIM: usize = 60;
/// Minutes: how long ago the service may have asked for more than a cookie.
const AGES: std::ops::RangeInclusive<i16> = 5..=720;

#[derive(Debug, Template)]
#[template(path = "hub/provider/settings.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    revision: i64,
    issuer: Field,
    client_id: Field,
    name: Field,
    strength: Field,
    max_age: Field,
    staff_claim: Field,
    passkeys: Field,
    /// What stands now, where somebody else was quicker.
    theirs: Vec<Fact>,
    /// Where things stand: the operator's part, the trial.
    standing: Vec<Fact>,
    home: String,
    can_try: bool,
}

/// What came of trying.
pub(super) enum Said {
    Good,
    Bad(String),
    /// The operator has named no issuer, or another one.
    NotAllowed,
}

/// The fields as they were typed, in the order of the page.
struct Typed {
    issuer: Field,
    client_id: Field,
    name: Field,
    strength: Field,
    max_age: Field,
    staff_claim: Field,
    passkeys: Field,
}

/// What the page stands on.
struct Read {
    provider: Option<Provider>,
    ward_code: String,
    required_by: i64,
}

impl Read {
    async fn of(tx: &mut Tx, here: &Here, permit: &Permit<actions::EditSecurity>) -> Result<Self> {
        Ok(Self {
            provider: providers::find(tx, &here.actor).await?,
            ward_code: providers::ward_code(tx, permit).await?,
            required_by: providers::required_by(tx, permit).await?,
        })
    }

    fn revision(&self) -> i64 {
        self.provider.as_ref().map_or(0, |provider| provider.revision)
    }
}

impl Typed {
    fn of(read: &Read, app: &App) -> Self {
        let empty = || Settings {
            issuer: app.config.issuers.of(&read.ward_code).map(|issuer| issuer.address.clone()).unwrap_or_default(),
            client_id: String::new(),
            name: String::new(),
            strength: String::new(),
            max_age_minutes: 60,
            staff_claim: String::new(),
            passkeys_when_down: true,
        };
        let settings = read.provider.as_ref().map_or_else(empty, |provider| provider.settings.clone());
        Self {
            issuer: Field::required("issuer", &settings.issuer),
            client_id: Field::required("client_id", &settings.client_id),
            name: Field::required("name", &settings.name),
            strength: Field::required("strength", &settings.strength),
            max_age: Field::required("max_age", &settings.max_age_minutes.to_string()),
            staff_claim: Field::optional("staff_claim", &settings.staff_claim),
            passkeys: Field::required("passkeys", if settings.passkeys_when_down { "yes" } else { "no" }),
        }
    }

    fn from(typed: &Fields) -> Self {
        let field = |name: &str| Field::required(name, typed.get(name).trim());
        Self {
            issuer: field("issuer"),
            client_id: field("client_id"),
            name: field("name"),
            strength: field("strength"),
            max_age: field("max_age"),
            staff_claim: Field::optional("staff_claim", typed.get("staff_claim").trim()),
            passkeys: field("passkeys"),
        }
    }

    /// The settings, or an error beside each field that has none.
    fn check(&mut self, app: &App, lang: Lang, read: &Read) -> Option<Settings> {
        let texts = lang.texts();
        let issuer = line::<ISSUER>(lang, &mut self.issuer, fl!(texts, "provider-issuer"));
        let client_id = line::<CLIENT>(lang, &mut self.client_id, fl!(texts, "provider-client"));
        let name = line::<NAME>(lang, &mut self.name, fl!(texts, "provider-name"));
        let strength = Strength::parse(&self.strength.value).map_err(|refusal| {
            self.strength.error = Some(match refusal {
                provider::Refusal::Empty => fl!(texts, "error-required", field = fl!(texts, "provider-strength")),
                provider::Refusal::TooLong | provider::Refusal::Letters => fl!(texts, "provider-strength-error"),
            });
        });
        let max_age = self.max_age.value.parse().ok().filter(|minutes| AGES.contains(minutes));
        if max_age.is_none() {
            self.max_age.error = Some(fl!(texts, "provider-max-age-error"));
        }
        let has_claim = !self.staff_claim.value.is_empty();
        let staff_claim =
            if has_claim { line::<CLAIM>(lang, &mut self.staff_claim, fl!(texts, "provider-claim")) } else { Some(String::new()) };
        let passkeys_when_down = match self.passkeys.value.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        if passkeys_when_down.is_none() {
            self.passkeys.error = Some(fl!(texts, "error-choose", field = fl!(texts, "provider-passkeys")));
        }
        // A mail address is nobody's for ever, and some services let people write it themselves.
        if staff_claim.as_deref().is_some_and(|claim| claim.to_ascii_lowercase().contains("mail")) {
            self.staff_claim.error = Some(fl!(texts, "provider-claim-mail"));
            return None;
        }
        let settings = Settings {
            issuer: issuer?,
            client_id: client_id?,
            name: name?,
            strength: strength.ok()?.to_string(),
            max_age_minutes: max_age?,
            staff_claim: staff_claim?,
            passkeys_when_down: passkeys_when_down?,
        };
        self.fits(app, lang, read, &settings).then_some(settings)
    }

    /// The operator allows the issuer, and nobody is shut out by the change.
    fn fits(&mut self, app: &App, lang: Lang, read: &Read, settings: &Settings) -> bool {
        let texts = lang.texts();
        if app.config.issuers.of(&read.ward_code).is_none_or(|issuer| issuer.address != settings.issuer) {
            self.issuer.error = Some(fl!(texts, "provider-not-allowed"));
        }
        let stands = read.provider.as_ref().map(|provider| &provider.settings);
        let moves = stands.is_some_and(|now| (&now.issuer, &now.client_id) != (&settings.issuer, &settings.client_id));
        if moves && read.required_by > 0 {
            self.client_id.error = Some(fl!(texts, "provider-required-error", count = read.required_by));
        }
        // What the service has never said of anybody lets nobody in, and only a sign-in would show it.
        let narrows = stands.is_some_and(|now| !loosens(&now.strength, &settings.strength));
        if narrows && read.required_by > 0 {
            self.strength.error = Some(fl!(texts, "provider-required-error", count = read.required_by));
        }
        self.issuer.error.is_none() && self.client_id.error.is_none() && self.strength.error.is_none()
    }

    fn page(self, app: &App, here: &Here, read: &Read, theirs: Vec<Fact>) -> Edit {
        let texts = here.lang.texts();
        let ways = [("yes", fl!(texts, "provider-passkeys-yes")), ("no", fl!(texts, "provider-passkeys-no"))];
        let flash = match here.query().get("done") {
            "saved" => Some(fl!(texts, "provider-saved")),
            "tested" => Some(fl!(texts, "provider-tested")),
            "changed" => Some(fl!(texts, "provider-changed")),
            _ => None,
        };
        let fields = [&self.issuer, &self.client_id, &self.name, &self.strength, &self.max_age, &self.staff_claim, &self.passkeys];
        Edit {
            errors: ErrorLine::of(fields),
            frame: Frame::here(app, here, fl!(texts, "provider-title"))
                .with_crumb("/set-up", fl!(texts, "set-up-title"))
                .with_flash(flash),
            revision: read.revision(),
            issuer: self.issuer,
            client_id: self.client_id,
            name: self.name,
            strength: self.strength,
            max_age: self.max_age,
            staff_claim: self.staff_claim,
            passkeys: self.passkeys.with_choices(ways.map(|(value, label)| (value.to_owned(), label))),
            theirs,
            standing: standing(app, here.lang, read),
            home: app.providers.home().to_owned(),
            can_try: read.provider.is_some(),
        }
    }
}

/// Whether whatever was strong enough before is so still.
fn loosens(before: &str, after: &str) -> bool {
    before.split_whitespace().all(|word| after.split_whitespace().any(|new| new == word))
}

/// One line of text of the field, or its error.
fn line<const MOST: usize>(lang: Lang, field: &mut Field, label: String) -> Option<String> {
    let texts = lang.texts();
    field.error = Some(match Text::<MOST>::parse(&field.value) {
        Ok(words) if !words.contains('\n') => return Some(String::from(words)),
        Err(name::Refusal::Empty) => fl!(texts, "error-required", field = label),
        Err(name::Refusal::TooLong { written, most }) => fl!(texts, "error-too-long", field = label, max = most, now = written),
        _ => fl!(texts, "error-characters-hidden", field = label),
    });
    None
}

fn standing(app: &App, lang: Lang, read: &Read) -> Vec<Fact> {
    let texts = lang.texts();
    let issuer = app.config.issuers.of(&read.ward_code);
    let operator = match issuer {
        None => fl!(texts, "provider-operator-none", code = read.ward_code.as_str()),
        Some(issuer) if issuer.secret.is_some() => fl!(texts, "provider-operator-secret", issuer = issuer.address.as_str()),
        Some(issuer) => fl!(texts, "provider-operator-public", issuer = issuer.address.as_str()),
    };
    let tested = read.provider.as_ref().and_then(|provider| provider.tested_at);
    let tested =
        tested.map_or_else(|| fl!(texts, "provider-untested"), |at| fl!(texts, "provider-tested-at", at = words::moment(lang, at)));
    vec![
        Fact { term: fl!(texts, "provider-operator"), text: operator },
        Fact { term: fl!(texts, "provider-trial"), text: tested },
        Fact { term: fl!(texts, "provider-required"), text: fl!(texts, "provider-required-count", count = read.required_by) },
    ]
}

pub(super) async fn edit(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditSecurity>(&here.actor, &here.place())?;
    let read = Read::of(&mut tx, &here, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&Typed::of(&read, &app).page(&app, &here, &read, Vec::new()))
}

pub(super) async fn update(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditSecurity>(&here.actor, &here.place())?;
    // Nobody makes it the only way in while it becomes another one.
    if !memberships::take_turn(&mut tx, &here.actor).await? {
        return Err(Error::Hidden);
    }
    let read = Read::of(&mut tx, &here, &permit).await?;
    let mut typed = Typed::from(&fields);
    let revision: i64 = fields.get("revision").parse().unwrap_or(-1);
    let checked = typed.check(&app, here.lang, &read);
    let Some(settings) = checked else {
        tx.commit(permit.deed().with("step", "refused")).await?;
        return unprocessable(&typed.page(&app, &here, &read, Vec::new()));
    };
    if revision == read.revision() && providers::set(&mut tx, &permit, revision, &settings).await?.is_ok() {
        tx.commit(permit.deed().with("provider", "set").with("revision", revision + 1)).await?;
        return Ok(see_other("/provider?done=saved"));
    }
    tx.commit(permit.deed().with("step", "conflict")).await?;
    let theirs = theirs(here.lang, &read);
    conflict(&typed.page(&app, &here, &read, theirs))
}

/// What somebody else has saved meanwhile.
fn theirs(lang: Lang, read: &Read) -> Vec<Fact> {
    let texts = lang.texts();
    let Some(provider) = &read.provider else { return Vec::new() };
    let settings = &provider.settings;
    let passkeys =
        if settings.passkeys_when_down { fl!(texts, "provider-passkeys-yes") } else { fl!(texts, "provider-passkeys-no") };
    vec![
        Fact { term: fl!(texts, "provider-issuer"), text: settings.issuer.clone() },
        Fact { term: fl!(texts, "provider-client"), text: settings.client_id.clone() },
        Fact { term: fl!(texts, "provider-name"), text: settings.name.clone() },
        Fact { term: fl!(texts, "provider-strength"), text: settings.strength.clone() },
        Fact { term: fl!(texts, "provider-max-age"), text: settings.max_age_minutes.to_string() },
        Fact { term: fl!(texts, "provider-claim"), text: settings.staff_claim.clone() },
        Fact { term: fl!(texts, "provider-passkeys"), text: passkeys },
    ]
}

/// The settings again, with what is wrong with the service.
pub(super) async fn untried(app: &App, here: &Here, mut tx: Tx, permit: &Permit<actions::EditSecurity>, said: Said) -> Result {
    let read = Read::of(&mut tx, here, permit).await?;
    tx.commit(permit.deed().with("provider", "tried").with("step", "refused")).await?;
    let mut typed = Typed::of(&read, app);
    typed.issuer.error = match said {
        Said::Bad(why) => Some(why),
        Said::NotAllowed | Said::Good => Some(fl!(here.lang.texts(), "provider-not-allowed")),
    };
    unprocessable(&typed.page(app, here, &read, Vec::new()))
}
