//! What becomes of every row, in words: shown before it is accepted, kept for a day after.

use std::collections::HashMap;

use i18n_embed_fl::fl;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::weigh::{Scales, Weighed, World};
use crate::{
    domain::{
        directory::{
            Change, Column, Problem, RefusedRow, Remark, Verdict,
            organizations::{OrganizationEntry, OrganizationField},
            people::{MembershipStep, PersonEntry},
        },
        ids::{Id, Organization},
        membership::Term,
        role::Role,
        table_in::{PassedOver, Why, shortened},
    },
    web::{Lang, role_word, say, words},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Report {
    pub(super) at: Timestamp,
    /// The words above the columns; empty when there is no header.
    pub(super) headings: Vec<String>,
    /// In the order of the file.
    pub(super) rows: Vec<ReportRow>,
    pub(super) missing: Vec<MissingLine>,
    pub(super) passed_over: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ReportRow {
    pub(super) line: u32,
    pub(super) verdict: Verdict,
    pub(super) name: String,
    /// The kind of an organization, the organization of a person.
    pub(super) place: String,
    pub(super) changes: Vec<ChangeLine>,
    pub(super) notes: Vec<String>,
    /// Whether part of it waits for another admin.
    pub(super) second_person: bool,
    pub(super) faults: Vec<Fault>,
    /// The row as the file has it, each cell shortened.
    pub(super) cells: Vec<String>,
}

/// One thing that changes; an empty `old` is something new.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ChangeLine {
    pub(super) field: String,
    pub(super) old: String,
    pub(super) new: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Fault {
    pub(super) column: String,
    pub(super) value: String,
    pub(super) mend: String,
}

/// Somebody of whom no row speaks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct MissingLine {
    pub(super) name: String,
    pub(super) place: String,
}

/// A line of the table of faults.
#[derive(Debug)]
pub(super) struct FaultLine<'r> {
    pub(super) line: u32,
    pub(super) column: &'r str,
    pub(super) value: &'r str,
    pub(super) mend: &'r str,
}

/// Characters kept of a cell.
const CELL: usize = 60;

/// Whoever puts the plan into words: the language and the names of the ward.
struct Speaker<'w> {
    lang: Lang,
    names: HashMap<Id<Organization>, &'w str>,
    world: &'w World,
    headings: &'w [String],
}

impl Report {
    pub(super) fn of(lang: Lang, at: Timestamp, scales: &Scales) -> Self {
        let speaker = Speaker { lang, names: scales.world.names(), world: &scales.world, headings: &scales.headings };
        let (mut rows, missing, passed) = match &scales.weighed {
            Weighed::Organizations { plan, closing } => {
                let lists =
                    [(&plan.added, Verdict::Added), (&plan.changed, Verdict::Changed), (&plan.unchanged, Verdict::Unchanged)];
                let mut rows = speaker.rows(&lists, Speaker::organization);
                rows.extend(closing.iter().map(|entry| speaker.closing(entry)));
                rows.extend(speaker.refused(&plan.refused, say::organization_field));
                (rows, Vec::new(), speaker.passed_over(&plan.passed_over))
            }
            Weighed::People { plan: people, own } => {
                let plan = &people.rows;
                let lists =
                    [(&plan.added, Verdict::Added), (&plan.changed, Verdict::Changed), (&plan.unchanged, Verdict::Unchanged)];
                let mut rows = speaker.rows(&lists, Speaker::person);
                rows.extend(own.iter().map(|entry| speaker.own(entry)));
                rows.extend(speaker.refused(&plan.refused, say::person_field));
                let known: HashMap<_, _> = scales.world.people.iter().map(|one| (one.id, &one.details.name)).collect();
                let missing = people.missing.iter().map(|one| MissingLine {
                    name: known.get(&one.person).map_or_else(String::new, |name| (*name).clone()),
                    place: speaker.name(one.organization),
                });
                (rows, missing.collect(), speaker.passed_over(&plan.passed_over))
            }
        };
        let cells: HashMap<u32, &Vec<String>> = scales.table.rows.iter().map(|row| (row.line, &row.cells)).collect();
        for row in &mut rows {
            row.cells =
                cells.get(&row.line).map_or_else(Vec::new, |cells| cells.iter().map(|cell| shortened(cell, CELL)).collect());
        }
        rows.sort_by_key(|row| row.line);
        Self { at, headings: scales.headings.clone(), rows, missing, passed_over: passed }
    }

    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }

    /// Rows of which a part waits for another admin.
    pub(super) fn waiting(&self) -> usize {
        self.rows.iter().filter(|row| row.second_person).count()
    }

    /// Every fault of every refused row, a line each.
    pub(super) fn faults(&self) -> impl Iterator<Item = FaultLine<'_>> {
        self.rows.iter().flat_map(|row| {
            row.faults.iter().map(|fault| FaultLine {
                line: row.line,
                column: &fault.column,
                value: &fault.value,
                mend: &fault.mend,
            })
        })
    }
}

impl Speaker<'_> {
    fn name(&self, id: Id<Organization>) -> String {
        self.names.get(&id).map_or_else(String::new, |name| (*name).to_owned())
    }

    fn rows<E>(&self, lists: &[(&Vec<E>, Verdict)], row: fn(&Self, &E, Verdict) -> ReportRow) -> Vec<ReportRow> {
        lists.iter().flat_map(|(entries, verdict)| entries.iter().map(|entry| row(self, entry, *verdict))).collect()
    }

    fn organization(&self, entry: &OrganizationEntry, verdict: Verdict) -> ReportRow {
        ReportRow {
            line: entry.line,
            verdict,
            name: entry.details.name.clone(),
            place: words::kind_in_law(self.lang, entry.details.kind),
            changes: entry.changes.iter().map(|change| self.change(change, say::organization_field)).collect(),
            notes: self.remarks(&entry.remarks),
            second_person: false,
            faults: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// A row that would close an organization, said with where that is done.
    fn closing(&self, entry: &OrganizationEntry) -> ReportRow {
        let change = entry.changes.iter().find(|change| change.field == OrganizationField::ClosedOn);
        let fault = Fault {
            column: say::organization_field(self.lang, OrganizationField::ClosedOn),
            value: change.map_or_else(String::new, |change| self.change(change, say::organization_field).new),
            mend: fl!(self.lang.texts(), "directory-close-on-its-page"),
        };
        ReportRow { changes: Vec::new(), faults: vec![fault], ..self.organization(entry, Verdict::Refused) }
    }

    /// A row about whoever reads the file.
    fn own(&self, entry: &PersonEntry) -> ReportRow {
        let row = self.person(entry, Verdict::Refused);
        let fault = Fault {
            column: say::word(self.lang, "import-whole-row"),
            value: row.name.clone(),
            mend: fl!(self.lang.texts(), "directory-not-oneself"),
        };
        ReportRow { changes: Vec::new(), notes: Vec::new(), second_person: false, faults: vec![fault], ..row }
    }

    fn person(&self, entry: &PersonEntry, verdict: Verdict) -> ReportRow {
        let texts = self.lang.texts();
        let mut changes: Vec<ChangeLine> = entry.changes.iter().map(|change| self.change(change, say::person_field)).collect();
        changes.extend(entry.steps.iter().map(|step| self.step(step)));
        let mut notes = self.remarks(&entry.remarks);
        if let Some(leaving) = entry.leaving {
            notes.push(say::word(self.lang, &format!("leaving-{}", leaving.code())));
        }
        if let Some(last) = entry.leaves {
            notes.push(fl!(texts, "directory-leaves", day = words::date(self.lang, last)));
        }
        ReportRow {
            line: entry.line,
            verdict,
            name: entry.details.name.clone(),
            place: self.name(entry.organization),
            changes,
            notes,
            second_person: entry.second_person,
            faults: Vec::new(),
            cells: Vec::new(),
        }
    }

    fn change<F: Column>(&self, change: &Change<F>, worded: fn(Lang, F) -> String) -> ChangeLine {
        let template = |code: &str| {
            let known = self.world.templates.iter().find(|template| template.code == code);
            known.map_or_else(|| code.to_owned(), |template| template.name.clone())
        };
        let value = |value| say::directory_value(self.lang, value, template);
        ChangeLine { field: worded(self.lang, change.field), old: value(&change.old), new: value(&change.new) }
    }

    fn step(&self, step: &MembershipStep) -> ChangeLine {
        let (organization, role, old, new) = match step {
            MembershipStep::Begin { organization, role, term } => (*organization, *role, None, *term),
            MembershipStep::Alter { organization, role, old, new, .. } => (*organization, *role, Some(*old), *new),
        };
        ChangeLine {
            field: self.post(organization, role),
            old: old.map_or_else(String::new, |old| self.term(old)),
            new: self.term(new),
        }
    }

    fn post(&self, organization: Id<Organization>, role: Role) -> String {
        fl!(self.lang.texts(), "directory-post", place = self.name(organization), role = role_word(self.lang, role))
    }

    fn term(&self, term: Term) -> String {
        let from = words::date(self.lang, term.from());
        let until = term.until().map_or_else(String::new, |until| words::date(self.lang, until));
        fl!(self.lang.texts(), "directory-term", from = from, until = until)
    }

    fn remarks(&self, remarks: &[Remark]) -> Vec<String> {
        remarks.iter().map(|remark| say::word(self.lang, remark.key())).collect()
    }

    fn refused<F: Column>(&self, rows: &[RefusedRow<F>], worded: fn(Lang, F) -> String) -> Vec<ReportRow> {
        let row = |row: &RefusedRow<F>| ReportRow {
            line: row.line,
            verdict: Verdict::Refused,
            name: String::new(),
            place: String::new(),
            changes: Vec::new(),
            notes: Vec::new(),
            second_person: false,
            faults: row.problems.iter().map(|problem| self.fault(problem, worded)).collect(),
            cells: Vec::new(),
        };
        rows.iter().map(row).collect()
    }

    /// The column as the file calls it; the row itself when no single column is at fault.
    fn fault<F: Column>(&self, problem: &Problem<F>, worded: fn(Lang, F) -> String) -> Fault {
        let heading = problem.column.and_then(|column| self.headings.get(column)).filter(|heading| !heading.is_empty());
        let column = match heading {
            Some(heading) => heading.clone(),
            None if problem.field == F::IGNORED => say::word(self.lang, "import-whole-row"),
            None => worded(self.lang, problem.field),
        };
        Fault { column, value: problem.value.clone(), mend: say::directory_reason(self.lang, &problem.reason) }
    }

    fn passed_over(&self, rows: &[PassedOver]) -> Vec<String> {
        let said = |passed: &PassedOver| {
            let why = say::word(self.lang, passed.why.key());
            (passed.why != Why::Blank).then(|| fl!(self.lang.texts(), "import-passed-over", line = passed.line, why = why))
        };
        rows.iter().filter_map(said).take(20).collect()
    }
}
