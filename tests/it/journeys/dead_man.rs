//! The dead-man at the duties' own rhythm, second by second, with a real mail server at the end: three minutes at most.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tsunagi::{
    post::Post,
    store::pulses::{self, Beat},
    work::{
        clock, escalation,
        mail::{self, Sender},
        pulse,
    },
};

use crate::support::{MailServer, Manners, NOW, TestApp};

/// Seconds until somebody must have been told.
const AT_MOST: i64 = 180;

/// The mail about a trouble has been taken by the server.
const TROUBLE: &str = "SELECT count(*) FROM hub.mails WHERE kind = 'trouble' AND state = 'sent'";

/// A hub on which nothing waits at this time, and everybody has an address.
async fn well(server: &MailServer, at: &str) -> TestApp {
    let settings = server.settings("localhost", true);
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let app = TestApp::with_settings(&settings).await;
    app.at(at);
    app.run("UPDATE hub.people SET mail = id || '@example.jp'").await;
    clock::look(&app.app).await;
    escalation::round(&app.app).await.unwrap();
    app.run("DELETE FROM desk.hops; DELETE FROM hub.mails; UPDATE desk.callings SET next_at = NULL").await;
    app
}

/// One node.
struct Node<'a> {
    app: &'a TestApp,
    sender: Sender,
    /// What it has stopped to do.
    stopped: Option<Beat>,
    /// What it says it does, and does not.
    idle: Option<Beat>,
}

impl<'a> Node<'a> {
    fn of(app: &'a TestApp) -> Self {
        Self { app, sender: Sender::new(Post::open(&app.app.config).unwrap()), stopped: None, idle: None }
    }

    /// Walks from `from` on until the query counts something: after how many seconds that was.
    async fn walk(&mut self, from: &str, query: &str) -> Option<i64> {
        let from: Timestamp = from.parse().unwrap();
        for second in 0..=AT_MOST {
            self.app.app.clock.move_to(from + SignedDuration::from_secs(second));
            for beat in [Beat::Mail, Beat::Calls, Beat::Clock, Beat::Watch, Beat::Push, Beat::News] {
                if is_due(beat, second) && self.stopped != Some(beat) {
                    self.look(beat).await;
                }
            }
            // Whatever changes does so at the rhythm of the fastest.
            if is_due(Beat::Mail, second) && self.app.value::<i64>(query).await > 0 {
                return Some(second);
            }
        }
        None
    }

    async fn look(&mut self, beat: Beat) {
        let app = &self.app.app;
        match beat {
            _ if self.idle == Some(beat) => pulse::beat(app, beat).await,
            Beat::Mail => self.sender.look(app).await,
            Beat::Calls => escalation::look(app).await,
            Beat::Clock => clock::look(app).await,
            Beat::Watch => pulse::look(app).await,
            Beat::Push | Beat::News => pulse::beat(app, beat).await,
        }
    }
}

/// The worst moment for each: it looked a second before it began, and before what the others make in the same second.
fn is_due(beat: Beat, second: i64) -> bool {
    let every = match beat {
        Beat::Mail => mail::LOOK_EVERY,
        Beat::Calls => escalation::LOOK_EVERY,
        Beat::Clock => clock::LOOK_EVERY,
        Beat::Watch => pulse::LOOK_EVERY,
        Beat::Push | Beat::News => Duration::from_secs(5),
    };
    (second + 1) % i64::try_from(every.as_secs()).unwrap() == 0
}

/// What monitors are told.
async fn monitor(app: &TestApp) -> String {
    app.stranger().get("/healthz/duties").await.expect(503).text()
}

async fn inbox(app: &TestApp) -> String {
    app.refresh_sessions().await;
    app.caseworker().get("/alerts").await.expect(200).text()
}

#[tokio::test]
async fn a_facility_silent_by_its_deadline_is_with_somebody_within_three_minutes() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = well(&server, "2026-11-20T11:56").await;
    let mut node = Node::of(&app);
    let heard = "SELECT count(*) FROM desk.events e JOIN desk.alerts a ON a.ward_id = e.ward_id AND a.id = e.alert_id
        WHERE a.rule = 'I1' AND e.kind = 'raised'";
    assert_eq!(node.walk("2026-11-20T02:56:59Z", heard).await, None, "there is time until noon");
    assert!(node.walk("2026-11-20T03:00:00Z", heard).await.is_some(), "open inboxes hear of it");
    let open: i64 = app.value("SELECT count(*) FROM desk.alerts WHERE rule = 'I1' AND state = 'open'").await;
    assert_eq!(app.value::<i64>(heard).await, open, "of each child");

    // 情報 until three o'clock; then it is 注意, which nobody need look for.
    app.run("DELETE FROM desk.hops; DELETE FROM hub.mails").await;
    let mailed = "SELECT count(*) FROM desk.hops h JOIN desk.alerts a ON a.ward_id = h.ward_id AND a.id = h.alert_id
        JOIN hub.mails m ON m.ward_id = h.ward_id AND m.id = h.mail_id
        WHERE a.rule = 'I1' AND h.cause = 'risen' AND m.state = 'sent'";
    assert!(node.walk("2026-11-20T06:00:00Z", mailed).await.is_some(), "the server has the mail");
    assert!(!server.received().is_empty());
}

#[tokio::test]
async fn a_worker_process_that_stopped_is_with_somebody_within_three_minutes() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = well(&server, "2026-11-20T09:00").await;
    pulse::enter(&app.app).await;
    for beat in Beat::ALL {
        pulses::beat(&app.app.db, "two:8080", *beat, app.app.clock.now()).await.unwrap();
    }
    let waited = Node::of(&app).walk(NOW, TROUBLE).await;
    assert!(waited.is_some(), "the other one noticed, and a mail is with the server");
    assert_eq!(monitor(&app).await, "degraded\nnode two:8080 since 2026-11-20T00:00:00Z");
    assert!(!server.received().is_empty());
}

#[tokio::test]
async fn a_duty_that_never_began_is_missed_like_one_that_stopped() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = well(&server, "2026-11-20T09:00").await;
    pulse::enter(&app.app).await;
    let mut node = Node { stopped: Some(Beat::Push), ..Node::of(&app) };
    assert!(node.walk(NOW, TROUBLE).await.is_some());
    assert_eq!(monitor(&app).await, "degraded\nduty push since 2026-11-20T00:00:00Z");
    assert!(inbox(&app).await.contains("9:00以降、端末への通知が届いていません"));
    // Begun again, it does not look as if it had done anything.
    pulse::enter(&app.app).await;
    assert!(monitor(&app).await.contains("duty push"));
}

#[tokio::test]
async fn a_queue_older_than_five_minutes_is_with_somebody_within_three() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = well(&server, "2026-11-20T09:00").await;
    pulse::enter(&app.app).await;
    app.run("DELETE FROM desk.callings; UPDATE desk.alerts SET raised_at = '2026-11-19T23:55:00Z' WHERE state = 'open'").await;
    let mut node = Node { idle: Some(Beat::Calls), ..Node::of(&app) };
    assert!(node.walk(NOW, TROUBLE).await.is_some(), "alerts of which nobody was told");
    assert_eq!(monitor(&app).await, "degraded\nqueue calls since 2026-11-19T23:55:00Z");
    assert!(!server.received().is_empty());
}

#[tokio::test]
async fn mail_that_does_not_go_out_cannot_tell_of_itself_and_the_page_and_the_monitor_do() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = well(&server, "2026-11-20T09:00").await;
    pulse::enter(&app.app).await;
    app.run(&format!(
        "INSERT INTO hub.mails (ward_id, id, person_id, kind, queued_at, expires_at, next_at)
         VALUES ('{}', gen_random_uuid(), '{}', 'notice', '2026-11-19T23:55:00Z', '2026-11-21T00:00:00Z', '2026-11-19T23:55:00Z')",
        app.world.ward, app.world.double.person
    ))
    .await;
    let mut node = Node { idle: Some(Beat::Mail), ..Node::of(&app) };
    assert_eq!(node.walk(NOW, TROUBLE).await, None);
    let noticed =
        "SELECT count(*) FROM hub.troubles WHERE kind = 'queue' AND subject = 'mail' AND noticed_at <= '2026-11-20T00:03:00Z'";
    assert_eq!(app.value::<i64>(noticed).await, 1);
    assert_eq!(monitor(&app).await, "degraded\nqueue mail since 2026-11-19T23:55:00Z");
    assert!(inbox(&app).await.contains("メールが届いていません。電話で連絡を取り合ってください"));
}
