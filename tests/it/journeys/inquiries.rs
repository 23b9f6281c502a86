//! A neutral question to another facility, and its answer on the way back.

use axum::http::Method;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tsunagi::{gate::Role, post::Post, work::mail::Sender};

use super::live::{Pump, Stream};
use crate::support::{Answer, Caller, MailServer, Manners, TestApp};

/// The alert's child and the pupil at the elementary school are of one family.
async fn family(app: &TestApp) -> String {
    let (child, pupil) = (app.world.alert(&app.world.centre).watch, app.world.watch(&app.world.centre, &app.world.elementary).id);
    app.run(&format!(
        "INSERT INTO desk.sibling_groups (ward_id, id) VALUES ('{0}', '{1}');
         UPDATE desk.requests SET sibling_group_id = '{1}' WHERE watch_id IN ('{1}', '{2}')",
        app.world.ward, child, pupil
    ))
    .await;
    pupil.to_string()
}

async fn step(app: &TestApp, caller: &Caller<'_>, what: &str, fields: &[(&str, &str)]) -> Answer {
    let id = app.world.alert(&app.world.centre).id;
    let revision: i64 = app.value(&format!("SELECT revision FROM desk.alerts WHERE id = '{id}'")).await;
    let revision = revision.to_string();
    let mut typed = vec![("version", revision.as_str())];
    typed.extend(fields);
    caller.post(&format!("/alerts/{id}/{what}"), &typed).await
}

async fn page(app: &TestApp) -> String {
    app.caseworker().get(&format!("/alerts/{}", app.world.alert(&app.world.centre).id)).await.expect(200).text()
}

async fn asked(app: &TestApp) -> String {
    let pupil = family(app).await;
    let worker = app.caseworker();
    step(app, &worker, "taking", &[]).await.expect(303);
    step(app, &worker, "inquiries", &[("watch", &pupil)]).await.expect(303);
    pupil
}

fn teacher(app: &TestApp) -> Caller<'_> {
    app.signed_in(&app.world.elementary, Role::Reporter)
}

#[tokio::test]
async fn the_other_facility_reads_a_neutral_line_and_its_answer_comes_back() {
    let app = TestApp::new().await;
    let pupil = asked(&app).await;
    let name = app.world.watch(&app.world.centre, &app.world.elementary).name.clone();
    assert!(page(&app).await.contains("9:00にたずねました。まだ答えがありません"));
    let sheet = teacher(&app).get("/sheet").await.expect(200);
    assert!(sheet.text().contains("様子の確認の依頼が1件届いています"));
    let list = teacher(&app).get("/inquiries").await.expect(200);
    let text = list.text();
    let line = format!("支援センターから、{name}さんの本日の様子の確認の依頼が届いています。");
    assert!(text.contains(&line), "{text}");
    for word in ["きょうだい", "兄弟", "家族", "アラート", "保育園", "欠席", &app.world.alert(&app.world.centre).id.to_string()]
    {
        assert!(!list.first("main").unwrap_or_default().contains(word), "{word} is not theirs to read");
    }
    let answer = teacher(&app).post(&format!("/inquiries/2026-11-20/{pupil}"), &[("answer", "please_call")]).await.expect(303);
    assert_eq!(answer.location(), "/inquiries?done=sent");
    assert!(teacher(&app).get(answer.location()).await.expect(200).text().contains("「電話をください」と答えました"));
    assert!(!teacher(&app).get("/sheet").await.expect(200).text().contains("様子の確認の依頼が1件"));
    assert!(page(&app).await.contains("施設の答え「電話をください」（9:00）"));
    let again = teacher(&app).post(&format!("/inquiries/2026-11-20/{pupil}"), &[("answer", "well")]).await.expect(303);
    assert_eq!(again.location(), "/inquiries?done=over");
    assert!(page(&app).await.contains("電話をください"), "the first answer stands");
}

/// The sheet of one pupil: the first report of today, or the next version of it.
async fn sheet(app: &TestApp, pupil: &str, version: &str, status: &str) {
    let key = format!("00000000-0000-4000-8000-0000000000a{version}");
    let (was, now) = (format!("version.{pupil}"), format!("status.{pupil}"));
    let typed = [("idempotency_key", key.as_str()), (was.as_str(), version), (now.as_str(), status)];
    teacher(app).post("/sheet/2026-11-20", &typed).await.expect(303);
}

/// An urgent report about one pupil, confirmed and sent.
async fn urgent(app: &TestApp, pupil: &str) {
    let key = "00000000-0000-4000-8000-0000000000b0";
    let typed = [
        ("idempotency_key", key),
        ("step", "send"),
        ("child", pupil),
        ("triggers", "injury"),
        ("happened", "けさ8時40分"),
        ("place", "保健室"),
        ("witness", "養護教諭"),
        ("facts", "右ほほに青あざ"),
        ("child_now", "here"),
        ("contact_person", "教頭"),
        ("contact_phone", "03-1234-5678"),
        ("contact_until", "20時まで"),
    ];
    teacher(app).post("/urgent", &typed).await.expect(303);
}

/// What open inboxes were told of the questions, oldest first.
async fn told(app: &TestApp) -> Vec<Value> {
    app.sql("SELECT kind, alert_id, office_id FROM desk.events WHERE kind IN ('reported', 'answered') ORDER BY id").await
}

/// News of this kind about the centre's alert, for the centre.
fn news(app: &TestApp, kind: &str) -> Value {
    json!({ "kind": kind, "alert_id": app.world.alert(&app.world.centre).id, "office_id": app.world.centre.id })
}

#[tokio::test]
async fn a_report_is_an_answer_too() {
    let app = TestApp::new().await;
    let pupil = asked(&app).await;
    sheet(&app, &pupil, "0", "P").await;
    let reports: i64 =
        app.value(&format!("SELECT count(*) FROM watch.days WHERE watch_id = '{pupil}' AND day = '2026-11-20'")).await;
    assert_eq!(reports, 1, "the sheet was taken");
    assert!(teacher(&app).get("/inquiries").await.expect(200).text().contains("出欠の報告で答えました"));
    let text = page(&app).await;
    assert!(text.contains("登校（9:00報告）") && !text.contains("まだ答えがありません"), "{text}");
}

#[tokio::test]
async fn asked_twice_is_asked_once_and_only_of_the_family() {
    let app = TestApp::new().await;
    let pupil = asked(&app).await;
    let worker = app.caseworker();
    step(&app, &worker, "inquiries", &[("watch", &pupil)]).await.expect(303);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.inquiries").await, 1);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.alert_steps WHERE event = 'asked'").await, 1);
    let stranger = app.world.watch(&app.world.guidance, &app.world.elementary).id.to_string();
    step(&app, &worker, "inquiries", &[("watch", &stranger)]).await.expect(422);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.inquiries").await, 1);
}

#[tokio::test]
async fn an_answer_is_one_of_three_and_a_question_is_its_facility_s() {
    let app = TestApp::new().await;
    let pupil = asked(&app).await;
    let path = format!("/inquiries/2026-11-20/{pupil}");
    let refused = teacher(&app).post(&path, &[("answer", "because")]).await.expect(422);
    assert!(refused.first(".app-errors").is_some_and(|text| text.contains("答えを一つ選んでください")));
    let href = refused.attributes(".app-errors a", "href").remove(0);
    assert_eq!(refused.all(&format!("[id='{}']", &href[1..])).len(), 1);
    for stranger in [app.reporter(), app.caseworker(), app.admin(), app.auditor()] {
        stranger.post(&path, &[("answer", "well")]).await.expect(404);
    }
    assert!(!app.reporter().get("/inquiries").await.expect(200).text().contains("さんの本日の様子"), "the nursery was not asked");
    for stranger in [app.caseworker(), app.admin(), app.auditor()] {
        stranger.get("/inquiries").await.expect(404);
    }
    app.at("2026-11-21T09:00");
    app.refresh_sessions().await;
    assert!(teacher(&app).get("/inquiries").await.expect(200).text().contains("さんの本日の様子"), "unanswered, it stays");
    assert!(page(&app).await.contains("答えがありませんでした"), "and the alert says so");
}

#[tokio::test]
async fn the_open_inbox_of_whoever_asked_hears_of_the_answer_and_says_what_it_is() {
    let app = TestApp::new().await;
    let pupil = asked(&app).await;
    let _pump = Pump::of(&app.app).await;
    let router = tsunagi::http::router(&app.app).0;
    let mut here = Stream::open(&router, app.world.centre.staff(Role::Caseworker)).await;
    let mut elsewhere = Stream::open(&router, app.world.guidance.staff(Role::Caseworker)).await;
    assert_eq!(here.next().await, Some(json!({ "count": 1 })));
    elsewhere.next().await;

    let path = format!("/inquiries/2026-11-20/{pupil}");
    teacher(&app).post(&path, &[("answer", "because")]).await.expect(422);
    here.says_nothing().await;
    teacher(&app).post(&path, &[("answer", "please_call")]).await.expect(303);
    let id = app.world.alert(&app.world.centre).id;
    let heard = json!({ "id": id, "kind": "answered", "severity": "caution", "count": 1, "fresh": 1 });
    assert_eq!(here.next().await, Some(heard), "an opaque id and nothing of the answer");
    elsewhere.says_nothing().await;
    assert!(app.caseworker().get("/alerts?view=mine").await.expect(200).text().contains("施設の答え「電話をください」（9:00）"));

    // The first answer stands, and is no news twice.
    teacher(&app).post(&path, &[("answer", "well")]).await.expect(303);
    here.says_nothing().await;
}

#[tokio::test]
async fn the_open_inbox_of_whoever_asked_hears_once_that_a_report_has_answered() {
    let app = TestApp::new().await;
    let pupil = asked(&app).await;
    let _pump = Pump::of(&app.app).await;
    let router = tsunagi::http::router(&app.app).0;
    let mut here = Stream::open(&router, app.world.centre.staff(Role::Caseworker)).await;
    let mut elsewhere = Stream::open(&router, app.world.guidance.staff(Role::Caseworker)).await;
    assert_eq!(here.next().await, Some(json!({ "count": 1 })));
    elsewhere.next().await;

    // Children nobody asked about: their reports are no news.
    let classmate = app.world.watch(&app.world.guidance, &app.world.elementary).id.to_string();
    let (was, now) = (format!("version.{classmate}"), format!("status.{classmate}"));
    let typed = [("idempotency_key", "00000000-0000-4000-8000-0000000000c0"), (was.as_str(), "0"), (now.as_str(), "P")];
    teacher(&app).post("/sheet/2026-11-20", &typed).await.expect(303);
    here.says_nothing().await;

    sheet(&app, &pupil, "0", "P").await;
    let id = app.world.alert(&app.world.centre).id;
    let heard = json!({ "id": id, "kind": "reported", "severity": "caution", "count": 1, "fresh": 1 });
    assert_eq!(here.next().await, Some(heard), "an opaque id and nothing of the report");
    elsewhere.says_nothing().await;
    let inbox = app.caseworker().get("/alerts?view=mine").await.expect(200).text();
    assert!(inbox.contains("たずねたお子さんの報告が届きました（9:00）"), "{inbox}");
    assert_eq!(told(&app).await, [news(&app, "reported")]);

    // A correction, and an urgent report on top of it: the question was answered before.
    sheet(&app, &pupil, "1", "L").await;
    here.says_nothing().await;
    urgent(&app, &pupil).await;
    assert_eq!(told(&app).await, [news(&app, "reported")], "once for each question");
}

#[tokio::test]
async fn an_urgent_report_answers_and_a_call_that_is_asked_for_is_heard_after_it() {
    let app = TestApp::new().await;
    let pupil = asked(&app).await;
    let opened_before = format!("/inquiries/2026-11-20/{pupil}");
    urgent(&app, &pupil).await;
    assert_eq!(told(&app).await, [news(&app, "reported")]);
    let text = page(&app).await;
    assert!(text.contains("至急連絡がありました（9:00）") && !text.contains("まだ答えがありません"), "{text}");
    let list = teacher(&app).get("/inquiries").await.expect(200);
    assert!(list.text().contains("至急連絡で答えました") && list.all("form button[name=answer]").is_empty());
    assert!(!teacher(&app).get("/sheet").await.expect(200).text().contains("様子の確認の依頼が1件"));
    sheet(&app, &pupil, "0", "P").await;
    assert_eq!(told(&app).await.len(), 1);

    // Pressed on a page that was opened before: 「電話をください」 must not get lost behind a report.
    teacher(&app).post(&opened_before, &[("answer", "please_call")]).await.expect(303);
    assert_eq!(told(&app).await, [news(&app, "reported"), news(&app, "answered")]);
    assert!(app.caseworker().get("/alerts?view=mine").await.expect(200).text().contains("施設の答え「電話をください」（9:00）"));
    sheet(&app, &pupil, "1", "L").await;
    assert_eq!(told(&app).await.len(), 2);
}

#[tokio::test]
async fn a_report_by_a_school_s_system_answers_and_one_of_another_day_does_not() {
    let app = TestApp::new().await;
    // As if the centre had asked the nursery.
    let (ward, alert) = (app.world.ward, app.world.alert(&app.world.centre));
    let by = app.world.centre.staff(Role::Caseworker).person;
    app.run(&format!(
        "INSERT INTO watch.inquiries (ward_id, watch_id, day, asked_at) VALUES ('{ward}', '{watch}', '2026-11-20', '2026-11-19T23:50:00Z');
         INSERT INTO desk.inquiries (ward_id, alert_id, watch_id, day, asked_by) VALUES ('{ward}', '{id}', '{watch}', '2026-11-20', '{by}')",
        watch = alert.watch,
        id = alert.id
    ))
    .await;
    let deliver = async |number: u8, day: &str, status: &str| {
        let body = json!({ "rows": [{ "child": alert.watch, "day": day, "status": status }] }).to_string();
        let key = format!("00000000-0000-4000-8000-0000000000d{number}");
        let request = app.system().request(Method::POST, "/api/v1/attendance");
        let request = request.header("content-type", "application/json").header("idempotency-key", key);
        app.system().send(request.body(body.into()).unwrap()).await.expect(200);
    };
    deliver(1, "2026-11-18", "P").await;
    assert_eq!(told(&app).await, [] as [Value; 0]);
    deliver(2, "2026-11-20", "P").await;
    assert_eq!(told(&app).await, [news(&app, "reported")]);
    deliver(3, "2026-11-20", "L").await;
    assert_eq!(told(&app).await.len(), 1);
}

async fn hub_with_mail(server: &MailServer) -> TestApp {
    let settings = server.settings("localhost", true);
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let app = TestApp::with_settings(&settings).await;
    app.run("UPDATE hub.people SET mail = id || '@example.jp'").await;
    app
}

#[tokio::test]
async fn whoever_is_called_first_is_told_by_one_mail_that_says_nothing() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub_with_mail(&server).await;
    let pupil = asked(&app).await;
    let school = app.world.elementary.id;
    let first = app
        .sql(&format!(
            "SELECT m.person_id FROM hub.memberships m WHERE m.organization_id = '{school}' AND m.role = 'reporter' ORDER BY 1"
        ))
        .await;
    let told = async || app.sql("SELECT person_id FROM hub.mails WHERE kind = 'question' ORDER BY 1").await;
    assert!(!first.is_empty());
    assert_eq!(told().await, first, "those who report; not the head, nor anybody of another facility");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.mails WHERE kind = 'question' AND fields IS NOT NULL").await, 0);

    let alert = app.world.alert(&app.world.centre).id;
    step(&app, &app.caseworker(), "inquiries", &[("watch", &pupil)]).await.expect(303);
    assert_eq!(told().await, first, "one mail a question");

    let mut sender = Sender::new(Post::open(&app.app.config).unwrap());
    sender.round(&app.app).await.unwrap();
    let received: Vec<_> = server.received().into_iter().filter(|mail| told_to(&first, &mail.to)).collect();
    assert_eq!(received.len(), first.len());
    let child = app.world.watch(&app.world.centre, &app.world.elementary);
    for mail in received {
        let (head, body) = mail.text.split_once("\r\n\r\n").unwrap();
        let body = String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap();
        assert!(body.contains("http://localhost:8080/sign-in\r\n") && body.matches("://").count() == 1, "{body}");
        for secret in [&child.name, &child.kana, &app.world.elementary.name, &app.world.centre.name, &pupil, &alert.to_string()] {
            assert!(!body.contains(secret.as_str()) && !head.contains(secret.as_str()), "{secret}");
        }
    }
    let deed = app.sql("SELECT detail FROM hub.trail WHERE action = 'actOnAlert' AND detail ? 'people'").await;
    assert_eq!(deed[0]["detail"]["people"], first.len());
}

fn told_to(people: &[serde_json::Value], address: &str) -> bool {
    people.iter().any(|row| row["person_id"].as_str().is_some_and(|person| address.starts_with(person)))
}

#[tokio::test]
async fn without_a_mail_server_every_page_of_the_facility_leads_to_the_question() {
    let app = TestApp::new().await;
    let leads = async |caller: &Caller<'_>, path: &str| {
        let page = caller.get(path).await.expect(200);
        page.all(".app-asked a").iter().any(|line| line.contains("様子の確認の依頼が1件届いています"))
            && page.attributes(".app-asked a", "href") == ["/inquiries"]
    };
    let pages = ["/sheet", "/calendar", "/sheet/catch-up", "/urgent", "/me"];
    for path in pages {
        assert!(!leads(&teacher(&app), path).await, "{path}: nothing was asked yet");
    }
    let pupil = asked(&app).await;
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.mails WHERE kind = 'question'").await, 0);
    for path in pages {
        assert!(leads(&teacher(&app), path).await, "{path}");
        assert!(!leads(&app.reporter(), path).await, "{path}: another facility was not asked");
    }
    assert!(!leads(&teacher(&app), "/inquiries").await, "it is there");
    assert!(!leads(&app.caseworker(), "/alerts").await);
    teacher(&app).post(&format!("/inquiries/2026-11-20/{pupil}"), &[("answer", "well")]).await.expect(303);
    for path in pages {
        assert!(!leads(&teacher(&app), path).await, "{path}: it was answered");
    }
}
