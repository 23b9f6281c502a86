//! One alert as a line of the inbox.

use i18n_embed_fl::fl;

use super::around::{self, CareLine};
use crate::{
    domain::{
        alert::{Condition, State},
        facility::OrganizationKind,
    },
    store::alerts::{DayLooked, Group, Line, Strips},
    web::{App, Here, Lang, alert_words, care_words, glyph::DayMark, protection, words},
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
    pub(super) lapsed: Option<String>,
    /// The 48 hours, a visit, a rest, what a facility answered.
    pub(super) care: Vec<CareLine>,
    /// Records a telephone call with one tap, for whoever has it.
    pub(super) call_action: Option<String>,
    /// The row to go on with when this one has left the list.
    pub(super) next: Option<String>,
    /// The child's other alerts, folded below this one, and how many they are in words.
    pub(super) others: Vec<Self>,
    pub(super) others_word: String,
}

impl AlertRow {
    /// The rows of a list, a child each and its other alerts below it. Each knows the one to go on with: what is folded below it, for
    /// that becomes the child's row then; else the child after it, or before it at the end.
    pub(super) fn all(app: &App, here: &Here, groups: Vec<Group>, strips: &Strips) -> Vec<Self> {
        let mut rows: Vec<_> = groups.into_iter().map(|group| Self::group(app, here, group, strips)).collect();
        let ids: Vec<_> = rows.iter().map(|row| row.id.clone()).collect();
        for (place, row) in rows.iter_mut().enumerate() {
            let beside = ids.get(place + 1).or_else(|| place.checked_sub(1).and_then(|before| ids.get(before)));
            row.next = row.others.first().map(|other| &other.id).or(beside).cloned();
            row.others.iter_mut().for_each(|other| other.next = ids.get(place).cloned());
        }
        rows
    }

    /// Whether the alert stands in this row, folded or not.
    pub(super) fn holds(&self, id: &str) -> bool {
        self.id == id || self.others.iter().any(|other| other.id == id)
    }

    fn group(app: &App, here: &Here, group: Group, strips: &Strips) -> Self {
        let others: Vec<_> = group.others.into_iter().map(|line| Self::new(app, here, line, strips)).collect();
        let others_word = fl!(here.lang.texts(), "inbox-others", count = others.len());
        Self { others, others_word, ..Self::new(app, here, group.first, strips) }
    }

    fn new(app: &App, here: &Here, line: Line, strips: &Strips) -> Self {
        let (lang, texts) = (here.lang, here.lang.texts());
        let (now, today) = (app.clock.now(), app.clock.today());
        let alert = &line.alert;
        let care = care(app, lang, &line);
        let kind = wording(&line.facility_kind);
        let one = |looked: &DayLooked| DayMark::new(lang, &alert_words::day(lang, looked.day), looked.mark.as_ref(), true, kind);
        let days: Vec<_> = strips.of(line.child).iter().map(one).collect();
        let raised = alert_words::moment(lang, alert.raised_at, today);
        let open = alert.state == State::Open;
        let mine = alert.state == State::Taken && alert.holder.is_some() && alert.holder == here.actor.person();
        Self {
            id: alert.id.to_string(),
            href: format!("/alerts/{}", alert.id),
            level: alert_words::level(alert.severity),
            level_word: alert_words::severity(lang, alert.severity),
            kana: line.kana,
            name: protection::marked(lang, &line.name, line.protected),
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
            lapsed: (alert.condition == Condition::NotMet).then(|| alert_words::lapsed(lang, alert.rule)),
            care,
            call_action: mine.then(|| format!("/alerts/{}/actions", alert.id)),
            next: None,
            others: Vec::new(),
            others_word: String::new(),
        }
    }
}

/// What is still to come of an alert that is not closed, and what a facility has answered about it.
fn care(app: &App, lang: Lang, line: &Line) -> Vec<CareLine> {
    let Line { care, snoozed_because: because, .. } = line;
    if line.alert.state == State::Closed {
        return Vec::new();
    }
    let check = care.check.as_ref().filter(|check| check.is_open()).map(|check| {
        let (standing, words) = care_words::standing(lang, check, app.clock.now());
        CareLine { words, overdue: standing == "overdue" }
    });
    let rests = care.is_snoozed(app.clock.now()) && !because.is_empty();
    let because =
        rests.then(|| CareLine { words: fl!(lang.texts(), "snoozed-because", reason = because.as_str()), overdue: false });
    let said = line.said.map(|(answer, at)| {
        let at = alert_words::moment(lang, at, app.clock.today());
        let words = match answer {
            Some(answer) => fl!(lang.texts(), "inquiry-answer", answer = care_words::answer(lang, answer), at = at),
            None => fl!(lang.texts(), "inquiry-came", at = at),
        };
        CareLine { words, overdue: false }
    });
    check.into_iter().chain(around::lines(app, lang, care)).chain(because).chain(said).collect()
}

/// 登校 or 登園, by the stored kind of the facility.
pub(super) fn wording(kind: &str) -> &'static str {
    OrganizationKind::from_code(kind).and_then(OrganizationKind::facility).map_or("school", words::wording)
}
