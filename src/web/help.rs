//! Whom to call, for pages before anybody is known and for pages of faults, which must not ask the database.

use std::sync::{PoisonError, RwLock};

use crate::store::{
    Db,
    wards::{self, CommonHelp},
};

/// The last that was known.
#[derive(Debug, Default)]
pub struct Help(RwLock<CommonHelp>);

impl Help {
    /// Asks anew; while the database is away the last answer stands.
    pub async fn refresh(&self, db: &Db) {
        if let Ok(help) = wards::common_help(db).await {
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = help;
        }
    }

    pub fn known(&self) -> CommonHelp {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
