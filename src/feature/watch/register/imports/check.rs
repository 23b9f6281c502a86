//! Step 3: what would happen. Nothing is recorded yet; what is recorded already stays unless it is ticked.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{super::index::month_word, elsewhere, permit, weighed};
use crate::{
    domain::{
        ids::{AttendanceImport, Id},
        register::{Change, Weighed},
    },
    store::register::{Child, imports::Import},
    web::{App, ErrorLine, Field, Fields, Frame, Here, Path, Result, page, say, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/register/check.html")]
pub(super) struct Check {
    frame: Frame,
    errors: Vec<ErrorLine>,
    month_word: String,
    action: String,
    back_href: String,
    discard: String,
    added: usize,
    changed: usize,
    left: usize,
    left_lines: Vec<String>,
    conflicts: Vec<Conflict>,
    why: Field,
    rows: Vec<Row>,
    more_rows: usize,
}

#[derive(Debug)]
struct Conflict {
    row: Row,
    /// The name of its box, and the version that is shown.
    box_name: String,
    version: i32,
    recorded: String,
    ticked: bool,
}

#[derive(Debug)]
struct Row {
    kana: String,
    name: String,
    place: String,
    date: String,
    mark: String,
}

/// Rows that the page shows.
const SHOWN: usize = 300;

pub(in super::super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<AttendanceImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = permit(&app, &here, &mut tx, id).await?;
    if import.cells.is_none() {
        tx.commit(permit.deed().with("import", id).with("step", "check")).await?;
        return elsewhere(&import);
    }
    let (weighed, children) = weighed(&mut tx, &permit, &import).await?;
    tx.commit(permit.deed().with("import", id).with("step", "check").with("children", children.len())).await?;
    page(&check(&app, &here, &import, (&weighed, &children), &Fields::default(), Vec::new()))
}

/// The name of the box that replaces what is recorded.
pub(super) fn box_name(change: &Change) -> String {
    format!("replace.{}.{}", change.watch, change.day)
}

/// The page, with boxes ticked and a reason typed as they were sent.
pub(super) fn check(
    app: &App,
    here: &Here,
    import: &Import,
    (weighed, children): (&Weighed, &[Child]),
    typed: &Fields,
    errors: Vec<ErrorLine>,
) -> Check {
    let (lang, texts) = (here.lang, here.lang.texts());
    let kind = here.acting.organization_kind.facility().map_or("school", words::wording);
    let row = |change: &Change| {
        let child = children.iter().find(|child| child.watch == change.watch);
        Row {
            kana: child.map(|child| child.kana.clone()).unwrap_or_default(),
            name: child.map(|child| child.name.clone()).unwrap_or_default(),
            place: child.map(|child| words::place(&child.grade, &child.class)).unwrap_or_default(),
            date: words::date(lang, change.day),
            mark: words::mark(lang, &change.mark, kind),
        }
    };
    let conflict = |change: &Change| {
        let box_name = box_name(change);
        let (version, recorded) =
            change.recorded.as_ref().map_or((0, String::new()), |(version, mark)| (*version, words::mark(lang, mark, kind)));
        Conflict { row: row(change), version, recorded, ticked: typed.has(&box_name), box_name }
    };
    let left_line = |(why, count): &(crate::domain::register::Left, usize)| {
        say::say(lang, &format!("register-left-{}", why.code()), &[("count", count.to_string())])
    };
    let why_error = errors.iter().find(|error| error.href == "#why").map(|error| error.text.clone());
    Check {
        frame: Frame::here(app, here, fl!(texts, "register-check-title")).with_crumb("/register", fl!(texts, "register-title")),
        month_word: month_word(lang, import.month),
        action: format!("/register/imports/{}/acceptance", import.id),
        back_href: format!("/register/imports/{}", import.id),
        discard: format!("/register/imports/{}/discard", import.id),
        added: weighed.added.len(),
        changed: weighed.conflicts.len(),
        left: weighed.left.iter().map(|(_, count)| count).sum(),
        left_lines: weighed.left.iter().map(left_line).collect(),
        conflicts: weighed.conflicts.iter().map(conflict).collect(),
        why: Field::optional("why", typed.get("why")).with_error(why_error),
        rows: weighed.added.iter().take(SHOWN).map(row).collect(),
        more_rows: weighed.added.len().saturating_sub(SHOWN),
        errors,
    }
}
