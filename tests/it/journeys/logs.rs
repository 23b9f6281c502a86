//! The log of sign-ins and the trail are searched and taken away, with a reason that stays (security B7, D6).

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use crate::support::{Answer, Caller, TestApp};

const EXPORT: &str = "/sign-ins/export";

/// Attempts of the ward: a refusal of somebody known, a sign-in, one with an agent a spreadsheet would run; one next door; one of nobody.
async fn attempts(app: &TestApp) {
    let who = app.world.nursery.people[0].person;
    let (own, other) = (app.world.ward, app.other.ward);
    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, reason, person_id, address, agent) VALUES
         (gen_random_uuid(), '{own}', '2026-11-17T23:12:00Z', 'refused', 'bad_passkey', '{who}', '192.0.2.7', 'Mozilla/5.0 (Windows NT 10.0) Firefox/130.0'),
         (gen_random_uuid(), '{own}', '2026-11-18T23:12:00Z', 'signed_in', '', '{who}', '192.0.2.7', ''),
         (gen_random_uuid(), '{own}', '2026-11-19T23:12:00Z', 'refused', 'synced_passkey', '{who}', '192.0.2.8', '=HYPERLINK(\"x\")'),
         (gen_random_uuid(), '{other}', '2026-11-19T23:13:00Z', 'refused', 'malformed', NULL, '192.0.2.9', ''),
         (gen_random_uuid(), NULL, '2026-11-19T23:14:00Z', 'refused', 'unknown_passkey', NULL, '192.0.2.10', '')"
    ))
    .await;
}

async fn rows(caller: &Caller<'_>, query: &str) -> Vec<String> {
    caller.get(&format!("/sign-ins?{query}")).await.expect(200).all("tbody tr")
}

async fn export(app: &TestApp, fields: &[(&str, &str)]) -> Answer {
    app.verify_everybody().await;
    app.admin().post(EXPORT, fields).await
}

/// The cells of a workbook's sheet as text.
fn cells(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[tokio::test]
async fn the_log_is_searched_by_day_outcome_reason_and_person() {
    let app = TestApp::new().await;
    attempts(&app).await;
    let who = &app.world.nursery.people[0];
    let admin = app.admin();
    assert_eq!(rows(&admin, "").await.len(), 3);
    assert_eq!(rows(&admin, "outcome=refused").await.len(), 2, "failures only");
    assert_eq!(rows(&admin, "reason=bad_passkey").await.len(), 1);
    assert_eq!(rows(&admin, &format!("person={}", who.person)).await.len(), 3);
    assert_eq!(rows(&admin, &format!("person={}", app.world.double.person)).await.len(), 0);
    assert_eq!(rows(&admin, "since=R8.11.19&until=2026-11-19").await.len(), 1, "23:12 in London is the next morning in Japan");
    let page = admin.get("/sign-ins").await.expect(200);
    let everybody: Vec<&str> = app.world.people().map(|(_, staff)| staff.name.as_str()).filter(|name| *name != who.name).collect();
    assert!(everybody.iter().all(|name| !page.all("form").concat().contains(name)), "no list of everybody to choose from");
    assert_eq!(page.all("tbody details summary"), ["Firefox・Windows"], "the whole name is a click away");
    let refused = admin.get("/sign-ins?since=soon").await.expect(422);
    assert!(refused.text().contains("value=\"soon\""));
    for page in ["0", "-1", "9223372036854775808"] {
        admin.get(&format!("/sign-ins?page={page}")).await.expect(200);
    }
    let said = app.sql("SELECT detail FROM hub.trail WHERE action = 'readSignIns' AND detail->>'reason' = 'bad_passkey'").await;
    assert_eq!(said[0]["detail"]["lines"], 1);
}

#[tokio::test]
async fn an_attempt_of_nobody_is_seen_by_the_only_ward_and_else_by_none() {
    let app = TestApp::new().await;
    attempts(&app).await;
    assert!(
        rows(&app.admin(), "").await.iter().all(|row| !row.contains("192.0.2.10")),
        "two wards: nobody knows whose door it was"
    );

    let app = TestApp::empty().await;
    app.run(&app.world.sql()).await;
    let (own, who) = (app.world.ward, app.world.nursery.people[0].person);
    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, reason, person_id, address) VALUES
         (gen_random_uuid(), NULL, '2026-11-19T23:14:00Z', 'refused', 'unknown_passkey', NULL, '192.0.2.10'),
         (gen_random_uuid(), '{own}', '2026-11-19T23:12:00Z', 'signed_in', '', '{who}', '192.0.2.7'),
         (gen_random_uuid(), NULL, '2026-11-18T23:14:00Z', 'refused', 'unknown_invitation', NULL, '192.0.2.11')"
    ))
    .await;
    for caller in [app.admin(), app.auditor()] {
        let found = rows(&caller, "").await;
        let order: Vec<bool> = found.iter().map(|row| row.contains("（分からない）")).collect();
        assert_eq!(order, [true, false, true], "newest first, whoever's: {found:?}");
        assert_eq!(rows(&caller, "outcome=refused").await.len(), 2);
        assert_eq!(rows(&caller, &format!("person={who}")).await.len(), 1);
    }
    app.caseworker().get("/sign-ins").await.expect(404);
    // A second ward, and the lines are nobody's again.
    app.run("INSERT INTO hub.wards (id, code, name, created_at) VALUES (gen_random_uuid(), '99009', 'もう一つ', '2026-11-20T00:00:00Z')").await;
    assert_eq!(rows(&app.admin(), "").await.len(), 1);
}

#[tokio::test]
async fn the_log_leaves_as_a_workbook_with_its_reason_in_the_trail() {
    let app = TestApp::new().await;
    attempts(&app).await;
    let fields = [("since", "R8.11.1"), ("until", ""), ("outcome", "refused"), ("purpose", "investigation"), ("format", "xlsx")];
    let asked = app.admin().post(EXPORT, &fields).await.expect(403);
    assert_eq!(asked.attributes("form[data-again] input", "value").len(), fields.len(), "what was chosen waits for the person");
    let file = export(&app, &fields).await.expect(200);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"sign-ins-2026-11-01-2026-11-20.xlsx\"");
    let table = cells(&file.body, "サインインの記録");
    assert_eq!(table[0][..5], ["日時", "人", "結果", "理由", "接続元"]);
    assert_eq!(table.len(), 3, "the filter counts, and nothing of the ward next door: {table:?}");
    assert_eq!(table[1][6], "=HYPERLINK(\"x\")", "text, not a formula");
    let deed = app.sql("SELECT detail FROM hub.trail WHERE action = 'exportSignIns'").await;
    let said = serde_json::json!({
        "since": "2026-11-01", "until": "2026-11-20", "person": null, "outcome": "refused", "reason": null,
        "purpose": "investigation", "format": "xlsx", "rows": 2
    });
    assert_eq!(deed[0]["detail"], said);
    let line = app.auditor().get("/trail?action=exportSignIns").await.expect(200).all("tbody tr").remove(0);
    assert!(line.contains("理由 不審な利用を調べる") && line.contains("形式 Excel（xlsx）"), "{line}");
}

#[tokio::test]
async fn csv_is_guarded_and_says_what_it_loses() {
    let app = TestApp::new().await;
    attempts(&app).await;
    let with = |format| [("since", "2026-11-01"), ("purpose", "audit"), ("format", format)];
    let file = export(&app, &with("csv")).await.expect(200);
    let text = String::from_utf8(file.body.clone()).unwrap();
    assert!(
        text.starts_with("\u{feff}\"日時\",\"人\"")
            && text.contains("\r\n")
            && file.header("content-type") == "text/csv; charset=utf-8"
    );
    assert!(text.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{text}");
    let file = export(&app, &with("csv_cp932")).await.expect(200);
    assert_eq!(&file.body[..6], b"\"\x93\xfa\x8e\x9e\"", "日時 in Windows-31J");

    let person = app.world.nursery.people[0].person;
    app.run(&format!("UPDATE hub.people SET display_name = '𠮷田 鷗' WHERE id = '{person}'")).await;
    let warned = export(&app, &with("csv_cp932")).await.expect(200);
    assert!(warned.text().contains("𠮷田 鷗") && warned.header("content-disposition").is_empty());
    let again = warned.attributes("main form:nth-of-type(2) input", "name");
    assert!(again.contains(&"lossy".to_owned()) && again.contains(&"purpose".to_owned()), "{again:?}");
    let lossy = [&with("csv_cp932")[..], &[("lossy", "1")]].concat();
    assert!(export(&app, &lossy).await.expect(200).header("content-disposition").contains(".csv"));
}

#[tokio::test]
async fn an_export_needs_a_reason_and_a_year_at_most() {
    let app = TestApp::new().await;
    attempts(&app).await;
    let errors = async |fields: &[(&str, &str)]| export(&app, fields).await.expect(422).all(".app-errors li");
    assert_eq!(errors(&[]).await, ["書き出すときは、開始日を入力してください。", "書き出す理由を選んでください。"]);
    assert_eq!(errors(&[("since", "2026-11-01"), ("purpose", "because")]).await, ["書き出す理由を選んでください。"]);
    let with = |since, until| [("since", since), ("until", until), ("purpose", "inspection")];
    assert_eq!(errors(&with("2026-11-02", "2026-11-01")).await, ["終了日は、開始日以後の日にしてください。"]);
    assert!(errors(&with("2025-11-19", "2026-11-20")).await[0].contains("366"));
    assert_eq!(errors(&with("soon", "2026-11-20")).await.len(), 1);
    export(&app, &with("2025-11-20", "2026-11-20")).await.expect(200);
    let kept = export(&app, &[("since", "2026-11-18"), ("outcome", "refused")]).await.expect(422);
    assert_eq!(kept.attributes("#export input[name=outcome][type=hidden]", "value"), ["refused"]);
    assert_eq!(kept.attributes("#filter-since", "value"), ["2026-11-18"]);

    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome) SELECT gen_random_uuid(), '{}', '2026-11-10T00:00:00Z', 'signed_in' FROM generate_series(1, 100001)",
        app.world.ward
    ))
    .await;
    let many = errors(&with("2026-11-01", "2026-11-20")).await;
    assert!(many[0].contains("100000件") || many[0].contains("100,000件"), "{many:?}");
}

#[tokio::test]
async fn the_trail_is_the_auditors_to_take_away() {
    let app = TestApp::new().await;
    app.head().get("/calendar").await.expect(200);
    app.verify_everybody().await;
    let fields = [("since", "2026-11-20"), ("purpose", "disclosure"), ("format", "xlsx"), ("action", "readCalendar")];
    app.admin().post("/trail/export", &fields).await.expect(404);
    let file = app.auditor().post("/trail/export", &fields).await.expect(200);
    let table = cells(&file.body, "操作記録");
    assert_eq!(table.len(), 2);
    assert_eq!(table[1][2..5], [app.world.nursery.name.clone(), "施設長".to_owned(), "休業日を見た".to_owned()]);
    let deed = app.sql("SELECT detail FROM hub.trail WHERE action = 'exportTrail'").await;
    assert_eq!((&deed[0]["detail"]["purpose"], &deed[0]["detail"]["rows"]), (&"disclosure".into(), &1.into()));
    assert_eq!(app.auditor().post("/trail/export", &[("purpose", "audit")]).await.expect(422).all(".app-errors li").len(), 1);
    // The auditor reads sign-ins too; those who work with children neither.
    app.auditor().post(EXPORT, &[("since", "2026-11-20"), ("purpose", "audit")]).await.expect(200);
    app.caseworker().post(EXPORT, &[("since", "2026-11-20"), ("purpose", "audit")]).await.expect(404);
}

#[tokio::test]
async fn one_person_is_looked_for_by_name_reading_or_staff_code_and_the_rest_of_the_filter_stays() {
    let app = TestApp::new().await;
    attempts(&app).await;
    let (ward, who) = (app.world.ward, &app.world.nursery.people[0]);
    let name = "田所　花子";
    app.run(&format!(
        "UPDATE hub.people SET display_name = '{name}', kana = 'タドコロ ハナコ', staff_code = 'A-0012' WHERE id = '{}'",
        who.person
    ))
    .await;
    for (log, caller) in [("/sign-ins", app.admin()), ("/sign-ins", app.auditor()), ("/trail", app.auditor())] {
        let find = async |typed: &str| caller.post(&format!("{log}/person"), &[("q", typed), ("since", "R8.11.1")]).await;
        for typed in [name, "ﾀﾄﾞｺﾛ", "ａ-0012"] {
            let to = find(typed).await.expect(303).location().to_owned();
            assert_eq!(to, format!("{log}?since=R8.11.1&person={}", who.person), "{typed}");
        }
        let page = caller.get(&format!("{log}?since=R8.11.1&person={}", who.person)).await.expect(200);
        assert!(page.text().contains(&format!("{name} の記録だけ")));
        assert_eq!(
            page.attributes("form[method=get] input[type=hidden]", "value"),
            [who.person.to_string()],
            "filtering on keeps them"
        );
        assert!(page.attributes("a", "href").contains(&format!("{log}?since=R8.11.1")), "the way back to everybody");
        for (typed, told) in [
            ("", "どれかを入力"),
            (" ", "どれかを入力"),
            ("どこにもいない", "当てはまる人がいません"),
            ("A-001", "当てはまる人がいません"),
        ] {
            let page = find(typed).await.expect(422);
            assert!(page.text().contains(told), "{typed}");
            assert_eq!(page.attributes("input[name=since]", "value"), ["R8.11.1"]);
        }
        find(&app.other.nursery.people[0].name).await.expect(422);
    }
    // Many fit: the first of them, and never a list of everybody.
    app.run(&format!(
        "INSERT INTO hub.people (ward_id, id, display_name, kana, status, created_at)
         SELECT '{ward}', gen_random_uuid(), '同名 ' || n, 'ドウメイ', 'active', '2026-04-01T00:00:00Z' FROM generate_series(1, 30) n"
    ))
    .await;
    let page = app.auditor().post("/trail/person", &[("q", "同名"), ("action", "readSheet")]).await.expect(200);
    assert_eq!(page.all("tbody tr").len(), 20);
    assert!(page.text().contains("30人が当てはまります"));
    let hrefs = page.attributes("tbody a", "href");
    assert!(
        hrefs.iter().all(|href| href.starts_with("/trail?") && href.contains("action=readSheet") && href.contains("person=")),
        "{hrefs:?}"
    );
    // The desk has no trail to look through, others neither.
    for (caller, log) in
        [(app.admin(), "/trail"), (app.caseworker(), "/trail"), (app.caseworker(), "/sign-ins"), (app.head(), "/sign-ins")]
    {
        caller.post(&format!("{log}/person"), &[("q", "同名")]).await.expect(404);
    }
    let said = app
        .sql("SELECT detail FROM hub.trail WHERE action = 'readTrail' AND detail->>'step' = 'search' ORDER BY id DESC LIMIT 1")
        .await;
    assert_eq!(said[0]["detail"], serde_json::json!({ "step": "search", "people": 20 }), "how many, never what was typed");
}
