//! What was recorded, what stayed, and the same as a file.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{permit, record::Record};
use crate::{
    domain::{
        attendance::Status,
        ids::{AttendanceImport, Id, Watch},
        register::Done,
    },
    store::register::{self, Child},
    web::{
        App, Error, Fields, Frame, Here, Lang, Path, Result, page, say, see_other,
        takeaway::{self, Takeaway},
        words,
    },
};

#[derive(Debug, Template)]
#[template(path = "watch/register/result.html")]
struct Outcome {
    frame: Frame,
    at: String,
    added: usize,
    changed: usize,
    kept: usize,
    left_lines: Vec<String>,
    download_href: String,
}

const HEADINGS: [&str; 6] = ["日付", "管理コード", "学年・組", "氏名", "ファイルの出欠", "結果"];

pub(in super::super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<AttendanceImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = permit(&app, &here, &mut tx, id).await?;
    tx.commit(permit.deed().with("import", id).with("step", "result")).await?;
    if import.cells.is_some() {
        return Ok(see_other(&format!("/register/imports/{id}/check")));
    }
    let record: Record = serde_json::from_value(import.result.ok_or(Error::Hidden)?).map_err(Error::internal)?;
    let (lang, texts) = (here.lang, here.lang.texts());
    let left = record
        .left
        .iter()
        .map(|(why, count)| say::say(lang, &format!("register-left-{}", why.code()), &[("count", count.to_string())]));
    page(&Outcome {
        frame: Frame::here(&app, &here, fl!(texts, "register-result-title")).with_crumb("/register", fl!(texts, "register-title")),
        at: words::moment(lang, record.at),
        added: record.count(Done::Added),
        changed: record.count(Done::Changed),
        kept: record.count(Done::Kept),
        left_lines: left.collect(),
        download_href: format!("/register/imports/{id}/result.csv"),
    })
}

pub(in super::super) async fn download(here: Here, State(app): State<App>, Path(id): Path<Id<AttendanceImport>>) -> Result {
    let asked = Fields::parse(here.path.split_once('?').map_or("", |(_, query)| query).as_bytes());
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = permit(&app, &here, &mut tx, id).await?;
    let children = register::children(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("import", id).with("step", "result").with("children", children.len())).await?;
    if import.cells.is_some() {
        return Ok(see_other(&format!("/register/imports/{id}/check")));
    }
    let record: Record = serde_json::from_value(import.result.ok_or(Error::Hidden)?).map_err(Error::internal)?;
    let back = format!("/register/imports/{id}/result");
    takeaway::answer(&app, &here, &asked, &Takeaway { rows: rows(&record, &children), name: "register-result".to_owned(), back })
}

/// In Japanese whatever the language of the page: the file goes into the facility's files.
fn rows(record: &Record, children: &[Child]) -> Vec<Vec<String>> {
    let known: HashMap<Id<Watch>, &Child> = children.iter().map(|child| (child.watch, child)).collect();
    let lines = record.lines.iter().map(|line| {
        let child = known.get(&line.watch);
        let status = Status::from_code(&line.status).map(|status| words::status(Lang::Ja, status, "school"));
        vec![
            line.day.to_string(),
            line.watch.to_string(),
            child.map(|child| words::place(&child.grade, &child.class)).unwrap_or_default(),
            child.map(|child| child.name.clone()).unwrap_or_default(),
            status.unwrap_or_else(|| line.status.clone()),
            say::word(Lang::Ja, &format!("register-done-{}", line.done.code())),
        ]
    });
    std::iter::once(HEADINGS.map(str::to_owned).to_vec()).chain(lines).collect()
}
