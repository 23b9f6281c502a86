//! The office's requests to watch: made by hand, given to somebody, ended, looked through, taken away.

use serde_json::json;
use tsunagi::gate::Role;

use crate::support::{Answer, TestApp};

/// The form of a request for a second-year pupil, changed by `with`.
fn form<'a>(app: &TestApp, with: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    let mut fields = vec![
        ("facility".to_owned(), app.world.elementary.id.to_string()),
        ("name".to_owned(), "𠮷﨑　辻\u{e0100}子".to_owned()),
        ("kana".to_owned(), "よしざき　つじこ".to_owned()),
        ("grade".to_owned(), "e2".to_owned()),
        ("class".to_owned(), "１組".to_owned()),
        ("ground".to_owned(), "act_13_4".to_owned()),
        ("strictness".to_owned(), "strict".to_owned()),
        ("starts_on".to_owned(), "令和８年１１月２０日".to_owned()),
        ("ends_on".to_owned(), "R9.3.31".to_owned()),
    ];
    for (name, value) in with {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn post(app: &TestApp, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.caseworker().post(path, &fields).await
}

/// Makes a request and gives its address.
async fn made(app: &TestApp, with: &[(&str, &str)]) -> String {
    let answer = post(app, "/requests", &form(app, with)).await.expect(303);
    answer.location().split('?').next().unwrap_or_default().to_owned()
}

fn id(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or_default()
}

#[tokio::test]
async fn a_request_made_by_hand_keeps_the_name_and_tells_the_facility_nothing_else() {
    let app = TestApp::new().await;
    let me = app.world.centre.staff(Role::Caseworker);
    let blank = app.caseworker().get("/requests/new").await.expect(200);
    assert_eq!(blank.attributes("#starts_on", "value"), ["令和8年11月20日"]);
    let address = made(&app, &[("owner", &me.person.to_string())]).await;

    let watch = app
        .sql(&format!(
            "SELECT name, kana, grade, class, name_key, from_on, until_on FROM watch.watches WHERE id = '{}'",
            id(&address)
        ))
        .await;
    assert_eq!(
        watch,
        [json!({ "name": "𠮷﨑　辻\u{e0100}子", "kana": "ヨシザキ　ツジコ", "grade": "e2", "class": "1組", "name_key": "吉崎辻子",
            "from_on": "2026-11-20", "until_on": "2027-03-31" })]
    );
    let kept = app
        .sql(&format!(
            "SELECT office_id, ground, strictness, assigned_to, created_by FROM desk.requests WHERE watch_id = '{}'",
            id(&address)
        ))
        .await;
    assert_eq!(kept[0]["ground"], "act_13_4");
    assert_eq!(kept[0]["strictness"], "strict");
    assert_eq!(kept[0]["office_id"], app.world.centre.id.to_string());
    assert_eq!((&kept[0]["assigned_to"], &kept[0]["created_by"]), (&json!(me.person), &json!(me.person)));

    let page = app.caseworker().get(&format!("{address}?done=created")).await.expect(200);
    assert_eq!(page.first("h1").as_deref(), Some("ヨシザキ ツジコ𠮷﨑 辻\u{e0100}子 小2 1組"));
    assert_eq!(page.first(".app-flash").as_deref(), Some("見守り依頼を登録しました。"));
    let sections = page.all("section");
    let section = |heading: &str| sections.iter().find(|text| text.starts_with(heading)).cloned().unwrap_or_default();
    assert!(!section("施設の画面に出ること").contains("13条の4"));
    assert!(section("この機関だけに見えること").contains("虐待防止法13条の4"));

    let sheet = app.signed_in(&app.world.elementary, Role::Reporter).get("/sheet").await.expect(200).text();
    assert!(sheet.contains("辻\u{e0100}子") && !sheet.contains("虐待防止法13条の4") && !sheet.contains("厳しめ"));
}

#[tokio::test]
async fn every_fault_of_the_form_is_said_and_everything_typed_is_kept() {
    let app = TestApp::new().await;
    let wrong = [
        ("name", "=1+1"),
        ("kana", "斎藤"),
        ("grade", "j1"),
        ("ground", ""),
        ("starts_on", "令和8年2月30日"),
        ("sibling_name", "だれか"),
    ];
    let before: i64 = app.value("SELECT count(*) FROM watch.watches").await;
    let page = post(&app, "/requests", &form(&app, &wrong)).await.expect(422);
    let links = page.attributes(".app-errors a", "href");
    assert_eq!(links, ["#name", "#kana", "#grade", "#ground", "#starts_on", "#sibling_name"]);
    for href in &links {
        assert!(
            !page.all(&format!("[id='{}']", &href[1..])).is_empty()
                || !page.attributes(&format!("[id='{}']", &href[1..]), "name").is_empty(),
            "{href}"
        );
    }
    assert_eq!(page.attributes("#name", "value"), ["=1+1"]);
    assert_eq!(page.attributes("#starts_on", "value"), ["令和8年2月30日"]);
    assert!(page.first("title").is_some_and(|title| title.starts_with("エラー: ")));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.watches").await, before);

    let backwards = post(&app, "/requests", &form(&app, &[("ends_on", "2026-11-19")])).await.expect(422);
    assert_eq!(backwards.attributes(".app-errors a", "href"), ["#ends_on"]);
}

#[tokio::test]
async fn a_child_who_looks_the_same_is_asked_about_once_more() {
    let app = TestApp::new().await;
    made(&app, &[("name", "髙橋 蓮")]).await;
    let again = [("name", "高橋　蓮")];
    let page = post(&app, "/requests", &form(&app, &again)).await.expect(422);
    assert_eq!(page.attributes("input[name=confirmed]", "value"), ["1"]);
    assert!(page.all("#same li")[0].starts_with("髙橋 蓮"));
    assert!(
        post(&app, "/requests", &form(&app, &[("name", "高橋　蓮"), ("grade", "e3")])).await.status.is_redirection(),
        "another grade"
    );

    made(&app, &[("name", "高橋　蓮"), ("confirmed", "1")]).await;
    let same: i64 = app.value("SELECT count(*) FROM watch.watches WHERE name_key = '高橋蓮' AND grade = 'e2'").await;
    assert_eq!(same, 2);
}

#[tokio::test]
async fn siblings_are_found_by_name_and_kept_from_the_facility() {
    let app = TestApp::new().await;
    let brother = app.world.watch(&app.world.centre, &app.world.nursery);
    let address = made(&app, &[("sibling_name", &brother.name)]).await;
    let page = app.caseworker().get(&address).await.expect(200);
    assert!(page.attributes("section a", "href").contains(&format!("/requests/{}", brother.id)));
    let groups: i64 =
        app.value("SELECT count(DISTINCT sibling_group_id) FROM desk.requests WHERE sibling_group_id IS NOT NULL").await;
    assert_eq!(groups, 1);

    // A third child joins the group; then two of one name have to be told apart.
    made(&app, &[("name", "三人目"), ("sibling_name", &brother.name)]).await;
    assert_eq!(
        app.value::<i64>("SELECT count(DISTINCT sibling_group_id) FROM desk.requests WHERE sibling_group_id IS NOT NULL").await,
        1
    );
    let twin = made(&app, &[("name", &brother.name), ("class", "2組")]).await;
    let page = post(&app, "/requests", &form(&app, &[("name", "四人目"), ("sibling_name", &brother.name)])).await.expect(422);
    assert_eq!(page.all("input[name=sibling]").len(), 2);
    made(&app, &[("name", "四人目"), ("sibling_name", &brother.name), ("sibling", id(&twin))]).await;

    // Another office's child cannot be named as a sibling.
    let theirs = app.world.watch(&app.world.guidance, &app.world.nursery);
    let page = post(
        &app,
        "/requests",
        &form(&app, &[("name", "五人目"), ("sibling_name", &theirs.name), ("sibling", &theirs.id.to_string())]),
    )
    .await;
    assert_eq!(page.expect(422).attributes(".app-errors a", "href"), ["#sibling_name"]);
}

#[tokio::test]
async fn whoever_is_second_to_assign_sees_both_and_nothing_changes() {
    let app = TestApp::new().await;
    let watch = app.world.watch(&app.world.centre, &app.world.elementary);
    let (worker, supervisor) = (app.world.centre.staff(Role::Caseworker), app.world.centre.staff(Role::Supervisor));
    let path = format!("/requests/{}/assignment", watch.id);
    let version = app.caseworker().get(&path).await.expect(200).attributes("input[name=version]", "value").remove(0);
    let to = |person: &str| vec![("version".to_owned(), version.clone()), ("owner".to_owned(), person.to_owned())];

    let answer = post(&app, &path, &to(&supervisor.person.to_string())).await.expect(303);
    let page = app.caseworker().get(answer.location()).await.expect(200);
    assert!(page.all(".app-timeline li").last().is_some_and(|step| step.contains(&supervisor.name)));

    let conflict = post(&app, &path, &to(&worker.person.to_string())).await.expect(409);
    let text = conflict.text();
    assert!(text.contains(&supervisor.name) && text.contains(&worker.name));
    let kept: String = app.value(&format!("SELECT assigned_to::text FROM desk.requests WHERE watch_id = '{}'", watch.id)).await;
    assert_eq!(kept, supervisor.person.to_string());

    let stranger = app.world.guidance.staff(Role::Caseworker).person.to_string();
    let fields = vec![("version".to_owned(), "2".to_owned()), ("owner".to_owned(), stranger)];
    post(&app, &path, &fields).await.expect(422);
}

#[tokio::test]
async fn an_ended_request_leaves_the_sheet_the_day_after_its_last() {
    let app = TestApp::new().await;
    let watch = app.world.watch(&app.world.centre, &app.world.elementary).clone();
    let path = format!("/requests/{}/ending", watch.id);
    let version = app.caseworker().get(&path).await.expect(200).attributes("input[name=version]", "value").remove(0);
    let fields = |day: &str, reason: &str| {
        [("version", version.as_str()), ("ends_on", day), ("reason", reason)].map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec()
    };
    let page = post(&app, &path, &fields("平成元年1月8日", "")).await.expect(422);
    assert_eq!(page.attributes(".app-errors a", "href"), ["#ends_on", "#reason"]);

    post(&app, &path, &fields("R8.11.20", "個別ケース会議（R8.11.19）で決定")).await.expect(303);
    let teacher = app.signed_in(&app.world.elementary, Role::Reporter);
    assert!(teacher.get("/sheet").await.expect(200).text().contains(&watch.name), "the last day counts");
    let stale = post(&app, &path, &fields("R8.11.20", "もう一度")).await.expect(409);
    assert!(stale.text().contains("もう一度"));

    app.at("2026-11-21T09:00").refresh_sessions().await;
    assert!(!app.signed_in(&app.world.elementary, Role::Reporter).get("/sheet/2026-11-20").await.text().contains(&watch.name));
    let page = app.caseworker().get(&format!("/requests/{}", watch.id)).await.expect(200);
    assert!(page.text().contains("個別ケース会議（R8.11.19）で決定"));
    assert!(page.attributes("main a", "href").iter().all(|href| !href.ends_with("/ending")));
}

#[tokio::test]
async fn the_list_is_the_offices_own_filtered_paged_and_searched_without_names_in_addresses() {
    let app = TestApp::new().await;
    let (centre, branch, guidance) = (&app.world.centre, &app.world.branch, &app.world.guidance);
    let page = app.caseworker().get("/requests").await.expect(200);
    let names = page.all(".app-child-name");
    for office in [centre, branch] {
        assert!(names.contains(&app.world.watch(office, &app.world.nursery).name.replace('　', " ")), "{names:?}");
    }
    assert!(!page.text().contains(&app.world.watch(guidance, &app.world.nursery).name));
    assert!(!page.text().contains(&app.world.ended_watch().name));

    let ended = app.caseworker().get("/requests?state=ended").await.expect(200);
    assert_eq!(ended.all(".app-child-name").len(), 1);
    let filtered = app.caseworker().get(&format!("/requests?facility={}", app.world.elementary.id)).await.expect(200);
    assert_eq!(filtered.all(".app-child-name").len(), 2);
    let nobody = app.caseworker().get(&format!("/requests?owner={}", centre.staff(Role::Caseworker).person)).await.expect(200);
    assert_eq!(nobody.first("h2").as_deref(), Some("条件に合う見守り依頼はありません"));

    made(&app, &[("name", "髙橋 蓮"), ("kana", "たかはし　れん")]).await;
    for typed in ["高橋", "タカハシ", "はしれん"] {
        let found = app.caseworker().post("/requests/search", &[("q", typed), ("state", "")]).await.expect(200);
        assert_eq!(found.all(".app-child-name"), ["髙橋 蓮"], "{typed}");
    }
    let nothing = app.caseworker().post("/requests/search", &[("q", "%")]).await.expect(200);
    assert!(nothing.all(".app-child-name").is_empty(), "no wildcard");
    let back = app.caseworker().post("/requests/search", &[("q", ""), ("state", "all")]).await.expect(303);
    assert_eq!(back.location(), "/requests?state=all");
    for number in ["0", "-1", "9223372036854775808", "x"] {
        assert!(!app.caseworker().get(&format!("/requests?page={number}")).await.status.is_server_error());
    }
}

#[tokio::test]
async fn what_is_not_theirs_is_not_there() {
    let app = TestApp::new().await;
    let theirs = app.world.watch(&app.world.guidance, &app.world.nursery).id;
    let next_door = app.other.watch(&app.other.centre, &app.other.nursery).id;
    for id in [theirs, next_door] {
        for path in ["", "/ending", "/assignment"] {
            app.caseworker().get(&format!("/requests/{id}{path}")).await.expect(404);
        }
        app.caseworker()
            .post(&format!("/requests/{id}/ending"), &[("version", "1"), ("ends_on", "R8.11.20"), ("reason", "x")])
            .await
            .expect(404);
        app.caseworker().post(&format!("/requests/{id}/assignment"), &[("version", "1"), ("owner", "")]).await.expect(404);
    }
    let ours = app.world.watch(&app.world.centre, &app.world.nursery).id;
    for path in ["", "/ending", "/assignment"] {
        for caller in [app.head(), app.admin(), app.signed_in(&app.world.branch, Role::Supervisor)] {
            caller.get(&format!("/requests/{ours}{path}")).await.expect(404);
            if !path.is_empty() {
                caller.post(&format!("/requests/{ours}{path}"), &[]).await.expect(404);
            }
        }
    }
    for path in ["/requests", "/requests/new", "/requests/export", "/requests/imports/new"] {
        app.reporter().get(path).await.expect(404);
        app.admin().get(path).await.expect(404);
    }
}

#[tokio::test]
async fn an_export_runs_no_formula_and_loses_no_character_unsaid() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    made(&app, &[("name", "𠮷田 辻\u{e0100}"), ("class", "")]).await;
    let csv = app.caseworker().get("/requests/export?encoding=utf8").await.expect(200);
    assert!(csv.header("content-disposition").contains("requests-2026-11-20.csv"));
    assert!(csv.body.starts_with(b"\xef\xbb\xbf\"") && csv.text().contains("\"𠮷田 辻\u{e0100}\""));
    assert!(csv.text().contains("\"虐待防止法13条の4\""));

    let notice = app.caseworker().get("/requests/export?encoding=cp932").await.expect(200);
    assert!(notice.header("content-type").starts_with("text/html"));
    let row = notice.all("tbody tr").remove(0);
    assert!(row.contains("𠮷田") && row.contains("U+20BB7") && row.contains("U+E0100"), "{row}");
    let links = notice.attributes("main a", "href");
    let go_on = links.iter().find(|href| href.contains("lossy=1")).expect("a way on");
    let file = app.caseworker().get(go_on).await.expect(200);
    let text = encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&file.body).expect("CP932");
    assert!(text.contains("\"〓田 辻\""));
    let deeds = app.sql("SELECT detail FROM hub.trail WHERE action = 'exportRequests' ORDER BY id").await;
    assert_eq!(deeds.len(), 3);
    assert!(deeds.iter().all(|deed| deed["detail"]["rows"].as_i64() > Some(0)));
}
