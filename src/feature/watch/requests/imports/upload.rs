//! Step 1: the file.

use askama::Template;
use axum::{
    extract::{
        DefaultBodyLimit, Multipart, State,
        multipart::{MultipartError, MultipartRejection},
    },
    http::StatusCode,
};
use i18n_embed_fl::fl;

use crate::{
    domain::roster::{self, Decoded, MOST_BYTES},
    gate::actions,
    store::imports::{self, Reading},
    web::{App, Error, ErrorLine, Frame, Here, Lang, Result, page, say, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/import/upload.html")]
struct Upload {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: &'static str,
    file_error: Option<String>,
}

const MOST_MEGABYTES: usize = MOST_BYTES / 1024 / 1024;
/// What a form puts around a file of the largest size.
const AROUND: usize = 64 * 1024;

/// This route takes a whole file; every other route takes forms only.
pub(in super::super) fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MOST_BYTES + AROUND)
}

pub(in super::super) async fn new(here: Here, State(app): State<App>) -> Result {
    let permit = app.gate.permit::<actions::ImportRequests>(&here.actor, &here.place())?;
    app.tx(&here.actor).await?.commit(permit.deed().with("step", "form")).await?;
    page(&form(&app, &here, None))
}

fn form(app: &App, here: &Here, error: Option<String>) -> Upload {
    let texts = here.lang.texts();
    Upload {
        frame: Frame::here(app, here, fl!(texts, "import-title")).with_crumb("/requests", fl!(texts, "request-list-title")),
        errors: error.iter().map(|text| ErrorLine { href: "#file".to_owned(), text: text.clone() }).collect(),
        action: "/requests/imports",
        file_error: error,
    }
}

pub(in super::super) async fn create(here: Here, State(app): State<App>, sent: Result<Multipart, MultipartRejection>) -> Result {
    let permit = app.gate.permit::<actions::ImportRequests>(&here.actor, &here.place())?;
    let sent = sent.map_err(|_| Error::Malformed)?;
    let read = match file(here.lang, sent).await {
        Ok(file) => decoded(here.lang, file).await?,
        Err(sentence) => Err(sentence),
    };
    let (file, decoded) = match read {
        Ok(read) => read,
        Err(sentence) => return unprocessable(&form(&app, &here, Some(sentence))),
    };
    let reading = Reading { encoding: decoded.encoding, mapping: roster::guess(&decoded.table) };

    let mut tx = app.tx(&here.actor).await?;
    let id = imports::insert(&mut tx, &permit, &file.name, &file.bytes, &reading).await?;
    tx.commit(permit.deed().with("import", id).with("step", "upload").with("bytes", file.bytes.len())).await?;
    Ok(see_other(&format!("/requests/imports/{id}")))
}

struct File {
    name: String,
    bytes: Vec<u8>,
}

/// The part named `file`, or how to mend what came instead.
async fn file(lang: Lang, mut sent: Multipart) -> Result<File, String> {
    let texts = lang.texts();
    let broken = |error: MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            fl!(texts, "error-file-large", max = MOST_MEGABYTES)
        } else {
            fl!(texts, "error-file-missing")
        }
    };
    while let Some(part) = sent.next_field().await.map_err(broken)? {
        if part.name() != Some("file") {
            continue;
        }
        // Only the last part of a path, and no more of it than the page can show.
        let name = part.file_name().unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
        let bytes = part.bytes().await.map_err(broken)?.to_vec();
        if name.is_empty() && bytes.is_empty() {
            return Err(fl!(texts, "error-file-missing"));
        }
        return Ok(File { name, bytes });
    }
    Err(fl!(texts, "error-file-missing"))
}

/// The file as a table, read away from the threads that serve pages.
async fn decoded(lang: Lang, file: File) -> Result<Result<(File, Decoded), String>> {
    let work = move || roster::decode(&file.bytes).map(|decoded| (file, decoded));
    let read = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    Ok(read.map_err(|refusal| match refusal {
        roster::Refusal::NotText => fl!(lang.texts(), "error-file-type"),
        roster::Refusal::Empty => fl!(lang.texts(), "error-file-empty"),
        refusal => say::say(lang, refusal.key(), &refusal.args()),
    }))
}
