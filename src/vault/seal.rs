//! The hub's own key for receipts: made once, changed without losing the keys before it.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rand::Rng as _;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use secrecy::{ExposeSecret as _, SecretBox};

use super::{
    Verifier, Verifiers,
    folder::Folder,
    verifier::{self, ALGORITHM},
};
use crate::domain::receipt::{KeyName, Line, Note, Statement};

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

/// Signs receipts, and checks them.
#[derive(Debug)]
pub struct Seal {
    own: Verifier,
    pair: Ed25519KeyPair,
    verifiers: Verifiers,
}

/// A receipt with its signature.
#[derive(Debug, Clone)]
pub struct Signed {
    pub note: String,
    /// The same in one line.
    pub code: String,
    /// The number of the key.
    pub key: String,
}

impl Seal {
    /// The key of this data folder, made now if there is none yet. Several nodes of one hub share the folder `receipts`.
    pub fn open(data: &Path, host: &str) -> Result<Self, SealError> {
        let folder = Folder::open(data)?;
        if !folder.has_key() {
            folder.keep_first(&Secret::make(host)?)?;
        }
        let (secret, mut verifiers) = (folder.secret()?, folder.known()?);
        let own = secret.verifier();
        // The list is for people too, and could have been thinned out.
        if !verifiers.0.contains(&own) {
            folder.make_known(&own)?;
            verifiers.0.push(own.clone());
        }
        Ok(Self { own, pair: secret.pair, verifiers })
    }

    /// A key that lives as long as this value.
    pub fn fresh(host: &str) -> Result<Self, SealError> {
        let secret = Secret::make(host)?;
        let own = secret.verifier();
        Ok(Self { verifiers: Verifiers(vec![own.clone()]), own, pair: secret.pair })
    }

    /// From the next start on another key signs; the ones before it go on being ours.
    pub fn rotate(data: &Path, host: &str) -> Result<Verifier, SealError> {
        Self::open(data, host)?;
        let (folder, secret) = (Folder::open(data)?, Secret::make(host)?);
        let verifier = secret.verifier();
        // First known, then used: nothing is ever signed that could not be checked.
        folder.make_known(&verifier)?;
        folder.replace(&secret)?;
        Ok(verifier)
    }

    /// The public keys of a data folder; the private one is not touched.
    pub fn known(data: &Path) -> Result<Verifiers, SealError> {
        Folder::of(data).known()
    }

    pub const fn verifiers(&self) -> &Verifiers {
        &self.verifiers
    }

    /// The signed receipt, as it is downloaded.
    pub fn sign(&self, statement: &Statement) -> Signed {
        let text = statement.text();
        let signature = self.pair.sign(text.as_bytes()).as_ref().to_vec();
        let line = Line { name: self.own.name.clone(), hash: self.own.hash(), signature };
        let note = Note { text, lines: vec![line] }.to_string();
        Signed { code: verifier::code(&note), note, key: self.own.number() }
    }
}

/// A private key as it is kept.
pub(super) struct Secret {
    name: KeyName,
    seed: SecretBox<[u8; 32]>,
    pair: Ed25519KeyPair,
}

impl Secret {
    fn make(host: &str) -> Result<Self, SealError> {
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

    fn verifier(&self) -> Verifier {
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
