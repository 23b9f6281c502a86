//! What the pages and the paper of slips share: their words.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use crate::{
    domain::{
        slip::{Absence, Entry, Month, Noticed, Run},
        wareki,
    },
    store::slips::{Sheet, Slip},
    web::{Lang, alert_words, words},
};

/// One child, as pages show it.
#[derive(Debug)]
pub(super) struct SheetView {
    pub(super) id: String,
    pub(super) kana: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) counts: Vec<Count>,
    pub(super) lines: Vec<LineView>,
    pub(super) longest: String,
    pub(super) last_seen: String,
    pub(super) noticed: String,
    pub(super) note: String,
    pub(super) complete: bool,
    pub(super) edit_href: Option<String>,
}

#[derive(Debug)]
pub(super) struct Count {
    pub(super) term: String,
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct LineView {
    pub(super) day: String,
    pub(super) status: String,
    pub(super) contact: String,
    pub(super) reason: String,
    pub(super) note: String,
}

/// 令和8年10月
pub(super) fn month_word(lang: Lang, month: Month) -> String {
    match lang {
        Lang::Ja => wareki::long(month.first()).split_inclusive('月').next().unwrap_or_default().to_owned(),
        Lang::En => month.to_string(),
    }
}

pub(super) fn noticed_word(lang: Lang, noticed: Noticed) -> String {
    let texts = lang.texts();
    match noticed {
        Noticed::Body => fl!(texts, "noticed-body"),
        Noticed::Clothing => fl!(texts, "noticed-clothing"),
        Noticed::Meals => fl!(texts, "noticed-meals"),
        Noticed::Behaviour => fl!(texts, "noticed-behaviour"),
        Noticed::Guardian => fl!(texts, "noticed-guardian"),
        Noticed::Siblings => fl!(texts, "noticed-siblings"),
        Noticed::Other => fl!(texts, "noticed-other"),
    }
}

pub(super) fn counts(lang: Lang, entry: &Entry) -> Vec<Count> {
    let (texts, all) = (lang.texts(), entry.counts);
    [
        (fl!(texts, "slip-open"), all.open),
        (fl!(texts, "slip-present"), all.present),
        (fl!(texts, "slip-absent"), all.absent),
        (fl!(texts, "slip-late"), all.late),
        (fl!(texts, "slip-left-early"), all.left_early),
        (fl!(texts, "slip-excused"), all.excused),
        (fl!(texts, "slip-elsewhere"), all.elsewhere),
        (fl!(texts, "slip-unreported"), all.unreported),
    ]
    .map(|(term, days)| Count { term, text: days.to_string() })
    .into()
}

pub(super) fn run_word(lang: Lang, run: Option<Run>) -> String {
    let texts = lang.texts();
    let day = |day: Date| alert_words::day(lang, day);
    run.map_or_else(
        || fl!(texts, "slip-none"),
        |run| fl!(texts, "slip-run", days = run.days, from = day(run.from), to = day(run.to)),
    )
}

pub(super) fn last_seen_word(lang: Lang, day: Option<Date>) -> String {
    day.map_or_else(|| fl!(lang.texts(), "slip-not-seen"), |day| alert_words::day(lang, day))
}

impl LineView {
    pub(super) fn of(lang: Lang, absence: &Absence, kind: &str) -> Self {
        Self {
            day: alert_words::day(lang, absence.day),
            status: words::status(lang, absence.status, kind),
            contact: absence.contact.map(|contact| words::contact(lang, contact)).unwrap_or_default(),
            reason: absence.reason.map(|reason| words::reason(lang, reason, kind)).unwrap_or_default(),
            note: absence.note.clone(),
        }
    }
}

impl SheetView {
    pub(super) fn of(lang: Lang, sheet: &Sheet, kind: &str, edit_href: Option<String>) -> Self {
        let (texts, entry) = (lang.texts(), &sheet.entry);
        let noticed = match entry.noticed.as_deref() {
            None => fl!(texts, "slip-noticed-open"),
            Some([]) => fl!(texts, "slip-unchanged"),
            Some(all) => {
                let words: Vec<_> = all.iter().map(|one| noticed_word(lang, *one)).collect();
                words.join(&fl!(texts, "list-within"))
            }
        };
        Self {
            id: format!("child-{}", sheet.watch),
            kana: sheet.kana.clone(),
            name: sheet.name.clone(),
            place: words::place(&sheet.grade, &sheet.class),
            counts: counts(lang, entry),
            lines: entry.absences.iter().map(|absence| LineView::of(lang, absence, kind)).collect(),
            longest: run_word(lang, entry.longest),
            last_seen: last_seen_word(lang, entry.last_seen),
            noticed,
            note: entry.note.clone(),
            complete: entry.is_complete(),
            edit_href,
        }
    }
}

/// Where a month stands for the facility: the word and how it looks.
pub(super) fn state(lang: Lang, slip: Option<&Slip>) -> (String, &'static str) {
    let texts = lang.texts();
    match slip {
        None => (fl!(texts, "slip-state-none"), "quiet"),
        Some(Slip { approved: Some((_, at)), .. }) => (fl!(texts, "slip-state-sent", at = words::moment(lang, *at)), "done"),
        Some(_) => (fl!(texts, "slip-state-draft"), "wait"),
    }
}

/// 「第2版（欠席の日を直したため）」; nothing for the first.
pub(super) fn version_word(lang: Lang, slip: &Slip) -> String {
    if slip.version == 1 {
        return String::new();
    }
    fl!(lang.texts(), "slip-version", version = slip.version, reason = slip.reason.as_str())
}
