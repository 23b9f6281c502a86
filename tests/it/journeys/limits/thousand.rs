//! A thousand failures of every kind there is, those at the ward's own sign-in service among them, are a thousand lines, each with
//! its reason.

use std::collections::BTreeSet;

use jiff::ToSpan;
use serde_json::json;
use tsunagi::{domain::ids::Id, gate::Role, store::sign_ins::Reason, web::ApiToken};

use super::{Addresses, State, UNKNOWN, begin, enrolled, invite, letter, script, signs_in};
use crate::{
    journeys::{
        provider,
        recovery::{admin, code_by, redeem},
    },
    support::{Answer, Authenticator, Caller, Flow, NOW, Place, Service, TestApp},
};

/// Of what has no place in a round, the test that shows it, and where it stands: a flood is what the log keeps no line of, and a facility
/// opens only once.
const ELSEWHERE: [(Reason, &str, &str); 2] = [
    (Reason::Flood, "a_flood_is_answered_and_does_not_flood_the_log", include_str!("lines.rs")),
    (Reason::UnopenedFacility, "the_token_of_a_school_system_works_from_the_opening_day_on", include_str!("../openings.rs")),
];

const ENROL: &str = "__Host-tsunagi-enrol";
const API: &str = "/api/v1/facility";

/// A round is fifty failures, in this order.
fn round() -> Vec<&'static str> {
    let parts = [&BY_THE_SERVICE[..], &BY_PASSKEYS, &BY_CODES, &BY_TOKENS, &BY_SESSIONS].concat();
    parts.into_iter().map(Reason::code).collect()
}

/// What is shown at the doors, over and over.
struct Shown {
    key: Authenticator,
    /// Of somebody who works nowhere any more.
    gone: Authenticator,
    /// Its counter went back.
    copied: Authenticator,
    /// Codes of recoveries that open nothing, for as many reasons.
    recoveries: [String; 4],
    /// One that opens the page and lets nobody in.
    outgrown: String,
    /// Tokens that open nothing, for as many reasons.
    tokens: [ApiToken; 4],
}

impl Shown {
    async fn of(app: &TestApp) -> Self {
        let world = &app.world;
        let key = enrolled(app, Role::Reporter).await;
        let gone = enrolled(app, Role::FacilityHead).await;
        let left = world.nursery.staff(Role::FacilityHead).membership;
        app.run(&format!("UPDATE hub.memberships SET suspended_at = now() WHERE id = '{left}'")).await;
        let mut copied = Authenticator::new(1);
        copied.counter = 7;
        app.enrol(world.centre.staff(Role::Supervisor), &mut copied).await;
        copied.counter = 9;
        app.sign_in(&copied).await.expect(200);
        copied.counter = 8;
        for (code, state) in [("G00D1", State::Good), ("0LD01", State::Expired), ("5PENT", State::Spent), ("R3V0K", State::Revoked)]
        {
            invite(app, Role::Reporter, code, state).await;
        }
        letter(app, world.root.staff(Role::Auditor), "G00D2", State::Good).await;
        // One office opens from its own network alone, another one by the ward's service alone.
        app.run(&format!(
            "UPDATE hub.organizations SET networks = '{{203.0.113.0/24}}' WHERE id = '{}';
             UPDATE hub.organizations SET sign_in = 'provider' WHERE id = '{}'",
            world.guidance.id, world.branch.id
        ))
        .await;
        let (recoveries, outgrown) = recoveries(app).await;
        Self { key, gone, copied, recoveries, outgrown, tokens: tokens(app).await }
    }
}

/// Codes two people gave out: too early to be used, used, cancelled, expired; and one of somebody who got another role since.
async fn recoveries(app: &TestApp) -> ([String; 4], String) {
    let (second, _) = admin(app, 2).await;
    let (_, third) = admin(app, 3).await;
    let (first, world) = (app.admin(), &app.world);
    let early = code_by(&first, &second, third).await;
    let other = world.guidance.staff(Role::Supervisor).person;
    let cancelled = code_by(&first, &second, other).await;
    let path = format!("/people/{other}/recovery/cancelling");
    let recovery = first.get(&path).await.expect(200).attributes("input[name=recovery]", "value").remove(0);
    first.post(&path, &[("recovery", &recovery)]).await.expect(303);
    let expired = code_by(&first, &second, other).await;
    app.run(&format!("UPDATE hub.recoveries SET expires_at = '{NOW}' WHERE person_id = '{other}' AND state = 'approved'")).await;
    let of_teacher =
        async |place: &Place| code_by(&app.signed_in(place, Role::FacilityHead), &first, place.staff(Role::Reporter).person).await;
    let spent = of_teacher(&world.elementary).await;
    redeem(app, &spent, &mut Authenticator::new(2)).await.expect(200);
    let outgrown = of_teacher(&world.junior_high).await;
    app.run(&format!(
        "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         VALUES ('{}', gen_random_uuid(), '{}', '{}', 'caseworker', '2026-11-20')",
        world.ward,
        world.junior_high.staff(Role::Reporter).person,
        world.centre.id
    ))
    .await;
    ([early, spent, cancelled, expired], outgrown)
}

/// Tokens of schools' systems: expired, revoked, of a closed facility, and shown from elsewhere.
async fn tokens(app: &TestApp) -> [ApiToken; 4] {
    let tokens = [21, 22, 23, 24].map(|bits| ApiToken::of([bits; 32]));
    let (ward, root, nursery, by) =
        (app.world.ward, app.world.root.id, app.world.nursery.id, app.world.root.staff(Role::WardAdmin).person);
    let closed: Id<()> = Id::random();
    app.run(&format!(
        "INSERT INTO hub.organizations (ward_id, id, parent_id, kind, name, calendar_template, opened_on, closed_on)
         VALUES ('{ward}', '{closed}', '{root}', 'nursery', '閉じた保育園', 'every_day', '2020-04-01', '2026-11-20')"
    ))
    .await;
    for (token, (facility, expires, revoked, networks)) in tokens.iter().zip([
        (nursery.to_string(), "2026-11-20T00:00:00Z", "NULL", "{}"),
        (nursery.to_string(), "2027-05-31T15:00:00Z", "now()", "{}"),
        (closed.to_string(), "2027-05-31T15:00:00Z", "NULL", "{}"),
        (nursery.to_string(), "2027-05-31T15:00:00Z", "NULL", "{203.0.113.0/24}"),
    ]) {
        app.run(&format!(
            "INSERT INTO hub.api_tokens (ward_id, id, organization_id, name, token_hash, created_by, created_at, expires_at, revoked_at, networks)
             VALUES ('{ward}', gen_random_uuid(), '{facility}', '校務', sha256('{}'), '{by}', '2026-06-01T00:00:00Z', '{expires}', {revoked}, '{networks}')",
            token.text()
        ))
        .await;
    }
    tokens
}

/// A ward that has a service, which names staff codes. One of its accounts is somebody's who is suspended, and the staff code of
/// somebody else became another one after they had come in.
async fn hub(service: &Service) -> TestApp {
    let app = service.hub().await;
    service.set(&app, &app.world, "staff_code").await;
    let suspended = app.world.centre.staff(Role::Caseworker).person;
    provider::bind(&app, service, suspended, "suzuki").await;
    let changed = app.world.branch.staff(Role::Caseworker);
    app.enrol(changed, &mut Authenticator::new(3)).await;
    app.run(&format!(
        "UPDATE hub.people SET status = 'suspended' WHERE id = '{suspended}';
         UPDATE hub.people SET staff_code = '77777', code_changed_at = '{}' WHERE id = '{}';
         UPDATE hub.providers SET passkeys_when_down = false",
        app.app.clock.now(),
        changed.person
    ))
    .await;
    app
}

/// One more who was sent to the service, and what they come back with; each from an address of their own.
async fn sent(service: &Service, from: &mut Addresses<'_>) -> (Flow, String) {
    let flow = Flow::begin(&from.next(), &format!("/sign-in/provider/{}", from.app.world.ward)).await;
    let back = service.walk(&flow).await;
    (flow, back)
}

/// The code of one answer in the place of another's.
fn with_code_of(back: &str, other: &str) -> String {
    let code = |path: &str| path.split(['?', '&']).find(|pair| pair.starts_with("code=")).expect("a code").to_owned();
    back.replace(&code(back), &code(other))
}

const BY_THE_SERVICE: [Reason; 12] = [
    Reason::ProviderDown,
    Reason::ProviderToken,
    Reason::ProviderCode,
    Reason::UnboundIdentity,
    Reason::NoMembership,
    Reason::ProviderRefused,
    Reason::ProviderCode,
    Reason::ProviderIssuer,
    Reason::ProviderWeak,
    Reason::ProviderOld,
    Reason::ChangedCode,
    Reason::OtherBrowser,
];

/// The service is away; a wrong nonce; its code once more; an account of nobody here, one of somebody who is suspended, one whom it
/// refuses; it chokes on a code, does not say who it is, knows somebody too little or too long ago; a staff code that became
/// another one; and another browser than the one that was sent.
async fn by_the_service(service: &Service, from: &mut Addresses<'_>) {
    let app = from.app;
    // What it said of itself in the round before is too old by now.
    service.tell_now(app, "tanaka", "discovery/broken").await;
    from.next().get(&format!("/sign-in/provider/{}", app.world.ward)).await.expect(503);
    service.tell("tanaka", "wrong_nonce").await;
    let (flow, spent) = sent(service, from).await;
    flow.come_back_as(from.next(), &spent).await.expect(403);
    service.tell("tanaka", "").await;
    let (flow, back) = sent(service, from).await;
    flow.come_back_as(from.next(), &with_code_of(&back, &spent)).await.expect(403);
    for (account, bad) in [
        ("yamada", ""),
        ("suzuki", ""),
        ("tanaka", "denied"),
        ("tanaka", "token/broken"),
        ("tanaka", "answer/no_iss"),
        ("tanaka", "weak"),
        ("tanaka", "known_long_ago"),
        ("77777", ""),
    ] {
        service.tell(account, bad).await;
        let (flow, back) = sent(service, from).await;
        flow.come_back_as(from.next(), &back).await.expect(403);
    }
    let (flow, back) = sent(service, from).await;
    let elsewhere = Flow { cookie: "b".repeat(43), ..flow };
    elsewhere.come_back_as(from.next(), &back).await.expect(403);
}

const BY_PASSKEYS: [Reason; 17] = [
    Reason::Malformed,
    Reason::Malformed,
    Reason::Malformed,
    Reason::Malformed,
    Reason::Malformed,
    Reason::StaleCeremony,
    Reason::StaleCeremony,
    Reason::UnknownPasskey,
    Reason::BadPasskey,
    Reason::BadPasskey,
    Reason::BadPasskey,
    Reason::BadPasskey,
    Reason::BadPasskey,
    Reason::Limited,
    Reason::CopiedPasskey,
    Reason::SyncedPasskey,
    Reason::NoMembership,
];

/// What somebody sends who has a challenge and nothing else.
async fn empty_answer(caller: &Caller<'_>) -> Answer {
    let options = begin(caller, "/sign-in/options").await;
    script(caller, "/sign-in", &json!({ "ceremony": options["ceremony"], "credential": {} })).await
}

async fn by_passkeys(shown: &Shown, from: &mut Addresses<'_>) {
    for body in ["", "{", "{\"ceremony\": 1}"] {
        from.next().post_as("/sign-in", "application/json", body).await.expect(422);
    }
    empty_answer(&from.next()).await.expect(422);
    let enrolling = from.next().with_cookie(ENROL, "G00D1");
    script(&enrolling, "/enrol/credential", &json!([])).await.expect(422);

    let caller = from.next();
    let answer = shown.key.answers(&begin(&caller, "/sign-in/options").await);
    let never: Id<()> = Id::random();
    script(&caller, "/sign-in", &json!({ "ceremony": never, "credential": answer["credential"] })).await.expect(422);
    script(&enrolling, "/enrol/credential", &json!({ "ceremony": never, "credential": {} })).await.expect(422);

    let stranger = Authenticator::of(from.app.world.double.person.uuid().as_bytes());
    signs_in(&from.next(), &stranger).await.expect(422);
    for _ in 0..5 {
        signs_in(&from.next(), &shown.key.forged()).await.expect(422);
    }
    signs_in(&from.next(), &shown.key.forged()).await.expect(429);
    signs_in(&from.next(), &shown.copied).await.expect(422);
    let mut travelling = Authenticator::new(4);
    travelling.synced = true;
    let enrolling = from.next().with_cookie(ENROL, "G00D2");
    let options = begin(&enrolling, "/enrol/options").await;
    script(&enrolling, "/enrol/credential", &travelling.registers(&options)).await.expect(422);
    signs_in(&from.next(), &shown.gone).await.expect(422);
}

const BY_CODES: [Reason; 11] = [
    Reason::UnknownInvitation,
    Reason::UnknownInvitation,
    Reason::ExpiredInvitation,
    Reason::SpentInvitation,
    Reason::RevokedInvitation,
    Reason::UnknownRecovery,
    Reason::EarlyRecovery,
    Reason::SpentRecovery,
    Reason::CancelledRecovery,
    Reason::ExpiredRecovery,
    Reason::OutgrownRecovery,
];

async fn by_codes(shown: &Shown, from: &mut Addresses<'_>) {
    for code in [UNKNOWN, UNKNOWN, "0LD01", "5PENT", "R3V0K"] {
        from.next().post("/enrol", &[("code", code)]).await.expect(422);
    }
    for code in std::iter::once(UNKNOWN).chain(shown.recoveries.iter().map(String::as_str)) {
        from.next().post("/recovery", &[("code", code)]).await.expect(422);
    }
    let recovering = from.next().with_cookie(ENROL, &shown.outgrown);
    let options = begin(&recovering, "/recovery/options").await;
    script(&recovering, "/recovery/credential", &Authenticator::new(5).registers(&options)).await.expect(422);
}

const BY_TOKENS: [Reason; 6] =
    [Reason::NoToken, Reason::BadToken, Reason::ExpiredToken, Reason::RevokedToken, Reason::ClosedFacility, Reason::OutsideNetwork];

async fn by_tokens(shown: &Shown, from: &mut Addresses<'_>) {
    from.next().get(API).await.expect(401);
    let nobodys = ApiToken::of([9; 32]);
    for token in std::iter::once(&nobodys).chain(&shown.tokens) {
        from.next().with_bearer(token.text()).get(API).await.expect(401);
    }
}

const BY_SESSIONS: [Reason; 4] = [Reason::OutsideNetwork, Reason::ProviderRequired, Reason::Malformed, Reason::Malformed];

/// People who are in: at the wrong place, by a passkey where the service is asked for, and with nonsense when they are asked again.
async fn by_sessions(from: &mut Addresses<'_>) {
    let app = from.app;
    let world = &app.world;
    app.refresh_sessions().await;
    let me = world.centre.staff(Role::Supervisor);
    let (now, session) = (app.app.clock.now(), me.session);
    app.run(&format!("UPDATE hub.step_ups SET verified_at = '{now}' WHERE session_id = '{session}'")).await;
    for staff in [world.guidance.staff(Role::Caseworker), world.branch.staff(Role::Supervisor)] {
        from.next().with_token(&staff.token).get("/alerts").await.expect(403);
    }
    for door in ["/verify", "/me/passkeys"] {
        from.next().with_token(&me.token).post_as(door, "application/json", "[]").await.expect(422);
    }
}

#[tokio::test]
async fn a_thousand_failures_of_all_kinds_are_a_thousand_lines() {
    let service = Service::start();
    let app = hub(&service).await;
    let shown = Shown::of(&app).await;
    let let_in = "SELECT count(*) FROM hub.sign_ins WHERE outcome <> 'refused'";
    let before: i64 = app.value(let_in).await;
    let (mut from, expected) = (Addresses::of(&app), round());
    for number in 0..20 {
        by_the_service(&service, &mut from).await;
        by_passkeys(&shown, &mut from).await;
        by_codes(&shown, &mut from).await;
        by_tokens(&shown, &mut from).await;
        by_sessions(&mut from).await;
        let lines = provider::reasons(&app).await;
        assert_eq!(lines[number * expected.len()..], expected, "round {number}");
        app.app.clock.advance(5.minutes());
    }
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.sign_ins WHERE outcome = 'refused'").await, 1_000);
    assert_eq!(app.value::<i64>(let_in).await, before, "and nobody came in");
}

#[test]
fn every_reason_there_is_stands_in_the_round_or_has_a_test_of_its_own() {
    let shown: BTreeSet<_> = round().into_iter().chain(ELSEWHERE.map(|(reason, ..)| reason.code())).collect();
    let known: BTreeSet<_> = Reason::ALL.iter().filter(|reason| **reason != Reason::None).map(|reason| reason.code()).collect();
    assert_eq!(shown, known);
    for (_, test, file) in ELSEWHERE {
        assert!(file.contains(&format!("fn {test}(")), "{test}");
    }
}
