//! A rule tried over one year of the demo ward, on one process.

use std::time::Instant;

use anyhow::Context;
use sqlx::AssertSqlSafe;
use tsunagi::work::{self, demo};

use crate::{ground::Ground, say};

/// Prints how long it took, and how many watches were gone through a year of days twice.
pub(crate) async fn run(ground: &Ground) -> anyhow::Result<()> {
    let app = &ground.app;
    let ward = demo::load(&app.db, &app.gate, &app.clock, demo::DEFAULT_CODE).await?.ward;
    let yesterday = app.clock.today().yesterday()?;
    let ask = format!(
        "INSERT INTO desk.back_tests (ward_id, id, code, base, threshold, threshold_strict, second, third, severity, enabled, visit_breaks, why
             , from_on, until_on, state, asked_by, asked_at)
         SELECT '{ward}', gen_random_uuid(), 'A5', 1, 5, 5, 0, 0, 'urgent', true, false, '', '{yesterday}'::date - 365, '{yesterday}', 'waiting', p.id, now()
         FROM hub.people p WHERE p.ward_id = '{ward}' LIMIT 1"
    );
    let mut owner = ground.owner().await?;
    sqlx::raw_sql(AssertSqlSafe(ask)).execute(&mut owner).await.context("a back-test")?;
    ground.settle().await?;
    let begun = Instant::now();
    let batches = work::back_tests::round(app).await?;
    say(&format!("  400 watches, {batches} batches: {:.2} s", begun.elapsed().as_secs_f64()));
    Ok(())
}
