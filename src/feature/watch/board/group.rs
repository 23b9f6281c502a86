//! The children of one facility on the board, and those the office saw itself.

use i18n_embed_fl::fl;
use jiff::Timestamp;

use crate::{
    domain::{
        clock,
        facility::{FacilityKind, OrganizationKind},
    },
    store::{board::Unseen, feeds},
    web::{Lang, alert_words, care_words, glyph, protection, words},
};

/// `watch/board/today.html`.
#[derive(Debug)]
pub(super) struct BoardGroup {
    pub(super) facility: String,
    pub(super) reported: bool,
    pub(super) rows: Vec<BoardRow>,
}

#[derive(Debug)]
pub(super) struct BoardRow {
    pub(super) href: String,
    pub(super) kana: String,
    pub(super) name: String,
    pub(super) grade: String,
    pub(super) mark: &'static str,
    pub(super) letter: String,
    pub(super) why_word: String,
    pub(super) unseen: i64,
    pub(super) last_seen: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) level: Option<String>,
    pub(super) level_word: String,
    pub(super) care: Vec<(String, bool)>,
}

impl BoardGroup {
    /// The children come by facility.
    pub(super) fn all(lang: Lang, now: Timestamp, unseen: Vec<Unseen>, feed: &feeds::Feed) -> Vec<Self> {
        let mut groups: Vec<(_, Self)> = Vec::new();
        for child in unseen {
            let (facility, kind) = (child.facility, facility_kind(&child.facility_kind));
            let name = child.facility_name.clone();
            let row = BoardRow::new(lang, now, child, kind.map_or("school", words::wording));
            match groups.last_mut().filter(|(last, _)| *last == facility) {
                Some((_, group)) => group.rows.push(row),
                None => {
                    groups.push((facility, Self { facility: name, reported: feed.sent.contains_key(&facility), rows: vec![row] }));
                }
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }
}

impl BoardRow {
    fn new(lang: Lang, now: Timestamp, child: Unseen, kind: &str) -> Self {
        let glyph = glyph::of_mark(lang, child.mark.as_ref());
        let care = care(lang, now, &child);
        Self {
            href: format!("/requests/{}", child.watch),
            kana: child.kana,
            name: protection::marked(lang, &child.name, child.protected),
            grade: words::place(&child.grade, &child.class),
            mark: glyph.mark,
            letter: glyph.letter,
            why_word: child
                .mark
                .as_ref()
                .map_or_else(|| fl!(lang.texts(), "status-unreported"), |mark| words::mark(lang, mark, kind)),
            unseen: child.days,
            last_seen: child.last_seen.map(|day| alert_words::day(lang, day)),
            owner: child.owner,
            level: child.severity.map(|severity| alert_words::level(severity).to_owned()),
            care,
            level_word: child.severity.map(|severity| alert_words::severity(lang, severity)).unwrap_or_default(),
        }
    }
}

/// A child no facility saw, but the office did.
#[derive(Debug)]
pub(super) struct BoardMet {
    pub(super) row: BoardRow,
    pub(super) facility: String,
    pub(super) seen: String,
}

impl BoardMet {
    pub(super) fn all(lang: Lang, now: Timestamp, met: Vec<Unseen>) -> Vec<Self> {
        let today = clock::in_japan(now).date();
        let one = |child: Unseen| {
            let seen = child.met.as_ref().map(|met| {
                let (at, method) = (alert_words::moment(lang, met.at, today), care_words::method(lang, met.method));
                fl!(lang.texts(), "check-seen-by", by = met.by.as_str(), at = at, method = method)
            });
            let kind = facility_kind(&child.facility_kind).map_or("school", words::wording);
            let facility = child.facility_name.clone();
            Self { row: BoardRow::new(lang, now, child, kind), facility, seen: seen.unwrap_or_default() }
        };
        met.into_iter().map(one).collect()
    }
}

/// The safety check that ends first, and the next visit.
fn care(lang: Lang, now: Timestamp, child: &Unseen) -> Vec<(String, bool)> {
    let (texts, today) = (lang.texts(), clock::in_japan(now).date());
    let check = child.check.as_ref().map(|check| {
        let (standing, words) = care_words::standing(lang, check, now);
        (words, standing == "overdue")
    });
    let visit = child.visit_at.map(|at| {
        let moment = alert_words::moment(lang, at, today);
        if at < now { (fl!(texts, "visit-overdue", at = moment), true) } else { (fl!(texts, "visit-planned", at = moment), false) }
    });
    check.into_iter().chain(visit).collect()
}

fn facility_kind(code: &str) -> Option<FacilityKind> {
    OrganizationKind::from_code(code).and_then(OrganizationKind::facility)
}
