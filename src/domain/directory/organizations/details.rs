//! What a file can say of an organization, and the difference between two such sayings.

use jiff::civil::Date;

use super::columns::OrganizationField as Field;
use crate::domain::{
    directory::change::{Change, Value},
    facility::OrganizationKind,
    ids::{Id, Organization},
    school_code::SchoolCode,
};

/// An organization as the store has it, or would have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    pub name: String,
    pub kind: OrganizationKind,
    /// Empty when there is none.
    pub district: String,
    pub school_code: Option<SchoolCode>,
    /// `None`: the topmost itself, and of a new one: directly below the topmost.
    pub parent: Option<Parent>,
    /// Empty when there is none.
    pub phone: String,
    pub opened_on: Date,
    /// The first day on which it is closed.
    pub closed_on: Option<Date>,
    /// The code of its calendar template; empty for offices.
    pub template: String,
}

/// The organization above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parent {
    Known(Id<Organization>),
    /// One that the row with this number adds.
    Row(u32),
}

/// An organization of the ward, closed ones included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOrganization {
    pub id: Id<Organization>,
    pub details: Details,
}

/// A calendar template of the ward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTemplate {
    pub code: String,
    pub name: String,
}

impl KnownOrganization {
    pub fn is_closed(&self, today: Date) -> bool {
        self.details.closed_on.is_some_and(|closed| closed <= today)
    }
}

impl Details {
    /// The fields in which `after` differs; `parent` words the organization above.
    pub(super) fn changes(&self, after: &Self, parent: impl Fn(Parent) -> String) -> Vec<Change<Field>> {
        let above = |details: &Self| details.parent.map_or(Value::Nothing, |above| Value::Text(parent(above)));
        let code = |details: &Self| details.school_code.as_ref().map_or(Value::Nothing, |code| Value::from(code.as_str()));
        let template = |details: &Self| {
            if details.template.is_empty() { Value::Nothing } else { Value::Template(details.template.clone()) }
        };
        let pairs = [
            (Field::Name, self.name != after.name, Value::from(self.name.as_str()), Value::from(after.name.as_str())),
            (Field::Kind, self.kind != after.kind, Value::Kind(self.kind), Value::Kind(after.kind)),
            (
                Field::District,
                self.district != after.district,
                Value::from(self.district.as_str()),
                Value::from(after.district.as_str()),
            ),
            (Field::SchoolCode, self.school_code != after.school_code, code(self), code(after)),
            (Field::Parent, self.parent != after.parent, above(self), above(after)),
            (Field::Phone, self.phone != after.phone, Value::from(self.phone.as_str()), Value::from(after.phone.as_str())),
            (Field::OpenedOn, self.opened_on != after.opened_on, Value::Day(self.opened_on), Value::Day(after.opened_on)),
            (Field::ClosedOn, self.closed_on != after.closed_on, self.closed_on.into(), after.closed_on.into()),
            (Field::Template, self.template != after.template, template(self), template(after)),
        ];
        let changed = pairs.into_iter().filter(|(_, differs, ..)| *differs);
        changed.map(|(field, _, old, new)| Change { field, old, new }).collect()
    }
}
