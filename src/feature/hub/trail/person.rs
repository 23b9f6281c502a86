//! One person a log is filtered by: looked for by a posted form, because addresses end up in logs, and then an id in the address.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{list, sign_ins};
use crate::{
    domain::{
        ids::{Id, Person},
        person::Sought,
    },
    gate::{
        Scope,
        actions::{ReadSignIns, ReadTrail},
    },
    store::{
        Tx,
        people::{self, Finds, Named},
    },
    web::{App, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Result, page, see_other, unprocessable},
};

/// More than these are no choice; whoever types more letters finds who they mean.
const MOST: usize = 20;

/// Above a list: who it is about, or the field to look for somebody.
#[derive(Debug)]
pub(super) struct PersonFilter {
    /// Where the search is posted.
    pub(super) action: String,
    pub(super) search: Field,
    /// The rest of the filter, sent along.
    pub(super) hidden: Vec<(String, String)>,
    pub(super) chosen: Option<Chosen>,
}

/// The person the list is about.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) id: String,
    pub(super) name: String,
    /// The same list about everybody.
    pub(super) without: String,
}

impl PersonFilter {
    pub(super) async fn read<A: Finds>(tx: &mut Tx, scope: &Scope<A>, log: Log, asked: &Fields) -> Result<Self> {
        let chosen = match asked.get("person").parse::<Id<Person>>() {
            Ok(id) => people::name(tx, scope, id).await?.map(|name| Chosen {
                id: id.to_string(),
                name,
                without: log.address(asked, None),
            }),
            Err(_) => None,
        };
        Ok(Self::of(log, asked, "", chosen))
    }

    fn of(log: Log, asked: &Fields, typed: &str, chosen: Option<Chosen>) -> Self {
        let hidden = log.kept().iter().map(|name| ((*name).to_owned(), asked.get(name).to_owned()));
        Self {
            action: log.search().to_owned(),
            search: Field::optional("q", typed),
            hidden: hidden.filter(|(_, value)| !value.is_empty()).collect(),
            chosen,
        }
    }
}

/// Which log somebody is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    Trail,
    SignIns,
}

impl Log {
    const fn search(self) -> &'static str {
        match self {
            Self::Trail => "/trail/person",
            Self::SignIns => "/sign-ins/person",
        }
    }

    /// The rest of its filter.
    const fn kept(self) -> &'static [&'static str] {
        match self {
            Self::Trail => &["since", "until", "action"],
            Self::SignIns => &["since", "until", "outcome", "reason"],
        }
    }

    fn address(self, asked: &Fields, person: Option<Id<Person>>) -> String {
        let kept = self.kept().iter().map(|name| ((*name).to_owned(), asked.get(name).to_owned()));
        let fields: Fields = kept.chain(person.map(|id| ("person".to_owned(), id.to_string()))).collect();
        match self {
            Self::Trail => list::address(&fields),
            Self::SignIns => sign_ins::address(&fields),
        }
    }

    fn title(self, lang: Lang) -> String {
        match self {
            Self::Trail => fl!(lang.texts(), "trail-title"),
            Self::SignIns => fl!(lang.texts(), "sign-ins-title"),
        }
    }
}

#[derive(Debug, Template)]
#[template(path = "hub/trail/person.html")]
struct Choose {
    frame: Frame,
    errors: Vec<ErrorLine>,
    filter: PersonFilter,
    rows: Vec<Row>,
    /// There are more than are shown.
    more: Option<String>,
}

#[derive(Debug)]
struct Row {
    href: String,
    name: String,
    kana: String,
    staff_code: String,
}

pub(super) async fn of_trail(here: Here, State(app): State<App>, Form(asked): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<ReadTrail>(&here.actor, &here.place())?;
    let found = found(&mut tx, &scope, &asked).await?;
    tx.commit(scope.deed().with("step", "search").with("people", found.0.len())).await?;
    answer(&app, &here, Log::Trail, &asked, found)
}

pub(super) async fn of_sign_ins(here: Here, State(app): State<App>, Form(asked): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<ReadSignIns>(&here.actor, &here.place())?;
    let found = found(&mut tx, &scope, &asked).await?;
    tx.commit(scope.deed().with("step", "search").with("people", found.0.len())).await?;
    answer(&app, &here, Log::SignIns, &asked, found)
}

async fn found<A: Finds>(tx: &mut Tx, scope: &Scope<A>, asked: &Fields) -> Result<(Vec<Named>, usize)> {
    match Sought::parse(asked.get("q")) {
        Some(sought) => Ok(people::found(tx, scope, &sought, MOST).await?),
        None => Ok((Vec::new(), 0)),
    }
}

/// Whoever is the only one is meant; of several one is chosen, and nobody is no list of everybody.
fn answer(app: &App, here: &Here, log: Log, asked: &Fields, (found, all): (Vec<Named>, usize)) -> Result {
    let texts = here.lang.texts();
    if let [only] = found.as_slice() {
        return Ok(see_other(&log.address(asked, Some(only.id))));
    }
    let mut filter = PersonFilter::of(log, asked, asked.get("q"), None);
    filter.search.error = found.is_empty().then(|| {
        if asked.get("q").trim().is_empty() { fl!(texts, "trail-person-empty") } else { fl!(texts, "trail-person-nobody") }
    });
    let template = Choose {
        frame: Frame::here(app, here, fl!(texts, "trail-person-title")).with_crumb(log.address(asked, None), log.title(here.lang)),
        errors: ErrorLine::of([&filter.search]),
        more: (all > found.len()).then(|| fl!(texts, "trail-person-more", all = all, shown = found.len())),
        rows: found
            .into_iter()
            .map(|one| Row { href: log.address(asked, Some(one.id)), name: one.name, kana: one.kana, staff_code: one.staff_code })
            .collect(),
        filter,
    };
    if template.rows.is_empty() { unprocessable(&template) } else { page(&template) }
}
