//! The monthly lists: who held which right (和光市 個人情報の取扱い 11条4項), and which accounts were in use (licences are counted so).

use std::fmt;

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, date},
};

use super::{
    coded::coded,
    facility::OrganizationKind,
    ids::{Id, Organization, Person},
    membership::Term,
    role::Role,
};

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: Date,
}

impl Month {
    pub fn of(day: Date) -> Self {
        Self { first: day.first_of_month() }
    }

    /// Reads `2026-11`, as addresses and file names carry it.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
        let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        (date(1873, 1, 1)..=date(2199, 12, 1)).contains(&first).then_some(Self { first })
    }

    pub const fn first(self) -> Date {
        self.first
    }

    pub fn last(self) -> Date {
        self.first.last_of_month()
    }

    #[must_use]
    pub fn before(self) -> Self {
        self.first.checked_sub(1.month()).map_or(self, Self::of)
    }

    /// The days up to `today` at the latest: a month that goes on is counted as far as it went.
    pub fn days(self, today: Date) -> impl Iterator<Item = Date> {
        let last = self.last().min(today);
        self.first.series(1.day()).take_while(move |day| *day <= last)
    }
}

/// `2026-11`
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

/// A person as the store knows them, with every right they held in the month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub person: Id<Person>,
    pub name: String,
    /// Empty when unknown.
    pub kana: String,
    /// Empty where there is none.
    pub staff_code: String,
    pub credentials: Vec<Credential>,
    /// The day the person as a whole was suspended, while that lasts.
    pub suspended_on: Option<Date>,
    /// The last day of who has left (退職).
    pub left_on: Option<Date>,
    /// The last one up to the end of the month.
    pub last_sign_in: Option<Timestamp>,
    pub grants: Vec<Grant>,
}

/// From when until when somebody could sign in by it; days in Japan, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credential {
    pub registered_on: Date,
    pub removed_on: Option<Date>,
}

/// One membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub organization: Id<Organization>,
    pub organization_name: String,
    pub kind: OrganizationKind,
    pub role: Role,
    pub term: Term,
    /// The day it was suspended, while that lasts; on that day it was still in force.
    pub suspended_on: Option<Date>,
    /// The day the organization opens; nobody acts for it before.
    pub opened_on: Date,
    /// The first day on which the organization is closed.
    pub closed_on: Option<Date>,
}

coded! {
    /// How a right stood at the end of the month.
    pub enum State {
        InForce = "in_force",
        /// The person holds it and has no credential to use it with.
        NotEnrolled = "not_enrolled",
        Suspended = "suspended",
        /// Over before the month was.
        Over = "over",
    }
}

/// One line of the list of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right<'a> {
    pub account: &'a Account,
    pub grant: &'a Grant,
    /// The days of the month on which it was in force.
    pub first: Date,
    pub last: Date,
    pub state: State,
}

/// One line of the list of accounts in use: one licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InUse<'a> {
    pub account: &'a Account,
    /// The days of the month on which the person could have signed in.
    pub first: Date,
    pub last: Date,
    pub days: u32,
    /// What they could act as on any of these days, in the order of the account.
    pub grants: Vec<&'a Grant>,
}

/// Every right that was in force on a day of the month, by organization, role and name; whether it was used does not matter.
pub fn rights(accounts: &[Account], month: Month, today: Date) -> Vec<Right<'_>> {
    let mut rights: Vec<Right<'_>> = accounts
        .iter()
        .flat_map(|account| account.grants.iter().filter_map(move |grant| right(account, grant, month, today)))
        .collect();
    rights.sort_by(|one, other| {
        let key = |right: &Right<'_>| (right.grant.kind.facility().is_some(), right.grant.kind, right.grant.role);
        (key(one), &one.grant.organization_name, reading(one.account))
            .cmp(&(key(other), &other.grant.organization_name, reading(other.account)))
            .then_with(|| one.grant.organization.cmp(&other.grant.organization))
            .then_with(|| one.account.person.cmp(&other.account.person))
    });
    rights
}

fn right<'a>(account: &'a Account, grant: &'a Grant, month: Month, today: Date) -> Option<Right<'a>> {
    let mut days = month.days(today).filter(|day| account.stands(*day) && grant.holds(*day, today));
    let first = days.next()?;
    let last = days.last().unwrap_or(first);
    let end = month.last().min(today);
    let state = if grant.suspended_on.is_some() || account.suspended_on.is_some() {
        State::Suspended
    } else if last < end {
        State::Over
    } else if account.can_prove(end) {
        State::InForce
    } else {
        State::NotEnrolled
    };
    Some(Right { account, grant, first, last, state })
}

/// The accounts whose person could sign in on at least one day of the month, by name; their number is the number of licences.
///
/// Somebody could on a day when they had a credential, were neither suspended nor gone, and held a right that was in force.
/// One person is one account, whatever number of rights they held.
pub fn in_use(accounts: &[Account], month: Month, today: Date) -> Vec<InUse<'_>> {
    let mut lines: Vec<InUse<'_>> = accounts.iter().filter_map(|account| used(account, month, today)).collect();
    lines.sort_by(|one, other| {
        reading(one.account).cmp(&reading(other.account)).then_with(|| one.account.person.cmp(&other.account.person))
    });
    lines
}

fn used(account: &Account, month: Month, today: Date) -> Option<InUse<'_>> {
    let able: Vec<Date> = month.days(today).filter(|day| account.could_sign_in(*day, today)).collect();
    let (first, last) = able.first().copied().zip(able.last().copied())?;
    let grants = account.grants.iter().filter(|grant| able.iter().any(|day| grant.holds(*day, today))).collect();
    Some(InUse { account, first, last, days: u32::try_from(able.len()).unwrap_or(u32::MAX), grants })
}

/// By the reading where it is known, as staff lists are.
fn reading(account: &Account) -> (&str, &str) {
    (if account.kana.is_empty() { &account.name } else { &account.kana }, &account.name)
}

impl Account {
    /// Neither suspended nor gone; on the day of the suspension it still was.
    fn stands(&self, day: Date) -> bool {
        self.suspended_on.is_none_or(|since| day <= since) && self.left_on.is_none_or(|last| day <= last)
    }

    fn can_prove(&self, day: Date) -> bool {
        self.credentials.iter().any(|one| one.registered_on <= day && one.removed_on.is_none_or(|removed| day <= removed))
    }

    /// Whether the person could have signed in on this day.
    pub fn could_sign_in(&self, day: Date, today: Date) -> bool {
        self.stands(day) && self.can_prove(day) && self.grants.iter().any(|grant| grant.holds(day, today))
    }
}

impl Grant {
    /// An opening that is put off says nothing of the days before today: past rights stay as they were.
    fn holds(&self, day: Date, today: Date) -> bool {
        self.term.has(day)
            && self.suspended_on.is_none_or(|since| day <= since)
            && (day < today || self.opened_on <= day)
            && self.closed_on.is_none_or(|closed| day < closed)
    }
}

#[cfg(test)]
mod tests;
