//! Without a hub, prepared, by pgbench: the rows of a sheet, and the least a class can be.

use std::{fs, process::Command};

use anyhow::Context;

use crate::{
    CLIENTS,
    ground::{CHILDREN, FACILITIES, Ground, PASSWORD, WARD, of},
};

/// The rows one transaction writes: those of `hub.append_sheet` and the deed's (`store::tx::append`).
///
/// The ids are built in the statement, because pgbench has numbers only; no row-level security, no role, no session.
pub(crate) fn script() -> String {
    let watches =
        format!("ARRAY(SELECT {} FROM generate_series(0, {CHILDREN} - 1) c)", of(6, &format!(":facility * {CHILDREN} + c")));
    let children =
        format!("ARRAY(SELECT {} FROM generate_series(0, {CHILDREN} - 1) c)", of(7, &format!(":facility * {CHILDREN} + c")));
    let list = |value: &str| format!("array_fill({value}, ARRAY[{CHILDREN}])");
    format!(
        "\\set n :n + 1
\\set facility (:n * {CLIENTS} + :client_id) % {FACILITIES}
\\set back 1000 + :round * 1000 + (:n * {CLIENTS} + :client_id) / {FACILITIES}
BEGIN;
WITH entry AS
    ( SELECT * FROM UNNEST({watches}, {children}, {versions}, {statuses}, {yes}, {yes}, {marks})
        AS e (watch_id, child_id, version, status, attended, seen, mark) )
, sent AS
    ( INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, sent_by, sent_at, late, children)
      VALUES ('{WARD}', gen_random_uuid(), {facility}, current_date - :back::integer, gen_random_uuid(), {person}, now(), false, {CHILDREN}) RETURNING id )
, today AS
    ( INSERT INTO watch.days AS d (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
      SELECT '{WARD}', e.child_id, current_date - :back::integer, e.watch_id, {facility}, e.version, e.status, e.attended, e.seen, e.mark FROM entry e
      ON CONFLICT (ward_id, watch_id, day) DO UPDATE
      SET version = EXCLUDED.version, status = EXCLUDED.status, attended = EXCLUDED.attended, seen = EXCLUDED.seen, mark = EXCLUDED.mark
      WHERE d.version = EXCLUDED.version - 1
      RETURNING d.watch_id )
, report AS
    ( INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, correction_reason, reported_by, reported_at)
      SELECT '{WARD}', e.watch_id, current_date - :back::integer, e.version, (SELECT id FROM sent), {facility}, e.child_id, e.mark, '', {person}, now() FROM entry e JOIN today t ON t.watch_id = e.watch_id )
SELECT count(*) FROM today;
INSERT INTO hub.trail (ward_id, id, at, action, principal, person_id, organization_id, resource_kind, resource_id, detail)
VALUES ('{WARD}', gen_random_uuid(), now(), 'submitSheet', 'reporter', {person}, {facility}, 'Organization', {facility}, '{{\"children\": {CHILDREN}}}');
COMMIT;
",
        versions = list("1"),
        statuses = list("'P'::text"),
        yes = list("true"),
        marks = list("'{\"status\": \"P\"}'::jsonb"),
        facility = of(3, ":facility"),
        person = of(4, ":facility"),
    )
}

/// Transactions per second of the sheet's own rows.
pub(crate) fn run(ground: &Ground, round: usize) -> anyhow::Result<f64> {
    rate(ground, &script(), round)
}

/// The least a class can be: thirty rows in one statement and one line that tells of it, in tables with a key and nothing else.
const CLASS: &str = "BEGIN;
INSERT INTO probe.attendance (child_id, day, status, at)
SELECT e.child_id, current_date, e.status, now() FROM unnest(ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 30)), array_fill('P'::text, ARRAY[30])) AS e (child_id, status);
INSERT INTO probe.outbox (at) VALUES (now());
COMMIT;
";

/// Transactions per second of bare classes.
pub(crate) async fn classes(ground: &Ground) -> anyhow::Result<f64> {
    let tables = "CREATE SCHEMA probe;
        CREATE TABLE probe.attendance (child_id uuid, day date, status text, at timestamptz, PRIMARY KEY (child_id, day));
        CREATE TABLE probe.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz)";
    sqlx::raw_sql(tables).execute(&mut ground.owner().await?).await?;
    ground.settle().await?;
    rate(ground, CLASS, 0)
}

fn rate(ground: &Ground, script: &str, round: usize) -> anyhow::Result<f64> {
    let file = tempfile::NamedTempFile::new()?;
    fs::write(file.path(), script)?;
    let clients = CLIENTS.to_string();
    let output = Command::new(pgbench())
        .env("PGPASSWORD", PASSWORD)
        .args(["-n", "-M", "prepared", "-T", "4", "-c", &clients, "-j", "2"])
        .args(["-D", "n=0", "-D", &format!("round={round}"), "-U", "bench", "-h"])
        .arg(&ground.socket)
        .arg("-f")
        .arg(file.path())
        .arg("tsunagi")
        .output()
        .context("pgbench cannot be run; it comes with the PostgreSQL server packages")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.with_context(|| format!("pgbench said no rate: {said}{}", String::from_utf8_lossy(&output.stderr)))
}

/// On the path, or beside the newest server.
fn pgbench() -> std::path::PathBuf {
    let mut found: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin/pgbench"))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| "pgbench".into())
}
