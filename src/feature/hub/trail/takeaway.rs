//! Taking a log away: for which days, why and as what is asked first, and said in the trail.

use askama::Template;
use i18n_embed_fl::fl;
use jiff::{Timestamp, civil::Date};

use super::{Days, LabelledField};
use crate::{
    domain::{
        csv_out::{self, Encoding, Lost},
        purpose::{Format, Purpose},
        xlsx_out::Sheet,
    },
    web::{App, ErrorLine, Field, Fields, Frame, Here, Lang, Media, Result, Workbook, download, page, say, workbook},
};

/// The days one file may cover: a year, also a leap year.
const LONGEST: i64 = 366;
/// The lines one file may hold; more would take longer than a page may.
pub(super) const MOST: usize = 100_000;

/// `hub/trail/export.html`: the filter goes along unseen.
#[derive(Debug)]
pub(super) struct ExportForm {
    pub(super) action: &'static str,
    pub(super) hidden: Vec<(String, String)>,
    pub(super) fields: Vec<LabelledField>,
    /// What to mend, also in the days above the list.
    pub(super) errors: Vec<ErrorLine>,
}

/// What somebody asked for and may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) purpose: Purpose,
    pub(super) format: Format,
    pub(super) since: Date,
    pub(super) until: Date,
}

impl ExportForm {
    /// The form below a list that shows what `asked` looked for.
    pub(super) fn new(lang: Lang, action: &'static str, asked: &Fields) -> Self {
        let kept = ["since", "until", "outcome", "reason", "person", "action"].into_iter();
        let hidden = kept.map(|name| (name.to_owned(), asked.get(name).to_owned())).filter(|(_, value)| !value.is_empty());
        let texts = lang.texts();
        let choose = std::iter::once((String::new(), fl!(texts, "form-choose")));
        let purposes = Purpose::ALL.iter().map(|purpose| (purpose.code().to_owned(), purpose_word(lang, *purpose)));
        let formats = Format::ALL.iter().map(|format| (format.code().to_owned(), format_word(lang, *format)));
        let fields = vec![
            LabelledField {
                field: Field::required("purpose", asked.get("purpose")).with_choices(choose.chain(purposes)),
                label: fl!(texts, "export-purpose"),
            },
            LabelledField {
                field: Field::required("format", asked.get("format")).with_choices(formats),
                label: fl!(texts, "export-format"),
            },
        ];
        Self { action, hidden: hidden.collect(), fields, errors: Vec::new() }
    }

    /// Reads what was asked for; where something is to be mended, the errors say so at their fields.
    pub(super) fn read(&mut self, lang: Lang, asked: &Fields, days: &mut Days, today: Date) -> Option<Wanted> {
        let texts = lang.texts();
        let purpose = Purpose::from_code(asked.get("purpose"));
        if purpose.is_none() {
            self.fields[0].field.error = Some(fl!(texts, "export-error-purpose"));
        }
        let until = days.until.unwrap_or(today);
        let since = days.since;
        if days.errors().is_empty() {
            let wrong = match since {
                None => Some(fl!(texts, "export-error-since")),
                Some(since) if since > until => Some(fl!(texts, "export-error-order")),
                Some(since) if (until - since).get_days() >= i32::try_from(LONGEST).unwrap_or(i32::MAX) => {
                    Some(fl!(texts, "export-error-range", days = LONGEST))
                }
                Some(_) => None,
            };
            days.since_field.error = wrong;
        }
        self.errors = ErrorLine::of(self.fields.iter().map(|labelled| &labelled.field));
        let well = self.errors.is_empty() && days.errors().is_empty();
        let format = Format::from_code(asked.get("format")).unwrap_or(Format::Xlsx);
        let (purpose, since) = purpose.zip(since).filter(|_| well)?;
        Some(Wanted { purpose, format, since, until })
    }
}

pub(super) fn too_many(lang: Lang) -> String {
    fl!(lang.texts(), "export-error-many", most = MOST)
}

pub(super) fn purpose_word(lang: Lang, purpose: Purpose) -> String {
    say::word(lang, &format!("export-purpose-{}", purpose.code()))
}

pub(super) fn format_word(lang: Lang, format: Format) -> String {
    say::word(lang, &format!("export-format-{}", format.code().replace('_', "-")))
}

#[derive(Debug, Template)]
#[template(path = "hub/trail/lost.html")]
struct LostCharacters {
    frame: Frame,
    rows: Vec<LostRow>,
    cells: usize,
    action: &'static str,
    /// The form again: with the losses, and as a file without any.
    go_on: Vec<(String, String)>,
    unicode: Vec<(String, String)>,
    back: &'static str,
}

#[derive(Debug)]
struct LostRow {
    row: usize,
    cell: String,
    characters: String,
}

/// The page shows this many cells at most.
const SHOWN: usize = 200;

/// A finished table, with what the form it came from needs to be sent again.
#[derive(Debug)]
pub(super) struct Takeaway<'a> {
    pub(super) sheet: Sheet,
    /// Without the days and the ending.
    pub(super) name: &'static str,
    pub(super) action: &'static str,
    pub(super) back: &'static str,
    pub(super) asked: &'a Fields,
    pub(super) made_at: Timestamp,
}

/// The file; or first, where CP932 lacks characters and nobody has agreed yet, the page that names them.
pub(super) async fn answer(app: &App, here: &Here, wanted: Wanted, table: Takeaway<'_>) -> Result {
    let name = format!("{}-{}-{}", table.name, wanted.since, wanted.until);
    let (encoding, media) = match wanted.format {
        Format::Xlsx => {
            let title = table.sheet.name.clone();
            let issuer = here.found.ward_name.clone();
            return workbook(Workbook { name, title, issuer, made_at: table.made_at, sheets: vec![table.sheet] }).await;
        }
        Format::Csv => (Encoding::Utf8Bom, Media::CsvUtf8),
        Format::CsvCp932 => (Encoding::Cp932, Media::CsvCp932),
    };
    let rows = table.sheet.texts();
    let written = csv_out::write(&rows, encoding);
    if !written.lost.is_empty() && table.asked.get("lossy") != "1" {
        return page(&notice(app, here, &table, &rows, &written.lost));
    }
    download(&name, media, written.bytes)
}

fn notice(app: &App, here: &Here, table: &Takeaway<'_>, cells: &[Vec<String>], lost: &[Lost]) -> LostCharacters {
    let texts = here.lang.texts();
    let mut rows: Vec<LostRow> = Vec::new();
    let mut place = None;
    for one in lost {
        let code = format!("U+{:04X}", u32::from(one.character));
        let said = match one.instead {
            csv_out::Instead::Geta => fl!(texts, "lost-geta", character = one.character.to_string(), code = code),
            csv_out::Instead::UsualForm => fl!(texts, "lost-usual-form", code = code),
        };
        match rows.last_mut() {
            Some(row) if place == Some((one.row, one.column)) => {
                row.characters.push_str(&fl!(texts, "list-comma"));
                row.characters.push_str(&said);
            }
            _ => {
                let cell = cells.get(one.row - 1).and_then(|row| row.get(one.column - 1)).cloned().unwrap_or_default();
                rows.push(LostRow { row: one.row, cell, characters: said });
            }
        }
        place = Some((one.row, one.column));
    }
    let cells = rows.len();
    rows.truncate(SHOWN);
    let with = |name: &str, value: &str| {
        let others = table.asked.pairs().iter().filter(|(other, _)| other != name).cloned();
        others.chain([(name.to_owned(), value.to_owned())]).collect()
    };
    LostCharacters {
        frame: Frame::here(app, here, fl!(texts, "lost-title")),
        rows,
        cells,
        action: table.action,
        go_on: with("lossy", "1"),
        unicode: with("format", Format::Csv.code()),
        back: table.back,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_and_format_has_words() {
        for lang in [Lang::Ja, Lang::En] {
            let purposes = Purpose::ALL.iter().map(|purpose| purpose_word(lang, *purpose));
            for word in purposes.chain(Format::ALL.iter().map(|format| format_word(lang, *format))) {
                assert!(!word.starts_with("No localization"), "{word}");
            }
        }
    }
}
