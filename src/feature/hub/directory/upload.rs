//! Step 1: what the file holds, and the file.

use askama::Template;
use axum::{
    extract::{
        DefaultBodyLimit, Multipart, State,
        multipart::{MultipartError, MultipartRejection},
    },
    http::StatusCode,
};
use i18n_embed_fl::fl;

use super::weigh;
use crate::{
    domain::{
        directory::{Mapping, What, people::Defaults},
        table_in::{self, Decoded, MOST_BYTES},
    },
    gate::actions,
    store::directory_imports::{self, Columns, Reading},
    web::{App, Error, ErrorLine, Field, Frame, Here, Lang, Result, page, say, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "hub/directory/upload.html")]
struct Upload {
    frame: Frame,
    errors: Vec<ErrorLine>,
    what: Field,
    file_error: Option<String>,
}

const MOST_MEGABYTES: usize = MOST_BYTES / 1024 / 1024;
/// What a form puts around a file of the largest size.
const AROUND: usize = 64 * 1024;
/// The longest word of the choice beside the file.
const MOST_WORD: usize = 40;

/// This route takes a whole file; every other route takes forms only.
pub(super) fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MOST_BYTES + AROUND)
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
    let sent = read(here.lang, sent.map_err(|_| Error::Malformed)?).await;
    let read = match (sent.what, sent.file) {
        (_, Err(sentence)) => Err(Wrong::File(sentence)),
        (None, _) => Err(Wrong::What),
        (Some(what), Ok(file)) => decoded(here.lang, file).await?.map(|(file, decoded)| (what, file, decoded)).map_err(Wrong::File),
    };
    let mut tx = app.tx(&here.actor).await?;
    let permit = weigh::permit::<actions::ImportDirectory>(&app, &here, &mut tx).await?;
    let (what, file, decoded) = match read {
        Ok(read) => read,
        Err(wrong) => {
            tx.commit(permit.deed().with("step", "refused")).await?;
            return unprocessable(&form(&app, &here, sent.what, Some(wrong)));
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

struct File {
    name: String,
    bytes: Vec<u8>,
}

struct Sent {
    what: Option<What>,
    /// The part named `file`, or how to mend what came instead.
    file: Result<File, String>,
}

async fn read(lang: Lang, mut parts: Multipart) -> Sent {
    let texts = lang.texts();
    let broken = |error: &MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            fl!(texts, "error-file-large", max = MOST_MEGABYTES)
        } else {
            fl!(texts, "error-file-missing")
        }
    };
    let mut sent = Sent { what: None, file: Err(fl!(texts, "error-file-missing")) };
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return sent,
            Err(error) => return Sent { file: Err(broken(&error)), ..sent },
        };
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().unwrap_or_default().to_owned();
        let bytes = match part.bytes().await {
            Ok(bytes) => bytes,
            Err(error) => return Sent { file: Err(broken(&error)), ..sent },
        };
        match name.as_str() {
            "what" if bytes.len() <= MOST_WORD => sent.what = std::str::from_utf8(&bytes).ok().and_then(What::from_code),
            "file" if !(file.is_empty() && bytes.is_empty()) => {
                // Only the last part of a path, and no more of it than the page can show.
                let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
                let name = name.chars().filter(|c| !c.is_control()).take(200).collect();
                sent.file = Ok(File { name, bytes: bytes.to_vec() });
            }
            _ => {}
        }
    }
}

/// The file as a table, read away from the threads that serve pages.
async fn decoded(lang: Lang, file: File) -> Result<Result<(File, Decoded), String>> {
    let work = move || table_in::decode(&file.bytes).map(|decoded| (file, decoded));
    let read = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    Ok(read.map_err(|refusal| match refusal {
        table_in::Refusal::NotText => fl!(lang.texts(), "error-file-type"),
        table_in::Refusal::Empty => fl!(lang.texts(), "error-file-empty"),
        refusal => say::say(lang, refusal.key(), &refusal.args()),
    }))
}
