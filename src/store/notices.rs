//! Notices on their way: queued in the transaction of the hop that causes them, one mail and one push to each device at most.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};

use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::{
        ids::{self, Id, Person, Push, PushDevice, Ward},
        notice::{Choices, LIFE, Quiet, Way},
        rule::Severity,
    },
    gate::{Permit, PersonFacts, actions},
};

/// What carries a notice: the mail and the pushes, new ones or such as waited already and say the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    pub mail: Option<Id<ids::Mail>>,
    pub pushes: Vec<Id<Push>>,
}

/// Tells the person as they want to be told of something this grave.
pub async fn queue(tx: &mut Tx, permit: &Permit<actions::RouteAlert>, person: Id<Person>, severity: Severity) -> Result<Told> {
    let (ward, now) = (permit.ward(), tx.now());
    let choices = stored(tx, ward, person).await?.map_or_else(Choices::default, |(choices, _)| choices);
    let devices = devices_of(tx, ward, person).await?;
    let plan = choices.plan(severity, now, !devices.is_empty());
    let mut told = Told::default();
    if plan.mail {
        told.mail = Some(match waiting_mail(tx, ward, person, plan.at).await? {
            Some(waiting) => waiting,
            None => put_mail(tx, ward, person, plan.at).await?,
        });
    }
    for device in devices.iter().filter(|_| plan.push) {
        told.pushes.push(match waiting_push(tx, ward, *device, plan.at).await? {
            Some(waiting) => waiting,
            None => put_push(tx, ward, (*device, person), !plan.mail, plan.at).await?,
        });
    }
    Ok(told)
}

/// A mail that goes out no later and is not on its way yet: it is locked, so that whoever reads it finds what is written down now.
async fn waiting_mail(tx: &mut Tx, ward: Id<Ward>, person: Id<Person>, at: Timestamp) -> Result<Option<Id<ids::Mail>>> {
    sqlx::query_scalar!(
        r#"
        SELECT id AS "id: Id<ids::Mail>" FROM hub.mails
        WHERE ward_id = $1 AND person_id = $2 AND kind = 'notice' AND state = 'waiting' AND next_at <= $3
          AND (held_until IS NULL OR held_until <= $4)
        ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
        "#,
        ward.uuid(),
        person.uuid(),
        at.to_sqlx(),
        tx.now().to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await
}

/// The same for a device.
async fn waiting_push(tx: &mut Tx, ward: Id<Ward>, device: Id<PushDevice>, at: Timestamp) -> Result<Option<Id<Push>>> {
    sqlx::query_scalar!(
        r#"
        SELECT id AS "id: Id<Push>" FROM hub.pushes
        WHERE ward_id = $1 AND device_id = $2 AND state = 'waiting' AND next_at <= $3
          AND (held_until IS NULL OR held_until <= $4)
        ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
        "#,
        ward.uuid(),
        device.uuid(),
        at.to_sqlx(),
        tx.now().to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await
}

async fn put_mail(tx: &mut Tx, ward: Id<Ward>, person: Id<Person>, at: Timestamp) -> Result<Id<ids::Mail>> {
    let id = Id::random();
    sqlx::query!(
        r#"
        INSERT INTO hub.mails (ward_id, id, person_id, kind, queued_at, expires_at, next_at) VALUES ($1, $2, $3, 'notice', $4, $5, $6)
        "#,
        ward.uuid(),
        id.uuid(),
        person.uuid(),
        tx.now().to_sqlx(),
        (at + LIFE).to_sqlx(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

async fn put_push(
    tx: &mut Tx,
    ward: Id<Ward>,
    (device, person): (Id<PushDevice>, Id<Person>),
    alone: bool,
    at: Timestamp,
) -> Result<Id<Push>> {
    let id = Id::random();
    sqlx::query!(
        r#"
        INSERT INTO hub.pushes (ward_id, id, device_id, person_id, alone, queued_at, expires_at, next_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        ward.uuid(),
        id.uuid(),
        device.uuid(),
        person.uuid(),
        alone,
        tx.now().to_sqlx(),
        (at + LIFE).to_sqlx(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

async fn devices_of(tx: &mut Tx, ward: Id<Ward>, person: Id<Person>) -> Result<Vec<Id<PushDevice>>> {
    sqlx::query_scalar!(
        r#"SELECT id AS "id: Id<PushDevice>" FROM hub.push_devices WHERE ward_id = $1 AND person_id = $2 ORDER BY id"#,
        ward.uuid(),
        person.uuid()
    )
    .fetch_all(tx.conn())
    .await
}

async fn stored(tx: &mut Tx, ward: Id<Ward>, person: Id<Person>) -> Result<Option<(Choices, i32)>> {
    let row = sqlx::query!(
        r#"
        SELECT urgent, warning, caution, quiet_from, quiet_until, revision FROM hub.notice_choices WHERE ward_id = $1 AND person_id = $2
        "#,
        ward.uuid(),
        person.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let way = |code: &str| Way::from_code(code).ok_or_else(|| unknown_code("way", code));
    let quiet = row.quiet_from.zip(row.quiet_until).map(|(from, until)| Quiet { from: from.to_jiff(), until: until.to_jiff() });
    let choices = Choices { urgent: way(&row.urgent)?, warning: way(&row.warning)?, caution: way(&row.caution)?, quiet };
    Ok(Some((choices, row.revision)))
}

/// What asks for one's own choices.
pub trait Chooses: actions::Action<On = PersonFacts> {}
impl Chooses for actions::ReadNotices {}
impl Chooses for actions::ChooseNotices {}

/// One's own choices and their revision; 0 are those of the program.
pub async fn choices<A: Chooses>(tx: &mut Tx, permit: &Permit<A>) -> Result<(Choices, i32)> {
    Ok(stored(tx, permit.ward(), permit.id()).await?.unwrap_or_default())
}

/// Keeps them; `false` when they were changed in between.
pub async fn set_choices(tx: &mut Tx, permit: &Permit<actions::ChooseNotices>, revision: i32, choices: &Choices) -> Result<bool> {
    let written = sqlx::query!(
        r#"
        INSERT INTO hub.notice_choices (ward_id, person_id, urgent, warning, caution, quiet_from, quiet_until, revision)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
        ON CONFLICT (ward_id, person_id) DO UPDATE SET
            urgent = $3, warning = $4, caution = $5, quiet_from = $6, quiet_until = $7, revision = notice_choices.revision + 1
        WHERE notice_choices.revision = $8
        RETURNING revision
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        choices.urgent.code(),
        choices.warning.code(),
        choices.caution.code(),
        choices.quiet.map(|quiet| quiet.from.to_sqlx()),
        choices.quiet.map(|quiet| quiet.until.to_sqlx()),
        revision,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(written.is_some_and(|row| row.revision == revision + 1))
}

/// A device as its owner sees it: not where it is reached.
#[derive(Debug, Clone)]
pub struct DeviceLine {
    pub id: Id<PushDevice>,
    pub agent: String,
    pub created_at: Timestamp,
    pub reached_at: Option<Timestamp>,
}

pub async fn devices<A: Chooses>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<DeviceLine>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<PushDevice>", agent, created_at, reached_at FROM hub.push_devices
        WHERE ward_id = $1 AND person_id = $2 ORDER BY created_at, id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    let line = |id, agent, created_at: jiff_sqlx::Timestamp, reached_at: Option<jiff_sqlx::Timestamp>| DeviceLine {
        id,
        agent,
        created_at: created_at.to_jiff(),
        reached_at: reached_at.map(jiff_sqlx::Timestamp::to_jiff),
    };
    Ok(rows.into_iter().map(|row| line(row.id, row.agent, row.created_at, row.reached_at)).collect())
}

/// What a browser says of itself when it subscribes.
#[derive(Debug, Clone, Copy)]
pub struct NewDevice<'a> {
    pub endpoint: &'a str,
    pub public_key: &'a [u8],
    pub auth: &'a [u8],
    pub agent: &'a str,
}

/// Keeps the device; the same again is one device. `None` when another person's notices are shown there.
pub async fn add_device(
    tx: &mut Tx,
    permit: &Permit<actions::ChooseNotices>,
    device: &NewDevice<'_>,
) -> Result<Option<Id<PushDevice>>> {
    let hash = Sha256::digest(device.endpoint).to_vec();
    let id: Id<PushDevice> = Id::random();
    // Keys may have changed: what was mine makes room for what is.
    sqlx::query!(
        "DELETE FROM hub.push_devices WHERE ward_id = $1 AND person_id = $2 AND endpoint_hash = $3",
        permit.ward().uuid(),
        permit.id().uuid(),
        hash,
    )
    .execute(tx.conn())
    .await?;
    let written = sqlx::query!(
        r#"
        INSERT INTO hub.push_devices (ward_id, id, person_id, endpoint, endpoint_hash, public_key, auth, agent, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        id.uuid(),
        permit.id().uuid(),
        device.endpoint,
        hash,
        device.public_key,
        device.auth,
        device.agent,
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok((written.rows_affected() == 1).then_some(id))
}

/// Whether there was such a device of one's own.
pub async fn remove_device(tx: &mut Tx, permit: &Permit<actions::ChooseNotices>, id: Id<PushDevice>) -> Result<bool> {
    let gone = sqlx::query!(
        "DELETE FROM hub.push_devices WHERE ward_id = $1 AND person_id = $2 AND id = $3",
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(gone.rows_affected() == 1)
}

/// Queues one push to each of one's own devices, to see whether it arrives; how many.
pub async fn try_out(tx: &mut Tx, permit: &Permit<actions::ChooseNotices>) -> Result<usize> {
    let devices = devices(tx, permit).await?;
    let now = tx.now();
    for device in &devices {
        put_push(tx, permit.ward(), (device.id, permit.id()), false, now).await?;
    }
    Ok(devices.len())
}

/// A notice that reached nobody, as the ward's desk sees it.
#[derive(Debug, Clone)]
pub struct Undelivered {
    pub person: Id<Person>,
    pub name: String,
    pub by_push: bool,
    pub queued_at: Timestamp,
    pub reason: String,
}

/// Mails and pushes given up in the last fortnight, newest first.
pub async fn undelivered(tx: &mut Tx, permit: &Permit<actions::ListUndelivered>) -> Result<Vec<Undelivered>> {
    let rows = sqlx::query!(
        r#"
        SELECT u.person_id AS "person!: Id<Person>", p.display_name AS name, u.by_push AS "by_push!", u.queued_at AS "queued_at!", u.reason AS "reason!"
        FROM ( SELECT person_id, false AS by_push, queued_at, reason FROM hub.mails
               WHERE ward_id = $1 AND kind IN ('notice', 'trouble') AND state = 'dead' AND queued_at >= $2
               UNION ALL
               SELECT person_id, true, queued_at, reason FROM hub.pushes WHERE ward_id = $1 AND state = 'dead' AND queued_at >= $2 ) u
        JOIN hub.people p ON p.ward_id = $1 AND p.id = u.person_id
        ORDER BY u.queued_at DESC, p.display_name LIMIT 200
        "#,
        permit.ward().uuid(),
        (tx.now() - jiff::SignedDuration::from_hours(14 * 24)).to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    let line = |person, name, by_push, queued_at: jiff_sqlx::Timestamp, reason| Undelivered {
        person,
        name,
        by_push,
        queued_at: queued_at.to_jiff(),
        reason,
    };
    Ok(rows.into_iter().map(|row| line(row.person, row.name, row.by_push, row.queued_at, row.reason)).collect())
}

/// The point browsers subscribe with; `None` before the first node has made the key.
pub async fn public_key<A: Chooses>(tx: &mut Tx, _: &Permit<A>) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("SELECT public FROM hub.push_keys").fetch_optional(tx.conn()).await
}
