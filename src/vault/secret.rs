//! The private key of receipts, in memory and in the words it is kept in.

use std::path::PathBuf;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rand::Rng as _;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use secrecy::{ExposeSecret as _, SecretBox};

use super::verifier::{ALGORITHM, Verifier};
use crate::domain::receipt::KeyName;

const MARK: &str = "PRIVATE+KEY+";

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("cannot {what} {}: {error}", .path.display())]
    Folder { what: &'static str, path: PathBuf, error: std::io::Error },
    #[error("{} does not hold a key for receipts; put the file back from the backup", .0.display())]
    Unreadable(PathBuf),
    #[error("'{0}' cannot stand in the name of a key")]
    Name(String),
}

/// A private key as it is kept.
pub(super) struct Secret {
    name: KeyName,
    seed: SecretBox<[u8; 32]>,
    pub(super) pair: Ed25519KeyPair,
}

impl Secret {
    pub(super) fn make(host: &str) -> Result<Self, SealError> {
        let unfit = || SealError::Name(host.to_owned());
        let name = KeyName::parse(&format!("{host}/receipts")).ok_or_else(unfit)?;
        let mut seed = Box::new([0; 32]);
        rand::rng().fill_bytes(seed.as_mut_slice());
        Self::of(name, seed).ok_or_else(unfit)
    }

    fn of(name: KeyName, seed: Box<[u8; 32]>) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).ok()?;
        Some(Self { name, seed: SecretBox::new(seed), pair })
    }

    pub(super) fn verifier(&self) -> Verifier {
        let mut key = [0; 32];
        key.copy_from_slice(self.pair.public_key().as_ref());
        Verifier { name: self.name.clone(), key }
    }

    /// `PRIVATE+KEY+name+hash+key`, as other programs of the format write it.
    pub(super) fn text(&self) -> String {
        let bytes = [&[ALGORITHM], self.seed.expose_secret().as_slice()].concat();
        format!("{MARK}{}+{}+{}\n", self.name, self.verifier().number(), STANDARD.encode(bytes))
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.lines().find(|line| line.starts_with(MARK))?.trim_end().strip_prefix(MARK)?.splitn(3, '+');
        let (name, number, bytes) = (KeyName::parse(parts.next()?)?, parts.next()?, STANDARD.decode(parts.next()?).ok()?);
        let seed = bytes.strip_prefix(&[ALGORITHM])?.try_into().ok()?;
        Self::of(name, Box::new(seed)).filter(|secret| secret.verifier().number() == number)
    }
}
