//! The roles and the database a new cluster gets, made by statements that may be repeated.

use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection, PgConnection};

use super::access::Access;
use super::error::ClusterError;
use super::passwords::Passwords;

/// The superuser `initdb` makes.
pub(super) const ADMIN: &str = "postgres";
/// Owns the database; makes the schemas and the roles the hub works under.
pub(super) const OWNER: &str = "tsunagi_owner";
/// The login of the hub at work.
pub(super) const APP: &str = "tsunagi_app";
/// The one database.
pub(super) const DATABASE: &str = "tsunagi";

/// Make what is missing. A start that was cut off half-way is thereby completed by the next.
pub(super) async fn ensure(access: &Access, passwords: &Passwords) -> Result<(), ClusterError> {
    let doing = "a connection as its administrator";
    let mut db = PgConnection::connect_with(&access.admin()).await.map_err(ClusterError::database(doing))?;
    if !exists(&mut db, "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)", OWNER).await? {
        create_role(&mut db, CREATE_OWNER, &passwords.owner).await?;
    }
    if !exists(&mut db, "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)", APP).await? {
        create_role(&mut db, CREATE_APP, &passwords.app).await?;
    }
    if !exists(&mut db, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", DATABASE).await? {
        run(&mut db, "CREATE DATABASE tsunagi OWNER tsunagi_owner").await?;
    }
    for statement in FENCES {
        run(&mut db, statement).await?;
    }
    let _ = db.close().await;
    Ok(())
}

// A utility statement takes no bind parameters. The password goes through a session setting, so that it never stands
// in a statement text that an error would write to the server's log.
const CREATE_OWNER: &str = "DO $$ BEGIN EXECUTE format(
    'CREATE ROLE tsunagi_owner LOGIN CREATEROLE NOCREATEDB NOSUPERUSER NOBYPASSRLS NOREPLICATION PASSWORD %L',
    current_setting('tsunagi.password')); END $$";
const CREATE_APP: &str = "DO $$ BEGIN EXECUTE format(
    'CREATE ROLE tsunagi_app LOGIN NOINHERIT NOCREATEROLE NOCREATEDB NOSUPERUSER NOBYPASSRLS NOREPLICATION PASSWORD %L',
    current_setting('tsunagi.password')); END $$";

/// Only our roles connect, and only to our database.
const FENCES: [&str; 4] = [
    "REVOKE ALL ON DATABASE tsunagi FROM PUBLIC",
    "GRANT CONNECT ON DATABASE tsunagi TO tsunagi_app",
    "REVOKE ALL ON DATABASE postgres FROM PUBLIC",
    "REVOKE ALL ON DATABASE template1 FROM PUBLIC",
];

async fn exists(db: &mut PgConnection, question: &'static str, name: &str) -> Result<bool, ClusterError> {
    let doing = "the question which roles and databases exist";
    sqlx::query_scalar(question).bind(name).fetch_one(db).await.map_err(ClusterError::database(doing))
}

async fn create_role(db: &mut PgConnection, create: &'static str, password: &SecretString) -> Result<(), ClusterError> {
    sqlx::query("SELECT set_config('tsunagi.password', $1, false)")
        .bind(password.expose_secret())
        .execute(&mut *db)
        .await
        .map_err(ClusterError::database("a setting of the session"))?;
    run(&mut *db, create).await?;
    run(db, "RESET tsunagi.password").await
}

async fn run(db: &mut PgConnection, statement: &'static str) -> Result<(), ClusterError> {
    sqlx::query(statement).execute(db).await.map_err(ClusterError::database(statement)).map(|_| ())
}
