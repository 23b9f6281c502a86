//! One alert: whom it is about, why it fired, what was done, what can be done.

use askama::Template;
use axum::extract::{Query, State};
use i18n_embed_fl::fl;
use serde::Deserialize;

use super::{
    around::{self, CareLine, CheckView, RelativeView, ReplyView},
    forms::{Deal, Forms, Typed},
    history::{self, Entry},
    hops::{self, HopLine},
    months::{self, Months},
    row::wording,
    why::{self, Fact, Said, UrgentSaid, WhyDay},
};
use crate::{
    domain::{
        alert::{self, Alert, Care, Condition, Hours},
        ids::{self, Id},
        reply::Reply,
    },
    gate::{AlertFacts, Deed, actions},
    store::{
        Tx,
        alerts::{self, Earlier, Relative, Remark, Shown},
        calls,
        people::Colleague,
        urgent,
    },
    web::{App, Error, ErrorLine, Frame, Here, Path, Result, alert_words, page, protection, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/alerts/show.html")]
pub(super) struct Show {
    frame: Frame,
    errors: Vec<ErrorLine>,
    level: &'static str,
    level_word: String,
    sentence: String,
    state_word: String,
    kana: String,
    name: String,
    /// 支援措置: the office keeps secret where the child is.
    protected: bool,
    place: String,
    request_href: String,
    lapsed: Option<String>,
    raised: String,
    due: Option<String>,
    overdue: bool,
    owner: Option<String>,
    facts: Vec<Fact>,
    rule_name: String,
    rule_why: String,
    days: Vec<WhyDay>,
    months: Months,
    remarks: Vec<Said>,
    urgent: Vec<UrgentSaid>,
    history: Vec<Entry>,
    hops: Vec<HopLine>,
    version: i64,
    take: Option<String>,
    deals: Vec<Deal>,
    check: Option<CheckView>,
    care: Vec<CareLine>,
    reply: Option<ReplyView>,
    relatives: Vec<RelativeView>,
    earlier: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<ids::Alert>>, Query(asked): Query<Asked>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = alerts::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let (seen, deed) = Seen::load(&app, &here, &mut tx, facts).await?;
    tx.commit(deed).await?;
    let done = asked.done.as_deref().and_then(|done| said(&here, &seen.shown, done));
    page(&seen.page(&app, &here, None, done))
}

/// What the step before said it had done.
fn said(here: &Here, shown: &Shown, done: &str) -> Option<String> {
    let texts = here.lang.texts();
    match done {
        "taken" => Some(fl!(texts, "alert-done-taken")),
        "acted" => Some(fl!(texts, "alert-done-acted")),
        "handed_on" => Some(fl!(texts, "alert-done-handed", person = shown.holder_name.clone()?)),
        "visit" => Some(fl!(texts, "visit-done")),
        "seen" => Some(fl!(texts, "sighting-done")),
        "not_seen" => Some(fl!(texts, "sighting-done-in-vain")),
        "snoozed" => Some(fl!(texts, "snooze-done")),
        "notified" => Some(fl!(texts, "notification-done")),
        "replied" => Some(fl!(texts, "reply-done")),
        "asked" => Some(fl!(texts, "inquiry-done")),
        "closed" => Some(fl!(texts, "alert-done-closed")),
        _ => None,
    }
}

/// Everything the page shows, read under one permit.
#[derive(Debug)]
pub(super) struct Seen {
    facts: AlertFacts,
    pub(super) shown: Shown,
    pub(super) steps: Vec<alerts::Entry>,
    pub(super) people: Vec<Colleague>,
    pub(super) care: Care,
    /// What a check that began now would get.
    pub(super) hours: Hours,
    pub(super) reply: Option<Reply>,
    pub(super) relatives: Vec<Relative>,
    /// Of the safety checks that were met, the newest first.
    pub(super) answers: Vec<alerts::Seen>,
    earlier: Vec<Earlier>,
    remarks: Vec<Remark>,
    urgent: Vec<urgent::Kept>,
    hops: Vec<calls::Shown>,
    days: alerts::Days,
    open: Option<i64>,
}

impl Seen {
    /// Reads it, and gives the deed of having looked.
    pub(super) async fn load(app: &App, here: &Here, tx: &mut Tx, facts: AlertFacts) -> Result<(Self, Deed<actions::ReadAlert>)> {
        let permit = app.gate.permit::<actions::ReadAlert>(&here.actor, &facts)?;
        let shown = alerts::shown(tx, &permit).await?;
        let steps = alerts::history(tx, &permit).await?;
        let people = alerts::candidates(tx, &permit).await?;
        let remarks = alerts::remarks(tx, &permit).await?;
        let urgent = urgent::of_alert(tx, &permit).await?;
        let care = alerts::care(tx, &permit).await?;
        let hours = alerts::check_hours(tx, &permit).await?;
        let answers = alerts::answers(tx, &permit).await?;
        let reply = alerts::reply_shown(tx, &permit).await?;
        let relatives = alerts::relatives(tx, &permit).await?;
        let earlier = alerts::earlier(tx, &permit).await?;
        let hops = calls::hops(tx, &permit).await?;
        let days = alerts::days(tx, &permit, months::first(app.clock.today())).await?;
        let open = match app.gate.scope::<actions::ListAlerts>(&here.actor, &here.place()) {
            Ok(scope) => Some(alerts::open_count(tx, &scope).await?),
            Err(_) => None,
        };
        let deed = permit.deed().with("revision", shown.alert.revision);
        Ok((
            Self {
                facts,
                shown,
                steps,
                people,
                care,
                hours,
                reply,
                relatives,
                answers,
                earlier,
                remarks,
                urgent,
                hops,
                days,
                open,
            },
            deed,
        ))
    }

    /// The name of somebody it could be handed to, or who has it.
    pub(super) fn named(&self, id: &str) -> Option<String> {
        let id = id.parse().ok()?;
        let candidate = self.people.iter().find(|person| person.id == id).map(|person| person.name.clone());
        candidate.or_else(|| self.shown.holder_name.clone().filter(|_| self.shown.alert.holder == Some(id)))
    }

    pub(super) fn frame(&self, app: &App, here: &Here, title: String) -> Frame {
        let frame = Frame::here(app, here, title).with_crumb("/alerts", fl!(here.lang.texts(), "inbox-title"));
        match self.open {
            Some(open) => frame.with_open_alerts(open),
            None => frame,
        }
    }

    pub(super) fn page(self, app: &App, here: &Here, typed: Option<&Typed<'_>>, done: Option<String>) -> Show {
        let (lang, texts) = (here.lang, here.lang.texts());
        let (now, today) = (app.clock.now(), app.clock.today());
        let frame = self.frame(app, here, fl!(texts, "alert-title")).with_flash(done);
        let Forms { take, deals, may_act } = Forms::new(app, here, &self.facts, &self, typed);
        let check = CheckView::new(app, lang, &self);
        let care = around::lines(app, lang, &self.care);
        let reply = (may_act && !self.shown.alert.rule.of_the_office()).then(|| ReplyView::new(here, &self));
        let relatives = around::relatives(app, here, &self, may_act);
        let earlier = around::earlier(lang, &self.earlier);
        let Shown { alert, name, kana, grade, class, facility_name, facility_kind, holder_name, evidence, watch, protected } =
            self.shown;
        let finding = evidence.as_ref().map(|evidence| &evidence.finding);
        let (rule_name, rule_why) = alert_words::rule(lang, alert.rule);
        Show {
            frame,
            errors: typed.map(Typed::line).into_iter().collect(),
            level: alert_words::level(alert.severity),
            level_word: alert_words::severity(lang, alert.severity),
            sentence: alert_words::finding(lang, alert.rule, alert.count),
            state_word: state_word(here, &alert),
            kana,
            name: protection::marked(lang, &name, protected),
            protected,
            place: format!("{} ・ {facility_name}", words::place(&grade, &class)),
            request_href: format!("/requests/{watch}"),
            lapsed: (alert.condition == Condition::NotMet).then(|| alert_words::lapsed(lang, alert.rule)),
            raised: alert_words::moment(lang, alert.raised_at, today),
            due: (alert.state == alert::State::Open)
                .then(|| fl!(texts, "alert-due-by", at = alert_words::moment(lang, alert.due_at, today))),
            overdue: alert.is_overdue(now),
            owner: holder_name,
            facts: finding.map(|finding| why::facts(lang, finding)).unwrap_or_default(),
            rule_name,
            rule_why,
            days: finding.map(|finding| why::days(lang, finding, wording(&facility_kind))).unwrap_or_default(),
            months: Months::new(lang, &self.days, wording(&facility_kind), today),
            remarks: self.remarks.iter().map(|remark| why::said(lang, remark)).collect(),
            urgent: self.urgent.iter().map(|kept| why::urgent(lang, kept, wording(&facility_kind), today)).collect(),
            history: history::entries(app, here, &alert, &self.steps),
            hops: hops::lines(app, here, &self.hops),
            version: alert.revision,
            take,
            deals,
            check,
            care,
            reply,
            relatives,
            earlier,
        }
    }
}

/// 未対応, 対応中, or how it ended.
pub(super) fn state_word(here: &Here, alert: &Alert) -> String {
    let state = alert_words::state(here.lang, alert.state);
    match alert.outcome {
        Some(outcome) => fl!(here.lang.texts(), "mark-with", word = state, more = alert_words::outcome(here.lang, outcome)),
        None => state,
    }
}
