//! Reminders of a sheet that was not sent: on screen, by mail, then on the ward's list.

use tsunagi::{
    domain::ids::{Id, Person},
    gate::Role,
    post::Post,
    work::{mail::Sender, reminders},
};

use crate::support::{MailServer, Manners, Place, TestApp};

async fn hub(server: &MailServer) -> TestApp {
    let settings = server.settings("localhost", true);
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let app = TestApp::with_settings(&settings).await;
    for (place, staff) in app.world.people() {
        if place.side() == tsunagi::gate::Side::Facility {
            app.run(&format!("UPDATE hub.people SET mail = '{}@example.jp' WHERE id = '{}'", staff.person, staff.person)).await;
        }
    }
    // The ward next door sleeps.
    app.run(&format!("UPDATE watch.watches SET until_on = '2026-10-31' WHERE ward_id = '{}'", app.other.ward)).await;
    app
}

async fn round(app: &TestApp, at: &str) -> usize {
    come_back(app, at).await;
    reminders::round(&app.app).await.unwrap()
}

/// Hours later, whoever is there touches the screen.
async fn come_back(app: &TestApp, at: &str) {
    app.at(at);
    app.refresh_sessions().await;
}

/// Kind and person of every mail that was queued, those of this place's people.
async fn mails(app: &TestApp, place: &Place) -> Vec<(String, Id<Person>)> {
    let rows = app.sql("SELECT kind, person_id FROM hub.mails ORDER BY queued_at, kind, person_id").await;
    let read = |row: &serde_json::Value| {
        let person = place.people.iter().find(|staff| row["person_id"] == staff.person.to_string())?;
        Some((row["kind"].as_str()?.to_owned(), person.person))
    };
    rows.iter().filter_map(read).collect()
}

/// Everybody the facility is asked about was there today.
async fn send_sheet(app: &TestApp, place: &Place, day: &str, at: &str) {
    let (facility, by) = (place.id, place.people[0].person);
    app.run(&format!(
        "WITH sent AS
            ( INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, sent_by, sent_at, late, children)
              VALUES ('{}', gen_random_uuid(), '{facility}', '{day}', gen_random_uuid(), '{by}', '{at}', false, 3) RETURNING ward_id, id )
           , reported AS
            ( INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, reported_by, reported_at)
              SELECT w.ward_id, w.id, '{day}', 1, sent.id, w.facility_id, w.child_id, '{{\"status\": \"P\"}}', '{by}', '{at}'
              FROM watch.watches w JOIN sent ON sent.ward_id = w.ward_id
              WHERE w.facility_id = '{facility}' AND w.until_on IS NULL ON CONFLICT DO NOTHING )
         INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
         SELECT ward_id, child_id, '{day}', id, facility_id, 1, 'P', true, true, '{{\"status\": \"P\"}}'
         FROM watch.watches WHERE facility_id = '{facility}' AND until_on IS NULL ON CONFLICT DO NOTHING",
        app.world.ward
    ))
    .await;
}

#[tokio::test]
async fn those_who_report_are_called_first_then_the_head_then_the_ward_is_told() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server).await;
    let nursery = app.world.nursery.clone();
    let (reporter, head) = (nursery.staff(Role::Reporter).person, nursery.staff(Role::FacilityHead).person);
    send_sheet(&app, &app.world.elementary, "2026-11-20", "2026-11-20T00:10:00Z").await;

    assert_eq!(round(&app, "2026-11-20T09:29").await, 0);
    assert_eq!(round(&app, "2026-11-20T09:30").await, 3, "each facility is looked at once");
    assert_eq!(round(&app, "2026-11-20T09:31").await, 0);
    assert_eq!(mails(&app, &nursery).await, [("sheet_reminder".to_owned(), reporter)]);
    assert_eq!(mails(&app, &app.world.elementary).await, [], "its sheet was sent");
    assert_eq!(round(&app, "2026-11-20T10:30").await, 3);
    assert_eq!(mails(&app, &nursery).await[1], ("sheet_reminder_again".to_owned(), head));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.reminders WHERE stage = 'unreported_list'").await, 0);

    assert!(app.caseworker().get("/unreported").await.expect(200).first(".app-empty").is_some());
    assert_eq!(round(&app, "2026-11-20T11:00").await, 3);
    assert_eq!(mails(&app, &nursery).await.len(), 2, "the list is no mail");
    for caller in [app.caseworker(), app.supervisor(), app.admin()] {
        let page = caller.get("/unreported").await.expect(200);
        let rows = page.all("tbody tr");
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert!(rows[0].contains(&app.world.junior_high.name) && rows[1].contains(&nursery.name), "{rows:?}");
        assert!(rows.iter().all(|row| row.contains("未報告") && row.contains("11:00")), "{rows:?}");
    }

    // Two mails of three places, neutral, and one line each in the trail.
    let mut sender = Sender::new(Post::open(&app.app.config).unwrap());
    app.at("2026-11-20T10:31");
    let sent = sender.round(&app.app).await.unwrap();
    assert!(sent.sent > 0, "{sent:?}");
    for mail in server.received() {
        assert!(!mail.text.contains(&nursery.name) && !mail.text.contains(&app.world.watches[0].name));
    }
    let deeds: i64 = app.value("SELECT count(*) FROM hub.trail WHERE action = 'remindFacility'").await;
    assert_eq!(deeds, 9);
}

#[tokio::test]
async fn what_was_sent_late_is_settled_on_both_lists() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server).await;
    app.run(&format!("UPDATE hub.organizations SET phone = '00-1234-5678' WHERE id = '{}'", app.world.nursery.id)).await;
    round(&app, "2026-11-20T11:05").await;
    // A part of it leaves the facility on the list.
    let (facility, by, ward) = (app.world.nursery.id, app.world.nursery.people[0].person, app.world.ward);
    app.run(&format!(
        "INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, sent_by, sent_at, late, children)
         VALUES ('{ward}', gen_random_uuid(), '{facility}', '2026-11-20', gen_random_uuid(), '{by}', '2026-11-20T02:06:00Z', false, 1)"
    ))
    .await;
    assert_eq!(round(&app, "2026-11-20T11:10").await, 0);
    send_sheet(&app, &app.world.nursery, "2026-11-20", "2026-11-20T02:12:00Z").await;
    assert_eq!(round(&app, "2026-11-20T11:13").await, 1);
    assert_eq!(round(&app, "2026-11-20T11:14").await, 0);
    for (caller, at) in [(app.caseworker(), "11:12"), (app.admin(), "11:13")] {
        let rows = caller.get("/unreported").await.expect(200).all("tbody tr");
        assert_eq!(rows.len(), 3, "{rows:?}");
        assert!(rows[2].contains(&app.world.nursery.name) && rows[2].contains(&format!("済（{at}）")), "{rows:?}");
        assert!(rows[2].contains("00-1234-5678") && rows[0].contains("登録なし"), "{rows:?}");
    }
    // The desk is told nothing of children or of what was reported.
    let page = app.admin().get("/unreported").await.expect(200).text();
    assert!(
        !page.contains("1組") && !page.contains("前回の報告") && app.world.watches.iter().all(|watch| !page.contains(&watch.name))
    );
}

#[tokio::test]
async fn nobody_is_reminded_on_a_closed_day_or_without_a_watched_child() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server).await;
    // Sunday: only the nursery is open.
    assert_eq!(round(&app, "2026-11-22T09:40").await, 3);
    assert_eq!((mails(&app, &app.world.nursery).await.len(), mails(&app, &app.world.elementary).await.len()), (1, 0));
    // The class of its children is closed, and with it the reason to remind.
    app.run(&format!(
        "INSERT INTO watch.calendar_days (ward_id, id, facility_id, class, from_on, until_on, is_open, label, entered_at)
         VALUES ('{}', gen_random_uuid(), '{}', '1組', '2026-11-29', '2026-11-29', false, '学級閉鎖', '2026-11-28T00:00:00Z')",
        app.world.ward, app.world.nursery.id
    ))
    .await;
    round(&app, "2026-11-29T09:40").await;
    round(&app, "2026-11-29T11:00").await;
    assert_eq!(mails(&app, &app.world.nursery).await.len(), 1);
    assert!(app.caseworker().get("/unreported").await.expect(200).first(".app-empty").is_some());
    assert!(app.admin().get("/unreported").await.expect(200).first(".app-empty").is_some());

    app.run("UPDATE watch.watches SET until_on = '2026-11-29'").await;
    assert_eq!(round(&app, "2026-11-30T09:40").await, 0, "not even looked at");
}

#[tokio::test]
async fn two_nodes_remind_once_and_a_hub_that_was_down_reminds_of_nothing_that_has_passed() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server).await;
    let (other, _) = app.second_node();
    app.at("2026-11-20T10:40");
    let (here, there) = tokio::join!(reminders::round(&app.app), reminders::round(&other));
    assert_eq!(here.unwrap() + there.unwrap(), 3);
    let kinds: Vec<_> = mails(&app, &app.world.nursery).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["sheet_reminder_again"], "the first one is no news any more");
}

#[tokio::test]
async fn a_reminder_that_is_no_news_any_more_is_not_sent() {
    let mut server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server).await;
    server.stop().await;
    round(&app, "2026-11-20T09:30").await;
    let mut sender = Sender::new(Post::open(&app.app.config).unwrap());
    for minute in 0..=120 {
        app.at(&format!("2026-11-20T{:02}:{:02}", 9 + (30 + minute) / 60, (30 + minute) % 60));
        reminders::round(&app.app).await.unwrap();
        assert_eq!(sender.round(&app.app).await.unwrap().sent, 0);
    }
    server.restart().await;
    for minute in 0..60 {
        app.at(&format!("2026-11-20T11:{minute:02}"));
        sender.round(&app.app).await.unwrap();
    }
    let first: i64 = app.value("SELECT count(*) FROM hub.mails WHERE kind = 'sheet_reminder' AND state = 'dead'").await;
    let second: i64 = app.value("SELECT count(*) FROM hub.mails WHERE kind = 'sheet_reminder_again' AND state = 'sent'").await;
    assert_eq!((first, second, server.received().len()), (3, 3, 3), "the first ones are over at 10:30, the second ones at noon");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.mails WHERE state = 'waiting' OR fields IS NOT NULL").await, 0);
}

#[tokio::test]
async fn without_a_mail_server_the_screen_reminds_until_everything_is_sent() {
    let app = TestApp::new().await;
    come_back(&app, "2026-11-20T09:29").await;
    assert!(!app.reporter().get("/sheet").await.expect(200).text().contains("を過ぎました"));
    round(&app, "2026-11-20T09:30").await;
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.mails").await, 0);
    let page = app.reporter().get("/sheet").await.expect(200);
    assert!(page.first("[role=status].app-notice").is_some_and(|text| text.contains("9:30を過ぎました")));
    app.run(&format!("UPDATE hub.organizations SET reminder = '09:45' WHERE id = '{}'", app.world.nursery.id)).await;
    assert!(!app.reporter().get("/sheet").await.expect(200).text().contains("を過ぎました"), "the facility's own time");
    come_back(&app, "2026-11-20T09:50").await;
    assert!(app.reporter().get("/sheet").await.expect(200).text().contains("9:45を過ぎました"));
    send_sheet(&app, &app.world.nursery, "2026-11-20", "2026-11-20T00:50:00Z").await;
    assert!(!app.reporter().get("/sheet").await.expect(200).text().contains("を過ぎました"));
}

#[tokio::test]
async fn the_head_sets_whom_to_call() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server).await;
    let (reporter, head) = (app.world.nursery.staff(Role::Reporter), app.world.nursery.staff(Role::FacilityHead));
    let page = app.head().get("/turns").await.expect(200);
    let text = page.text();
    assert!(text.contains(&reporter.name) && text.contains("9:30") && !text.contains(&app.world.elementary.people[0].name));
    let (first, second) = (format!("turn.{}", reporter.membership), format!("turn.{}", head.membership));
    let (was_first, was_second) = (format!("was.{}", reporter.membership), format!("was.{}", head.membership));
    let double = format!("turn.{}", app.world.double.membership);
    let set = [(first.as_str(), "never"), (&second, "first"), (&was_first, ""), (&was_second, ""), (&double, "never")];
    for _ in 0..2 {
        assert_eq!(app.head().post("/turns", &set).await.expect(303).location(), "/turns?done=saved");
    }
    round(&app, "2026-11-20T09:30").await;
    assert_eq!(mails(&app, &app.world.nursery).await, [("sheet_reminder".to_owned(), head.person)]);

    // Made of what has changed since: both are shown, nothing is set.
    let stale = [(first.as_str(), "next"), (was_first.as_str(), "")];
    let page = app.head().post("/turns", &stale).await.expect(409);
    assert!(page.text().contains("いまの設定: 知らせない"));
    let nobody = [(second.as_str(), "never"), (was_second.as_str(), "first")];
    assert!(app.head().post("/turns", &nobody).await.expect(422).text().contains("少なくとも1人"));
    let kept: String = app.value(&format!("SELECT turn FROM hub.memberships WHERE id = '{}'", head.membership)).await;
    assert_eq!(kept, "first");
    app.reporter().get("/turns").await.expect(404);
    // Somebody of another facility is nobody here.
    let elsewhere = format!("turn.{}", app.world.elementary.people[0].membership);
    app.head().post("/turns", &[(elsewhere.as_str(), "never")]).await.expect(303);
    let untouched = format!("SELECT turn FROM hub.memberships WHERE id = '{}'", app.world.elementary.people[0].membership);
    assert_eq!(app.value::<String>(&untouched).await, "");
}
