//! Seals a message so that only the browser that subscribed can read it (RFC 8291, with the content coding of RFC 8188).

use aes_gcm::{Aes128Gcm, KeyInit, aead::Aead};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman};
use sha2::Sha256;

/// What a browser gave of itself: its public point, uncompressed, and a secret both sides know.
#[derive(Clone)]
pub struct Device {
    point: Vec<u8>,
    key: PublicKey,
    auth: Vec<u8>,
}

/// The keys of a subscription are none, or the message cannot be sealed with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the keys of the subscription cannot be used")]
pub struct UnfitKeys;

/// The size of one record; a sentence needs one.
const RECORD: u32 = 4096;
const AUTH_LENGTH: usize = 16;
const POINT_LENGTH: usize = 65;

impl Device {
    /// `point` and `auth` as `PushSubscription.getKey()` gives them.
    ///
    /// # Errors
    /// When the point is not on the curve or not uncompressed, or the secret has another length.
    pub fn new(point: &[u8], auth: &[u8]) -> Result<Self, UnfitKeys> {
        if point.len() != POINT_LENGTH || auth.len() != AUTH_LENGTH {
            return Err(UnfitKeys);
        }
        let key = PublicKey::from_sec1_bytes(point).map_err(|_| UnfitKeys)?;
        Ok(Self { point: point.to_vec(), key, auth: auth.to_vec() })
    }
}

/// The body of the request to the push service. `once` and `salt` are random and used for this message alone.
///
/// # Errors
/// When the keys do not serve; the message is one of ours and always short enough.
pub fn seal(message: &[u8], device: &Device, once: &SecretKey, salt: [u8; 16]) -> Result<Vec<u8>, UnfitKeys> {
    let own = once.public_key().to_sec1_bytes();
    let shared = diffie_hellman(once.to_nonzero_scalar(), device.key.as_affine());
    let input =
        expand(&device.auth, shared.raw_secret_bytes(), &[b"WebPush: info\0".as_slice(), &device.point, &own].concat(), [0; 32])?;
    let key = expand(&salt, &input, b"Content-Encoding: aes128gcm\0", [0; 16])?;
    let nonce = expand(&salt, &input, b"Content-Encoding: nonce\0", [0; 12])?;
    // 2: the last record, with no padding.
    let sealed = Aes128Gcm::new(&key.into()).encrypt(&nonce.into(), [message, &[2]].concat().as_slice()).map_err(|_| UnfitKeys)?;
    let length = u8::try_from(own.len()).map_err(|_| UnfitKeys)?;
    Ok([salt.as_slice(), &RECORD.to_be_bytes(), &[length], &own, &sealed].concat())
}

fn expand<const N: usize>(salt: &[u8], input: &[u8], info: &[u8], mut into: [u8; N]) -> Result<[u8; N], UnfitKeys> {
    Hkdf::<Sha256>::new(Some(salt), input).expand(info, &mut into).map_err(|_| UnfitKeys)?;
    Ok(into)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    const POINT: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    #[test]
    fn the_example_of_the_standard_comes_out() {
        let once = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let device = Device::new(&bytes(POINT), &bytes(AUTH)).unwrap();
        let sealed = seal(b"When I grow up, I want to be a watermelon", &device, &once, salt).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let mut off_the_curve = bytes(POINT);
        off_the_curve[64] ^= 1;
        assert!(Device::new(&off_the_curve, &bytes(AUTH)).is_err());
        assert!(Device::new(&bytes(POINT)[..64], &bytes(AUTH)).is_err());
        assert!(Device::new(&bytes(POINT), &bytes(AUTH)[..15]).is_err());
        assert!(Device::new(&[0; 65], &bytes(AUTH)).is_err());
    }
}
