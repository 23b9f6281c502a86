//! Open pages hear of alerts within a moment, on every node, and go quiet when the session ends.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, BodyDataStream},
    extract::ConnectInfo,
    http::{Method, Request, header},
};
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};
use tower::ServiceExt;
use tsunagi::{
    gate::Role,
    store::events,
    web::{
        App, SESSION_COOKIE,
        live::{HEARTBEAT, Live},
    },
    work::news,
};

use crate::support::{Authenticator, Staff, TestApp};

/// Longer than any event may take, shorter than the pump's own patience: what comes in time was woken.
const SOON: Duration = Duration::from_secs(3);

/// The news pump of a node; stops with the test.
pub(super) struct Pump(JoinHandle<()>);

impl Pump {
    pub(super) async fn of(app: &App) -> Self {
        let pump = Self(tokio::spawn(news::run(app.clone())));
        // It begins at the end of the outbox; let it get there.
        sleep(Duration::from_millis(300)).await;
        pump
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An open stream, and what it has said so far.
pub(super) struct Stream(BodyDataStream);

impl Stream {
    pub(super) async fn open(router: &Router, staff: &Staff) -> Self {
        Self::open_from(router, staff, None).await
    }

    /// The same from an address.
    async fn open_from(router: &Router, staff: &Staff, address: Option<&str>) -> Self {
        let request = Request::builder().uri("/alerts/events").header(header::ACCEPT, "text/event-stream");
        let mut request = request.header(header::COOKIE, format!("{SESSION_COOKIE}={}", staff.token));
        if let Some(address) = address {
            request = request.extension(ConnectInfo(SocketAddr::new(address.parse().expect("an address"), 50_000)));
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self(response.into_body().into_data_stream())
    }

    /// The next event, or `None` when the stream ends.
    pub(super) async fn next(&mut self) -> Option<Value> {
        let bytes = timeout(SOON, self.0.next()).await.expect("something comes soon")?.expect("bytes");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let data = text.strip_prefix("data: ").and_then(|rest| rest.strip_suffix("\n\n")).expect("one event");
        Some(serde_json::from_str(data).expect("JSON"))
    }

    /// What comes next, whatever it is.
    async fn said(&mut self) -> String {
        let bytes = timeout(SOON, self.0.next()).await.expect("something comes soon").expect("the stream goes on");
        String::from_utf8(bytes.expect("bytes").to_vec()).expect("text")
    }

    /// Whether the stream ends within a second.
    pub(super) async fn ends(&mut self) -> bool {
        matches!(timeout(Duration::from_secs(1), self.0.next()).await, Ok(None))
    }

    pub(super) async fn says_nothing(&mut self) {
        let said = timeout(Duration::from_millis(500), self.0.next()).await;
        assert!(said.is_err(), "{said:?}");
    }
}

async fn take(app: &TestApp) {
    let path = format!("/alerts/{}/taking", app.world.alert(&app.world.centre).id);
    app.caseworker().post(&path, &[("version", "1")]).await.expect(303);
}

/// A pupil of the centre is absent without contact.
async fn absence(app: &TestApp) {
    let pupil = app.world.watch(&app.world.centre, &app.world.elementary);
    app.run(&format!("UPDATE watch.watches SET from_on = '2026-11-20' WHERE id = '{}'", pupil.id)).await;
    let field = |name: &str| format!("{name}.{}", pupil.id);
    let fields = [(field("version"), "0"), (field("status"), "A"), (field("contact"), "none"), (field("reason"), "unknown")];
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    fields.push(("idempotency_key", "9c6a8a50-6d1f-4b7e-9a55-6f2f4be6c0aa"));
    app.signed_in(&app.world.elementary, Role::Reporter).post("/sheet/2026-11-20", &fields).await.expect(303);
}

#[tokio::test]
async fn a_report_is_heard_on_both_nodes_by_those_it_concerns() {
    let app = TestApp::new().await;
    let (second, second_router) = app.second_node();
    let (_here, _there) = (Pump::of(&app.app).await, Pump::of(&second).await);
    let router = tsunagi::http::router(&app.app).0;
    let worker = app.world.centre.staff(Role::Caseworker);
    let mut here = Stream::open(&router, worker).await;
    let mut there = Stream::open(&second_router, app.world.centre.staff(Role::Supervisor)).await;
    let mut elsewhere = Stream::open(&router, app.world.guidance.staff(Role::Caseworker)).await;
    let mut next_door = Stream::open(&second_router, app.other.centre.staff(Role::Caseworker)).await;
    assert_eq!(here.next().await, Some(json!({ "count": 2 })));
    assert_eq!(there.next().await, Some(json!({ "count": 2 })));
    assert_eq!(elsewhere.next().await, Some(json!({ "count": 1 })));
    assert_eq!(next_door.next().await, Some(json!({ "count": 2 })));

    absence(&app).await;
    let raised = here.next().await.expect("an event");
    let id: String = app.value("SELECT id::text FROM desk.alerts WHERE as_of = '2026-11-20'").await;
    let expected = json!({ "id": id, "kind": "raised", "severity": "caution", "count": 3, "fresh": 1 });
    assert_eq!(raised, expected, "opaque id, severity, count: nothing personal");
    assert_eq!(there.next().await, Some(expected));

    take(&app).await;
    for stream in [&mut here, &mut there] {
        let changed = stream.next().await.expect("an event");
        assert_eq!((&changed["kind"], &changed["count"], &changed["fresh"]), (&json!("changed"), &json!(2), &json!(0)));
    }
    elsewhere.says_nothing().await;
    next_door.says_nothing().await;
    here.says_nothing().await;
}

#[tokio::test]
async fn what_was_committed_while_the_listener_was_away_is_caught_up_with() {
    let app = TestApp::new().await;
    let _pump = Pump::of(&app.app).await;
    let router = tsunagi::http::router(&app.app).0;
    let mut stream = Stream::open(&router, app.world.centre.staff(Role::Supervisor)).await;
    stream.next().await;
    app.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")
        .await;
    take(&app).await;
    assert_eq!(stream.next().await.expect("an event")["count"], 1);
}

#[tokio::test]
async fn who_comes_to_listen_while_news_are_read_hears_them_once_and_counted() {
    let app = TestApp::new().await;
    let mut cursor = events::end(&app.app.db).await.unwrap();
    take(&app).await;
    // Nobody listens when the question is asked, somebody when it is answered.
    let asked = AtomicBool::new(false);
    let batch = events::read(&app.app.db, &mut cursor, || asked.swap(true, Ordering::Relaxed)).await.unwrap();
    let told: Vec<_> = batch.news.iter().map(|news| news.kind.as_str()).collect();
    assert_eq!(told, ["changed"]);
    let open = batch.open.expect("counted");
    assert_eq!(open.of(app.world.ward, &[app.world.centre.id]), 0, "its only one is taken");
    assert_eq!(open.of(app.world.ward, &[app.world.guidance.id]), 1, "each office of the ward that is told of");
    assert_eq!(open.of(app.other.ward, &[app.other.centre.id]), 0, "and no other ward");
    let again = events::read(&app.app.db, &mut cursor, || true).await.unwrap();
    assert!(again.news.is_empty() && again.open.is_none(), "{again:?}");
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_with_its_membership() {
    let app = TestApp::new().await;
    let _pump = Pump::of(&app.app).await;
    let router = tsunagi::http::router(&app.app).0;
    let staff = |role| app.world.centre.staff(role);
    let ends = async |role: Role, sql: String| {
        let mut stream = Stream::open(&router, staff(role)).await;
        let mut other = Stream::open(&router, app.world.guidance.staff(Role::Caseworker)).await;
        stream.next().await;
        other.next().await;
        app.run(&sql).await;
        let ended = timeout(Duration::from_secs(1), stream.0.next()).await;
        assert!(matches!(ended, Ok(None)), "{sql}: {ended:?}");
        other.says_nothing().await;
    };
    ends(
        Role::Caseworker,
        format!("UPDATE hub.sessions SET ended_at = opened_at WHERE id = '{}'", staff(Role::Caseworker).session),
    )
    .await;
    let membership = staff(Role::Supervisor).membership;
    ends(Role::Supervisor, format!("UPDATE hub.memberships SET suspended_at = '2026-11-20T00:00:00Z' WHERE id = '{membership}'"))
        .await;
    assert_eq!(app.app.live.seats().len(), 0, "nobody is left behind");
}

#[tokio::test]
async fn a_stream_ends_when_the_networks_of_its_office_leave_its_address_out() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let _pump = Pump::of(&app.app).await;
    let router = tsunagi::http::router(&app.app).0;
    let worker = app.world.centre.staff(Role::Caseworker);
    // One session, open in four places; a socket of both families tells of IPv4 as the second one.
    let mut v6 = Stream::open_from(&router, worker, Some("2001:db8:0:1::5")).await;
    let mut mapped = Stream::open_from(&router, worker, Some("::ffff:198.51.100.7")).await;
    let mut elsewhere = Stream::open_from(&router, worker, Some("2001:db8:0:2::5")).await;
    let mut nowhere = Stream::open(&router, worker).await;
    for stream in [&mut v6, &mut mapped, &mut elsewhere, &mut nowhere] {
        stream.next().await;
    }
    let path = format!("/organizations/{}/security", app.world.centre.id);
    let list = |revision, networks| [("revision", revision), ("networks", networks), ("sign_in", "any")];
    app.admin().post(&path, &list("1", "2001:db8:0:1::/64 198.51.100.0/24")).await.expect(303);
    assert!(elsewhere.ends().await, "outside of the new list");
    assert!(nowhere.ends().await, "an address nobody knows is outside of every list");
    v6.says_nothing().await;
    mapped.says_nothing().await;
    app.admin().post(&path, &list("2", "2001:db8:0:2::/64 198.51.100.0/24")).await.expect(303);
    assert!(v6.ends().await);
    mapped.says_nothing().await;
    // The list of the organization above holds where the own one is empty.
    app.admin().post(&path, &list("3", "")).await.expect(303);
    mapped.says_nothing().await;
    let above = format!("UPDATE hub.organizations SET networks = '{{2001:db8::/32}}' WHERE id = '{}'", app.world.root.id);
    app.run(&above).await;
    assert!(mapped.ends().await);
    assert_eq!(app.app.live.seats().len(), 0, "nobody is left behind");
}

#[tokio::test]
async fn what_a_person_ends_is_over_on_every_node_within_a_second() {
    let app = TestApp::new().await;
    let (second, second_router) = app.second_node();
    let (_here, _there) = (Pump::of(&app.app).await, Pump::of(&second).await);
    let router = tsunagi::http::router(&app.app).0;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    let mut key = Authenticator::new(1);
    app.enrol(&staff, &mut key).await;
    let [mine, away] = [app.sign_in(&key).await, app.sign_in(&key).await];
    let [mine, away] = [mine, away].map(|answer| Staff { token: answer.expect(200).session(), ..staff.clone() });
    let mut kept = Stream::open(&second_router, &mine).await;
    let mut ended = [Stream::open(&router, &staff).await, Stream::open(&second_router, &away).await];
    for stream in ended.iter_mut().chain([&mut kept]) {
        stream.next().await;
    }
    let me = app.with_session(&mine.token).verified("endOwnSessions", &key).await;
    me.post("/me/sessions/ending", &[]).await.expect(303);
    let over = timeout(Duration::from_secs(1), futures::future::join_all(ended.iter_mut().map(|stream| stream.0.next()))).await;
    assert!(over.as_ref().is_ok_and(|said| said.iter().all(Option::is_none)), "{over:?}");
    for (router, staff) in [(&router, &staff), (&second_router, &staff), (&router, &away), (&second_router, &away)] {
        let request = Request::get("/alerts").header(header::COOKIE, format!("{SESSION_COOKIE}={}", staff.token));
        let answer = router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        assert_eq!(answer.headers()[header::LOCATION], "/sign-in?left=over&next=%2Falerts");
    }
    kept.says_nothing().await;
    me.get("/alerts").await.expect(200);
}

#[tokio::test]
async fn a_stream_without_news_says_that_it_is_there() {
    let app = TestApp::new().await;
    let (node, router) = app.node_with(Live::with_heartbeat(Duration::from_millis(20)));
    let staff = app.world.centre.staff(Role::Caseworker);
    let mut stream = Stream::open(&router, staff).await;
    assert_eq!(stream.next().await, Some(json!({ "count": 2 })), "the greeting goes before");
    for _ in 0..3 {
        assert_eq!(stream.said().await, ": here\n\n", "a comment: no browser takes it for news");
    }
    node.live.close();
    // What was said before is still read.
    while let Some(said) = timeout(SOON, stream.0.next()).await.expect("it ends soon") {
        assert_eq!(said.expect("bytes"), ": here\n\n".as_bytes());
    }
    // nginx and Apache let nobody be silent for longer than a minute.
    assert!(HEARTBEAT <= Duration::from_secs(30), "{HEARTBEAT:?}");
}

#[tokio::test]
async fn listening_is_not_working() {
    let app = TestApp::new().await;
    let _pump = Pump::of(&app.app).await;
    let router = tsunagi::http::router(&app.app).0;
    app.at("2026-11-20T09:20");
    let mut stream = Stream::open(&router, app.world.centre.staff(Role::Caseworker)).await;
    stream.next().await;
    let touched: i64 = app.value("SELECT count(*) FROM hub.sessions WHERE seen_at > opened_at").await;
    assert_eq!(touched, 0, "an open stream does not keep the session alive");
    app.at("2026-11-20T09:31");
    let ended = timeout(Duration::from_secs(1), stream.0.next()).await;
    assert!(matches!(ended, Ok(None)), "it ends when the session has rested too long: {ended:?}");
}

#[tokio::test]
async fn browsers_without_streams_ask_for_the_count() {
    let app = TestApp::new().await;
    let answer = app.caseworker().get("/alerts/count").await.expect(200).json();
    let newest = [app.world.alert(&app.world.centre).id, app.world.alert(&app.world.branch).id].map(|id| json!(id));
    assert_eq!(answer["count"], 2);
    assert!(newest.contains(&answer["newest"]), "an opaque id: {answer}");
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(2), "and nothing else");
    app.run("UPDATE desk.alerts SET state = 'closed', outcome = 'handled', closed_at = raised_at").await;
    assert_eq!(app.caseworker().get("/alerts/count").await.expect(200).json(), json!({ "count": 0, "newest": null }));
    let stranger = app.stranger();
    let request = stranger.request(Method::GET, "/alerts/count").body(Body::empty()).expect("a request");
    assert_eq!(stranger.send(request).await.leads_to(), "/sign-in");
}

#[tokio::test]
async fn old_news_is_forgotten() {
    let app = TestApp::new().await;
    app.run("UPDATE desk.events SET at = '2026-11-12T00:00:00Z' WHERE id % 2 = 0").await;
    let kept: i64 = app.value("SELECT count(*) FROM desk.events WHERE id % 2 = 1").await;
    let _pump = Pump::of(&app.app).await;
    let mut left = i64::MAX;
    for _ in 0..20 {
        left = app.value("SELECT count(*) FROM desk.events").await;
        if left == kept {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(left, kept);
}
