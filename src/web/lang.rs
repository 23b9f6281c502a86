//! The languages of the portal: Japanese is the source, English complete.

use std::sync::LazyLock;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use i18n_embed::{
    LanguageLoader,
    fluent::{FluentLanguageLoader, fluent_language_loader},
};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use super::cookies;

#[derive(RustEmbed)]
#[folder = "portal/texts/"]
struct Files;

/// A language somebody reads the portal in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Ja,
    En,
}

static JA: LazyLock<FluentLanguageLoader> = LazyLock::new(|| load(&["ja"]));
static EN: LazyLock<FluentLanguageLoader> = LazyLock::new(|| load(&["en", "ja"]));

fn load(order: &[&str]) -> FluentLanguageLoader {
    let loader = fluent_language_loader!();
    let order: Vec<LanguageIdentifier> = order.iter().filter_map(|code| code.parse().ok()).collect();
    if let Err(error) = loader.load_languages(&Files, &order) {
        tracing::error!(%error, "the portal's texts cannot be read");
    }
    // Isolation marks around arguments would end up in copied text and break tests.
    loader.set_use_isolating(false);
    loader
}

impl Lang {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    pub fn texts(self) -> &'static FluentLanguageLoader {
        match self {
            Self::Ja => &JA,
            Self::En => &EN,
        }
    }

    /// The language chosen in this browser; never guessed from the address.
    pub fn of(headers: &HeaderMap) -> Self {
        cookies::read(headers, cookies::LANGUAGE_COOKIE).and_then(Self::from_code).unwrap_or_default()
    }

    /// What a program asks for, which has no cookie: the first language it names, Japanese if that is none of ours (RFC 9110, 12.5.4).
    pub fn asked(headers: &HeaderMap) -> Self {
        let first = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()?.split([',', ';', '-']).next());
        first.and_then(|tag| Self::from_code(&tag.trim().to_ascii_lowercase())).unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Lang {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}
