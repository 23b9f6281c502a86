//! A new token: shown in this answer and never again.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use ipnet::IpNet;
use jiff::{Timestamp, civil::Date};

use super::list::{List, NewToken, address, latest};
use crate::{
    domain::{
        calendar::day_after,
        clock::japan_instant,
        ids::{Id, Organization},
        name::{self, Text},
        networks::Networks,
        wareki,
    },
    gate::actions,
    store::{
        organizations,
        tokens::{self, New},
    },
    web::{ApiToken, App, Error, Field, Fields, Form, Frame, Here, Lang, Path, Result, conflict, page, say, unprocessable, words},
};

/// The longest name a system may have.
const NAME: usize = 60;

#[derive(Debug, Template)]
#[template(path = "hub/tokens/created.html")]
struct Created {
    frame: Frame,
    facility: String,
    name: String,
    token: ApiToken,
    expires_word: String,
    back: String,
}

/// A form that can be done.
struct Typed {
    name: String,
    expires_at: Timestamp,
    networks: Vec<IpNet>,
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>, Form(asked): Form) -> Result {
    let lang = here.lang;
    let mut tx = app.tx(&here.actor).await?;
    let facts = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::CreateToken>(&here.actor, &facts)?;
    let (now, today) = (tx.now(), tx.today());
    let facility = tokens::of_facility(&mut tx, &permit).await?;
    let mut form = NewToken::typed(&asked)?;
    let typed = form.read(lang, today);
    if facility.is_closed {
        form.name.error = Some(fl!(lang.texts(), "tokens-error-closed"));
    }
    let Some(typed) = typed.filter(|_| !facility.is_closed) else {
        tx.commit(permit.deed().with("step", "refused").with("tokens", facility.tokens.len())).await?;
        return unprocessable(&List::new(&app, &here, id, facility, form, now));
    };
    let token = ApiToken::random();
    let hash = token.hash();
    let new = New { id: form.key, name: &typed.name, token_hash: &hash, networks: &typed.networks, expires_at: typed.expires_at };
    if !tokens::insert(&mut tx, &permit, &new).await? {
        // Sent twice: the first answer has shown it, and nobody can show it again.
        tx.commit(permit.deed().with("step", "conflict").with("tokens", facility.tokens.len())).await?;
        let mut list = List::new(&app, &here, id, facility, form, now);
        list.notice = Some(fl!(lang.texts(), "tokens-sent-twice"));
        return conflict(&list);
    }
    tx.commit(permit.deed().with("token", form.key).with("expires", typed.expires_at)).await?;
    let frame = Frame::here(&app, &here, fl!(lang.texts(), "tokens-created-title"));
    page(&Created {
        frame: frame
            .with_crumb("/organizations", fl!(lang.texts(), "nav-organizations"))
            .with_crumb(format!("/organizations/{id}"), facility.name.clone()),
        facility: facility.name,
        name: typed.name,
        token,
        expires_word: words::moment(lang, typed.expires_at),
        back: address(id),
    })
}

impl NewToken {
    fn typed(asked: &Fields) -> Result<Self> {
        Ok(Self {
            key: asked.get("idempotency_key").parse().map_err(|_| Error::Malformed)?,
            name: Field::required("name", asked.get("name")),
            until: Field::required("until", asked.get("until")),
            networks: Field::optional("networks", asked.get("networks")),
        })
    }

    /// What was typed, or what to mend at each field.
    fn read(&mut self, lang: Lang, today: Date) -> Option<Typed> {
        let texts = lang.texts();
        let name = Text::<NAME>::parse(&self.name.value).ok().filter(|name| !name.contains(['\n', '\t']));
        if name.is_none() {
            self.name.error = Some(name_error(lang, &self.name.value));
        }
        let until = wareki::parse(&self.until.value).ok();
        let label = || fl!(texts, "tokens-until");
        self.until.error = match until {
            None => Some(fl!(texts, "error-not-a-date", field = label())),
            Some(day) if day < today || day > latest(today) => {
                Some(fl!(texts, "tokens-error-until", day = words::date(lang, latest(today))))
            }
            Some(_) => None,
        };
        let networks = Networks::read(&self.networks.value);
        if let Err(faults) = &networks {
            let said = faults.iter().map(|fault| {
                let why = say::say(lang, fault.refusal.key(), &fault.refusal.args());
                if fault.written.is_empty() { why } else { format!("「{}」 {why}", fault.written) }
            });
            self.networks.error = Some(said.collect::<Vec<_>>().join(" "));
        }
        let fits = self.until.error.is_none();
        let ((name, until), networks) = name.zip(until).zip(networks.ok()).filter(|_| fits)?;
        let expires_at = japan_instant(day_after(until).at(0, 0, 0, 0));
        Some(Typed { name: name.into(), expires_at, networks: networks.networks.as_slice().to_vec() })
    }
}

fn name_error(lang: Lang, written: &str) -> String {
    let texts = lang.texts();
    let field = fl!(texts, "tokens-name");
    match Text::<NAME>::parse(written) {
        Err(name::Refusal::Empty) => fl!(texts, "error-required", field = field),
        Err(name::Refusal::TooLong { written, most }) => fl!(texts, "error-too-long", field = field, max = most, now = written),
        _ => fl!(texts, "error-characters-hidden", field = field),
    }
}
