//! Everything about one organization: what it is, who acts for it, what stands below it, what it was.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    council,
    draft::facts,
    times,
    views::{self, Fact, Link, closed_word, path},
};
use crate::{
    domain::ids::{Id, Organization},
    gate::{Permit, actions},
    store::{
        Tx,
        organizations::{self, Details, Member, Named, TimesShown},
    },
    web::{App, Error, Frame, Here, Lang, Path, Result, page, role_word, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/show.html")]
struct Show {
    frame: Frame,
    name: String,
    /// To open, closed, or to be closed: in words.
    standing: Vec<String>,
    /// Nothing known binds its people to keep what they are told; what to do about it.
    warning: Option<String>,
    edit_href: String,
    facts: Vec<Fact>,
    times: Vec<Fact>,
    actions: Vec<Link>,
    people: Vec<PersonRow>,
    below: Vec<Link>,
    new_below: Option<String>,
    successor: Option<Link>,
    predecessors: Vec<Link>,
}

#[derive(Debug)]
struct PersonRow {
    href: String,
    name: String,
    role_word: String,
    period: String,
    state_word: String,
}

struct Read {
    details: Details,
    times: TimesShown,
    members: Vec<Member>,
    below: Vec<Named>,
    predecessors: Vec<Named>,
    /// It is to end, and the day has not come.
    is_planned: bool,
    today: Date,
}

async fn load(tx: &mut Tx, permit: &Permit<actions::ReadOrganization>) -> Result<Read> {
    let (today, details) = (tx.today(), organizations::details(tx, permit).await?);
    Ok(Read {
        is_planned: details.closed_on.is_some_and(|day| day > today),
        today,
        details,
        times: organizations::times(tx, permit).await?,
        members: organizations::members(tx, permit).await?,
        below: organizations::below(tx, permit).await?,
        predecessors: organizations::predecessors(tx, permit).await?,
    })
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ReadOrganization>(&here.actor, &place)?;
    let read = load(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("people", read.members.len()).with("below", read.below.len())).await?;
    page(&read.template(&app, &here))
}

impl Read {
    fn template(&self, app: &App, here: &Here) -> Show {
        let (lang, details) = (here.lang, &self.details);
        let has_times = details.kind.facility().is_some() || self.times.is_root;
        let is_open = details.closed_on.is_none();
        let takes_below = details.kind.facility().is_none() && is_open;
        Show {
            frame: Frame::here(app, here, details.name.clone())
                .with_crumb("/organizations", fl!(lang.texts(), "organizations-title"))
                .with_flash(flash(here)),
            name: details.name.clone(),
            standing: self.standing(lang),
            warning: self.warning(lang),
            edit_href: format!("{}/edit", path(details.id)),
            facts: facts(lang, details),
            times: if has_times { times::facts(lang, &self.times) } else { Vec::new() },
            actions: self.actions(here, has_times),
            people: self.members.iter().map(|member| person(lang, member)).collect(),
            below: self.below.iter().map(|named| Link::to(lang, named)).collect(),
            new_below: takes_below.then(|| format!("/organizations/new?parent={}", details.id)),
            successor: details.successor.as_ref().map(|(id, name)| Link { href: path(*id), label: name.clone() }),
            predecessors: self.predecessors.iter().map(|named| Link::to(lang, named)).collect(),
        }
    }

    fn standing(&self, lang: Lang) -> Vec<String> {
        let opens = Some(self.details.opened_on).filter(|day| *day > self.today).map(|day| words::opening(lang, day));
        let closed = self.details.closed_on.map(|day| closed_word(lang, day));
        opens.into_iter().chain(closed).collect()
    }

    /// Of a facility that is not closed.
    fn warning(&self, lang: Lang) -> Option<String> {
        let is_there = self.details.kind.facility().is_some() && self.details.closed_on.is_none_or(|day| day > self.today);
        let gap = if is_there { self.details.secrecy.gap(self.today) } else { None };
        gap.map(|gap| council::warning(lang, gap))
    }

    /// Where it can be changed; an organization that is no more can only be corrected.
    fn actions(&self, here: &Here, has_times: bool) -> Vec<Link> {
        let (texts, base) = (here.lang.texts(), path(self.details.id));
        let is_open = self.details.closed_on.is_none();
        let link = |tail: &str, label: String| Link { href: format!("{base}/{tail}"), label };
        let mut links = vec![link("edit", fl!(texts, "org-edit-title"))];
        if has_times {
            links.push(link("times", fl!(texts, "org-times-title")));
        }
        if self.details.kind.facility().is_some() {
            links.push(link("reporting", fl!(texts, "reporting-title")));
            links.push(link("calendar", fl!(texts, "calendar-title")));
            links.push(link("tokens", fl!(texts, "tokens-title")));
        }
        links.push(link("security", fl!(texts, "org-security-title")));
        if is_open && self.details.id != here.acting.organization && self.details.parent.is_some() {
            links.push(link("merging", fl!(texts, "org-merging-title")));
            links.push(link("closing", fl!(texts, "org-closing-title")));
        }
        if self.is_planned {
            links.push(link("reopening", fl!(texts, "org-reopening-title")));
        }
        links
    }
}

fn flash(here: &Here) -> Option<String> {
    let texts = here.lang.texts();
    match here.query().get("done") {
        "created" => Some(fl!(texts, "org-done-created")),
        "saved" => Some(fl!(texts, "org-done-saved")),
        "closed" => Some(fl!(texts, "org-done-closed")),
        "merged" => Some(fl!(texts, "org-done-merged")),
        "reopened" => Some(fl!(texts, "org-done-reopened")),
        _ => None,
    }
}

fn person(lang: Lang, member: &Member) -> PersonRow {
    let texts = lang.texts();
    let until = member.until.map_or_else(String::new, |day| views::typed_day(lang, day));
    let state_word = if member.is_suspended {
        fl!(texts, "org-person-suspended")
    } else if member.has_come_in {
        fl!(texts, "org-person-in")
    } else {
        fl!(texts, "org-person-not-in")
    };
    PersonRow {
        href: format!("/people/{}", member.person),
        name: member.name.clone(),
        role_word: role_word(lang, member.role),
        period: fl!(texts, "org-period", from = views::typed_day(lang, member.from), until = until),
        state_word,
    }
}
