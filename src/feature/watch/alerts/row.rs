//! One alert as a line of the inbox.

use i18n_embed_fl::fl;

use crate::{
    domain::{
        alert::{Condition, State},
        facility::OrganizationKind,
    },
    store::alerts::{DayLooked, Line, Strips},
    web::{App, Here, Lang, alert_words, glyph, words},
};

/// `parts/alert_row.html`.
#[derive(Debug)]
pub(super) struct AlertRow {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) level: &'static str,
    pub(super) level_word: String,
    pub(super) kana: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) sentence: String,
    pub(super) days: Vec<DayMark>,
    pub(super) days_words: String,
    pub(super) raised_iso: String,
    pub(super) raised: String,
    pub(super) due: Option<String>,
    pub(super) overdue: bool,
    pub(super) owner: Option<String>,
    pub(super) state_word: String,
    pub(super) take_action: Option<String>,
    pub(super) version: i64,
    pub(super) lapsed: bool,
}

/// `parts/days_strip.html`.
#[derive(Debug)]
pub(super) struct DayMark {
    pub(super) mark: &'static str,
    pub(super) letter: String,
    pub(super) title: String,
}

impl AlertRow {
    pub(super) fn new(app: &App, here: &Here, line: Line, strips: &Strips) -> Self {
        let (lang, texts) = (here.lang, here.lang.texts());
        let (now, today) = (app.clock.now(), app.clock.today());
        let alert = &line.alert;
        let kind = wording(&line.facility_kind);
        let days: Vec<_> = strips.of(line.child).iter().map(|day| DayMark::new(lang, day, kind)).collect();
        let raised = alert_words::moment(lang, alert.raised_at, today);
        let open = alert.state == State::Open;
        Self {
            id: alert.id.to_string(),
            href: format!("/alerts/{}", alert.id),
            level: alert_words::level(alert.severity),
            level_word: alert_words::severity(lang, alert.severity),
            kana: line.kana,
            name: line.name,
            place: format!("{} ・ {}", words::place(&line.grade, &line.class), line.facility_name),
            sentence: alert_words::finding(lang, alert.rule, alert.count),
            days_words: days.iter().map(|day| day.title.as_str()).collect::<Vec<_>>().join(&fl!(texts, "days-comma")),
            days,
            raised_iso: alert.raised_at.to_string(),
            raised: fl!(texts, "alert-raised-age", at = raised, age = alert_words::age(lang, alert.raised_at, now)),
            due: open.then(|| fl!(texts, "alert-due-by", at = alert_words::moment(lang, alert.due_at, today))),
            overdue: alert.is_overdue(now),
            owner: line.holder_name,
            state_word: alert_words::state(lang, alert.state),
            take_action: open.then(|| format!("/alerts/{}/taking", alert.id)),
            version: alert.revision,
            lapsed: alert.condition == Condition::NotMet,
        }
    }
}

impl DayMark {
    fn new(lang: Lang, looked: &DayLooked, kind: &str) -> Self {
        let glyph = glyph::of_mark(lang, looked.mark.as_ref());
        let word =
            looked.mark.as_ref().map_or_else(|| fl!(lang.texts(), "status-unreported"), |mark| words::mark(lang, mark, kind));
        Self { mark: glyph.mark, letter: glyph.letter, title: format!("{} {word}", alert_words::day(lang, looked.day)) }
    }
}

/// 登校 or 登園, by the stored kind of the facility.
pub(super) fn wording(kind: &str) -> &'static str {
    OrganizationKind::from_code(kind).and_then(OrganizationKind::facility).map_or("school", words::wording)
}
