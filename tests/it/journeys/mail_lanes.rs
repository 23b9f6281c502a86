//! Many mails at once: what presses goes first, nothing waits for a slow server, and nobody's death loses one.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::time::timeout;
use tsunagi::{
    gate::Role,
    post::Post,
    store::{
        mails::{self, Reach, State, Why},
        presence::{HOLD, Presence},
        pulses,
    },
    work::mail::Sender,
};

use super::mail::{head, hub, queue, round, rows, sender, teacher};
use crate::support::{Gate, MailServer, Manners, Scratch, TestApp, Tired};

/// Longer than anything here takes; a test that waits for it has failed.
const FOREVER: Duration = Duration::from_secs(30);

fn hesitating(address: &str) -> (Gate, Manners) {
    let gate = Gate::default();
    (gate.clone(), Manners { hesitates: vec![(address.to_owned(), gate)], ..Manners::default() })
}

/// Waits a second for an answer, and no minute.
fn impatient(app: &TestApp) -> Sender {
    let post = Post::open(&app.app.config).unwrap();
    Sender::new(post.map(|post| post.with_patience(Duration::from_secs(1))))
}

/// So many reminders to the teacher, due for a minute, and a notice to the caseworker, due just now.
async fn flood(app: &TestApp, reminders: usize) {
    let (ward, teacher, worker) = (app.world.ward, teacher(app), app.world.centre.staff(Role::Caseworker).person);
    app.run(&format!(
        r#"UPDATE hub.people SET mail = 'teacher@example.jp' WHERE id = '{teacher}';
           UPDATE hub.people SET mail = 'worker@example.jp' WHERE id = '{worker}';
           INSERT INTO hub.mails (ward_id, id, person_id, kind, fields, queued_at, expires_at, next_at, urgency)
           SELECT '{ward}', gen_random_uuid(), '{teacher}', 'sheet_reminder', '{{"door": "https://tsunagi.example.jp/sign-in"}}',
                  '2026-11-19T23:59:00Z', '2026-11-20T01:30:00Z', '2026-11-19T23:59:00Z', 3 FROM generate_series(1, {reminders});
           INSERT INTO hub.mails (ward_id, id, person_id, kind, queued_at, expires_at, next_at)
           VALUES ('{ward}', gen_random_uuid(), '{worker}', 'notice', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z', '2026-11-20T00:00:00Z')"#
    ))
    .await;
}

/// Ends the sessions by which the nodes of this hub are known, and waits until the database has noticed: their locks are gone.
async fn lose_every_presence(scratch: &Scratch) {
    let mut admin = PgConnection::connect_with(&scratch.admin()).await.unwrap();
    let of_ours = "FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
        WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.mode = 'ShareLock' AND l.granted";
    let ended: Vec<bool> = sqlx::query_scalar(AssertSqlSafe(format!("SELECT pg_terminate_backend(l.pid) {of_ours}")))
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert!(!ended.is_empty() && ended.iter().all(|ended| *ended), "somebody was there: {ended:?}");
    let left = format!("SELECT count(*) {of_ours}");
    loop {
        let left: i64 = sqlx::query_scalar(AssertSqlSafe(left.clone())).fetch_one(&mut admin).await.unwrap();
        if left == 0 {
            break;
        }
    }
}

/// Waits until this holds for so many mails.
async fn come_to(app: &TestApp, mails: i64, what: &str) {
    let count = format!("SELECT count(*) FROM hub.mails WHERE {what}");
    while app.value::<i64>(&count).await != mails {
        tokio::task::yield_now().await;
    }
}

async fn arrived(server: &MailServer, mails: usize) {
    while server.received().len() < mails {
        tokio::task::yield_now().await;
    }
}

fn message_ids(server: &MailServer) -> Vec<String> {
    let id = |text: &str| text.lines().find(|line| line.starts_with("Message-ID: ")).map(ToOwned::to_owned);
    server.received().iter().filter_map(|mail| id(&mail.text)).collect()
}

#[tokio::test]
async fn a_notice_waits_behind_no_reminder_however_many_there_are_and_however_slow_the_server() {
    let (gate, manners) = hesitating("teacher@example.jp");
    let server = MailServer::wrapped("localhost", manners).await;
    let app = hub(&server.settings("localhost", true)).await;
    flood(&app, 40).await;
    let mut sender = sender(&app);
    let meanwhile = async {
        gate.reached().await;
        arrived(&server, 1).await;
        // Every other lane stands before the gate, and none of them keeps a connection to the database from the pages.
        app.caseworker().get("/alerts").await.expect(200);
        gate.open();
    };
    let (done, ()) =
        timeout(FOREVER, async { tokio::join!(round(&app, &mut sender), meanwhile) }).await.expect("the notice is not held up");
    assert_eq!(done, (41, 0, 0));
    let received = server.received();
    assert_eq!((received.len(), received[0].to.as_str()), (41, "worker@example.jp"));
    assert!(server.connections() <= 6, "kept from one mail to the next: {}", server.connections());
}

#[tokio::test]
async fn a_lane_is_kept_for_what_presses() {
    let (gate, manners) = hesitating("teacher@example.jp");
    let server = MailServer::wrapped("localhost", manners).await;
    let app = hub(&server.settings("localhost", true)).await;
    flood(&app, 40).await;
    app.run("DELETE FROM hub.mails WHERE kind = 'notice'").await;
    let mut sender = sender(&app);
    let meanwhile = async {
        // Every lane but the kept one stands before the gate. One more would find reminders enough, before it is opened and after.
        come_to(&app, 5, "held_until IS NOT NULL").await;
        gate.open();
    };
    let (done, ()) = timeout(FOREVER, async { tokio::join!(round(&app, &mut sender), meanwhile) }).await.expect("it is let go");
    assert_eq!(done, (40, 0, 0));
    assert_eq!(server.connections(), 5, "a lane has a connection of its own, and the kept one needed none");
}

#[tokio::test]
async fn what_presses_is_taken_first_and_the_kept_lane_takes_nothing_else() {
    let app = hub(&[]).await;
    let (db, now, mut presence) = (&app.app.db, app.app.clock.now(), Presence::random());
    flood(&app, 2).await;
    let here = presence.felt(db).await.unwrap();
    let first = mails::take(db, here, Reach::Everything, now).await.unwrap().unwrap();
    assert_eq!(first.to.as_deref(), Some("worker@example.jp"), "due later, and yet the first");
    assert!(mails::take(db, here, Reach::Pressing, now).await.unwrap().is_none());
    assert!(mails::take(db, here, Reach::Everything, now).await.unwrap().is_some());
}

#[tokio::test]
async fn no_busy_day_of_accounts_fills_the_kept_lane() {
    let app = hub(&[]).await;
    let (db, now, mut presence) = (&app.app.db, app.app.clock.now(), Presence::random());
    flood(&app, 2).await;
    // News of accounts, each as urgent as if it were the only one.
    app.run("UPDATE hub.mails SET kind = 'passkey_added', fields = NULL, urgency = 2 WHERE kind = 'sheet_reminder'").await;
    let here = presence.felt(db).await.unwrap();
    let first = mails::take(db, here, Reach::Pressing, now).await.unwrap().unwrap();
    assert_eq!(first.to.as_deref(), Some("worker@example.jp"));
    assert!(mails::take(db, here, Reach::Pressing, now).await.unwrap().is_none(), "alerts, and nothing else");
    assert!(mails::take(db, here, Reach::Everything, now).await.unwrap().is_some());
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_asked_again_and_nothing_else_waits_for_it() {
    let (gate, manners) = hesitating("teacher@example.jp");
    let server = MailServer::starttls("localhost", manners).await;
    let app = hub(&server.settings("localhost", false)).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    queue(&app, head(&app), "head@example.jp").await;
    let mut sender = impatient(&app);
    let once = timeout(FOREVER, round(&app, &mut sender)).await.expect("nobody waits for ever");
    assert_eq!(once, (1, 1, 0));
    let [mail] = &server.received()[..] else { panic!("{:?}", server.received()) };
    assert_eq!(mail.to, "head@example.jp");
    let waiting = rows(&app).await.into_iter().find(|row| row["mail"] == "teacher@example.jp").unwrap();
    assert_eq!((&waiting["state"], &waiting["reason"], &waiting["tries"]), (&"waiting".into(), &"unreachable".into(), &1.into()));

    gate.open();
    assert_eq!(round(&app, &mut sender).await, (0, 0, 0), "not at once");
    app.at("2026-11-20T09:01");
    assert_eq!(round(&app, &mut sender).await, (1, 0, 0));
    assert_eq!(server.received().len(), 2, "once, though it was tried twice");
}

#[tokio::test]
async fn what_was_taken_without_a_word_goes_out_again_under_the_same_id() {
    let server =
        MailServer::wrapped("localhost", Manners { mumbles: Some("teacher@example.jp".to_owned()), ..Manners::default() }).await;
    let app = hub(&server.settings("localhost", true)).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    let mut sender = impatient(&app);
    assert_eq!(timeout(FOREVER, round(&app, &mut sender)).await.expect("nobody waits for ever"), (0, 1, 0));
    app.at("2026-11-20T09:01");
    assert_eq!(round(&app, &mut sender).await, (1, 0, 0));
    let ids = message_ids(&server);
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]), "at least once, and whoever gets both can tell");
}

#[tokio::test]
async fn what_a_killed_node_was_handing_over_is_not_lost() {
    let server =
        MailServer::wrapped("localhost", Manners { mumbles: Some("teacher@example.jp".to_owned()), ..Manners::default() }).await;
    let app = hub(&server.settings("localhost", true)).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    let (mut killed, mut other) = (sender(&app), sender(&app));
    // Killed after the server has taken the mail, before anybody could write that down.
    tokio::select! {
        done = round(&app, &mut killed) => panic!("{done:?}"),
        () = arrived(&server, 1) => {}
    }
    let held: i64 = app.value("SELECT count(*) FROM hub.mails WHERE held_until = '2026-11-20T00:03:00Z'").await;
    assert_eq!(held, 1, "that it was being handed over had been written down");
    assert_eq!(round(&app, &mut other).await, (0, 0, 0), "the other one may still be at it");
    drop(killed);
    // The database notices at once, or nearly.
    let taken_over = async {
        loop {
            match round(&app, &mut other).await {
                (0, 0, 0) => {}
                done => break done,
            }
        }
    };
    assert_eq!(timeout(FOREVER, taken_over).await.expect("nothing waits for the dead"), (1, 0, 0));
    let ids = message_ids(&server);
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
}

#[tokio::test]
async fn who_held_a_mail_for_too_long_gives_nothing_up() {
    let app = hub(&[]).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    let (db, now, mut presence) = (&app.app.db, app.app.clock.now(), Presence::random());
    let here = presence.felt(db).await.unwrap();
    let late = mails::take(db, here, Reach::Everything, now).await.unwrap().unwrap();
    assert!(mails::take(db, here, Reach::Everything, now).await.unwrap().is_none(), "it has one holder");
    let after = now + HOLD;
    let other = mails::take(db, here, Reach::Everything, after).await.unwrap().unwrap();
    let state = async || rows(&app).await[0]["state"].as_str().unwrap().to_owned();
    mails::settle(db, late.held, (State::Dead, Why::Unreachable), after, None).await.unwrap();
    assert_eq!(state().await, "waiting", "it is another's now");
    mails::settle(db, late.held, (State::Sent, Why::None), after, None).await.unwrap();
    assert_eq!(state().await, "sent", "what the server took is sent, whoever says so");
    mails::settle(db, other.held, (State::Dead, Why::Unreachable), after, None).await.unwrap();
    assert_eq!(state().await, "sent");
}

#[tokio::test]
async fn a_server_that_lets_nobody_in_has_refused_no_mail() {
    let server = MailServer::wrapped("localhost", Manners { turns_away: true, ..Manners::default() }).await;
    let app = hub(&server.settings("localhost", true)).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    assert_eq!(round(&app, &mut sender(&app)).await, (0, 1, 0));
    assert_eq!(rows(&app).await[0]["reason"], "unreachable");
}

#[tokio::test]
async fn sending_for_minutes_is_no_stopping() {
    let (gate, manners) = hesitating("teacher@example.jp");
    let server = MailServer::wrapped("localhost", manners).await;
    let app = hub(&server.settings("localhost", true)).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    let mut sender = sender(&app);
    let meanwhile = async {
        gate.reached().await;
        app.at("2026-11-20T09:01");
        gate.open();
    };
    let (done, ()) = timeout(FOREVER, async { tokio::join!(round(&app, &mut sender), meanwhile) }).await.expect("it is let go");
    assert_eq!(done, (1, 0, 0));
    let beats: i64 = app.value("SELECT count(*) FROM hub.pulses WHERE duty = 'mail' AND at = '2026-11-20T00:01:00Z'").await;
    assert_eq!(beats, 1, "felt inside the round");
}

#[tokio::test]
async fn a_morning_s_reminders_may_take_a_quarter_of_an_hour_and_a_notice_may_not() {
    let app = hub(&[]).await;
    let mail_is_late = async || {
        let troubles = pulses::troubles(&app.app.db, app.app.clock.now()).await.unwrap();
        troubles.iter().any(|trouble| trouble.subject == "mail")
    };
    flood(&app, 3).await;
    app.at("2026-11-20T09:05");
    assert!(!mail_is_late().await, "the reminders are due for six minutes, the notice for five");
    app.at("2026-11-20T09:06");
    assert!(mail_is_late().await);
    app.run("DELETE FROM hub.mails WHERE kind = 'notice'").await;
    assert!(!mail_is_late().await);
    app.at("2026-11-20T09:15");
    assert!(mail_is_late().await);
}

#[tokio::test]
async fn who_loses_the_session_in_the_middle_loses_the_mail_to_another_and_both_say_the_same() {
    let (gate, manners) = hesitating("teacher@example.jp");
    let server = MailServer::wrapped("localhost", manners).await;
    let app = hub(&server.settings("localhost", true)).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    let (mut one, mut other) = (sender(&app), sender(&app));
    let taken_over = async {
        gate.reached().await;
        assert_eq!(round(&app, &mut other).await, (0, 0, 0), "while it is felt, no other takes it");
        lose_every_presence(&app.scratch).await;
        let meanwhile = async {
            gate.reached().await;
            gate.open();
        };
        tokio::join!(round(&app, &mut other), meanwhile).0
    };
    let (first, second) = timeout(FOREVER, async { tokio::join!(round(&app, &mut one), taken_over) }).await.expect("taken over");
    assert_eq!((first, second), ((1, 0, 0), (1, 0, 0)));
    let ids = message_ids(&server);
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]), "once too often, under the same id");
    let row = &rows(&app).await[0];
    assert_eq!((&row["state"], &row["tries"]), (&"sent".into(), &1.into()), "and written down once");

    // The one that was thought dead goes on under a session of its own.
    queue(&app, head(&app), "head@example.jp").await;
    assert_eq!((round(&app, &mut one).await, round(&app, &mut other).await), ((1, 0, 0), (0, 0, 0)));
}

#[tokio::test]
async fn no_lane_takes_anything_in_the_name_of_a_session_that_is_gone() {
    let (first, second) = (Gate::default(), Gate::default());
    let hesitates = vec![("teacher@example.jp".to_owned(), first.clone()), ("head@example.jp".to_owned(), second.clone())];
    let server = MailServer::wrapped("localhost", Manners { hesitates, ..Manners::default() }).await;
    let app = hub(&server.settings("localhost", true)).await;
    for _ in 0..5 {
        queue(&app, teacher(&app), "teacher@example.jp").await;
    }
    let (mut one, mut other) = (sender(&app), sender(&app));
    let meanwhile = async {
        // Every lane that may take an invitation has one, and the session they were taken under is lost.
        come_to(&app, 5, "held_until IS NOT NULL").await;
        queue(&app, head(&app), "head@example.jp").await;
        lose_every_presence(&app.scratch).await;
        first.open();
        // One of them goes on with the next, in the same look.
        second.reached().await;
        come_to(&app, 5, "state = 'sent'").await;
        let taken = round(&app, &mut other).await;
        second.open();
        taken
    };
    let (done, taken) = timeout(FOREVER, async { tokio::join!(round(&app, &mut one), meanwhile) }).await.expect("it goes on");
    assert_eq!((done, taken), ((6, 0, 0), (0, 0, 0)), "it is in the hands of somebody the database knows");
    assert_eq!(server.received().len(), 6, "nothing twice");
}

#[tokio::test]
async fn who_is_tired_of_a_connection_has_refused_no_mail_and_is_asked_again_at_once() {
    for tired in [
        Tired::Says("421 4.7.0 too many mails on this connection"),
        Tired::Says("451 4.3.2 try again"),
        Tired::Says("550 5.7.1 not on this connection"),
        Tired::Leaves,
    ] {
        let refuses = Some("gone@example.jp".to_owned());
        let server = MailServer::wrapped("localhost", Manners { tires: Some(tired), refuses, ..Manners::default() }).await;
        let app = hub(&server.settings("localhost", true)).await;
        flood(&app, 20).await;
        queue(&app, head(&app), "gone@example.jp").await;
        assert_eq!(round(&app, &mut sender(&app)).await, (21, 0, 1), "{tired:?}");
        assert_eq!((server.received().len(), server.connections()), (21, 22), "{tired:?}: a new connection for each, once");
        let refused =
            app.sql("SELECT p.mail, m.tries FROM hub.mails m JOIN hub.people p ON p.id = m.person_id WHERE m.reason <> ''").await;
        assert_eq!(
            refused,
            [serde_json::json!({ "mail": "gone@example.jp", "tries": 1 })],
            "whom nobody knows there, and nobody else"
        );
    }
}
