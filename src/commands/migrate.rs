//! `tsunagi migrate`: brings a database of your own up to date, as its owner.

use anyhow::Context;
use tsunagi::{
    config::{Config, Database},
    store::migrate,
};

use super::hub::own;

pub(crate) async fn run(config: &Config) -> anyhow::Result<()> {
    let Database::Own { runtime, migrate } = &config.database else {
        anyhow::bail!("without DATABASE_URL the embedded database is brought up to date by `tsunagi serve` itself");
    };
    let owner = migrate.as_ref().context("set TSUNAGI_MIGRATE_URL to the address of the database as its owner")?;
    migrate::run(&own(owner)?, own(runtime)?.get_username()).await?;
    Ok(())
}
