//! Acting on an alert: visits, sightings, rests, the 48 hours, and what the facility reads of it.

use tsunagi::work;

use crate::support::{Answer, Caller, TestApp};

fn id(app: &TestApp) -> String {
    app.world.alert(&app.world.centre).id.to_string()
}

/// Posts a step with the revision the alert has now.
async fn step(app: &TestApp, caller: &Caller<'_>, what: &str, fields: &[(&str, &str)]) -> Answer {
    let revision: i64 = app.value(&format!("SELECT revision FROM desk.alerts WHERE id = '{}'", id(app))).await;
    let revision = revision.to_string();
    let mut typed = vec![("version", revision.as_str())];
    typed.extend(fields);
    caller.post(&format!("/alerts/{}/{what}", id(app)), &typed).await
}

async fn taken(app: &TestApp) -> Caller<'_> {
    let worker = app.caseworker();
    step(app, &worker, "taking", &[]).await.expect(303);
    worker
}

async fn page(app: &TestApp, caller: &Caller<'_>) -> Answer {
    caller.get(&format!("/alerts/{}", id(app))).await.expect(200)
}

/// Makes the alert urgent the way the rules do: with a finding.
async fn urgent(app: &TestApp, since: &str) {
    app.run(&format!(
        "UPDATE desk.alerts SET severity = 'urgent' WHERE id = '{0}';
         INSERT INTO desk.evidence (ward_id, alert_id, revision, at, finding)
         SELECT ward_id, alert_id, 90, '{since}', finding || '{{\"severity\": \"urgent\"}}' FROM desk.evidence WHERE alert_id = '{0}' LIMIT 1",
        id(app)
    ))
    .await;
}

const SEEN: [(&str, &str); 5] = [
    ("method", "direct"),
    ("seen_by", "田中 京子"),
    ("seen_on", "令和8年11月20日"),
    ("seen_time", "8:40"),
    ("seen_note", "元気だった"),
];

#[tokio::test]
async fn a_visit_is_planned_shows_everywhere_and_becomes_overdue() {
    let app = TestApp::new().await;
    let worker = taken(&app).await;
    let plan = [("visit_on", "2026-11-20"), ("visit_time", "15：30"), ("visit_note", "母に電話済み")];
    let answer = step(&app, &worker, "visits", &plan).await.expect(303);
    let shown = worker.get(answer.location()).await.expect(200);
    assert!(shown.first(".app-alert__head").is_some_and(|text| text.contains("訪問予定 15:30")));
    assert!(shown.all(".app-timeline li").last().is_some_and(|text| text.contains("母に電話済み")));
    assert!(worker.get("/alerts?view=mine").await.expect(200).text().contains("訪問予定 15:30"));
    assert!(worker.get("/board").await.expect(200).text().contains("訪問予定 15:30"));
    app.at("2026-11-20T15:31");
    app.refresh_sessions().await;
    assert!(worker.get("/alerts?view=mine").await.expect(200).text().contains("訪問予定 15:30を過ぎています"));
    step(
        &app,
        &worker,
        "sightings",
        &[("method", "not_met"), ("seen_by", "田中"), ("seen_on", "2026-11-20"), ("seen_time", "15:20")],
    )
    .await
    .expect(303);
    let met = page(&app, &worker).await;
    assert!(!met.first(".app-alert__head").unwrap_or_default().contains("訪問予定"), "somebody has been there");
    assert!(met.text().contains("訪ねたが会えなかった"));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.sightings WHERE NOT confirms").await, 1);
}

#[tokio::test]
async fn who_saw_the_child_when_and_how_answers_the_forty_eight_hours() {
    let app = TestApp::new().await;
    let worker = taken(&app).await;
    urgent(&app, "2026-11-19T23:00:00Z").await;
    let running = page(&app, &worker).await;
    assert!(
        running.first(".app-check").is_some_and(|text| text.contains("目視確認まで、あと47時間0分")),
        "{:?}",
        running.first(".app-check")
    );
    assert!(worker.get("/board").await.expect(200).text().contains("あと47時間0分"), "on the board too");
    let call: Vec<_> =
        SEEN.into_iter().map(|(name, value)| if name == "method" { (name, "phone") } else { (name, value) }).collect();
    step(&app, &worker, "sightings", &call).await.expect(303);
    assert!(
        page(&app, &worker).await.first(".app-check").is_some_and(|text| text.contains("あと47時間")),
        "a voice confirms nothing"
    );
    let answer = step(&app, &worker, "sightings", &SEEN).await.expect(303);
    let shown = worker.get(answer.location()).await.expect(200);
    assert!(
        shown
            .first(".app-check")
            .is_some_and(|text| text.contains("期限内に本人を確かめました") && text.contains("11月20日（金） 8:40、田中 京子"))
    );
    assert!(shown.text().contains("目視確認: 直接、本人を見た（田中 京子、8:40）") && shown.text().contains("元気だった"));
    let kept = app.sql("SELECT day, method, confirms, seen_by FROM desk.sightings WHERE confirms").await;
    assert_eq!(kept, [serde_json::json!({"day": "2026-11-20", "method": "direct", "confirms": true, "seen_by": "田中 京子"})]);
    let trail = app.sql("SELECT detail FROM hub.trail WHERE action = 'actOnAlert' ORDER BY id").await;
    assert!(!trail.iter().any(|line| line.to_string().contains("田中")), "no name in the trail");
}

#[tokio::test]
async fn one_look_at_a_child_answers_every_check_of_the_child() {
    let app = TestApp::new().await;
    let worker = taken(&app).await;
    urgent(&app, "2026-11-19T23:00:00Z").await;
    app.run(&format!(
        "INSERT INTO desk.alerts (ward_id, id, watch_id, facility_id, office_id, rule, severity, level, count, as_of, condition, state, raised_at, due_at, revision)
         SELECT ward_id, gen_random_uuid(), watch_id, facility_id, office_id, 'S1', 'urgent', 1, 1, as_of, 'met', 'open', raised_at, due_at, 1 FROM desk.alerts WHERE id = '{0}';
         INSERT INTO desk.evidence (ward_id, alert_id, revision, at, finding) SELECT a.ward_id, a.id, 1, '2026-11-19T23:10:00Z', '{{\"severity\": \"urgent\"}}' FROM desk.alerts a WHERE a.rule = 'S1'",
        id(&app)
    ))
    .await;
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.safety_checks WHERE seen_at IS NULL").await, 2);
    step(&app, &worker, "sightings", &SEEN).await.expect(303);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.safety_checks WHERE seen_at IS NULL").await, 0);
}

#[tokio::test]
async fn the_clock_warns_at_24_40_and_48_hours_and_each_once() {
    let app = TestApp::new().await;
    urgent(&app, "2026-11-20T00:00:00Z").await;
    assert_eq!(work::alerts::round(&app.app).await.expect("the database is there"), 0);
    let mut told = 0;
    for (now, words) in [
        ("2026-11-21T09:00", "24時間が過ぎました"),
        ("2026-11-22T01:00", "8時間を切りました"),
        ("2026-11-22T09:00", "48時間が過ぎました"),
    ] {
        app.at(now);
        app.refresh_sessions().await;
        told += work::alerts::round(&app.app).await.expect("the database is there");
        assert_eq!(work::alerts::round(&app.app).await.expect("the database is there"), 0, "{now}: told once");
        let shown = page(&app, &app.caseworker()).await;
        assert!(shown.first(".app-timeline").is_some_and(|text| text.contains(words)), "{now}");
    }
    assert_eq!(told, 3);
    let overdue = page(&app, &app.caseworker()).await;
    assert!(overdue.first(".app-check").is_some_and(|text| text.contains("期限を0分過ぎています")));
    assert!(app.caseworker().get("/alerts").await.expect(200).text().contains("目視確認の期限を0分過ぎています"));
    let risen: i64 = app.value("SELECT count(*) FROM desk.events WHERE kind = 'risen'").await;
    assert_eq!(risen, 3, "open inboxes hear of each as of a rise");
}

#[tokio::test]
async fn after_the_time_a_sighting_says_why() {
    let app = TestApp::new().await;
    urgent(&app, "2026-11-17T00:00:00Z").await;
    let worker = taken(&app).await;
    let refused = step(&app, &worker, "sightings", &SEEN).await.expect(422);
    assert!(refused.first(".app-errors").is_some_and(|text| text.contains("安全確認の期限を過ぎています")));
    assert_eq!(refused.attributes("#seen_by", "value"), ["田中 京子"], "what was typed is there");
    assert!(refused.all("#late_reason").len() == 1, "and where to write it");
    let mut late = SEEN.to_vec();
    late.push(("late_reason", "県外の祖父母宅にいた"));
    step(&app, &worker, "sightings", &late).await.expect(303);
    let shown = page(&app, &worker).await;
    assert!(
        shown.first(".app-check").is_some_and(|text| text.contains("期限を過ぎてから") && text.contains("県外の祖父母宅にいた"))
    );
}

#[tokio::test]
async fn an_alert_put_aside_is_in_sight_and_comes_back_by_itself() {
    let app = TestApp::new().await;
    let worker = taken(&app).await;
    let rest = [("snooze_until", "2026-11-24"), ("snooze_reason", "検診の結果を待つ")];
    step(&app, &worker, "snooze", &rest).await.expect(303);
    assert!(worker.get("/alerts?view=mine").await.expect(200).all("tbody tr").is_empty());
    let aside = worker.get("/alerts?view=snoozed").await.expect(200);
    assert_eq!(aside.all("tbody tr").len(), 1);
    assert!(aside.text().contains("保留中（11月24日（火） 8:30に戻ります）") && aside.text().contains("検診の結果を待つ"));
    assert!(aside.first(".app-tabs [aria-current]").is_some_and(|text| text.contains("保留中1")));
    app.at("2026-11-24T08:29");
    app.refresh_sessions().await;
    assert_eq!(work::alerts::round(&app.app).await.expect("the database is there"), 0);
    app.at("2026-11-24T08:30");
    assert_eq!(work::alerts::round(&app.app).await.expect("the database is there"), 1);
    assert_eq!(work::alerts::round(&app.app).await.expect("the database is there"), 0, "two nodes wake it once");
    assert_eq!(worker.get("/alerts?view=mine").await.expect(200).all("tbody tr").len(), 1);
    assert!(page(&app, &worker).await.text().contains("保留が終わり、一覧に戻りました"));
}

#[tokio::test]
async fn a_rise_ends_the_rest_and_what_is_urgent_does_not_rest() {
    let app = TestApp::new().await;
    let worker = taken(&app).await;
    let rest = [("snooze_until", "2026-11-24"), ("snooze_reason", "検診の結果を待つ")];
    step(&app, &worker, "snooze", &rest).await.expect(303);
    app.run(&format!("UPDATE desk.alerts SET level = level + 1 WHERE id = '{}'", id(&app))).await;
    assert_eq!(worker.get("/alerts?view=mine").await.expect(200).all("tbody tr").len(), 1, "it is back at once");
    urgent(&app, "2026-11-20T00:00:00Z").await;
    let refused = step(&app, &worker, "snooze", &rest).await.expect(422);
    assert!(refused.first(".app-errors").is_some_and(|text| text.contains("保留にできません")));
    assert!(!page(&app, &worker).await.text().contains("保留にする"), "it is not offered");
    for (until, reason, words) in
        [("2026-11-28", "待つ", "あすから7日以内"), ("", "待つ", "あすから7日以内"), ("2026-11-24", "", "保留の理由を書いて")]
    {
        let app = TestApp::new().await;
        let worker = taken(&app).await;
        let refused = step(&app, &worker, "snooze", &[("snooze_until", until), ("snooze_reason", reason)]).await.expect(422);
        assert!(refused.first(".app-errors").is_some_and(|text| text.contains(words)), "{until} {reason}");
    }
}

#[tokio::test]
async fn an_alert_is_treated_as_a_notification_from_the_time_it_came() {
    let app = TestApp::new().await;
    let worker = taken(&app).await;
    let came = [("received_on", "令和8年11月19日"), ("received_time", "17:00")];
    step(&app, &worker, "notice", &came).await.expect(303);
    let shown = page(&app, &worker).await;
    assert!(
        shown.first(".app-check").is_some_and(|text| text.contains("あと32時間0分") && text.contains("期限 11月21日（土） 17:00"))
    );
    step(&app, &worker, "notice", &came).await.expect(422);
    let ahead = [("received_on", "令和8年11月30日"), ("received_time", "17:00")];
    let other = TestApp::new().await;
    let worker = taken(&other).await;
    let refused = step(&other, &worker, "notice", &ahead).await.expect(422);
    assert!(refused.first(".app-errors").is_some_and(|text| text.contains("まだ来ていない")));
}

#[tokio::test]
async fn closing_an_urgent_alert_without_a_sighting_takes_a_second_step() {
    let app = TestApp::new().await;
    urgent(&app, "2026-11-20T00:00:00Z").await;
    let worker = taken(&app).await;
    let end = [("outcome", "referred"), ("close_note", "児相へ送致した"), ("usefulness", "useful")];
    let asked = step(&app, &worker, "closing", &end).await.expect(422);
    assert!(asked.first(".app-errors").is_some_and(|text| text.contains("本人を見た記録がありません")));
    assert_eq!(asked.attributes("#confirmed", "type"), ["checkbox"]);
    assert!(asked.all("textarea").contains(&"児相へ送致した".to_owned()));
    let mut sure = end.to_vec();
    sure.push(("confirmed", "yes"));
    step(&app, &worker, "closing", &sure).await.expect(303);
    let row = app.sql(&format!("SELECT state, usefulness FROM desk.alerts WHERE id = '{}'", id(&app))).await;
    assert_eq!(row, [serde_json::json!({"state": "closed", "usefulness": "useful"})]);
    app.at("2026-11-23T09:00");
    assert_eq!(work::alerts::round(&app.app).await.expect("the database is there"), 0, "nobody is warned of what is closed");
}

#[tokio::test]
async fn the_facility_reads_three_neutral_words_and_never_why() {
    let app = TestApp::new().await;
    let watch = app.world.alert(&app.world.centre).watch;
    let history = format!("/sheet/reports/{watch}");
    let receipt = format!("/sheet/2026-11-19/receipts/{}", app.world.sheet);
    let read = async |words: &str| {
        for path in [&history, &receipt] {
            let text = app.reporter().get(path).await.expect(200).text();
            assert!(text.contains(words), "{path}: {words}");
            assert!(!text.contains("アラート") && !text.contains("訪問") && !text.contains("保留") && !text.contains("緊急"));
        }
    };
    read("受付済").await;
    let worker = taken(&app).await;
    read("対応中").await;
    for (reply, words) in [("received", "受け取りました"), ("watching", "引き続き見守りを"), ("handling", "対応中")]
    {
        step(&app, &worker, "reply", &[("reply", reply)]).await.expect(303);
        read(words).await;
        assert!(page(&app, &worker).await.text().contains(&format!("施設の画面の言葉を「{words}」にしました")));
    }
    step(&app, &worker, "reply", &[("reply", "because")]).await.expect(422);
    step(&app, &worker, "closing", &[("outcome", "handled"), ("close_note", "確かめた")]).await.expect(303);
    read("引き続き見守りを").await;
}

#[tokio::test]
async fn what_cannot_be_read_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let worker = taken(&app).await;
    let cases: [(&str, &[(&str, &str)], &str, &str); 6] = [
        ("visits", &[("visit_on", "きのう"), ("visit_time", "9:00")], "visit_on", "日付を読み取れません"),
        ("visits", &[("visit_on", "2026-11-24"), ("visit_time", "朝")], "visit_time", "時刻を読み取れません"),
        ("visits", &[("visit_on", "2026-11-19"), ("visit_time", "9:00")], "visit_on", "これからの日時"),
        ("sightings", &[("seen_on", "2026-11-20"), ("seen_time", "8:00")], "method", "確かめ方を選んで"),
        (
            "sightings",
            &[("method", "direct"), ("seen_by", ""), ("seen_on", "2026-11-20"), ("seen_time", "8:00")],
            "seen_by",
            "だれが確かめたか",
        ),
        (
            "sightings",
            &[("method", "direct"), ("seen_by", "田中"), ("seen_on", "2026-11-20"), ("seen_time", "23:00")],
            "seen_on",
            "まだ来ていない",
        ),
    ];
    for (what, fields, at, words) in cases {
        let refused = step(&app, &worker, what, fields).await.expect(422);
        assert!(refused.first(".app-errors").is_some_and(|text| text.contains(words)), "{what}: {words}");
        assert_eq!(refused.attributes(".app-errors a", "href"), [format!("#{at}")], "{what}: {words}");
        let typed = fields.iter().find(|(name, _)| name.ends_with("_time")).map_or("", |(_, value)| value);
        assert!(refused.attributes("input[type=text]", "value").contains(&typed.to_owned()), "{what} keeps what was typed");
    }
    let path = format!("/alerts/{}/visits", id(&app));
    let both = worker.post(&path, &[("version", "1"), ("visit_on", "2026-11-24"), ("visit_time", "9:00")]).await.expect(409);
    assert!(both.text().contains("2026-11-24 9:00"), "nothing typed is lost when somebody was quicker");
}

#[tokio::test]
async fn steps_of_another_office_s_alert_are_not_there() {
    let app = TestApp::new().await;
    for stranger in
        [app.signed_in(&app.world.guidance, tsunagi::gate::Role::Supervisor), app.reporter(), app.admin(), app.auditor()]
    {
        for what in ["visits", "sightings", "snooze", "notice", "reply", "inquiries"] {
            step(&app, &stranger, what, &[]).await.expect(404);
        }
    }
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.alert_steps").await, 0);
}

#[tokio::test]
async fn from_the_list_one_tap_records_a_call_and_leads_on() {
    let app = TestApp::new().await;
    let worker = app.caseworker();
    let below = app.world.alert(&app.world.branch).id.to_string();
    let open = worker.get("/alerts").await.expect(200);
    assert_eq!(
        open.attributes(&format!("#alert-{} input[name=at]", id(&app)), "value"),
        std::slice::from_ref(&below),
        "the next row is known"
    );
    let answer = step(&app, &worker, "taking", &[("next", "/alerts?view=unassigned"), ("at", &below)]).await.expect(303);
    let back = worker.get(answer.location()).await.expect(200);
    assert_eq!(back.attributes(".app-flash[autofocus] a", "href"), [format!("#alert-{below}")]);
    let mine = id(&app);
    let call = [("kind", "called"), ("next", "/alerts?view=mine"), ("at", mine.as_str())];
    let answer = step(&app, &worker, "actions", &call).await.expect(303);
    let back = worker.get(answer.location()).await.expect(200);
    assert!(back.first(".app-flash").is_some_and(|text| text.contains("記録しました")));
    assert_eq!(back.attributes(".app-flash a", "href"), [format!("#alert-{mine}")], "the row it was is there again");
}

#[tokio::test]
async fn the_list_is_narrowed_by_kind_district_and_period() {
    let app = TestApp::new().await;
    app.run(&format!("UPDATE hub.organizations SET district = '北' WHERE id = '{}'", app.world.elementary.id)).await;
    let rows = async |query: &str| app.caseworker().get(&format!("/alerts?{query}")).await.expect(200).all("tbody tr").len();
    assert_eq!(rows("rule=A1").await, 2);
    assert_eq!(rows("rule=S1").await, 0);
    assert_eq!(rows("since=today").await, 0, "they were raised yesterday");
    assert_eq!(rows("since=week").await, 2);
    assert_eq!(rows("district=%E4%B8%AD%E5%A4%AE").await, 2);
    assert_eq!(rows("district=%E5%8C%97&view=closed&rule=x&since=y").await, 0);
}

#[tokio::test]
async fn what_the_office_arranged_itself_says_nothing_beside_a_report() {
    for rule in ["K8", "K9", "T1", "T4"] {
        let app = TestApp::new().await;
        app.run(&format!("UPDATE desk.alerts SET rule = '{rule}' WHERE id = '{}'", id(&app))).await;
        let worker = taken(&app).await;
        let shown = page(&app, &worker).await;
        assert!(!shown.attributes("form", "action").iter().any(|action| action.ends_with("/reply")), "{rule}: no word to choose");
        let refused = step(&app, &worker, "reply", &[("reply", "handling")]).await.expect(422);
        assert!(refused.text().contains("施設の報告がありません"), "{rule}");
        let history = format!("/sheet/reports/{}", app.world.alert(&app.world.centre).watch);
        let text = app.reporter().get(&history).await.expect(200).text();
        assert!(text.contains("受付済") && !text.contains("対応中"), "{rule}");
        step(&app, &worker, "closing", &[("outcome", "handled"), ("close_note", "確かめた")]).await.expect(303);
        assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.replies").await, 0, "{rule}");
    }
}
