//! 進級: all children of the office on one page, decided together or not at all.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    move_draft,
    promotion_draft::{self, Decision, PupilRow},
    views::{self, Link},
};
use crate::{
    domain::{
        grade::Grade,
        ids::{Id, Watch},
        name::ClassName,
        promotion::{self, Fate, Reason},
    },
    gate::{Scope, actions},
    store::{
        Tx,
        organizations::{self, Facility},
        promotions::{self, Decided, Leaver, Promotion, Pupil},
        requests, transfers,
    },
    web::{App, Error, ErrorLine, Fields, Form, Frame, Here, Lang, Result, conflict, page, see_other, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/promotion.html")]
struct Show {
    frame: Frame,
    errors: Vec<ErrorLine>,
    lead: String,
    empty_line: String,
    /// Somebody was first.
    stale: bool,
    open: bool,
    save: String,
    groups: Vec<Group>,
    decided_title: String,
    decided: Vec<DecidedRow>,
    leavers: Vec<Link>,
    refused: Vec<Refused>,
}

/// The children of one facility.
#[derive(Debug)]
struct Group {
    facility: String,
    rows: Vec<PupilRow>,
}

/// A child whose grade is decided, which can be taken back.
#[derive(Debug)]
struct DecidedRow {
    watch: Id<Watch>,
    href: String,
    name: String,
    /// What it was and what it will be.
    words: String,
}

#[derive(Debug)]
struct Refused {
    href: String,
    label: String,
    reason: String,
}

struct Looked {
    on: Date,
    today: Date,
    pupils: Vec<Pupil>,
    decided: Vec<Decided>,
    leavers: Vec<Leaver>,
    facilities: Vec<Facility>,
}

async fn look(tx: &mut Tx, scope: &Scope<actions::PromoteRequests>) -> Result<Looked> {
    let today = tx.today();
    let on = promotion::day(today);
    Ok(Looked {
        on,
        today,
        pupils: promotions::pending(tx, scope, on).await?,
        decided: promotions::decided(tx, scope, on).await?,
        leavers: promotions::leavers(tx, scope, on).await?,
        facilities: organizations::facilities(tx, scope).await?,
    })
}

impl Looked {
    fn rows(&self, lang: Lang, typed: Option<&Fields>) -> Vec<PupilRow> {
        let row = |pupil: &Pupil| {
            let offer = pupil.offer.ok()?;
            Some(PupilRow::of(lang, pupil, offer, (self.facilities.as_slice(), self.on), typed))
        };
        self.pupils.iter().filter_map(row).collect()
    }

    /// Whether what was sent about a child is what is written down of it.
    fn knows(&self, fields: &Fields, watch: &str) -> bool {
        let typed = |field: &str| fields.get(&format!("{field}.{watch}"));
        let Ok(id) = watch.parse::<Id<Watch>>() else { return false };
        match Fate::from_code(typed("fate")) {
            Some(Fate::Leave) => self.leavers.iter().find(|leaver| leaver.watch == id).is_some_and(|leaver| {
                let next = leaver.next_facility.as_ref().map_or_else(String::new, |(facility, _)| facility.to_string());
                leaver.last == promotion::eve(self.on) && next == typed("next")
            }),
            Some(fate) => self.decided.iter().find(|decided| decided.watch == id).is_some_and(|decided| {
                let class = ClassName::parse_or_none(typed("class")).ok().flatten();
                let stays = decided.before.0 == decided.after.0;
                stays == (fate == Fate::Stay) && class.as_ref().map_or("", |class| class.as_str()) == decided.after.1
            }),
            None => false,
        }
    }
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::PromoteRequests>(&here.actor, &here.place())?;
    let looked = look(&mut tx, &scope).await?;
    tx.commit(scope.deed().with("step", "form").with("rows", looked.pupils.len())).await?;
    page(&template(&app, &here, &looked, looked.rows(here.lang, None), false))
}

fn template(app: &App, here: &Here, looked: &Looked, rows: Vec<PupilRow>, stale: bool) -> Show {
    let (lang, texts) = (here.lang, here.lang.texts());
    let (count, day) = (rows.len(), views::long_day(lang, looked.on));
    let errors = ErrorLine::of(rows.iter().flat_map(PupilRow::fields));
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        match groups.last_mut() {
            Some(group) if group.facility == row.facility => group.rows.push(row),
            _ => groups.push(Group { facility: row.facility.clone(), rows: vec![row] }),
        }
    }
    let refused = looked.pupils.iter().filter_map(|pupil| {
        let reason = match pupil.offer.as_ref().err()? {
            Reason::FacilityCloses => fl!(texts, "promotion-reason-closes"),
            Reason::Followed => fl!(texts, "promotion-reason-followed"),
            Reason::GradeUnknown => fl!(texts, "promotion-reason-grade"),
        };
        let (href, label) =
            (format!("/requests/{}", pupil.child.watch), format!("{}（{}）", pupil.child.name, pupil.child.facility_name));
        Some(Refused { href, label, reason })
    });
    let done = match views::query(here).get("done") {
        "promoted" => Some(fl!(texts, "promotion-saved")),
        "undone" => Some(fl!(texts, "promotion-undone")),
        _ => None,
    };
    let decided = looked.decided.iter().map(|decided| {
        let (before, after) =
            (words::place(&decided.before.0, &decided.before.1), words::place(&decided.after.0, &decided.after.1));
        DecidedRow {
            watch: decided.watch,
            href: format!("/requests/{}", decided.watch),
            name: decided.name.clone(),
            words: fl!(texts, "promotion-decided-words", facility = decided.facility_name.as_str(), before = before, after = after),
        }
    });
    Show {
        frame: Frame::here(app, here, fl!(texts, "promotion-title"))
            .with_crumb("/requests", fl!(texts, "request-list-title"))
            .with_flash(done),
        errors,
        lead: fl!(texts, "promotion-lead", day = day.as_str()),
        empty_line: fl!(texts, "promotion-empty-line", day = day.as_str()),
        stale,
        open: promotion::is_open(looked.today),
        save: fl!(texts, "promotion-save", count = count),
        groups,
        decided_title: fl!(texts, "promotion-decided", count = looked.decided.len()),
        decided: decided.collect(),
        leavers: looked.leavers.iter().map(|leaver| promotion_draft::leaver(lang, leaver)).collect(),
        refused: refused.collect(),
    }
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::PromoteRequests>(&here.actor, &here.place())?;
    let permit = app.gate.permit::<actions::PromoteRequests>(&here.actor, &here.place())?;
    promotions::one_at_a_time(&mut tx, &permit).await?;
    let looked = look(&mut tx, &scope).await?;
    let mut rows = looked.rows(here.lang, Some(&fields));
    let sent = fields.keys("version");
    // Sent twice is done once: everything is written down as it was sent. What somebody else decided otherwise is a conflict.
    let again = !sent.is_empty() && sent.iter().all(|watch| looked.knows(&fields, watch));
    let nobody = sent.is_empty() && rows.is_empty();
    if again || nobody || !promotion::is_open(looked.today) {
        tx.commit(permit.deed().with("step", "nothing")).await?;
        return Ok(see_other(if again { "/requests/promotion?done=promoted" } else { "/requests/promotion" }));
    }
    let same = |row: &PupilRow| fields.get(&format!("version.{}", row.watch)) == row.revision.to_string();
    if sent.len() != rows.len() || !rows.iter().all(same) {
        tx.commit(permit.deed().with("step", "conflict").with("rows", rows.len())).await?;
        return conflict(&template(&app, &here, &looked, rows, true));
    }
    let offered = looked.pupils.iter().filter_map(|pupil| Some((Grade::from_code(&pupil.child.grade), pupil.offer.ok()?)));
    let at = (looked.facilities.as_slice(), looked.on);
    let read = rows.iter_mut().zip(offered).map(|(row, (grade, offer))| row.read(here.lang, grade, offer, at));
    let decisions: Vec<Option<Decision>> = read.collect();
    let Some(decisions) = decisions.into_iter().collect::<Option<Vec<_>>>() else {
        tx.commit(permit.deed().with("step", "refused").with("rows", rows.len())).await?;
        return unprocessable(&template(&app, &here, &looked, rows, false));
    };
    let done = decide(&mut tx, &app, &here, (looked.on, looked.today), decisions, &mut rows).await?;
    let Some((promoted, leaving)) = done else {
        // Whatever was written so far vanishes with its transaction; that somebody looked is said in another one.
        drop(tx);
        app.tx(&here.actor).await?.commit(permit.deed().with("step", "refused").with("rows", rows.len())).await?;
        return unprocessable(&template(&app, &here, &looked, rows, false));
    };
    promotions::decide(&mut tx, &permit, looked.on, &promoted).await?;
    tx.commit(permit.deed().with("on", looked.on).with("promoted", promoted.len()).with("leaving", leaving)).await?;
    Ok(see_other("/requests/promotion?done=promoted"))
}

/// Lets those leave who leave; who goes up, and how many leave. `None` when one of them cannot, which is said at its row.
async fn decide(
    tx: &mut Tx,
    app: &App,
    here: &Here,
    (on, today): (Date, Date),
    decisions: Vec<Decision>,
    rows: &mut [PupilRow],
) -> Result<Option<(Vec<Promotion>, usize)>> {
    let (mut promoted, mut leaving, mut refused) = (Vec::new(), 0, false);
    for decision in decisions {
        let (watch, revision, plan) = match decision {
            Decision::Grade(promotion) => {
                promoted.push(promotion);
                continue;
            }
            Decision::Leaves((watch, revision), plan) => (watch, revision, plan),
        };
        let facts = requests::facts_for_change(tx, &here.actor, watch).await?.ok_or(Error::Hidden)?;
        let permit = app.gate.permit::<actions::TransferRequest>(&here.actor, &facts)?;
        let begun = transfers::begun(tx, &permit).await?;
        let fault = match begun.map(|begun| begun.may_end(promotion::eve(on), today).map(|()| begun)) {
            Some(Ok(begun)) => match transfers::plan(tx, &permit, revision, &begun, &plan).await? {
                Ok(()) => None,
                Err(requests::Stale) => Some(fl!(here.lang.texts(), "promotion-choose")),
            },
            Some(Err(no)) => Some(move_draft::refusal(here.lang, no)),
            None => Some(fl!(here.lang.texts(), "promotion-reason-followed")),
        };
        leaving += 1;
        if let (Some(fault), Some(row)) = (fault, rows.iter_mut().find(|row| row.leaves.0 == watch)) {
            row.fate.error = Some(fault);
            refused = true;
        }
    }
    Ok((!refused).then_some((promoted, leaving)))
}

/// Takes back what was decided about one child, until the month is over.
pub(super) async fn destroy(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::PromoteRequests>(&here.actor, &here.place())?;
    promotions::one_at_a_time(&mut tx, &permit).await?;
    let on = promotion::day(tx.today());
    if let Ok(watch) = fields.get("watch").parse::<Id<Watch>>()
        && promotions::take_back(&mut tx, &permit, on, watch).await?
    {
        tx.commit(permit.deed().with("step", "undone").with("watch", watch)).await?;
        return Ok(see_other("/requests/promotion?done=undone"));
    }
    // Taken back before, perhaps by the same form; or another office's, which looks the same.
    tx.commit(permit.deed().with("step", "nothing")).await?;
    Ok(see_other("/requests/promotion"))
}
