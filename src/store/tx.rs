//! A transaction inside the fence: it commits with a deed or it vanishes.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Postgres, Transaction};

use super::{Db, Result, fence};
use crate::{
    domain::{
        clock,
        ids::{Id, TrailEntry},
    },
    gate::{Actor, Deed, Entry, actions::Action},
};

/// A transaction that may write. Dropped without [`Tx::commit`], nothing of it stays.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    now: Timestamp,
}

/// A transaction that cannot write, for what holds no personal data: no deed.
#[derive(Debug)]
pub struct Read {
    inner: Transaction<'static, Postgres>,
}

impl Db {
    /// Begins inside the actor's fence. Call it after the form has been read: a slow body must not hold a connection.
    pub async fn tx(&self, actor: &Actor, now: Timestamp) -> Result<Tx> {
        let today = clock::in_japan(now).date();
        let inner = self.pool.begin_with(fence::begin(actor, today, "")).await?;
        Ok(Tx { inner, now })
    }

    pub async fn read(&self, actor: &Actor, now: Timestamp) -> Result<Read> {
        let today = clock::in_japan(now).date();
        let inner = self.pool.begin_with(fence::begin(actor, today, " READ ONLY")).await?;
        Ok(Read { inner })
    }

    /// Begins where nobody is known yet; reaches sign-in ceremonies and the sign-in log only.
    pub(super) async fn nobody(&self) -> Result<Transaction<'static, Postgres>> {
        self.pool.begin_with(fence::NOBODY).await
    }

    /// The same for counting attempts; the commit does not wait for the disk, since half a second of counting may be lost.
    pub(super) async fn counting(&self) -> Result<Transaction<'static, Postgres>> {
        self.pool.begin_with(fence::COUNTING).await
    }

    /// Begins where all wards are walked through; reaches the duty functions only.
    pub(super) async fn all_wards(&self) -> Result<Transaction<'static, Postgres>> {
        self.pool.begin_with(fence::ALL_WARDS).await
    }

    /// The same, able to call duty functions that write.
    pub(super) async fn upkeep(&self) -> Result<Transaction<'static, Postgres>> {
        self.pool.begin_with(fence::UPKEEP).await
    }
}

impl Tx {
    pub(super) fn conn(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// When this transaction happens, by the hub's clock.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    pub fn today(&self) -> Date {
        clock::in_japan(self.now).date()
    }

    /// Writes the deed into the trail and commits both.
    pub async fn commit<A: Action>(mut self, deed: Deed<A>) -> Result<()> {
        append(&mut self.inner, deed.entry(), self.now).await?;
        self.inner.commit().await
    }

    pub(super) fn into_inner(self) -> Transaction<'static, Postgres> {
        self.inner
    }

    /// Commits what is nobody's deed: a session's last use. The callers are listed in tests/it/layers.rs.
    pub(super) async fn commit_unsaid(self) -> Result<()> {
        self.inner.commit().await
    }
}

impl Read {
    pub(super) fn conn(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

async fn append(conn: &mut PgConnection, entry: &Entry, now: Timestamp) -> Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO hub.trail (ward_id, id, at, action, principal, person_id, organization_id, resource_kind, resource_id, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        "#,
        entry.ward.uuid(),
        Id::<TrailEntry>::ordered(now).uuid(),
        now.to_sqlx(),
        entry.action,
        entry.principal,
        entry.person.map(Id::uuid),
        entry.organization.map(Id::uuid),
        entry.resource_kind,
        entry.resource,
        entry.detail,
    )
    .execute(conn)
    .await?;
    Ok(())
}
