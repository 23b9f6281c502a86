//! The invitation letter: how somebody without a mail address gets in. It lies in staff rooms, so it says nothing about whom つなぎ is for.

use jiff::Timestamp;
use typst::foundations::{Array, Dict, Value, dict};

use crate::{
    FormError, Paper,
    press::{Template, print},
    qr,
    wording::Wording,
};

/// One letter for one person; texts as they shall stand on the paper.
#[derive(Debug, Clone, Copy)]
pub struct InvitationLetter<'a> {
    /// The addressee without 様.
    pub name: &'a str,
    pub organization: &'a str,
    /// The word for what they will be, such as 担任.
    pub role: &'a str,
    /// The municipality the letter comes from.
    pub ward: &'a str,
    /// The day of issue, such as 令和8年11月20日.
    pub issued_on: &'a str,
    /// The code in groups joined by hyphens, as it is to be typed.
    pub code: &'a str,
    /// The page that takes the code, with `https://`; the QR code leads there with the code as its fragment.
    pub address: &'a str,
    /// The last moment the code is taken, with its time of day.
    pub expires: &'a str,
    pub help_phone: &'a str,
    /// When somebody answers the telephone.
    pub help_hours: &'a str,
}

/// Prints one sheet of A4 for each letter, in their order.
///
/// `made_at` becomes the date of the document; PDF/A asks for one. The code and the address are in the PDF as text and as QR code: the
/// bytes are as secret as the codes.
pub fn invitation_letters(letters: &[InvitationLetter<'_>], made_at: Timestamp) -> Result<Paper, FormError> {
    if letters.is_empty() {
        return Err(FormError::Empty);
    }
    let mut values = Array::new();
    let mut unprinted = Vec::new();
    for (sheet, letter) in letters.iter().enumerate() {
        let mut wording = Wording::of(sheet);
        values.push(Value::Dict(letter.values(&mut wording)?));
        unprinted.extend(wording.into_unprinted());
    }
    let pdf = print(Template::Invitation, dict! { "letters" => values }, letters.len(), made_at)?;
    Ok(Paper { pdf, unprinted })
}

impl InvitationLetter<'_> {
    fn values(&self, wording: &mut Wording) -> Result<Dict, FormError> {
        let modules = qr::encode(&format!("{}#{}", self.address, self.code))?;
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let runs: Array =
            modules.runs.iter().map(|run| Value::Array(run.iter().map(|at| Value::Int(number(*at))).collect())).collect();
        let groups: Array = self.code.split('-').map(|group| Value::Str(wording.line(group).into())).collect();
        Ok(dict! {
            "name" => wording.line(self.name),
            "organization" => wording.line(self.organization),
            "role" => wording.line(self.role),
            "ward" => wording.line(self.ward),
            "issued-on" => wording.line(self.issued_on),
            "groups" => groups,
            "address" => wording.line(self.address),
            "expires" => wording.line(self.expires),
            "help-phone" => wording.line(self.help_phone),
            "help-hours" => wording.line(self.help_hours),
            "qr" => dict! { "side" => number(modules.side), "runs" => runs },
            "footnote" => wording.footnote(),
        })
    }
}
