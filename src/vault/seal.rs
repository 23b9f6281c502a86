//! The hub's own key for receipts: made once, changed without losing the keys before it.

use std::path::Path;

use ring::signature::Ed25519KeyPair;

use super::{
    folder::Folder,
    secret::{SealError, Secret},
    verifier::{self, Verifier, Verifiers},
};
use crate::domain::receipt::{Line, Note, Statement};

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
