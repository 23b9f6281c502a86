//! A facility's own register of a month: picked out of the file in memory, marks explained once, checked, accepted whole or not at all.

pub(super) mod acceptance;
pub(super) mod check;
pub(super) mod discard;
pub(super) mod marks;
mod record;
pub(super) mod result;
pub(super) mod upload;

use jiff::{ToSpan as _, civil::Date};

use crate::{
    domain::{
        calendar::Span,
        ids::{AttendanceImport, Id},
        register::{Weighed, weigh},
        rights::Month,
    },
    gate::{Permit, actions},
    store::{
        Tx, calendars,
        register::{
            self, Child,
            imports::{self, Import, State},
        },
    },
    web::{App, Error, Here, Result, see_other},
};

/// A register may be brought in for this month and so many before it.
const MONTHS_BACK: usize = 3;

/// Leave to go on with this register; one of another facility is not there.
async fn permit(
    app: &App,
    here: &Here,
    tx: &mut Tx,
    id: Id<AttendanceImport>,
) -> Result<(Permit<actions::ImportAttendance>, Import)> {
    let facility = imports::owner(tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ImportAttendance>(&here.actor, &facility)?;
    let import = imports::read(tx, &permit, id).await?.ok_or(Error::Hidden)?;
    Ok((permit, import))
}

/// Where a register that no longer waits can be looked at.
fn elsewhere(import: &Import) -> Result {
    match import.state {
        State::Accepted => Ok(see_other(&format!("/register/imports/{}/result", import.id))),
        State::Uploaded | State::Discarded => Err(Error::Hidden),
    }
}

/// The days an import may fill.
fn reach(today: Date) -> Span {
    let first = today.first_of_month().saturating_sub(i64::try_from(MONTHS_BACK).unwrap_or(0).months());
    Span { from: first, to: today }
}

/// The cells against what is recorded, and the children they are of.
async fn weighed(tx: &mut Tx, permit: &Permit<actions::ImportAttendance>, import: &Import) -> Result<(Weighed, Vec<Child>)> {
    let cells = import.cells.as_deref().unwrap_or_default();
    let children = register::children(tx, permit).await?;
    let watches: Vec<_> = children.iter().map(|child| child.watch).collect();
    let span = cells.iter().map(|cell| cell.day).fold(Span { from: import.month.first(), to: import.month.last() }, |span, day| {
        Span { from: span.from.min(day), to: span.to.max(day) }
    });
    let layers = calendars::of_facility(tx, permit, span.from).await?.layers;
    let known = register::known(tx, permit, &watches, span, &layers).await?;
    let reach = reach(tx.today());
    Ok((weigh(cells, &import.marks, &known, reach), children))
}

/// Whether a register of this month may be brought in.
fn is_in_reach(month: Month, today: Date) -> bool {
    reach(today).from <= month.first() && month <= Month::of(today)
}
