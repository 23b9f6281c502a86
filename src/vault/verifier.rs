//! Public keys of receipts, written as C2SP `signed-note` has it, and the check of a receipt against them. Needs no database.

use std::{fmt, str::FromStr};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::signature::{ED25519, UnparsedPublicKey};

use crate::domain::receipt::{KeyName, Note, NoteFault, Statement, key_hash};

/// Ed25519 in the format's list of algorithms.
pub(super) const ALGORITHM: u8 = 1;

/// A public key with the name it signs under: `name+hash+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    pub name: KeyName,
    pub(super) key: [u8; 32],
}

impl Verifier {
    pub fn hash(&self) -> [u8; 4] {
        key_hash(&self.name, ALGORITHM, &self.key)
    }

    /// Eight digits by which people tell keys apart.
    pub fn number(&self) -> String {
        format!("{:08x}", u32::from_be_bytes(self.hash()))
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ALGORITHM], self.key.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, self.number(), STANDARD.encode(key))
    }
}

impl FromStr for Verifier {
    type Err = CheckFault;

    fn from_str(text: &str) -> Result<Self, CheckFault> {
        // Base64 has plus signs of its own, names have none.
        let mut parts = text.trim().splitn(3, '+');
        let mut read = || {
            let name = KeyName::parse(parts.next()?)?;
            let number = parts.next()?;
            let key = STANDARD.decode(parts.next()?).ok()?;
            let key = key.strip_prefix(&[ALGORITHM])?.try_into().ok()?;
            let verifier = Self { name, key };
            (verifier.number() == number).then_some(verifier)
        };
        read().ok_or(CheckFault::NotAKey)
    }
}

/// All keys whose receipts are ours: the one in use, and those before it.
#[derive(Debug, Clone, Default)]
pub struct Verifiers(pub Vec<Verifier>);

/// A receipt that is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub statement: Statement,
    /// The key it was signed with.
    pub key: String,
}

/// Why it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckFault {
    #[error("this is not a receipt")]
    NotAReceipt,
    #[error("a line of the signature is broken or missing")]
    Broken,
    #[error("it was signed with a key that is not one of ours")]
    UnknownKey,
    #[error("the signature does not fit: the receipt was changed, or is not ours")]
    Forged,
    #[error("this is not a public key")]
    NotAKey,
}

impl Verifiers {
    /// Reads one key a line; blank lines and lines with `#` are for people.
    pub fn read(text: &str) -> Result<Self, CheckFault> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(str::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Checks a receipt: the text as it was downloaded, copied or typed, or the code that holds the same in one line.
    pub fn check(&self, typed: &str) -> Result<Checked, CheckFault> {
        let note = Note::read(&unfolded(typed)).map_err(|fault| match fault {
            NoteFault::NotANote => CheckFault::NotAReceipt,
            NoteFault::BrokenLine => CheckFault::Broken,
        })?;
        let statement = Statement::read(&note.text).ok_or(CheckFault::NotAReceipt)?;
        let mut fault = CheckFault::UnknownKey;
        for line in &note.lines {
            for verifier in self.0.iter().filter(|verifier| verifier.name == line.name && verifier.hash() == line.hash) {
                if UnparsedPublicKey::new(&ED25519, verifier.key).verify(note.text.as_bytes(), &line.signature).is_ok() {
                    return Ok(Checked { statement, key: verifier.number() });
                }
                fault = CheckFault::Forged;
            }
        }
        Err(fault)
    }
}

/// The receipt in one line without spaces, for whoever types or scans it.
pub(super) fn code(note: &str) -> String {
    URL_SAFE_NO_PAD.encode(note)
}

/// A code is a receipt once it is unfolded; anything else stays what it is.
fn unfolded(typed: &str) -> String {
    let dense: String = typed.split_whitespace().collect();
    let text = URL_SAFE_NO_PAD.decode(dense.trim_end_matches('=')).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.unwrap_or_else(|| typed.to_owned())
}
