//! Reading a filled-in sheet against what is recorded: what is new, and what is wrong with the rest.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    day::Day,
    row::{SheetRow, Voice, typed},
};
use crate::{
    domain::{
        attendance::{DayContext, MarkRefusal},
        calendar::DayKind,
        clock::Clock,
        ids::{Id, Watch},
    },
    store::sheets::{Entry, Row},
    web::{ErrorLine, Fields, Lang},
};

/// The form on the table, and the day it speaks of.
pub(super) struct Table<'a> {
    pub clock: &'a Clock,
    pub loaded: &'a Day,
    pub fields: &'a Fields,
}

/// What came of reading the form.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub entries: Vec<Entry>,
    pub faults: Vec<(Id<Watch>, Fault)>,
}

/// What is wrong with what was typed about a child.
#[derive(Debug)]
pub(super) enum Fault {
    Refused(Vec<MarkRefusal>),
    /// Somebody else has recorded the child in between.
    Stale,
    /// The time of free corrections is over: a correction says why, on its own page.
    NeedsWhy,
}

impl Table<'_> {
    /// A child of another facility, or of a request that is over, is not on this sheet: nothing is read, as for no child at all.
    pub(super) fn read(&self) -> Option<Reading> {
        let Day { rows, closed, .. } = self.loaded;
        let known = |id: Id<Watch>| rows.iter().chain(closed.iter().map(|(row, _)| row)).any(|row| row.watch == id);
        if !self.fields.keys("status").into_iter().all(|key| key.parse().is_ok_and(known)) {
            return None;
        }
        let open = rows.iter().map(|row| (row, DayKind::Open));
        let mut reading = Reading::default();
        for (row, kind) in open.chain(closed.iter().map(|(row, kind)| (row, *kind))) {
            match self.entry(row, kind) {
                Ok(entry) => reading.entries.extend(entry),
                Err(fault) => reading.faults.push((row.watch, fault)),
            }
        }
        Some(reading)
    }

    /// A new report is taken, an untouched row or the same again left alone, another one checked: still the version on the
    /// screen, still free?
    fn entry(&self, row: &Row, kind: DayKind) -> Result<Option<Entry>, Fault> {
        let input = typed(self.fields, &row.watch.to_string());
        if input.is_blank() {
            return Ok(None);
        }
        let (day, today) = (self.loaded.date, self.clock.today());
        let mut mark = input.check(&DayContext { day, kind, today }).map_err(Fault::Refused)?;
        let recorded = row.recorded.as_ref();
        if recorded.is_some_and(|recorded| recorded.mark == mark) {
            return Ok(None);
        }
        let version = recorded.map_or(0, |recorded| recorded.version);
        if self.fields.get(&format!("version.{}", row.watch)).parse().unwrap_or(0) != version {
            return Err(Fault::Stale);
        }
        if version > 0 && !self.loaded.facility.times.is_free(day, today, self.clock.time_of_day()) {
            return Err(Fault::NeedsWhy);
        }
        // On the sheet something is added to the day; taking something back is a correction, on its own page.
        if let Some(recorded) = recorded {
            mark.status = recorded.mark.status.then(mark.status);
        }
        Ok(Some(Entry { watch: row.watch, version: version + 1, mark }))
    }
}

impl Reading {
    /// Something is new and nothing wrong.
    pub(super) fn faultless(self) -> Option<Vec<Entry>> {
        (self.faults.is_empty() && !self.entries.is_empty()).then_some(self.entries)
    }

    /// The rows of the page with what was typed and, where something is wrong, what to mend. Children who are not expected
    /// that day have no row, unless something was typed about them all the same.
    pub(super) fn rows(&self, voice: Voice, loaded: &Day, fields: &Fields) -> (Vec<SheetRow>, Vec<ErrorLine>) {
        let closed = loaded.closed.iter().map(|(row, _)| row).filter(|row| self.fault(row.watch).is_some());
        let (mut rows, mut errors) = (Vec::new(), Vec::new());
        for row in loaded.rows.iter().chain(closed) {
            let input = Some(typed(fields, &row.watch.to_string())).filter(|input| !input.is_blank());
            let mut shown = SheetRow::new(voice, row, input.as_ref()).looking_back(loaded.back(voice, row));
            if let Some(fault) = self.fault(row.watch) {
                errors.extend(fault.complaints(voice.lang, loaded.date, row, &mut shown));
            }
            rows.push(shown);
        }
        if self.entries.is_empty() && self.faults.is_empty() {
            let href = rows.first().map_or_else(|| "#main".to_owned(), |row| format!("#status-{}", row.watch_id));
            errors.push(ErrorLine { href, text: fl!(voice.lang.texts(), "error-nothing-entered") });
        }
        (rows, errors)
    }

    pub(super) fn is_stale(&self) -> bool {
        self.faults.iter().any(|(_, fault)| matches!(fault, Fault::Stale))
    }

    fn fault(&self, watch: Id<Watch>) -> Option<&Fault> {
        self.faults.iter().find(|(of, _)| *of == watch).map(|(_, fault)| fault)
    }
}

impl Fault {
    fn complaints(&self, lang: Lang, day: Date, row: &Row, shown: &mut SheetRow) -> Vec<ErrorLine> {
        let (texts, name) = (lang.texts(), row.name.as_str());
        match self {
            Self::Refused(refusals) => shown.refuse(lang, refusals),
            Self::Stale => {
                let now = shown.recorded.clone().unwrap_or_default();
                vec![shown.complain(fl!(texts, "error-sheet-stale", name = name, now = now))]
            }
            Self::NeedsWhy => {
                let mut line = shown.complain(fl!(texts, "error-sheet-why", name = name));
                line.href = format!("/sheet/{day}/reports/{}/correction", row.watch);
                vec![line]
            }
        }
    }
}
