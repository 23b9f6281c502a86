//! What is not well with the hub itself, in words for whoever waits for an alert.

use i18n_embed_fl::fl;

use super::{App, Lang, words};
use crate::{
    domain::clock,
    store::{
        self,
        pulses::{self, Trouble, TroubleKind},
    },
};

/// A warning for each thing that could keep an alert from arriving; a node that others stand in for is none.
///
/// # Errors
/// When the database is away.
pub async fn warnings(app: &App, lang: Lang) -> store::Result<Vec<String>> {
    let troubles = pulses::troubles(&app.db, app.clock.now()).await?;
    Ok(troubles.iter().filter(|trouble| trouble.kind != TroubleKind::Node).map(|trouble| words_of(app, lang, trouble)).collect())
}

fn words_of(app: &App, lang: Lang, trouble: &Trouble) -> String {
    let texts = lang.texts();
    let today = clock::in_japan(trouble.since).date() == app.clock.today();
    let since = if today { words::time_of_day(trouble.since) } else { words::moment(lang, trouble.since) };
    match trouble.subject.as_str() {
        "news" => fl!(texts, "trouble-news", since = since),
        "clock" => fl!(texts, "trouble-clock", since = since),
        "calls" => fl!(texts, "trouble-calls", since = since),
        "mail" => fl!(texts, "trouble-mail", since = since),
        "push" => fl!(texts, "trouble-push", since = since),
        _ => fl!(texts, "trouble-other", since = since),
    }
}
