//! The signed part of a receipt, as `parts/proof.html` shows it.

use super::App;
use crate::domain::receipt::Statement;

#[derive(Debug)]
pub struct Proof {
    /// 受付番号
    pub number: String,
    /// The hash of what was received.
    pub content: String,
    /// The whole signed text.
    pub note: String,
    /// The same in one line.
    pub code: String,
    /// The number of the key that signed it.
    pub key: String,
    pub note_href: String,
}

impl Proof {
    pub fn new(app: &App, statement: &Statement, note_href: String) -> Self {
        let signed = app.seal.sign(statement);
        Self {
            number: statement.number.to_string(),
            content: statement.content.text(),
            note: signed.note,
            code: signed.code,
            key: signed.key,
            note_href,
        }
    }
}
