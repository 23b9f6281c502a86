//! The outbox of news for open inboxes: read without gaps, for all wards at once, opaque ids only.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, postgres::PgListener};

use super::{Db, Error, Result};
use crate::domain::ids::{Alert, Id, Organization, Ward};

/// The channel on which nodes wake each other. It carries the caller's name and nothing else.
const CHANNEL: &str = "tsunagi_news";

/// Above every transaction there can be: asks where the outbox stands without reading any of it.
const END: u64 = u64::MAX;

/// News of one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    pub ward: Id<Ward>,
    pub office: Id<Organization>,
    pub alert: Id<Alert>,
    /// "raised", "risen", "changed"; or "answered" by a facility that was asked, or "reported" by it instead
    pub kind: String,
    pub severity: String,
}

/// How far a node has read. Rows are ordered by the transaction that wrote them; whatever is older than the oldest one
/// still running is surely complete, the rest is read again and told once.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    since: u64,
    told: HashMap<u64, HashSet<(Id<Ward>, i64)>>,
}

/// How many alerts nobody has taken, by office.
#[derive(Debug, Clone, Default)]
pub struct OpenAlerts(HashMap<(Id<Ward>, Id<Organization>), i64>);

impl OpenAlerts {
    /// Of some offices together.
    pub fn of(&self, ward: Id<Ward>, offices: &[Id<Organization>]) -> i64 {
        offices.iter().filter_map(|office| self.0.get(&(ward, *office))).sum()
    }
}

/// What is new, and how many are open in the wards it is about, if somebody hears it.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub news: Vec<News>,
    pub open: Option<OpenAlerts>,
}

struct Row {
    /// None in a row that holds a count.
    xmin: Option<String>,
    xid: Option<String>,
    ward: Option<Id<Ward>>,
    id: Option<i64>,
    office: Option<Id<Organization>>,
    alert: Option<Id<Alert>>,
    kind: Option<String>,
    severity: Option<String>,
    open: Option<i64>,
}

/// Where the outbox stands now: a node that starts has nobody to tell of what was before.
pub async fn end(db: &Db) -> Result<Cursor> {
    let mut cursor = Cursor { since: END, ..Cursor::default() };
    read(db, &mut cursor, || false).await?;
    Ok(cursor)
}

/// Everything committed since the last call, and if somebody hears it, how many are open, counted by the same statement: who begins to
/// listen after it counts for themselves what these news tell.
pub async fn read(db: &Db, cursor: &mut Cursor, is_heard: impl Fn() -> bool) -> Result<Batch> {
    let mut tx = db.all_wards().await?;
    let mut counted = is_heard();
    loop {
        let rows = ask(&mut tx, cursor.since, counted).await?;
        let open = OpenAlerts(rows.iter().filter_map(|row| Some(((row.ward?, row.office?), row.open?))).collect());
        let mut further = cursor.clone();
        let news = further.advance(rows)?;
        // Somebody came to listen between the question and its answer.
        if !news.is_empty() && !counted && is_heard() {
            counted = true;
            continue;
        }
        *cursor = further;
        return Ok(Batch { open: (counted && !news.is_empty()).then_some(open), news });
    }
}

async fn ask(tx: &mut PgConnection, since: u64, counted: bool) -> Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        SELECT xmin::text, xid::text, ward_id AS "ward: Id<Ward>", id, office_id AS "office: Id<Organization>"
             , alert_id AS "alert: Id<Alert>", kind, severity, open
        FROM hub.news_since($1::text::xid8, $2)
        "#,
        since.to_string(),
        counted
    )
    .fetch_all(tx)
    .await
}

impl Cursor {
    /// What of the rows is new; moves on to the oldest transaction that may still add some.
    fn advance(&mut self, rows: Vec<Row>) -> Result<Vec<News>> {
        let mut news = Vec::new();
        for row in rows {
            let Some(xmin) = row.xmin else { continue };
            self.since = number(&xmin)?;
            let (Some(xid), Some(ward), Some(id)) = (row.xid, row.ward, row.id) else { continue };
            let (Some(office), Some(alert), Some(kind), Some(severity)) = (row.office, row.alert, row.kind, row.severity) else {
                continue;
            };
            if self.told.entry(number(&xid)?).or_default().insert((ward, id)) {
                news.push(News { ward, office, alert, kind, severity });
            }
        }
        let since = self.since;
        self.told.retain(|xid, _| *xid >= since);
        Ok(news)
    }
}

fn number(xid: &str) -> Result<u64> {
    xid.parse().map_err(|error: std::num::ParseIntError| Error::Decode(error.into()))
}

/// Hears other nodes. A connection of its own.
#[derive(Debug)]
pub struct Listener(PgListener);

impl Listener {
    pub async fn open(db: &Db) -> Result<Self> {
        let mut listener = db.listener().await?;
        listener.listen(CHANNEL).await?;
        Ok(Self(listener))
    }

    /// Returns when another node than `own` called, or the connection was lost and is there again: then calls may have been
    /// missed, and the table knows.
    pub async fn called(&mut self, own: &str) -> Result<()> {
        while let Some(call) = self.0.try_recv().await? {
            if call.payload() != own {
                break;
            }
        }
        Ok(())
    }
}

/// Wakes the other nodes. Never inside a transaction that does something else: it would serialize the commits of all.
pub async fn call(db: &Db, own: &str) -> Result<()> {
    sqlx::query!("SELECT pg_notify($1, $2)", CHANNEL, own).execute(&db.pool).await?;
    Ok(())
}

/// Forgets news from before `before`; nobody will ask for it again. How much it was.
pub async fn forget(db: &Db, before: Timestamp) -> Result<i64> {
    let mut tx = db.upkeep().await?;
    let forgotten = sqlx::query_scalar!(r#"SELECT hub.forget_events($1) AS "gone!""#, before.to_sqlx()).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(forgotten)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(xmin: u64, event: Option<(u64, i64)>) -> Row {
        Row {
            xmin: Some(xmin.to_string()),
            xid: event.map(|(xid, _)| xid.to_string()),
            ward: Some(Id::from(uuid::Uuid::nil())),
            id: event.map(|(_, id)| id),
            office: Some(Id::from(uuid::Uuid::nil())),
            alert: Some(Id::from(uuid::Uuid::nil())),
            kind: Some("raised".to_owned()),
            severity: Some("urgent".to_owned()),
            open: None,
        }
    }

    #[test]
    fn a_late_commit_is_told_and_nothing_twice() {
        let mut cursor = Cursor::default();
        // 10 still runs, 11 has committed.
        assert_eq!(cursor.advance(vec![row(10, Some((11, 1)))]).unwrap().len(), 1);
        assert_eq!(cursor.since, 10);
        // 10 commits afterwards with an older row; 11 is seen again.
        assert_eq!(cursor.advance(vec![row(12, Some((10, 2))), row(12, Some((11, 1)))]).unwrap().len(), 1);
        assert_eq!(cursor.since, 12);
        assert!(cursor.told.is_empty());
        assert!(cursor.advance(vec![row(12, None)]).unwrap().is_empty());
        // A row that holds a count is no news, and says nothing of transactions.
        assert!(cursor.advance(vec![Row { xmin: None, id: None, open: Some(3), ..row(99, None) }]).unwrap().is_empty());
        assert_eq!(cursor.since, 12);
    }
}
