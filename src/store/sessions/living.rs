//! Which of the sessions behind open streams still live.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::Shorter;
use crate::{
    domain::ids::{Id, Membership, Session, Ward},
    gate::Role,
    store::{Db, Result},
};

/// The membership a session acts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seat {
    pub ward: Id<Ward>,
    pub session: Id<Session>,
    pub membership: Id<Membership>,
    pub role: Role,
    /// Where the browser is.
    pub address: Option<IpAddr>,
}

/// A seat that is still somebody's, since when, and within which limits.
#[derive(Debug, Clone)]
pub struct Living {
    pub seat: Seat,
    pub opened_at: Timestamp,
    pub seen_at: Timestamp,
    pub networks: Vec<IpNet>,
    pub shorter: Shorter,
}

/// Which of the seats are still held as they were: the session not ended, the membership in force, chosen and of the same role.
pub async fn living(db: &Db, seats: &[Seat], today: Date) -> Result<Vec<Living>> {
    let mut tx = db.all_wards().await?;
    let rows = sqlx::query!(
        r#"
        SELECT seat AS "seat!", opened_at AS "opened_at!", seen_at AS "seen_at!", networks AS "networks!: Vec<IpNet>"
             , lock_minutes, idle_minutes, whole_hours
        FROM hub.living_seats($1, $2, $3, $4, $5)
        "#,
        &seats.iter().map(|seat| seat.ward.uuid()).collect::<Vec<_>>(),
        &seats.iter().map(|seat| seat.session.uuid()).collect::<Vec<_>>(),
        &seats.iter().map(|seat| seat.membership.uuid()).collect::<Vec<_>>(),
        &seats.iter().map(|seat| seat.role.code()).collect::<Vec<_>>() as &[&str],
        today.to_sqlx(),
    )
    .fetch_all(&mut *tx)
    .await?;
    // Numbered from 1.
    let seat_of = |number: i64| usize::try_from(number - 1).ok().and_then(|index| seats.get(index)).copied();
    let held = rows.into_iter().filter_map(|row| {
        Some(Living {
            seat: seat_of(row.seat)?,
            opened_at: row.opened_at.to_jiff(),
            seen_at: row.seen_at.to_jiff(),
            networks: row.networks,
            shorter: Shorter { lock_minutes: row.lock_minutes, idle_minutes: row.idle_minutes, whole_hours: row.whole_hours },
        })
    });
    Ok(held.collect())
}
