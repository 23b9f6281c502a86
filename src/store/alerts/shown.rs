//! One alert in full: whom it is about, why it fired, what was done.

use jiff::Timestamp;

use super::alert;
use crate::{
    domain::{
        alert::Alert,
        ids::{Id, Watch},
        rule::Finding,
    },
    gate::{AlertFacts, Permit, actions},
    store::{Error, Result, Tx},
};

/// What leads to the page of one alert, or back to it.
pub trait ShowsAlert: actions::Action<On = AlertFacts> {}
impl ShowsAlert for actions::ReadAlert {}

/// An alert with the names of its page.
#[derive(Debug)]
pub struct Shown {
    pub alert: Alert,
    pub watch: Id<Watch>,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
    pub facility_name: String,
    pub facility_kind: String,
    /// 支援措置: nobody is told where the child is.
    pub protected: bool,
    pub holder_name: Option<String>,
    pub evidence: Option<Evidence>,
}

/// The newest finding, and when it was made.
#[derive(Debug)]
pub struct Evidence {
    pub at: Timestamp,
    pub finding: Finding,
}

pub async fn shown<A: ShowsAlert>(tx: &mut Tx, permit: &Permit<A>) -> Result<Shown> {
    let alert = alert(tx, permit).await?;
    let row = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, o.name AS facility_name, o.kind AS facility_kind, w.discreet
             , p.display_name AS "holder_name?", e.at AS "found_at?", e.finding AS "finding?"
        FROM desk.alerts a
        JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id
        JOIN hub.organizations o ON o.ward_id = a.ward_id AND o.id = a.facility_id
        LEFT JOIN hub.people p ON p.ward_id = a.ward_id AND p.id = a.holder_id
        LEFT JOIN LATERAL
            ( SELECT e.at, e.finding FROM desk.evidence e
              WHERE e.ward_id = a.ward_id AND e.alert_id = a.id ORDER BY e.revision DESC LIMIT 1 ) e ON true
        WHERE a.ward_id = $1 AND a.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    let evidence = row.found_at.zip(row.finding).map(|(at, finding)| {
        let finding = serde_json::from_value(finding).map_err(|error| Error::Decode(error.into()))?;
        Ok::<_, Error>(Evidence { at: at.to_jiff(), finding })
    });
    Ok(Shown {
        alert,
        watch: row.watch,
        name: row.name,
        kana: row.kana,
        grade: row.grade,
        class: row.class,
        facility_name: row.facility_name,
        facility_kind: row.facility_kind,
        protected: row.discreet,
        holder_name: row.holder_name,
        evidence: evidence.transpose()?,
    })
}

/// One line of the history, as it was written.
#[derive(Debug, Clone)]
pub struct Entry {
    pub revision: i64,
    pub event: String,
    /// The kind of action of an 'acted', the outcome of a 'closed'.
    pub kind: String,
    pub note: String,
    /// `None`: the hub itself.
    pub by: Option<String>,
    pub to: Option<String>,
    pub at: Timestamp,
    /// How grave it was found to be with this step, where it was judged anew.
    pub severity: Option<String>,
    /// How grave it was found to be the time before.
    pub severity_before: Option<String>,
    /// The time it speaks of: of a visit, of a sighting, the end of a rest.
    pub about: Option<Timestamp>,
    /// How the child was seen and by whom, with a sighting.
    pub seen: Option<(String, String)>,
}

/// Every step since it was raised, oldest first.
pub async fn history<A: ShowsAlert>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Entry>> {
    let rows = sqlx::query!(
        r#"
        SELECT s.revision, s.event, s.kind, s.note, s.at, by_person.display_name AS "by?", to_person.display_name AS "to?"
             , e.finding ->> 'severity' AS severity
             , ( SELECT b.finding ->> 'severity' FROM desk.evidence b WHERE b.ward_id = s.ward_id AND b.alert_id = s.alert_id AND b.revision < s.revision
                 ORDER BY b.revision DESC LIMIT 1 ) AS severity_before
             , s.about_at, g.method AS "method?", g.seen_by AS "seen_by?"
        FROM desk.alert_steps s
        LEFT JOIN hub.people by_person ON by_person.ward_id = s.ward_id AND by_person.id = s.by_person
        LEFT JOIN hub.people to_person ON to_person.ward_id = s.ward_id AND to_person.id = s.to_person
        LEFT JOIN desk.evidence e ON e.ward_id = s.ward_id AND e.alert_id = s.alert_id AND e.revision = s.revision
        LEFT JOIN desk.sightings g ON g.ward_id = s.ward_id AND g.alert_id = s.alert_id AND g.revision = s.revision
        WHERE s.ward_id = $1 AND s.alert_id = $2 ORDER BY s.revision
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let entries = rows.into_iter().map(|row| Entry {
        revision: row.revision,
        event: row.event,
        kind: row.kind,
        note: row.note,
        by: row.by,
        to: row.to,
        at: row.at.to_jiff(),
        severity: row.severity,
        severity_before: row.severity_before,
        about: row.about_at.map(jiff_sqlx::Timestamp::to_jiff),
        seen: row.method.zip(row.seen_by),
    });
    Ok(entries.collect())
}
