//! Files to begin with: the columns of each kind, a few rows, nobody in them.

use axum::extract::State;

use super::{tables::workbook, weigh};
use crate::{
    domain::{
        directory::What,
        xlsx_out::{Cell, Sheet},
    },
    gate::actions,
    web::{App, Here, Lang, Result, say},
};

const ORGANIZATIONS: [&[&str]; 3] = [
    &["架空区立あおぞら小学校", "小学校", "北部", "", "", "", "2027-04-01", ""],
    &["架空ほしぞら保育園", "認可保育所", "南部", "", "", "", "2027-04-01", ""],
    &["子ども家庭支援センター南分室", "子ども家庭支援センター", "南部", "", "", "", "2027-04-01", ""],
];
const PEOPLE: [&[&str]; 4] = [
    &["架空 花子", "カクウ ハナコ", "000101", "架空区立あおぞら小学校", "報告担当", "2027-04-01", "2028-03-31", "", "", ""],
    &["見本 一郎", "ミホン イチロウ", "000102", "架空区立あおぞら小学校", "施設長", "2027-04-01", "", "", "", ""],
    &["例題 二郎", "レイダイ ジロウ", "000103", "架空ほしぞら保育園", "", "", "", "", "転出", "2027-03-31"],
    &["仮名 三郎", "カメイ サブロウ", "000104", "架空ほしぞら保育園", "", "", "", "", "退職", "2027-03-31"],
];

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let what = What::from_code(here.query().get("what")).unwrap_or(What::People);
    let mut tx = app.tx(&here.actor).await?;
    let permit = weigh::permit::<actions::ImportDirectory>(&app, &here, &mut tx).await?;
    let now = tx.now();
    tx.commit(permit.deed().with("step", "sample").with("what", what.code())).await?;
    // What brings the files back in reads Japanese headings, whoever fetched the sample.
    let lang = Lang::Ja;
    let (prefix, fields, rows): (_, &[&str], &[&[&str]]) = match what {
        What::Organizations => (
            "organization-field",
            &["name", "kind", "district", "school_code", "parent", "phone", "opened_on", "template"],
            &ORGANIZATIONS,
        ),
        What::People => (
            "person-field",
            &["name", "kana", "staff_code", "organization", "role", "from", "until", "mail", "leaving", "leaving_on"],
            &PEOPLE,
        ),
    };
    let columns = fields.iter().map(|field| say::word(lang, &format!("{prefix}-{field}"))).collect();
    let rows = rows.iter().map(|row| row.iter().map(|cell| Cell::from(*cell)).collect()).collect();
    let title = say::word(lang, &format!("directory-what-{}", what.code()));
    workbook(&here, Sheet { name: title.clone(), columns, rows }, title, now, what.code()).await
}
