//! 進級 of one facility's children: decided together or not at all, and taken back one by one.

use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    move_draft,
    promotion_draft::{Decision, PupilRow},
    promotion_page::{DONE, Looked, Written, path},
    views,
};
use crate::{
    domain::{
        grade::Grade,
        ids::{Id, Organization, Watch},
        promotion,
    },
    gate::actions,
    store::{
        Tx, organizations,
        promotions::{self, Part, Promotion},
        requests, transfers,
    },
    web::{App, Error, Form, Here, Paging, Path, Result, conflict, page, see_other, unprocessable},
};

pub(super) async fn show(here: Here, State(app): State<App>, Path(facility): Path<Id<Organization>>) -> Result {
    let paging = Paging::read(Some(views::query(&here).get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::PromoteRequests>(&here.actor, &here.place())?;
    let looked = Looked::at(&mut tx, &scope, facility, paging).await?;
    tx.commit(scope.deed().with("step", "form").with("facility", facility).with("rows", looked.pupils.len())).await?;
    if looked.is_beyond() {
        return Ok(see_other(&path(facility)));
    }
    page(&looked.show(&app, &here, looked.rows(here.lang, None), false))
}

pub(super) async fn create(
    here: Here,
    State(app): State<App>,
    Path(facility): Path<Id<Organization>>,
    Form(fields): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    organizations::hold_still(&mut tx, &here.actor).await?;
    let scope = app.gate.scope::<actions::PromoteRequests>(&here.actor, &here.place())?;
    let permit = app.gate.permit::<actions::PromoteRequests>(&here.actor, &here.place())?;
    promotions::one_at_a_time(&mut tx, &permit).await?;
    let mut looked = Looked::at(&mut tx, &scope, facility, Paging::read(Some(fields.get("page")))).await?;
    let deed = permit.deed().with("facility", facility);
    let sent = fields.keys("version");
    let watches: Vec<Id<Watch>> = sent.iter().filter_map(|watch| watch.parse().ok()).collect();
    let written = Written::of(&mut tx, &scope, &looked, &watches).await?;
    // Sent twice is done once: everything is written down as it was sent. What somebody else decided otherwise is a conflict.
    let again = !sent.is_empty() && sent.iter().all(|watch| written.says(&fields, watch));
    let nobody = sent.is_empty() && looked.place.open() == 0;
    if again || nobody || !promotion::is_open(looked.today) {
        tx.commit(deed.with("step", "nothing")).await?;
        return Ok(if again { see_other(DONE) } else { see_other(&path(facility)) });
    }
    // It is about those who were sent, whoever else is on the page by now.
    let there = [facility];
    let meant = promotions::pending(&mut tx, &scope, looked.on, Part::only(&there, &watches)).await?;
    let now = std::mem::replace(&mut looked.pupils, meant);
    let mut rows = looked.rows(here.lang, Some(&fields));
    let same = |row: &PupilRow| fields.get(&format!("version.{}", row.watch)) == row.revision.to_string();
    if sent.is_empty() || sent.len() != rows.len() || !rows.iter().all(same) {
        looked.pupils = now;
        rows = looked.rows(here.lang, Some(&fields));
        tx.commit(deed.with("step", "conflict").with("rows", rows.len())).await?;
        return conflict(&looked.show(&app, &here, rows, true));
    }
    looked.pupils.extend(now.into_iter().filter(|pupil| pupil.offer.is_err()));
    let offered = looked.pupils.iter().filter_map(|pupil| Some((Grade::from_code(&pupil.child.grade), pupil.offer.ok()?)));
    let at = (looked.facilities.as_slice(), looked.on);
    let read = rows.iter_mut().zip(offered).map(|(row, (grade, offer))| row.read(here.lang, grade, offer, at));
    let decisions: Vec<Option<Decision>> = read.collect();
    let Some(decisions) = decisions.into_iter().collect::<Option<Vec<_>>>() else {
        tx.commit(deed.with("step", "refused").with("rows", rows.len())).await?;
        return unprocessable(&looked.show(&app, &here, rows, false));
    };
    let done = decide(&mut tx, &app, &here, (looked.on, looked.today), decisions, &mut rows).await?;
    let Some((promoted, leaving)) = done else {
        // Whatever was written so far vanishes with its transaction; that somebody looked is said in another one.
        drop(tx);
        app.tx(&here.actor).await?.commit(deed.with("step", "refused").with("rows", rows.len())).await?;
        return unprocessable(&looked.show(&app, &here, rows, false));
    };
    promotions::decide(&mut tx, &permit, looked.on, &promoted).await?;
    tx.commit(deed.with("on", looked.on).with("promoted", promoted.len()).with("leaving", leaving)).await?;
    Ok(see_other(DONE))
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
pub(super) async fn destroy(
    here: Here,
    State(app): State<App>,
    Path(facility): Path<Id<Organization>>,
    Form(fields): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::PromoteRequests>(&here.actor, &here.place())?;
    promotions::one_at_a_time(&mut tx, &permit).await?;
    let on = promotion::day(tx.today());
    if let Ok(watch) = fields.get("watch").parse::<Id<Watch>>()
        && promotions::take_back(&mut tx, &permit, on, watch).await?
    {
        tx.commit(permit.deed().with("step", "undone").with("watch", watch)).await?;
        return Ok(see_other(&format!("{}?done=undone", path(facility))));
    }
    // Taken back before, perhaps by the same form; or another office's, which looks the same.
    tx.commit(permit.deed().with("step", "nothing")).await?;
    Ok(see_other(&path(facility)))
}
