//! 自治体の認証サービス (OpenID Connect): the ward's settings for it, coming in through it, and whose account there is whose here.

mod account;
mod approval;
mod arrival;
mod departure;
mod ending;
mod settings;
mod trial;
mod words;

use jiff::SignedDuration;

use crate::{
    domain::provider::Strength,
    gate::actions::{ApproveBinding, EditSecurity, EndBinding, LinkProvider, ListPeople},
    store::providers::Provider,
    web::{
        App, Door, Routes,
        provider::{RETURN, Relying},
    },
};

pub fn routes(app: &App) -> Routes {
    let sets = Door::asks::<EditSecurity>();
    let links = Door::asks::<LinkProvider>();
    Routes::new(app)
        .get("/sign-in/provider/{ward}", Door::Open("leads to the sign-in service of a ward"), departure::show)
        .get(RETURN, Door::Open("nobody is known before the answer is judged"), arrival::create)
        .get("/sign-in/provider/arrived", Door::Open("a step between another site and ours"), arrival::show)
        .get("/provider", sets, settings::edit)
        .post("/provider", sets, settings::update)
        .post("/provider/trial", sets, trial::create)
        .get("/me/provider", links, account::index)
        .post("/me/provider", links, account::create)
        .get("/me/provider/departure", links, account::leave)
        .get("/me/provider/{ceremony}", links, account::new)
        .get("/bindings", Door::asks::<ListPeople>(), approval::index)
        .get("/people/{person}/binding", Door::asks::<ApproveBinding>(), approval::new)
        .post("/people/{person}/binding", Door::asks::<ApproveBinding>(), approval::create)
        .get("/people/{person}/binding/ending", Door::asks::<EndBinding>(), ending::new)
        .post("/people/{person}/binding/ending", Door::asks::<EndBinding>(), ending::create)
}

/// The hub as the ward's service knows it; nothing when the operator has named another issuer for the ward, or none.
fn relying(app: &App, provider: &Provider) -> Option<Relying> {
    let settings = &provider.settings;
    let issuer = app.config.issuers.of(&provider.ward_code).filter(|issuer| issuer.address == settings.issuer)?;
    Some(Relying {
        issuer: issuer.address.clone(),
        client_id: settings.client_id.clone(),
        secret: issuer.secret.clone(),
        strength: Strength::parse(&settings.strength).ok()?,
        max_age: SignedDuration::from_mins(i64::from(settings.max_age_minutes)),
        staff_claim: settings.staff_claim.clone(),
    })
}
