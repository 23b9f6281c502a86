//! Step 4: everything is recorded in one transaction with what the rules say of it, or nothing is. Accepting twice shows the first result.

use std::collections::BTreeMap;

use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    check::{box_name, check},
    elsewhere, permit,
    record::Record,
    weighed,
};
use crate::{
    domain::{
        ids::{AttendanceImport, Id},
        name::Text,
        register::{Change, Done, Weighed},
    },
    gate::{Permit, actions},
    store::{
        Tx, judgements,
        register::imports::{self, State as ImportState},
        sheets::{self, Entry, Sending},
    },
    web::{App, Error, ErrorLine, Fields, Form, Here, Path, Result, conflict, see_other, unprocessable},
};

/// How long a reason for a correction may be, as on its own page.
const WHY_LENGTH: usize = 200;

pub(in super::super) async fn create(
    here: Here,
    State(app): State<App>,
    Path(id): Path<Id<AttendanceImport>>,
    Form(fields): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = permit(&app, &here, &mut tx, id).await?;
    if import.cells.is_none() {
        tx.commit(permit.deed().with("import", id).with("step", "accepted_before")).await?;
        return elsewhere(&import);
    }
    let submit = app.gate.permit::<actions::SubmitSheet>(&here.actor, &here.place())?;
    let (weighed, children) = weighed(&mut tx, &permit, &import).await?;
    let ticked: Vec<&Change> = weighed.conflicts.iter().filter(|change| fields.has(&box_name(change))).collect();
    if let Some(line) = stale(&here, &fields, &ticked) {
        tx.commit(permit.deed().with("import", id).with("step", "conflict").with("children", children.len())).await?;
        return conflict(&check(&app, &here, &import, (&weighed, &children), &fields, vec![line]));
    }
    let why = match why(&app, &here, &fields, &ticked) {
        Ok(why) => why,
        Err(line) => {
            tx.commit(permit.deed().with("import", id).with("step", "refused").with("children", children.len())).await?;
            return unprocessable(&check(&app, &here, &import, (&weighed, &children), &fields, vec![line]));
        }
    };
    let record = Record::of(tx.now(), &weighed, |change| fields.has(&box_name(change)));
    let Some(news) = write_down(&app, &here, &mut tx, &submit, (&weighed, &ticked), &why).await? else {
        drop(tx);
        return overtaken(&app, &here, id, &fields).await;
    };
    let kept = serde_json::to_value(&record).map_err(Error::internal)?;
    imports::close(&mut tx, &permit, id, ImportState::Accepted, Some(kept)).await?;
    let deed = permit.deed().with("import", id).with("step", "accepted").with("added", record.count(Done::Added));
    tx.commit(deed.with("corrected", record.count(Done::Changed)).with("kept", record.count(Done::Kept))).await?;
    if news > 0 {
        app.live.wake();
    }
    Ok(see_other(&format!("/register/imports/{id}/result")))
}

/// Something ticked is no longer what the page showed.
fn stale(here: &Here, fields: &Fields, ticked: &[&Change]) -> Option<ErrorLine> {
    let moved = |change: &&&Change| {
        let version = change.recorded.as_ref().map_or(0, |(version, _)| *version);
        fields.get(&box_name(change)).parse() != Ok(version)
    };
    let change = ticked.iter().find(moved)?;
    Some(ErrorLine { href: format!("#{}", box_name(change)), text: fl!(here.lang.texts(), "register-error-stale") })
}

/// After the free time a correction says why, once for all that are ticked.
fn why(app: &App, here: &Here, fields: &Fields, ticked: &[&Change]) -> std::result::Result<String, ErrorLine> {
    let texts = here.lang.texts();
    let line = |text: String| ErrorLine { href: "#why".to_owned(), text };
    let label = || fl!(texts, "correction-why");
    let typed = Text::<WHY_LENGTH>::parse_or_none(fields.get("why"))
        .map_err(|_| line(fl!(texts, "register-error-why", most = WHY_LENGTH)))?;
    let (today, now) = (app.clock.today(), app.clock.time_of_day());
    let needed = ticked.iter().any(|change| !here.acting.times.is_free(change.day, today, now));
    match typed {
        None if needed => Err(line(fl!(texts, "error-required", field = label()))),
        typed => Ok(typed.map(String::from).unwrap_or_default()),
    }
}

/// Appends the days, the oldest first, and asks the rules after each; how much of it is news. `None` leaves nothing behind.
async fn write_down(
    app: &App,
    here: &Here,
    tx: &mut Tx,
    submit: &Permit<actions::SubmitSheet>,
    (weighed, ticked): (&Weighed, &[&Change]),
    why: &str,
) -> Result<Option<i32>> {
    let mut days: BTreeMap<(Date, bool), Vec<Entry>> = BTreeMap::new();
    for change in weighed.added.iter().chain(ticked.iter().copied()) {
        let version = change.recorded.as_ref().map_or(0, |(version, _)| *version);
        let entry = Entry { watch: change.watch, version: version + 1, mark: change.mark.clone() };
        days.entry((change.day, version > 0)).or_default().push(entry);
    }
    let (today, now) = (app.clock.today(), app.clock.time_of_day());
    let times = here.acting.times;
    let mut news = 0;
    for ((day, corrects), entries) in days {
        let id = Id::random();
        let why = if corrects { why.to_owned() } else { String::new() };
        let sending = Sending { id, day, key: id.uuid(), late: times.is_late(day, today, now), why, entries };
        let Some(appended) = sheets::send(tx, submit, &sending).await?.filter(|appended| appended.is_open(day)) else {
            return Ok(None);
        };
        news += i32::from(appended.answers) + judgements::after(tx, submit, &sending, times.phase(today, today, now)).await?;
    }
    Ok(Some(news))
}

/// Somebody reported in the same moment: what would happen now.
async fn overtaken(app: &App, here: &Here, id: Id<AttendanceImport>, fields: &Fields) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = permit(app, here, &mut tx, id).await?;
    let (weighed, children) = weighed(&mut tx, &permit, &import).await?;
    tx.commit(permit.deed().with("import", id).with("step", "conflict").with("children", children.len())).await?;
    let line = ErrorLine { href: "#main".to_owned(), text: fl!(here.lang.texts(), "register-error-stale") };
    conflict(&check(app, here, &import, (&weighed, &children), fields, vec![line]))
}
