//! 「知らせた順」: to whom the alert was told, who was passed over and why, and whether it arrived.

use i18n_embed_fl::fl;

use crate::{
    domain::calling::{Cause, Reason, Station},
    store::calls::{Delivery, Shown},
    web::{App, Here, Lang, alert_words},
};

/// `parts/hops.html`.
#[derive(Debug)]
pub(super) struct HopLine {
    pub(super) at_iso: String,
    pub(super) at_word: String,
    pub(super) what: String,
    pub(super) cause: Option<String>,
    pub(super) delivery: Option<String>,
    pub(super) failed: bool,
    pub(super) passed: bool,
}

pub(super) fn lines(app: &App, here: &Here, hops: &[Shown]) -> Vec<HopLine> {
    let (lang, today) = (here.lang, app.clock.today());
    let line = |hop: &Shown| HopLine {
        at_iso: hop.at.to_string(),
        at_word: alert_words::moment(lang, hop.at, today),
        what: what(lang, hop),
        cause: cause(lang, hop.cause),
        delivery: hop.delivery.map(|delivery| delivered(lang, delivery)),
        failed: hop.delivery == Some(Delivery::Failed),
        passed: hop.delivery.is_none(),
    };
    hops.iter().map(line).collect()
}

fn station(lang: Lang, station: Station) -> String {
    let texts = lang.texts();
    match station {
        Station::Worker => fl!(texts, "hop-worker"),
        Station::Substitute => fl!(texts, "hop-substitute"),
        Station::Other => fl!(texts, "hop-other-worker"),
        Station::Supervisor => fl!(texts, "hop-supervisor"),
        Station::Head => fl!(texts, "hop-head"),
        Station::Desk => fl!(texts, "hop-desk"),
    }
}

fn what(lang: Lang, hop: &Shown) -> String {
    let texts = lang.texts();
    let station = station(lang, hop.station);
    let person = hop.name.clone().unwrap_or_default();
    match hop.reason {
        Reason::Assigned | Reason::Deputises | Reason::Supervises | Reason::OnDuty => {
            fl!(texts, "hop-told", station = station, person = person)
        }
        Reason::Gap => fl!(texts, "hop-gap", person = person),
        Reason::Away => fl!(texts, "hop-away", station = station, person = person),
        Reason::Gone => fl!(texts, "hop-gone", station = station, person = person),
        Reason::Unassigned => fl!(texts, "hop-unassigned"),
        Reason::Nobody => fl!(texts, "hop-nobody", station = station),
    }
}

fn cause(lang: Lang, cause: Cause) -> Option<String> {
    let texts = lang.texts();
    match cause {
        Cause::Raised => None,
        Cause::Unanswered => Some(fl!(texts, "hop-unanswered")),
        Cause::Risen => Some(fl!(texts, "hop-risen")),
        Cause::Gone => Some(fl!(texts, "hop-cause-gone")),
        Cause::Returned => Some(fl!(texts, "hop-returned")),
        Cause::Away => Some(fl!(texts, "hop-cause-away")),
        Cause::Check => Some(fl!(texts, "hop-check")),
    }
}

fn delivered(lang: Lang, delivery: Delivery) -> String {
    let texts = lang.texts();
    match delivery {
        Delivery::Page => fl!(texts, "hop-page"),
        Delivery::Waiting => fl!(texts, "hop-waiting"),
        Delivery::Sent => fl!(texts, "hop-sent"),
        Delivery::Failed => fl!(texts, "hop-failed"),
    }
}
