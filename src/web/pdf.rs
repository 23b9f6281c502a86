//! Paper: how a form is typeset beside the requests, and how a PDF leaves.

use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tsunagi_forms::{FormError, Paper};

use super::{Error, Media, Result, download};

/// Typesetting is work for the processor. More at once would not be faster, and the sheets of today come first.
const AT_ONCE: usize = 2;
static PRESSES: Semaphore = Semaphore::const_new(AT_ONCE);

/// Typesets a form on a thread of its own, and waits for its turn before.
///
/// A turn ends with the work, not with the request: whoever goes away does not make room for a second one.
pub async fn typeset<F>(work: F) -> Result<Paper>
where
    F: FnOnce() -> std::result::Result<Paper, FormError> + Send + 'static,
{
    typeset_on(&PRESSES, work).await
}

async fn typeset_on<F>(presses: &'static Semaphore, work: F) -> Result<Paper>
where
    F: FnOnce() -> std::result::Result<Paper, FormError> + Send + 'static,
{
    let turn = presses.acquire().await.map_err(Error::internal)?;
    let printing = tokio::task::spawn_blocking(move || {
        let paper = work();
        drop(turn);
        paper
    });
    // The message of a panic may quote the form.
    let paper = printing.await.map_err(|_| Error::internal(anyhow::anyhow!("the typesetter did not finish")))?;
    paper.map_err(Error::internal)
}

/// A PDF to keep. Its name has no ending yet, and says nothing about people: it stays behind in folders and histories.
pub fn pdf(name: &str, bytes: Vec<u8>) -> Response {
    download(name, Media::Pdf, bytes).unwrap_or_else(IntoResponse::into_response)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, mpsc};

    use axum::http::header;
    use futures::FutureExt;

    use super::*;

    fn blank() -> Paper {
        Paper { pdf: vec![], unprinted: vec![] }
    }

    #[test]
    fn a_japanese_name_arrives_whole_and_cannot_break_out() {
        let response = pdf("招待状 2026\"\r\n", vec![1, 2]);
        let header = |name| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(header(header::CONTENT_TYPE), "application/pdf");
        assert_eq!(
            header(header::CONTENT_DISPOSITION),
            "attachment; filename=\"___ 2026___.pdf\"; filename*=UTF-8''%E6%8B%9B%E5%BE%85%E7%8A%B6%202026___.pdf"
        );
    }

    #[tokio::test]
    async fn who_finds_all_presses_taken_waits_for_one() {
        static PRESSES: Semaphore = Semaphore::const_new(AT_ONCE);
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(Mutex::new(released));
        let (start, mut at_work) = tokio::sync::mpsc::unbounded_channel();
        let busy: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let (released, start) = (Arc::clone(&released), start.clone());
                tokio::spawn(typeset_on(&PRESSES, move || {
                    start.send(()).unwrap();
                    released.lock().unwrap().recv().unwrap();
                    Ok(blank())
                }))
            })
            .collect();
        for _ in 0..AT_ONCE {
            at_work.recv().await.unwrap();
        }
        assert_eq!(PRESSES.available_permits(), 0);
        assert!(typeset_on(&PRESSES, || Ok(blank())).now_or_never().is_none());
        // Whoever goes away leaves the work, and the place, to its end.
        busy[0].abort();
        tokio::task::yield_now().await;
        assert_eq!(PRESSES.available_permits(), 0);
        release.send(()).unwrap();
        assert_eq!(typeset_on(&PRESSES, || Ok(blank())).await.unwrap(), blank());
        release.send(()).unwrap();
    }

    #[tokio::test]
    async fn a_press_that_breaks_quotes_nothing_and_frees_its_place() {
        for _ in 0..4 {
            let broken = typeset(|| panic!("山田 花子")).await;
            assert!(matches!(broken, Err(Error::Internal(cause)) if !format!("{cause:?}").contains("山田")));
        }
        assert!(typeset(|| Err(FormError::Empty)).await.is_err());
    }
}
