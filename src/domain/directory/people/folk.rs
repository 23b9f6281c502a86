//! Whom a row is about: by staff number, else by name and organization where that is one person, else nobody is guessed.

use std::collections::HashMap;

use super::{
    columns::PersonField as Field,
    row::{Asks, PersonRow},
};
use crate::domain::{
    directory::reason::Reason,
    ids::{Id, Organization, Person},
    membership::Held,
    name::{NameIndex, search_key},
    staff_code::StaffCode,
};

/// What a file can say of a person; empty is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonDetails {
    pub name: String,
    pub kana: String,
    pub staff_code: String,
    pub mail: String,
}

/// A person of the ward, those who left included, with every membership they ever had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    pub id: Id<Person>,
    pub details: PersonDetails,
    pub left: bool,
    pub memberships: Vec<Held>,
}

/// Whose row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Somebody to be added by this row.
    New,
    Known(Id<Person>),
    /// Whom the row with this number adds.
    Row(u32),
}

/// A person of whom a row speaks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'k> {
    Known(&'k KnownPerson),
    /// The line of the row that adds them.
    Row(u32),
}

impl Subject<'_> {
    pub(super) const fn who(self) -> Who {
        match self {
            Self::Known(known) => Who::Known(known.id),
            Self::Row(line) => Who::Row(line),
        }
    }
}

/// Somebody an earlier row of the file adds.
#[derive(Debug)]
struct Newcomer {
    line: u32,
    organization: Id<Organization>,
    coded: bool,
}

/// Everybody rows may be about.
pub(super) struct Folk<'k> {
    by_code: HashMap<&'k str, &'k KnownPerson>,
    by_name: NameIndex<'k, KnownPerson>,
    new_by_code: HashMap<String, u32>,
    new_by_name: HashMap<String, Vec<Newcomer>>,
}

impl<'k> Folk<'k> {
    pub(super) fn new(known: &'k [KnownPerson]) -> Self {
        // A number may have gone from somebody who left to somebody new, who is meant.
        let (left, here): (Vec<&KnownPerson>, Vec<_>) =
            known.iter().filter(|person| !person.details.staff_code.is_empty()).partition(|person| person.left);
        let coded = left.into_iter().chain(here);
        Self {
            by_code: coded.map(|person| (person.details.staff_code.as_str(), person)).collect(),
            by_name: NameIndex::new(known, |person| &person.details.name),
            new_by_code: HashMap::new(),
            new_by_name: HashMap::new(),
        }
    }

    /// Remembers whom a row adds.
    pub(super) fn add(&mut self, row: &PersonRow<'_>) {
        if let Some(code) = &row.staff_code {
            self.new_by_code.insert(code.to_string(), row.line);
        }
        let newcomer = Newcomer { line: row.line, organization: row.organization.id, coded: row.staff_code.is_some() };
        self.new_by_name.entry(row.name.search_key()).or_default().push(newcomer);
    }

    /// The person a row is about; `None` for somebody nobody knows yet.
    pub(super) fn find(&self, row: &PersonRow<'_>) -> Result<Option<Subject<'k>>, (Field, Reason)> {
        let found = match &row.staff_code {
            Some(code) => self.by_number(code, row),
            None => self.by_name(row),
        }?;
        match found {
            Some(Subject::Known(known)) if known.left && matches!(row.asks, Asks::Hold { .. }) => {
                Err((Field::Name, Reason::PersonLeft))
            }
            found => Ok(found),
        }
    }

    fn by_number(&self, code: &StaffCode, row: &PersonRow<'_>) -> Result<Option<Subject<'k>>, (Field, Reason)> {
        if let Some(known) = self.by_code.get(code.as_str()) {
            return Ok(Some(Subject::Known(known)));
        }
        if let Some(line) = self.new_by_code.get(code.as_str()) {
            return Ok(Some(Subject::Row(*line)));
        }
        let here = self.known_here(row);
        let (uncoded, coded): (Vec<&KnownPerson>, Vec<_>) =
            here.into_iter().partition(|person| person.details.staff_code.is_empty());
        if coded.iter().any(|person| code.same_but_zeros(&person.details.staff_code)) {
            return Err((Field::StaffCode, Reason::StaffCodeZeros));
        }
        match (uncoded.as_slice(), coded.as_slice()) {
            ([only], []) => return Ok(Some(Subject::Known(only))),
            ([], []) => {}
            ([_, _, ..], _) => return Err((Field::StaffCode, Reason::StaffCodeNeeded)),
            (_, [_, ..]) => return Err((Field::StaffCode, Reason::StaffCodeDiffers)),
        }
        match self.newcomers(row).iter().find(|new| !new.coded && new.organization == row.organization.id) {
            Some(new) => Err((Field::StaffCode, Reason::DiffersFromRow { line: new.line })),
            None => Ok(None),
        }
    }

    fn by_name(&self, row: &PersonRow<'_>) -> Result<Option<Subject<'k>>, (Field, Reason)> {
        let needed = (Field::StaffCode, Reason::StaffCodeNeeded);
        match self.known_here(row).as_slice() {
            [only] => return Ok(Some(Subject::Known(only))),
            [_, _, ..] => return Err(needed),
            [] => {}
        }
        // Somebody of this name elsewhere may be the same person or not; a file cannot know.
        if self.by_name.all(&row.name).iter().any(|person| !person.left) {
            return Err(needed);
        }
        match self.newcomers(row) {
            [] => Ok(None),
            [only] if !only.coded && only.organization == row.organization.id => Ok(Some(Subject::Row(only.line))),
            _ => Err(needed),
        }
    }

    fn newcomers(&self, row: &PersonRow<'_>) -> &[Newcomer] {
        self.new_by_name.get(&row.name.search_key()).map_or(&[], Vec::as_slice)
    }

    /// Everybody of this name who ever held something in this organization; who left only for a row that says so.
    fn known_here(&self, row: &PersonRow<'_>) -> Vec<&'k KnownPerson> {
        let here = |person: &&KnownPerson| person.memberships.iter().any(|held| held.organization == row.organization.id);
        let goes = matches!(row.asks, Asks::Go { .. });
        self.by_name.all(&row.name).iter().copied().filter(|person| goes || !person.left).filter(here).collect()
    }
}

/// Whether two names differ in more than spaces.
pub(super) fn renamed(before: &str, after: &str) -> bool {
    let letters = |name: &str| name.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    letters(before) != letters(after)
}

/// Whether two names are likely those of two people.
pub(super) fn another(before: &str, after: &str) -> bool {
    search_key(before) != search_key(after)
}
