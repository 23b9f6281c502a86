//! One row of a file of people, before anybody asks whether they are known.

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    columns::PersonField as Field,
    leaving::{self, Leaving},
};
use crate::domain::{
    directory::{
        cells::Cells,
        mapping::Mapping,
        organizations::KnownOrganization,
        reason::{Problem, Reason, Remark},
    },
    name::{Found, Kana, MailAddress, NameIndex, PersonName},
    role::Role,
    school_code::SchoolCode,
    staff_code::StaffCode,
    table_in::Row,
    wareki,
};

/// Begins outside these are slips of the pen.
const MOST_YEARS_AGO: i32 = 60;
const MOST_YEARS_AHEAD: i32 = 1;

/// What rows mean that say nothing: always a person's choice, never guessed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    pub role: Option<Role>,
    /// The first day of new memberships.
    pub from: Option<Date>,
}

/// What the row says; what it leaves empty is `None` and stays as it is.
#[derive(Debug)]
pub(super) struct PersonRow<'k> {
    pub(super) line: u32,
    pub(super) name: PersonName,
    pub(super) kana: Option<Kana>,
    pub(super) staff_code: Option<StaffCode>,
    pub(super) mail: Option<MailAddress>,
    pub(super) organization: &'k KnownOrganization,
    pub(super) asks: Asks,
    pub(super) remarks: Vec<Remark>,
}

/// What the row wants to be done.
#[derive(Debug)]
pub(super) enum Asks {
    /// To hold a role.
    Hold { role: Role, from: Date, until: Option<Date> },
    /// To go; `on` is the last day. With a role, only that one ends.
    Go { leaving: Leaving, on: Date, role: Option<Role> },
}

pub(super) struct Reader<'r, 'k> {
    pub(super) mapping: &'r Mapping<Field>,
    pub(super) defaults: Defaults,
    pub(super) width: usize,
    pub(super) organizations: NameIndex<'k, KnownOrganization>,
    pub(super) all: &'k [KnownOrganization],
    pub(super) today: Date,
}

impl<'k> Reader<'_, 'k> {
    pub(super) fn read(&self, row: &Row) -> Result<PersonRow<'k>, Vec<Problem<Field>>> {
        let mut cells = Cells::open(self.mapping, row, self.width)?;
        let name = self.name(&mut cells);
        let (kana_field, kana) = self.joined(&cells, Field::Kana, Field::FamilyKana, Field::GivenKana);
        let kana = cells.noted(kana_field, Kana::parse_or_unknown(&kana)).flatten();
        let staff_code = cells.optional(Field::StaffCode, StaffCode::parse);
        let mail = cells.optional(Field::Mail, MailAddress::parse);
        let organization = cells.noted(Field::Organization, self.organization(cells.text(Field::Organization)));
        let asks = self.asks(&mut cells, organization);
        match (name, organization, asks, cells.problems.is_empty()) {
            (Some(name), Some(organization), Some(asks), true) => {
                Ok(PersonRow { line: cells.line(), name, kana, staff_code, mail, organization, asks, remarks: cells.remarks })
            }
            _ => Err(cells.problems),
        }
    }

    fn name(&self, cells: &mut Cells<'_, Field>) -> Option<PersonName> {
        let (field, written) = self.joined(cells, Field::Name, Field::FamilyName, Field::GivenName);
        let name = cells.noted(field, PersonName::parse(&written))?;
        if name.has_private_characters() {
            cells.remarks.push(Remark::PrivateCharacter);
        }
        Some(name)
    }

    /// A whole from its column, or from its two parts with a full-width space between.
    fn joined(&self, cells: &Cells<'_, Field>, whole: Field, one: Field, other: Field) -> (Field, String) {
        if self.mapping.has(whole) || !self.mapping.has(one) {
            return (whole, cells.text(whole).to_owned());
        }
        (one, format!("{}\u{3000}{}", cells.text(one), cells.text(other)))
    }

    /// An organization by its name or its school code; an open one before a closed one.
    fn organization(&self, text: &str) -> Result<&'k KnownOrganization, Reason> {
        if text.is_empty() {
            return Err(Reason::OrganizationEmpty);
        }
        let code = SchoolCode::parse(text).ok();
        let coded = |known: &&KnownOrganization| code.is_some() && known.details.school_code == code;
        let found: Vec<&KnownOrganization> =
            if code.is_some() { self.all.iter().filter(coded).collect() } else { self.organizations.all(text).to_vec() };
        let (closed, open): (Vec<&KnownOrganization>, Vec<_>) = found.into_iter().partition(|known| known.is_closed(self.today));
        match (open.as_slice(), closed.as_slice()) {
            ([only], _) | ([], [only]) => Ok(only),
            ([], []) => match self.organizations.find(text) {
                Found::None { nearest } => Err(Reason::OrganizationUnknown { nearest }),
                _ => Err(Reason::OrganizationUnknown { nearest: None }),
            },
            _ => Err(Reason::OrganizationAmbiguous),
        }
    }

    fn asks(&self, cells: &mut Cells<'_, Field>, organization: Option<&KnownOrganization>) -> Option<Asks> {
        let role = cells.optional(Field::Role, |text| Role::read(text).ok_or(Reason::RoleUnknown));
        let until = cells.optional(Field::Until, wareki::parse);
        let leaving = cells.noted(Field::Leaving, leaving::read(cells.text(Field::Leaving)))?;
        if let Some((leaving, day)) = leaving {
            let beside = cells.optional(Field::LeavingOn, wareki::parse);
            let Some(on) = day.or(beside).or(until) else {
                cells.fault(Field::Leaving, Reason::LeavingNoDate);
                return None;
            };
            self.near(cells, Field::Leaving, on);
            return Some(Asks::Go { leaving, on, role });
        }
        // Who goes may go from a place that closed; nobody begins there.
        if organization.is_some_and(|organization| organization.is_closed(self.today)) {
            cells.fault(Field::Organization, Reason::OrganizationClosed);
        }
        let from = cells.optional(Field::From, wareki::parse);
        if cells.text(Field::From).is_empty() && self.defaults.from.is_none() {
            cells.fault(Field::From, Reason::FromEmpty);
        }
        let from = from.or(self.defaults.from.filter(|_| cells.text(Field::From).is_empty()))?;
        self.near(cells, Field::From, from);
        if until.is_some_and(|until| until < from) {
            cells.fault(Field::Until, Reason::EndsBeforeItBegins);
        }
        let Some(role) = role.or(self.defaults.role.filter(|_| cells.text(Field::Role).is_empty())) else {
            if cells.text(Field::Role).is_empty() {
                cells.fault(Field::Role, Reason::RoleEmpty);
            }
            return None;
        };
        if organization.is_some_and(|organization| !role.fits(organization.details.kind)) {
            cells.fault(Field::Role, Reason::RoleMisplaced);
        }
        Some(Asks::Hold { role, from, until })
    }

    fn near(&self, cells: &mut Cells<'_, Field>, field: Field, day: Date) {
        if self.today.checked_add(MOST_YEARS_AHEAD.years()).is_ok_and(|last| day > last) {
            cells.fault(field, Reason::FarAhead);
        }
        if self.today.checked_sub(MOST_YEARS_AGO.years()).is_ok_and(|first| day < first) {
            cells.fault(field, Reason::LongAgo);
        }
    }
}
