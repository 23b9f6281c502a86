//! How ready a person is to sign in: credentials, and whether they ever did.

use jiff::{ToSpan as _, civil::Date};

use crate::domain::{
    coded::coded,
    ids::{Id, Person},
};

/// How many credentials a person needs before set-up counts as complete: with one, a lost device locks them out.
pub const ENOUGH: u32 = 2;

/// What the store knows of a person's way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub person: Id<Person>,
    /// Those that can be used now.
    pub credentials: u32,
    /// The day, in Japan.
    pub last_sign_in: Option<Date>,
}

coded! {
    /// What keeps a person's set-up from being complete, the gravest first.
    pub enum Lack {
        /// Invited and not yet enrolled.
        NoCredential = "no_credential",
        OnlyOneCredential = "only_one_credential",
        NeverSignedIn = "never_signed_in",
        /// Enrolled, but away for longer than the ward wants to keep an unused account.
        LongAway = "long_away",
    }
}

impl Standing {
    /// What is lacking on `today`; `quiet` is the number of days without a sign-in after which an account counts as unused.
    pub fn lacks(&self, today: Date, quiet: u16) -> Vec<Lack> {
        let mut lacks = Vec::new();
        match self.credentials {
            0 => lacks.push(Lack::NoCredential),
            few if few < ENOUGH => lacks.push(Lack::OnlyOneCredential),
            _ => {}
        }
        let since = today.checked_sub(i64::from(quiet).days());
        match self.last_sign_in {
            None => lacks.push(Lack::NeverSignedIn),
            Some(last) if since.is_ok_and(|since| last < since) => lacks.push(Lack::LongAway),
            Some(_) => {}
        }
        lacks
    }
}
