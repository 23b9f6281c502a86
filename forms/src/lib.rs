//! Paper forms of つなぎ as PDF: archivable (PDF/A-2a) and accessible (PDF/UA-1), made without network, system fonts or a clock.
//!
//! One function per form. What people wrote reaches a template in `templates/` as values, never as source. The templates promise one
//! sheet of A4 per form; one that does not hold becomes an error instead of a second sheet.

mod error;
mod fonts;
mod invitation;
mod press;
mod qr;
mod recovery;
mod slip;
mod wording;

pub use self::{
    error::FormError,
    invitation::{InvitationLetter, invitation_letters},
    recovery::{RecoveryForm, recovery_form},
    slip::{SlipLine, SlipSheet, slip_sheets},
    wording::{Instead, Unprinted},
};

/// Finished sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// One PDF with all sheets, in the order they were asked for.
    pub pdf: Vec<u8>,
    /// Characters the typeface does not have. The sheets show what stands in their place.
    pub unprinted: Vec<Unprinted>,
}
