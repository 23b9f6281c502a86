//! Two hubs, each a process of its own, on one database: what one of them was told the other knows.

use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use tokio::time::sleep;
use tsunagi::{domain::limit, gate::Role, web::Secret};

use crate::support::{Answer, Authenticator, Process, Staff, TestApp, Wire};

/// How long an ended session may still act anywhere.
const SECOND: Duration = Duration::from_secs(1);

/// A code that nobody was given, as the form sends it.
const WRONG: &str = "code=AAAAA-AAAAA-AAAAA-AAAAA";

/// Two nodes behind one address, as a balancer would stand before them.
struct Nodes {
    // They end before their folders and their database go.
    here: Process,
    there: Process,
    _data: [TempDir; 2],
    /// For the world and the database; none of the requests here goes through it.
    app: TestApp,
}

impl Nodes {
    async fn start() -> Self {
        let app = TestApp::new().await;
        let data = [TempDir::new().unwrap(), TempDir::new().unwrap()];
        let [here, there] = [0, 1].map(|node: usize| {
            let origin = app.app.config.origin_text();
            Process::serve(data[node].path(), vec![("DATABASE_URL", app.scratch.url()), ("TSUNAGI_ORIGIN", origin)])
        });
        tokio::join!(here.ready(), there.ready());
        Self { here, there, _data: data, app }
    }

    /// Lets somebody of the world register this passkey at the first node; by the real clock, which these hubs go by.
    async fn enrol(&self, staff: &Staff, key: &mut Authenticator) {
        let code = Secret::code();
        self.app
            .run(&format!(
                "INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at)
                 VALUES ('{}', gen_random_uuid(), '{}', sha256('{}'), now(), now() + interval '1 day')",
                self.app.world.ward,
                staff.person,
                code.text()
            ))
            .await;
        let browser = self.here.browser().with_cookie("__Host-tsunagi-enrol", code.text());
        let begun = browser.post_json("/enrol/options", &json!({ "kind": "key" })).await.unwrap().expect(200).json();
        browser.post_json("/enrol/credential", &key.registers(&begun)).await.unwrap().expect(200);
    }
}

/// The token of a session that was opened with this passkey at this node.
async fn signs_in(node: &Process, key: &Authenticator) -> String {
    let browser = node.browser();
    let begun = browser.post_json("/sign-in/options", &json!({})).await.unwrap().expect(200).json();
    browser.post_json("/sign-in", &key.answers(&begun)).await.unwrap().expect(200).session()
}

/// Asks again and again until it is sent to sign in: nothing that was asked a second after the end is answered.
async fn is_turned_away(browser: &Wire, ended: Instant) {
    loop {
        let asked = ended.elapsed();
        let answer = browser.get("/alerts").await.unwrap();
        if answer.leads_to() == "/sign-in" {
            return;
        }
        assert!(asked < SECOND, "{} {asked:?} after the session was ended", answer.status);
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_ends_at_one_process_is_over_at_the_other_within_a_second() {
    let nodes = Nodes::start().await;
    let mut key = Authenticator::new(1);
    nodes.enrol(nodes.app.world.centre.staff(Role::Caseworker), &mut key).await;
    // Signed in at the one, at work at the other; and once more on the device in hand.
    let away = nodes.there.browser().with_session(&signs_in(&nodes.here, &key).await);
    away.get("/alerts").await.unwrap().expect(200);
    let stream = away.listen("/alerts/events").await;
    let here = nodes.here.browser().with_session(&signs_in(&nodes.here, &key).await);
    let begun = here.post_json("/verify/options", &json!({ "action": "endOwnSessions" })).await.unwrap().expect(200).json();
    let mine = here.post_json("/verify", &key.answers(&begun)).await.unwrap().expect(200).session();

    let here = nodes.here.browser().with_session(&mine);
    here.post("/me/sessions/ending", "").await.unwrap().expect(303);
    let ended = Instant::now();
    let (over, ()) = tokio::join!(stream.ends_within(SECOND), is_turned_away(&away, ended));
    assert!(over, "the open stream ends too");

    // The session that did it goes on at both, until it is ended like any other.
    let there = nodes.there.browser().with_session(&mine);
    there.get("/alerts").await.unwrap().expect(200);
    here.post("/sign-out", "").await.unwrap().expect(303);
    is_turned_away(&there, Instant::now()).await;
}

/// Made to wait, by whole seconds that are no more than these.
fn waits(answer: &Answer, at_most: u32) {
    assert_eq!(answer.status, 429);
    let seconds: u32 = answer.header("retry-after").parse().expect("whole seconds");
    assert!((1..=at_most).contains(&seconds), "{seconds}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_went_wrong_at_one_process_counts_at_the_other_and_after_both_were_killed() {
    let mut nodes = Nodes::start().await;
    let (here, there) = (nodes.here.browser(), nodes.there.browser());
    // All that an address may get wrong at once; the first of it with one code, which has a count of its own.
    for tried in 0..limit::FAILED_BY_ADDRESS.burst {
        let by_code = tried < limit::FAILED_BY_ACCOUNT.burst;
        let answer = if by_code { here.post("/enrol", WRONG).await } else { here.post_json("/sign-in", &json!([])).await };
        answer.unwrap().expect(422);
    }
    waits(&there.post_json("/sign-in", &json!([])).await.unwrap(), 30);
    waits(&here.post_json("/sign-in", &json!([])).await.unwrap(), 30);

    nodes.here.kill();
    nodes.there.kill();
    nodes.there.again();
    nodes.there.ready().await;
    // The code's count lasts for a minute: long enough for a machine that is slow to start anything.
    waits(&there.post("/enrol", WRONG).await.unwrap(), 60);
    let lines = "SELECT count(*) FROM hub.sign_ins WHERE reason = 'limited'";
    assert_eq!(nodes.app.value::<i64>(lines).await, 3, "each of them has its line");
}
