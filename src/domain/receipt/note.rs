//! The form of a signed text: C2SP `signed-note`, which other programs read too.
//!
//! ```text
//! text, any number of lines
//!
//! — name base64(4 bytes of the key's hash, then the signature)
//! ```

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// Who signs: a name without spaces or `+`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(String);

impl KeyName {
    pub fn parse(name: &str) -> Option<Self> {
        let fits = !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+');
        fits.then(|| Self(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The four bytes by which a signature names its key: a hint, no proof.
pub fn key_hash(name: &KeyName, algorithm: u8, key: &[u8]) -> [u8; 4] {
    let mut hash = Sha256::new();
    hash.update(name.as_str().as_bytes());
    hash.update([b'\n', algorithm]);
    hash.update(key);
    let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
    [a, b, c, d]
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: KeyName,
    pub hash: [u8; 4],
    pub signature: Vec<u8>,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.hash.as_slice(), &self.signature].concat();
        write!(f, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A text with its signatures; nobody has checked them yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Ends with a line break.
    pub text: String,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    #[error("it is not a signed text")]
    NotANote,
    #[error("a line of its signatures is broken")]
    BrokenLine,
}

/// Longer is no receipt.
const MOST_BYTES: usize = 16 * 1024;

impl Note {
    /// Reads a note as it was copied, printed or downloaded: outer blank lines and the line breaks of Windows do not matter.
    pub fn read(typed: &str) -> Result<Self, NoteFault> {
        if typed.len() > MOST_BYTES {
            return Err(NoteFault::NotANote);
        }
        let plain = typed.replace("\r\n", "\n").replace('\r', "\n");
        let (text, signatures) = plain.trim().rsplit_once("\n\n").ok_or(NoteFault::NotANote)?;
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(NoteFault::NotANote);
        }
        let lines = signatures.lines().map(line).collect::<Option<Vec<_>>>().ok_or(NoteFault::BrokenLine)?;
        Ok(Self { text: format!("{text}\n"), lines })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn line(line: &str) -> Option<Line> {
    let (name, bytes) = line.trim_end().strip_prefix("— ")?.split_once(' ')?;
    let bytes = STANDARD.decode(bytes).ok()?;
    let (hash, signature) = bytes.split_first_chunk::<4>()?;
    Some(Line { name: KeyName::parse(name)?, hash: *hash, signature: signature.to_vec() })
}
