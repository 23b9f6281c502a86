//! One child, one day: what a facility reports (出欠状況・家庭からの連絡・欠席の理由).
//!
//! The three items are those of the 2019 guideline on regular reports by schools and nurseries; everything else is optional.

mod contact;
mod input;
mod mark;
mod sign;
mod status;
#[cfg(test)]
mod tests;

pub use contact::{Contact, ContactBy, ContactVia, Reason};
pub use input::{DayContext, Fault, Field, MarkInput, MarkRefusal};
pub use mark::{CONFIRMATION_DAYS, Confirmation, Mark};
pub use sign::Sign;
pub use status::Status;
