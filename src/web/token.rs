//! The token of a school's system: a word that people and secret scanners recognise, 256 random bits, and a checksum.

use std::fmt;

use rand::Rng;
use sha2::{Digest, Sha256};

const PREFIX: &str = "tsunagi_";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62⁴³ is more than 2²⁵⁶.
const BITS_LONG: usize = 43;
/// 62⁶ is more than 2³².
const SUM_LONG: usize = 6;

/// `tsunagi_`, the bits in 43 letters and digits, and a checksum in six more.
///
/// The checksum is no secret: it tells a mistyped or cut-off token, and a search for lost ones a real one from a likeness.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(String);

impl ApiToken {
    /// A new one, of 256 random bits.
    pub fn random() -> Self {
        let mut bits = [0_u8; 32];
        rand::rng().fill_bytes(&mut bits);
        Self::of(bits)
    }

    /// The token of these bits.
    pub fn of(bits: [u8; 32]) -> Self {
        let body = format!("{PREFIX}{}", in_letters(&bits, BITS_LONG));
        Self(format!("{body}{}", checksum(&body)))
    }

    /// A token as it came, if it is one at all; whether it is known is another question.
    pub fn read(text: &str) -> Option<Self> {
        let has_shape = text.len() == PREFIX.len() + BITS_LONG + SUM_LONG
            && text.strip_prefix(PREFIX).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let (body, sum) = text.split_at_checked(PREFIX.len() + BITS_LONG).filter(|_| has_shape)?;
        (checksum(body) == sum).then(|| Self(text.to_owned()))
    }

    /// What is stored. A plain hash is enough: the token itself is long and random.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The token itself, to be shown to one person once.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

fn checksum(body: &str) -> String {
    in_letters(&Sha256::digest(body.as_bytes())[..4], SUM_LONG)
}

/// A number of many bytes, the highest first, in so many digits of base 62.
fn in_letters(bytes: &[u8], long: usize) -> String {
    let mut number = bytes.to_vec();
    let mut digits = vec![b'0'; long];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        *digit = DIGITS.get(rest as usize).copied().unwrap_or(b'0');
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_written_in_one_way() {
        assert_eq!(in_letters(&[0, 62], 3), "010");
        assert_eq!(in_letters(&[255; 4], 6), "4gfFC3");
        assert_eq!(in_letters(&[255; 32], 43).len(), 43);
        assert!(ApiToken::of([0; 32]).text().starts_with("tsunagi_0000000"));
        assert_eq!(ApiToken::random().text().len(), 57);
        assert_ne!(ApiToken::random(), ApiToken::random());
        assert_eq!(format!("{:?}", ApiToken::of([1; 32])), "ApiToken(…)");
    }

    proptest! {
        #[test]
        fn a_token_is_read_back_and_no_slip_of_the_pen_is(bits: [u8; 32], at in 0_usize..57, letter in "[0-9A-Za-z_ あ-]") {
            let token = ApiToken::of(bits);
            prop_assert_eq!(ApiToken::read(token.text()), Some(token.clone()));
            prop_assert_eq!(ApiToken::read(&token.text()[..at]), None);
            prop_assert_eq!(ApiToken::read(&format!("{} ", token.text())), None);
            let slip: String = token.text().chars().enumerate().map(|(place, own)| if place == at { letter.clone() } else { own.to_string() }).collect();
            prop_assert_eq!(ApiToken::read(&slip).is_some(), slip == token.text());
        }

        #[test]
        fn nothing_else_is_a_token(text: String) {
            prop_assert_eq!(ApiToken::read(&text), None);
        }
    }
}
