//! The lists of a month as a workbook: 「誰がどの権限を持つか」 and 「利用中のアカウント」 (和光市 11条4項; licences are counted by the second).

use axum::extract::State;
use i18n_embed_fl::fl;

use super::list::{List, month_field, month_word};
use crate::{
    domain::{
        attention::Concern,
        rights::{self, Account, Grant, InUse, Month, Right, State as Standing},
        xlsx_out::{Cell, Sheet},
    },
    gate::actions,
    store::rights as kept,
    web::{App, Form, Here, Lang, Paging, Result, Workbook, role_word, say, unprocessable, words, workbook},
};

const RIGHTS: [&str; 12] = [
    "組織",
    "種類",
    "役割",
    "氏名",
    "フリガナ",
    "職員番号",
    "期間の開始",
    "期間の終了",
    "この月の最初の日",
    "この月の最後の日",
    "月末の状態",
    "最後のサインイン",
];
const ACCOUNTS: [&str; 8] =
    ["氏名", "フリガナ", "職員番号", "組織・役割", "使えた最初の日", "使えた最後の日", "使えた日数", "最後のサインイン"];

pub(super) async fn create(here: Here, State(app): State<App>, Form(asked): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ExportRights>(&here.actor, &here.place())?;
    let (now, today) = (tx.now(), tx.today());
    let Some(month) = Month::parse(asked.get("month")).filter(|month| *month <= Month::of(today)) else {
        let accounts = kept::accounts(&mut tx, &scope, Month::of(today)).await?;
        tx.commit(scope.deed().with("step", "refused").with("people", accounts.len())).await?;
        let field = month_field(here.lang, asked.get("month"), today);
        let field = field.with_error(Some(fl!(here.lang.texts(), "rights-error-month")));
        let shown = (Concern::NoPasskey, Paging::read(None));
        return unprocessable(&List::new(&app, &here, &accounts, shown, field, today));
    };
    let accounts = kept::accounts(&mut tx, &scope, month).await?;
    let (held, used) = (rights::rights(&accounts, month, today), rights::in_use(&accounts, month, today));
    let sheets = vec![rights_sheet(&held), accounts_sheet(&used)];
    let deed = scope.deed().with("month", month.to_string()).with("rows", held.len()).with("people", used.len());
    tx.commit(deed).await?;

    let title = format!("権限と利用中のアカウント {}", month_word(Lang::Ja, month));
    let issuer = here.found.ward_name.clone();
    workbook(Workbook { name: format!("rights-{month}"), title, issuer, made_at: now, sheets }).await
}

/// In Japanese whatever the language of the page: the file goes into the ward's files.
fn rights_sheet(held: &[Right<'_>]) -> Sheet {
    let row = |right: &Right<'_>| {
        let Right { account, grant, first, last, state } = *right;
        vec![
            Cell::from(grant.organization_name.clone()),
            Cell::from(words::organization_kind(Lang::Ja, grant.kind)),
            Cell::from(role_word(Lang::Ja, grant.role)),
            Cell::from(account.name.clone()),
            Cell::from(account.kana.clone()),
            Cell::from(account.staff_code.clone()),
            Cell::from(grant.term.from()),
            Cell::from(grant.term.until()),
            Cell::from(first),
            Cell::from(last),
            Cell::from(state_word(state)),
            Cell::from(account.last_sign_in),
        ]
    };
    sheet("誰がどの権限を持つか", &RIGHTS, held.iter().map(row))
}

fn accounts_sheet(used: &[InUse<'_>]) -> Sheet {
    let place = |grant: &&Grant| format!("{}（{}）", grant.organization_name, role_word(Lang::Ja, grant.role));
    let row = |line: &InUse<'_>| {
        let account: &Account = line.account;
        vec![
            Cell::from(account.name.clone()),
            Cell::from(account.kana.clone()),
            Cell::from(account.staff_code.clone()),
            Cell::from(line.grants.iter().map(place).collect::<Vec<_>>().join("、")),
            Cell::from(line.first),
            Cell::from(line.last),
            Cell::from(line.days),
            Cell::from(account.last_sign_in),
        ]
    };
    sheet("利用中のアカウント", &ACCOUNTS, used.iter().map(row))
}

fn sheet(name: &str, headings: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> Sheet {
    Sheet { name: name.to_owned(), columns: headings.iter().map(ToString::to_string).collect(), rows: rows.collect() }
}

fn state_word(state: Standing) -> String {
    say::word(Lang::Ja, &format!("right-{}", state.code()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_words() {
        for state in Standing::ALL {
            assert!(!state_word(*state).starts_with("No localization"), "{state:?}");
        }
    }
}
