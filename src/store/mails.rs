//! The queue of mails: filled in the transaction of the deed that causes one, emptied one by one by whoever sends them.

use jiff::{SignedDuration, Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{
    Db, Result, Tx,
    presence::{HOLD, Holder},
    sql::unknown_code,
};
use crate::{
    domain::{
        coded::coded,
        ids::{self, Id, Person},
        mail::{Mail, Urgency},
    },
    gate::{Permit, PersonFacts, actions},
};

/// Actions from which a mail may follow.
pub trait Mails: actions::Action {}
impl Mails for actions::InvitePeople {}
impl Mails for actions::AskRecovery {}
impl Mails for actions::ApproveRecovery {}
impl Mails for actions::CancelRecovery {}
impl Mails for actions::RegisterPasskey {}
impl Mails for actions::RecoverAdmin {}
impl Mails for actions::AddPasskey {}
impl Mails for actions::RemovePasskey {}
impl Mails for actions::EditPerson {}
impl Mails for actions::OpenSession {}
impl Mails for actions::ApproveBinding {}
impl Mails for actions::WarnPeople {}
impl Mails for actions::RemindFacility {}
impl Mails for actions::ActOnAlert {}
impl Mails for actions::OpenEmergency {}

/// How long news of somebody's account is news.
pub const NEWS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Queues a mail to the person, to be sent within `life`: later it would be no news. Whether they have an address is seen when it
/// is sent. Nothing is queued when the transaction is dropped.
pub async fn put<A: Mails>(
    tx: &mut Tx,
    permit: &Permit<A>,
    person: Id<Person>,
    mail: &Mail,
    life: SignedDuration,
) -> Result<Id<ids::Mail>> {
    let id = Id::random();
    queue(tx, (permit.ward().uuid(), id, person), mail, life, None).await?;
    Ok(id)
}

/// Queues a warning about something that happened on `day`; `false` when the person was warned of such on that day before.
pub async fn warn(tx: &mut Tx, permit: &Permit<actions::WarnPeople>, person: Id<Person>, mail: &Mail, day: Date) -> Result<bool> {
    queue(tx, (permit.ward().uuid(), Id::random(), person), mail, NEWS, Some(day)).await
}

async fn queue(
    tx: &mut Tx,
    (ward, id, person): (Uuid, Id<ids::Mail>, Id<Person>),
    mail: &Mail,
    life: SignedDuration,
    told_on: Option<Date>,
) -> Result<bool> {
    let now = tx.now();
    let (kind, fields) = mail.parts();
    let done = sqlx::query!(
        r#"
        INSERT INTO hub.mails (ward_id, id, person_id, kind, fields, queued_at, expires_at, next_at, told_on, urgency)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $6, $8, $9)
        ON CONFLICT DO NOTHING
        "#,
        ward,
        id.uuid(),
        person.uuid(),
        kind,
        fields,
        now.to_sqlx(),
        (now + life).to_sqlx(),
        told_on.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        mail.urgency().place(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Tells everybody whose address a file changes, at the address they had. Before it is changed. A file can have hundreds of them:
/// they stand behind what somebody waits for.
pub async fn tell_former_addresses(
    tx: &mut Tx,
    permit: &Permit<actions::AcceptDirectory>,
    (people, addresses): (&[Uuid], &[String]),
) -> Result<u64> {
    let now = tx.now();
    let kind = "address_changed";
    let done = sqlx::query!(
        r#"
        INSERT INTO hub.mails (ward_id, id, person_id, kind, fields, queued_at, expires_at, next_at, urgency)
        SELECT p.ward_id, gen_random_uuid(), p.id, $4, jsonb_build_object('former', p.mail), $5, $6, $5, $7
        FROM unnest($2::uuid[], $3::text[]) AS x (id, mail)
        JOIN hub.people p ON p.ward_id = $1 AND p.id = x.id AND p.mail <> '' AND p.mail <> x.mail
        "#,
        permit.ward().uuid(),
        people,
        addresses,
        kind,
        now.to_sqlx(),
        (now + NEWS).to_sqlx(),
        Urgency::InTime.place(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Tells everybody who has come in before and whose staff code a file changes. Before it is changed; behind what somebody waits for.
pub async fn tell_changed_codes(
    tx: &mut Tx,
    permit: &Permit<actions::AcceptDirectory>,
    (people, codes): (&[Uuid], &[String]),
) -> Result<u64> {
    let now = tx.now();
    let (kind, _) = Mail::StaffCodeChanged.parts();
    let done = sqlx::query!(
        r#"
        INSERT INTO hub.mails (ward_id, id, person_id, kind, queued_at, expires_at, next_at, urgency)
        SELECT p.ward_id, gen_random_uuid(), p.id, $4, $5, $6, $5, $7
        FROM unnest($2::uuid[], $3::text[]) AS x (id, staff_code)
        JOIN hub.people p ON p.ward_id = $1 AND p.id = x.id AND p.staff_code <> x.staff_code
        WHERE EXISTS (SELECT FROM hub.passkeys k WHERE k.ward_id = p.ward_id AND k.person_id = p.id)
        "#,
        permit.ward().uuid(),
        people,
        codes,
        kind,
        now.to_sqlx(),
        (now + NEWS).to_sqlx(),
        Urgency::InTime.place(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Something in the sign-in log that its person has to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspicion {
    pub person: Id<Person>,
    pub mail: Mail,
    pub day: Date,
}

/// What has happened since then that nobody was warned of yet.
pub async fn suspicions(tx: &mut Tx, permit: &Permit<actions::WarnPeople>, since: Timestamp) -> Result<Vec<Suspicion>> {
    let rows = sqlx::query!(
        r#"
        SELECT s.person_id AS "person!: Id<Person>", s.kind AS "kind!", s.told_on AS "day!"
        FROM hub.suspicions($2) s JOIN hub.people p ON p.ward_id = $1 AND p.id = s.person_id
        ORDER BY 1, 2, 3
        "#,
        permit.ward().uuid(),
        since.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let known = rows.into_iter().filter_map(|row| {
        let mail = Mail::from_parts(&row.kind, None).filter(Mail::is_warning)?;
        Some(Suspicion { person: row.person, mail, day: row.day.to_jiff() })
    });
    Ok(known.collect())
}

coded! {
    /// What became of a mail.
    pub enum State {
        Waiting = "waiting",
        /// The server has taken it.
        Sent = "sent",
        /// Given up.
        Dead = "dead",
    }
}

coded! {
    /// Why a mail was not taken, last of all.
    pub enum Why {
        None = "",
        Refused = "refused",
        Later = "later",
        Unreachable = "unreachable",
        Expired = "expired",
        NoAddress = "no_address",
        /// No mail server is named in the settings.
        Off = "off",
        /// Of a kind this program does not know.
        Unreadable = "unreadable",
    }
}

/// Which mails somebody takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What somebody must look at now, and nothing else: accounts have their busy days too.
    Pressing,
    Everything,
}

impl Reach {
    const fn least_urgent(self) -> Urgency {
        match self {
            Self::Pressing => Urgency::Now,
            Self::Everything => Urgency::InTime,
        }
    }
}

/// A mail in the hands of one node.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    ward: Uuid,
    pub id: Id<ids::Mail>,
    until: Timestamp,
}

/// A mail that is due and held for whoever asked.
#[derive(Debug)]
pub struct Due {
    pub held: Held,
    /// `None` when the person has no address.
    pub to: Option<String>,
    /// `None` when this program does not know its kind.
    pub mail: Option<Mail>,
    pub expires_at: Timestamp,
    /// How often it was tried before.
    pub tries: u32,
}

/// Takes the mail that presses most and has waited longest, of all wards; `None` when nothing within `reach` is due. That it is
/// being handed over is written down before it is: no transaction stays open while a server thinks.
pub async fn take(db: &Db, holder: Holder, reach: Reach, now: Timestamp) -> Result<Option<Due>> {
    let until = now + HOLD;
    let mut tx = db.upkeep().await?;
    let row = sqlx::query!(
        r#"
        SELECT ward_id AS "ward!", id AS "id!: Id<ids::Mail>", address AS "address!", kind AS "kind!", fields
             , expires_at AS "expires_at!", tries AS "tries!"
        FROM hub.next_mail($1, $2, $3, $4)
        "#,
        now.to_sqlx(),
        until.to_sqlx(),
        holder.number(),
        reach.least_urgent().place(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    let due = row.map(|row| (Mail::from_parts(&row.kind, row.fields.clone()), row));
    Ok(due.map(|(mail, row)| Due {
        held: Held { ward: row.ward, id: row.id, until },
        to: mail.as_ref().and_then(Mail::address).map(str::to_owned).or(Some(row.address)).filter(|address| !address.is_empty()),
        mail,
        expires_at: row.expires_at.to_jiff(),
        tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
    }))
}

/// Writes down what became of it and lets go; `again` is when a waiting one is tried next.
pub async fn settle(db: &Db, held: Held, (state, why): (State, Why), now: Timestamp, again: Option<Timestamp>) -> Result<()> {
    let mut tx = db.upkeep().await?;
    sqlx::query!(
        r#"SELECT hub.settle_mail($1, $2, $3, $4, $5, $6, $7) AS "done: ()""#,
        held.ward,
        held.id.uuid(),
        held.until.to_sqlx(),
        state.code(),
        why.code(),
        now.to_sqlx(),
        again.map(ToSqlx::to_sqlx),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// A mail as the ward's desk sees it: never its text or its address.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id<ids::Mail>,
    pub kind: String,
    pub queued_at: Timestamp,
    pub state: State,
    pub why: Why,
    pub tries: i32,
    pub settled_at: Option<Timestamp>,
}

/// The last mails to the person the permit is about, newest first. For the ward's desk only: no other role may read the queue.
pub async fn of_person<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<ids::Mail>", kind, queued_at, state, reason, tries, settled_at FROM hub.mails
        WHERE ward_id = $1 AND person_id = $2 ORDER BY queued_at DESC, id LIMIT 20
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Line {
                id: row.id,
                kind: row.kind,
                queued_at: row.queued_at.to_jiff(),
                state: State::from_code(&row.state).ok_or_else(|| unknown_code("mail state", &row.state))?,
                why: Why::from_code(&row.reason).ok_or_else(|| unknown_code("mail reason", &row.reason))?,
                tries: row.tries,
                settled_at: row.settled_at.map(jiff_sqlx::Timestamp::to_jiff),
            })
        })
        .collect()
}
