//! The form an operator fills in when the last administrator of a ward has lost every passkey: who asked, who checked, what was done.

use jiff::Timestamp;
use typst::foundations::{Array, Value, dict};

use crate::{
    FormError, Paper,
    press::{Template, print},
    wording::Wording,
};

/// What is known when the form is printed. An empty text leaves a line to write on.
#[derive(Debug, Clone, Copy, Default)]
pub struct RecoveryForm<'a> {
    /// The municipality.
    pub ward: &'a str,
    /// The number this recovery goes by.
    pub number: &'a str,
    /// The day the form was printed, such as 令和8年11月20日.
    pub made_on: &'a str,
    /// Whose passkeys are lost.
    pub name: &'a str,
    pub organization: &'a str,
    pub staff_code: &'a str,
    /// Where they can be called back.
    pub phone: &'a str,
    /// When it was noticed.
    pub lost_at: &'a str,
    /// What happened; may have several lines.
    pub reason: &'a str,
    /// The command that was or will be run; may have several lines.
    pub operation: &'a str,
}

/// Prints the form on one sheet of A4.
///
/// `made_at` becomes the date of the document; PDF/A asks for one.
pub fn recovery_form(form: &RecoveryForm<'_>, made_at: Timestamp) -> Result<Paper, FormError> {
    let mut wording = Wording::of(0);
    let lines = |lines: Vec<String>| lines.into_iter().map(|line| Value::Str(line.into())).collect::<Array>();
    let values = dict! {
        "ward" => wording.line(form.ward),
        "number" => wording.line(form.number),
        "made-on" => wording.line(form.made_on),
        "name" => wording.line(form.name),
        "organization" => wording.line(form.organization),
        "staff-code" => wording.line(form.staff_code),
        "phone" => wording.line(form.phone),
        "lost-at" => wording.line(form.lost_at),
        "reason" => lines(wording.lines(form.reason)),
        "operation" => lines(wording.lines(form.operation)),
        "footnote" => wording.footnote(),
    };
    let pdf = print(Template::Recovery, dict! { "form" => values }, 1, made_at)?;
    Ok(Paper { pdf, unprinted: wording.into_unprinted() })
}
