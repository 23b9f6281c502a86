//! A file of organizations weighed against those the ward has.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    columns::OrganizationField as Field,
    desk::{Desk, Draft},
    details::{Details, KnownOrganization, KnownTemplate, Parent},
    row::Reader,
};
use crate::domain::{
    directory::{
        cells::{problem, records, refused, width},
        change::{Change, Plan},
        mapping::{Mapping, MappingRefusal},
        reason::Remark,
    },
    ids::{Id, Organization},
    name::NameIndex,
    table_in::Table,
};

/// What would become of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationEntry {
    pub line: u32,
    /// `None` for one to be added.
    pub id: Option<Id<Organization>>,
    /// As it would be afterwards.
    pub details: Details,
    /// Empty for one to be added, and for one that stays as it is.
    pub changes: Vec<Change<Field>>,
    pub remarks: Vec<Remark>,
}

/// Weighs every row; `known` holds the closed organizations too. `today` is the opening day of new ones that name none.
///
/// Added organizations come after the added ones they stand below, whatever their order in the file.
pub fn plan(
    table: &Table,
    mapping: &Mapping<Field>,
    known: &[KnownOrganization],
    templates: &[KnownTemplate],
    today: Date,
) -> Result<Plan<OrganizationEntry, Field>, Vec<MappingRefusal<Field>>> {
    let refusals = mapping.refusals(table);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let names: Vec<&str> = templates.iter().map(|template| template.name.as_str()).collect();
    let index = NameIndex::new(templates, |template| &template.name);
    let reader = Reader { mapping, width: width(table, mapping), templates: &index, template_names: &names.join("、") };
    let (rows, passed_over) = records(table, mapping);

    let mut plan = Plan::new(passed_over);
    let mut desk = Desk::new(known, today);
    let mut drafts = Vec::new();
    for row in rows {
        let draft = reader
            .read(row)
            .and_then(|read| desk.draft(read, row).map_err(|(field, reason)| vec![problem(mapping, row, field, reason)]));
        match draft {
            Ok(draft) => drafts.push(draft),
            Err(problems) => {
                desk.refuse(row, mapping);
                plan.refused.push(refused(row, problems));
            }
        }
    }
    let refusals = desk.stand(&mut drafts);
    for draft in drafts {
        if let Some(reason) = refusals.get(&draft.row.line) {
            let problems = vec![problem(mapping, draft.row, Field::Parent, reason.clone())];
            plan.refused.push(refused(draft.row, problems));
        } else {
            settle(&desk, draft, &mut plan);
        }
    }
    plan.refused.sort_by_key(|row| row.line);
    let above: HashMap<u32, Parent> = plan.added.iter().filter_map(|entry| Some((entry.line, entry.details.parent?))).collect();
    plan.added.sort_by_cached_key(|entry| (depth(entry.line, &above), entry.line));
    Ok(plan)
}

/// How many added organizations stand above an added one.
fn depth(line: u32, above: &HashMap<u32, Parent>) -> usize {
    let mut depth = 0;
    let mut line = line;
    // Circles were refused; the bound says so once more.
    while let (Some(Parent::Row(next)), true) = (above.get(&line), depth <= above.len()) {
        line = *next;
        depth += 1;
    }
    depth
}

/// Sorts a draft that stands into added, changed or unchanged.
fn settle(desk: &Desk<'_>, draft: Draft<'_, '_>, plan: &mut Plan<OrganizationEntry, Field>) {
    let above = |parent: Parent| match parent {
        Parent::Known(id) => desk.by_id.get(&id).map_or_else(String::new, |known| known.details.name.clone()),
        Parent::Row(_) => draft.parent.clone().unwrap_or_default(),
    };
    let changes = draft.known.map_or_else(Vec::new, |known| known.details.changes(&draft.after, above));
    let list = match (draft.known, changes.is_empty()) {
        (None, _) => &mut plan.added,
        (Some(_), false) => &mut plan.changed,
        (Some(_), true) => &mut plan.unchanged,
    };
    let id = draft.known.map(|known| known.id);
    list.push(OrganizationEntry { line: draft.row.line, id, details: draft.after, changes, remarks: draft.remarks });
}
