//! The pool, private to the store, and what must be true of the login before a hub may use it.

use std::time::Duration;

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};

use super::{Error, Result};

/// The hub's way to its database. Cloning shares the pool.
#[derive(Debug, Clone)]
pub struct Db {
    pub(super) pool: PgPool,
}

/// Why a hub does not start with this login.
#[derive(Debug, thiserror::Error)]
pub enum NotFit {
    #[error(
        "the runtime login '{0}' is a superuser or bypasses row-level security: give the hub a login of its own (see docs/manual/operator.md)"
    )]
    TooStrong(String),
    #[error("the runtime login '{0}' owns tables of the hub: migrations run as the owner, the hub as another login")]
    Owner(String),
    #[error("the database has not been prepared for this login: run `tsunagi migrate` as the owner first")]
    NotPrepared,
    #[error(transparent)]
    Database(#[from] Error),
}

/// How long a request waits for a connection before the page says that the database is away.
const PATIENCE: Duration = Duration::from_secs(3);

/// How many connections a hub keeps: four for each processor, and never fewer than eight. What is beyond that waits for a
/// processor all the same, and every server process more has caches of its own to keep warm (docs/performance.md).
pub fn connections() -> u32 {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u32::try_from(processors * 4).unwrap_or(32).clamp(8, 32)
}

impl Db {
    /// A pool of at most `connections`; connects when first used.
    pub fn open(options: PgConnectOptions, connections: u32) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            // A ping before every use costs a third of a small request; a broken connection shows itself soon enough.
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Self { pool }
    }

    /// Refuses logins for which the fence would be no fence.
    pub async fn check_fit(&self) -> Result<(), NotFit> {
        let login = sqlx::query!(
            r#"
            SELECT r.rolname::text AS "name!", (r.rolsuper OR r.rolbypassrls) AS "too_strong!"
                 , EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                           WHERE n.nspname IN ('hub', 'watch', 'desk') AND c.relowner = r.oid) AS "owner!"
                 , to_regrole('tsunagi_facility') IS NOT NULL
                   AND coalesce((SELECT pg_has_role(r.oid, f.oid, 'MEMBER') FROM pg_roles f WHERE f.rolname = 'tsunagi_facility'), false) AS "prepared!"
            FROM pg_roles r WHERE r.rolname = current_user
            "#
        )
        .fetch_one(&self.pool)
        .await?;
        if login.too_strong {
            return Err(NotFit::TooStrong(login.name));
        }
        if login.owner {
            return Err(NotFit::Owner(login.name));
        }
        if login.prepared { Ok(()) } else { Err(NotFit::NotPrepared) }
    }

    /// Whether the database answers, for the health page.
    pub async fn answers(&self) -> bool {
        sqlx::query_scalar!(r#"SELECT 1 AS "one!""#).fetch_one(&self.pool).await.is_ok()
    }

    /// A connection of its own that hears when another node has something new.
    pub async fn listener(&self) -> Result<PgListener> {
        PgListener::connect_with(&self.pool).await
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}
