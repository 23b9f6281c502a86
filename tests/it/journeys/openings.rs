//! A school that is to open: prepared by the desk, asked from its first day on, silent before, and nobody acts for it.

use serde_json::json;
use tsunagi::{gate::Role, work};

use crate::support::{Answer, Authenticator, Place, TestApp};

const API: &str = "/api/v1/facility";

/// Whatever was written down of the place, it opens on this day.
async fn opens(app: &TestApp, place: &Place, day: &str) {
    app.run(&format!("UPDATE hub.organizations SET opened_on = '{day}' WHERE id = '{}'", place.id)).await;
}

/// The hub at this time, and everybody has just touched their screen.
async fn at(app: &TestApp, time: &str) {
    app.at(time).refresh_sessions().await;
}

fn offered(page: &Answer) -> Vec<String> {
    page.attributes("main button[name=membership]", "value")
}

#[tokio::test]
async fn nobody_acts_for_a_school_before_its_opening_day_and_everybody_on_it() {
    let app = TestApp::new().await;
    let school = app.world.elementary.clone();
    let membership = school.staff(Role::Reporter).membership.to_string();
    opens(&app, &school, "2026-11-24").await;
    let reporter = app.signed_in(&school, Role::Reporter);
    for day in ["2026-11-20T09:00", "2026-11-23T23:50"] {
        at(&app, day).await;
        assert_eq!(reporter.get("/sheet").await.expect(303).location(), "/organization", "{day}");
        let page = reporter.get("/organization").await.expect(200);
        assert_eq!(page.first("main h1").as_deref(), Some("まだ始まっていません"));
        assert!(page.text().contains(&school.name) && page.text().contains("令和8年11月24日"), "{}", page.text());
        assert_eq!(offered(&page), [""; 0]);
        reporter.post("/organization", &[("membership", &membership)]).await.expect(422);
    }
    at(&app, "2026-11-24T00:10").await;
    reporter.get("/sheet").await.expect(200);
}

#[tokio::test]
async fn a_passkey_is_registered_beforehand_and_a_session_over_midnight_comes_in() {
    let app = TestApp::new().await;
    let school = app.world.elementary.clone();
    let staff = school.staff(Role::Reporter);
    opens(&app, &school, "2026-11-21").await;
    // Their right begins with the school, as the desk writes it down.
    app.run(&format!("UPDATE hub.memberships SET from_on = '2026-11-21' WHERE id = '{}'", staff.membership)).await;
    app.at("2026-11-20T23:55");
    let mut key = Authenticator::new(1);
    let enrolled = app.enrolment(staff, &mut key).await.expect(200);
    assert_eq!(enrolled.json()["next"], "/organization");
    let reporter = app.with_session(&enrolled.session());
    assert_eq!(offered(&reporter.get("/organization").await.expect(200)), [""; 0]);
    let again = app.sign_in(&key).await.expect(200);
    assert_eq!(again.json()["next"], "/organization", "whoever signs in before is told from when on");

    app.at("2026-11-21T00:02");
    let page = reporter.get("/organization").await.expect(200);
    assert_eq!(offered(&page), [staff.membership.to_string()]);
    let chosen = reporter.post("/organization", &[("membership", &staff.membership.to_string())]).await.expect(303);
    app.with_session(&chosen.session()).get("/sheet").await.expect(200);
}

#[tokio::test]
async fn whoever_works_elsewhere_too_is_not_offered_the_place_that_is_not_open() {
    let app = TestApp::new().await;
    let mut key = Authenticator::new(1);
    app.enrol(&app.world.double, &mut key).await;
    opens(&app, &app.world.nursery, "2026-11-21").await;
    let answer = app.sign_in(&key).await.expect(200);
    assert_eq!(answer.json()["next"], "/alerts", "the one place there is");
    let page = app.with_session(&answer.session()).get("/organization").await.expect(200);
    assert_eq!(offered(&page).len(), 1);
    assert!(page.text().contains(&app.world.nursery.name) && page.text().contains("から使えます"), "{}", page.text());
}

#[tokio::test]
async fn the_token_of_a_school_system_works_from_the_opening_day_on() {
    let app = TestApp::new().await;
    opens(&app, &app.world.nursery, "2026-11-21").await;
    app.system().get(API).await.expect(401);
    let reasons = app.sql("SELECT reason FROM hub.sign_ins ORDER BY xmin::text::bigint DESC LIMIT 1").await;
    assert_eq!(reasons, [json!({ "reason": "unopened_facility" })]);
    app.at("2026-11-21T00:00");
    app.system().get(API).await.expect(200);
}

/// How often the clock did something for the place.
async fn looked_after(app: &TestApp, place: &Place) -> [i64; 2] {
    let count = async |table: &str| {
        app.value::<i64>(&format!("SELECT count(*) FROM desk.{table} WHERE facility_id = '{}'", place.id)).await
    };
    [count("reminders").await, count("sweeps").await]
}

/// Everybody who is or was asked about there, asked about from this day on.
async fn asked_from(app: &TestApp, place: &Place, day: &str) {
    app.run(&format!("UPDATE watch.watches SET from_on = '{day}', until_on = NULL WHERE facility_id = '{}'", place.id)).await;
}

#[tokio::test]
async fn a_school_that_is_not_open_is_never_silent() {
    let app = TestApp::new().await;
    let school = app.world.elementary.clone();
    opens(&app, &school, "2026-11-24").await;
    asked_from(&app, &school, "2026-11-24").await;
    let go_round = async |time: &str| {
        at(&app, time).await;
        work::reminders::round(&app.app).await.unwrap();
        work::clock::round(&app.app).await.unwrap();
        app.caseworker().get("/unreported").await.expect(200).all("tbody tr").concat()
    };
    let silent = go_round("2026-11-20T16:30").await;
    assert!(!silent.contains(&school.name) && silent.contains(&app.world.nursery.name), "{silent}");
    assert_eq!(looked_after(&app, &school).await, [0, 0]);
    let silent = go_round("2026-11-24T16:30").await;
    assert!(silent.contains(&school.name), "{silent}");
    let [reminders, sweeps] = looked_after(&app, &school).await;
    assert!(reminders > 0 && sweeps > 0, "{reminders} {sweeps}");
}

#[tokio::test]
async fn no_opening_day_hides_a_child_who_is_asked_about() {
    let app = TestApp::new().await;
    let school = app.world.elementary.clone();
    app.run(&format!("DELETE FROM watch.days WHERE facility_id = '{}' AND day = '2026-11-20'", school.id)).await;
    opens(&app, &school, "2027-04-01").await;
    at(&app, "2026-11-20T16:30").await;
    work::reminders::round(&app.app).await.unwrap();
    work::clock::round(&app.app).await.unwrap();
    let silent = app.caseworker().get("/unreported").await.expect(200).all("tbody tr").concat();
    assert!(silent.contains(&school.name), "{silent}");
    let [reminders, sweeps] = looked_after(&app, &school).await;
    assert!(reminders == 0 && sweeps > 0, "nobody can act there, so nobody there is reminded: {reminders} {sweeps}");
}

/// A request for a second-year pupil at the elementary school, from this day on.
async fn ask(app: &TestApp, from: &str) -> Answer {
    let facility = app.world.elementary.id.to_string();
    let fields = [
        ("facility", facility.as_str()),
        ("name", "開校　待子"),
        ("kana", ""),
        ("grade", "e2"),
        ("class", ""),
        ("ground", "act_13_4"),
        ("strictness", "normal"),
        ("starts_on", from),
        ("ends_on", ""),
    ];
    app.caseworker().post("/requests", &fields).await
}

#[tokio::test]
async fn a_request_begins_on_the_opening_day_at_the_earliest() {
    let app = TestApp::new().await;
    opens(&app, &app.world.elementary, "2027-04-01").await;
    let form = app.caseworker().get("/requests/new").await.expect(200);
    let choices = form.all("#facility option");
    assert!(choices.iter().any(|choice| choice.contains("令和9年4月1日 開設予定")), "{choices:?}");
    let early = ask(&app, "令和9年3月31日").await.expect(422);
    assert!(early.all("x-error-focus").concat().contains("令和9年4月1日に開設予定です"), "{:?}", early.all("x-error-focus"));
    assert_eq!(early.attributes("#starts_on", "value"), ["令和9年3月31日"], "what was typed is kept");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.watches WHERE name = '開校　待子'").await, 0);
    ask(&app, "令和9年4月1日").await.expect(303);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.watches WHERE name = '開校　待子'").await, 1);
}

#[tokio::test]
async fn the_desk_sees_what_is_to_open_and_prepares_it() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let school = app.world.elementary.clone();
    opens(&app, &school, "2027-04-01").await;
    let admin = app.admin();
    let rows = admin.get("/organizations").await.expect(200).all("tbody th");
    assert!(rows.iter().any(|row| row.contains(&school.name) && row.contains("令和9年4月1日 開設予定")), "{rows:?}");
    let rows = admin.get("/organizations?standing=opening").await.expect(200).all("tbody th");
    assert!(rows.len() == 1 && rows[0].contains(&school.name), "{rows:?}");
    let page = admin.get(&format!("/organizations/{}", school.id)).await.expect(200);
    assert!(page.all(".app-title .app-pill").concat().contains("令和9年4月1日 開設予定"));
    let above = admin.get(&format!("/organizations/{}", app.world.root.id)).await.expect(200);
    assert!(above.text().contains("令和9年4月1日 開設予定"), "where it stands below");
    let places = admin.get("/people/new").await.expect(200).all("#organization option");
    assert!(places.iter().any(|place| place.contains(&school.name) && place.contains("開設予定")), "{places:?}");
    for tail in ["edit", "times", "calendar", "tokens"] {
        admin.get(&format!("/organizations/{}/{tail}", school.id)).await.expect(200);
    }
}

/// The form of an organization as it stands, but for its opening day.
async fn put_off(app: &TestApp, place: &Place, kind: &str, day: &str) -> Answer {
    let parent = place.parent.map_or_else(String::new, |parent| parent.to_string());
    let template = if place.kind.facility().is_some() { "school" } else { "" };
    let fields = [
        ("revision", "1"),
        ("kind", kind),
        ("name", place.name.as_str()),
        ("parent", parent.as_str()),
        ("calendar_template", template),
        ("opened_on", day),
    ];
    app.admin().post(&format!("/organizations/{}/edit", place.id), &fields).await
}

#[tokio::test]
async fn an_opening_is_not_put_off_over_requests_nor_over_who_works_there() {
    let app = TestApp::new().await;
    let (root, school) = (app.world.root.clone(), app.world.elementary.clone());
    let asked = put_off(&app, &school, "elementary", "令和9年4月1日").await.expect(422);
    assert!(asked.all("x-error-focus").concat().contains("この日より前に始まる依頼"), "{:?}", asked.all("x-error-focus"));
    assert_eq!(asked.attributes("#opened_on", "value"), ["令和9年4月1日"]);
    let own = put_off(&app, &root, "ward_office", "令和9年4月1日").await.expect(422);
    assert!(own.all("x-error-focus").concat().contains("入れなくなります"), "{:?}", own.all("x-error-focus"));
    let opened = app.value::<i64>("SELECT count(*) FROM hub.organizations WHERE opened_on > '2026-11-20'").await;
    assert_eq!(opened, 0);

    asked_from(&app, &school, "2027-04-01").await;
    put_off(&app, &school, "elementary", "令和9年4月2日").await.expect(422);
    put_off(&app, &school, "elementary", "令和9年4月1日").await.expect(303);
    let page = app.admin().get(&format!("/organizations/{}", school.id)).await.expect(200);
    assert!(page.text().contains("令和9年4月1日 開設予定"));
}

#[tokio::test]
async fn an_opening_is_not_put_off_over_a_merger_nor_over_an_alert_that_is_not_closed() {
    let app = TestApp::new().await;
    let (school, office) = (app.world.elementary.clone(), app.world.branch.clone());
    app.run("UPDATE watch.watches SET from_on = '2027-04-01', until_on = NULL").await;
    let merged = async |day: &str| {
        let (from, to) = (app.world.junior_high.id, school.id);
        app.run(&format!("UPDATE hub.organizations SET closed_on = '{day}', successor_id = '{to}' WHERE id = '{from}'")).await;
    };
    merged("2027-03-01").await;
    let refused = put_off(&app, &school, "elementary", "令和9年4月1日").await.expect(422);
    assert!(refused.all("x-error-focus").concat().contains("依頼か統合、または終わっていないアラート"));
    merged("2027-04-01").await;
    put_off(&app, &school, "elementary", "令和9年4月1日").await.expect(303);

    put_off(&app, &office, "child_family_centre", "令和9年4月1日").await.expect(422);
    app.run("UPDATE desk.alerts SET state = 'closed', closed_at = raised_at, outcome = 'handled'").await;
    put_off(&app, &office, "child_family_centre", "令和9年4月1日").await.expect(303);
}

#[tokio::test]
async fn nothing_is_merged_into_a_school_before_it_opens() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let (old, new) = (&app.world.elementary, &app.world.junior_high);
    opens(&app, new, "2027-04-01").await;
    let path = format!("/organizations/{}/merging", old.id);
    let successor = new.id.to_string();
    let merge = async |day: &str| {
        let fields = [("revision", "1"), ("successor", successor.as_str()), ("from_on", day), ("confirmed", "1")];
        app.admin().post(&path, &fields).await
    };
    let early = merge("令和9年3月31日").await.expect(422);
    assert!(
        early.all("x-error-focus").concat().contains("統合先は令和9年4月1日に開設予定です"),
        "{:?}",
        early.all("x-error-focus")
    );
    merge("令和9年4月1日").await.expect(303);
}
