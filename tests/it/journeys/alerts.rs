//! The office's day: what fired, who takes it, what is done, and everything that must be refused.

use tsunagi::{domain::ids::Id, gate::Role};

use crate::support::{Answer, Caller, TestApp};

/// The centre's own alert.
fn path(app: &TestApp) -> String {
    format!("/alerts/{}", app.world.alert(&app.world.centre).id)
}

async fn take(caller: &Caller<'_>, path: &str, version: u32) -> Answer {
    caller.post(&format!("{path}/taking"), &[("version", &version.to_string())]).await
}

async fn row(app: &TestApp) -> serde_json::Value {
    let id = app.world.alert(&app.world.centre).id;
    app.sql(&format!("SELECT state, holder_id, outcome, revision FROM desk.alerts WHERE id = '{id}'")).await.remove(0)
}

#[tokio::test]
async fn the_inbox_shows_the_office_s_alerts_and_those_below_it_and_says_why() {
    let app = TestApp::new().await;
    let page = app.caseworker().get("/alerts").await.expect(200);
    let (own, below) = (app.world.alert(&app.world.centre), app.world.alert(&app.world.branch));
    assert_eq!(page.attributes("tbody tr", "id"), [format!("alert-{}", own.id), format!("alert-{}", below.id)]);
    assert_eq!(page.first("x-live-count [data-number]").as_deref(), Some("2"));
    let text = page.text();
    assert!(text.contains("連絡のない欠席（当日）") && text.contains("4歳児 1組"), "the rule's sentence and the place are there");
    assert!(text.contains("最終確認 9:00 ・ 全施設 0/3 報告済み"), "the feeds are shown to be alive");
    assert!(!page.first("title").unwrap_or_default().contains("甲野"), "no name in the title");
    assert_eq!(page.attributes("tbody tr:first-child .app-mark", "data-mark").last().map(String::as_str), Some("silent"));
    assert_eq!(page.attributes("tbody tr:first-child .app-mark", "data-mark").len(), 10, "ten open days");

    let alone = app.signed_in(&app.world.branch, Role::Caseworker).get("/alerts").await.expect(200);
    assert_eq!(alone.attributes("tbody tr", "id"), [format!("alert-{}", below.id)]);
}

#[tokio::test]
async fn graver_comes_first_and_what_no_longer_holds_comes_last_of_its_kind() {
    let app = TestApp::new().await;
    let (own, below) = (app.world.alert(&app.world.centre).id, app.world.alert(&app.world.branch).id);
    app.run(&format!("UPDATE desk.alerts SET condition = 'not_met' WHERE id = '{own}'")).await;
    let page = app.caseworker().get("/alerts").await.expect(200);
    assert_eq!(page.attributes("tbody tr", "id"), [format!("alert-{below}"), format!("alert-{own}")]);
    assert!(page.text().contains("訂正により条件不成立"));
    app.run(&format!("UPDATE desk.alerts SET severity = 'urgent' WHERE id = '{own}'")).await;
    let page = app.caseworker().get("/alerts").await.expect(200);
    assert_eq!(page.attributes("tbody tr", "id"), [format!("alert-{own}"), format!("alert-{below}")]);
    let urgent = app.caseworker().get("/alerts?severity=urgent").await.expect(200);
    assert_eq!(urgent.attributes("tbody tr", "id"), [format!("alert-{own}")]);
    let elsewhere = app.caseworker().get(&format!("/alerts?facility={}", app.world.elementary.id)).await.expect(200);
    assert!(elsewhere.attributes("tbody tr", "id").is_empty());
}

/// Another open alert about the child of the centre's own.
async fn also(app: &TestApp, number: u32, rule: &str, severity: &str) -> String {
    let id = format!("00000000-00a1-4000-8000-00000000000{number}");
    app.run(&format!(
        "INSERT INTO desk.alerts (ward_id, id, watch_id, facility_id, office_id, rule, severity, level, count, as_of, condition, state, raised_at, due_at, revision)
         SELECT ward_id, '{id}', watch_id, facility_id, office_id, '{rule}', '{severity}', 1, 7, as_of, 'met', 'open', raised_at, due_at, 1
         FROM desk.alerts WHERE id = '{}'",
        app.world.alert(&app.world.centre).id
    ))
    .await;
    id
}

#[tokio::test]
async fn one_child_is_one_row_with_its_gravest_alert_and_the_others_folded_below() {
    let app = TestApp::new().await;
    let (own, below) = (app.world.alert(&app.world.centre).id, app.world.alert(&app.world.branch).id);
    let (notice, urgent) = (also(&app, 1, "A9", "notice").await, also(&app, 2, "A5", "urgent").await);
    let page = app.caseworker().get("/alerts").await.expect(200);
    assert_eq!(page.attributes("tbody tr", "id"), [format!("alert-{urgent}"), format!("alert-{below}")]);
    assert_eq!(page.attributes("tbody details li", "id"), [format!("alert-{own}"), format!("alert-{notice}")], "graver first");
    assert!(page.first("tbody details summary").is_some_and(|line| line.contains("ほかのアラート2件")));
    assert_eq!(page.first("x-live-count [data-number]").as_deref(), Some("4"), "what is counted are alerts");
    assert!(page.first(".app-pager").is_some_and(|line| line.contains("1–2人目（アラート4件）")));
    let said = app.sql("SELECT detail ->> 'alerts' AS alerts FROM hub.trail WHERE action = 'listAlerts'").await;
    assert_eq!(said, [serde_json::json!({ "alerts": "4" })], "each name shown is in the trail");
    // Narrowed to what is folded, it is what stands there.
    let notices = app.caseworker().get("/alerts?severity=notice").await.expect(200);
    assert_eq!(notices.attributes("tbody tr", "id"), [format!("alert-{notice}")]);
    assert!(notices.all("tbody details").is_empty());
    // Taken from the top, the next one of the same child comes up; taken from the fold, the child's row stays.
    let at = |id: &str| format!("form[action='/alerts/{id}/taking'] input[name=at]");
    assert_eq!(page.attributes(&at(&urgent), "value"), [own.to_string()]);
    assert_eq!(page.attributes(&at(&notice), "value"), std::slice::from_ref(&urgent));
    let taken = [("version", "1"), ("next", "/alerts?view=unassigned"), ("at", urgent.as_str())];
    let answer = app.caseworker().post(&format!("/alerts/{notice}/taking"), &taken).await.expect(303);
    let back = app.caseworker().get(answer.location()).await.expect(200);
    assert_eq!(back.attributes(".app-flash a", "href"), [format!("#alert-{urgent}")]);
    assert_eq!(back.attributes("tbody details li", "id"), [format!("alert-{own}")]);
    assert_eq!(
        app.caseworker().get("/alerts?view=mine").await.expect(200).attributes("tbody tr", "id"),
        [format!("alert-{notice}")]
    );
    // What is over stands one by one.
    app.run("UPDATE desk.alerts SET state = 'closed', outcome = 'handled', closed_at = raised_at").await;
    assert_eq!(app.caseworker().get("/alerts?view=closed").await.expect(200).all("tbody tr").len(), 4);
}

#[tokio::test]
async fn what_is_folded_says_who_has_it_in_hand_and_where_the_child_was_then() {
    let app = TestApp::new().await;
    let notice = also(&app, 1, "A9", "notice").await;
    let colleague = app.world.centre.staff(Role::Supervisor);
    let child = app.world.watch(&app.world.centre, &app.world.nursery).child;
    // The notice is from the school the child was at before.
    app.run(&format!(
        "UPDATE desk.alerts a SET state = 'taken', holder_id = '{}' FROM watch.watches w WHERE w.id = a.watch_id AND w.child_id = '{child}';
         UPDATE desk.alerts SET facility_id = '{}' WHERE id = '{notice}'",
        colleague.person, app.world.elementary.id
    ))
    .await;
    let folded = app.caseworker().get("/alerts?view=team").await.expect(200).all("tbody details li");
    assert_eq!(folded.len(), 1);
    assert!(folded[0].contains(&colleague.name) && folded[0].contains(&app.world.elementary.name), "{folded:?}");
}

#[tokio::test]
async fn pages_are_counted_by_children_and_no_child_stands_on_two() {
    let app = TestApp::new().await;
    let own = app.world.alert(&app.world.centre).id;
    // Sixty children more, two alerts each.
    app.run(&format!(
        "WITH child AS
            ( INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, name_key, grade, from_on)
              SELECT w.ward_id, gen_random_uuid(), gen_random_uuid(), w.facility_id, '計測' || n, '計測' || n, w.grade, w.from_on
              FROM desk.alerts a JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id, generate_series(1, 60) n
              WHERE a.id = '{own}' RETURNING ward_id, id, facility_id )
           , request AS
            ( INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, created_at)
              SELECT c.ward_id, c.id, a.office_id, 'guideline_registered', a.raised_at FROM child c, desk.alerts a WHERE a.id = '{own}' )
         INSERT INTO desk.alerts (ward_id, id, watch_id, facility_id, office_id, rule, severity, level, count, as_of, condition, state, raised_at, due_at, revision)
         SELECT c.ward_id, gen_random_uuid(), c.id, c.facility_id, a.office_id, r.rule, 'caution', 1, 1, a.as_of, 'met', 'open', a.raised_at, a.due_at, 1
         FROM child c, desk.alerts a, (VALUES ('A1'), ('A3')) r (rule) WHERE a.id = '{own}'"
    ))
    .await;
    let first = app.caseworker().get("/alerts").await.expect(200);
    let second = app.caseworker().get("/alerts?page=2").await.expect(200);
    assert_eq!((first.all("tbody tr").len(), second.all("tbody tr").len()), (50, 12));
    assert_eq!(first.first("x-live-count [data-number]").as_deref(), Some("122"));
    assert!(second.first(".app-pager").is_some_and(|line| line.contains("51–62人目")));
    let mut names: Vec<_> = first.all("tbody th a").into_iter().chain(second.all("tbody th a")).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 62);
}

#[tokio::test]
async fn overdue_is_said_in_words() {
    let app = TestApp::new().await;
    assert!(!app.caseworker().get("/alerts").await.expect(200).text().contains("期限超過"));
    app.at("2026-11-20T17:16");
    app.refresh_sessions().await;
    assert!(app.caseworker().get("/alerts").await.expect(200).text().contains("期限超過"));
}

#[tokio::test]
async fn nonsense_in_the_address_is_a_sensible_page() {
    let app = TestApp::new().await;
    for query in ["page=0", "page=-1", "page=9223372036854775808", "view=&severity=x&facility=1", "view=mine&page=2"] {
        app.caseworker().get(&format!("/alerts?{query}")).await.expect(200);
    }
}

#[tokio::test]
async fn an_empty_inbox_proves_that_reports_arrive() {
    let app = TestApp::new().await;
    app.run("UPDATE desk.alerts SET state = 'closed', outcome = 'handled', closed_at = raised_at").await;
    app.run(&format!(
        "INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, sent_by, sent_at, late, children)
         SELECT ward_id, gen_random_uuid(), facility_id, '2026-11-20', gen_random_uuid(), sent_by, '2026-11-20T00:00:00Z', false, 3
         FROM watch.submissions WHERE facility_id = '{}'",
        app.world.nursery.id
    ))
    .await;
    let page = app.caseworker().get("/alerts").await.expect(200);
    assert!(page.first(".app-empty").is_some_and(|text| text.contains("最終確認 9:00。全施設 1/3 が報告済みです。")));
    let closed = app.caseworker().get("/alerts?view=closed").await.expect(200);
    assert_eq!(closed.all("tbody tr").len(), 2);

    app.at("2026-11-21T13:00");
    app.refresh_sessions().await;
    let silent = app.caseworker().get("/alerts").await.expect(200);
    assert!(silent.first(".app-notice").is_some_and(|text| text.contains("11月20日（金） 9:00以降のデータが届いていません")));
    assert!(silent.text().contains("全施設 0/1 報告済み"), "schools are closed on Saturday and not waited for");
}

#[tokio::test]
async fn the_page_says_why_it_fired() {
    let app = TestApp::new().await;
    let page = app.caseworker().get(&path(&app)).await.expect(200);
    let days = page.first(".app-alert table").expect("the days it looked at");
    assert!(days.contains("11月19日（木）") && days.contains("欠席") && days.contains("なし") && days.contains("1日目"));
    let facts = page.all("dl.app-facts");
    assert!(
        facts.iter().any(|facts| facts.contains("A1 第1版") && facts.contains("しきい値1回")),
        "the rule in numbers: {facts:?}"
    );
    assert_eq!(page.first("title").as_deref(), Some("アラートの内容 - つなぎ"));
    let looked: i64 = app.value("SELECT count(*) FROM hub.trail WHERE action = 'readAlert'").await;
    assert_eq!(looked, 1, "looking is a deed");
}

#[tokio::test]
async fn taken_acted_on_handed_on_and_closed() {
    let app = TestApp::new().await;
    let (worker, path) = (app.caseworker(), path(&app));
    let answer = worker.post(&format!("{path}/taking"), &[("version", "1"), ("next", "/alerts?view=unassigned")]).await.expect(303);
    assert_eq!(answer.location(), "/alerts?view=unassigned&done=taken");
    let back = worker.get(answer.location()).await.expect(200);
    assert!(back.first(".app-flash").is_some_and(|text| text.contains("担当になりました")));
    assert_eq!(back.first("x-live-count [data-number]").as_deref(), Some("1"), "only the branch's is left");
    let mine = worker.get("/alerts?view=mine").await.expect(200);
    assert_eq!(mine.all("tbody tr").len(), 1);

    let done = [("version", "2"), ("kind", "called"), ("act_note", "母と話した。\r\n午後に登園する。")];
    let answer = worker.post(&format!("{path}/actions"), &done).await.expect(303);
    assert!(worker.get(answer.location()).await.expect(200).text().contains("午後に登園する。"));

    let supervisor = app.world.centre.staff(Role::Supervisor);
    let to = supervisor.person.to_string();
    let answer = worker
        .post(&format!("{path}/handover"), &[("version", "3"), ("to", &to), ("hand_note", "夕方にもう一度")])
        .await
        .expect(303);
    let shown = worker.get(answer.location()).await.expect(200);
    assert!(shown.first(".app-flash").is_some_and(|text| text.contains(&supervisor.name)));

    let end = [("version", "4"), ("outcome", "handled"), ("close_note", "登園を確認した。")];
    let answer = app.supervisor().post(&format!("{path}/closing"), &end).await.expect(303);
    let shown = worker.get(answer.location()).await.expect(200);
    assert!(shown.first(".app-title").is_some_and(|text| text.contains("終結（対応済）")));
    assert!(shown.all("main form").is_empty(), "nothing is left to do");
    let entries = shown.all(".app-timeline li");
    assert_eq!(entries.len(), 5, "{entries:?}");
    assert!(entries[1].contains("担当になりました") && entries[4].contains("登園を確認した。"));
    assert_eq!(
        row(&app).await,
        serde_json::json!({"state": "closed", "holder_id": supervisor.person, "outcome": "handled", "revision": 5})
    );
    let events: i64 = app.value("SELECT count(*) FROM desk.events WHERE kind = 'changed'").await;
    assert_eq!(events, 4, "every step is news");
    let trail: Vec<_> =
        app.sql("SELECT action FROM hub.trail WHERE action IN ('takeAlert', 'actOnAlert', 'handOnAlert', 'closeAlert')").await;
    assert_eq!(trail.len(), 4);
}

#[tokio::test]
async fn the_facility_learns_that_it_is_being_handled_and_nothing_else() {
    let app = TestApp::new().await;
    let watch = app.world.alert(&app.world.centre).watch;
    let history = format!("/sheet/reports/{watch}");
    let before = app.reporter().get(&history).await.expect(200).text();
    take(&app.caseworker(), &path(&app), 1).await.expect(303);
    let after = app.reporter().get(&history).await.expect(200).text();
    assert!(before.contains("受付済") && !before.contains("対応中"));
    assert!(after.contains("対応中") && !after.contains("caseworker") && !after.contains("アラート"));
    let close = [("version", "2"), ("outcome", "watching"), ("close_note", "様子を見る。")];
    app.caseworker().post(&format!("{}/closing", path(&app)), &close).await.expect(303);
    assert!(!app.reporter().get(&history).await.expect(200).text().contains("対応中"));
}

#[tokio::test]
async fn what_cannot_be_done_says_why_and_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let (worker, path) = (app.caseworker(), path(&app));
    let early = [("version", "1"), ("kind", "called"), ("act_note", "電話した")];
    let page = worker.post(&format!("{path}/actions"), &early).await.expect(422);
    assert!(page.text().contains("先に「このアラートを担当する」を押してください"));
    take(&worker, &path, 1).await.expect(303);

    let long = "あ".repeat(1001);
    let cases: [(&str, &[(&str, &str)], &str); 6] = [
        ("actions", &[("kind", ""), ("act_note", "消えない言葉")], "行ったことを選んでください"),
        ("actions", &[("kind", "other"), ("act_note", " ")], "内容を書いてください"),
        ("actions", &[("kind", "called"), ("act_note", &long)], "1000文字以内"),
        ("handover", &[("to", "someone"), ("hand_note", "消えない言葉")], "引き継ぐ相手を一覧から"),
        ("closing", &[("outcome", "reported_later"), ("close_note", "消えない言葉")], "結果を選んでください"),
        ("closing", &[("outcome", "handled"), ("close_note", "")], "判断の理由を書いてください"),
    ];
    for (step, fields, words) in cases {
        let mut typed = vec![("version", "2")];
        typed.extend(fields);
        let page = worker.post(&format!("{path}/{step}"), &typed).await.expect(422);
        assert!(page.first(".app-errors").is_some_and(|text| text.contains(words)), "{step}: {words}");
        let href = page.attributes(".app-errors a", "href").remove(0);
        assert_eq!(page.all(&format!("[id='{}']", &href[1..])).len(), 1, "the summary leads to one field: {href}");
        if fields[1].1 == "消えない言葉" {
            assert!(page.all("textarea").contains(&"消えない言葉".to_owned()), "{step} keeps what was typed");
        }
    }
    let other = app.signed_in(&app.world.guidance, Role::Caseworker);
    let stranger = app.world.guidance.staff(Role::Caseworker).person.to_string();
    worker.post(&format!("{path}/handover"), &[("version", "2"), ("to", &stranger)]).await.expect(422);
    assert!(other.get("/alerts").await.expect(200).all("tbody tr").len() == 1, "it stayed where it was");
    worker.post(&format!("{path}/taking"), &[]).await.expect(400);
    assert_eq!(row(&app).await["revision"], 2, "nothing was done");
}

#[tokio::test]
async fn who_was_slower_sees_who_was_quicker_and_both_versions() {
    let app = TestApp::new().await;
    let (worker, supervisor, path) = (app.caseworker(), app.supervisor(), path(&app));
    take(&worker, &path, 1).await.expect(303);
    let late = take(&supervisor, &path, 1).await.expect(409);
    let name = &app.world.centre.staff(Role::Caseworker).name;
    assert!(late.first("h1").is_some_and(|text| text.contains(name)) && late.text().contains("9:00"));
    let again = take(&worker, &path, 1).await.expect(303);
    assert_eq!(again.location(), format!("{path}?done=taken"), "a button pressed twice has done what it should");

    let act = [("version", "2"), ("kind", "other"), ("act_note", "保育室で会った")];
    worker.post(&format!("{path}/actions"), &act).await.expect(303);
    let close = [("version", "2"), ("outcome", "false_alarm"), ("close_note", "入力の誤りだった")];
    let page = supervisor.post(&format!("{path}/closing"), &close).await.expect(409);
    let both = page.all(".app-two section");
    assert!(both[0].contains("保育室で会った") && both[1].contains("誤報") && both[1].contains("入力の誤りだった"), "{both:?}");
    assert_eq!(row(&app).await["state"], "taken");
    let fresh = take(&supervisor, &path, 3).await.expect(409);
    assert!(fresh.text().contains(name), "somebody else has it");
}

#[tokio::test]
async fn two_at_once_and_only_one_has_it() {
    let app = TestApp::new().await;
    let (worker, supervisor, path) = (app.caseworker(), app.supervisor(), path(&app));
    let (one, other) = tokio::join!(take(&worker, &path, 1), take(&supervisor, &path, 1));
    let mut answers = [one.status.as_u16(), other.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409]);
    let steps: i64 = app.value("SELECT count(*) FROM desk.alert_steps").await;
    assert_eq!(steps, 1);
}

#[tokio::test]
async fn another_office_s_alert_is_not_there() {
    let app = TestApp::new().await;
    let path = path(&app);
    let strangers = [
        app.signed_in(&app.world.guidance, Role::Supervisor),
        app.signed_in(&app.world.branch, Role::Supervisor),
        app.signed_in(&app.other.centre, Role::Supervisor),
        app.reporter(),
        app.admin(),
    ];
    for stranger in strangers {
        let nothing = stranger.get(&format!("/alerts/{}", Id::<()>::random())).await.expect(404);
        assert_eq!(stranger.get(&path).await.expect(404).body, nothing.body);
        take(&stranger, &path, 1).await.expect(404);
        for step in ["actions", "handover", "closing"] {
            stranger.post(&format!("{path}/{step}"), &[("version", "1"), ("kind", "called")]).await.expect(404);
        }
    }
    assert_eq!(row(&app).await["revision"], 1);
    for stranger in [app.reporter(), app.admin(), app.auditor()] {
        for path in ["/alerts", "/alerts/count", "/alerts/events", "/board"] {
            stranger.get(path).await.expect(404);
        }
    }
}

#[tokio::test]
async fn a_form_leads_nowhere_but_back_to_the_inbox() {
    let app = TestApp::new().await;
    let answer = app
        .caseworker()
        .post(&format!("{}/taking", path(&app)), &[("version", "1"), ("next", "//evil.example/alerts?x")])
        .await
        .expect(303);
    assert_eq!(answer.location(), format!("{}?done=taken", path(&app)));
}

#[tokio::test]
async fn the_rules_in_force_are_shown_with_their_numbers() {
    let app = TestApp::new().await;
    app.run(&format!(
        "INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, severity, enabled, from_at)
         VALUES ('{}', 'A5', 2, 6, 4, 'urgent', true, '2026-11-01T00:00:00Z')",
        app.world.ward
    ))
    .await;
    for caller in [app.caseworker(), app.admin()] {
        let page = caller.get("/rules").await.expect(200);
        let rows = page.all("tbody tr");
        assert_eq!(rows.len(), 29);
        let a5 = rows.iter().find(|row| row.starts_with("A5")).expect("the rule is there");
        assert!(a5.contains("6日") && a5.contains("4日") && a5.contains("第2版") && a5.contains("60分以内"), "{a5}");
    }
    app.reporter().get("/rules").await.expect(404);
}

#[tokio::test]
async fn two_months_of_the_child_say_of_each_day_what_the_strip_says() {
    let app = TestApp::new().await;
    let alert = app.world.alert(&app.world.centre);
    app.run(&format!(
        "UPDATE watch.watches SET from_on = '2026-10-15' WHERE id = '{watch}';
         INSERT INTO watch.calendar_days (ward_id, id, facility_id, from_on, until_on, is_open, label, entered_at)
         SELECT ward_id, gen_random_uuid(), facility_id, '2026-11-10', '2026-11-10', false, '園内研修', '2026-11-01T00:00:00Z'
         FROM watch.watches WHERE id = '{watch}';
         INSERT INTO desk.sightings (ward_id, id, watch_id, child_id, alert_id, revision, day, seen_at, method, seen_by, recorded_by, recorded_at)
         SELECT w.ward_id, gen_random_uuid(), w.id, w.child_id, '{id}', g.revision, g.day, g.day + time '12:00', g.method, '田中 京子', '{by}', g.day + time '12:00'
         FROM watch.watches w CROSS JOIN (VALUES (91, date '2026-11-17', 'direct'), (92, date '2026-11-16', 'phone')) AS g (revision, day, method)
         WHERE w.id = '{watch}'",
        watch = alert.watch,
        id = alert.id,
        by = app.world.centre.staff(Role::Caseworker).person,
    ))
    .await;
    let page = app.caseworker().get(&path(&app)).await.expect(200);
    let captions = page.all("table.app-month caption");
    assert_eq!(captions.len(), 2);
    assert!(captions[0].contains("令和8年10月") && captions[0].contains("来た日0日、欠席0日（うち連絡なし0日）、未報告17日"));
    assert!(captions[1].contains("令和8年11月") && captions[1].contains("来た日0日、欠席1日（うち連絡なし1日）、未報告17日"));
    let days = page.all("table.app-month tbody td");
    for told in ["19無欠席（", "17？見未報告、担当者が目視確認", "16？未報告", "10・休業日", "20今日はまだ報告がありません"]
    {
        assert!(days.iter().any(|day| day.starts_with(told)), "{told}: {days:?}");
    }
    assert!(!days.iter().any(|day| day.starts_with("16？見")), "the telephone is no sighting");
    for untold in ["14", "21"] {
        assert_eq!(days.iter().filter(|day| *day == untold).count(), 1, "before it began, and still to come: {untold}");
    }
    assert_eq!(page.all("table.app-month td[aria-current]").len(), 1);
    assert_eq!(page.all("table.app-month thead th").len(), 14);

    let inbox = app.caseworker().get("/alerts").await.expect(200);
    let strip = inbox.attributes(&format!("#alert-{} .app-days .app-mark", alert.id), "title");
    let months = page.attributes("table.app-month .app-mark", "title");
    assert_eq!(strip.len(), 10);
    assert!(strip.iter().all(|title| months.contains(title)), "{strip:?} {months:?}");
}
