//! The page of one facility's new grades: who is still to be decided about, whose grade is decided, who leaves.

use askama::Template;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    promotion_draft::{self, PupilRow},
    views::{self, Link},
};
use crate::{
    domain::{
        ids::{Id, Organization, Watch},
        name::ClassName,
        promotion::{self, Fate, Reason},
    },
    gate::{Scope, actions},
    store::{
        Tx,
        organizations::{self, Facility},
        promotions::{self, Decided, Leaver, Part, Place, Pupil},
    },
    web::{App, Error, ErrorLine, Fields, Frame, Here, Lang, Pager, Paging, Result, protection, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/promotion.html")]
pub(super) struct Show {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    number: u32,
    lead: String,
    empty_line: String,
    /// Somebody was first.
    stale: bool,
    open: bool,
    save: String,
    /// That others are on other pages.
    more: Option<String>,
    rows: Vec<PupilRow>,
    decided_title: String,
    decided: Vec<DecidedRow>,
    leavers: Vec<Link>,
    refused: Vec<Refused>,
    pager: Pager,
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

/// The overview of all facilities, and the same once something was registered.
pub(super) const PATH: &str = "/requests/promotion";
pub(super) const DONE: &str = "/requests/promotion?done=promoted";

pub(super) fn path(facility: Id<Organization>) -> String {
    format!("{PATH}/{facility}")
}

/// What is known of the children of one facility, a page of each list.
pub(super) struct Looked {
    pub(super) on: Date,
    pub(super) today: Date,
    pub(super) place: Place,
    pub(super) pupils: Vec<Pupil>,
    pub(super) facilities: Vec<Facility>,
    decided: Vec<Decided>,
    leavers: Vec<Leaver>,
    paging: Paging,
    next: Option<u32>,
}

impl Looked {
    pub(super) async fn at(
        tx: &mut Tx,
        scope: &Scope<actions::PromoteRequests>,
        facility: Id<Organization>,
        paging: Paging,
    ) -> Result<Self> {
        let today = tx.today();
        let on = promotion::day(today);
        let place = promotions::place(tx, scope, on, facility).await?.ok_or(Error::Hidden)?;
        let there = [facility];
        let part = Part { limit: Some(paging.limit()), offset: paging.offset(), ..Part::all(&there) };
        let mut pupils = promotions::pending(tx, scope, on, part).await?;
        let mut decided = promotions::decided(tx, scope, on, part).await?;
        let mut leavers = promotions::leavers(tx, scope, on, part).await?;
        let next = [paging.cut(&mut pupils), paging.cut(&mut decided), paging.cut(&mut leavers)].into_iter().flatten().next();
        let facilities = organizations::facilities(tx, scope).await?;
        Ok(Self { on, today, place, pupils, facilities, decided, leavers, paging, next })
    }

    /// The last page of every list lies before.
    pub(super) fn is_beyond(&self) -> bool {
        self.paging.number() > 1 && self.pupils.is_empty() && self.decided.is_empty() && self.leavers.is_empty()
    }

    pub(super) fn rows(&self, lang: Lang, typed: Option<&Fields>) -> Vec<PupilRow> {
        let row = |pupil: &Pupil| {
            let offer = pupil.offer.ok()?;
            Some(PupilRow::of(lang, pupil, offer, (self.facilities.as_slice(), self.on), typed))
        };
        self.pupils.iter().filter_map(row).collect()
    }

    pub(super) fn show(&self, app: &App, here: &Here, rows: Vec<PupilRow>, stale: bool) -> Show {
        let (lang, texts) = (here.lang, here.lang.texts());
        let day = views::long_day(lang, self.on);
        let is_part = usize::try_from(self.place.open()).is_ok_and(|all| all > rows.len());
        let undone = (views::query(here).get("done") == "undone").then(|| fl!(texts, "promotion-undone"));
        Show {
            frame: Frame::here(app, here, fl!(texts, "promotion-at", facility = self.place.name.as_str()))
                .with_crumb("/requests", fl!(texts, "request-list-title"))
                .with_crumb(PATH, fl!(texts, "promotion-title"))
                .with_flash(undone),
            errors: ErrorLine::of(rows.iter().flat_map(PupilRow::fields)),
            action: path(self.place.facility),
            number: self.paging.number(),
            lead: fl!(texts, "promotion-lead", day = day.as_str()),
            empty_line: fl!(texts, "promotion-empty-line", day = day.as_str()),
            stale,
            open: promotion::is_open(self.today),
            save: fl!(texts, "promotion-save", count = rows.len()),
            more: is_part.then(|| fl!(texts, "promotion-more", count = rows.len())),
            rows,
            decided_title: fl!(texts, "promotion-decided", count = self.place.decided),
            decided: self.decided.iter().map(|decided| row_of(lang, decided)).collect(),
            leavers: self.leavers.iter().map(|leaver| promotion_draft::leaver(lang, leaver)).collect(),
            refused: self.pupils.iter().filter_map(|pupil| refused(lang, pupil)).collect(),
            pager: self.pager(lang),
        }
    }

    /// One number turns all lists: few facilities have so many children that there is a second page at all.
    fn pager(&self, lang: Lang) -> Pager {
        let to = |page: u32| format!("{}?page={page}", path(self.place.facility));
        let line = fl!(lang.texts(), "promotion-page", page = self.paging.number());
        Pager { line, prev: self.paging.previous().map(to), next: self.next.map(to) }
    }
}

fn row_of(lang: Lang, decided: &Decided) -> DecidedRow {
    let (before, after) = (words::place(&decided.before.0, &decided.before.1), words::place(&decided.after.0, &decided.after.1));
    DecidedRow {
        watch: decided.watch,
        href: format!("/requests/{}", decided.watch),
        name: protection::marked(lang, &decided.name, decided.protected),
        words: fl!(lang.texts(), "promotion-decided-words", before = before, after = after),
    }
}

fn refused(lang: Lang, pupil: &Pupil) -> Option<Refused> {
    let texts = lang.texts();
    let reason = match pupil.offer.as_ref().err()? {
        Reason::FacilityCloses => fl!(texts, "promotion-reason-closes"),
        Reason::Followed => fl!(texts, "promotion-reason-followed"),
        Reason::GradeUnknown => fl!(texts, "promotion-reason-grade"),
    };
    Some(Refused { href: format!("/requests/{}", pupil.child.watch), label: views::named(lang, &pupil.child), reason })
}

/// What is written down already of the children a form is about.
pub(super) struct Written {
    on: Date,
    decided: Vec<Decided>,
    leavers: Vec<Leaver>,
}

impl Written {
    pub(super) async fn of(
        tx: &mut Tx,
        scope: &Scope<actions::PromoteRequests>,
        looked: &Looked,
        watches: &[Id<Watch>],
    ) -> Result<Self> {
        let there = [looked.place.facility];
        let part = Part::only(&there, watches);
        Ok(Self {
            on: looked.on,
            decided: promotions::decided(tx, scope, looked.on, part).await?,
            leavers: promotions::leavers(tx, scope, looked.on, part).await?,
        })
    }

    /// Whether what was sent about a child is what is written down of it.
    pub(super) fn says(&self, fields: &Fields, watch: &str) -> bool {
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
