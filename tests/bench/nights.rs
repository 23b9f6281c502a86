//! One night's sweep: every watch of a ward asked by every rule, for wards of growing size, on one process.

use std::time::Instant;

use anyhow::Context;
use sqlx::AssertSqlSafe;
use tsunagi::{
    domain::clock::{Clock, japan_instant},
    work,
};

use crate::{
    ground::{Ground, hub, id, of},
    say,
};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// Children of one facility.
const CLASS: usize = 30;

/// Prints for each size how long the night took, how many watches a second that is, and how it grew.
pub(crate) async fn run(ground: &Ground) -> anyhow::Result<()> {
    let clock = Clock::system();
    let evening = Clock::set_to(japan_instant(clock.today().at(18, 0, 0, 0)));
    let app = hub(ground.app.db.clone(), evening)?;
    // What the ward of the sheets still owes the day is not measured.
    work::clock::round(&app).await?;
    let mut before: Option<f64> = None;
    for (nth, watches) in SIZES.into_iter().enumerate() {
        let mut owner = ground.owner().await?;
        sqlx::raw_sql(AssertSqlSafe(ward(nth, watches, &clock.today().to_string()))).execute(&mut owner).await.context("a ward")?;
        ground.settle().await?;
        let begun = Instant::now();
        let facilities = work::clock::round(&app).await?;
        let lasted = begun.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a count of watches fits")]
        let rate = watches as f64 / lasted;
        let grown = before.replace(lasted).map(|before| format!("   {:.1} times the one before", lasted / before));
        let grown = grown.unwrap_or_default();
        say(&format!("  {watches:>7} watches, {facilities:>5} facilities: {lasted:>7.2} s   {rate:>7.0} watches/s{grown}"));
    }
    Ok(())
}

/// A ward whose children were reported each of the last ten days, one in twelve absent today, with what a year leaves behind:
/// eight absences and four times late each. Everybody has a caseworker; the day's other duties are done.
fn ward(nth: usize, watches: usize, today: &str) -> String {
    let facilities = watches.div_ceil(CLASS);
    let base = (nth + 1) * 1_000_000;
    let (ward, office, worker) = (id(0x21, base), id(0x22, base), id(0x24, base));
    let facility = of(0x23, &format!("{base} + n / {CLASS}"));
    let (watch, child) = (of(0x26, &format!("{base} + n")), of(0x27, &format!("{base} + n")));
    format!(
        "INSERT INTO hub.wards (id, code, name, created_at) VALUES ('{ward}', 'night{nth}', '計測区', now());
         INSERT INTO hub.organizations (ward_id, id, kind, name, opened_on) VALUES ('{ward}', '{office}', 'child_family_centre', '計測センター', '2020-04-01');
         INSERT INTO watch.calendar_templates (ward_id, code, name, open_weekdays, open_on_holidays) VALUES ('{ward}', 'every', '年中無休', '{{1,2,3,4,5,6,7}}', true);
         INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, enabled, from_at)
         SELECT '{ward}', code, version, threshold, threshold_strict, second, third, severity, enabled, from_at
         FROM desk.rules WHERE ward_id = '{bench}';
         INSERT INTO hub.organizations (ward_id, id, parent_id, kind, name, calendar_template, opened_on)
         SELECT '{ward}', {place}, '{office}', 'elementary_school', '計測校' || f, 'every', '2020-04-01' FROM generate_series(0, {facilities} - 1) f;
         INSERT INTO hub.people (ward_id, id, display_name, status, created_at) VALUES ('{ward}', '{worker}', '計測 担当', 'active', now());
         INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         VALUES ('{ward}', '{worker}', '{worker}', '{office}', 'caseworker', '2020-04-01');
         INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, name_key, grade, from_on)
         SELECT '{ward}', {watch}, {child}, {facility}, '計測 児童' || n, '計測児童' || n, 'e3', '{today}'::date - 300 FROM generate_series(0, {watches} - 1) n;
         INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, assigned_to, created_at)
         SELECT '{ward}', w.id, '{office}', 'guideline_registered', '{worker}', now() - interval '300 days' FROM watch.watches w WHERE w.ward_id = '{ward}';
         INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
         SELECT '{ward}', {child}, '{today}'::date - back, {watch}, {facility}, 1, s.status, s.status IN ('P', 'L'), s.status IN ('P', 'L')
              , jsonb_build_object('status', s.status, 'contact', CASE s.status WHEN 'A' THEN 'before' END, 'reason', CASE s.status WHEN 'A' THEN 'illness' END)
         FROM generate_series(0, {watches} - 1) n
         CROSS JOIN (SELECT generate_series(0, 9) AS back UNION ALL SELECT 20 + 15 * generate_series(0, 11)) b
         CROSS JOIN LATERAL (SELECT CASE WHEN back >= 20 AND back % 3 = 2 AND back % 2 = 0 THEN 'A'
                                         WHEN back >= 20 THEN 'L'
                                         WHEN back = 0 AND n % 12 = 0 THEN 'A' ELSE 'P' END AS status) s;
         INSERT INTO desk.sweeps (ward_id, facility_id, day, phase, done_at)
         SELECT o.ward_id, o.id, '{today}', p.phase, now() FROM hub.organizations o, (VALUES ('cutoff'), ('worker_notice')) p (phase)
         WHERE o.ward_id = '{ward}' AND o.parent_id IS NOT NULL;
         ANALYZE;",
        bench = crate::ground::WARD,
        place = of(0x23, &format!("{base} + f")),
    )
}
