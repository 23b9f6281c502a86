//! Words for passkeys: what they live in, and what browsers call that.

use i18n_embed_fl::fl;

use super::Lang;
use crate::store::passkeys::PasskeyKind;

/// The word of WebAuthn Level 3 for what somebody wants to register.
pub const fn hint(kind: PasskeyKind) -> &'static str {
    match kind {
        PasskeyKind::Device => "client-device",
        PasskeyKind::Key => "security-key",
        PasskeyKind::Phone => "hybrid",
    }
}

/// What it lives in.
pub fn kind_word(lang: Lang, kind: PasskeyKind) -> String {
    let texts = lang.texts();
    match kind {
        PasskeyKind::Device => fl!(texts, "passkey-kind-device"),
        PasskeyKind::Key => fl!(texts, "passkey-kind-key"),
        PasskeyKind::Phone => fl!(texts, "passkey-kind-phone"),
    }
}

/// The name a passkey has until its owner gives it another.
pub fn passkey_name(lang: Lang, kind: PasskeyKind) -> String {
    kind_word(lang, kind)
}
