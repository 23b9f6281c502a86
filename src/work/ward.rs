//! A new ward: its rules, calendars, office and first administrators. Two at least: rights over others take one who proposes and
//! another who decides, so a single one could never get a colleague.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::{
    domain::{
        clock::Clock,
        ids::{Id, Ward},
        name::{self, PersonName, Text, search_key},
    },
    gate::{Actor, Denied, Duty, Gate, OrganizationFacts, Side, actions},
    store::{
        self, Db, invitations,
        wards::{self, NewWard},
    },
    web::Secret,
};

/// The first administrators have a week to come in.
const INVITATION_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the operator typed.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The municipality's code (全国地方公共団体コード) or another short one: 1–16 letters, digits and hyphens.
    pub code: &'a str,
    pub name: &'a str,
    pub help_phone: &'a str,
    pub help_hours: &'a str,
    /// Two at least, each another person.
    pub admins: &'a [&'a str],
}

/// As many take a decision about rights over others.
const FEWEST: usize = 2;

#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("--code: '{0}' is not 1 to 16 letters, digits and hyphens, for example 131121")]
    Code(String),
    #[error("--code: there is a ward with the code {0} already")]
    Exists(String),
    #[error(
        "--admin: give it at least twice, each time another name: one administrator proposes who may administer, another decides"
    )]
    TooFewAdmins,
    #[error("{field}: {fault}")]
    Text { field: &'static str, fault: name::Refusal },
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Database(#[from] store::Error),
}

/// The ward as made, and the ways in for its administrators, as they were named.
#[derive(Debug, Clone)]
pub struct Made {
    pub ward: Id<Ward>,
    pub links: Vec<Link>,
}

/// Somebody's way in.
#[derive(Debug, Clone)]
pub struct Link {
    pub name: String,
    /// Path and fragment, to be put behind the hub's origin.
    pub path: String,
}

/// Makes the ward. It is no demo and never becomes one.
///
/// # Errors
/// When something typed cannot be used, or the code is taken; then nothing was made.
pub async fn create(db: &Db, gate: &Gate, clock: &Clock, wanted: &Wanted<'_>) -> Result<Made, Refused> {
    let fits = (1..=16).contains(&wanted.code.len()) && wanted.code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !fits {
        return Err(Refused::Code(wanted.code.to_owned()));
    }
    let text = |field, typed| Text::<60>::parse(typed).map(String::from).map_err(|fault| Refused::Text { field, fault });
    let optional = |field, typed| {
        let read = Text::<60>::parse_or_none(typed).map_err(|fault| Refused::Text { field, fault })?;
        Ok::<_, Refused>(read.map(String::from).unwrap_or_default())
    };
    let name = text("--name", wanted.name)?;
    let (help_phone, help_hours) = (optional("--help-phone", wanted.help_phone)?, optional("--help-hours", wanted.help_hours)?);
    let admins = admins(wanted.admins)?;
    if wards::by_code(db, wanted.code).await?.is_some() {
        return Err(Refused::Exists(wanted.code.to_owned()));
    }

    let (ward, now) = (Id::random(), clock.now());
    let actor = Actor::from(Duty::command_line(ward));
    let root = OrganizationFacts { ward, id: Id::random(), side: Side::Administration };
    let permit = gate.permit::<actions::CreateWard>(&actor, &root)?;
    let mut tx = db.tx(&actor, now).await?;
    let new = NewWard { code: wanted.code, name: &name, help_phone: &help_phone, help_hours: &help_hours, is_demo: false };
    wards::insert(&mut tx, &permit, &new, now).await?;
    wards::insert_root(&mut tx, &permit, &office(&name)).await?;
    let mut links = Vec::with_capacity(admins.len());
    for admin in &admins {
        let person = wards::insert_admin(&mut tx, &permit, admin.as_str()).await?;
        let secret = Secret::code();
        invitations::insert(&mut tx, &permit, person, &secret.hash(), INVITATION_LIFE).await?;
        links.push(Link { name: admin.as_str().to_owned(), path: format!("/enrol#{}", secret.text()) });
    }
    tx.commit(permit.deed().with("people", links.len())).await?;
    Ok(Made { ward, links })
}

/// Who they are: names that are names, no two of them one person's however it is spaced.
fn admins(typed: &[&str]) -> Result<Vec<PersonName>, Refused> {
    let parse = |name: &&str| PersonName::parse(name).map_err(|fault| Refused::Text { field: "--admin", fault });
    let names = typed.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let different: BTreeSet<String> = names.iter().map(|name| search_key(name.as_str())).collect();
    if different.len() < FEWEST || different.len() < names.len() { Err(Refused::TooFewAdmins) } else { Ok(names) }
}

/// What the ward's own office is called: 架空区役所, 架空村役場 (地方自治法4条).
fn office(name: &str) -> String {
    match name.chars().last() {
        Some('町' | '村') => format!("{name}役場"),
        _ => format!("{name}役所"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_admins_are_two_people() {
        assert_eq!(admins(&["山田 花子", "見本 一葉"]).unwrap().len(), 2);
        for few in [
            &[][..],
            &["山田 花子"],
            &["山田 花子", "山田　花子"],
            &["山田 花子", "山田花子"],
            &["見本 一葉", "山田 花子", "山田花子"],
        ] {
            assert!(matches!(admins(few), Err(Refused::TooFewAdmins)), "{few:?}");
        }
        assert!(matches!(admins(&["山田 花子", ""]), Err(Refused::Text { field: "--admin", .. })));
    }

    #[test]
    fn towns_and_villages_call_their_office_differently() {
        for (ward, expected) in
            [("架空区", "架空区役所"), ("架空市", "架空市役所"), ("架空町", "架空町役場"), ("架空村", "架空村役場")]
        {
            assert_eq!(office(ward), expected);
        }
    }
}
