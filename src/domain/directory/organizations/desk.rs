//! What the ward has and what earlier rows said: a row becomes a draft of its organization, or is refused.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    columns::OrganizationField as Field,
    details::{Details, KnownOrganization, Parent},
    row::OrganizationRow,
};
use crate::domain::{
    calendar::usual_template,
    directory::{
        mapping::Mapping,
        reason::{Reason, Remark},
    },
    facility::OrganizationKind,
    ids::{Id, Organization},
    name::{NameIndex, search_key},
    school_code::SchoolCode,
    table_in::Row,
};

/// A row and what it would make of its organization, the organization above still by name.
pub(super) struct Draft<'r, 'k> {
    pub(super) row: &'r Row,
    pub(super) known: Option<&'k KnownOrganization>,
    pub(super) after: Details,
    pub(super) parent: Option<String>,
    pub(super) remarks: Vec<Remark>,
}

impl Draft<'_, '_> {
    pub(super) fn node(&self) -> Parent {
        self.known.map_or(Parent::Row(self.row.line), |known| Parent::Known(known.id))
    }
}

/// What is known, and what earlier rows of the file said.
pub(super) struct Desk<'k> {
    pub(super) today: Date,
    pub(super) by_id: HashMap<Id<Organization>, &'k KnownOrganization>,
    by_code: HashMap<&'k str, &'k KnownOrganization>,
    pub(super) by_name: NameIndex<'k, KnownOrganization>,
    /// Lines of earlier rows by the organization they are about, by school code, and by the name it will have.
    seen: HashMap<Id<Organization>, u32>,
    seen_codes: HashMap<String, u32>,
    seen_names: HashMap<String, u32>,
    /// Lines of rows in error by the name they give.
    pub(super) refused: HashMap<String, u32>,
}

impl<'k> Desk<'k> {
    pub(super) fn new(known: &'k [KnownOrganization], today: Date) -> Self {
        let code = |known: &'k KnownOrganization| Some((known.details.school_code.as_ref()?.as_str(), known));
        // Of an open and a closed one with the same code the open one is meant.
        let (closed, open): (Vec<_>, Vec<_>) = known.iter().partition(|known| known.is_closed(today));
        let by_code = closed.into_iter().chain(open).filter_map(code).collect();
        let by_name = NameIndex::new(known, |known| &known.details.name);
        Self {
            today,
            by_id: known.iter().map(|known| (known.id, known)).collect(),
            by_code,
            by_name,
            seen: HashMap::new(),
            seen_codes: HashMap::new(),
            seen_names: HashMap::new(),
            refused: HashMap::new(),
        }
    }

    pub(super) fn refuse(&mut self, row: &Row, mapping: &Mapping<Field>) {
        let name = mapping.column(Field::Name).map_or("", |column| row.cell(column));
        self.refused.entry(search_key(name)).or_insert(row.line);
    }

    /// What the row makes of its organization, or why it makes nothing.
    pub(super) fn draft<'r>(&mut self, read: OrganizationRow, row: &'r Row) -> Result<Draft<'r, 'k>, (Field, Reason)> {
        let known = self.find(&read)?;
        let mut remarks = read.remarks;
        let after = if let Some(known) = known {
            let before = &known.details;
            Details {
                name: read.name.to_string(),
                kind: read.kind.unwrap_or(before.kind),
                district: read.district.map_or_else(|| before.district.clone(), String::from),
                school_code: read.school_code.or_else(|| before.school_code.clone()),
                parent: before.parent,
                phone: read.phone.map_or_else(|| before.phone.clone(), String::from),
                opened_on: read.opened_on.unwrap_or(before.opened_on),
                closed_on: read.closed_on.or(before.closed_on),
                template: read.template.unwrap_or_else(|| before.template.clone()),
            }
        } else {
            let kind = read.kind.ok_or((Field::Kind, Reason::KindEmpty))?;
            if read.opened_on.is_none() {
                remarks.push(Remark::OpensToday);
            }
            Details {
                name: read.name.to_string(),
                kind,
                district: read.district.map_or_else(String::new, String::from),
                school_code: read.school_code,
                parent: None,
                phone: read.phone.map_or_else(String::new, String::from),
                opened_on: read.opened_on.unwrap_or(self.today),
                closed_on: read.closed_on,
                template: read.template.unwrap_or_else(|| usual(kind).to_owned()),
            }
        };
        check(known, &after, self.today)?;
        self.first_time(known, &after, row.line)?;
        Ok(Draft { row, known, after, parent: read.parent, remarks })
    }

    /// The organization a row is about; `None` for a new one.
    fn find(&self, read: &OrganizationRow) -> Result<Option<&'k KnownOrganization>, (Field, Reason)> {
        let found = match read.school_code.as_ref().and_then(|code| self.by_code.get(code.as_str())) {
            Some(known) => Some(*known),
            None => self.named(read)?,
        };
        let Some(known) = found else { return Ok(None) };
        let same_closing = read.closed_on.is_some() && read.closed_on == known.details.closed_on;
        if known.is_closed(self.today) && !same_closing {
            return Err((Field::Name, Reason::Closed));
        }
        Ok(Some(known))
    }

    /// By name: an open one before a closed one, which another opened after it may follow under the same name.
    fn named(&self, read: &OrganizationRow) -> Result<Option<&'k KnownOrganization>, (Field, Reason)> {
        let (closed, open): (Vec<&KnownOrganization>, Vec<_>) =
            self.by_name.all(&read.name).iter().copied().partition(|known| known.is_closed(self.today));
        let other_code = |known: &&KnownOrganization| {
            read.school_code.is_some() && known.details.school_code.is_some() && known.details.school_code != read.school_code
        };
        match (open.as_slice(), closed.as_slice()) {
            ([only], _) if other_code(only) => Err((Field::SchoolCode, Reason::CodeDiffers)),
            ([only], _) => Ok(Some(only)),
            ([_, _, ..], _) => Err((Field::Name, Reason::NameAmbiguous)),
            ([], closed) => {
                let follows = |known: &&KnownOrganization| read.opened_on.is_some() && known.details.closed_on <= read.opened_on;
                Ok(closed.iter().copied().filter(|known| !other_code(known)).find(|known| !follows(known)))
            }
        }
    }

    /// Refuses what an earlier row said already, and names and codes that others have.
    fn first_time(&mut self, known: Option<&KnownOrganization>, after: &Details, line: u32) -> Result<(), (Field, Reason)> {
        let duplicate = |line: &u32| Reason::Duplicate { line: *line };
        let key = search_key(&after.name);
        if let Some(earlier) = known.and_then(|known| self.seen.get(&known.id)) {
            return Err((Field::Name, duplicate(earlier)));
        }
        if let Some(earlier) = self.seen_names.get(&key) {
            return Err((Field::Name, duplicate(earlier)));
        }
        let code = after.school_code.as_ref().map(SchoolCode::as_str);
        if let Some(earlier) = code.and_then(|code| self.seen_codes.get(code)) {
            return Err((Field::SchoolCode, duplicate(earlier)));
        }
        let other = |other: &&&KnownOrganization| !other.is_closed(self.today) && Some(other.id) != known.map(|known| known.id);
        let open = after.closed_on.is_none_or(|closed| closed > self.today);
        if open && self.by_name.all(&after.name).iter().any(|known| other(&known)) {
            return Err((Field::Name, Reason::NameTaken));
        }
        if let Some(known) = known {
            self.seen.insert(known.id, line);
        }
        if let Some(code) = code {
            self.seen_codes.insert(code.to_owned(), line);
        }
        self.seen_names.insert(key, line);
        Ok(())
    }
}

/// The calendar template an organization starts with; offices have none.
fn usual(kind: OrganizationKind) -> &'static str {
    kind.facility().map_or("", usual_template)
}

/// Refuses what no organization can be.
fn check(known: Option<&KnownOrganization>, after: &Details, today: Date) -> Result<(), (Field, Reason)> {
    if known.is_some_and(|known| !known.details.kind.may_become(after.kind)) {
        return Err((Field::Kind, Reason::KindOfAnotherSide));
    }
    let fits = |code: &SchoolCode| after.kind.facility().is_some_and(|kind| code.kind().fits(kind));
    if !after.school_code.as_ref().is_none_or(fits) {
        return Err((Field::SchoolCode, Reason::KindNotOfCode));
    }
    if after.closed_on.is_some_and(|closed| closed <= after.opened_on) {
        return Err((Field::ClosedOn, Reason::EndsBeforeItBegins));
    }
    if known.is_some_and(|known| after.opened_on > today.max(known.details.opened_on)) {
        return Err((Field::OpenedOn, Reason::OpeningPutOff));
    }
    if known.is_none() && after.closed_on.is_some_and(|closed| closed <= today) {
        return Err((Field::ClosedOn, Reason::Ended));
    }
    Ok(())
}
