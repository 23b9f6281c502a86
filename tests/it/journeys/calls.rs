//! Who is told of an alert, when, and that nothing rots: rung by rung, around the clock, by several nodes, once.

use std::time::Duration;

use sqlx::{Connection, PgConnection};
use tokio::time::sleep;
use tsunagi::{
    domain::ids::{Id, Person},
    gate::Role,
    post::Post,
    work::{escalation, mail::Sender},
};

use crate::support::{MailServer, Manners, Place, TestApp, World};

/// The centre's alert, urgent and raised just now; the caseworker has the request. No other alert of the wards is open.
pub(super) async fn urgent(app: &TestApp) -> Id<Person> {
    urgent_at(app, &app.world.centre).await
}

/// The same of another office.
pub(super) async fn urgent_at(app: &TestApp, office: &Place) -> Id<Person> {
    let alert = app.world.alert(office);
    let worker = office.staff(Role::Caseworker).person;
    app.run(&format!(
        "DELETE FROM desk.evidence WHERE alert_id <> '{id}'; DELETE FROM desk.alerts WHERE id <> '{id}';
         UPDATE desk.alerts SET severity = 'urgent', raised_at = '2026-11-20T00:00:00Z', due_at = '2026-11-20T01:00:00Z' WHERE id = '{id}';
         UPDATE desk.requests SET assigned_to = '{worker}' WHERE watch_id = '{watch}'",
        id = alert.id,
        watch = alert.watch
    ))
    .await;
    worker
}

fn worker(app: &TestApp) -> Id<Person> {
    app.world.centre.staff(Role::Caseworker).person
}

/// `worker assigned raised` of each hop; whoever was passed over in brackets.
pub(super) async fn hops(app: &TestApp) -> Vec<String> {
    let rows = app.sql("SELECT station, reason, cause, told FROM desk.hops ORDER BY alert_id, number").await;
    let line = |row: &serde_json::Value| {
        let words = ["station", "reason", "cause"].map(|key| row[key].as_str().unwrap_or_default().to_owned()).join(" ");
        if row["told"] == true { words } else { format!("({words})") }
    };
    rows.iter().map(line).collect()
}

pub(super) async fn page(app: &TestApp) -> String {
    let alert = app.world.alert(&app.world.centre).id;
    app.supervisor().get(&format!("/alerts/{alert}")).await.expect(200).text()
}

pub(super) async fn on_duty(app: &TestApp, person: Id<Person>) {
    let (ward, office) = (app.world.ward, app.world.centre.id);
    app.run(&format!(
        "INSERT INTO desk.duty_rosters (ward_id, office_id, revision, changed_by, changed_at) VALUES ('{ward}', '{office}', 1, '{person}', '2026-11-01T00:00:00Z');
         INSERT INTO desk.duty_turns (ward_id, office_id, weekday, shift, person_id)
         SELECT '{ward}', '{office}', w, s, '{person}' FROM generate_series(0, 7) w, unnest(ARRAY['day', 'night']) s"
    ))
    .await;
}

#[tokio::test]
async fn an_urgent_alert_climbs_to_the_desk_within_the_hour_and_every_hop_is_seen() {
    let app = TestApp::new().await;
    urgent(&app).await;
    on_duty(&app, app.world.double.person).await;
    for minute in 0..=60 {
        app.at(&format!("2026-11-20T{:02}:{:02}", 9 + minute / 60, minute % 60));
        escalation::round(&app.app).await.unwrap();
    }
    assert_eq!(hops(&app).await, ["worker assigned raised", "supervisor supervises unanswered", "desk on_duty unanswered"]);
    app.refresh_sessions().await;
    let page = page(&app).await;
    for words in ["知らせた順", "担当 ", "係長 ", "当番 ", "時間内に対応が始まりませんでした", "送信待ち"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains(&format!("担当 {}さんに知らせました", app.world.centre.staff(Role::Caseworker).name)));
    // Each hop is a deed of the clock, and says no name.
    let deeds = app.sql("SELECT detail, principal FROM hub.trail WHERE action = 'routeAlert' ORDER BY at").await;
    assert_eq!(deeds.len(), 3);
    assert!(deeds.iter().all(|deed| deed["principal"] == "clock" && deed["detail"]["told"] == 1));
    // Taken, it climbs no further.
    let alert = app.world.alert(&app.world.centre).id;
    app.caseworker().post(&format!("/alerts/{alert}/taking"), &[("version", "1")]).await.expect(303);
    app.at("2026-11-20T23:00");
    assert_eq!(escalation::round(&app.app).await.unwrap(), 0);
}

#[tokio::test]
async fn on_leave_the_substitute_is_told_and_without_a_caseworker_the_desk_at_once() {
    let app = TestApp::new().await;
    let worker = urgent(&app).await;
    let (ward, office, deputy) = (app.world.ward, app.world.centre.id, app.world.double.person);
    app.run(&format!(
        "INSERT INTO desk.absences (ward_id, id, office_id, person_id, from_on, until_on, substitute_id, entered_by, entered_at)
         VALUES ('{ward}', gen_random_uuid(), '{office}', '{worker}', '2026-11-20', '2026-11-20', '{deputy}', '{worker}', '2026-11-19T00:00:00Z')"
    ))
    .await;
    escalation::round(&app.app).await.unwrap();
    assert_eq!(hops(&app).await, ["(worker away raised)", "substitute deputises raised"]);
    let page = page(&app).await;
    assert!(page.contains("さんは休暇中です") && page.contains("代理 "), "{page}");

    let app = TestApp::new().await;
    urgent(&app).await;
    app.run("UPDATE desk.requests SET assigned_to = NULL").await;
    escalation::round(&app.app).await.unwrap();
    assert_eq!(
        hops(&app).await,
        ["(worker unassigned raised)", "desk gap raised"],
        "nobody stands in the roster: whoever can answer"
    );
}

#[tokio::test]
async fn nothing_waits_on_a_person_who_left() {
    let left = [
        "UPDATE hub.people SET status = 'suspended' WHERE id = '{}'",
        "UPDATE hub.memberships SET until_on = '2026-11-19' WHERE person_id = '{}'",
    ];
    for left in left {
        let app = TestApp::new().await;
        let worker = urgent(&app).await;
        let alert = app.world.alert(&app.world.centre).id;
        // Told, and then gone before the half hour is over.
        escalation::round(&app.app).await.unwrap();
        app.run(&left.replace("{}", &worker.to_string())).await;
        assert_eq!(escalation::round(&app.app).await.unwrap(), 1);
        assert_eq!(hops(&app).await, ["worker assigned raised", "(worker gone gone)", "desk gap gone"]);
        assert_eq!(escalation::round(&app.app).await.unwrap(), 0, "once");

        // In hand, and then gone: it is open again, and the desk is told.
        let app = TestApp::new().await;
        let worker = urgent(&app).await;
        app.caseworker().post(&format!("/alerts/{alert}/taking"), &[("version", "1")]).await.expect(303);
        assert_eq!(escalation::round(&app.app).await.unwrap(), 0);
        app.run(&format!("UPDATE desk.alerts SET snoozed_until = '2026-11-25T00:00:00Z' WHERE id = '{alert}'")).await;
        app.run(&left.replace("{}", &worker.to_string())).await;
        assert_eq!(escalation::round(&app.app).await.unwrap(), 1);
        let row = app.sql(&format!("SELECT state, holder_id, revision FROM desk.alerts WHERE id = '{alert}'")).await.remove(0);
        assert_eq!((row["state"].as_str(), row["holder_id"].is_null(), row["revision"].as_i64()), (Some("open"), true, Some(3)));
        assert_eq!(hops(&app).await, ["(worker gone returned)", "desk gap returned"]);
        let page = page(&app).await;
        assert!(page.contains("未対応に戻しました"), "{page}");
        assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.alerts WHERE snoozed_until IS NOT NULL").await, 0, "nor put aside");
        assert_eq!(
            app.value::<i64>(&format!("SELECT count(*) FROM desk.events WHERE alert_id = '{alert}' AND kind = 'raised'")).await,
            2
        );
        assert_eq!(escalation::round(&app.app).await.unwrap(), 0, "once");
    }
}

#[tokio::test]
async fn what_becomes_graver_is_told_anew_and_lesser_alerts_wait_for_the_day_and_the_morning() {
    let app = TestApp::new().await;
    urgent(&app).await;
    app.run("UPDATE desk.alerts SET severity = 'caution'").await;
    app.at("2026-11-20T20:00");
    escalation::round(&app.app).await.unwrap();
    let mails = app.sql("SELECT next_at FROM hub.mails").await;
    assert_eq!(mails[0]["next_at"], "2026-11-20T22:00:00+00:00", "quiet until seven in the morning");
    app.at("2026-11-23T17:14");
    assert_eq!(escalation::round(&app.app).await.unwrap(), 0, "a holiday is no business day");
    app.at("2026-11-21T03:00");
    app.run("UPDATE desk.alerts SET severity = 'urgent'").await;
    assert_eq!(escalation::round(&app.app).await.unwrap(), 1);
    // At night the desk is among the first; here nobody is on duty, and the supervisor stands in.
    assert_eq!(hops(&app).await, ["worker assigned raised", "worker assigned risen", "desk gap risen"]);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.mails WHERE next_at = '2026-11-20T18:00:00Z'").await, 2, "at night too");
}

/// Everybody of the wards has an address.
async fn addresses(app: &TestApp) {
    app.run("UPDATE hub.people SET mail = id || '@example.jp'").await;
}

/// Kills a round where a hop and its mail are written and how far the calls have come is not.
async fn kill_in_the_middle_of_a_call(app: &TestApp) {
    let mut in_the_way = PgConnection::connect_with(&app.scratch.owner()).await.unwrap();
    let lock = "BEGIN; LOCK TABLE desk.callings IN SHARE ROW EXCLUSIVE MODE";
    sqlx::raw_sql(lock).execute(&mut in_the_way).await.unwrap();
    let node = app.app.clone();
    let killed = tokio::spawn(async move { escalation::round(&node).await });
    let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'desk.callings'::regclass
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while app.value::<i64>(waits).await == 0 {
        assert!(!killed.is_finished(), "the round runs into the lock");
        sleep(Duration::from_millis(5)).await;
    }
    killed.abort();
    assert!(killed.await.is_err_and(|ended| ended.is_cancelled()));
    in_the_way.close().await.unwrap();
}

#[tokio::test]
async fn two_nodes_call_once_and_a_killed_one_loses_nothing() {
    let app = TestApp::new().await;
    urgent(&app).await;
    // Forty alerts of the same child of forty rules; four people who could be told.
    let alert = app.world.alert(&app.world.centre).id;
    app.run(&format!(
        "INSERT INTO desk.alerts (ward_id, id, watch_id, facility_id, office_id, rule, severity, level, count, as_of, condition, state, raised_at, due_at, revision)
         SELECT ward_id, gen_random_uuid(), watch_id, facility_id, office_id, 'X' || n, severity, level, count, as_of, condition, state, raised_at, due_at, revision
         FROM desk.alerts, generate_series(1, 39) n WHERE id = '{alert}'"
    ))
    .await;
    kill_in_the_middle_of_a_call(&app).await;
    for rows in ["desk.hops", "desk.callings", "hub.mails WHERE kind = 'notice'", "hub.pushes"] {
        assert_eq!(app.value::<i64>(&format!("SELECT count(*) FROM {rows}")).await, 0, "{rows}: nothing of it stays");
    }
    // Killed at any moment: what was not committed is not there, what was is done.
    for micros in [1, 300, 900, 2_000, 4_000, 8_000, 15_000] {
        let _ = tokio::time::timeout(Duration::from_micros(micros), escalation::round(&app.app)).await;
        let (hops, callings) = (
            app.value::<i64>("SELECT count(*) FROM desk.hops").await,
            app.value::<i64>("SELECT count(*) FROM desk.callings").await,
        );
        assert_eq!(hops, callings, "a hop with everything that belongs to it, or none of it");
    }
    let (one, other) = tokio::join!(escalation::round(&app.app), escalation::round(&app.app));
    one.unwrap();
    other.unwrap();
    // What a killed node had locked is free once the database has noticed.
    for _ in 0..20 {
        escalation::round(&app.app).await.unwrap();
    }
    assert_eq!(hops(&app).await, vec!["worker assigned raised"; 40]);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.trail WHERE action = 'routeAlert'").await, 40);
    // Forty hops, and one mail: it says no more than that there is something to look at. Two nodes at once, or one whose end the
    // database has not noticed yet, may each have written one.
    let mails = app.value::<i64>("SELECT count(*) FROM hub.mails WHERE kind = 'notice'").await;
    assert!((1..=4).contains(&mails), "{mails}");
    assert_eq!(
        app.value::<i64>("SELECT count(*) FROM desk.hops h WHERE NOT EXISTS (SELECT FROM hub.mails m WHERE m.id = h.mail_id)")
            .await,
        0
    );
}

fn settings(server: &MailServer) -> Vec<(&'static str, String)> {
    server.settings("localhost", true).to_vec()
}

async fn hub(settings: &[(&str, String)]) -> TestApp {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    TestApp::with_settings(&settings).await
}

#[tokio::test]
async fn with_the_mail_server_away_for_two_hours_everybody_is_told_afterwards_once_for_each_hop() {
    let [world, _] = World::both();
    let refused = format!("{}@example.jp", world.centre.staff(Role::Supervisor).person);
    let mut server = MailServer::wrapped("localhost", Manners { refuses: Some(refused), ..Manners::default() }).await;
    let app = hub(&settings(&server)).await;
    urgent(&app).await;
    addresses(&app).await;
    on_duty(&app, app.world.double.person).await;
    server.stop().await;
    let mut first = Sender::new(Post::open(&app.app.config).unwrap());
    for minute in 0..=120 {
        app.at(&format!("2026-11-20T{:02}:{:02}", 9 + minute / 60, minute % 60));
        escalation::round(&app.app).await.unwrap();
        assert_eq!(first.round(&app.app).await.unwrap().sent, 0);
    }
    server.restart().await;
    // Another node, which remembers nothing, and the first one.
    let mut second = Sender::new(Post::open(&app.app.config).unwrap());
    let alert = app.world.alert(&app.world.centre).id;
    app.run(&format!("UPDATE desk.callings SET next_at = NULL WHERE alert_id = '{alert}'")).await;
    for minute in 121..=300 {
        app.at(&format!("2026-11-20T{:02}:{:02}", 9 + minute / 60, minute % 60));
        let (one, other) = tokio::join!(first.round(&app.app), second.round(&app.app));
        one.unwrap();
        other.unwrap();
    }
    // Worker, supervisor, and the desk three times: each mail once, to the one it was for; the refused one is seen.
    assert_eq!(hops(&app).await.len(), 5);
    let rows = app.sql("SELECT id, state, reason, person_id FROM hub.mails ORDER BY state").await;
    let sent: Vec<_> = rows.iter().filter(|row| row["state"] == "sent").collect();
    assert_eq!(rows.iter().filter(|row| row["state"] == "dead" && row["reason"] == "refused").count(), 1);
    assert_eq!(sent.len() + 1, rows.len());
    let received = server.received();
    assert_eq!(received.len(), sent.len(), "nothing lost, nothing doubled");
    for row in sent {
        let id = row["id"].as_str().unwrap();
        assert_eq!(received.iter().filter(|mail| mail.text.contains(&format!("Message-ID: <{id}@"))).count(), 1, "{id}");
    }
    let told: Vec<_> = received.iter().map(|mail| mail.to.clone()).collect();
    assert!(
        told.contains(&format!("{}@example.jp", worker(&app))) && told.contains(&format!("{}@example.jp", app.world.double.person))
    );
    app.refresh_sessions().await;
    assert!(page(&app).await.contains("届いていません"));
    let list = app.admin().get("/notices/undelivered").await.expect(200);
    assert!(list.text().contains("宛先に断られました") && list.text().contains(&app.world.centre.staff(Role::Supervisor).name));
}

#[tokio::test]
async fn no_mail_of_an_alert_says_anything_of_it() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&settings(&server)).await;
    urgent(&app).await;
    addresses(&app).await;
    escalation::round(&app.app).await.unwrap();
    Sender::new(Post::open(&app.app.config).unwrap()).round(&app.app).await.unwrap();
    let [mail] = &server.received()[..] else { panic!("{:?}", server.received()) };
    let (head, body) = mail.text.split_once("\r\n\r\n").unwrap();
    let body = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, body.replace("\r\n", "")).unwrap();
    let body = String::from_utf8(body).unwrap();
    assert!(body.starts_with("確認が必要なお知らせがあります。") && body.contains("http://localhost:8080/sign-in\r\n"), "{body}");
    assert_eq!(body.matches("://").count(), 1, "one link, and it leads to the sign-in: {body}");
    let alert = app.world.alert(&app.world.centre);
    let child = app.world.watches.iter().find(|watch| watch.id == alert.watch).unwrap();
    for secret in
        [&child.name, &child.kana, &app.world.nursery.name, &app.world.centre.name, &alert.id.to_string(), &child.id.to_string()]
    {
        assert!(!body.contains(secret.as_str()) && !head.contains(secret.as_str()), "{secret}");
    }
}
