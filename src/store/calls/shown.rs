//! Every hop of an alert as its page shows it, and what became of the notices.

use jiff::Timestamp;

use crate::{
    domain::calling::{Cause, Reason, Station},
    gate::{Permit, actions},
    store::{Result, Tx, sql::unknown_code},
};

/// What became of the mail and the pushes of a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// In the open page only, by choice.
    Page,
    Waiting,
    Sent,
    Failed,
}

/// A hop as the page of the alert shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub at: Timestamp,
    pub cause: Cause,
    pub station: Station,
    pub reason: Reason,
    pub name: Option<String>,
    /// `None`: passed over.
    pub delivery: Option<Delivery>,
}

/// Every hop of the alert, oldest first.
pub async fn hops(tx: &mut Tx, permit: &Permit<actions::ReadAlert>) -> Result<Vec<Shown>> {
    let rows = sqlx::query!(
        r#"
        SELECT h.at, h.cause, h.station, h.reason, h.told, p.display_name AS "name?"
             , m.state AS "mail?", ARRAY(SELECT u.state FROM hub.pushes u WHERE u.ward_id = h.ward_id AND u.id = ANY (h.pushes)) AS "pushes!: Vec<String>"
        FROM desk.hops h
        LEFT JOIN hub.people p ON p.ward_id = h.ward_id AND p.id = h.person_id
        LEFT JOIN hub.mails m ON m.ward_id = h.ward_id AND m.id = h.mail_id
        WHERE h.ward_id = $1 AND h.alert_id = $2 ORDER BY h.number
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let states: Vec<&str> = row.mail.iter().chain(&row.pushes).map(String::as_str).collect();
            Ok(Shown {
                at: row.at.to_jiff(),
                cause: Cause::from_code(&row.cause).ok_or_else(|| unknown_code("cause", &row.cause))?,
                station: Station::from_code(&row.station).ok_or_else(|| unknown_code("station", &row.station))?,
                reason: Reason::from_code(&row.reason).ok_or_else(|| unknown_code("reason", &row.reason))?,
                name: row.name,
                delivery: row.told.then(|| delivery(&states)),
            })
        })
        .collect()
}

/// One way that worked is enough; all that failed is a failure.
fn delivery(states: &[&str]) -> Delivery {
    if states.is_empty() {
        Delivery::Page
    } else if states.contains(&"sent") {
        Delivery::Sent
    } else if states.contains(&"waiting") {
        Delivery::Waiting
    } else {
        Delivery::Failed
    }
}
