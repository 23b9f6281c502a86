//! The demo ward: loaded at once, entered by links that no other ward gives out.

use std::time::Instant;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tsunagi::work::{
    clock,
    demo::{self, DEFAULT_CODE, Refused, Whom},
    transfers,
    ward::{self, Wanted},
};

use crate::support::TestApp;

const WANTED: Wanted<'static> = Wanted {
    code: "131999",
    name: "見本市",
    help_phone: "00-0000-0001",
    help_hours: "平日 8:30〜17:15",
    admins: &["見本 一葉", "見本 二葉"],
};

async fn loaded(app: &TestApp) -> demo::Loaded {
    demo::load(&app.app.db, &app.app.gate, &app.app.clock, DEFAULT_CODE).await.unwrap()
}

async fn links(app: &TestApp, code: &str, whom: Whom) -> Result<Vec<demo::Link>, Refused> {
    demo::links(&app.app.db, &app.app.gate, &app.app.clock, code, whom).await
}

#[tokio::test]
async fn the_whole_demo_is_loaded_or_nothing_of_it() {
    let app = TestApp::new().await;
    let begun = Instant::now();
    let loaded = loaded(&app).await;
    eprintln!("the demo ward was loaded in {} ms", begun.elapsed().as_millis());
    assert_eq!((loaded.facilities, loaded.watches, loaded.people), (40, 400, 60));

    let ward = loaded.ward;
    let count = async |sql: &str| app.value::<i64>(&format!("SELECT count(*) FROM {sql} AND ward_id = '{ward}'")).await;
    let all = i64::try_from(loaded.reports).unwrap();
    assert_eq!(count("watch.reports WHERE version = 1").await, all);
    assert_eq!(count("watch.days WHERE version = 1").await, all);
    assert_eq!(count("hub.organizations WHERE true").await, 45);
    assert_eq!(count("desk.requests WHERE true").await, 400);
    assert_eq!(count("desk.alerts WHERE true").await, i64::try_from(loaded.alerts).unwrap());
    // Every report stands on a sheet that counts it, and every day repeats its report.
    let counted: i64 = app.value(&format!("SELECT sum(children) FROM watch.submissions WHERE ward_id = '{ward}'")).await;
    assert_eq!(counted, all);
    assert_eq!(count("watch.days d WHERE mark <> (SELECT r.mark FROM watch.reports r WHERE r.ward_id = d.ward_id AND r.watch_id = d.watch_id AND r.day = d.day)").await, 0);
    assert_eq!(count("desk.alerts a WHERE NOT EXISTS (SELECT FROM desk.evidence e WHERE e.ward_id = a.ward_id AND e.alert_id = a.id AND e.revision = 1)").await, 0);
    assert_eq!(count("desk.alerts a WHERE a.revision <> 1 + (SELECT count(*) FROM desk.alert_steps s WHERE s.ward_id = a.ward_id AND s.alert_id = a.id)").await, 0);
    assert!((9..=40).contains(&count("desk.alerts WHERE state <> 'closed'").await));
    let said = app.sql(&format!("SELECT action, detail ->> 'watches' AS watches FROM hub.trail WHERE ward_id = '{ward}'")).await;
    assert_eq!(said, [json!({ "action": "loadDemo", "watches": "400" })]);

    let again = demo::load(&app.app.db, &app.app.gate, &app.app.clock, DEFAULT_CODE).await;
    assert!(matches!(again, Err(Refused::Exists(_))));
    assert_eq!(count("hub.people WHERE true").await, 60);
}

#[tokio::test]
async fn the_first_night_of_the_demo_is_short_and_its_inbox_worth_looking_at() {
    let app = TestApp::new().await;
    let ward = loaded(&app).await.ward;
    let count = async |sql: &str| app.value::<i64>(&format!("SELECT count(*) FROM {sql} AND ward_id = '{ward}'")).await;
    for (table, least) in [("watch.days", 40_000), ("watch.watches", 400), ("hub.organizations", 45), ("desk.alerts", 200)] {
        let known = format!("SELECT reltuples >= {least} FROM pg_class WHERE oid = '{table}'::regclass");
        assert!(app.value::<bool>(&known).await, "the planner knows how full {table} is before the first question");
    }
    assert_eq!(count("desk.requests WHERE assigned_to IS NULL").await, 3);
    assert_eq!((count("desk.duty_rosters WHERE true").await, count("desk.duty_turns WHERE true").await), (2, 32));
    assert_eq!((count("desk.absences WHERE substitute_id IS NOT NULL").await, count("desk.transfers WHERE true").await), (1, 2));
    let goes_on = "desk.requests r WHERE continues IN (SELECT t.watch_id FROM desk.transfers t WHERE t.next = 'facility')";
    assert_eq!(count(goes_on).await, 1, "somebody is asked at the new facility");

    let begun = Instant::now();
    clock::round(&app.app).await.unwrap();
    transfers::round(&app.app).await.unwrap();
    eprintln!("the night the demo has not seen took {} ms", begun.elapsed().as_millis());
    let open = async |rule: &str| count(&format!("desk.alerts WHERE state <> 'closed' AND rule = '{rule}'")).await;
    assert_eq!((open("K8").await, open("T1").await), (3, 2), "few without a caseworker, and two who leave");

    // Only what comes all at once is analyzed on demand.
    let mut hub = PgConnection::connect_with(&app.scratch.app()).await.unwrap();
    let ask = format!("SET ROLE tsunagi_system; SET tsunagi.ward = '{}'; SELECT hub.analyze_demo()", app.world.ward);
    let refused = sqlx::raw_sql(AssertSqlSafe(ask)).execute(&mut hub).await.unwrap_err();
    assert!(refused.to_string().contains("only a demo ward"), "{refused}");
}

#[tokio::test]
async fn links_let_one_person_of_each_role_in_and_leave_a_deed() {
    let app = TestApp::new().await;
    let ward = loaded(&app).await.ward;
    let first = links(&app, DEFAULT_CODE, Whom::Tour).await.unwrap();
    let roles: Vec<_> = first.iter().map(|link| link.role).collect();
    assert_eq!(roles, ["reporter", "caseworker", "supervisor", "ward_admin", "facility_head", "auditor", "caseworker"]);
    let at: Vec<_> = first.iter().map(|link| link.organization.as_str()).collect();
    assert_eq!(at[0], "３６５日保育 あけぼのの家");
    assert_eq!((at[1], at[2], at[4]), ("架空区子ども家庭支援センター", "架空区子ども家庭支援センター", at[0]));

    for link in first.iter().chain(&links(&app, DEFAULT_CODE, Whom::Tour).await.unwrap()) {
        let code = link.path.strip_prefix("/enrol#").unwrap();
        let page = app.stranger().post("/enrol", &[("code", code)]).await.expect(200);
        assert!(page.text().contains(&link.name) && page.text().contains(&link.organization), "{}", link.role);
    }
    let deeds: i64 =
        app.value(&format!("SELECT count(*) FROM hub.trail WHERE ward_id = '{ward}' AND action = 'issueDemoLinks'")).await;
    assert_eq!(deeds, 2);
    let kept: i64 = app.value(&format!("SELECT count(*) FROM hub.invitations WHERE ward_id = '{ward}' AND spent_at IS NULL")).await;
    assert_eq!(kept, 14);
}

#[tokio::test]
async fn everybody_of_the_demo_can_have_a_link_those_of_the_tour_first() {
    let app = TestApp::new().await;
    loaded(&app).await;
    let people = |links: &[demo::Link]| links.iter().map(|link| (link.name.clone(), link.organization.clone())).collect::<Vec<_>>();
    let tour = people(&links(&app, DEFAULT_CODE, Whom::Tour).await.unwrap());
    let all = links(&app, DEFAULT_CODE, Whom::Everybody).await.unwrap();
    assert_eq!(all.len(), 60);
    assert_eq!(people(&all)[..tour.len()], tour);
    let last = all.last().unwrap();
    let page = app.stranger().post("/enrol", &[("code", last.path.strip_prefix("/enrol#").unwrap())]).await.expect(200);
    assert!(page.text().contains(&last.name));
}

#[tokio::test]
async fn a_ward_that_was_not_made_as_a_demo_gives_out_no_links_and_never_will() {
    let app = TestApp::new().await;
    let made = ward::create(&app.app.db, &app.app.gate, &app.app.clock, &WANTED).await.unwrap();
    for code in [WANTED.code, "99001"] {
        assert!(matches!(links(&app, code, Whom::Tour).await, Err(Refused::NotADemo(_))), "{code}");
    }
    assert!(matches!(links(&app, "no-such", Whom::Tour).await, Err(Refused::Unknown(_))));
    let said: i64 = app.value("SELECT count(*) FROM hub.trail WHERE action = 'issueDemoLinks'").await;
    assert_eq!(said, 0);

    // The owner of the table is stopped by its trigger, the hub's own roles have no right to begin with.
    let mut owner = PgConnection::connect_with(&app.scratch.owner()).await.unwrap();
    let change = format!("UPDATE hub.wards SET is_demo = true WHERE id = '{}'", made.ward);
    let refused = sqlx::raw_sql(AssertSqlSafe(change.clone())).execute(&mut owner).await.unwrap_err();
    assert!(refused.to_string().contains("can never be changed"), "{refused}");
    for role in ["tsunagi_system", "tsunagi_admin", "tsunagi_office", "tsunagi_facility", "tsunagi_entry"] {
        let mut hub = PgConnection::connect_with(&app.scratch.app()).await.unwrap();
        let change = format!("SET ROLE {role}; SET tsunagi.ward = '{}'; {change}", made.ward);
        let refused = sqlx::raw_sql(AssertSqlSafe(change)).execute(&mut hub).await.unwrap_err();
        assert!(refused.to_string().contains("permission denied"), "{role}: {refused}");
    }
}

#[tokio::test]
async fn a_new_ward_has_its_rules_calendars_office_and_a_way_in() {
    let app = TestApp::empty().await;
    let made = ward::create(&app.app.db, &app.app.gate, &app.app.clock, &WANTED).await.unwrap();
    let ward = made.ward;
    let count = async |sql: &str| app.value::<i64>(&format!("SELECT count(*) FROM {sql} WHERE ward_id = '{ward}'")).await;
    assert_eq!((count("desk.rules").await, count("watch.calendar_templates").await), (31, 5));
    assert!(count("watch.holidays").await >= 36 && count("watch.template_days").await > 20);
    let office = app.sql(&format!("SELECT kind, name FROM hub.organizations WHERE ward_id = '{ward}'")).await;
    assert_eq!(office, [json!({ "kind": "ward_office", "name": "見本市役所" })]);
    // Each has a way in of their own, and with two of them there is somebody to decide.
    assert_eq!(made.links.len(), 2);
    for (link, name) in made.links.iter().zip(WANTED.admins) {
        let code = link.path.strip_prefix("/enrol#").unwrap();
        let page = app.stranger().post("/enrol", &[("code", code)]).await.expect(200);
        assert!(link.name == *name && page.text().contains(name) && page.text().contains("見本市役所"));
    }
    assert_eq!(count("hub.memberships").await, 2);

    for (wanted, field) in [
        (Wanted { code: "見本", ..WANTED }, "--code"),
        (Wanted { code: "12345678901234567", ..WANTED }, "--code"),
        (WANTED, "--code"),
        (Wanted { code: "2", name: " ", ..WANTED }, "--name"),
        (Wanted { code: "2", admins: &["見本 一葉", "\u{fffd}"], ..WANTED }, "--admin"),
        (Wanted { code: "2", admins: &["見本 一葉"], ..WANTED }, "--admin"),
        (Wanted { code: "2", admins: &["見本 一葉", "見本　一葉"], ..WANTED }, "--admin"),
    ] {
        let refused = ward::create(&app.app.db, &app.app.gate, &app.app.clock, &wanted).await.unwrap_err();
        assert!(refused.to_string().starts_with(field), "{refused}");
    }
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.wards").await, 1);
}
