//! 回線とサインイン: from which networks an organization may be used, and by what its people come in.

use std::net::IpAddr;

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use ipnet::IpNet;
use jiff::civil::Date;

use super::{
    conflict,
    lockout::{deciding, locks_out},
    views::{self, Fact, path},
};
use crate::{
    domain::{
        ids::{Id, Organization},
        membership::admins::{Admins, Change},
        networks::Networks,
    },
    gate::{Member, Permit, Side, actions},
    store::{
        Tx,
        organizations::{self, Link, Security, SignIn},
        people::{self, memberships},
        providers,
        sessions::Method,
    },
    web::{
        App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Path, Result, page, say, see_other, unprocessable, words,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/security.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    revision: i64,
    networks: Field,
    /// What holds while the own list is empty, and whose it is.
    inherited: Option<String>,
    /// Where whoever asks is; nowhere behind a proxy that does not say for whom it asks.
    my_address: Option<String>,
    sign_in: Option<Field>,
    is_facility: bool,
    limits_href: Option<String>,
    /// The settings of the ward's sign-in service.
    provider_href: Option<String>,
}

/// What the page stands on.
struct Read {
    id: Id<Organization>,
    side: Side,
    security: Security,
    /// From this organization to the top.
    above: Vec<Link>,
    /// The ward has a sign-in service that was tried.
    has_provider: bool,
    admins: Admins,
    today: Date,
}

async fn load(tx: &mut Tx, here: &Here, permit: &Permit<actions::EditSecurity>, side: Side) -> Result<Read> {
    let security = organizations::security(tx, permit).await?;
    let above = organizations::chain(tx, permit, permit.id()).await?;
    let has_provider = providers::find(tx, &here.actor).await?.is_some_and(|provider| provider.is_in_use());
    let admins = people::admins(tx, &here.actor).await?;
    Ok(Read { id: permit.id(), side, security, above, has_provider, admins, today: tx.today() })
}

/// Where they are by the rule of the door itself: what it would not believe, a list must not be judged by.
fn address(here: &Here) -> Option<IpAddr> {
    here.actor.member().and_then(Member::address)
}

fn sign_in_word(lang: Lang, sign_in: SignIn) -> String {
    match sign_in {
        SignIn::Any => fl!(lang.texts(), "org-sign-in-any"),
        SignIn::Provider => fl!(lang.texts(), "org-sign-in-provider"),
    }
}

impl Edit {
    fn of(app: &App, here: &Here, read: &Read, networks: Field, sign_in: Field) -> Self {
        let texts = here.lang.texts();
        let inherited = deciding(read.above.get(1..).unwrap_or_default()).map(|link| {
            let list = Networks::kept(link.networks.clone()).to_string().replace('\n', &fl!(texts, "list-comma"));
            fl!(texts, "org-networks-inherited", name = link.name.as_str(), networks = list)
        });
        // Nobody is sent to a sign-in service that is not there, facilities never; what was written down before can be taken back.
        let may_choose = read.security.sign_in == SignIn::Provider || (read.has_provider && read.side != Side::Facility);
        let ways = SignIn::ALL.iter().map(|way| (way.code().to_owned(), sign_in_word(here.lang, *way)));
        Self {
            frame: views::frame(app, here, read.id, &read.security.name, fl!(texts, "org-security-title")),
            errors: ErrorLine::of([&networks, &sign_in]),
            action: format!("{}/security", path(read.id)),
            cancel_href: path(read.id),
            revision: read.security.revision,
            networks,
            inherited,
            my_address: address(here).map(|address| address.to_string()),
            sign_in: may_choose.then(|| sign_in.with_choices(ways)),
            is_facility: read.side == Side::Facility,
            limits_href: read.security.is_root.then(|| "/session-limits".to_owned()),
            provider_href: read.security.is_root.then(|| "/provider".to_owned()),
        }
    }
}

pub(super) async fn edit(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EditSecurity>(&here.actor, &place)?;
    let read = load(&mut tx, &here, &permit, place.side).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    let networks = Field::optional("networks", &Networks::kept(read.security.networks.clone()).to_string());
    let sign_in = Field::required("sign_in", read.security.sign_in.code());
    page(&Edit::of(&app, &here, &read, networks, sign_in))
}

/// The list that was typed, if it is one and leaves whoever typed it inside; they are who could mend it, so they must have come in
/// by a way that stays open.
fn understood(here: &Here, read: &Read, mine: &[Link], sign_in: SignIn, field: &mut Field) -> Option<Vec<IpNet>> {
    let texts = here.lang.texts();
    let wanted = match Networks::read(&field.value) {
        Ok(reading) => reading.networks,
        Err(faults) => {
            let lines = faults.iter().map(|fault| {
                let why = say::say(here.lang, fault.refusal.key(), &fault.refusal.args());
                match fault.line {
                    Some(line) => fl!(texts, "org-networks-fault", line = line, written = fault.written.as_str(), why = why),
                    None => why,
                }
            });
            field.error = Some(lines.collect::<Vec<_>>().join(" "));
            return None;
        }
    };
    if locks_out(mine, read.id, wanted.as_slice(), address(here)) {
        field.error = Some(match address(here) {
            Some(address) => fl!(texts, "org-networks-lockout", address = address.to_string()),
            None => fl!(texts, "org-networks-lockout-unknown"),
        });
        return None;
    }
    let wanted = wanted.as_slice().to_vec();
    let narrows = wanted != read.security.networks && !wanted.is_empty();
    if narrows && sign_in == SignIn::Provider && is_shut_out(here, read) {
        field.error = Some(fl!(texts, "org-networks-way"));
        return None;
    }
    Some(wanted)
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EditSecurity>(&here.actor, &place)?;
    // The ward before the organization, as whoever brings a file in: who is an admin, and what they come in by, are one question.
    if !memberships::take_turn(&mut tx, &here.actor).await? {
        return Err(Error::Hidden);
    }
    organizations::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let read = load(&mut tx, &here, &permit, place.side).await?;
    let mine = organizations::chain(&mut tx, &permit, here.acting.organization).await?;
    let mut networks = Field::optional("networks", typed.get("networks"));
    let (sign_in, way_error) = way(&here, &read, &typed);
    let wanted = understood(&here, &read, &mine, sign_in, &mut networks);
    let wanted = wanted.filter(|_| way_error.is_none());
    let revision = typed.get("revision").parse().unwrap_or(0);
    let mut stale = revision != read.security.revision;
    if let (false, Some(wanted)) = (stale, wanted) {
        if organizations::set_security(&mut tx, &permit, revision, &wanted, sign_in).await?.is_ok() {
            let deed = permit.deed().with("networks", wanted.len()).with("sign_in", sign_in.code()).with("revision", revision + 1);
            tx.commit(deed).await?;
            return Ok(see_other(&format!("{}?done=saved", path(id))));
        }
        stale = true;
    }
    tx.commit(permit.deed().with("step", if stale { "conflict" } else { "refused" })).await?;
    if stale {
        return both(&app, &here, &read, &networks, sign_in);
    }
    unprocessable(&Edit::of(&app, &here, &read, networks, Field::required("sign_in", sign_in.code()).with_error(way_error)))
}

/// What was chosen, and why it cannot be: without a sign-in service there is nothing to choose, and whoever shuts the other doors
/// of their own office has come in by the one that stays open.
fn way(here: &Here, read: &Read, typed: &Fields) -> (SignIn, Option<String>) {
    let now = read.security.sign_in;
    match SignIn::from_code(typed.get("sign_in")) {
        Some(SignIn::Any) => (SignIn::Any, None),
        Some(SignIn::Provider) if now == SignIn::Any && read.has_provider && read.side != Side::Facility => {
            (SignIn::Provider, shuts_out(here, read))
        }
        Some(SignIn::Provider) | None => (now, None),
    }
}

/// Whoever asks would not come in any more where the service is the only way.
fn is_shut_out(here: &Here, read: &Read) -> bool {
    read.id == here.acting.organization && here.found.method != Method::Provider
}

fn shuts_out(here: &Here, read: &Read) -> Option<String> {
    if is_shut_out(here, read) {
        return Some(fl!(here.lang.texts(), "org-sign-in-lockout"));
    }
    let gap = read.security.is_root.then(|| read.admins.gap(Change::ByService, read.today)).flatten()?;
    Some(fl!(here.lang.texts(), "org-sign-in-nobody", day = words::date(here.lang, gap)))
}

fn both(app: &App, here: &Here, read: &Read, networks: &Field, sign_in: SignIn) -> Result {
    let texts = here.lang.texts();
    let facts = |networks: &str, sign_in| {
        let list = if networks.is_empty() { fl!(texts, "org-networks-none") } else { networks.to_owned() };
        vec![Fact::new(fl!(texts, "org-networks"), list), Fact::new(fl!(texts, "org-sign-in"), sign_in_word(here.lang, sign_in))]
    };
    let theirs = facts(&Networks::kept(read.security.networks.clone()).to_string(), read.security.sign_in);
    let frame = views::frame(app, here, read.id, &read.security.name, fl!(texts, "conflict-title"));
    conflict::both(frame, theirs, facts(&networks.value, sign_in), format!("{}/security", path(read.id)))
}
