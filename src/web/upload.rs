//! A file somebody brings: one file and a few words beside it in a form, read whole within limits, then read as a table.

use axum::{
    extract::{DefaultBodyLimit, Multipart, multipart::MultipartError},
    http::StatusCode,
};
use i18n_embed_fl::fl;

use super::{Error, Fields, Lang, Result, say};
use crate::domain::table_in::{self, Decoded, MOST_BYTES};

const MOST_MEGABYTES: usize = MOST_BYTES / 1024 / 1024;
/// What a form puts around a file of the largest size.
const AROUND: usize = 64 * 1024;
/// The longest word of a choice beside the file, and how many there may be.
const MOST_WORD: usize = 40;
const MOST_WORDS: usize = 100;

/// A file as it came.
#[derive(Debug)]
pub struct File {
    /// The last part of its path, and no more of it than a page can show.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A form with a file.
#[derive(Debug)]
pub struct Upload {
    /// The part named `file`, or how to mend what came instead.
    pub file: Result<File, String>,
    /// What was chosen beside it.
    pub words: Fields,
}

/// Routes that take a whole file; every other route takes forms only.
pub fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MOST_BYTES + AROUND)
}

impl Upload {
    pub async fn read(lang: Lang, mut parts: Multipart) -> Self {
        let texts = lang.texts();
        let broken = |error: &MultipartError| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                fl!(texts, "error-file-large", max = MOST_MEGABYTES)
            } else {
                fl!(texts, "error-file-missing")
            }
        };
        let mut file = Err(fl!(texts, "error-file-missing"));
        let mut words = Vec::new();
        loop {
            let part = match parts.next_field().await {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(error) => {
                    file = Err(broken(&error));
                    break;
                }
            };
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().unwrap_or_default().to_owned();
            let bytes = match part.bytes().await {
                Ok(bytes) => bytes,
                Err(error) => {
                    file = Err(broken(&error));
                    break;
                }
            };
            if field == "file" {
                if !(name.is_empty() && bytes.is_empty()) {
                    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
                    let name = name.chars().filter(|c| !c.is_control()).take(200).collect();
                    file = Ok(File { name, bytes: bytes.to_vec() });
                }
            } else if bytes.len() <= MOST_WORD && words.len() < MOST_WORDS {
                words.extend(std::str::from_utf8(&bytes).ok().map(|word| (field, word.to_owned())));
            }
        }
        Self { file, words: words.into_iter().collect() }
    }
}

/// The file as a table, read away from the threads that serve pages; or how to mend it.
pub async fn table(lang: Lang, file: File) -> Result<Result<(File, Decoded), String>> {
    let work = move || table_in::decode(&file.bytes).map(|decoded| (file, decoded));
    // The message of a panic may quote the file.
    let read =
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::internal(anyhow::anyhow!("a file was not read to its end")))?;
    Ok(read.map_err(|refusal| match refusal {
        table_in::Refusal::NotText => fl!(lang.texts(), "error-file-type"),
        table_in::Refusal::Empty => fl!(lang.texts(), "error-file-empty"),
        refusal => say::say(lang, refusal.key(), &refusal.args()),
    }))
}
