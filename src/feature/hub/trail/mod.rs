//! 操作記録とサインインの記録: who did and saw what, and who tried to come in. Looking at either is written down too.

mod days;
mod detail;
mod export;
mod list;
mod person;
mod sign_ins;
mod sign_ins_export;
mod takeaway;
#[cfg(test)]
mod tests;

use self::days::Days;
use crate::{
    gate::actions::{ExportSignIns, ExportTrail, ReadSignIns, ReadTrail},
    store::trail::Range,
    web::{App, Door, Field, Paging, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app)
        .get("/trail", Door::asks::<ReadTrail>(), list::index)
        .post("/trail/person", Door::asks::<ReadTrail>(), person::of_trail)
        .post("/trail/export", Door::asks::<ExportTrail>(), export::create)
        .get("/sign-ins", Door::asks::<ReadSignIns>(), sign_ins::index)
        .post("/sign-ins/person", Door::asks::<ReadSignIns>(), person::of_sign_ins)
        .post("/sign-ins/export", Door::asks::<ExportSignIns>(), sign_ins_export::create)
}

/// A filter above the list, or a field of the form below it.
#[derive(Debug)]
struct LabelledField {
    field: Field,
    label: String,
}

const fn range(paging: Paging) -> Range {
    Range { limit: paging.limit(), offset: paging.offset() }
}

/// One line more than a file may hold, so that too many are told from just enough.
fn all() -> Range {
    Range { limit: i64::try_from(takeaway::MOST).unwrap_or(i64::MAX - 1) + 1, offset: 0 }
}
