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

    /// A code people may have to type: 125 random bits in five groups of five letters. With 112 or more a plain hash of it may be kept
    /// (ASVS 6.5.2).
    pub fn code() -> Self {
        let mut bytes = [0_u8; 25];
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
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_code_has_the_bits_that_let_a_plain_hash_do_and_none_comes_twice() {
        let codes: HashSet<String> = (0..2000).map(|_| Secret::code().text().to_owned()).collect();
        assert_eq!(codes.len(), 2000);
        let mut seen = vec![HashSet::new(); 25];
        for code in &codes {
            assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [5; 5], "as it is read out and typed");
            for (at, letter) in code.bytes().filter(|byte| *byte != b'-').enumerate() {
                assert!(CODE_LETTERS.contains(&letter), "{code}");
                seen[at].insert(letter);
            }
        }
        // Every letter at every place: each is worth five bits.
        assert!(seen.iter().all(|letters| letters.len() == 32));
        assert!(seen.len() * 5 >= 112);
    }

    #[test]
    fn a_code_of_an_older_letter_is_read_as_it_was_printed() {
        assert_eq!(Secret::typed("abcde fghjk mnpqr st234").text(), "ABCDE-FGHJK-MNPQR-ST234");
    }

    #[test]
    fn a_token_has_256_bits_and_none_comes_twice() {
        let tokens: HashSet<Vec<u8>> = (0..2000).filter_map(|_| URL_SAFE_NO_PAD.decode(Secret::token().text()).ok()).collect();
        assert_eq!(tokens.len(), 2000);
        assert!(tokens.iter().all(|token| token.len() * 8 == 256));
        // No byte of it stands still.
        assert!((0..32).all(|at| tokens.iter().map(|token| token[at]).collect::<HashSet<_>>().len() > 200));
    }

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
