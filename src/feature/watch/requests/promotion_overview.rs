//! 進級, facility by facility: how many go up, leave and are on hold, what is done, and the plain cases registered together.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    promotion_page::{DONE, PATH, path},
    views,
};
use crate::{
    domain::{
        ids::{Id, Organization},
        promotion,
    },
    gate::{Permit, Scope, actions},
    store::{
        Tx, organizations,
        promotions::{self, Part, Place, Promotion},
    },
    web::{App, Form, Frame, Here, Lang, Pager, Paging, Result, conflict, page, see_other},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/promotions.html")]
struct Index {
    frame: Frame,
    number: u32,
    lead: String,
    summary: String,
    empty_line: String,
    /// Somebody was first.
    stale: bool,
    open: bool,
    rows: Vec<PlaceRow>,
    pager: Pager,
    /// The facilities shown at which everybody goes up.
    together: Option<Together>,
}

#[derive(Debug)]
struct PlaceRow {
    href: String,
    name: String,
    up: i64,
    leave: i64,
    held: i64,
    apart: i64,
    state_word: String,
    state_tone: &'static str,
}

#[derive(Debug)]
struct Together {
    save: String,
    /// The field of each facility, and what it was when it was shown.
    marks: Vec<(String, i64)>,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let paging = Paging::read(Some(views::query(&here).get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::PromoteRequests>(&here.actor, &here.place())?;
    let today = tx.today();
    let on = promotion::day(today);
    let places = promotions::places(&mut tx, &scope, on, None).await?;
    tx.commit(scope.deed().with("step", "form").with("organizations", places.len())).await?;
    let shown = Index::of(&app, &here, places, (on, today), paging);
    if shown.rows.is_empty() && paging.number() > 1 {
        return Ok(see_other(PATH));
    }
    page(&shown)
}

impl Index {
    fn of(app: &App, here: &Here, mut places: Vec<Place>, (on, today): (Date, Date), paging: Paging) -> Self {
        let (lang, texts) = (here.lang, here.lang.texts());
        let day = views::long_day(lang, on);
        let (all, children) = (places.len(), places.iter().map(Place::open).sum::<i64>());
        let left = places.iter().filter(|place| place.open() > 0).count();
        // What is still to be done comes first, by name as before.
        places.sort_by_key(|place| place.open() == 0);
        let skipped = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
        let most = usize::try_from(paging.limit()).unwrap_or(0);
        let mut shown: Vec<Place> = places.into_iter().skip(skipped).take(most).collect();
        let pager = Pager::new(paging, &mut shown, PATH, lang);
        let done = (views::query(here).get("done") == "promoted").then(|| fl!(texts, "promotion-saved"));
        Self {
            frame: Frame::here(app, here, fl!(texts, "promotion-title"))
                .with_crumb("/requests", fl!(texts, "request-list-title"))
                .with_flash(done),
            number: paging.number(),
            lead: fl!(texts, "promotion-places-lead", day = day.as_str()),
            summary: fl!(texts, "promotion-summary", places = all, left = left, children = children),
            empty_line: fl!(texts, "promotion-empty-line", day = day.as_str()),
            stale: false,
            open: promotion::is_open(today),
            together: Together::of(lang, &shown).filter(|_| promotion::is_open(today)),
            rows: shown.iter().map(|place| row(lang, place)).collect(),
            pager,
        }
    }

    fn stale(self) -> Self {
        Self { stale: true, ..self }
    }
}

fn row(lang: Lang, place: &Place) -> PlaceRow {
    let texts = lang.texts();
    let (state_word, state_tone) = if place.open() > 0 {
        (fl!(texts, "promotion-left", count = place.open()), "wait")
    } else if place.decided + place.leaving > 0 {
        (fl!(texts, "promotion-done"), "done")
    } else {
        (fl!(texts, "promotion-apart"), "wait")
    };
    PlaceRow {
        href: path(place.facility),
        name: place.name.clone(),
        up: place.up + place.decided,
        leave: place.leave + place.leaving,
        held: place.held,
        apart: place.apart,
        state_word,
        state_tone,
    }
}

impl Together {
    /// `None` where nobody is so plain a case.
    fn of(lang: Lang, shown: &[Place]) -> Option<Self> {
        let plain: Vec<&Place> = shown.iter().filter(|place| place.goes_up()).collect();
        let children: i64 = plain.iter().map(|place| place.up).sum();
        let save = fl!(lang.texts(), "promotion-together", places = plain.len(), children = children);
        let marks = plain.iter().map(|place| (format!("place.{}", place.facility), place.mark)).collect();
        (!plain.is_empty()).then_some(Self { save, marks })
    }
}

/// Registers the facilities at which everybody goes up, as long as each is what it was when it was shown.
pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    organizations::hold_still(&mut tx, &here.actor).await?;
    let scope = app.gate.scope::<actions::PromoteRequests>(&here.actor, &here.place())?;
    let permit = app.gate.permit::<actions::PromoteRequests>(&here.actor, &here.place())?;
    promotions::one_at_a_time(&mut tx, &permit).await?;
    let today = tx.today();
    let on = promotion::day(today);
    let places = promotions::places(&mut tx, &scope, on, None).await?;
    let sent = fields.keys("place");
    let of = |id: &str| id.parse().ok().and_then(|id: Id<Organization>| places.iter().find(|place| place.facility == id));
    // Nothing is left to decide, perhaps by the same form: the page says what was decided, and by whom does not matter.
    let over = sent.iter().all(|id| of(id).is_none_or(|place| place.open() == 0));
    if over || !promotion::is_open(today) {
        tx.commit(permit.deed().with("step", "nothing")).await?;
        return Ok(see_other(PATH));
    }
    let same = |id: &&str| of(id).filter(|place| place.goes_up() && fields.get(&format!("place.{id}")) == place.mark.to_string());
    let plain: Vec<Id<Organization>> = sent.iter().filter_map(same).map(|place| place.facility).collect();
    if plain.len() != sent.len() {
        tx.commit(permit.deed().with("step", "conflict").with("organizations", places.len())).await?;
        let paging = Paging::read(Some(fields.get("page")));
        return conflict(&Index::of(&app, &here, places, (on, today), paging).stale());
    }
    let promoted = go_up(&mut tx, &scope, &permit, on, &plain).await?;
    tx.commit(permit.deed().with("on", on).with("promoted", promoted).with("organizations", plain.len())).await?;
    Ok(see_other(DONE))
}

/// Lets everybody there go up who is still to be decided about; how many.
async fn go_up(
    tx: &mut Tx,
    scope: &Scope<actions::PromoteRequests>,
    permit: &Permit<actions::PromoteRequests>,
    on: Date,
    plain: &[Id<Organization>],
) -> Result<usize> {
    let pupils = promotions::pending(tx, scope, on, Part::all(plain)).await?;
    let up = pupils.into_iter().filter_map(|pupil| {
        let grade = pupil.offer.ok()?.up?;
        Some(Promotion { watch: pupil.child.watch, grade, class: String::new() })
    });
    let promoted: Vec<Promotion> = up.collect();
    promotions::decide(tx, permit, on, &promoted).await?;
    Ok(promoted.len())
}
