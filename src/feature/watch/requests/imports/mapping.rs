//! Step 2: which column is what. The hub guesses, a person corrects.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::roster::{decode, permit};
use crate::{
    domain::{
        ground::LegalGround,
        ids::{Id, RosterImport},
        roster::{self, Decoded, Encoding, Field as Meaning, Mapping, MappingRefusal, Table},
    },
    store::imports::{self, Import, Reading, State as ImportState},
    web::{App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Path, Result, page, say, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/import/mapping.html")]
struct MappingPage {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    discard: String,
    file_name: String,
    rows: usize,
    notes: Vec<String>,
    encoding: Field,
    header: Field,
    ground: Field,
    columns: Vec<MapColumn>,
}

#[derive(Debug)]
struct MapColumn {
    header: String,
    samples: Vec<String>,
    target: Field,
}

/// Rows shown of each column.
const SAMPLES: usize = 5;
/// Characters shown of each cell.
const SAMPLE_LENGTH: usize = 30;

/// Where a roster that is no longer waiting can be looked at.
pub(super) fn elsewhere(import: &Import) -> Result {
    match import.state {
        ImportState::Accepted => Ok(see_other(&format!("/requests/imports/{}/result", import.id))),
        ImportState::Uploaded | ImportState::Discarded => Err(Error::Hidden),
    }
}

pub(in super::super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<RosterImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, mut import) = permit(&app, &here, &mut tx, id).await?;
    tx.commit(permit.deed().with("import", id).with("step", "columns")).await?;
    let Some(file) = import.file.take() else { return elsewhere(&import) };
    let decoded = decode(file, &import.reading).await?;
    page(&columns(&app, &here, &import, &decoded, &import.reading.mapping, &[]))
}

fn columns(
    app: &App,
    here: &Here,
    import: &Import,
    decoded: &Decoded,
    mapping: &Mapping,
    refusals: &[MappingRefusal],
) -> MappingPage {
    let (lang, texts) = (here.lang, here.lang.texts());
    let table = &decoded.table;
    let columns: Vec<MapColumn> = (0..table.width()).map(|column| map_column(lang, table, mapping, refusals, column)).collect();
    let not_chosen = refusals.iter().find(|refusal| matches!(refusal, MappingRefusal::GroundNotChosen));
    let no_row = refusals.iter().find(|refusal| matches!(refusal, MappingRefusal::NoSuchRow(_)));
    let said = |refusal: Option<&MappingRefusal>| refusal.map(|refusal| say::mapping_refusal(lang, refusal));
    let grounds = LegalGround::ALL.iter().map(|ground| (ground.code().to_owned(), say::ground(lang, *ground)));
    let ground = Field::optional("ground", mapping.default_ground.map_or("", LegalGround::code))
        .with_choices(std::iter::once((String::new(), fl!(texts, "field-choose"))).chain(grounds))
        .with_error(said(not_chosen));
    let header = Field::optional("header", &mapping.header_row.map_or_else(String::new, |line| line.to_string()));
    let header = header.with_error(said(no_row));
    let mut errors: Vec<ErrorLine> = refusals.iter().map(|refusal| error_line(lang, refusal)).collect();
    errors.dedup();
    let below = mapping.header_row.unwrap_or(0);
    MappingPage {
        frame: Frame::here(app, here, fl!(texts, "import-columns-title")).with_crumb("/requests", fl!(texts, "request-list-title")),
        errors,
        action: format!("/requests/imports/{}", import.id),
        discard: format!("/requests/imports/{}/discard", import.id),
        file_name: import.file_name.clone(),
        rows: table.rows.iter().filter(|row| row.line > below).count(),
        notes: decoded.warnings.iter().map(|warning| say::say(lang, warning.key(), &warning.args())).collect(),
        encoding: encoding(lang, decoded.encoding),
        header,
        ground,
        columns,
    }
}

/// A workbook says itself how it is written; text can be read again another way.
fn encoding(lang: Lang, chosen: Encoding) -> Field {
    let all: &[Encoding] =
        if chosen == Encoding::Xlsx { &[Encoding::Xlsx] } else { &[Encoding::Utf8Bom, Encoding::Utf8, Encoding::Cp932] };
    let choices = all.iter().map(|encoding| (encoding.code().to_owned(), say::roster_encoding(lang, *encoding)));
    Field::optional("encoding", chosen.code()).with_choices(choices)
}

fn map_column(lang: Lang, table: &Table, mapping: &Mapping, refusals: &[MappingRefusal], column: usize) -> MapColumn {
    let header = table.rows.iter().find(|row| Some(row.line) == mapping.header_row).map_or("", |row| row.cell(column));
    let below = mapping.header_row.unwrap_or(0);
    let samples = table.rows.iter().filter(|row| row.line > below).take(SAMPLES).map(|row| shortened(row.cell(column)));
    let meaning = mapping.columns.get(column).copied().unwrap_or(Meaning::Ignored);
    let twice =
        refusals.iter().find(|refusal| matches!(refusal, MappingRefusal::Twice { columns, .. } if columns.contains(&column)));
    let choices = Meaning::ALL.iter().map(|field| (field.code().to_owned(), say::roster_field(lang, *field)));
    let number = i64::try_from(column + 1).unwrap_or(0);
    MapColumn {
        header: if header.is_empty() { fl!(lang.texts(), "import-column-number", number = number) } else { shortened(header) },
        samples: samples.filter(|sample| !sample.is_empty()).collect(),
        target: Field::optional(&format!("column.{column}"), meaning.code())
            .with_choices(choices)
            .with_error(twice.map(|refusal| say::mapping_refusal(lang, refusal))),
    }
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SAMPLE_LENGTH { line } else { line.chars().take(SAMPLE_LENGTH).chain(['…']).collect() }
}

fn error_line(lang: Lang, refusal: &MappingRefusal) -> ErrorLine {
    let href = match refusal {
        MappingRefusal::GroundNotChosen => "#ground".to_owned(),
        MappingRefusal::NoSuchRow(_) => "#header".to_owned(),
        MappingRefusal::Twice { columns, .. } => format!("#column.{}", columns.first().copied().unwrap_or(0)),
        _ => "#column.0".to_owned(),
    };
    ErrorLine { href, text: say::mapping_refusal(lang, refusal) }
}

pub(in super::super) async fn update(
    here: Here,
    State(app): State<App>,
    Path(id): Path<Id<RosterImport>>,
    Form(fields): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, mut import) = permit(&app, &here, &mut tx, id).await?;
    let Some(file) = import.file.take() else {
        tx.commit(permit.deed().with("import", id).with("step", "too_late")).await?;
        return elsewhere(&import);
    };
    let chosen = Encoding::from_code(fields.get("encoding")).unwrap_or(import.reading.encoding);
    if !fields.get("again").is_empty() && chosen != import.reading.encoding {
        let Some(reading) = read_again(&file, chosen) else {
            let decoded = decode(file, &import.reading).await?;
            let mut again = columns(&app, &here, &import, &decoded, &import.reading.mapping, &[]);
            let text = fl!(here.lang.texts(), "import-not-this-encoding", encoding = say::roster_encoding(here.lang, chosen));
            again.errors.push(ErrorLine { href: "#filter-encoding".to_owned(), text });
            tx.commit(permit.deed().with("import", id).with("step", "refused")).await?;
            return unprocessable(&again);
        };
        imports::set_reading(&mut tx, &permit, id, &reading).await?;
        tx.commit(permit.deed().with("import", id).with("step", "encoding").with("encoding", chosen.code())).await?;
        return Ok(see_other(&format!("/requests/imports/{id}")));
    }
    let decoded = decode(file, &import.reading).await?;
    let mapping = typed(&fields, &decoded.table);
    let refusals = mapping.refusals(&decoded.table);
    if !refusals.is_empty() {
        tx.commit(permit.deed().with("import", id).with("step", "refused")).await?;
        return unprocessable(&columns(&app, &here, &import, &decoded, &mapping, &refusals));
    }
    let reading = Reading { encoding: import.reading.encoding, mapping };
    imports::set_reading(&mut tx, &permit, id, &reading).await?;
    tx.commit(permit.deed().with("import", id).with("step", "mapping")).await?;
    Ok(see_other(&format!("/requests/imports/{id}/check")))
}

/// The file read in another encoding, its columns guessed anew; `None` when it is not written so.
fn read_again(file: &[u8], encoding: Encoding) -> Option<Reading> {
    let decoded = roster::decode_as(file, encoding).ok()?;
    Some(Reading { encoding, mapping: roster::guess(&decoded.table) })
}

/// The mapping as the form has it; a header that is no number is a row that is not there.
fn typed(fields: &Fields, table: &Table) -> Mapping {
    let meaning = |column: usize| Meaning::from_code(fields.get(&format!("column.{column}"))).unwrap_or(Meaning::Ignored);
    let header = fields.get("header");
    Mapping {
        header_row: (!header.is_empty()).then(|| whole_number(header)),
        columns: (0..table.width()).map(meaning).collect(),
        default_ground: LegalGround::from_code(fields.get("ground")),
    }
}

/// A number in digits of either width.
fn whole_number(text: &str) -> u32 {
    crate::domain::name::search_key(text).parse().unwrap_or(u32::MAX)
}
