//! One row of a file of organizations, before anybody asks whether it is known.

use jiff::civil::Date;

use super::{columns::OrganizationField as Field, details::KnownTemplate};
use crate::domain::{
    directory::{
        cells::Cells,
        mapping::Mapping,
        reason::{Problem, Reason, Remark},
    },
    facility::OrganizationKind,
    name::{Found, NameIndex, OrganizationName, Phone, Text},
    school_code::SchoolCode,
    table_in::Row,
    wareki,
};

/// What the row says; what it leaves empty is `None` and stays as it is.
#[derive(Debug)]
pub(super) struct OrganizationRow {
    pub(super) name: OrganizationName,
    pub(super) kind: Option<OrganizationKind>,
    pub(super) district: Option<Text<40>>,
    pub(super) school_code: Option<SchoolCode>,
    /// The name of the organization above, as written.
    pub(super) parent: Option<String>,
    pub(super) phone: Option<Phone>,
    pub(super) opened_on: Option<Date>,
    pub(super) closed_on: Option<Date>,
    /// The template's code.
    pub(super) template: Option<String>,
    pub(super) remarks: Vec<Remark>,
}

pub(super) struct Reader<'r> {
    pub(super) mapping: &'r Mapping<Field>,
    pub(super) width: usize,
    pub(super) templates: &'r NameIndex<'r, KnownTemplate>,
    /// The names of the templates, for the sentence about one that is unknown.
    pub(super) template_names: &'r str,
}

impl Reader<'_> {
    pub(super) fn read(&self, row: &Row) -> Result<OrganizationRow, Vec<Problem<Field>>> {
        let mut cells = Cells::open(self.mapping, row, self.width)?;
        let name = cells.noted(Field::Name, OrganizationName::parse(cells.text(Field::Name)));
        let kind = cells.optional(Field::Kind, OrganizationKind::read);
        let district = cells.optional(Field::District, Text::parse);
        let school_code = cells.optional(Field::SchoolCode, SchoolCode::parse);
        let parent = Some(cells.text(Field::Parent)).filter(|parent| !parent.is_empty()).map(str::to_owned);
        let phone = cells.optional(Field::Phone, Phone::parse);
        let opened_on = cells.optional(Field::OpenedOn, wareki::parse);
        let closed_on = cells.optional(Field::ClosedOn, wareki::parse);
        let template = cells.optional(Field::Template, |text| self.template(text));
        match name {
            Some(name) if cells.problems.is_empty() => Ok(OrganizationRow {
                name,
                kind,
                district,
                school_code,
                parent,
                phone,
                opened_on,
                closed_on,
                template,
                remarks: cells.remarks,
            }),
            _ => Err(cells.problems),
        }
    }

    fn template(&self, text: &str) -> Result<String, Reason> {
        match self.templates.find(text) {
            Found::Only(template) => Ok(template.code.clone()),
            _ => Err(Reason::TemplateUnknown { known: self.template_names.to_owned() }),
        }
    }
}
