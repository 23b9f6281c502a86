//! Step 1: the file. What is not of a child asked about is dropped before anything is written.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Multipart, State, multipart::MultipartRejection};
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{super::index::month_field, MONTHS_BACK, is_in_reach};
use crate::{
    domain::{
        register::{self, Column, Layout, LayoutRefusal, MOST_CELLS, Meaning, Picked, guess_meaning},
        rights::Month,
        table_in::{Table, shortened},
    },
    gate::{Permit, actions},
    store::{
        Tx,
        register::{
            self as kept,
            imports::{self, New, Remembered},
        },
    },
    web::{
        App, Error, ErrorLine, Field, Fields, Frame, Here, Lang, Result, page, say, see_other, unprocessable,
        upload::{self, Upload as Sent},
    },
};

#[derive(Debug, Template)]
#[template(path = "watch/register/upload.html")]
struct Upload {
    frame: Frame,
    errors: Vec<ErrorLine>,
    month: Field,
    file_error: Option<String>,
    /// Asked for when the words of the file do not tell.
    columns: Vec<AskedColumn>,
}

#[derive(Debug)]
struct AskedColumn {
    heading: String,
    target: Field,
}

/// Characters shown of a heading.
const HEADING: usize = 20;

/// Why the file is asked for again.
enum Wrong {
    Month,
    File(String),
    Columns(Table, Layout),
    Nobody,
    TooMany,
}

pub(in super::super) async fn new(here: Here, State(app): State<App>) -> Result {
    let permit = app.gate.permit::<actions::ImportAttendance>(&here.actor, &here.place())?;
    let tx = app.tx(&here.actor).await?;
    let today = tx.today();
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&form(&app, &here, "", today, None))
}

fn form(app: &App, here: &Here, month: &str, today: Date, wrong: Option<&Wrong>) -> Upload {
    let (lang, texts) = (here.lang, here.lang.texts());
    let month = month_field(lang, month, today, MONTHS_BACK + 1);
    let month = month.with_error(matches!(wrong, Some(Wrong::Month)).then(|| fl!(texts, "register-error-month")));
    let mut columns = Vec::new();
    let mut errors = ErrorLine::of([&month]);
    let file_error = match wrong {
        None | Some(Wrong::Month) => None,
        Some(Wrong::File(sentence)) => Some(sentence.clone()),
        Some(Wrong::Nobody) => Some(fl!(texts, "register-error-nobody")),
        Some(Wrong::TooMany) => Some(fl!(texts, "register-error-many", most = MOST_CELLS)),
        Some(Wrong::Columns(table, layout)) => {
            let refusals = layout.refusals();
            errors.extend(
                refusals.iter().map(|refusal| ErrorLine { href: "#column.0".to_owned(), text: refusal_words(lang, *refusal) }),
            );
            columns = (0..table.width()).map(|column| asked_column(lang, table, layout, column)).collect();
            Some(fl!(texts, "register-file-again"))
        }
    };
    errors.extend(file_error.iter().map(|text| ErrorLine { href: "#file".to_owned(), text: text.clone() }));
    Upload {
        frame: Frame::here(app, here, fl!(texts, "register-import-title")).with_crumb("/register", fl!(texts, "register-title")),
        errors,
        month,
        file_error,
        columns,
    }
}

fn refusal_words(lang: Lang, refusal: LayoutRefusal) -> String {
    let column = match refusal {
        LayoutRefusal::Twice(column) => say::word(lang, &format!("register-column-{}", column.code())),
        _ => String::new(),
    };
    say::say(lang, refusal.key(), &[("column", column)])
}

fn asked_column(lang: Lang, table: &Table, layout: &Layout, column: usize) -> AskedColumn {
    let heading = table.rows.iter().find(|row| row.line == layout.header).map_or("", |row| row.cell(column));
    let number = i64::try_from(column + 1).unwrap_or(0);
    let chosen = layout.columns.get(column).copied().unwrap_or(Column::Ignored);
    let choices =
        Column::ALL.iter().map(|column| (column.code().to_owned(), say::word(lang, &format!("register-column-{}", column.code()))));
    AskedColumn {
        heading: if heading.is_empty() {
            fl!(lang.texts(), "import-column-number", number = number)
        } else {
            shortened(heading, HEADING)
        },
        target: Field::optional(&format!("column.{column}"), chosen.code()).with_choices(choices),
    }
}

pub(in super::super) async fn create(here: Here, State(app): State<App>, sent: Result<Multipart, MultipartRejection>) -> Result {
    app.gate.permit::<actions::ImportAttendance>(&here.actor, &here.place())?;
    let sent = Sent::read(here.lang, sent.map_err(|_| Error::Malformed)?).await;
    let table = match sent.file {
        Ok(file) => upload::table(here.lang, file).await?.map(|(_, decoded)| decoded.table),
        Err(sentence) => Err(sentence),
    };
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ImportAttendance>(&here.actor, &here.place())?;
    let today = tx.today();
    let month = Month::parse(sent.words.get("month")).filter(|month| is_in_reach(*month, today));
    let picked = match (month, table) {
        (None, _) => Err(Wrong::Month),
        (_, Err(sentence)) => Err(Wrong::File(sentence)),
        (Some(month), Ok(table)) => pick(&mut tx, &permit, &sent.words, table, month).await?,
    };
    let (picked, marks, month) = match picked {
        Ok(picked) => picked,
        Err(wrong) => {
            tx.commit(permit.deed().with("step", "refused")).await?;
            return unprocessable(&form(&app, &here, sent.words.get("month"), today, Some(&wrong)));
        }
    };
    let new = New { month, cells: &picked.cells, marks: &marks, others: picked.others, unclear: picked.unclear.len() };
    let id = imports::insert(&mut tx, &permit, &new).await?;
    let deed = permit.deed().with("import", id).with("step", "upload").with("month", month.to_string());
    tx.commit(deed.with("entered", picked.cells.len())).await?;
    Ok(see_other(&format!("/register/imports/{id}")))
}

/// The cells of children asked about, and what their marks meant last time; or what keeps them from being read.
async fn pick(
    tx: &mut Tx,
    permit: &Permit<actions::ImportAttendance>,
    words: &Fields,
    table: Table,
    month: Month,
) -> Result<std::result::Result<(Picked, Vec<Meaning>, Month), Wrong>> {
    let before = imports::remembered(tx, permit).await?;
    let mut layout = register::guess(&table, month, &before.columns);
    let chosen = |column: usize| Column::from_code(words.get(&format!("column.{column}")));
    if words.has("column.0") {
        layout.columns = (0..table.width()).map(|column| chosen(column).unwrap_or(Column::Ignored)).collect();
    }
    if !layout.refusals().is_empty() {
        return Ok(Err(Wrong::Columns(table, layout)));
    }
    let members: Vec<_> = kept::children(tx, permit).await?.iter().map(kept::Child::member).collect();
    let picked = register::pick(&table, &layout, &members, month);
    if picked.cells.is_empty() && picked.unclear.is_empty() {
        return Ok(Err(Wrong::Nobody));
    }
    if picked.cells.len() > MOST_CELLS {
        return Ok(Err(Wrong::TooMany));
    }
    let marks = meanings(&picked, &before.marks);
    imports::remember(tx, permit, &Remembered { columns: layout.columns, marks: before.marks }).await?;
    Ok(Ok((picked, marks, month)))
}

/// Every mark once, the commonest first, with what it meant last time or probably means.
fn meanings(picked: &Picked, before: &[Meaning]) -> Vec<Meaning> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in &picked.cells {
        *counts.entry(&cell.mark).or_default() += 1;
    }
    let mut marks: Vec<(&str, usize)> = counts.into_iter().collect();
    marks.sort_by_key(|(mark, count)| (mark.is_empty(), std::cmp::Reverse(*count)));
    let known = |mark: &str| before.iter().find(|meaning| meaning.mark == mark).cloned();
    marks.into_iter().map(|(mark, _)| known(mark).unwrap_or_else(|| guess_meaning(mark))).collect()
}
