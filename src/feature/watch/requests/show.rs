//! One request: what the facility sees of it, and what only the office knows.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::views::{self, Entry, Fact, Link};
use crate::{
    domain::{
        attendance::{Contact, Mark, Status},
        ids::{Id, Watch},
        protection::Protection,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        requests::{self, Day, OpenAlert, Request, Step},
        transfers::{self, Transfer},
    },
    web::{App, Error, Frame, Here, Lang, Path, Result, page, say, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/show.html")]
struct Show {
    frame: Frame,
    kana: String,
    name: String,
    place: String,
    state_word: String,
    state_tone: &'static str,
    /// Nothing known binds the people of the facility to keep what they are told.
    warning: Option<String>,
    seen_by_facility: Vec<Fact>,
    office_only: Vec<Fact>,
    siblings: Vec<Link>,
    /// The request before this one, and where the child goes next.
    moves: Vec<Move>,
    history: Vec<Entry>,
    days: Vec<DayMark>,
    days_words: String,
    alerts: Vec<AlertLink>,
    /// What everybody who looks has to keep to, and whether the decision has to be looked after.
    protected: Option<Vec<String>>,
    /// Where 支援措置 is put on, renewed and taken off.
    protect: String,
    change: Option<Change>,
    /// Where 転校・転園・卒園 is entered; also after the end, since a child may be between two facilities.
    transfer: Option<String>,
}

#[derive(Debug)]
struct Move {
    href: Option<String>,
    label: String,
}

/// Where a request can be changed that is in force, or after which the child is still to be found or to begin elsewhere.
#[derive(Debug)]
struct Change {
    assign: String,
    end: String,
    sibling: String,
}

#[derive(Debug)]
struct DayMark {
    mark: &'static str,
    letter: String,
    title: String,
}

#[derive(Debug)]
struct AlertLink {
    href: String,
    level: &'static str,
    level_word: String,
    sentence: String,
    state_word: String,
}

/// Reported days shown: about a month of school.
const DAYS: i64 = 20;

pub(super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = requests::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ReadRequest>(&here.actor, &facts)?;
    let reports = app.gate.permit::<actions::ReadReports>(&here.actor, &facts)?;
    let days = requests::days(&mut tx, &reports, DAYS).await?;
    let transfer = app.gate.permit::<actions::TransferRequest>(&here.actor, &facts)?;
    let mut shown = gather(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    shown.may_leave = transfers::begun(&mut tx, &transfer).await?.is_some();
    let today = tx.today();
    tx.commit(permit.deed().with("days", days.len())).await?;
    page(&shown.template(&app, &here, today, &days))
}

struct Shown {
    request: Request,
    came_from: Option<(Id<Watch>, String)>,
    transfer: Option<Transfer>,
    may_leave: bool,
    siblings: Vec<requests::Child>,
    steps: Vec<Step>,
    alerts: Vec<OpenAlert>,
}

async fn gather(tx: &mut Tx, permit: &Permit<actions::ReadRequest>) -> Result<Option<Shown>> {
    let Some(request) = requests::read(tx, permit).await? else { return Ok(None) };
    Ok(Some(Shown {
        request,
        came_from: transfers::came_from(tx, permit).await?,
        transfer: transfers::read(tx, permit).await?,
        may_leave: false,
        siblings: requests::siblings(tx, permit).await?,
        steps: requests::steps(tx, permit).await?,
        alerts: requests::open_alerts(tx, permit).await?,
    }))
}

impl Shown {
    fn template(self, app: &App, here: &Here, today: Date, days: &[Day]) -> Show {
        let (lang, request) = (here.lang, &self.request);
        let (state_word, state_tone) = views::state(lang, today, request.from, request.until);
        let kind = words::wording(request.facility_kind);
        let over = request.until.is_some_and(|until| until < today)
            && self.transfer.as_ref().is_none_or(|transfer| !transfer.is_standing(today));
        let frame = Frame::here(app, here, fl!(lang.texts(), "request-show-title"))
            .with_crumb("/requests", fl!(lang.texts(), "request-list-title"))
            .with_flash(flash(here));
        Show {
            frame,
            kana: request.child.kana.clone(),
            name: views::named(lang, &request.child),
            place: words::place(&request.child.grade, &request.child.class),
            state_word,
            state_tone,
            warning: request.secrecy.gap(today).filter(|_| !over).map(|gap| views::warning(lang, gap)),
            seen_by_facility: seen_by_facility(lang, request),
            office_only: office_only(lang, request),
            siblings: self.siblings.iter().map(|child| sibling(lang, child)).collect(),
            moves: moves(lang, &self),
            protected: request.protection.map(|protection| protected(lang, protection, today)),
            protect: format!("/requests/{}/protection", request.id),
            transfer: self.may_leave.then(|| format!("/requests/{}/transfer", request.id)),
            history: history(lang, request, &self.steps),
            days: days.iter().map(|day| day_mark(lang, kind, day)).collect(),
            days_words: days_words(lang, days),
            alerts: self.alerts.iter().map(|alert| alert_link(lang, alert)).collect(),
            change: (!over).then(|| Change {
                assign: format!("/requests/{}/assignment", request.id),
                end: format!("/requests/{}/ending", request.id),
                sibling: format!("/requests/new?sibling={}", request.id),
            }),
        }
    }
}

fn flash(here: &Here) -> Option<String> {
    let texts = here.lang.texts();
    match views::query(here).get("done") {
        "created" => Some(fl!(texts, "request-saved")),
        "created-by-birth" => Some(fl!(texts, "request-saved-by-birth")),
        "assigned" => Some(fl!(texts, "request-assigned-flash")),
        "ended" => Some(fl!(texts, "request-ended")),
        "protected" => Some(fl!(texts, "protection-saved")),
        "unprotected" => Some(fl!(texts, "protection-taken-off")),
        "moved" => Some(fl!(texts, "move-saved")),
        "move-undone" => Some(fl!(texts, "move-undone")),
        _ => None,
    }
}

fn protected(lang: Lang, protection: Protection, today: Date) -> Vec<String> {
    let texts = lang.texts();
    let due = protection.until.filter(|_| protection.is_due(today));
    let due = due.map(|until| fl!(texts, "protection-due", day = views::long_day(lang, until)));
    std::iter::once(fl!(texts, "protection-keep")).chain(due).collect()
}

fn seen_by_facility(lang: Lang, request: &Request) -> Vec<Fact> {
    let texts = lang.texts();
    let kana = if request.child.kana.is_empty() { fl!(texts, "request-kana-unknown") } else { request.child.kana.clone() };
    let week = request.own_week.map_or_else(|| fl!(texts, "weekdays-as-class"), |week| words::week(lang, week));
    let discreet = request.child.protected.then(|| Fact::new(fl!(texts, "protection-facility"), fl!(texts, "sheet-discreet")));
    let facts = vec![
        Fact::new(fl!(texts, "col-facility"), request.child.facility_name.clone()),
        Fact::new(fl!(texts, "request-name"), request.child.name.clone()),
        Fact::new(fl!(texts, "request-kana"), kana),
        Fact::new(fl!(texts, "col-grade"), words::place(&request.child.grade, &request.child.class)),
        Fact::new(fl!(texts, "col-period"), views::period(lang, request.from, request.until)),
        Fact::new(fl!(texts, "request-weekdays"), week),
    ];
    facts.into_iter().chain(discreet).collect()
}

fn office_only(lang: Lang, request: &Request) -> Vec<Fact> {
    let texts = lang.texts();
    let nobody = || fl!(texts, "alert-no-owner");
    let mut facts = vec![
        Fact::new(fl!(texts, "request-office"), request.office_name.clone()),
        Fact::new(fl!(texts, "col-ground"), say::ground(lang, request.ground)),
        Fact::new(fl!(texts, "request-strictness"), views::strictness(lang, request.strictness)),
        Fact::new(fl!(texts, "col-owner"), request.assigned_name.clone().unwrap_or_else(nobody)),
        Fact::new(fl!(texts, "protection-title"), super::protection::word(lang, request.protection)),
    ];
    if !request.end_reason.is_empty() {
        facts.push(Fact::new(fl!(texts, "request-end-reason"), request.end_reason.clone()));
    }
    facts
}

fn sibling(lang: Lang, child: &requests::Child) -> Link {
    let label = format!("{}（{}）", views::named(lang, child), child.facility_name);
    Link { href: format!("/requests/{}", child.watch), label }
}

fn moves(lang: Lang, shown: &Shown) -> Vec<Move> {
    let texts = lang.texts();
    let before = shown.came_from.iter().map(|(watch, facility)| Move {
        href: Some(format!("/requests/{watch}")),
        label: fl!(texts, "move-came-from", facility = facility.as_str()),
    });
    let after = shown.transfer.iter().map(|transfer| match &transfer.onward {
        Some(onward) => Move {
            href: Some(format!("/requests/{}", onward.watch)),
            label: fl!(texts, "move-goes-to", facility = onward.facility_name.as_str(), day = views::day(lang, onward.first)),
        },
        None => Move { href: None, label: super::move_draft::next(lang, transfer.next) },
    });
    before.chain(after).collect()
}

fn history(lang: Lang, request: &Request, steps: &[Step]) -> Vec<Entry> {
    let texts = lang.texts();
    let entry = |at: jiff::Timestamp, who: Option<&String>, what: String, note: Option<String>| Entry {
        at_iso: at.to_string(),
        at_word: views::moment(lang, at),
        who: who.cloned().unwrap_or_else(|| fl!(texts, "request-by-operator")),
        what,
        note,
    };
    let created = entry(request.created_at, request.created_by.as_ref(), fl!(texts, "request-event-created"), None);
    let changed = steps.iter().map(|step| match (step.event.as_str(), &step.to) {
        ("ended", _) => entry(step.at, step.by.as_ref(), fl!(texts, "request-event-ended"), Some(request.end_reason.clone())),
        ("protected", _) => entry(step.at, step.by.as_ref(), fl!(texts, "protection-event"), None),
        ("unprotected", _) => entry(step.at, step.by.as_ref(), fl!(texts, "protection-event-off"), None),
        ("moved", _) => entry(step.at, step.by.as_ref(), fl!(texts, "move-event"), None),
        ("move_undone", _) => entry(step.at, step.by.as_ref(), fl!(texts, "move-event-undone"), None),
        ("resumed", _) => entry(step.at, step.by.as_ref(), fl!(texts, "request-event-resumed"), None),
        (_, Some(person)) => entry(step.at, step.by.as_ref(), fl!(texts, "request-event-assigned", person = person.as_str()), None),
        (_, None) => entry(step.at, step.by.as_ref(), fl!(texts, "request-event-unassigned"), None),
    });
    std::iter::once(created).chain(changed).collect()
}

fn day_mark(lang: Lang, kind: &'static str, day: &Day) -> DayMark {
    let texts = lang.texts();
    let (mark, letter) = match day.mark.status {
        Status::Late => ("partial", fl!(texts, "mark-late")),
        Status::LeftEarly | Status::LateAndLeftEarly => ("partial", fl!(texts, "mark-left-early")),
        Status::Absent if is_silent(&day.mark) => ("silent", fl!(texts, "mark-silent")),
        Status::Absent => ("absent", fl!(texts, "mark-absent")),
        status if status.seen() => ("seen", fl!(texts, "mark-seen")),
        _ => ("excused", fl!(texts, "mark-excused")),
    };
    DayMark { mark, letter, title: format!("{} {}", views::day(lang, day.day), words::mark(lang, &day.mark, kind)) }
}

fn is_silent(mark: &Mark) -> bool {
    mark.contact.is_none_or(Contact::is_silent)
}

fn days_words(lang: Lang, days: &[Day]) -> String {
    let texts = lang.texts();
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return fl!(texts, "request-no-days") };
    let absent = days.iter().filter(|day| day.mark.status == Status::Absent);
    let (absent, silent) = absent.fold((0, 0), |(all, silent), day| (all + 1, silent + i32::from(is_silent(&day.mark))));
    let (from, to) = (views::day(lang, first.day), views::day(lang, last.day));
    fl!(texts, "request-days-words", count = days.len(), from = from, to = to, absent = absent, silent = silent)
}

fn alert_link(lang: Lang, alert: &OpenAlert) -> AlertLink {
    let texts = lang.texts();
    let (level, level_word) = match alert.severity.as_str() {
        "urgent" => ("urgent", fl!(texts, "severity-urgent")),
        "warning" => ("guard", fl!(texts, "severity-guard")),
        "caution" => ("caution", fl!(texts, "severity-caution")),
        _ => ("info", fl!(texts, "severity-info")),
    };
    AlertLink {
        href: format!("/alerts/{}", alert.id),
        level,
        level_word,
        sentence: say::word(lang, &format!("rule-{}-name", alert.rule.to_lowercase())),
        state_word: if alert.state == "taken" { fl!(texts, "alert-state-taken") } else { fl!(texts, "alert-state-open") },
    }
}
