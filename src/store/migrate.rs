//! Brings a database to the shape this program expects, as the owner of the tables; forward only.

use sqlx::{Connection, PgConnection, migrate::Migrator, postgres::PgConnectOptions};

use super::Error;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error(transparent)]
    Database(#[from] Error),
    #[error(transparent)]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// Runs what has not run yet and admits the runtime login to the hub's roles.
///
/// # Errors
/// When the owner cannot connect, or a migration fails; a failed migration leaves nothing behind.
pub async fn run(owner: &PgConnectOptions, runtime_login: &str) -> Result<(), MigrateError> {
    let mut conn = PgConnection::connect_with(owner).await?;
    MIGRATIONS.run(&mut conn).await?;
    sqlx::query!("SELECT hub.admit_runtime($1)", runtime_login).fetch_one(&mut conn).await?;
    conn.close().await?;
    Ok(())
}
