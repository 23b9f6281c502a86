//! The one function by which a facility writes days keeps the fence itself: called here as a facility's transaction would call it.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tsunagi::{
    domain::ids::{self, Id},
    gate::Role,
};

use crate::support::{TestApp, World};

/// Where and as whom a transaction of the hub stands.
#[derive(Clone, Copy)]
struct Fence {
    ward: Id<ids::Ward>,
    facility: Id<ids::Organization>,
    person: Id<ids::Person>,
}

const TODAY: &str = "2026-11-20";
const BEFORE: &str = "2026-11-18";

impl Fence {
    async fn begin(self, app: &TestApp) -> PgConnection {
        let mut hub = PgConnection::connect_with(&app.scratch.app()).await.unwrap();
        let begin = format!(
            "BEGIN; SET LOCAL ROLE tsunagi_facility; SET LOCAL tsunagi.ward = '{}'; SET LOCAL tsunagi.organization = '{}';
             SET LOCAL tsunagi.person = '{}'; SET LOCAL tsunagi.today = '{TODAY}'",
            self.ward, self.facility, self.person
        );
        sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut hub).await.unwrap();
        hub
    }

    /// What one statement gives there; nothing of it stays.
    async fn try_out(self, app: &TestApp, statement: &str) -> Result<i64, sqlx::Error> {
        let mut hub = self.begin(app).await;
        sqlx::query_scalar(AssertSqlSafe(statement.to_owned())).fetch_one(&mut hub).await
    }

    async fn written(self, app: &TestApp, watch: Id<ids::Watch>, (day, version): (&str, i32)) -> i64 {
        self.try_out(app, &append(watch, day, version)).await.unwrap()
    }
}

fn append(watch: Id<ids::Watch>, day: &str, version: i32) -> String {
    format!(
        "SELECT written FROM hub.append_sheet(gen_random_uuid(), '{day}', gen_random_uuid(), '{TODAY}T00:30:00Z', false, ''
         , ARRAY['{watch}']::uuid[], ARRAY[{version}], ARRAY['P'], ARRAY[true], ARRAY[true], ARRAY['{{\"status\": \"P\"}}']::jsonb[])"
    )
}

#[tokio::test]
async fn a_sheet_is_appended_for_the_own_children_who_are_asked_about_and_nobody_else() {
    let app = TestApp::new().await;
    let [world, neighbour] = World::both();
    let person = world.nursery.staff(Role::Reporter).person;
    let here = Fence { ward: world.ward, facility: world.nursery.id, person };
    let own = world.watch(&world.centre, &world.nursery).id;
    let elsewhere = world.watch(&world.centre, &world.elementary).id;
    app.run(&format!("DELETE FROM watch.days WHERE watch_id IN ('{own}', '{elsewhere}') AND day = '{TODAY}'")).await;

    assert_eq!(here.written(&app, own, (TODAY, 1)).await, 1);
    assert_eq!(here.written(&app, elsewhere, (TODAY, 1)).await, 0, "a child of another facility");
    let ended = world.ended_watch();
    let there = Fence { facility: ended.facility, ..here };
    assert_eq!(there.written(&app, ended.id, (TODAY, 1)).await, 0, "nobody asks about the child any more");
    let stranger = neighbour.watch(&neighbour.centre, &neighbour.nursery).id;
    assert_eq!(here.written(&app, stranger, (TODAY, 1)).await, 0, "a child of another ward");
    let claimed = Fence { facility: neighbour.nursery.id, ..here };
    let refused = claimed.try_out(&app, &append(stranger, TODAY, 1)).await.unwrap_err().to_string();
    assert!(refused.contains("submissions_ward_id_facility_id_fkey"), "a facility of another ward: {refused}");

    // Days of which nothing is recorded yet.
    assert_eq!(here.written(&app, own, (BEFORE, 1)).await, 1);
    assert_eq!(here.written(&app, own, (BEFORE, 2)).await, 0, "nothing is there to correct");
    app.run(&format!("UPDATE watch.watches SET until_on = '{BEFORE}' WHERE id = '{own}'")).await;
    assert_eq!(here.written(&app, own, (BEFORE, 1)).await, 0, "of a day when somebody still asked, but today nobody does");
    app.run(&format!("UPDATE watch.watches SET until_on = NULL, from_on = '{TODAY}' WHERE id = '{own}'")).await;
    assert_eq!(here.written(&app, own, (BEFORE, 1)).await, 0, "of a day before anybody asked");
}

#[tokio::test]
async fn without_a_whole_fence_nothing_is_appended() {
    let app = TestApp::new().await;
    let own = app.world.watch(&app.world.centre, &app.world.nursery).id;
    app.run(&format!("DELETE FROM watch.days WHERE watch_id = '{own}' AND day = '{TODAY}'")).await;
    let here =
        Fence { ward: app.world.ward, facility: app.world.nursery.id, person: app.world.nursery.staff(Role::Reporter).person };
    for unset in ["ward", "organization", "person", "today"] {
        let mut hub = here.begin(&app).await;
        sqlx::raw_sql(AssertSqlSafe(format!("SET LOCAL tsunagi.{unset} = ''"))).execute(&mut hub).await.unwrap();
        let written: Result<i64, _> = sqlx::query_scalar(AssertSqlSafe(append(own, TODAY, 1))).fetch_one(&mut hub).await;
        assert!(!matches!(written, Ok(1..)), "{unset}: {written:?}");
    }
}

#[tokio::test]
async fn whether_somebody_asks_about_a_child_is_told_to_its_own_facility_alone() {
    let app = TestApp::new().await;
    let world = &app.world;
    let here = Fence { ward: world.ward, facility: world.nursery.id, person: world.nursery.staff(Role::Reporter).person };
    let own = world.watch(&world.centre, &world.nursery).id;
    let elsewhere = world.watch(&world.centre, &world.elementary).id;
    app.run(&format!("DELETE FROM watch.days WHERE watch_id = '{own}' AND day = '{TODAY}'; DELETE FROM watch.inquiries")).await;
    for watch in [own, elsewhere] {
        app.run(&format!(
            "INSERT INTO watch.inquiries (ward_id, watch_id, day, asked_at) VALUES ('{}', '{watch}', '{TODAY}', now())",
            world.ward
        ))
        .await;
    }
    let asked = async |watch| {
        let statement = append(watch, TODAY, 1).replace("SELECT written", "SELECT asked::integer::bigint");
        here.try_out(&app, &statement).await.unwrap()
    };
    assert_eq!((asked(own).await, asked(elsewhere).await), (1, 0));
}

#[tokio::test]
async fn a_facility_writes_days_in_no_other_way() {
    let app = TestApp::new().await;
    let world = &app.world;
    let here = Fence { ward: world.ward, facility: world.nursery.id, person: world.nursery.staff(Role::Reporter).person };
    for (table, change) in [("days", "attended = true"), ("reports", "correction_reason = 'x'"), ("submissions", "late = true")] {
        let read = format!("SELECT count(*) FROM watch.{table}");
        assert!(here.try_out(&app, &read).await.is_ok(), "{table}");
        for write in [
            format!("INSERT INTO watch.{table} (ward_id) VALUES ('{}') RETURNING 1::bigint", world.ward),
            format!("UPDATE watch.{table} SET {change} RETURNING 1::bigint"),
            format!("DELETE FROM watch.{table} RETURNING 1::bigint"),
        ] {
            let refused = here.try_out(&app, &write).await.unwrap_err();
            assert!(refused.to_string().contains("permission denied"), "{write}: {refused}");
        }
    }
}

#[tokio::test]
async fn a_duty_writes_days_and_reports_of_no_other_request_and_changes_none() {
    let app = TestApp::new().await;
    let [world, neighbour] = World::both();
    let own = world.watch(&world.centre, &world.nursery).id;
    let stranger = neighbour.watch(&neighbour.centre, &neighbour.nursery).id;
    let duty = async |statement: String| {
        let mut hub = PgConnection::connect_with(&app.scratch.app()).await.unwrap();
        let begin = format!(
            "BEGIN; SET LOCAL ROLE tsunagi_system; SET LOCAL tsunagi.ward = '{}'; SET LOCAL tsunagi.today = '{TODAY}'",
            world.ward
        );
        sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut hub).await.unwrap();
        sqlx::query(AssertSqlSafe(statement)).execute(&mut hub).await.map_err(|refused| refused.to_string())
    };
    let day = |watch: String| {
        format!(
            "INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
             SELECT ward_id, child_id, '{BEFORE}', {watch}, facility_id, 1, 'P', true, true, '{{\"status\": \"P\"}}'
             FROM watch.watches WHERE id = '{own}'"
        )
    };
    let report = |watch: String| {
        format!(
            "INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, reported_by, reported_at)
             SELECT ward_id, {watch}, '{BEFORE}', 77, submission_id, facility_id, child_id, mark, reported_by, reported_at
             FROM watch.reports WHERE watch_id = '{own}' AND reported_by IS NOT NULL LIMIT 1"
        )
    };
    app.run(&format!("DELETE FROM watch.days WHERE watch_id = '{own}' AND day = '{BEFORE}'")).await;
    for (name, insert) in [("days", &day as &dyn Fn(String) -> String), ("reports", &report as &dyn Fn(String) -> String)] {
        assert_eq!(duty(insert(format!("'{own}'::uuid"))).await.map(|done| done.rows_affected()), Ok(1), "{name}");
        for nobody in ["gen_random_uuid()".to_owned(), format!("'{stranger}'::uuid")] {
            let refused = duty(insert(nobody.clone())).await.unwrap_err();
            assert!(refused.contains("row-level security policy"), "{name} {nobody}: {refused}");
        }
    }
    let refused = duty("UPDATE watch.days SET attended = true".to_owned()).await.unwrap_err();
    assert!(refused.contains("permission denied"), "{refused}");
}

#[tokio::test]
async fn a_request_that_was_reported_on_is_removed_and_renamed_by_nobody() {
    let app = TestApp::new().await;
    let reported = app.world.watch(&app.world.centre, &app.world.nursery).id;
    let mut owner = PgConnection::connect_with(&app.scratch.owner()).await.unwrap();
    for change in ["DELETE FROM watch.watches", "UPDATE watch.watches SET id = gen_random_uuid()"] {
        let refused =
            sqlx::query(AssertSqlSafe(format!("{change} WHERE id = '{reported}'"))).execute(&mut owner).await.unwrap_err();
        assert!(refused.to_string().contains("was reported on"), "{change}: {refused}");
    }
}

/// A day before TODAY that the template's week has open, and one it has not.
const OPEN: &str = "2026-11-19";
const SATURDAY: &str = "2026-11-14";

#[tokio::test]
async fn a_day_of_which_anything_speaks_is_looked_at_closely() {
    let app = TestApp::new().await;
    let world = &app.world;
    let (ward, place) = (world.ward, world.nursery.id);
    let here = Fence { ward, facility: place, person: world.nursery.staff(Role::Reporter).person };
    let own = world.watch(&world.centre, &world.nursery).id;
    app.run(&format!(
        "DELETE FROM watch.reports WHERE watch_id = '{own}'; DELETE FROM watch.days WHERE watch_id = '{own}';
         UPDATE watch.watches SET own_weekdays = NULL WHERE id = '{own}';
         DELETE FROM watch.calendar_days; DELETE FROM watch.template_days; DELETE FROM watch.holidays;
         INSERT INTO watch.calendar_templates (ward_id, code, name, open_weekdays, open_on_holidays) VALUES ('{ward}', 'weekdays', '平日', '{{1,2,3,4,5}}', false);
         UPDATE hub.organizations SET calendar_template = 'weekdays' WHERE id = '{place}'"
    ))
    .await;
    let is_plain = async |day: &str| {
        let statement = append(own, day, 1).replace("SELECT written", "SELECT plainly_open::integer::bigint");
        here.try_out(&app, &statement).await.unwrap() == 1
    };
    assert!(is_plain(OPEN).await && !is_plain(SATURDAY).await);
    let own_day = |class: &str, open: bool| {
        format!(
            "INSERT INTO watch.calendar_days (ward_id, id, facility_id, class, from_on, until_on, is_open, label, entered_at)
             VALUES ('{ward}', gen_random_uuid(), '{place}', '{class}', '{OPEN}', '{OPEN}', {open}, '試験', now())"
        )
    };
    let period = |from: &str, until: &str, open: bool| {
        format!(
            "INSERT INTO watch.template_days (ward_id, template, from_on, until_on, is_open, label)
             VALUES ('{ward}', 'weekdays', '{from}', '{until}', {open}, '試験')"
        )
    };
    for speaks in [
        format!("INSERT INTO watch.holidays (ward_id, day, name) VALUES ('{ward}', '{OPEN}', '祝日')"),
        own_day("", false),
        own_day("", true),
        own_day("ほし", false),
        period("2026-11-01", OPEN, false),
        period(OPEN, "2026-12-01", true),
        format!("UPDATE watch.watches SET own_weekdays = '{{4}}' WHERE id = '{own}'"),
        "UPDATE watch.calendar_templates SET open_weekdays = '{1,2,3,5}'".to_owned(),
    ] {
        app.run(&speaks).await;
        assert!(!is_plain(OPEN).await, "{speaks}");
        app.run(&format!(
            "DELETE FROM watch.calendar_days; DELETE FROM watch.template_days; DELETE FROM watch.holidays;
             UPDATE watch.watches SET own_weekdays = NULL WHERE id = '{own}'; UPDATE watch.calendar_templates SET open_weekdays = '{{1,2,3,4,5}}'"
        ))
        .await;
        assert!(is_plain(OPEN).await, "after {speaks}");
    }
    // What speaks of other days alone does not count; where no template is set, every day is open.
    for elsewhere in [
        format!("INSERT INTO watch.holidays (ward_id, day, name) VALUES ('{ward}', '{SATURDAY}', '祝日')"),
        period("2026-11-01", "2026-11-18", false),
        period("2026-11-20", "2026-12-01", false),
        format!("UPDATE hub.organizations SET calendar_template = '' WHERE id = '{place}'"),
    ] {
        app.run(&elsewhere).await;
        assert!(is_plain(OPEN).await, "{elsewhere}");
    }
}
