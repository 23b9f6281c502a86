//! The second lock, read out of the catalogue and tried: row-level security everywhere, runtime roles that own nothing,
//! few and named ways across, a trail nobody can change.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it where it happened")]

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tsunagi::store::{Db, NotFit};

use crate::support::{Scratch, TestApp, World};

/// The roles a transaction can stand in.
const ROLES: [&str; 6] =
    ["tsunagi_entry", "tsunagi_facility", "tsunagi_office", "tsunagi_admin", "tsunagi_system", "tsunagi_client"];

/// Tables whose key does not begin with the ward, and why.
const NO_WARD_IN_KEY: [(&str, &str); 7] = [
    ("hub.ceremonies", "nobody is known yet"),
    ("hub.limits", "an attempt is counted before anybody is known"),
    ("hub.pulses", "a node does its duties for all wards"),
    ("hub.push_keys", "one key signs the pushes of all wards"),
    ("hub.sign_ins", "an attempt may belong to no ward we know"),
    ("hub.troubles", "what is not well is not well for all wards"),
    ("hub.wards", "it is the ward"),
];

/// Policies that do not ask for the ward, and why.
const NO_WARD_IN_POLICY: [(&str, &str); 10] = [
    ("hub.ceremonies nobody_known_yet", "nobody is known yet"),
    ("hub.directory_imports outlived", "files of all wards are swept together"),
    ("hub.intakes outlived", "answers of all wards are swept together"),
    ("hub.kept_forms outlived", "forms of all wards are swept together"),
    ("hub.limits nobody_known_yet", "an attempt is counted before anybody is known"),
    ("hub.limits paid_off", "counts of all wards are swept together"),
    ("hub.providers at_the_door", "nobody is known yet where the buttons are"),
    ("hub.pulses all_nodes", "a node does its duties for all wards"),
    ("hub.push_keys one_key_for_all", "one key signs the pushes of all wards"),
    ("watch.attendance_imports outlived", "registers of all wards are swept together"),
];

/// The ways across the fence. A new one needs a reason in writing; four came with the ward's own desk, which may see no request, report or
/// alert and yet must not close, merge or change what they hang on: `still_open` tells it numbers, `requests_begun` and
/// `has_reports` yes or no, `carry_requests_over` moves requests along with a merger it has written down and `bring_requests_back` undoes
/// that before its day. `suspicions` reads the log of sign-ins for the clock, which tells the people themselves. `find_token` is a new way in, and
/// `only_ward` says whether the asking ward is the only one, so that attempts of nobody known have somebody who reads them.
/// `next_push` and `settle_push` empty a queue as those for mails do; `troubles_at` and `note_troubles` count what waits in all
/// wards and say so to those who can mend it. `find_staff` tells the door whose a verified staff code is, where a ward binds accounts of its
/// sign-in service by it. `analyze_demo` has the tables of a demo ward analyzed, which only their owner may. `announce_answer` tells the office that a
/// facility has answered its question, or reported on the child, in a table no facility may write. `append_sheet` took the place of the
/// rights to write days, reports and submissions (decision 32). `office_to_ring` tells a facility the name and telephone of one office,
/// where the ward has not said whom to ring in an emergency. `asked_before` tells the desk yes or no before an opening is put off, as
/// `still_open` tells it numbers before a closing. `open_emergency` and
/// `seen_in_emergency` let an office look for an hour at one child of another one, in whose name it is written down (decision 33).
const ACROSS: [&str; 33] = [
    "hub.analyze_demo",
    "hub.announce_answer",
    "hub.append_sheet",
    "hub.asked_before",
    "hub.bring_requests_back",
    "hub.carry_requests_over",
    "hub.common_help",
    "hub.find_invitation",
    "hub.find_passkey",
    "hub.find_recovery",
    "hub.find_session",
    "hub.find_staff",
    "hub.find_token",
    "hub.forget_events",
    "hub.has_reports",
    "hub.living_seats",
    "hub.news_since",
    "hub.next_mail",
    "hub.next_push",
    "hub.note_troubles",
    "hub.office_to_ring",
    "hub.only_ward",
    "hub.open_emergency",
    "hub.record_verdicts",
    "hub.requests_begun",
    "hub.rule_inputs",
    "hub.seen_in_emergency",
    "hub.settle_mail",
    "hub.settle_push",
    "hub.still_open",
    "hub.suspicions",
    "hub.troubles_at",
    "hub.wards_on_duty",
];

/// What is only ever added to.
const APPEND_ONLY: [&str; 6] =
    ["hub.trail", "watch.reports", "watch.urgent_reports", "desk.evidence", "desk.alert_steps", "desk.hops"];

/// The first column of each row of a query, as text.
async fn list(app: &TestApp, query: &str) -> Vec<String> {
    let rows = app.sql(&format!("SELECT x::text AS x FROM ({query}) AS q (x) ORDER BY 1")).await;
    rows.iter().map(|row| row["x"].as_str().unwrap().to_owned()).collect()
}

const TABLES: &str = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('hub', 'watch', 'desk')";

async fn unprotected(app: &TestApp) -> Vec<String> {
    list(app, &format!("SELECT n.nspname || '.' || c.relname FROM {TABLES} WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity"))
        .await
}

async fn not_led_by_the_ward(app: &TestApp) -> Vec<String> {
    let leads = "EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'ward_id')";
    list(app, &format!("SELECT n.nspname || '.' || c.relname FROM {TABLES} WHERE c.relkind IN ('r', 'p') AND NOT {leads}")).await
}

async fn policies_without_a_ward(app: &TestApp) -> Vec<String> {
    let policies = "SELECT schemaname || '.' || tablename || ' ' || policyname FROM pg_policies
        WHERE coalesce(qual, with_check) NOT LIKE '%hub.ward()%' OR coalesce(with_check, qual) NOT LIKE '%hub.ward()%'";
    list(app, policies).await
}

#[tokio::test]
async fn every_table_has_row_level_security_and_the_ward_leads_its_key() {
    let app = TestApp::empty().await;
    assert_eq!(unprotected(&app).await, [""; 0]);
    assert_eq!(not_led_by_the_ward(&app).await, NO_WARD_IN_KEY.map(|(table, _)| table));
    assert_eq!(policies_without_a_ward(&app).await, NO_WARD_IN_POLICY.map(|(policy, _)| policy));
    app.run("CREATE TABLE desk.notes (id uuid PRIMARY KEY, ward_id uuid)").await;
    app.run("CREATE POLICY all_of_it ON desk.notes TO tsunagi_office USING (true)").await;
    assert_eq!(unprotected(&app).await, ["desk.notes"]);
    assert_eq!(not_led_by_the_ward(&app).await.len(), NO_WARD_IN_KEY.len() + 1);
    assert_eq!(policies_without_a_ward(&app).await.len(), NO_WARD_IN_POLICY.len() + 1);
}

#[tokio::test]
async fn the_runtime_roles_own_nothing_and_are_nobody_special() {
    let app = TestApp::empty().await;
    let ours = "rolname = 'tsunagi_app' OR rolname IN (SELECT unnest(ARRAY['tsunagi_entry', 'tsunagi_facility', 'tsunagi_office', 'tsunagi_admin', 'tsunagi_system', 'tsunagi_client']))";
    let special = format!(
        "SELECT rolname FROM pg_roles WHERE ({ours})
         AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR (rolname = 'tsunagi_app' AND rolinherit))"
    );
    assert_eq!(list(&app, &special).await, [""; 0]);
    let owned = format!(
        "SELECT d.classid::regclass || ' ' || d.objid FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid WHERE d.deptype = 'o' AND ({ours})"
    );
    assert_eq!(list(&app, &owned).await, [""; 0]);
    let above = "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = 'tsunagi_app'";
    assert_eq!(
        list(&app, above).await,
        ["tsunagi_admin", "tsunagi_client", "tsunagi_entry", "tsunagi_facility", "tsunagi_office", "tsunagi_system"]
    );
}

#[tokio::test]
async fn the_ways_across_the_fence_are_few_and_pinned() {
    let app = TestApp::empty().await;
    let definers = "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')";
    assert_eq!(list(&app, &format!("SELECT n.nspname || '.' || p.proname {definers}")).await, ACROSS);
    let loose = format!(
        "SELECT p.proname {definers} AND (p.proconfig IS NULL OR NOT 'search_path=pg_catalog, pg_temp' = ANY (p.proconfig)
         OR p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))"
    );
    assert_eq!(list(&app, &loose).await, [""; 0], "the search path is pinned, and not everybody may call");
}

#[tokio::test]
async fn a_facility_has_no_right_on_anything_the_office_adds() {
    let app = TestApp::empty().await;
    let rights = format!(
        "SELECT n.nspname || '.' || c.relname FROM {TABLES} WHERE n.nspname = 'desk' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
         AND (CASE WHEN c.relkind = 'S' THEN has_sequence_privilege('tsunagi_facility', c.oid, 'USAGE, SELECT, UPDATE')
              ELSE has_table_privilege('tsunagi_facility', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                OR has_any_column_privilege('tsunagi_facility', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') END)"
    );
    assert_eq!(list(&app, &rights).await, [""; 0]);
    assert!(!app.value::<bool>("SELECT has_schema_privilege('tsunagi_facility', 'desk', 'USAGE, CREATE')").await);
    app.run("GRANT SELECT (ground) ON desk.requests TO tsunagi_facility").await;
    assert_eq!(list(&app, &rights).await, ["desk.requests"]);
}

/// A connection of the hub's login, standing in a role with nothing set.
async fn standing_in(scratch: &Scratch, role: &str) -> PgConnection {
    let mut conn = PgConnection::connect_with(&scratch.app()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("SET ROLE {role}"))).execute(&mut conn).await.unwrap();
    conn
}

async fn readable(app: &TestApp, role: &str) -> Vec<String> {
    let may = format!("has_schema_privilege('{role}', n.oid, 'USAGE') AND has_table_privilege('{role}', c.oid, 'SELECT')");
    list(app, &format!("SELECT n.nspname || '.' || c.relname FROM {TABLES} WHERE c.relkind IN ('r', 'p', 'v', 'm') AND {may}"))
        .await
}

async fn count(conn: &mut PgConnection, table: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table}"))).fetch_one(conn).await.unwrap()
}

#[tokio::test]
async fn without_a_fence_there_are_no_rows() {
    let app = TestApp::new().await;
    for role in ROLES {
        let tables = readable(&app, role).await;
        assert!(tables.len() > 3, "{role} reads something");
        let mut conn = standing_in(&app.scratch, role).await;
        for table in tables {
            assert_eq!(count(&mut conn, &table).await, 0, "{role} sees rows of {table}");
        }
    }
}

#[tokio::test]
async fn inside_one_ward_there_are_no_rows_of_another() {
    let app = TestApp::new().await;
    let World { ward, .. } = app.world;
    for role in ROLES {
        let mut conn = standing_in(&app.scratch, role).await;
        let everything: Vec<String> =
            [&app.world, &app.other].iter().flat_map(|world| world.places()).map(|place| place.id.to_string()).collect();
        let fence = format!(
            "SET tsunagi.ward = '{ward}'; SET tsunagi.today = '2026-11-20'; SET tsunagi.organizations = '{{{}}}'",
            everything.join(",")
        );
        sqlx::raw_sql(AssertSqlSafe(fence)).execute(&mut conn).await.unwrap();
        for organization in everything {
            sqlx::raw_sql(AssertSqlSafe(format!("SET tsunagi.organization = '{organization}'"))).execute(&mut conn).await.unwrap();
            for table in
                readable(&app, role).await.into_iter().filter(|table| !NO_WARD_IN_KEY.iter().any(|(other, _)| table == other))
            {
                assert_eq!(
                    count(&mut conn, &format!("{table} WHERE ward_id <> '{ward}'")).await,
                    0,
                    "{role} sees the ward next door in {table}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_login_itself_reads_nothing_without_a_role() {
    let app = TestApp::new().await;
    let mut conn = PgConnection::connect_with(&app.scratch.app()).await.unwrap();
    for table in
        list(&app, &format!("SELECT n.nspname || '.' || c.relname FROM {TABLES} WHERE c.relkind IN ('r', 'p', 'v', 'm')")).await
    {
        let refused = sqlx::query(AssertSqlSafe(format!("SELECT FROM {table}"))).execute(&mut conn).await.unwrap_err();
        assert!(refused.to_string().contains("permission denied"), "{table}: {refused}");
    }
}

#[tokio::test]
async fn nobody_changes_what_is_only_ever_added_to() {
    let app = TestApp::new().await;
    for role in ROLES {
        let mut conn = standing_in(&app.scratch, role).await;
        for table in APPEND_ONLY {
            for change in ["UPDATE {} SET ward_id = ward_id", "DELETE FROM {}", "TRUNCATE {}"] {
                let change = change.replace("{}", table);
                let refused = sqlx::query(AssertSqlSafe(change.clone())).execute(&mut conn).await.unwrap_err();
                assert!(refused.to_string().contains("permission denied"), "{role}: {change}: {refused}");
            }
        }
    }
}

#[tokio::test]
async fn the_hub_refuses_logins_for_which_the_fence_is_none() {
    let scratch = Scratch::empty().await;
    assert!(Db::open(scratch.app(), 1).check_fit().await.is_ok());
    assert!(matches!(Db::open(scratch.owner(), 1).check_fit().await, Err(NotFit::Owner(_))));
    assert!(matches!(Db::open(scratch.admin(), 1).check_fit().await, Err(NotFit::TooStrong(_))));
    let mut admin = PgConnection::connect_with(&scratch.admin()).await.unwrap();
    let make =
        "DO $$ BEGIN CREATE ROLE it_unprepared LOGIN PASSWORD 'unprepared'; EXCEPTION WHEN duplicate_object THEN NULL; END $$";
    sqlx::raw_sql(make).execute(&mut admin).await.unwrap();
    let unprepared = scratch.app().username("it_unprepared").password("unprepared");
    assert!(matches!(Db::open(unprepared, 1).check_fit().await, Err(NotFit::NotPrepared)));
}
