//! The directory by file: organizations and people come in after they were checked, and nothing happens before its day.

use std::fmt::Write as _;

use tsunagi::{gate::Role, store::directory_imports};

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

#[tokio::test]
async fn a_year_begins_on_its_day_and_not_before() {
    let app = hub().await;
    let address = checked(&app, "people", &year_start()).await;
    let before = directory(&app).await;
    let page = check(&app, &address).await;
    assert_eq!(counts(&page)[..4], ["1", "3", "0", "0"]);
    assert!(page.text().contains("最後の日：令和9年3月31日"));
    assert_eq!(directory(&app).await, before, "checking saves nothing");
    accept(&app, &address, &fingerprint(&page)).await.expect(303);

    // The newcomer is written down without an invitation; here somebody has enrolled since.
    let newcomer = "SELECT status || (SELECT count(*) FROM hub.invitations i WHERE i.person_id = p.id) FROM hub.people p WHERE staff_code = '0003'";
    assert_eq!(app.value::<String>(newcomer).await, "invited0");
    let (ward, now) = (app.world.ward, app.app.clock.now());
    for (code, token) in [("0003", "token-0003"), (MOVER, "token-moved")] {
        app.run(&format!(
            "UPDATE hub.people SET status = 'active' WHERE staff_code = '{code}';
             INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
             SELECT '{ward}', gen_random_uuid(), sha256('{token}'), p.id, m.id, '{now}', '{now}', '{now}'
             FROM hub.people p JOIN hub.memberships m ON m.person_id = p.id AND m.from_on = '2027-04-01' WHERE p.staff_code = '{code}'"
        ))
        .await;
    }
    for (at, leaves, comes) in [
        ("2026-11-20T10:00", 200, 303),
        ("2027-03-31T23:59", 200, 303),
        ("2027-04-01T00:00", 303, 200),
        ("2027-04-02T08:00", 303, 200),
    ] {
        app.at(at).refresh_sessions().await;
        for (token, status) in [("token-0001", leaves), ("token-0002", leaves), ("token-0003", comes), ("token-moved", comes)] {
            let answer = app.with_session(token).get("/sheet").await;
            // The sheet of today is one address further.
            let there = answer.status == 200 || answer.location().starts_with("/sheet/");
            assert_eq!(there, status == 200, "{at} {token}: {} {}", answer.status, answer.location());
        }
    }
    let reasons = "SELECT string_agg(ended_reason, ',' ORDER BY ended_reason) FROM hub.memberships WHERE until_on = '2027-03-31'";
    assert_eq!(app.value::<String>(reasons).await, "left,moved");
}

#[tokio::test]
async fn what_ends_now_ends_the_sessions_that_act_by_it() {
    let app = hub().await;
    of(&app, MOVER).get("/sheet").await;
    let rows = format!(
        "{HEAD}動田 次郎,{MOVER},架空区立みほん保育園,,,,転出,2026-11-18\r\n去川 花子,{LEAVER},架空区立みほん保育園,,,,退職,2026-11-18\r\n"
    );
    brought_in(&app, "people", &rows).await;
    let open: i64 = app
        .value("SELECT count(*) FROM hub.sessions s JOIN hub.people p ON p.id = s.person_id WHERE p.staff_code IN ('0001', '0002') AND s.ended_at IS NULL")
        .await;
    assert_eq!(open, 0);
    let left: String = app.value("SELECT status || left_on FROM hub.people WHERE staff_code = '0001'").await;
    assert_eq!(left, "left2026-11-18");
}

#[tokio::test]
async fn a_role_that_governs_waits_for_a_second_admin() {
    let app = hub().await;
    let rows = format!("{HEAD}管野 四郎,0004,架空区役所,区の管理者,2026-12-01,,,\r\n");
    let address = checked(&app, "people", &rows).await;
    let page = check(&app, &address).await;
    assert!(page.text().contains("もう一人の管理担当の承認が要ります"));
    accept(&app, &address, &fingerprint(&page)).await.expect(303);
    let open: i64 = app
        .value("SELECT count(*) FROM hub.proposals WHERE role = 'ward_admin' AND state = 'open' AND from_on = '2026-12-01'")
        .await;
    let held: i64 = app
        .value("SELECT count(*) FROM hub.memberships m JOIN hub.people p ON p.id = m.person_id WHERE p.staff_code = '0004'")
        .await;
    assert_eq!((open, held), (1, 0));
}

#[tokio::test]
async fn the_last_admin_does_not_go_by_a_file() {
    let app = hub().await;
    // Whoever reads the file goes at the end of March; the file would let the other one go on the same day.
    person(&app, "0009", "管野 五郎", &app.world.root.id.to_string(), Role::WardAdmin).await;
    app.run(
        "INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at)
         SELECT m.ward_id, gen_random_uuid(), m.person_id, uuid_send(m.id), '{}', '鍵', '2026-04-01T00:00:00Z'
         FROM hub.memberships m WHERE m.role = 'ward_admin'",
    )
    .await;
    let own = app.world.root.staff(Role::WardAdmin).membership;
    app.run(&format!("UPDATE hub.memberships SET until_on = '2027-03-31' WHERE id = '{own}'")).await;
    let before = directory(&app).await;
    let address = checked(&app, "people", &format!("{HEAD}管野 五郎,0009,架空区役所,,,,退職,2027-03-31\r\n")).await;
    let page = check(&app, &address).await;
    assert!(page.text().contains("令和9年4月1日") && page.text().contains("一人もいなくなります"));
    assert!(page.attributes("form", "action").iter().all(|action| !action.ends_with("/acceptance")));
    let answer = accept(&app, &address, "").await;
    assert_eq!(answer.status, 409);
    assert_eq!(directory(&app).await, before);
}

#[tokio::test]
async fn acceptance_asks_for_the_person_again() {
    let app = hub().await;
    let address = checked(&app, "people", &year_start()).await;
    let shown = fingerprint(&check(&app, &address).await);
    let before = directory(&app).await;
    app.run("DELETE FROM hub.step_ups").await;
    let page = accept(&app, &address, &shown).await.expect(403);
    assert_eq!(page.attributes("form[data-again] input[name='shown']", "value"), [shown]);
    assert_eq!(directory(&app).await, before);
}

#[tokio::test]
async fn what_was_checked_is_what_is_done() {
    let app = hub().await;
    let address = checked(&app, "people", &year_start()).await;
    let shown = fingerprint(&check(&app, &address).await);
    person(&app, "0003", "来宮 三郎", &app.world.nursery.id.to_string(), Role::Reporter).await;
    let before = directory(&app).await;
    let stale = accept(&app, &address, &shown).await.expect(409);
    assert!(stale.text().contains("変わりました"));
    assert_eq!(counts(&stale)[..2], ["0", "4"], "the page shows what would happen now");
    assert_eq!(directory(&app).await, before);
    accept(&app, &address, &fingerprint(&stale)).await.expect(303);
    // Accepting again shows the result and does nothing.
    let after = directory(&app).await;
    accept(&app, &address, &shown).await.expect(303);
    assert_eq!(directory(&app).await, after);
}

#[tokio::test]
async fn of_two_admins_at_once_one_is_told_that_it_changed() {
    let app = hub().await;
    person(&app, "0008", "管野 次子", &app.world.root.id.to_string(), Role::WardAdmin).await;
    app.verify_everybody().await;
    let before = people(&app).await;
    let mine = checked(&app, "people", &year_start()).await;
    let theirs = checked(&app, "people", &year_start()).await;
    let shown = fingerprint(&check(&app, &mine).await);
    let (first, second) = (app.admin(), of(&app, "0008"));
    let fields = [("shown", shown.as_str())];
    let (mine, theirs) = (format!("{mine}/acceptance"), format!("{theirs}/acceptance"));
    let (one, other) = tokio::join!(first.post(&mine, &fields), second.post(&theirs, &fields));
    let mut answers = [one.status.as_u16(), other.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409]);
    assert_eq!(people(&app).await, before + 1);
}

#[tokio::test]
async fn organizations_come_in_below_each_other_and_are_not_closed_by_a_file() {
    let app = hub().await;
    let rows = "名称,種別,地区,上位機関,開設日,閉鎖日\r\n\
                南分室,子ども家庭支援センター,南部,新しいセンター,2027-04-01,\r\n\
                新しいセンター,子ども家庭支援センター,南部,,2027-04-01,\r\n\
                架空区立みほん小学校,小学校,北部,,,\r\n\
                架空区立みほん中学校,中学校,,,,2027-03-31\r\n\
                =HYPERLINK(1),小学校,,,,\r\n";
    let address = checked(&app, "organizations", rows).await;
    let page = check(&app, &address).await;
    assert_eq!(counts(&page), ["2", "1", "0", "2", "0"]);
    assert!(page.text().contains("閉鎖は") && page.all("del").contains(&"中央".to_owned()));
    accept(&app, &address, &fingerprint(&page)).await.expect(303);
    let above: String = app
        .value("SELECT p.name || '<' || g.name FROM hub.organizations o JOIN hub.organizations p ON p.id = o.parent_id JOIN hub.organizations g ON g.id = p.parent_id WHERE o.name = '南分室'")
        .await;
    assert_eq!(above, "新しいセンター<架空区役所");
    let closed: i64 = app.value("SELECT count(*) FROM hub.organizations WHERE closed_on IS NOT NULL").await;
    assert_eq!(closed, 0);
    for path in ["table", "refused"] {
        let file = app.admin().get(&format!("{address}/{path}")).await.expect(200);
        let table = tsunagi::domain::table_in::decode(&file.body).unwrap_or_else(|refusal| panic!("{path}: {refusal}")).table;
        assert_eq!(table.rows.len(), if path == "table" { 6 } else { 3 });
    }
}

#[tokio::test]
async fn the_mapping_is_corrected_and_what_is_missing_is_asked_for() {
    let app = hub().await;
    let mapping = upload(&app, "people", "x,y\r\n来宮 三郎,架空区立みほん保育園\r\n").await.expect(303).location().to_owned();
    let mut fields = shown(&app.admin().get(&mapping).await.expect(200));
    fields.retain(|(name, _)| !name.starts_with("column.") && name != "header");
    let chosen = [("column.0", "name"), ("column.1", "organization"), ("header", "１"), ("from", "あした")];
    fields.extend(chosen.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let refused = post(&app, &mapping, &fields).await.expect(422);
    assert_eq!(refused.attributes(".app-errors a", "href"), ["#role", "#from"]);
    assert_eq!(refused.attributes("#from", "value"), ["あした"], "what was typed stays");
    fields.retain(|(name, _)| !["role", "from"].contains(&name.as_str()));
    fields.extend([("role", "reporter"), ("from", "令和9年4月1日")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let to = post(&app, &mapping, &fields).await.expect(303).location().to_owned();
    assert_eq!(counts(&app.admin().get(&to).await.expect(200))[..4], ["1", "0", "0", "0"]);
}

#[tokio::test]
async fn a_wrong_file_is_refused_with_how_to_mend() {
    let app = hub().await;
    for (bytes, says) in [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), "CSV（.csv）か Excel（.xlsx）"),
        (b"".as_slice(), "見出しの行と、1行以上"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), ".xlsx"),
        (b"PK\x03\x04 not a zip".as_slice(), "保存し直してください"),
    ] {
        let page = app.admin().upload("/directory/imports", ("file", "x", bytes), &[("what", "people")]).await.expect(422);
        assert!(page.first(".app-errors li").is_some_and(|line| line.contains(says)), "{says}");
    }
    let file = ("file", "職員.csv", HEAD.as_bytes());
    let what = app.admin().upload("/directory/imports", file, &[("what", "children")]).await.expect(422);
    assert_eq!(what.attributes(".app-errors a", "href"), ["#what"]);
    let large = vec![b'a'; 11 * 1024 * 1024];
    let page = app.admin().upload("/directory/imports", ("file", "x.csv", &large), &[("what", "people")]).await.expect(422);
    assert!(page.first(".app-errors li").is_some_and(|line| line.contains("10MB")));
    app.admin().post("/directory/imports", &[("what", "people")]).await.expect(400);
    let rows = format!("{HEAD}<script>alert(1)</script>,7,\"=cmd|' /C calc'!A0\",報告担当,2027-04-01,,,\r\n");
    let address = checked(&app, "people", &rows).await;
    let page = check(&app, &address).await;
    assert_eq!(counts(&page)[..4], ["0", "0", "0", "1"]);
    assert!(!page.text().contains("<script>alert"));
}

#[tokio::test]
async fn another_wards_file_is_not_there() {
    let app = hub().await;
    let address = checked(&app, "people", &year_start()).await;
    let strangers = [
        app.signed_in(&app.other.root, Role::WardAdmin),
        app.signed_in(&app.world.root, Role::Auditor),
        app.caseworker(),
        app.reporter(),
    ];
    for stranger in &strangers {
        for path in ["mapping", "check", "result", "table", "refused"] {
            stranger.get(&format!("{address}/{path}")).await.expect(404);
        }
        for path in ["mapping", "acceptance", "discard"] {
            stranger.post(&format!("{address}/{path}"), &[]).await.expect(404);
        }
    }
    check(&app, &address).await;
}

#[tokio::test]
async fn nothing_is_left_of_a_file_after_a_day() {
    let app = hub().await;
    let address = checked(&app, "people", &year_start()).await;
    app.admin().post(&format!("{address}/discard"), &[]).await.expect(303);
    app.admin().get(&format!("{address}/mapping")).await.expect(404);
    app.admin().get(&format!("{address}/check")).await.expect(404);
    let address = checked(&app, "people", &year_start()).await;
    let shown = fingerprint(&check(&app, &address).await);
    accept(&app, &address, &shown).await.expect(303);
    let kept: i64 = app.value("SELECT count(*) FROM hub.directory_imports WHERE state <> 'uploaded' AND file IS NOT NULL").await;
    assert_eq!(kept, 0, "the file goes with the last step");
    app.at("2026-11-23T08:00").refresh_sessions().await;
    app.admin().get(&format!("{address}/result")).await.expect(404);
    let gone = directory_imports::sweep(&app.app.db, app.app.clock.now()).await;
    assert!(gone.is_ok_and(|gone| gone >= 2));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.directory_imports").await, 0);
}

#[tokio::test]
async fn ten_thousand_people_come_in_quickly() {
    let app = hub().await;
    let before = people(&app).await;
    let mut file = HEAD.to_owned();
    for n in 0..10_000 {
        let from = if n == 7_000 { "令和9年2月30日" } else { "令和９年４月１日" };
        let _ = write!(file, "架空 {n},A{n:05},架空区立みほん小学校,教諭,{from},,,\r\n");
    }
    let address = checked(&app, "people", &file).await;
    let begun = std::time::Instant::now();
    let page = check(&app, &address).await;
    let checked_in = begun.elapsed();
    assert_eq!(counts(&page)[..4], ["9999", "0", "0", "1"]);
    assert!(page.text().contains("7002行目"));
    let begun = std::time::Instant::now();
    accept(&app, &address, &fingerprint(&page)).await.expect(303);
    let took = begun.elapsed();
    eprintln!("10,000 people: checked in {checked_in:?}, accepted in {took:?}, unoptimised");
    assert_eq!(people(&app).await, before + 9_999);
}

/// What no page lets an admin do for themselves, no file does either: not even a role that one person gives.
#[tokio::test]
async fn nobody_gives_themselves_a_role_by_a_file() {
    let app = hub().await;
    let admin = app.world.root.staff(Role::WardAdmin).clone();
    app.run(&format!("UPDATE hub.people SET staff_code = '0999' WHERE id = '{}'", admin.person)).await;
    let held =
        async || app.value::<i64>(&format!("SELECT count(*) FROM hub.memberships WHERE person_id = '{}'", admin.person)).await;
    let before = held().await;
    let file = format!(
        "{HEAD}{},0999,{},ケースワーカー,2026-11-20,,,\r\n来宮 三郎,0003,架空区立みほん保育園,報告担当,2027-04-01,2028-03-31,,\r\n",
        admin.name, app.world.centre.name
    );
    let address = checked(&app, "people", &file).await;
    let page = check(&app, &address).await;
    assert_eq!(counts(&page)[..4], ["1", "0", "0", "1"], "{}", page.text());
    assert!(page.text().contains("自分では変えられません"));
    accept(&app, &address, &fingerprint(&page)).await.expect(303);
    assert_eq!(held().await, before);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.people WHERE staff_code = '0003'").await, 1, "the others come in");
    // Nor to go: a ward is not left by accident.
    let gone = format!("{HEAD}{},0999,{},,,,退職,2027-03-31\r\n", admin.name, app.world.root.name);
    assert_eq!(counts(&check(&app, &checked(&app, "people", &gone).await).await)[..4], ["0", "0", "0", "1"]);
}

#[tokio::test]
async fn a_file_that_changes_an_address_tells_the_former_one() {
    let app = hub().await;
    app.run(&format!("UPDATE hub.people SET mail = 'before@example.jp' WHERE staff_code = '{MOVER}'")).await;
    let file = format!(
        "氏名,職員番号,所属,役割,開始日,メールアドレス\r\n動田 次郎,{MOVER},架空区立みほん保育園,報告担当,2026-04-01,after@example.jp\r\n\
         去川 花子,{LEAVER},架空区立みほん保育園,報告担当,2026-04-01,new@example.jp\r\n"
    );
    brought_in(&app, "people", &file).await;
    let told = app.sql("SELECT p.staff_code, m.kind, m.fields FROM hub.mails m JOIN hub.people p ON p.id = m.person_id").await;
    let former = serde_json::json!({ "staff_code": MOVER, "kind": "address_changed", "fields": { "former": "before@example.jp" } });
    assert_eq!(told, [former], "who had none is told nothing");
}
