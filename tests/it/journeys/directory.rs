//! The directory by file: organizations and people come in after they were checked, and nothing happens before its day.

mod acceptance;
mod days;
mod files;
mod rights;
mod rows;

use tsunagi::gate::Role;

use crate::support::{Answer, Caller, TestApp};

const HEAD: &str = "氏名,職員番号,所属,役割,開始日,終了日,異動,異動日\r\n";
const LEAVER: &str = "0001";
const MOVER: &str = "0002";

/// A hub on which everybody was just verified, with two people of the nursery the files speak of.
async fn hub() -> TestApp {
    let app = TestApp::new().await;
    person(&app, LEAVER, "去川 花子", &app.world.nursery.id.to_string(), Role::Reporter).await;
    person(&app, MOVER, "動田 次郎", &app.world.nursery.id.to_string(), Role::Reporter).await;
    app.verify_everybody().await;
    app
}

/// Somebody with a number, a membership since April and a session under the token `token-NUMBER`.
async fn person(app: &TestApp, code: &str, name: &str, place: &str, role: Role) {
    let (ward, now) = (app.world.ward, app.app.clock.now());
    app.run(&format!(
        "WITH p AS (INSERT INTO hub.people (ward_id, id, display_name, staff_code, status, created_at)
                    VALUES ('{ward}', gen_random_uuid(), '{name}', '{code}', 'active', '{now}') RETURNING id),
              m AS (INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
                    SELECT '{ward}', gen_random_uuid(), p.id, '{place}', '{}', '2026-04-01' FROM p RETURNING id, person_id)
         INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
         SELECT '{ward}', gen_random_uuid(), sha256('token-{code}'), m.person_id, m.id, '{now}', '{now}', '{now}' FROM m",
        role.code()
    ))
    .await;
}

fn of<'a>(app: &'a TestApp, code: &str) -> Caller<'a> {
    app.with_session(&format!("token-{code}"))
}

async fn upload(app: &TestApp, what: &str, file: &str) -> Answer {
    app.admin().upload("/directory/imports", ("file", "名簿.csv", file.as_bytes()), &[("what", what)]).await
}

/// The form of the mapping page as it is shown.
fn shown(page: &Answer) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for name in page.attributes("main select", "name") {
        let chosen = page.attributes(&format!("select[name='{name}'] option[selected]"), "value");
        fields.push((name, chosen.into_iter().next().unwrap_or_default()));
    }
    fields.push(("header".to_owned(), page.attributes("#header", "value").remove(0)));
    fields
}

async fn post(app: &TestApp, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.admin().post(path, &fields).await
}

/// Uploads, says yes to the guess, and gives the address of the import.
async fn checked(app: &TestApp, what: &str, file: &str) -> String {
    let mapping = upload(app, what, file).await.expect(303).location().to_owned();
    let fields = shown(&app.admin().get(&mapping).await.expect(200));
    let address = mapping.trim_end_matches("/mapping").to_owned();
    assert_eq!(post(app, &mapping, &fields).await.expect(303).location(), format!("{address}/check"));
    address
}

async fn check(app: &TestApp, address: &str) -> Answer {
    app.admin().get(&format!("{address}/check")).await.expect(200)
}

/// What the check page was made of.
fn fingerprint(page: &Answer) -> String {
    page.attributes("input[name='shown']", "value").remove(0)
}

async fn accept(app: &TestApp, address: &str, shown: &str) -> Answer {
    app.admin().post(&format!("{address}/acceptance"), &[("shown", shown)]).await
}

/// The whole way; the page of the result.
async fn brought_in(app: &TestApp, what: &str, file: &str) -> Answer {
    let address = checked(app, what, file).await;
    let shown = fingerprint(&check(app, &address).await);
    assert_eq!(accept(app, &address, &shown).await.expect(303).location(), format!("{address}/result"));
    app.admin().get(&format!("{address}/result")).await.expect(200)
}

/// 追加, 変更, 対象外, 誤り, and before acceptance 名簿にない人.
fn counts(page: &Answer) -> Vec<String> {
    page.all(".app-stats dd")
}

async fn people(app: &TestApp) -> i64 {
    app.value("SELECT count(*) FROM hub.people").await
}

/// What acceptance may change.
async fn directory(app: &TestApp) -> Vec<serde_json::Value> {
    app.sql(
        "SELECT (SELECT md5(string_agg(t::text, ',' ORDER BY t.id)) FROM hub.people t) p
              , (SELECT md5(string_agg(t::text, ',' ORDER BY t.id)) FROM hub.memberships t) m
              , (SELECT md5(string_agg(t::text, ',' ORDER BY t.id)) FROM hub.organizations t) o
              , (SELECT count(*) FROM hub.proposals) c",
    )
    .await
}

fn year_start() -> String {
    format!(
        "{HEAD}去川 花子,{LEAVER},架空区立みほん保育園,,,,退職,2027-03-31\r\n\
         動田 次郎,{MOVER},架空区立みほん保育園,,,,転出,2027-03-31\r\n\
         動田 次郎,{MOVER},架空区立みほん小学校,報告担当,2027-04-01,,,\r\n\
         来宮 三郎,0003,架空区立みほん保育園,報告担当,2027-04-01,2028-03-31,,\r\n"
    )
}
