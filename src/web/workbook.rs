//! Workbooks that leave the portal: written beside the requests, a few at a time.

use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::{Error, Media, Result, download};
use crate::domain::xlsx_out::{self, About, Refusal, Sheet};

/// Writing is work for the processor and memory; the sheets of today come first.
const AT_ONCE: usize = 2;
static WRITERS: Semaphore = Semaphore::const_new(AT_ONCE);

/// A workbook to be written.
#[derive(Debug)]
pub struct Workbook {
    /// The file's name without its ending, and without anybody's name.
    pub name: String,
    /// Printed on top of every page.
    pub title: String,
    /// The municipality the file comes from.
    pub issuer: String,
    pub made_at: Timestamp,
    pub sheets: Vec<Sheet>,
}

/// Writes it on a thread of its own and sends it to be saved.
pub async fn workbook(book: Workbook) -> Result {
    let name = book.name.clone();
    written(&name, move || {
        let about = About { title: &book.title, issuer: &book.issuer, made_at: book.made_at };
        xlsx_out::write(&book.sheets, &about)
    })
    .await
}

/// Sends what `write` makes on a thread of its own.
pub async fn written(name: &str, write: impl FnOnce() -> std::result::Result<Vec<u8>, Refusal> + Send + 'static) -> Result {
    let turn = WRITERS.acquire().await.map_err(Error::internal)?;
    let writing = tokio::task::spawn_blocking(move || {
        let written = write();
        drop(turn);
        written
    });
    // The message of a panic may quote the table.
    let written = writing.await.map_err(|_| Error::internal(anyhow::anyhow!("the workbook was not finished")))?;
    download(name, Media::Xlsx, written.map_err(Error::internal)?)
}
