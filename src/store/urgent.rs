//! 至急連絡: who can be meant, what was reported, and the same again for its receipt and for the office's alert.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Result, Tx, inquiries, sql::unknown_code};
use crate::{
    domain::{
        ids::{Id, UrgentReport, Watch},
        name::dialled,
        receipt::ContentHash,
        reply::Reply,
        urgent::{Called, ChildNow, Trigger, Urgent},
    },
    gate::{Permit, actions},
};

/// A child the facility can report about.
#[derive(Debug, Clone)]
pub struct Child {
    pub watch: Id<Watch>,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
}

/// The children of the facility whose request covers today, by class and reading.
pub async fn children(tx: &mut Tx, permit: &Permit<actions::ReportUrgent>) -> Result<Vec<Child>> {
    sqlx::query_as!(
        Child,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class FROM watch.watches w
        WHERE w.ward_id = $1 AND w.facility_id = $2 AND w.from_on <= hub.today() AND (w.until_on IS NULL OR w.until_on >= hub.today())
        ORDER BY w.grade, w.class, w.kana, w.name, w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// An office and its telephone, as they stand in every directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    pub name: String,
    pub phone: String,
}

impl Office {
    pub fn dial(&self) -> String {
        dialled(&self.phone)
    }
}

/// The office to ring where the ward has not said yet whom: `None` when none has a telephone either.
pub async fn office(tx: &mut Tx, _permit: &Permit<actions::ReportUrgent>) -> Result<Option<Office>> {
    sqlx::query_as!(Office, r#"SELECT name AS "name!", phone AS "phone!" FROM hub.office_to_ring()"#)
        .fetch_optional(tx.conn())
        .await
}

/// One urgent report on its way in.
#[derive(Debug)]
pub struct Sending<'a> {
    pub id: Id<UrgentReport>,
    pub watch: Id<Watch>,
    pub key: Uuid,
    pub salt: Uuid,
    pub urgent: &'a Urgent,
}

/// Appends it, and tells whoever had asked about the child. `None`: the child is not the facility's, or this very form had come in
/// before; then drop the transaction.
pub async fn send(tx: &mut Tx, permit: &Permit<actions::ReportUrgent>, sending: &Sending<'_>) -> Result<Option<()>> {
    let urgent = sending.urgent;
    let triggers: Vec<_> = urgent.triggers.iter().map(|trigger| trigger.code().to_owned()).collect();
    let called: Vec<_> = urgent.called.iter().map(|called| called.code().to_owned()).collect();
    let today = tx.today();
    let written = sqlx::query!(
        r#"
        INSERT INTO watch.urgent_reports
            ( ward_id, id, watch_id, child_id, facility_id, day, idempotency_key, triggers, happened, place, witness, facts, child_now
            , contact_person, contact_phone, contact_until, called, reported_by, reported_at, salt )
        SELECT w.ward_id, $3, w.id, w.child_id, w.facility_id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19
        FROM watch.watches w
        WHERE w.ward_id = $1 AND w.facility_id = $2 AND w.id = $4 AND w.from_on <= $5 AND (w.until_on IS NULL OR w.until_on >= $5)
        ON CONFLICT (ward_id, facility_id, idempotency_key) DO NOTHING
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        sending.id.uuid(),
        sending.watch.uuid(),
        today.to_sqlx(),
        sending.key,
        &triggers,
        urgent.happened,
        urgent.place,
        urgent.witness,
        urgent.facts,
        urgent.child_now.code(),
        urgent.contact_person,
        urgent.contact_phone,
        urgent.contact_until,
        &called,
        permit.person().map(Id::uuid),
        tx.now().to_sqlx(),
        sending.salt,
    )
    .execute(tx.conn())
    .await?;
    if written.rows_affected() == 0 {
        return Ok(None);
    }
    inquiries::announce(tx, permit, &[sending.watch], today).await?;
    Ok(Some(()))
}

/// The report already sent with this key, if the same form comes again.
pub async fn sent_with(tx: &mut Tx, permit: &Permit<actions::ReportUrgent>, key: Uuid) -> Result<Option<Id<UrgentReport>>> {
    sqlx::query_scalar!(
        r#"SELECT id AS "id: Id<UrgentReport>" FROM watch.urgent_reports WHERE ward_id = $1 AND facility_id = $2 AND idempotency_key = $3"#,
        permit.ward().uuid(),
        permit.id().uuid(),
        key
    )
    .fetch_optional(tx.conn())
    .await
}

/// A report as it was taken in.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: Id<UrgentReport>,
    pub watch: Id<Watch>,
    pub day: Date,
    pub at: Timestamp,
    pub who: Option<String>,
    pub urgent: Urgent,
    pub child: Child,
    pub content: ContentHash,
    /// What the facility reads beside its day; `None` is the receipt alone.
    pub reply: Option<Reply>,
}

/// As the columns hold it.
struct Stored {
    id: Id<UrgentReport>,
    watch: Id<Watch>,
    day: jiff_sqlx::Date,
    triggers: Vec<String>,
    happened: String,
    place: String,
    witness: String,
    facts: String,
    child_now: String,
    contact_person: String,
    contact_phone: String,
    contact_until: String,
    called: Vec<String>,
    at: jiff_sqlx::Timestamp,
    salt: Uuid,
    who: Option<String>,
    name: String,
    kana: String,
    grade: String,
    class: String,
    reply: Option<String>,
}

impl Stored {
    fn kept(self) -> Result<Kept> {
        let content = self.content();
        let trigger = |code: &String| Trigger::from_code(code).ok_or_else(|| unknown_code("trigger", code));
        let reply = self.reply.as_ref().map(|code| Reply::from_code(code).ok_or_else(|| unknown_code("reply", code)));
        let called = |code: &String| Called::from_code(code).ok_or_else(|| unknown_code("called", code));
        let urgent = Urgent {
            triggers: self.triggers.iter().map(trigger).collect::<Result<_>>()?,
            happened: self.happened,
            place: self.place,
            witness: self.witness,
            facts: self.facts,
            child_now: ChildNow::from_code(&self.child_now).ok_or_else(|| unknown_code("child_now", &self.child_now))?,
            contact_person: self.contact_person,
            contact_phone: self.contact_phone,
            contact_until: self.contact_until,
            called: self.called.iter().map(called).collect::<Result<_>>()?,
        };
        let child = Child { watch: self.watch, name: self.name, kana: self.kana, grade: self.grade, class: self.class };
        let (day, at) = (self.day.to_jiff(), self.at.to_jiff());
        Ok(Kept { id: self.id, watch: self.watch, day, at, who: self.who, urgent, child, content, reply: reply.transpose()? })
    }

    /// Over everything the facility wrote, and about whom.
    fn content(&self) -> ContentHash {
        let (triggers, called, watch) = (self.triggers.join(","), self.called.join(","), self.watch.to_string());
        let parts: [&str; 11] = [
            &watch,
            &triggers,
            &self.happened,
            &self.place,
            &self.witness,
            &self.facts,
            &self.child_now,
            &self.contact_person,
            &self.contact_phone,
            &self.contact_until,
            &called,
        ];
        ContentHash::of(self.salt, parts)
    }
}

/// One report of the facility.
pub async fn read(tx: &mut Tx, permit: &Permit<actions::ReportUrgent>, id: Id<UrgentReport>) -> Result<Option<Kept>> {
    let stored = sqlx::query_as!(
        Stored,
        r#"
        SELECT u.id AS "id: Id<UrgentReport>", u.watch_id AS "watch: Id<Watch>", u.day, u.triggers, u.happened, u.place, u.witness, u.facts
             , u.child_now, u.contact_person, u.contact_phone, u.contact_until, u.called, u.reported_at AS at, u.salt
             , p.display_name AS "who?", w.name, w.kana, w.grade, w.class, y.state AS "reply?"
        FROM watch.urgent_reports u
        JOIN watch.watches w ON w.ward_id = u.ward_id AND w.id = u.watch_id
        LEFT JOIN hub.people p ON p.ward_id = u.ward_id AND p.id = u.reported_by
        LEFT JOIN watch.replies y ON y.ward_id = u.ward_id AND y.watch_id = u.watch_id AND y.day = u.day
        WHERE u.ward_id = $1 AND u.facility_id = $2 AND u.id = $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    stored.map(Stored::kept).transpose()
}

/// Every urgent report about the child of an alert, in the alert's watch, newest first: what the office must read before it calls.
pub async fn of_alert(tx: &mut Tx, permit: &Permit<actions::ReadAlert>) -> Result<Vec<Kept>> {
    let stored = sqlx::query_as!(
        Stored,
        r#"
        SELECT u.id AS "id: Id<UrgentReport>", u.watch_id AS "watch: Id<Watch>", u.day, u.triggers, u.happened, u.place, u.witness, u.facts
             , u.child_now, u.contact_person, u.contact_phone, u.contact_until, u.called, u.reported_at AS at, u.salt
             , p.display_name AS "who?", w.name, w.kana, w.grade, w.class, y.state AS "reply?"
        FROM desk.alerts a
        JOIN watch.urgent_reports u ON u.ward_id = a.ward_id AND u.watch_id = a.watch_id
        JOIN watch.watches w ON w.ward_id = u.ward_id AND w.id = u.watch_id
        LEFT JOIN hub.people p ON p.ward_id = u.ward_id AND p.id = u.reported_by
        LEFT JOIN watch.replies y ON y.ward_id = u.ward_id AND y.watch_id = u.watch_id AND y.day = u.day
        WHERE a.ward_id = $1 AND a.id = $2 AND (a.rule = 'U1' OR u.day BETWEEN a.as_of - 13 AND a.as_of)
        ORDER BY u.reported_at DESC LIMIT 20
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    stored.into_iter().map(Stored::kept).collect()
}
