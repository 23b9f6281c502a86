//! Where the ward's sign-in service is the only way in: on every request, for open streams, and while the service is down.

use jiff::ToSpan as _;
use tsunagi::{gate::Role, web::SESSION_COOKIE};

use super::{
    super::live::{Pump, Stream},
    bind, reasons,
};
use crate::support::{Authenticator, Flow, Service, TestApp};

async fn require(app: &TestApp, organization: impl std::fmt::Display) {
    app.run(&format!("UPDATE hub.organizations SET sign_in = 'provider' WHERE id = '{organization}'")).await;
}

#[tokio::test]
async fn a_passkey_does_not_act_where_the_service_is_asked_for_and_the_own_account_stays_open() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    app.verify_everybody().await;
    bind(&app, &service, app.world.centre.staff(Role::Caseworker).person, "tanaka").await;
    app.caseworker().get("/alerts").await.expect(200);
    require(&app, app.world.centre.id).await;
    let refused = app.caseworker().get("/alerts").await.expect(403);
    assert!(refused.text().contains("自治体のアカウントでサインインしてください"));
    assert_eq!(refused.attributes("main a.dads-button", "href")[0], format!("/sign-in/provider/{}", app.world.ward));
    app.caseworker().post("/requests", &[]).await.expect(403);
    assert_eq!(reasons(&app).await, ["provider_required"; 2]);
    // One's passkeys, and the way to propose an account.
    app.caseworker().get("/me").await.expect(200);
    app.caseworker().get("/me/provider").await.expect(200);
    app.caseworker().get("/there-is-no-such-page").await.expect(404);

    service.tell("tanaka", "").await;
    let session = service.sign_in(&app).await.expect(303).session();
    app.with_session(&session).get("/alerts").await.expect(200);
    // Nobody else is asked: other offices, facilities (whatever somebody wrote there), the ward's own desk.
    app.admin().get("/organizations").await.expect(200);
    require(&app, app.world.nursery.id).await;
    app.reporter().get("/sheet").await.expect(200);
    // Back again: both ways.
    app.run("UPDATE hub.organizations SET sign_in = 'any'").await;
    app.caseworker().get("/alerts").await.expect(200);
    app.with_session(&session).get("/alerts").await.expect(200);
}

#[tokio::test]
async fn an_open_stream_ends_when_the_service_is_asked_for() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    let (node, router) = app.second_node();
    let _pump = Pump::of(&node).await;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    let mut stream = Stream::open(&router, &staff).await;
    assert!(stream.next().await.is_some(), "the greeting");
    require(&app, app.world.centre.id).await;
    assert!(stream.next().await.is_none());
    let refused = app.caseworker().get("/alerts/events").await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn while_the_service_is_down_a_passkey_does_if_the_ward_says_so() {
    let mut service = Service::start();
    let app = service.hub_in_use().await;
    let mut key = Authenticator::new(1);
    app.enrol(app.world.centre.staff(Role::Caseworker), &mut key).await;
    require(&app, app.world.centre.id).await;
    let by_passkey = async || app.sign_in(&key).await.expect(200).session();
    let before = by_passkey().await;
    app.with_session(&before).get("/alerts").await.expect(403);

    service.stop();
    app.app.clock.advance(2.minutes());
    let door = format!("/sign-in/provider/{}", app.world.ward);
    let down = app.stranger().get(&door).await.expect(503);
    assert!(down.text().contains("いま使えません") && down.text().contains("その間は、パスキーでサインインできます"));
    assert!(down.attributes("main a", "href").contains(&"/sign-in".to_owned()));
    // Whoever comes in now may act, and goes on when the service is back; whoever came before may not.
    let during = by_passkey().await;
    app.with_session(&during).get("/alerts").await.expect(200);
    app.with_session(&before).get("/alerts").await.expect(403);
    app.app.clock.advance(20.minutes());
    let after = by_passkey().await;
    app.with_session(&after).get("/alerts").await.expect(403);
    app.run("UPDATE hub.providers SET passkeys_when_down = false").await;
    let down = app.stranger().get(&door).await.expect(503);
    assert!(down.text().contains("再開をお待ちください"));
    let during = by_passkey().await;
    app.with_session(&during).get("/alerts").await.expect(403);
    // An outage costs nobody their tries at the other doors.
    let counted: i64 = app.value("SELECT count(*) FROM hub.sign_ins WHERE reason = 'provider_down'").await;
    assert_eq!(counted, 2);
}

#[tokio::test]
async fn who_is_signed_in_reads_that_the_service_is_down_on_a_page_of_their_own() {
    let mut service = Service::start();
    let app = service.hub_in_use().await;
    service.stop();
    app.app.clock.advance(2.minutes());
    app.verify_everybody().await;
    let down = app.caseworker().get("/me/provider/departure").await.expect(503);
    assert!(down.text().contains("いま使えません") && !down.text().contains("パスキーでサインイン"));
    let leads = down.attributes("main a", "href");
    assert!(
        leads.contains(&"/me/provider/departure".to_owned()) && !leads.iter().any(|href| href.starts_with("/sign-in")),
        "{leads:?}"
    );
    assert!(down.attributes("form", "action").contains(&"/sign-out".to_owned()), "they can leave from here");
}

#[tokio::test]
async fn a_code_the_service_chokes_on_opens_passkeys_to_nobody_and_a_service_that_is_gone_does() {
    let mut service = Service::start();
    let app = service.hub_in_use().await;
    let mut key = Authenticator::new(1);
    app.enrol(app.world.centre.staff(Role::Caseworker), &mut key).await;
    require(&app, app.world.centre.id).await;
    for bad in ["token/broken", "token/redirect", "token/huge"] {
        service.tell("tanaka", bad).await;
        service.sign_in(&app).await.expect(403);
    }
    assert_eq!(reasons(&app).await, ["provider_code"; 3], "and counted as any other failure");
    assert!(app.value::<bool>("SELECT bool_and(down_until IS NULL) FROM hub.providers").await);
    let before = app.sign_in(&key).await.expect(200).session();
    app.with_session(&before).get("/alerts").await.expect(403);

    // Away while somebody was there: asked anew, it says nothing of itself.
    app.app.clock.advance(1.minutes());
    service.tell("tanaka", "").await;
    let flow = Flow::begin(&app.stranger(), &format!("/sign-in/provider/{}", app.world.ward)).await;
    let back = service.walk(&flow).await;
    service.stop();
    flow.come_back(&app, &back).await.expect(503);
    let during = app.sign_in(&key).await.expect(200).session();
    app.with_session(&during).get("/alerts").await.expect(200);
    app.with_session(&before).get("/alerts").await.expect(403);
}

#[tokio::test]
async fn a_recovered_account_is_the_way_back_and_an_enrolled_one_is_not() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    let staff = app.world.root.staff(Role::WardAdmin).clone();
    require(&app, app.world.root.id).await;
    let as_method = async |method: &str| {
        app.run(&format!("UPDATE hub.sessions SET method = '{method}' WHERE id = '{}'", staff.session)).await;
        app.stranger().with_cookie(SESSION_COOKIE, &staff.token).get("/organizations").await.status.as_u16()
    };
    assert_eq!(as_method("recovery").await, 200);
    assert_eq!(as_method("provider").await, 200);
    assert_eq!(as_method("enrolment").await, 403);
    assert_eq!(as_method("passkey").await, 403);
}
