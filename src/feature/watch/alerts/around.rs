//! What surrounds an alert on its page: the safety check, the visit, the rest, what facilities read and were asked.

use i18n_embed_fl::fl;
use jiff::Timestamp;

use super::{row::wording, show::Seen};
use crate::{
    domain::{
        alert::{Care, State},
        reply::Reply,
    },
    store::alerts::{Earlier, Relative},
    web::{App, Here, Lang, alert_words, care_words, protection, words},
};

/// The safety check that runs, or was met last, in words; and those before it.
#[derive(Debug)]
pub(super) struct CheckView {
    pub(super) title: String,
    /// "running" | "warned" | "overdue" | "seen"
    pub(super) standing: &'static str,
    pub(super) words: String,
    pub(super) lines: Vec<String>,
}

impl CheckView {
    pub(super) fn new(app: &App, lang: Lang, page: &Seen) -> Option<Self> {
        let check = page.care.check.as_ref()?;
        let (texts, today) = (lang.texts(), app.clock.today());
        let (standing, words) = if check.is_open() && page.shown.alert.state == State::Closed {
            ("overdue", fl!(texts, "check-none"))
        } else {
            care_words::standing(lang, check, app.clock.now())
        };
        // Several days stand beside each other here: a bare time would be read as of the day before it.
        let moment = |at: Timestamp| alert_words::dated(lang, at, today);
        let mut lines = vec![fl!(texts, "check-times", received = moment(check.received_at), due = moment(check.due_at))];
        for seen in &page.answers {
            let method = care_words::method(lang, seen.method);
            let answer = fl!(texts, "check-seen-by", by = seen.by.as_str(), at = moment(seen.at), method = method);
            lines.push(if seen.received_at == check.received_at {
                answer
            } else {
                fl!(texts, "check-earlier", received = moment(seen.received_at), seen = answer)
            });
            if !seen.late_reason.is_empty() {
                lines.push(fl!(texts, "check-late-reason", reason = seen.late_reason.as_str()));
            }
        }
        lines.push(match check.hours.version {
            0 => fl!(texts, "check-rule-none"),
            version => fl!(texts, "check-rule", version = version),
        });
        let title = fl!(texts, "check-title", hours = check.hours.deadline);
        Some(Self { title, standing, words, lines })
    }
}

/// A planned visit and a rest, in a line each; overdue ones say so.
#[derive(Debug)]
pub(super) struct CareLine {
    pub(super) words: String,
    pub(super) overdue: bool,
}

pub(super) fn lines(app: &App, lang: Lang, care: &Care) -> Vec<CareLine> {
    let (texts, now, today) = (lang.texts(), app.clock.now(), app.clock.today());
    let moment = |at: Timestamp| alert_words::moment(lang, at, today);
    let visit = care.visit_at.map(|at| {
        let overdue = care.visit_is_overdue(now);
        let words =
            if overdue { fl!(texts, "visit-overdue", at = moment(at)) } else { fl!(texts, "visit-planned", at = moment(at)) };
        CareLine { words, overdue }
    });
    let rest = care.snoozed_until.filter(|_| care.is_snoozed(now));
    let rest = rest.map(|at| CareLine { words: fl!(texts, "snoozed-until", at = moment(at)), overdue: false });
    visit.into_iter().chain(rest).collect()
}

/// What the facility reads, and the words it could read instead.
#[derive(Debug)]
pub(super) struct ReplyView {
    pub(super) action: String,
    pub(super) now: String,
    pub(super) choices: Vec<(&'static str, String)>,
}

impl ReplyView {
    pub(super) fn new(here: &Here, seen: &Seen) -> Self {
        let others = Reply::ALL.iter().filter(|reply| Some(**reply) != seen.reply);
        Self {
            action: format!("/alerts/{}/reply", seen.shown.alert.id),
            now: care_words::reply(here.lang, seen.reply),
            choices: others.map(|reply| (reply.code(), care_words::reply(here.lang, Some(*reply)))).collect(),
        }
    }
}

/// A child of the same family, and what its facility said today.
#[derive(Debug)]
pub(super) struct RelativeView {
    pub(super) watch: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) said: String,
    /// The question can still be asked.
    pub(super) action: Option<String>,
}

pub(super) fn relatives(app: &App, here: &Here, seen: &Seen, may_act: bool) -> Vec<RelativeView> {
    let may_ask = may_act && seen.shown.alert.state == State::Taken;
    let view = |relative: &Relative| RelativeView {
        watch: relative.watch.to_string(),
        name: protection::marked(here.lang, &relative.name, relative.protected),
        place: relative.facility_name.clone(),
        said: said(app, here.lang, relative),
        action: (may_ask && relative.asked_at.is_none()).then(|| format!("/alerts/{}/inquiries", seen.shown.alert.id)),
    };
    seen.relatives.iter().map(view).collect()
}

fn said(app: &App, lang: Lang, relative: &Relative) -> String {
    let (texts, today) = (lang.texts(), app.clock.today());
    let moment = |at: Timestamp| alert_words::moment(lang, at, today);
    let report = relative.reported.as_ref().map(|(mark, at)| {
        let report = words::mark(lang, mark, wording(&relative.facility_kind));
        fl!(texts, "inquiry-report", report = report, at = moment(*at))
    });
    let urgent = relative.urgent_at.map(|at| fl!(texts, "inquiry-urgent", at = moment(at)));
    let answer = relative.answer.map(|(answer, at)| {
        let words = care_words::answer(lang, answer);
        fl!(texts, "inquiry-answer", answer = words, at = moment(at))
    });
    let waiting = relative.asked_at.filter(|_| !relative.is_answered());
    let waiting = waiting.map(|at| fl!(texts, "inquiry-waiting", at = moment(at)));
    let said: Vec<_> = [report, urgent, answer, waiting].into_iter().flatten().collect();
    if said.is_empty() { fl!(texts, "status-unreported") } else { said.join(&fl!(texts, "list-within")) }
}

/// What was asked on earlier days.
pub(super) fn earlier(lang: Lang, earlier: &[Earlier]) -> Vec<String> {
    let texts = lang.texts();
    let line = |asked: &Earlier| {
        let said = match asked.answer {
            Some(answer) => care_words::answer(lang, answer),
            None if asked.reported => fl!(texts, "inquiry-reported"),
            None => fl!(texts, "inquiry-silent"),
        };
        let day = alert_words::day(lang, asked.day);
        let name = protection::marked(lang, &asked.name, asked.protected);
        fl!(texts, "inquiry-earlier", day = day, name = name, facility = asked.facility_name.as_str(), said = said)
    };
    earlier.iter().map(line).collect()
}
