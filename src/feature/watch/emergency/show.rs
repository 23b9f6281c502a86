//! One opening: the child for whoever opened it, while the hour lasts; for the others who looked, why, and what is to be done.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{Timestamp, ToSpan as _};

use super::opening_words;
use crate::{
    domain::{
        facility::OrganizationKind,
        ids::{self, Id},
        opening::{Course, Judgement, Refusal, SECOND_WITHIN},
    },
    gate::{Deed, Denied, OpeningFacts, actions},
    store::{
        Tx,
        openings::{self, Child, Opening, Said},
    },
    web::{App, Error, ErrorLine, Field, Fields, Frame, Here, Lang, Path, Result, alert_words, conflict, page, protection, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/emergency/show.html")]
pub(super) struct Show {
    frame: Frame,
    errors: Vec<ErrorLine>,
    /// Why what was asked could not be done.
    refused: Option<String>,
    facts: Vec<Fact>,
    standing: String,
    tone: &'static str,
    child: Option<ChildView>,
    /// The own child somebody looked at: address and name.
    request: Option<(String, String)>,
    /// Whoever opened it finds it over.
    is_over: bool,
    confirm: Option<String>,
    confirm_until: String,
    end: Option<String>,
    judge: Option<Judge>,
}

/// `parts/facts.html`.
#[derive(Debug)]
struct Fact {
    term: String,
    text: String,
}

#[derive(Debug)]
struct ChildView {
    /// With the mark where there is one.
    name: String,
    kana: String,
    protected: bool,
    until: String,
    facts: Vec<Fact>,
    alerts: Vec<AlertLine>,
    days: Vec<Fact>,
}

#[derive(Debug)]
struct AlertLine {
    level: &'static str,
    level_word: String,
    rule: String,
    since: String,
}

/// The form of 事後確認.
#[derive(Debug)]
pub(super) struct Judge {
    pub(super) action: String,
    pub(super) judgement: Field,
    pub(super) words: Field,
}

impl Judge {
    pub(super) fn of(lang: Lang, id: Id<ids::Opening>, typed: &Fields) -> Self {
        let choices = Judgement::ALL.iter().map(|one| (one.code().to_owned(), opening_words::judgement(lang, *one)));
        Self {
            action: format!("/emergency/{id}/judgement"),
            judgement: Field::required("judgement", typed.get("judgement")).with_choices(choices),
            words: Field::optional("words", typed.get("words")),
        }
    }
}

/// What the page is made of.
pub(super) struct Known {
    pub(super) facts: OpeningFacts,
    pub(super) opening: Opening,
    pub(super) child: Option<Child>,
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<ids::Opening>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = openings::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ReadOpening>(&here.actor, &facts)?;
    let opening = openings::read(&mut tx, &permit).await?;
    // Nobody but whoever opened it; the function says so too.
    let child = if here.actor.person() == Some(facts.person) { openings::seen(&mut tx, &permit).await? } else { None };
    let deed = permit.deed().with("children", i32::from(child.is_some() || opening.child.is_some()));
    tx.commit(if child.is_some() { deed.with("step", "child_seen") } else { deed }).await?;
    let texts = here.lang.texts();
    let flash = match here.query().get("done") {
        "confirmed" => Some(fl!(texts, "emergency-done-confirmed")),
        "ended" => Some(fl!(texts, "emergency-done-ended")),
        "judged" => Some(fl!(texts, "emergency-done-judged")),
        _ => None,
    };
    let mut shown = Show::new(&app, &here, Known { facts, opening, child }, None);
    shown.frame = shown.frame.with_flash(flash);
    page(&shown)
}

/// Somebody was first, or the time is over: the page as it stands now.
pub(super) async fn refused<A: actions::Action>(
    (app, here): (&App, &Here),
    tx: Tx,
    deed: Deed<A>,
    known: Known,
    refusal: Refusal,
) -> Result {
    tx.commit(deed.with("step", refusal.step())).await?;
    let mut shown = Show::new(app, here, known, None);
    shown.refused = Some(opening_words::refusal(here.lang, refusal));
    conflict(&shown)
}

impl Show {
    /// `judge` is the form as somebody has typed it.
    pub(super) fn new(app: &App, here: &Here, known: Known, judge: Option<Judge>) -> Self {
        let (lang, now, id) = (here.lang, app.clock.now(), known.facts.id);
        let Known { facts, opening, child } = known;
        let course = opening.course;
        let (standing, tone) = opening_words::standing(lang, course.standing(now));
        let may = Doors::of(app, here, &facts, &course, now);
        let judge = judge.or_else(|| may.judge.then(|| Judge::of(lang, id, &Fields::default())));
        Self {
            frame: Frame::here(app, here, fl!(lang.texts(), "emergency-title"))
                .with_crumb("/emergency", fl!(lang.texts(), "emergency-title")),
            errors: judge.as_ref().map_or_else(Vec::new, |judge| ErrorLine::of([&judge.judgement, &judge.words])),
            refused: None,
            standing,
            tone,
            is_over: child.is_none() && here.actor.person() == Some(facts.person),
            request: opening
                .child
                .as_ref()
                .map(|child| (format!("/requests/{}", child.watch), protection::marked(lang, &child.name, child.protected))),
            child: child.map(|child| ChildView::of(app, lang, child, course.until)),
            confirm: may.confirm.then(|| format!("/emergency/{id}/confirmation")),
            confirm_until: words::time_of_day(course.asked_at + SECOND_WITHIN),
            end: may.end.then(|| format!("/emergency/{id}/ending")),
            judge,
            facts: record(app, lang, opening),
        }
    }
}

/// What the reader may still do; asked for the passkey first where the gate says so.
struct Doors {
    confirm: bool,
    end: bool,
    judge: bool,
}

impl Doors {
    fn of(app: &App, here: &Here, facts: &OpeningFacts, course: &Course, now: Timestamp) -> Self {
        Self {
            confirm: course.confirm(now).is_ok() && may::<actions::ConfirmOpening>(app, here, facts),
            end: course.end(now).is_ok() && may::<actions::EndOpening>(app, here, facts),
            judge: course.judge(now).is_ok() && may::<actions::JudgeOpening>(app, here, facts),
        }
    }
}

fn may<A: actions::Action<On = OpeningFacts>>(app: &App, here: &Here, facts: &OpeningFacts) -> bool {
    !matches!(app.gate.permit::<A>(&here.actor, facts), Err(Denied::Always))
}

/// Who, for what, when; and what others said to it.
fn record(app: &App, lang: Lang, opening: Opening) -> Vec<Fact> {
    let (texts, today) = (lang.texts(), app.clock.today());
    let moment = |at| alert_words::dated(lang, at, today);
    let person = |said: &Said| fl!(texts, "emergency-said", name = said.name.as_str(), at = moment(said.at));
    let mut facts = vec![
        Fact { term: fl!(texts, "emergency-opener"), text: opening.opener },
        Fact { term: fl!(texts, "emergency-office"), text: opening.office },
        Fact { term: fl!(texts, "emergency-owner"), text: opening.owner },
        Fact { term: fl!(texts, "emergency-asked-at"), text: moment(opening.course.asked_at) },
        Fact { term: fl!(texts, "emergency-reason"), text: opening_words::reason(lang, opening.reason) },
        Fact { term: fl!(texts, "emergency-words"), text: opening.words },
    ];
    let said = [
        (fl!(texts, "emergency-confirmed"), &opening.confirmed),
        (fl!(texts, "emergency-ended"), &opening.ended),
        (fl!(texts, "emergency-judged"), &opening.judged),
    ];
    facts.extend(said.into_iter().filter_map(|(term, said)| said.as_ref().map(|said| Fact { term, text: person(said) })));
    if let Some(judgement) = opening.course.judgement {
        facts.push(Fact { term: fl!(texts, "emergency-judgement"), text: opening_words::judgement(lang, judgement) });
    }
    if !opening.judgement_words.is_empty() {
        facts.push(Fact { term: fl!(texts, "emergency-judgement-words"), text: opening.judgement_words });
    }
    facts
}

impl ChildView {
    fn of(app: &App, lang: Lang, child: Child, until: Timestamp) -> Self {
        let (texts, today) = (lang.texts(), app.clock.today());
        let kind = OrganizationKind::from_code(&child.facility_kind).and_then(OrganizationKind::facility);
        let kind = kind.map_or("school", words::wording);
        let days = (0_i32..10).filter_map(|back| today.checked_sub(back.days()).ok()).map(|day| {
            let report = child.days.iter().find(|seen| seen.day == day);
            let text = report.map_or_else(|| fl!(texts, "emergency-no-report"), |seen| words::status(lang, seen.status, kind));
            Fact { term: alert_words::day(lang, day), text }
        });
        let days = days.collect();
        let alerts = child.alerts.iter().map(|alert| AlertLine {
            level: alert_words::level(alert.severity),
            level_word: alert_words::severity(lang, alert.severity),
            rule: alert_words::rule(lang, alert.rule).0,
            since: alert_words::dated(lang, alert.since, today),
        });
        let phone = |phone: String| if phone.is_empty() { fl!(texts, "emergency-no-phone") } else { phone };
        let last_seen = child.last_seen.map_or_else(|| fl!(texts, "emergency-never-seen"), |day| alert_words::day(lang, day));
        let fact = |term, text| Fact { term, text };
        Self {
            alerts: alerts.collect(),
            days,
            until: words::time_of_day(until),
            facts: vec![
                fact(fl!(texts, "emergency-place"), words::place(&child.grade, &child.class)),
                fact(fl!(texts, "emergency-facility"), child.facility),
                fact(fl!(texts, "emergency-facility-phone"), phone(child.facility_phone)),
                fact(fl!(texts, "emergency-owner"), child.office),
                fact(fl!(texts, "emergency-office-phone"), phone(child.office_phone)),
                fact(fl!(texts, "emergency-worker"), child.worker.unwrap_or_else(|| fl!(texts, "emergency-no-worker"))),
                fact(fl!(texts, "emergency-last-seen"), last_seen),
            ],
            name: protection::marked(lang, &child.name, child.protected),
            kana: child.kana,
            protected: child.protected,
        }
    }
}
