//! What came back: status, headers, and the page as a reader finds things on it.

use axum::http::{HeaderMap, StatusCode, header};
use scraper::{ElementRef, Html, Selector};
use tsunagi::web::SESSION_COOKIE;

/// An answer of the hub, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a redirect leads; empty when it is none.
    pub(crate) fn location(&self) -> &str {
        self.header(header::LOCATION.as_str())
    }

    /// The page a redirect leads to, whatever it is told on the way.
    pub(crate) fn leads_to(&self) -> &str {
        self.location().split('?').next().unwrap_or_default()
    }

    /// The session token the answer gives the browser; empty when it gives none.
    pub(crate) fn session(&self) -> String {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut tokens = cookies.filter_map(|line| line.strip_prefix(SESSION_COOKIE)?.strip_prefix('=')?.split(';').next());
        tokens.next_back().unwrap_or_default().to_owned()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the answer is JSON")
    }

    pub(crate) fn html(&self) -> Html {
        Html::parse_document(&self.text())
    }

    /// The texts of all elements the selector finds, spaces folded.
    pub(crate) fn all(&self, selector: &str) -> Vec<String> {
        let found = Selector::parse(selector).expect("a CSS selector");
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.html().select(&found).filter(is_shown).map(|element| words(element.text().collect())).collect()
    }

    /// The text of the first element the selector finds.
    pub(crate) fn first(&self, selector: &str) -> Option<String> {
        self.all(selector).into_iter().next()
    }

    /// An attribute of every element the selector finds that has it.
    pub(crate) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let found = Selector::parse(selector).expect("a CSS selector");
        self.html().select(&found).filter(is_shown).filter_map(|element| element.attr(name).map(ToOwned::to_owned)).collect()
    }

    /// The answer itself, if it has this status; else the test ends with what the page says.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.all("main, body").first().cloned().unwrap_or_else(|| self.text()));
        self
    }
}

/// What stands in a template is not on the page until a script puts it there.
fn is_shown(element: &ElementRef<'_>) -> bool {
    !element.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "template")
}
