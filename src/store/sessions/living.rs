//! Which of the sessions behind open streams still live.

use std::{collections::HashMap, net::IpAddr};

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
    let wards = seats.iter().map(|seat| seat.ward.uuid()).collect::<Vec<_>>();
    let sessions = seats.iter().map(|seat| seat.session.uuid()).collect::<Vec<_>>();
    let mut tx = db.all_wards().await?;
    let rows = sqlx::query!(
        r#"
        SELECT session_id AS "session!: Id<Session>", membership_id AS "membership!: Id<Membership>", role AS "role!"
             , opened_at AS "opened_at!", seen_at AS "seen_at!", networks AS "networks!: Vec<IpNet>"
             , lock_minutes, idle_minutes, whole_hours
        FROM hub.living_sessions($1, $2, $3)
        "#,
        &wards,
        &sessions,
        today.to_sqlx(),
    )
    .fetch_all(&mut *tx)
    .await?;
    let rows: HashMap<_, _> = rows.into_iter().map(|row| ((row.session, row.membership, row.role.clone()), row)).collect();
    // One session may listen from two addresses.
    let held =
        seats.iter().filter_map(|seat| Some((seat, rows.get(&(seat.session, seat.membership, seat.role.code().to_owned()))?)));
    Ok(held
        .map(|(seat, row)| Living {
            seat: *seat,
            opened_at: row.opened_at.to_jiff(),
            seen_at: row.seen_at.to_jiff(),
            networks: row.networks.clone(),
            shorter: Shorter { lock_minutes: row.lock_minutes, idle_minutes: row.idle_minutes, whole_hours: row.whole_hours },
        })
        .collect())
}
