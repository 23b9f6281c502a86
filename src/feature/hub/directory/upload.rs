//! Step 1: what the file holds, and the file.

use askama::Template;
use axum::extract::{Multipart, State, multipart::MultipartRejection};
use i18n_embed_fl::fl;

use super::weigh;
use crate::{
    domain::{
        directory::{Mapping, What, people::Defaults},
        table_in::Decoded,
    },
    gate::actions,
    store::directory_imports::{self, Columns, Reading},
    web::{
        App, Error, ErrorLine, Field, Frame, Here, Result, page, say, see_other, unprocessable,
        upload::{self, Upload as Sent},
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/directory/upload.html")]
struct Upload {
    frame: Frame,
    errors: Vec<ErrorLine>,
    what: Field,
    file_error: Option<String>,
}

pub(super) async fn new(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = weigh::permit::<actions::ImportDirectory>(&app, &here, &mut tx).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&form(&app, &here, None, None))
}

/// The frame of every page of this room.
pub(super) fn frame(app: &App, here: &Here, title: String) -> Frame {
    Frame::here(app, here, title).with_crumb("/organizations", fl!(here.lang.texts(), "organizations-title"))
}

fn form(app: &App, here: &Here, what: Option<What>, wrong: Option<Wrong>) -> Upload {
    let texts = here.lang.texts();
    let choices =
        What::ALL.iter().map(|what| (what.code().to_owned(), say::word(here.lang, &format!("directory-what-{}", what.code()))));
    let (what_error, file_error) = match wrong {
        Some(Wrong::What) => (Some(fl!(texts, "directory-what-missing")), None),
        Some(Wrong::File(sentence)) => (None, Some(sentence)),
        None => (None, None),
    };
    let what = Field::required("what", what.map_or("", What::code)).with_choices(choices).with_error(what_error);
    let file = file_error.iter().map(|text| ErrorLine { href: "#file".to_owned(), text: text.clone() });
    Upload {
        frame: frame(app, here, fl!(texts, "directory-import-title")),
        errors: ErrorLine::of([&what]).into_iter().chain(file).collect(),
        what,
        file_error,
    }
}

/// What is wrong with what was sent.
enum Wrong {
    What,
    File(String),
}

pub(super) async fn create(here: Here, State(app): State<App>, sent: Result<Multipart, MultipartRejection>) -> Result {
    app.gate.permit::<actions::ImportDirectory>(&here.actor, &here.place())?;
    let sent = Sent::read(here.lang, sent.map_err(|_| Error::Malformed)?).await;
    let chosen = What::from_code(sent.words.get("what"));
    let read = match (chosen, sent.file) {
        (_, Err(sentence)) => Err(Wrong::File(sentence)),
        (None, _) => Err(Wrong::What),
        (Some(what), Ok(file)) => {
            upload::table(here.lang, file).await?.map(|(file, decoded)| (what, file, decoded)).map_err(Wrong::File)
        }
    };
    let mut tx = app.tx(&here.actor).await?;
    let permit = weigh::permit::<actions::ImportDirectory>(&app, &here, &mut tx).await?;
    let (what, file, decoded) = match read {
        Ok(read) => read,
        Err(wrong) => {
            tx.commit(permit.deed().with("step", "refused")).await?;
            return unprocessable(&form(&app, &here, chosen, Some(wrong)));
        }
    };
    let reading = Reading { encoding: decoded.encoding, columns: guessed(what, &decoded) };
    let id = directory_imports::insert(&mut tx, &permit, &file.name, &file.bytes, &reading).await?;
    let deed = permit.deed().with("import", id).with("step", "upload").with("what", what.code());
    tx.commit(deed.with("bytes", file.bytes.len()).with("rows", decoded.table.rows.len())).await?;
    Ok(see_other(&format!("/directory/imports/{id}/mapping")))
}

/// The columns as they are proposed.
pub(super) fn guessed(what: What, decoded: &Decoded) -> Columns {
    match what {
        What::Organizations => Columns::Organizations { mapping: Mapping::guess(&decoded.table) },
        What::People => Columns::People { mapping: Mapping::guess(&decoded.table), defaults: Defaults::default() },
    }
}
