//! A CSV somebody takes away: in CP932 only after the page that says which characters will be missing.

use askama::Template;
use i18n_embed_fl::fl;

use super::{App, Fields, Frame, Here, Media, Result, download, page};
use crate::domain::csv_out::{self, Encoding, Instead, Lost};

#[derive(Debug, Template)]
#[template(path = "lost.html")]
struct LostCharacters {
    frame: Frame,
    rows: Vec<LostRow>,
    cells: usize,
    go_on: String,
    unicode: String,
    back: String,
}

#[derive(Debug)]
struct LostRow {
    row: usize,
    cell: String,
    characters: String,
}

/// The page shows this many cells at most.
const SHOWN: usize = 200;

/// What the address asks for.
pub fn encoding(asked: &Fields) -> Encoding {
    if asked.get("encoding") == "cp932" { Encoding::Cp932 } else { Encoding::Utf8Bom }
}

/// A finished table, its name without ending, and where to go when it is not wanted.
#[derive(Debug)]
pub struct Takeaway {
    pub rows: Vec<Vec<String>>,
    pub name: String,
    pub back: String,
}

/// The file; or first, where characters would be lost and nobody has agreed yet, the page that names them.
pub fn answer(app: &App, here: &Here, asked: &Fields, table: &Takeaway) -> Result {
    let written = csv_out::write(&table.rows, encoding(asked));
    if !written.lost.is_empty() && asked.get("lossy") != "1" {
        return page(&notice(app, here, table, &written.lost));
    }
    let media = match encoding(asked) {
        Encoding::Utf8Bom => Media::CsvUtf8,
        Encoding::Cp932 => Media::CsvCp932,
    };
    download(&table.name, media, written.bytes)
}

fn notice(app: &App, here: &Here, table: &Takeaway, lost: &[Lost]) -> LostCharacters {
    let texts = here.lang.texts();
    let mut rows: Vec<LostRow> = Vec::new();
    let mut place = None;
    for one in lost {
        let said = match one.instead {
            Instead::Geta => fl!(texts, "lost-geta", character = one.character.to_string(), code = code(one.character)),
            Instead::UsualForm => fl!(texts, "lost-usual-form", code = code(one.character)),
        };
        match rows.last_mut() {
            Some(row) if place == Some((one.row, one.column)) => {
                row.characters.push_str(&fl!(texts, "list-comma"));
                row.characters.push_str(&said);
            }
            _ => {
                let cell = table.rows.get(one.row - 1).and_then(|row| row.get(one.column - 1)).cloned().unwrap_or_default();
                rows.push(LostRow { row: one.row, cell, characters: said });
            }
        }
        place = Some((one.row, one.column));
    }
    let cells = rows.len();
    rows.truncate(SHOWN);
    let separator = if here.path.contains('?') { '&' } else { '?' };
    LostCharacters {
        frame: Frame::here(app, here, fl!(texts, "lost-title")),
        rows,
        cells,
        go_on: format!("{}{separator}lossy=1", here.path),
        unicode: here.path.replace("encoding=cp932", "encoding=utf8"),
        back: table.back.clone(),
    }
}

fn code(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}
