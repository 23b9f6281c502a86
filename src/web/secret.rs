//! Secrets we hand out once and keep only as a hash: session tokens and invitation codes.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng;
use sha2::{Digest, Sha256};

/// The letters of an invitation code: none that look alike on paper (Crockford's base 32).
const CODE_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A secret text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A session token: 256 random bits.
    pub fn token() -> Self {
        let mut bytes = [0_u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// An invitation code people may have to type: 100 random bits in four groups of five letters.
    pub fn code() -> Self {
        let mut bytes = [0_u8; 20];
        rand::rng().fill_bytes(&mut bytes);
        let letters = bytes.iter().map(|byte| char::from(CODE_LETTERS[usize::from(byte % 32)])).collect::<Vec<_>>();
        Self(letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
    }

    /// A code as somebody typed it: case, spaces, hyphens, full width and look-alike letters do not matter.
    pub fn typed(text: &str) -> Self {
        let letters: String = text
            .chars()
            .map(|letter| match letter {
                '！'..='～' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
                _ => letter,
            })
            .filter(char::is_ascii_alphanumeric)
            .take(40)
            .map(|letter| match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                'U' => 'V',
                other => other,
            })
            .collect();
        let groups = letters.as_bytes().chunks(5).map(|group| String::from_utf8_lossy(group).into_owned());
        Self(groups.collect::<Vec<_>>().join("-"))
    }

    /// A token from a cookie, as it came.
    pub fn received(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What is stored. A plain hash is enough: the secret itself is long and random.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The text itself, to be shown to one person once.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_typed_badly() {
        for _ in 0..200 {
            let code = Secret::code();
            let sloppy = code.text().replace('-', " ").to_lowercase().replace('0', "o").replace('1', "Ｌ");
            assert_eq!(Secret::typed(&sloppy), code);
        }
    }

    #[test]
    fn secrets_do_not_show_in_logs() {
        let token = Secret::token();
        assert!(!format!("{token:?}").contains(token.text()));
    }
}
