//! The questions that have arrived: neutral lines, and three short answers each.

use askama::Template;
use axum::extract::{Query, State};
use i18n_embed_fl::fl;
use serde::Deserialize;

use crate::{
    domain::{
        ids::{Id, Watch},
        reply::Answer,
    },
    gate::actions,
    store::{
        Tx,
        inquiries::{self, Inquiry},
    },
    web::{App, ErrorLine, Frame, Here, Result, alert_words, care_words, page, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/inquiries/list.html")]
pub(super) struct List {
    frame: Frame,
    errors: Vec<ErrorLine>,
    rows: Vec<Asked>,
}

#[derive(Debug)]
struct Asked {
    id: String,
    line: String,
    date: String,
    place: String,
    at: String,
    /// What was answered; else the answers there are, as (code, words).
    said: Option<String>,
    action: String,
    answers: Vec<(&'static str, String)>,
    error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

pub(super) async fn index(here: Here, State(app): State<App>, Query(asked): Query<Done>) -> Result {
    let permit = app.gate.permit::<actions::ReadSheet>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let list = List::load(&app, &here, &mut tx, None).await?;
    tx.commit(permit.deed().with("inquiries", list.rows.len())).await?;
    let texts = here.lang.texts();
    let done = match asked.done.as_deref() {
        Some("sent") => Some(fl!(texts, "inquiries-done")),
        Some("over") => Some(fl!(texts, "inquiries-over")),
        _ => None,
    };
    page(&List { frame: list.frame.with_flash(done), ..list })
}

impl List {
    /// With what to mend at the question about `wrong`.
    pub(super) async fn load(app: &App, here: &Here, tx: &mut Tx, wrong: Option<Id<Watch>>) -> Result<Self> {
        let permit = app.gate.permit::<actions::ReadSheet>(&here.actor, &here.place())?;
        let inquiries = inquiries::list(tx, &permit).await?;
        let texts = here.lang.texts();
        let rows: Vec<_> = inquiries.iter().map(|inquiry| Asked::new(app, here, inquiry, wrong == Some(inquiry.watch))).collect();
        let href = rows.iter().find(|row| row.error.is_some()).map_or_else(|| "main".to_owned(), |row| row.id.clone());
        let errors = wrong.map(|_| ErrorLine { href: format!("#{href}"), text: fl!(texts, "inquiries-error") });
        Ok(Self { frame: Frame::here(app, here, fl!(texts, "inquiries-title")), errors: errors.into_iter().collect(), rows })
    }
}

impl Asked {
    fn new(app: &App, here: &Here, inquiry: &Inquiry, wrong: bool) -> Self {
        let (lang, texts) = (here.lang, here.lang.texts());
        let moment = |at| alert_words::moment(lang, at, app.clock.today());
        let answered = inquiry.answer.map(|(answer, at)| {
            let answer = care_words::answer(lang, answer);
            fl!(texts, "inquiries-answered", answer = answer, at = moment(at))
        });
        let reported = inquiry.reported.then(|| fl!(texts, "inquiries-reported"));
        let reported = reported.or_else(|| inquiry.urgent.then(|| fl!(texts, "inquiries-urgent")));
        let word = |answer: &Answer| {
            let word = care_words::answer(lang, *answer);
            (answer.code(), fl!(texts, "inquiries-answer", answer = word))
        };
        Self {
            id: format!("asked-{}", inquiry.watch),
            line: fl!(texts, "inquiries-line", name = inquiry.name.as_str()),
            date: words::date(lang, inquiry.day),
            place: words::place(&inquiry.grade, &inquiry.class),
            at: moment(inquiry.asked_at),
            said: answered.or(reported),
            action: format!("/inquiries/{}/{}", inquiry.day, inquiry.watch),
            answers: Answer::ALL.iter().map(word).collect(),
            error: wrong.then(|| fl!(texts, "inquiries-error")),
        }
    }
}
