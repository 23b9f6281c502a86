//! 出席簿: a month taken away, and a facility's own register brought in; of a file nothing is kept but what was asked about.

use serde_json::{Value, json};
use tsunagi::{domain::table_in, gate::Role};

use crate::support::{Answer, Caller, TestApp, World};

/// The nursery's children in force, as its own files name them.
fn names(app: &TestApp) -> Vec<(String, String)> {
    let World { watches, nursery, .. } = &app.world;
    let own = watches.iter().filter(|watch| watch.live && watch.facility == nursery.id);
    own.map(|watch| (watch.id.to_string(), watch.name.clone())).collect()
}

/// A register of November with the nursery's first two children among others.
fn wide(app: &TestApp) -> String {
    let names = names(app);
    format!(
        "令和8年11月 出席簿,,,,,,\n番号,組,氏名,16,17,18,19,20,21\n1,1組,{},〇,病,,〇,〇,〇\n2,1組,ヨソノ 秘密子,病,病,事,欠,〇,〇\n3,2組,{},〇,〇,〇,〇,〇,〇\n4,1組,{},〇,〇,〇,欠,チ,〇\n",
        names[0].1, names[0].1, names[1].1
    )
}

async fn upload(caller: &Caller<'_>, file: &[u8], words: &[(&str, &str)]) -> Answer {
    caller.upload("/register/imports", ("file", "ヨソノ秘密子.csv", file), &[&[("month", "2026-11")], words].concat()).await
}

/// Uploads and explains the marks: 病 with a call, 欠 without.
async fn explained(app: &TestApp, file: &[u8]) -> String {
    let address = upload(&app.head(), file, &[]).await.expect(303).location().to_owned();
    let page = app.head().get(&address).await.expect(200);
    let marks = page.all("tbody th");
    let mut fields = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let (status, contact, reason) = match mark.as_str() {
            "〇" => ("P", "", ""),
            "チ" => ("L", "", ""),
            "病" => ("A", "before", "illness"),
            "欠" => ("A", "none", "unknown"),
            _ => ("", "", ""),
        };
        fields.extend([(format!("status.{at}"), status), (format!("contact.{at}"), contact), (format!("reason.{at}"), reason)]);
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(app.head().post(&address, &fields).await.expect(303).location(), format!("{address}/check"));
    address
}

fn counts(page: &Answer) -> Vec<String> {
    page.all(".app-stats dd")
}

async fn days(app: &TestApp) -> Vec<Value> {
    app.sql("SELECT day, watch_id, status, version FROM watch.days WHERE day >= '2026-11-01' ORDER BY day, watch_id").await
}

#[tokio::test]
async fn a_register_comes_in_after_it_was_explained_and_checked() {
    let app = TestApp::new().await;
    let [(one, _), (two, _), _]: [(String, String); 3] = names(&app).try_into().unwrap();
    let before = days(&app).await;
    let file = wide(&app);
    let address = upload(&app.head(), file.as_bytes(), &[]).await.expect(303).location().to_owned();
    let page = app.head().get(&address).await.expect(200);
    assert!(
        page.text().contains("このほかの 2行は"),
        "the stranger and the namesake of another class: {:?}",
        page.all(".app-notice")
    );
    assert_eq!(page.all("tbody th"), ["〇", "チ", "欠", "病", "（空欄）"]);
    let chosen = page.attributes("select[name='status.0'] option[selected]", "value");
    assert_eq!(chosen, ["P"], "guessed");
    assert_eq!(page.attributes("select[name='status.4'] option[selected]", "value"), [""], "an empty cell is silence");
    // 病 and 欠 need to know whether the family called.
    let guessed = [("status.0", "P"), ("status.1", "L"), ("status.2", "A"), ("status.3", "A"), ("reason.3", "illness")];
    let refused = app.head().post(&address, &guessed).await.expect(422);
    assert_eq!(refused.all(".app-errors li").len(), 3, "{:?}", refused.all(".app-errors li"));

    let address = explained(&app, file.as_bytes()).await;
    let check = app.head().get(&format!("{address}/check")).await.expect(200);
    // Added: one 16, 17, 20 and two 16, 17, 18, 20; recorded otherwise: one 19; the same: two 19; to come: 21 twice; an empty cell.
    assert_eq!(counts(&check), ["7", "1", "4"], "{:?}", check.all(".app-bullets li"));
    assert_eq!(days(&app).await, before, "nothing is recorded yet");

    app.head().post(&format!("{address}/acceptance"), &[]).await.expect(303);
    let result = app.head().get(&format!("{address}/result")).await.expect(200);
    assert_eq!(counts(&result), ["7", "0", "1"]);
    let status: String = app.value(&format!("SELECT status FROM watch.days WHERE watch_id = '{one}' AND day = '2026-11-19'")).await;
    assert_eq!(status, "A", "what is recorded wins");
    let contact: String =
        app.value(&format!("SELECT mark->>'contact' FROM watch.days WHERE watch_id = '{one}' AND day = '2026-11-17'")).await;
    assert_eq!(contact, "before");
    let late: i64 = app
        .value(&format!("SELECT count(*) FROM watch.days WHERE watch_id = '{two}' AND day = '2026-11-20' AND status = 'L'"))
        .await;
    assert_eq!(late, 1);
    let deed = app.sql("SELECT detail FROM hub.trail WHERE action = 'importAttendance' AND detail->>'step' = 'accepted'").await;
    assert_eq!((&deed[0]["detail"]["added"], &deed[0]["detail"]["kept"]), (&json!(7), &json!(1)));

    // Twice is once.
    let after = days(&app).await;
    let twice = app.head().post(&format!("{address}/acceptance"), &[]).await.expect(303);
    assert_eq!((twice.location(), days(&app).await), (format!("{address}/result").as_str(), after));
    let file = app.head().get(&format!("{address}/result.csv?encoding=utf8")).await.expect(200);
    assert!(file.text().contains("記録を残した") && file.header("content-type").starts_with("text/csv"));
    // Next time the marks are known.
    let again = upload(&app.head(), wide(&app).as_bytes(), &[]).await.expect(303).location().to_owned();
    let known = app.head().get(&again).await.expect(200);
    assert_eq!(known.attributes("select[name='contact.3'] option[selected]", "value"), ["before"]);
}

#[tokio::test]
async fn nothing_of_anybody_else_is_kept_anywhere() {
    let app = TestApp::new().await;
    upload(&app.head(), wide(&app).as_bytes(), &[]).await.expect(303);
    let odd = "a,b,1,2,3\nx,ヨソノ 秘密子,〇,〇,〇\n";
    let asked = upload(&app.head(), odd.as_bytes(), &[]).await.expect(422);
    assert!(asked.all(".app-errors li").join("").contains("氏名か管理コード"));
    upload(&app.head(), "氏名,1,2,3\nヨソノ 秘密子,〇,〇,〇\n".as_bytes(), &[]).await.expect(422);
    let tables = "SELECT format('SELECT %L AS name, count(*) AS found FROM %I.%I t WHERE t::text LIKE ''%%ヨソノ%%'' OR t::text LIKE ''%%秘密%%''', c.relname, n.nspname, c.relname) AS query
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('hub', 'watch', 'desk') AND c.relkind = 'r'";
    let queries: Vec<String> = app.sql(tables).await.iter().map(|row| row["query"].as_str().unwrap().to_owned()).collect();
    for row in app.sql(&queries.join(" UNION ALL ")).await {
        assert_eq!(row["found"], 0, "{row}");
    }
    let kept = app.sql("SELECT cells::text AS cells FROM watch.attendance_imports WHERE others > 0").await;
    assert!(!kept[0]["cells"].as_str().unwrap().contains("甲野"), "not even a name of those asked about");
}

#[tokio::test]
async fn recorded_otherwise_is_changed_only_where_it_is_ticked_and_with_a_reason() {
    let app = TestApp::new().await;
    let [(one, _), ..]: [(String, String); 3] = names(&app).try_into().unwrap();
    let address = explained(&app, wide(&app).as_bytes()).await;
    let ticked = format!("replace.{one}.2026-11-19");
    let acceptance = format!("{address}/acceptance");
    let without = app.head().post(&acceptance, &[(&ticked, "1")]).await.expect(422);
    assert_eq!(without.attributes(&format!("input[name='{ticked}'][checked]"), "value"), ["1"], "kept ticked");
    let stale = app.head().post(&acceptance, &[(&ticked, "7"), ("why", "転記の誤り")]).await.expect(409);
    assert_eq!(stale.attributes("#why", "value"), ["転記の誤り"]);
    app.head().post(&acceptance, &[(&ticked, "1"), ("why", "転記の誤り")]).await.expect(303);
    let versions = app.sql(&format!("SELECT version, mark->>'status' AS status, correction_reason AS why FROM watch.reports WHERE watch_id = '{one}' AND day = '2026-11-19' ORDER BY version")).await;
    assert_eq!(versions[1], json!({ "version": 2, "status": "P", "why": "転記の誤り" }));
    assert_eq!(versions.len(), 2, "both stay");
}

#[tokio::test]
async fn a_register_of_another_facility_and_of_no_facility_is_not_there() {
    let app = TestApp::new().await;
    let address = upload(&app.head(), wide(&app).as_bytes(), &[]).await.expect(303).location().to_owned();
    for caller in [app.signed_in(&app.world.elementary, Role::FacilityHead), app.caseworker(), app.admin()] {
        caller.get(&address).await.expect(404);
        caller.post(&format!("{address}/acceptance"), &[]).await.expect(404);
        caller.get(&format!("{address}/result.csv")).await.expect(404);
    }
    app.head().post(&format!("{address}/discard"), &[]).await.expect(303);
    app.head().get(&address).await.expect(404);
    app.at("2026-11-21T10:00");
    tsunagi::store::register::imports::sweep(&app.app.db, app.app.clock.now()).await.unwrap();
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.attendance_imports").await, 0, "after a day it is gone");
}

#[tokio::test]
async fn a_month_leaves_as_a_workbook_and_as_rows_after_the_person_was_verified() {
    let app = TestApp::new().await;
    let address = |encoding: &str| format!("/register/export?month=2026-11&encoding={encoding}");
    app.head().get(&address("xlsx")).await.expect(403);
    app.verify_everybody().await;
    let book = app.head().get(&address("xlsx")).await.expect(200);
    let decoded = table_in::decode(&book.body).unwrap();
    let all: Vec<String> = decoded.table.rows.iter().flat_map(|row| row.cells.clone()).collect();
    let has = |word: &str| all.iter().any(|cell| cell.contains(word));
    assert!(has("令和8年11月　出席簿　架空区立みほん保育園") && has("授業日数") && has("甲野　一花") && has("欠"), "{all:?}");
    assert!(!has("甲野　四季"), "no child of another facility");
    let deed = app.sql("SELECT detail FROM hub.trail WHERE action = 'exportRegister'").await;
    assert_eq!(deed[0]["detail"], json!({ "month": "2026-11", "format": "xlsx", "children": 3, "reports": 3 }));

    let rows = app.caseworker().get(&address("utf8")).await.expect(200).text();
    assert!(rows.contains("甲野　一花") && rows.contains("\"なし\",\"理由不明\""), "{rows}");
    assert!(!rows.contains("甲野　三郎"), "no child of the guidance centre: {rows}");
    app.run(&format!("UPDATE watch.watches SET name = '𠮷田 =1' WHERE id = '{}'", names(&app)[0].0)).await;
    let asked = app.head().get(&address("cp932")).await.expect(200);
    assert!(asked.text().contains("U+20BB7"), "what would be lost is told first");
    let lossy = app.head().get(&format!("{}&lossy=1", address("cp932"))).await.expect(200);
    assert!(lossy.header("content-type").contains("Shift_JIS"));
    app.head().get("/register/export?month=2026-12").await.expect(404);
    app.admin().get("/register").await.expect(404);
}

#[tokio::test]
async fn what_left_comes_back_in_and_changes_nothing() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let book = app.head().get("/register/export?month=2026-11&encoding=xlsx").await.expect(200);
    let before = days(&app).await;
    let address = explained(&app, &book.body).await;
    let check = app.head().get(&format!("{address}/check")).await.expect(200);
    assert_eq!(counts(&check)[..2], ["0", "0"]);
    app.head().post(&format!("{address}/acceptance"), &[]).await.expect(303);
    assert_eq!(days(&app).await, before);
}
