//! One night's sweep: every watch of a ward asked by every rule, for wards of growing size, on one process.

use std::{fmt::Write, time::Instant};

use anyhow::Context;
use sqlx::AssertSqlSafe;
use tsunagi::{
    domain::clock::{Clock, japan_instant},
    work,
};

use crate::{
    ground::{Ground, hub},
    say,
    wards::Ward,
};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

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
    let night = Ward { base: (nth + 1) * 1_000_000, children: watches };
    let (ward, (watch, child, facility)) = (night.id(), night.of_child());
    let mut sql = night.script(&format!("night{nth}"), "計測区", today);
    let _ = write!(
        sql,
        "INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
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
         ANALYZE;"
    );
    sql
}
