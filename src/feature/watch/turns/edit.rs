//! The colleagues of one facility, and when each of them is called.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    domain::{
        ids::Id,
        reminder::{Colleague, Stage, Turn, called},
        role::Role,
        times::Times,
    },
    gate::{Permit, actions},
    store::{
        Tx, calendars,
        turns::{self, Line},
    },
    web::{
        App, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Result, conflict, page, role_word, see_other, unprocessable, words,
    },
};

#[derive(Debug, Template)]
#[template(path = "watch/turns/edit.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    /// Somebody was first.
    stale: bool,
    times: Vec<String>,
    no_mail: bool,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    role_word: String,
    /// What is recorded now; the form was made of it.
    was_name: String,
    was: &'static str,
    field: Field,
    /// What somebody else has set meanwhile.
    now: Option<String>,
}

fn turn_word(lang: Lang, turn: Turn, role: Role) -> String {
    let texts = lang.texts();
    match turn {
        Turn::First => fl!(texts, "turn-first"),
        Turn::Next => fl!(texts, "turn-next"),
        Turn::Never => fl!(texts, "turn-never"),
        Turn::ByRole => match Turn::ByRole.stage(role) {
            Some(Stage::First) => fl!(texts, "turn-by-role", what = fl!(texts, "turn-first")),
            _ => fl!(texts, "turn-by-role", what = fl!(texts, "turn-next")),
        },
    }
}

/// What was chosen for each line, or what is recorded where nothing was.
fn chosen(typed: &Fields, line: &Line) -> Turn {
    let name = format!("turn.{}", line.membership);
    if typed.has(&name) { Turn::from_code(typed.get(&name)).unwrap_or(line.turn) } else { line.turn }
}

/// What the form was made of.
fn was(typed: &Fields, line: &Line) -> Turn {
    let name = format!("was.{}", line.membership);
    if typed.has(&name) { Turn::from_code(typed.get(&name)).unwrap_or(line.turn) } else { line.turn }
}

/// Whether anybody is left who is called first or next.
fn is_somebody_called(lines: &[Line], typed: &Fields) -> bool {
    let colleague = |line: &Line| Colleague { person: Id::random(), role: line.role, turn: chosen(typed, line), has_mail: true };
    !called(Stage::First, &lines.iter().map(colleague).collect::<Vec<_>>()).is_empty()
}

async fn load(tx: &mut Tx, permit: &Permit<actions::EditTurns>) -> Result<(Vec<Line>, Times)> {
    let today = tx.today();
    Ok((turns::list(tx, permit).await?, calendars::of_facility(tx, permit, today).await?.times))
}

impl Edit {
    fn of(app: &App, here: &Here, (lines, times): &(Vec<Line>, Times), typed: &Fields) -> Self {
        let texts = here.lang.texts();
        let row = |line: &Line| {
            let choices = Turn::ALL.iter().map(|turn| (turn.code().to_owned(), turn_word(here.lang, *turn, line.role)));
            let field = Field::required(&format!("turn.{}", line.membership), chosen(typed, line).code()).with_choices(choices);
            Row {
                name: line.name.clone(),
                role_word: role_word(here.lang, line.role),
                was_name: format!("was.{}", line.membership),
                was: line.turn.code(),
                field,
                now: (was(typed, line) != line.turn).then(|| turn_word(here.lang, line.turn, line.role)),
            }
        };
        let done = here.query().get("done") == "saved";
        let at = |stage: Stage| words::time(stage.begins(times));
        Self {
            frame: Frame::here(app, here, fl!(texts, "turns-title")).with_flash(done.then(|| fl!(texts, "turns-saved"))),
            errors: Vec::new(),
            stale: false,
            times: vec![
                fl!(texts, "turns-at-first", at = at(Stage::First)),
                fl!(texts, "turns-at-next", at = at(Stage::Next)),
                fl!(texts, "turns-at-list", at = at(Stage::List)),
            ],
            no_mail: app.config.smtp.is_none(),
            rows: lines.iter().map(row).collect(),
        }
    }
}

pub(super) async fn edit(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditTurns>(&here.actor, &here.place())?;
    let loaded = load(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&Edit::of(&app, &here, &loaded, &Fields::default()))
}

pub(super) async fn update(here: Here, State(app): State<App>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditTurns>(&here.actor, &here.place())?;
    let loaded = load(&mut tx, &permit).await?;
    let (lines, _) = &loaded;
    let changed: Vec<&Line> = lines.iter().filter(|line| chosen(&typed, line) != line.turn).collect();
    // What somebody else has set meanwhile is not set back unseen.
    if changed.iter().any(|line| was(&typed, line) != line.turn) {
        tx.commit(permit.deed().with("step", "conflict")).await?;
        return conflict(&Edit { stale: true, ..Edit::of(&app, &here, &loaded, &typed) });
    }
    if !is_somebody_called(lines, &typed) {
        tx.commit(permit.deed().with("step", "refused")).await?;
        let href = lines.first().map(|line| format!("#turn.{}", line.membership)).unwrap_or_default();
        let errors = vec![ErrorLine { href, text: fl!(here.lang.texts(), "turns-error-nobody") }];
        return unprocessable(&Edit { errors, ..Edit::of(&app, &here, &loaded, &typed) });
    }
    for line in &changed {
        turns::set(&mut tx, &permit, line.membership, chosen(&typed, line)).await?;
    }
    tx.commit(permit.deed().with("people", changed.len())).await?;
    Ok(see_other("/turns?done=saved"))
}
