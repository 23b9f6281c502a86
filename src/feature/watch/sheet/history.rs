//! What this facility reported about one child, all versions, newest day first.

use askama::Template;
use axum::extract::{Query, State};
use i18n_embed_fl::fl;
use jiff::civil::Date;
use serde::Deserialize;

use super::{day::Day, row::Voice};
use crate::{
    domain::ids::{Id, Watch},
    gate::actions,
    store::{reports, sheets},
    web::{
        App, Error, Frame, Here, Pager, Paging, Path, Result, care_words,
        glyph::{self, Glyph},
        page, words,
    },
};

#[derive(Debug, Template)]
#[template(path = "watch/sheet/history.html")]
struct History {
    frame: Frame,
    kana: String,
    name: String,
    place: String,
    sheet_href: String,
    pager: Pager,
    days: Vec<HistoryDay>,
}

#[derive(Debug)]
struct HistoryDay {
    iso: String,
    date: String,
    mark: &'static str,
    letter: String,
    state_word: String,
    versions: Vec<Version>,
}

#[derive(Debug)]
struct Version {
    at: String,
    who: String,
    words: String,
    why: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    page: Option<String>,
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(watch): Path<Id<Watch>>, Query(asked): Query<Asked>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = reports::facts(&mut tx, &here.actor, watch).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ReadReports>(&here.actor, &facts)?;
    let paging = Paging::read(asked.page.as_deref());
    let child = reports::child(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let versions = sheets::versions(&mut tx, &permit, paging.limit(), paging.offset()).await?;
    tx.commit(permit.deed().with("versions", versions.len())).await?;

    let voice = Day::voice(&here);
    let mut days = by_day(voice, versions);
    let pager = Pager::new(paging, &mut days, &format!("/sheet/reports/{watch}"), here.lang);
    page(&History {
        frame: Frame::here(&app, &here, fl!(here.lang.texts(), "history-title"))
            .with_crumb("/sheet", fl!(here.lang.texts(), "sheet-title")),
        kana: child.kana,
        name: child.name,
        place: words::place(&child.grade, &child.class),
        sheet_href: "/sheet".to_owned(),
        pager,
        days,
    })
}

/// Versions come newest day first and oldest version first; the last version of a day is what holds.
fn by_day(voice: Voice, versions: Vec<sheets::Version>) -> Vec<HistoryDay> {
    let texts = voice.lang.texts();
    let mut days: Vec<(Date, HistoryDay)> = Vec::new();
    for version in versions {
        let Glyph { mark, letter } = glyph::of_mark(voice.lang, Some(&version.mark));
        let line = Version {
            at: words::time_of_day(version.at),
            who: match version.who {
                Some(who) => who,
                None if version.by_system => fl!(texts, "history-system"),
                None => fl!(texts, "history-somebody"),
            },
            words: words::mark(voice.lang, &version.mark, voice.kind),
            why: Some(version.why).filter(|why| !why.is_empty()),
        };
        match days.last_mut().filter(|(day, _)| *day == version.day) {
            Some((_, day)) => {
                (day.mark, day.letter) = (mark, letter);
                day.versions.push(line);
            }
            None => days.push((
                version.day,
                HistoryDay {
                    iso: version.day.to_string(),
                    date: words::date(voice.lang, version.day),
                    mark,
                    letter,
                    state_word: care_words::reply(voice.lang, version.reply),
                    versions: vec![line],
                },
            )),
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}
