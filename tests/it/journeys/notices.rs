//! お知らせ: how each person is told, pushes sealed for one browser, and everything that must not be called or shown.

use std::{ops::RangeInclusive, time::Duration};

use jiff::SignedDuration;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::time::{sleep, timeout};
use tsunagi::{
    domain::{
        ids::{Id, Person},
        notice,
    },
    gate::Role,
    post::push::Pusher,
    store::{
        presence::Presence,
        pushes::{self, State, Why},
    },
    work::{
        escalation,
        notices::{self, PushSender, Round},
    },
};

use crate::support::{Browser, PushService, TestApp};

/// Longer than anything here takes; a test that waits for it has failed.
const FOREVER: Duration = Duration::from_secs(30);

async fn hub(service: &PushService) -> TestApp {
    hub_with(&service.settings()).await
}

async fn hub_with(settings: &[(&str, String)]) -> TestApp {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let app = TestApp::with_settings(&settings).await;
    notices::key(&app.app).await.unwrap();
    app
}

fn sender(app: &TestApp) -> PushSender {
    PushSender::new(Pusher::open(&app.app.config).unwrap())
}

async fn round(app: &TestApp, sender: &mut PushSender) -> (usize, usize, usize) {
    let Round { sent, put_off, dead } = sender.round(&app.app).await.unwrap();
    (sent, put_off, dead)
}

/// Browsers of the caseworker, reached through this service.
async fn subscribe(app: &TestApp, service: &PushService, numbers: RangeInclusive<u8>) {
    for number in numbers {
        let subscription = Browser::new(number).subscription(&service.endpoint(&number.to_string()));
        app.caseworker().post_json("/me/notices/devices", &subscription).await.expect(200);
    }
}

/// The centre's alert, urgent, and nobody but its caseworker to tell of it first.
async fn urgent(app: &TestApp) -> Id<Person> {
    let (alert, worker) = (app.world.alert(&app.world.centre), app.world.centre.staff(Role::Caseworker).person);
    app.run(&format!(
        "DELETE FROM desk.evidence WHERE alert_id <> '{id}'; DELETE FROM desk.alerts WHERE id <> '{id}';
         UPDATE desk.alerts SET severity = 'urgent' WHERE id = '{id}';
         UPDATE desk.requests SET assigned_to = '{worker}' WHERE watch_id = '{watch}'",
        id = alert.id,
        watch = alert.watch
    ))
    .await;
    worker
}

const PUSH_ONLY: [(&str, &str); 6] =
    [("revision", "0"), ("urgent", "push"), ("warning", "mail"), ("caution", "page"), ("quiet_from", ""), ("quiet_until", "")];

#[tokio::test]
async fn a_push_says_one_sentence_to_one_browser_and_arrives_once() {
    let service = PushService::start().await;
    let app = hub(&service).await;
    urgent(&app).await;
    let page = app.caseworker().get("/me/notices").await.expect(200);
    let key = page.attributes("x-push", "data-key").remove(0);
    let browser = Browser::new(7);
    let subscription = browser.subscription(&service.endpoint("one"));
    let next = app.caseworker().post_json("/me/notices/devices", &subscription).await.expect(200).json();
    app.caseworker().post_json("/me/notices/devices", &subscription).await.expect(200);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.push_devices").await, 1, "the same browser again is one device");
    let page = app.caseworker().get(next["next"].as_str().unwrap()).await.expect(200);
    assert!(page.text().contains("この端末を登録しました") && !page.text().contains("/send/one"), "its address is shown nowhere");
    app.caseworker().post("/me/notices", &PUSH_ONLY).await.expect(303);

    escalation::round(&app.app).await.unwrap();
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.mails").await, 0);
    let (mut one, mut other) = (sender(&app), sender(&app));
    let (here, there) = tokio::join!(one.round(&app.app), other.round(&app.app));
    assert_eq!(here.unwrap().sent + there.unwrap().sent, 1);
    let [push] = &service.pushed()[..] else { panic!("{:?}", service.pushed()) };
    assert_eq!((push.path.as_str(), browser.open(&push.body).as_str()), ("/send/one", notice::SENTENCE));
    assert_eq!((push.header("content-encoding"), push.header("urgency"), push.header("ttl")), ("aes128gcm", "high", "86400"));
    assert!(push.header("authorization").starts_with("vapid t=") && push.header("authorization").ends_with(&format!("k={key}")));
    let told = app.caseworker().get(&format!("/alerts/{}", app.world.alert(&app.world.centre).id)).await.expect(200);
    assert!(told.text().contains("送信済み"));
    let secrets = app.value::<i64>("SELECT count(*) FROM hub.trail WHERE detail::text LIKE '%localhost%'").await;
    assert_eq!(secrets, 0);

    // To see whether it arrives.
    app.caseworker().post("/me/notices/trial", &[]).await.expect(303);
    assert_eq!(round(&app, &mut one).await, (1, 0, 0));
    let device = app.value::<String>("SELECT id::text FROM hub.push_devices").await;
    app.supervisor().post(&format!("/me/notices/devices/{device}/removal"), &[]).await.expect(303);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.push_devices").await, 1, "somebody else's stays");
    app.caseworker().post(&format!("/me/notices/devices/{device}/removal"), &[]).await.expect(303);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.push_devices").await, 0);
}

#[tokio::test]
async fn a_push_is_tried_again_and_where_the_device_is_gone_a_mail_takes_its_place() {
    let service = PushService::start().await;
    let app = hub(&service).await;
    let worker = urgent(&app).await;
    let browser = Browser::new(9);
    app.caseworker().post_json("/me/notices/devices", &browser.subscription(&service.endpoint("two"))).await.expect(200);
    app.caseworker().post("/me/notices", &PUSH_ONLY).await.expect(303);
    service.answers(&[503, 429, 410]);
    escalation::round(&app.app).await.unwrap();
    let mut sender = sender(&app);
    assert_eq!(round(&app, &mut sender).await, (0, 1, 0));
    assert_eq!(round(&app, &mut sender).await, (0, 0, 0), "not at once");
    app.at("2026-11-20T09:01");
    assert_eq!(round(&app, &mut sender).await, (0, 1, 0));
    app.at("2026-11-20T09:06");
    assert_eq!(round(&app, &mut sender).await, (0, 0, 1));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.push_devices").await, 0, "410: the browser has ended it");
    let mails = app.sql("SELECT person_id, kind, urgency FROM hub.mails").await;
    assert_eq!(mails, [json!({ "person_id": worker, "kind": "notice", "urgency": 1 })]);
    assert_eq!(service.pushed().len(), 3);
}

#[tokio::test]
async fn a_node_killed_between_pushing_and_writing_it_down_loses_nothing_and_the_device_shows_one() {
    let service = PushService::start().await;
    let app = hub(&service).await;
    urgent(&app).await;
    let browser = Browser::new(13);
    app.caseworker().post_json("/me/notices/devices", &browser.subscription(&service.endpoint("three"))).await.expect(200);
    app.caseworker().post("/me/notices", &PUSH_ONLY).await.expect(303);
    escalation::round(&app.app).await.unwrap();

    service.answers(&[0]);
    let (node, mut one) = (app.app.clone(), sender(&app));
    let killed = tokio::spawn(async move { one.round(&node).await });
    while service.pushed().is_empty() {
        assert!(!killed.is_finished(), "the round waits for an answer");
        sleep(Duration::from_millis(5)).await;
    }
    let mut other = sender(&app);
    assert_eq!(round(&app, &mut other).await, (0, 0, 0), "what one node has in hand, no other takes");
    killed.abort();
    assert!(killed.await.is_err_and(|ended| ended.is_cancelled()));
    let mut again = 0;
    for _ in 0..200 {
        again += round(&app, &mut other).await.0;
        if again > 0 {
            break;
        }
        // The database has not noticed yet.
        sleep(Duration::from_millis(10)).await;
    }
    assert_eq!((again, round(&app, &mut other).await), (1, (0, 0, 0)));
    assert_eq!(app.value::<String>("SELECT state FROM hub.pushes").await, "sent");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.mails").await, 0);

    // Handed over twice. At the service the second takes the place of the first (RFC 8030 5.4), on the device by its tag.
    let pushed = service.pushed();
    let topics: Vec<_> = pushed.iter().map(|push| (push.path.as_str(), push.header("topic"))).collect();
    assert_eq!(topics, [("/send/three", "notice"); 2]);
    assert!(app.stranger().get("/push-worker.js").await.expect(200).text().contains("tag: \"notice\""));
}

#[tokio::test]
async fn a_service_that_does_not_answer_holds_up_no_other() {
    let (slow, quick) = (PushService::start().await, PushService::start().await);
    let gate = slow.hesitates();
    let app = hub_with(&slow.settings_with(&quick)).await;
    subscribe(&app, &slow, 1..=12).await;
    subscribe(&app, &quick, 13..=15).await;
    app.caseworker().post("/me/notices/trial", &[]).await.expect(303);
    // The slow one's have waited longer, and there are more of them than lanes.
    app.run(&format!(
        "UPDATE hub.pushes SET next_at = next_at - interval '1 minute'
         WHERE device_id IN (SELECT id FROM hub.push_devices WHERE endpoint LIKE '{}%')",
        slow.endpoint("")
    ))
    .await;
    let mut sender = sender(&app);
    let meanwhile = async {
        while quick.pushed().len() < 3 || slow.pushed().len() < 4 {
            tokio::task::yield_now().await;
        }
        // Half of the lanes stand before the gate, and none of them keeps a connection to the database from the pages.
        app.caseworker().get("/alerts").await.expect(200);
        let in_hand = slow.pushed().len();
        gate.open();
        in_hand
    };
    let (done, in_hand) =
        timeout(FOREVER, async { tokio::join!(round(&app, &mut sender), meanwhile) }).await.expect("nobody waits for the slow one");
    assert_eq!((done, in_hand), ((15, 0, 0), 4));
    assert_eq!((slow.pushed().len(), quick.pushed().len()), (12, 3), "each once");
}

#[tokio::test]
async fn a_service_that_says_nothing_is_given_up_in_time_and_asked_again() {
    let service = PushService::start().await;
    let app = hub(&service).await;
    subscribe(&app, &service, 1..=1).await;
    app.caseworker().post("/me/notices/trial", &[]).await.expect(303);
    service.answers(&[0]);
    let pusher = Pusher::open(&app.app.config).unwrap();
    let mut sender = PushSender::new(pusher.map(|pusher| pusher.with_patience(Duration::from_secs(1))));
    let once = timeout(FOREVER, round(&app, &mut sender)).await.expect("nobody waits for ever");
    assert_eq!(once, (0, 1, 0));
    assert_eq!(app.value::<String>("SELECT reason FROM hub.pushes").await, "unreachable");
    app.at("2026-11-20T09:01");
    assert_eq!(round(&app, &mut sender).await, (1, 0, 0));
}

#[tokio::test]
async fn a_device_gets_one_after_the_other_in_their_order() {
    let service = PushService::start().await;
    let app = hub(&service).await;
    subscribe(&app, &service, 1..=2).await;
    app.run(
        "INSERT INTO hub.pushes (ward_id, id, device_id, person_id, alone, queued_at, expires_at, next_at)
         SELECT d.ward_id, gen_random_uuid(), d.id, d.person_id, false, t, t + interval '1 day', t
         FROM hub.push_devices d, unnest(ARRAY['2026-11-19T23:58:00Z', '2026-11-19T23:59:00Z']::timestamptz[]) t",
    )
    .await;
    let (db, now, mut presence) = (&app.app.db, app.app.clock.now(), Presence::random());
    let here = presence.felt(db).await.unwrap();
    let take = async || pushes::take(db, here, &[], now).await.unwrap();
    // Which of its device's pushes this one is, and of which device.
    let which = async |push: &pushes::Due| {
        let row = format!("SELECT device_id, next_at FROM hub.pushes WHERE id = '{}'", push.held.id);
        let row = app.sql(&row).await.remove(0);
        (row["device_id"].as_str().unwrap().to_owned(), row["next_at"] == "2026-11-19T23:58:00+00:00")
    };
    let (one, other) = (take().await.unwrap(), take().await.unwrap());
    let ((one_device, one_is_first), (other_device, other_is_first)) = (which(&one).await, which(&other).await);
    assert!(one_device != other_device && one_is_first && other_is_first);
    assert!(take().await.is_none(), "each device has one in hand");
    let mut second_node = Presence::random();
    let there = second_node.felt(db).await.unwrap();
    assert!(pushes::take(db, there, &[], now).await.unwrap().is_none(), "whoever asks");

    pushes::settle(db, one.held, (State::Sent, Why::None), now, None).await.unwrap();
    assert_eq!(which(&take().await.unwrap()).await, (one_device, false), "then the next to the same");
    pushes::settle(db, other.held, (State::Waiting, Why::Later), now, Some(now + SignedDuration::from_mins(1))).await.unwrap();
    assert_eq!(which(&take().await.unwrap()).await, (other_device, false), "one that is put off holds up none");
    assert!(take().await.is_none());
}

#[tokio::test]
async fn what_is_on_its_way_to_a_device_says_nothing_of_what_happens_now() {
    let service = PushService::start().await;
    let app = hub(&service).await;
    urgent(&app).await;
    subscribe(&app, &service, 1..=1).await;
    app.caseworker().post("/me/notices", &PUSH_ONLY).await.expect(303);
    app.caseworker().post("/me/notices/trial", &[]).await.expect(303);
    let mut presence = Presence::random();
    let here = presence.felt(&app.app.db).await.unwrap();
    pushes::take(&app.app.db, here, &[], app.app.clock.now()).await.unwrap().expect("it is in hand");
    escalation::round(&app.app).await.unwrap();
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.pushes").await, 2, "the alert has a push of its own");
}

#[tokio::test]
async fn of_two_pushes_that_die_at_once_the_last_leaves_a_mail() {
    let service = PushService::start().await;
    let app = hub(&service).await;
    urgent(&app).await;
    subscribe(&app, &service, 1..=2).await;
    app.caseworker().post("/me/notices", &PUSH_ONLY).await.expect(303);
    escalation::round(&app.app).await.unwrap();
    // Two lanes have one each in hand.
    app.run("UPDATE hub.pushes SET held_by = 1, held_until = '2026-11-20T00:03:00Z'").await;
    let ward = app.world.ward;
    let dies = async |order: &str| {
        let push: String = app.value(&format!("SELECT id::text FROM hub.pushes ORDER BY id {order} LIMIT 1")).await;
        format!(
            "SELECT hub.settle_push('{ward}', '{push}', '2026-11-20T00:03:00Z', 'dead', 'refused', '2026-11-20T00:00:00Z', NULL)"
        )
    };
    let (first, second) = (dies("ASC").await, dies("DESC").await);
    let mut lane = PgConnection::connect_with(&app.scratch.owner()).await.unwrap();
    let mut other = PgConnection::connect_with(&app.scratch.owner()).await.unwrap();
    // One has just written down that its push is dead, and has not committed yet.
    sqlx::raw_sql(AssertSqlSafe(format!("BEGIN; {first}"))).execute(&mut lane).await.unwrap();
    let meanwhile = async {
        let waits = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE NOT l.granted AND a.datname = current_database()";
        while app.value::<i64>(waits).await == 0 {
            tokio::task::yield_now().await;
        }
        sqlx::raw_sql("COMMIT").execute(&mut lane).await.unwrap();
    };
    let settled = sqlx::raw_sql(AssertSqlSafe(second)).execute(&mut other);
    let (settled, ()) = timeout(FOREVER, async { tokio::join!(settled, meanwhile) }).await.expect("one waits for the other");
    settled.unwrap();
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.pushes WHERE state = 'dead'").await, 2);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.mails WHERE kind = 'notice'").await, 1, "somebody must be told");
}

#[tokio::test]
async fn a_browser_cannot_make_the_hub_call_anywhere_else() {
    let service = PushService::start().await;
    let app = hub(&service).await;
    let browser = Browser::new(11);
    let plain = service.endpoint("x").replace("https://", "http://");
    for endpoint in [
        "https://169.254.169.254/latest",
        "https://localhost:1/x",
        "https://10.0.0.1/x",
        "https://evil.example/x",
        "file:///etc/passwd",
        &plain,
    ] {
        app.caseworker().post_json("/me/notices/devices", &browser.subscription(endpoint)).await.expect(422);
    }
    let mut keyless = browser.subscription(&service.endpoint("x"));
    keyless["keys"]["p256dh"] = json!("BAAA");
    app.caseworker().post_json("/me/notices/devices", &keyless).await.expect(422);
    app.caseworker().post_json("/me/notices/devices", &json!({})).await.expect(422);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.push_devices").await, 0);

    // One that was let in under other settings is not called either.
    app.caseworker().post_json("/me/notices/devices", &browser.subscription(&service.endpoint("x"))).await.expect(200);
    // The same browser, somebody else: their notices would be read by whoever sits there.
    let taken = app.supervisor().post_json("/me/notices/devices", &browser.subscription(&service.endpoint("x"))).await.expect(422);
    assert!(taken.text().contains("ほかの人の通知に使われています"));
    app.run("UPDATE hub.push_devices SET endpoint = 'https://localhost:1/x'").await;
    app.caseworker().post("/me/notices/trial", &[]).await.expect(303);
    assert_eq!(round(&app, &mut sender(&app)).await, (0, 0, 1));
    assert_eq!(app.value::<String>("SELECT reason FROM hub.pushes").await, "elsewhere");
    assert!(service.pushed().is_empty());
    assert!(app.admin().get("/notices/undelivered").await.expect(200).text().contains("この自治体の設定では送れません"));
}

#[tokio::test]
async fn everybody_chooses_for_themselves_and_the_urgent_is_never_left_to_the_page() {
    let app = TestApp::new().await;
    let page = app.caseworker().get("/me/notices").await.expect(200);
    assert_eq!(page.attributes("input[checked]", "value"), ["both", "mail", "mail"]);
    assert_eq!(page.attributes("#quiet_from, #quiet_until", "value"), ["19:00", "7:00"]);
    let bad = [
        ("revision", "0"),
        ("urgent", "page"),
        ("warning", "mail"),
        ("caution", "page"),
        ("quiet_from", "25時"),
        ("quiet_until", "7:00"),
    ];
    let page = app.caseworker().post("/me/notices", &bad).await.expect(422);
    assert_eq!(page.all("[id$=-error]").len(), 2);
    assert_eq!(page.attributes("#quiet_from", "value"), ["25時"]);
    app.caseworker().post("/me/notices", &PUSH_ONLY).await.expect(303);
    // Another window still has the old one.
    let stale = app.caseworker().post("/me/notices", &PUSH_ONLY).await.expect(409);
    assert!(stale.text().contains("別の画面で設定が変わりました"));
    assert_eq!(stale.attributes("input[name=revision]", "value"), ["1"]);
    let page = app.supervisor().get("/me/notices").await.expect(200);
    assert_eq!(page.attributes("input[checked]", "value"), ["both", "mail", "mail"], "their own");
    app.reporter().get("/me/notices").await.expect(200);
}

#[tokio::test]
async fn the_worker_is_served_at_the_root_and_kept_nowhere_and_only_its_address_is_trusted() {
    let app = TestApp::new().await;
    let worker = app.stranger().get("/push-worker.js").await.expect(200);
    assert_eq!((worker.header("content-type"), worker.header("cache-control")), ("text/javascript; charset=utf-8", "no-store"));
    assert!(worker.text().contains(notice::SENTENCE));
    let policy = app.caseworker().get("/me/notices").await.expect(200).header("content-security-policy").to_owned();
    assert!(policy.contains("worker-src 'self';") && policy.contains("trusted-types tsunagi-push-worker"), "{policy}");
    assert!(policy.ends_with("trusted-types tsunagi-push-worker"), "one policy, and no other: {policy}");
}
