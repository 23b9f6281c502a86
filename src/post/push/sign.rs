//! Says to a push service whose message it is (VAPID, RFC 8292): a short-lived token signed with the hub's own key.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
};
use rand::Rng;
use serde_json::json;

use super::UnfitKeys;

/// A token holds for so long; a service takes at most a day.
const LIFE: SignedDuration = SignedDuration::from_hours(12);

/// The key every device of this installation is bound to.
#[derive(Clone)]
pub struct PushKey(SecretKey);

impl fmt::Debug for PushKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushKey(…)")
    }
}

/// A random secret of the curve. One draw in 2³² is none, and is drawn again.
pub(super) fn draw() -> SecretKey {
    loop {
        let mut bytes = [0_u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        if let Ok(secret) = SecretKey::from_slice(&bytes) {
            return secret;
        }
    }
}

impl PushKey {
    pub fn random() -> Self {
        Self(draw())
    }

    /// As it was stored.
    ///
    /// # Errors
    /// When it is no secret of the curve.
    pub fn from_secret(bytes: &[u8]) -> Result<Self, UnfitKeys> {
        SecretKey::from_slice(bytes).map(Self).map_err(|_| UnfitKeys)
    }

    pub fn secret(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// The uncompressed point browsers subscribe with.
    pub fn public(&self) -> Vec<u8> {
        self.0.public_key().to_sec1_bytes().to_vec()
    }

    /// The value of `Authorization` for a service, named by its origin. `contact` is whom it may write to: a mail or an address.
    pub(super) fn authorization(&self, service: &str, contact: &str, now: Timestamp) -> String {
        let expires = now.checked_add(LIFE).unwrap_or(now).as_second();
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({ "aud": service, "exp": expires, "sub": contact });
        let said = format!("{}.{}", part(json!({ "typ": "JWT", "alg": "ES256" })), part(claims));
        let signature: Signature = SigningKey::from(&self.0).sign(said.as_bytes());
        let (signature, key) = (URL_SAFE_NO_PAD.encode(signature.to_bytes()), URL_SAFE_NO_PAD.encode(self.public()));
        format!("vapid t={said}.{signature}, k={key}")
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::{VerifyingKey, signature::Verifier};

    use super::*;

    #[test]
    fn the_token_is_signed_with_the_key_it_names_and_holds_half_a_day() {
        let key = PushKey::from_secret(&PushKey::random().secret()).unwrap();
        let said =
            key.authorization("https://push.example.jp", "https://tsunagi.example.jp", "2026-11-20T00:00:00Z".parse().unwrap());
        let (token, public) = said.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let public = URL_SAFE_NO_PAD.decode(public).unwrap();
        assert_eq!((public.len(), public.clone()), (65, key.public()));
        let (text, signature) = token.rsplit_once('.').unwrap();
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        VerifyingKey::from_sec1_bytes(&public).unwrap().verify(text.as_bytes(), &signature).unwrap();
        let claims = URL_SAFE_NO_PAD.decode(text.split_once('.').unwrap().1).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(
            claims,
            json!({ "aud": "https://push.example.jp", "exp": 1_795_176_000_i64, "sub": "https://tsunagi.example.jp" })
        );
        assert!(!format!("{key:?}").contains(char::is_numeric));
        assert!(PushKey::from_secret(&[0; 32]).is_err());
    }
}
