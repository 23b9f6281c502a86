//! The typesetter, closed in: it sees our templates, our typeface and the values of one print, no file, no package and no clock.

use std::sync::LazyLock;

use jiff::{
    Timestamp,
    tz::{self, Offset},
};
use typst::{
    Library, LibraryExt, World, comemo,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Dict, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::{FormError, fonts};

/// A form's own template, or the page they all stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Template {
    Invitation,
    Recovery,
    Slip,
    /// Imported by the others as `/paper.typ`.
    Paper,
}

impl Template {
    const ALL: [Self; 4] = [Self::Invitation, Self::Recovery, Self::Slip, Self::Paper];

    fn path(self) -> &'static str {
        match self {
            Self::Invitation => "/invitation.typ",
            Self::Recovery => "/recovery.typ",
            Self::Slip => "/slip.typ",
            Self::Paper => "/paper.typ",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Invitation => include_str!("../templates/invitation.typ"),
            Self::Recovery => include_str!("../templates/recovery.typ"),
            Self::Slip => include_str!("../templates/slip.typ"),
            Self::Paper => include_str!("../templates/paper.typ"),
        }
    }
}

/// All templates, parsed once.
static SOURCES: LazyLock<Vec<(Template, Source)>> = LazyLock::new(|| {
    let parse = |template: Template| {
        let path = VirtualPath::new(template.path()).ok()?;
        let id = RootedPath::new(VirtualRoot::Project, path).intern();
        Some((template, Source::new(id, template.text().to_owned())))
    };
    Template::ALL.into_iter().filter_map(parse).collect()
});

/// Japan is nine hours ahead of UTC, all year.
const JAPAN: Offset = tz::offset(9);

/// Sets and exports as many sheets as the values ask for, one page each.
pub(crate) fn print(template: Template, values: Dict, sheets: usize, made_at: Timestamp) -> Result<Vec<u8>, FormError> {
    let _forget = Forget;
    export(&set(template, values)?, template, sheets, made_at)
}

/// The typesetter remembers what it has set, for the next edit of the same document. There is none, and what it remembers are names
/// and codes: it forgets them however a print ends.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        comemo::evict(0);
    }
}

fn set(template: Template, values: Dict) -> Result<PagedDocument, FormError> {
    let (_, source) =
        SOURCES.iter().find(|(one, _)| *one == template).ok_or_else(|| FormError::typesetting("a template has no valid path"))?;
    let library = LazyHash::new(Library::builder().with_inputs(values).build());
    let bench = Bench { library, main: source.id() };
    typst::compile(&bench).output.map_err(|faults| first(&faults))
}

fn export(document: &PagedDocument, template: Template, sheets: usize, made_at: Timestamp) -> Result<Vec<u8>, FormError> {
    let pages = document.pages().len();
    if pages != sheets {
        return Err(FormError::Pages { sheets, pages });
    }
    let standards =
        PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).map_err(|fault| FormError::typesetting(fault.message()))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{} {made_at}", template.path())),
        creator: Smart::Custom(Some("つなぎ".to_owned())),
        timestamp: Some(japanese(made_at).ok_or(FormError::Date)?),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(document, &options).map_err(|faults| first(&faults))
}

/// The instant as Japanese clocks show it.
fn japanese(instant: Timestamp) -> Option<typst_pdf::Timestamp> {
    let local = JAPAN.to_datetime(instant);
    let part = |value: i8| u8::try_from(value).ok();
    let date = Datetime::from_ymd_hms(
        i32::from(local.year()),
        part(local.month())?,
        part(local.day())?,
        part(local.hour())?,
        part(local.minute())?,
        part(local.second())?,
    )?;
    typst_pdf::Timestamp::new_local(date, JAPAN.seconds() / 60)
}

fn first(faults: &[SourceDiagnostic]) -> FormError {
    FormError::typesetting(faults.first().map_or("no reason given", |fault| fault.message.as_str()))
}

/// What one print may look at.
struct Bench {
    library: LazyHash<Library>,
    main: FileId,
}

impl World for Bench {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        fonts::book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let found = SOURCES.iter().find(|(_, source)| source.id() == id);
        found.map(|(_, source)| source.clone()).ok_or(FileError::AccessDenied)
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_there_and_parses() {
        assert_eq!(SOURCES.len(), Template::ALL.len());
        for (template, source) in SOURCES.iter() {
            assert!(source.root().errors_and_warnings().0.is_empty(), "{template:?}");
        }
    }

    #[test]
    fn a_template_cannot_ask_for_files_or_the_time() {
        let bench = Bench { library: LazyHash::new(Library::default()), main: SOURCES[0].1.id() };
        let elsewhere = RootedPath::new(VirtualRoot::Project, VirtualPath::new("/etc/passwd").unwrap()).intern();
        assert!(bench.source(elsewhere).is_err());
        assert!(bench.file(elsewhere).is_err());
        assert!(bench.today(None).is_none());
    }
}
