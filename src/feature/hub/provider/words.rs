//! What a service that cannot be used is told as, in words its ward can do something with.

use i18n_embed_fl::fl;

use crate::web::{
    Lang,
    provider::{NoAnswer, Trouble},
};

/// A term and its text.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) term: String,
    pub(super) text: String,
}

/// What is wrong, and who can mend it.
pub(super) fn trouble(lang: Lang, trouble: &Trouble) -> String {
    let texts = lang.texts();
    match trouble {
        Trouble::Away(NoAnswer::Late) => fl!(texts, "provider-trouble-late"),
        Trouble::Away(NoAnswer::Redirect) => fl!(texts, "provider-trouble-redirect"),
        Trouble::Away(NoAnswer::Body) => fl!(texts, "provider-trouble-body"),
        Trouble::Away(NoAnswer::Certificate(_)) => fl!(texts, "provider-trouble-certificate"),
        Trouble::Away(_) => fl!(texts, "provider-trouble-away"),
        Trouble::OtherIssuer => fl!(texts, "provider-trouble-issuer"),
        Trouble::NoPkce => fl!(texts, "provider-trouble-pkce"),
        Trouble::BadAddress => fl!(texts, "provider-trouble-address"),
        Trouble::NoService(_) | Trouble::Code(_) | Trouble::Token(_) | Trouble::Weak | Trouble::Old => {
            fl!(texts, "provider-trouble-service")
        }
    }
}
