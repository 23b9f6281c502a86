//! The month so far in numbers, and the people behind those that ask for a hand.

use std::collections::HashSet;

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use crate::{
    domain::{
        attention::{Concern, ends_soon, in_force},
        rights::{Account, Month, in_use},
        role::Role,
        wareki,
    },
    gate::actions,
    store::rights,
    web::{App, ErrorLine, Field, Frame, Here, Lang, Pager, Paging, Result, page, role_word, say, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/rights/list.html")]
pub(super) struct List {
    frame: Frame,
    errors: Vec<ErrorLine>,
    month_word: String,
    accounts: usize,
    roles: Vec<RoleRow>,
    concerns: Vec<ConcernRow>,
    /// The heading of the people shown.
    shown: String,
    pager: Pager,
    rows: Vec<PersonRow>,
    month: Field,
}

#[derive(Debug)]
struct RoleRow {
    word: String,
    people: usize,
}

#[derive(Debug)]
struct ConcernRow {
    href: String,
    word: String,
    people: usize,
    current: bool,
}

#[derive(Debug)]
struct PersonRow {
    name: String,
    staff_code: String,
    rights: Vec<String>,
    last_sign_in: Option<String>,
}

/// Months that can be asked for, the running one among them.
const MONTHS: usize = 36;

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let asked = here.query();
    let concern = Concern::from_code(asked.get("list")).unwrap_or(Concern::NoPasskey);
    let paging = Paging::read(Some(asked.get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListPeople>(&here.actor, &here.place())?;
    let today = tx.today();
    let accounts = rights::accounts(&mut tx, &scope, Month::of(today)).await?;
    let deed = scope.deed().with("view", concern.code()).with("people", accounts.len());
    tx.commit(deed.with("page", paging.number())).await?;
    let month = month_field(here.lang, "", today);
    page(&List::new(&app, &here, &accounts, (concern, paging), month, today))
}

/// The months to choose from, the one before this first: its list is complete.
pub(super) fn month_field(lang: Lang, typed: &str, today: Date) -> Field {
    let this = Month::of(today);
    let months = std::iter::successors(Some(this), |month| Some(month.before())).take(MONTHS);
    let chosen = if typed.is_empty() { this.before().to_string() } else { typed.to_owned() };
    Field::required("month", &chosen).with_choices(months.map(|month| (month.to_string(), month_word(lang, month))))
}

/// 令和8年11月
pub(super) fn month_word(lang: Lang, month: Month) -> String {
    match lang {
        Lang::Ja => wareki::long(month.first()).trim_end_matches("1日").to_owned(),
        Lang::En => month.first().strftime("%B %Y").to_string(),
    }
}

impl List {
    pub(super) fn new(
        app: &App,
        here: &Here,
        accounts: &[Account],
        (concern, paging): (Concern, Paging),
        month: Field,
        today: Date,
    ) -> Self {
        let lang = here.lang;
        let behind = |concern: Concern| accounts.iter().filter(move |account| concern.is_about(account, today));
        let skipped = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
        let most = usize::try_from(paging.limit()).unwrap_or(0);
        let mut people: Vec<&Account> = behind(concern).collect();
        people.sort_by(|one, other| (&one.kana, &one.name, one.person).cmp(&(&other.kana, &other.name, other.person)));
        let mut rows: Vec<PersonRow> =
            people.into_iter().skip(skipped).take(most).map(|account| row(lang, account, today)).collect();
        let pager = Pager::new(paging, &mut rows, &format!("/rights?list={}", concern.code()), lang);
        let concerns = Concern::ALL.iter().map(|other| ConcernRow {
            href: format!("/rights?list={}", other.code()),
            word: concern_word(lang, *other),
            people: behind(*other).count(),
            current: *other == concern,
        });
        Self {
            frame: Frame::here(app, here, fl!(lang.texts(), "rights-title")),
            errors: ErrorLine::of([&month]),
            month_word: month_word(lang, Month::of(today)),
            accounts: in_use(accounts, Month::of(today), today).len(),
            roles: roles(lang, accounts, today),
            concerns: concerns.collect(),
            shown: concern_word(lang, concern),
            pager,
            rows,
            month,
        }
    }
}

/// How many people hold each role today; somebody with two counts twice.
fn roles(lang: Lang, accounts: &[Account], today: Date) -> Vec<RoleRow> {
    let holders = |role: Role| {
        let holding = accounts.iter().filter(move |account| {
            account.suspended_on.is_none()
                && account.left_on.is_none_or(|last| today <= last)
                && in_force(account, today).iter().any(|grant| grant.role == role)
        });
        holding.map(|account| account.person).collect::<HashSet<_>>().len()
    };
    Role::ALL.iter().map(|role| RoleRow { word: role_word(lang, *role), people: holders(*role) }).collect()
}

fn row(lang: Lang, account: &Account, today: Date) -> PersonRow {
    let texts = lang.texts();
    let rights = in_force(account, today).into_iter().map(|grant| {
        let place = format!("{} ・ {}", grant.organization_name, role_word(lang, grant.role));
        match grant.term.until().filter(|_| ends_soon(grant, today)) {
            Some(last) => fl!(texts, "rights-until", place = place, day = words::date(lang, last)),
            None => place,
        }
    });
    PersonRow {
        name: account.name.clone(),
        staff_code: account.staff_code.clone(),
        rights: rights.collect(),
        last_sign_in: account.last_sign_in.map(|at| words::moment(lang, at)),
    }
}

fn concern_word(lang: Lang, concern: Concern) -> String {
    say::word(lang, &format!("rights-concern-{}", concern.code().replace('_', "-")))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_concern_has_words() {
        for lang in [Lang::Ja, Lang::En] {
            for word in Concern::ALL.iter().map(|concern| concern_word(lang, *concern)) {
                assert!(!word.starts_with("No localization"), "{word}");
            }
        }
    }

    #[test]
    fn months_are_called_as_offices_call_them() {
        let word = |year, month| month_word(Lang::Ja, Month::of(date(year, month, 15)));
        assert_eq!([word(2026, 11), word(2027, 1), word(2019, 5)], ["令和8年11月", "令和9年1月", "令和元年5月"]);
        assert_eq!(month_word(Lang::En, Month::of(date(2026, 11, 15))), "November 2026");
    }
}
