//! 操作記録とサインインの記録: who did and saw what, and who tried to come in. Looking at either is written down too.

mod detail;
mod list;
mod sign_ins;
#[cfg(test)]
mod tests;

use crate::{
    gate::actions::{ReadSignIns, ReadTrail},
    store::trail::Range,
    web::{App, Door, Field, Paging, Routes},
};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/trail", Door::asks::<ReadTrail>(), list::index).get(
        "/sign-ins",
        Door::asks::<ReadSignIns>(),
        sign_ins::index,
    )
}

/// A filter above the list.
#[derive(Debug)]
struct LabelledField {
    field: Field,
    label: String,
}

const fn range(paging: Paging) -> Range {
    Range { limit: paging.limit(), offset: paging.offset() }
}
