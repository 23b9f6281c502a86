//! Step 2: which column is what. The hub guesses, a person corrects.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    upload::{self, guessed},
    weigh::{decode, waiting},
};
use crate::{
    domain::{
        directory::{
            Column, Mapping, MappingRefusal, What,
            organizations::OrganizationField,
            people::{Defaults, PersonField},
        },
        ids::{DirectoryImport, Id},
        name::search_key,
        role::Role,
        table_in::{self, Decoded, Encoding, Table, shortened},
        wareki,
    },
    store::directory_imports::{self, Columns, Import, Reading, State as ImportState},
    web::{
        App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Path, Result, page, role_word, say, see_other, unprocessable,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/directory/mapping.html")]
struct MappingPage {
    frame: Frame,
    errors: Vec<ErrorLine>,
    base: String,
    file_name: String,
    rows: usize,
    notes: Vec<String>,
    encoding: Field,
    header: Field,
    /// Of people only: what rows mean that leave them empty.
    defaults: Option<(Field, Field)>,
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

/// Where a file that is no longer waiting can be looked at.
pub(super) fn elsewhere(import: &Import) -> Result {
    match import.state {
        ImportState::Accepted => Ok(see_other(&format!("/directory/imports/{}/result", import.id))),
        ImportState::Uploaded | ImportState::Discarded => Err(Error::Hidden),
    }
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<DirectoryImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, mut import) = waiting(&app, &here, &mut tx, id).await?;
    tx.commit(permit.deed().with("import", id).with("step", "columns")).await?;
    let Some(file) = import.file.take() else { return elsewhere(&import) };
    let decoded = decode(file, import.reading.encoding).await?;
    let typed = Typed { columns: import.reading.columns.clone(), from: None, wrong_from: None };
    page(&Asking { app: &app, here: &here, import: &import, decoded: &decoded }.page(&typed, false))
}

/// What somebody chose, and the day as they wrote it.
struct Typed {
    columns: Columns,
    from: Option<String>,
    /// How to mend the day.
    wrong_from: Option<String>,
}

struct Asking<'a> {
    app: &'a App,
    here: &'a Here,
    import: &'a Import,
    decoded: &'a Decoded,
}

/// What keeps the columns from being read, in words: which field to go to, which columns are concerned, the sentence.
struct Refused {
    href: String,
    columns: Vec<usize>,
    text: String,
}

fn refused<F: Column>(lang: Lang, refusals: &[MappingRefusal<F>], worded: fn(Lang, F) -> String) -> Vec<Refused> {
    let said = |refusal: &MappingRefusal<F>| {
        let (href, columns) = match refusal {
            MappingRefusal::NoSuchRow(_) => ("#header".to_owned(), Vec::new()),
            MappingRefusal::NotChosen(field) => (format!("#{}", field.code()), Vec::new()),
            MappingRefusal::Twice { columns, .. } => {
                (format!("#column.{}", columns.first().copied().unwrap_or(0)), columns.clone())
            }
            _ => ("#column.0".to_owned(), Vec::new()),
        };
        Refused { href, columns, text: say::directory_mapping_refusal(lang, refusal, worded) }
    };
    refusals.iter().map(said).collect()
}

/// Everything that keeps the file from being read so.
fn refusals(lang: Lang, table: &Table, typed: &Typed) -> Vec<Refused> {
    match &typed.columns {
        Columns::Organizations { mapping } => refused(lang, &mapping.refusals(table), say::organization_field),
        Columns::People { mapping, defaults } => {
            let mut all = mapping.refusals(table);
            if !mapping.has(PersonField::Role) && defaults.role.is_none() {
                all.push(MappingRefusal::NotChosen(PersonField::Role));
            }
            if !mapping.has(PersonField::From) && defaults.from.is_none() && typed.wrong_from.is_none() {
                all.push(MappingRefusal::NotChosen(PersonField::From));
            }
            let mut all = refused(lang, &all, say::person_field);
            all.extend(typed.wrong_from.iter().map(|text| Refused {
                href: "#from".to_owned(),
                columns: Vec::new(),
                text: text.clone(),
            }));
            all
        }
    }
}

impl Asking<'_> {
    fn page(&self, typed: &Typed, judged: bool) -> MappingPage {
        let (lang, texts) = (self.here.lang, self.here.lang.texts());
        let table = &self.decoded.table;
        let refusals = if judged { refusals(lang, table, typed) } else { Vec::new() };
        let said = |href: &str| refusals.iter().find(|one| one.href == href).map(|one| one.text.clone());
        let (header_row, columns) = match &typed.columns {
            Columns::Organizations { mapping } => {
                (mapping.header_row, columns(lang, table, mapping, &refusals, say::organization_field))
            }
            Columns::People { mapping, .. } => (mapping.header_row, columns(lang, table, mapping, &refusals, say::person_field)),
        };
        let defaults = match &typed.columns {
            Columns::Organizations { .. } => None,
            Columns::People { defaults, .. } => {
                let roles = Role::ALL.iter().map(|role| (role.code().to_owned(), role_word(lang, *role)));
                let role = Field::optional("role", defaults.role.map_or("", Role::code))
                    .with_choices(std::iter::once((String::new(), fl!(texts, "field-choose"))).chain(roles));
                let from = typed.from.clone().or_else(|| defaults.from.map(|day| day.to_string())).unwrap_or_default();
                Some((role.with_error(said("#role")), Field::optional("from", &from).with_error(said("#from"))))
            }
        };
        let header = Field::optional("header", &header_row.map_or_else(String::new, |line| line.to_string()));
        let mut errors: Vec<ErrorLine> =
            refusals.iter().map(|one| ErrorLine { href: one.href.clone(), text: one.text.clone() }).collect();
        errors.dedup();
        let below = header_row.unwrap_or(0);
        MappingPage {
            frame: upload::frame(self.app, self.here, fl!(texts, "import-columns-title")),
            errors,
            base: format!("/directory/imports/{}", self.import.id),
            file_name: self.import.file_name.clone(),
            rows: table.rows.iter().filter(|row| row.line > below).count(),
            notes: self.decoded.warnings.iter().map(|warning| say::say(lang, warning.key(), &warning.args())).collect(),
            encoding: encoding(lang, self.decoded.encoding),
            header: header.with_error(said("#header")),
            defaults,
            columns,
        }
    }
}

/// A workbook says itself how it is written; text can be read again another way.
fn encoding(lang: Lang, chosen: Encoding) -> Field {
    let all: &[Encoding] =
        if chosen == Encoding::Xlsx { &[Encoding::Xlsx] } else { &[Encoding::Utf8Bom, Encoding::Utf8, Encoding::Cp932] };
    let choices = all.iter().map(|encoding| (encoding.code().to_owned(), say::roster_encoding(lang, *encoding)));
    Field::optional("encoding", chosen.code()).with_choices(choices)
}

fn columns<F: Column>(
    lang: Lang,
    table: &Table,
    mapping: &Mapping<F>,
    refusals: &[Refused],
    worded: fn(Lang, F) -> String,
) -> Vec<MapColumn> {
    let header = table.rows.iter().find(|row| Some(row.line) == mapping.header_row);
    let below = mapping.header_row.unwrap_or(0);
    let choices: Vec<(String, String)> = F::ALL.iter().map(|field| (field.code().to_owned(), worded(lang, *field))).collect();
    let one = |column: usize| {
        let heading = header.map_or("", |row| row.cell(column));
        let samples =
            table.rows.iter().filter(|row| row.line > below).take(SAMPLES).map(|row| shortened(row.cell(column), SAMPLE_LENGTH));
        let meaning = mapping.columns.get(column).copied().unwrap_or(F::IGNORED);
        let twice = refusals.iter().find(|refusal| refusal.columns.contains(&column));
        let number = i64::try_from(column + 1).unwrap_or(0);
        MapColumn {
            header: if heading.is_empty() {
                fl!(lang.texts(), "import-column-number", number = number)
            } else {
                shortened(heading, SAMPLE_LENGTH)
            },
            samples: samples.filter(|sample| !sample.is_empty()).collect(),
            target: Field::optional(&format!("column.{column}"), meaning.code())
                .with_choices(choices.clone())
                .with_error(twice.map(|refusal| refusal.text.clone())),
        }
    };
    (0..table.width()).map(one).collect()
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(id): Path<Id<DirectoryImport>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, mut import) = waiting(&app, &here, &mut tx, id).await?;
    let Some(file) = import.file.take() else {
        tx.commit(permit.deed().with("import", id).with("step", "too_late")).await?;
        return elsewhere(&import);
    };
    let chosen = Encoding::from_code(fields.get("encoding")).unwrap_or(import.reading.encoding);
    let again = !fields.get("again").is_empty() && chosen != import.reading.encoding;
    let read = if again { table_in::decode_as(&file, chosen).ok() } else { None };
    if let Some(decoded) = read {
        let what = match import.reading.columns {
            Columns::Organizations { .. } => What::Organizations,
            Columns::People { .. } => What::People,
        };
        let reading = Reading { encoding: chosen, columns: guessed(what, &decoded) };
        directory_imports::set_reading(&mut tx, &permit, id, &reading).await?;
        tx.commit(permit.deed().with("import", id).with("step", "encoding").with("encoding", chosen.code())).await?;
        return Ok(see_other(&format!("/directory/imports/{id}/mapping")));
    }
    let decoded = decode(file, import.reading.encoding).await?;
    let typed = Typed::read(here.lang, &fields, &decoded.table, &import.reading.columns);
    let asking = Asking { app: &app, here: &here, import: &import, decoded: &decoded };
    if again {
        let mut page = asking.page(&typed, false);
        let text = fl!(here.lang.texts(), "import-not-this-encoding", encoding = say::roster_encoding(here.lang, chosen));
        page.errors.push(ErrorLine { href: "#filter-encoding".to_owned(), text });
        tx.commit(permit.deed().with("import", id).with("step", "refused")).await?;
        return unprocessable(&page);
    }
    if !refusals(here.lang, &decoded.table, &typed).is_empty() {
        tx.commit(permit.deed().with("import", id).with("step", "refused")).await?;
        return unprocessable(&asking.page(&typed, true));
    }
    let reading = Reading { encoding: import.reading.encoding, columns: typed.columns };
    directory_imports::set_reading(&mut tx, &permit, id, &reading).await?;
    tx.commit(permit.deed().with("import", id).with("step", "mapping")).await?;
    Ok(see_other(&format!("/directory/imports/{id}/check")))
}

impl Typed {
    /// The choices as the form has them, of the kind of file it is.
    fn read(lang: Lang, fields: &Fields, table: &Table, kind: &Columns) -> Self {
        match kind {
            Columns::Organizations { .. } => {
                let mapping = mapping::<OrganizationField>(fields, table);
                Self { columns: Columns::Organizations { mapping }, from: None, wrong_from: None }
            }
            Columns::People { .. } => {
                let written = fields.get("from");
                let day = (!written.is_empty()).then(|| wareki::parse(written)).transpose();
                let wrong_from = day.as_ref().err().map(|refusal| say::say(lang, refusal.key(), &refusal.args()));
                let defaults = Defaults { role: Role::from_code(fields.get("role")), from: day.ok().flatten() };
                let columns = Columns::People { mapping: mapping::<PersonField>(fields, table), defaults };
                Self { columns, from: Some(written.to_owned()), wrong_from }
            }
        }
    }
}

/// The mapping as the form has it; a header that is no number is a row that is not there.
fn mapping<F: Column>(fields: &Fields, table: &Table) -> Mapping<F> {
    let meaning = |column: usize| {
        let code = fields.get(&format!("column.{column}"));
        F::ALL.iter().copied().find(|field| field.code() == code).unwrap_or(F::IGNORED)
    };
    let header = fields.get("header");
    Mapping {
        // Digits of either width.
        header_row: (!header.is_empty()).then(|| search_key(header).parse().unwrap_or(u32::MAX)),
        columns: (0..table.width()).map(meaning).collect(),
    }
}
