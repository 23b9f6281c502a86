//! Invitations: one-time codes, spent by registering the first passkey.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use uuid::Uuid;

use super::{
    Db, Result, Tx,
    sessions::Ends,
    sql::{unknown_code, uuids},
};
use crate::{
    domain::{
        ids::{Id, Invitation, Person, Ward},
        role::Role,
    },
    gate::{Permit, PersonFacts, Scope, actions},
};

/// An invitation as found by its code, spent and expired ones too.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub ward: Id<Ward>,
    pub person: Id<Person>,
    pub id: Id<Invitation>,
    pub expires_at: Timestamp,
    pub spent: bool,
    pub revoked: bool,
}

/// Asked before anybody is known.
pub async fn find(db: &Db, code_hash: &[u8]) -> Result<Option<Found>> {
    let mut tx = db.nobody().await?;
    let row = sqlx::query!(
        r#"
        SELECT ward_id AS "ward_id!: Id<Ward>", person_id AS "person_id!: Id<Person>", invitation_id AS "id!: Id<Invitation>"
             , expires_at AS "expires_at!", spent_at, revoked_at
        FROM hub.find_invitation($1)
        "#,
        code_hash
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(row.map(|row| Found {
        ward: row.ward_id,
        person: row.person_id,
        id: row.id,
        expires_at: row.expires_at.to_jiff(),
        spent: row.spent_at.is_some(),
        revoked: row.revoked_at.is_some(),
    }))
}

/// Spends the invitation; `false` when somebody else was quicker, or whom the desk gave it for has become somebody since who comes
/// in by a passkey and acts, or by the sign-in service: a newcomer's second letter opens nothing any more once they have begun.
pub async fn spend(tx: &mut Tx, permit: &Permit<actions::RegisterPasskey>, id: Id<Invitation>) -> Result<bool> {
    let spent = sqlx::query!(
        r#"
        UPDATE hub.invitations i SET spent_at = $3
        WHERE i.ward_id = $1 AND i.id = $2 AND i.spent_at IS NULL AND i.revoked_at IS NULL
          AND NOT (i.sent_by <> 'console' AND (
              (EXISTS (SELECT FROM hub.passkeys k WHERE k.ward_id = i.ward_id AND k.person_id = i.person_id)
                  AND EXISTS (SELECT FROM hub.memberships m WHERE m.ward_id = i.ward_id AND m.person_id = i.person_id))
              OR EXISTS (SELECT FROM hub.bindings b WHERE b.ward_id = i.ward_id AND b.person_id = i.person_id AND b.state IN ('active', 'ended'))))
        "#,
        permit.ward().uuid(),
        id.uuid(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// Invites a person from the operator's console; the code itself is never stored.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<impl actions::Invites>,
    person: Id<Person>,
    code_hash: &[u8],
    life: SignedDuration,
) -> Result<Id<Invitation>> {
    let id = Id::random();
    let now = tx.now();
    sqlx::query!(
        "INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        permit.ward().uuid(),
        id.uuid(),
        person.uuid(),
        code_hash,
        now.to_sqlx(),
        (now + life).to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// How an invitation went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Letter,
    Mail,
}

impl Way {
    const fn code(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Mail => "mail",
        }
    }

    /// How long the code is taken (ASVS 5.0, 6.4.1: codes expire after a short time). A letter lies in the internal post and on
    /// desks for days, and names its reader. A link by mail is there at once, and whoever reads the mailbox has it.
    pub const fn life(self) -> SignedDuration {
        match self {
            Self::Letter => SignedDuration::from_hours(14 * 24),
            Self::Mail => SignedDuration::from_hours(24),
        }
    }
}

/// Somebody who can be invited, and as what.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub person: Id<Person>,
    pub name: String,
    pub mail: String,
    pub organization_name: String,
    pub role: Role,
    /// A right over others waits for them.
    pub proposed: bool,
}

/// Whom codes can be given now, and how many more there are besides.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    pub people: Vec<Candidate>,
    /// Those whose turn comes after these have theirs.
    pub left: i64,
}

/// As many letters as are printed at once.
const MOST: i64 = 500;

/// Whom a code may be given for the organization of the permit; `among` those. All of them by name; where they are too many for
/// one time, those first who have no code that works, and then those whose code is oldest, so that everybody's turn comes and no
/// letter on its way is void before.
///
/// Only those who never had a passkey nor an account of the sign-in service: a code for anybody else would be a key to their
/// account, in the hands of whoever prints it. That is what recovery is for, with two people. For the same reason nobody who governs
/// others is invited here; they are proposed first, and register both passkeys before they may act (security B8). Until then they
/// belong to the ward's own office, and the letter for the second passkey is for newcomers alone, who never acted as anything.
///
/// For who is proposed to govern, only whoever proposed it makes letters: they are the one who does not approve. The table holds all
/// of it too.
pub async fn candidates(tx: &mut Tx, permit: &Permit<actions::InvitePeople>, among: Option<&[Id<Person>]>) -> Result<Candidates> {
    let (today, now) = (tx.today(), tx.now());
    let among = among.map(uuids);
    let rows = sqlx::query!(
        r#"
        WITH open AS
            ( SELECT m.* FROM hub.memberships m WHERE m.ward_id = $1 AND m.suspended_at IS NULL AND (m.until_on IS NULL OR m.until_on >= $3) )
        , found AS
            ( SELECT DISTINCT ON (p.id) p.id, p.display_name, p.kana, p.mail, coalesce(o.name, c.name) AS organization, coalesce(m.role, c.role) AS role
                   , (SELECT max(i.created_at) FROM hub.invitations i WHERE i.ward_id = p.ward_id AND i.person_id = p.id
                         AND i.spent_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $5) AS coded_at
              FROM hub.people p
              LEFT JOIN open m ON m.person_id = p.id AND m.organization_id = $2
              LEFT JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
              LEFT JOIN LATERAL
                  ( SELECT q.role, w.name FROM hub.proposals q JOIN hub.organizations w ON w.ward_id = q.ward_id AND w.id = q.organization_id
                    WHERE q.ward_id = p.ward_id AND q.person_id = p.id AND q.state = 'open'
                      AND EXISTS (SELECT FROM hub.organizations r WHERE r.ward_id = $1 AND r.id = $2 AND r.parent_id IS NULL)
                      AND NOT EXISTS (SELECT FROM hub.memberships any_one WHERE any_one.ward_id = p.ward_id AND any_one.person_id = p.id
                                         AND (any_one.until_on IS NULL OR any_one.until_on >= $3))
                    ORDER BY q.proposed_at LIMIT 1 ) c ON m.id IS NULL
              CROSS JOIN LATERAL
                  ( SELECT count(*) AS ever, count(*) FILTER (WHERE k.removed_at IS NULL) AS passkeys
                    FROM hub.passkeys k WHERE k.ward_id = p.ward_id AND k.person_id = p.id ) has
              WHERE p.ward_id = $1 AND p.status IN ('invited', 'active') AND (p.left_on IS NULL OR p.left_on >= $3)
                AND ($4::uuid[] IS NULL OR p.id = ANY ($4))
                AND (m.id IS NOT NULL OR c.role IS NOT NULL)
                AND (has.ever = 0 OR (m.id IS NULL AND has.ever = 1 AND has.passkeys = 1
                    AND NOT EXISTS (SELECT FROM hub.memberships b WHERE b.ward_id = p.ward_id AND b.person_id = p.id)))
                AND NOT EXISTS (SELECT FROM hub.bindings b WHERE b.ward_id = p.ward_id AND b.person_id = p.id AND b.state IN ('active', 'ended'))
                AND NOT EXISTS (SELECT FROM open g WHERE g.person_id = p.id AND g.role IN ('ward_admin', 'auditor', 'operator'))
                AND (SELECT coalesce(bool_or(q.proposed_by IS NOT DISTINCT FROM $7), true) FROM hub.proposals q
                     WHERE q.ward_id = p.ward_id AND q.person_id = p.id AND q.state = 'open')
              ORDER BY p.id, m.from_on )
        SELECT f.id AS "person!: Id<Person>", f.display_name AS "name!", f.mail AS "mail!", f.organization AS "organization!", f.role AS "role!"
             , f.coded_at IS NULL AS "waits!"
             , EXISTS (SELECT FROM hub.proposals q WHERE q.ward_id = $1 AND q.person_id = f.id AND q.state = 'open') AS "proposed!"
             , count(*) OVER () AS "all!", count(*) FILTER (WHERE f.coded_at IS NULL) OVER () AS "waiting!"
        FROM found f
        ORDER BY CASE WHEN (SELECT count(*) FROM found) > $6 THEN coalesce(f.coded_at, '-infinity') END, f.kana, f.display_name, f.id
        LIMIT $6
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        today.to_sqlx(),
        among.as_deref() as Option<&[Uuid]>,
        now.to_sqlx(),
        MOST,
        permit.person().map(Id::uuid)
    )
    .fetch_all(tx.conn())
    .await?;
    let (all, waiting) = rows.first().map_or((0, 0), |row| (row.all, row.waiting));
    let only_waiting = all > MOST && waiting > 0;
    let mut people = Vec::new();
    for row in rows.into_iter().filter(|row| row.waits || !only_waiting) {
        let role = Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?;
        people.push(Candidate {
            person: row.person,
            name: row.name,
            mail: row.mail,
            organization_name: row.organization,
            role,
            proposed: row.proposed,
        });
    }
    let turns = if only_waiting { waiting } else { all };
    let left = turns - i64::try_from(people.len()).unwrap_or(MOST);
    Ok(Candidates { people, left })
}

/// Takes back the open codes of people about to be invited anew. Ask for [`candidates`] once more afterwards: whoever was just
/// coming in by such a code has come in by then, or does not.
pub async fn withdraw_older(tx: &mut Tx, permit: &Permit<actions::InvitePeople>, people: &[Id<Person>]) -> Result<()> {
    // Two who print for the same people are one after the other.
    sqlx::query_scalar!(
        "SELECT id FROM hub.people WHERE ward_id = $1 AND id = ANY ($2) ORDER BY id FOR NO KEY UPDATE",
        permit.ward().uuid(),
        &uuids(people)
    )
    .fetch_all(tx.conn())
    .await?;
    for person in people {
        revoke_open(tx, permit.ward().uuid(), person.uuid()).await?;
    }
    Ok(())
}

/// Invites a person by a new code, after [`withdraw_older`]. The code itself is never stored.
pub async fn issue(
    tx: &mut Tx,
    permit: &Permit<actions::InvitePeople>,
    person: Id<Person>,
    code_hash: &[u8],
    way: Way,
) -> Result<Id<Invitation>> {
    let id = Id::random();
    let now = tx.now();
    sqlx::query!(
        r#"
        INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at, sent_by, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        permit.ward().uuid(),
        id.uuid(),
        person.uuid(),
        code_hash,
        now.to_sqlx(),
        (now + way.life()).to_sqlx(),
        way.code(),
        permit.person().map(Id::uuid)
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

async fn revoke_open(tx: &mut Tx, ward: Uuid, person: Uuid) -> Result<u64> {
    let now = tx.now().to_sqlx();
    let done = sqlx::query!(
        "UPDATE hub.invitations SET revoked_at = $3 WHERE ward_id = $1 AND person_id = $2 AND spent_at IS NULL AND revoked_at IS NULL",
        ward,
        person,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Takes back every open code of the person whose sessions end too.
pub async fn withdraw<A: Ends>(tx: &mut Tx, permit: &Permit<A>) -> Result<u64> {
    revoke_open(tx, permit.ward().uuid(), permit.id().uuid()).await
}

/// Takes back one open code of the person; `false` when it is not theirs, was used or taken back.
pub async fn revoke(tx: &mut Tx, permit: &Permit<actions::RevokeInvitation>, id: Id<Invitation>) -> Result<bool> {
    let now = tx.now().to_sqlx();
    let done = sqlx::query!(
        r#"
        UPDATE hub.invitations SET revoked_at = $4
        WHERE ward_id = $1 AND person_id = $2 AND id = $3 AND spent_at IS NULL AND revoked_at IS NULL
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An invitation of a person, whatever became of it.
#[derive(Debug, Clone)]
pub struct Sent {
    pub id: Id<Invitation>,
    /// 'console', 'letter' or 'mail'.
    pub way: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub spent_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// The newest invitations of the person the permit is about.
pub async fn of_person<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Sent>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Invitation>", sent_by, created_at, expires_at, spent_at, revoked_at FROM hub.invitations
        WHERE ward_id = $1 AND person_id = $2 ORDER BY created_at DESC, id LIMIT 20
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let sent = rows.into_iter().map(|row| Sent {
        id: row.id,
        way: row.sent_by,
        created_at: row.created_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        spent_at: row.spent_at.map(jiff_sqlx::Timestamp::to_jiff),
        revoked_at: row.revoked_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(sent.collect())
}

/// A code nobody has used yet, and whose it is.
#[derive(Debug, Clone)]
pub struct Open {
    pub id: Id<Invitation>,
    pub person: Id<Person>,
    pub name: String,
    pub way: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A page of the codes of the ward that nobody has used or taken back, expired ones too, the next to expire first.
pub async fn open(tx: &mut Tx, scope: &Scope<actions::ListPeople>, (limit, offset): (i64, i64)) -> Result<Vec<Open>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT i.id AS "id: Id<Invitation>", i.person_id AS "person: Id<Person>", p.display_name, i.sent_by, i.created_at, i.expires_at
        FROM hub.invitations i
        JOIN hub.people p ON p.ward_id = i.ward_id AND p.id = i.person_id AND p.status IN ('invited', 'active')
        WHERE i.ward_id = $1 AND i.spent_at IS NULL AND i.revoked_at IS NULL
          AND EXISTS (SELECT FROM hub.organizations o WHERE o.ward_id = i.ward_id AND o.id = ANY ($2) AND (o.parent_id IS NULL OR EXISTS
                (SELECT FROM hub.memberships m WHERE m.ward_id = i.ward_id AND m.person_id = i.person_id AND m.organization_id = o.id
                    AND (m.until_on IS NULL OR m.until_on >= $3))))
        ORDER BY i.expires_at, i.id LIMIT $4 OFFSET $5
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        today.to_sqlx(),
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let open = rows.into_iter().map(|row| Open {
        id: row.id,
        person: row.person,
        name: row.display_name,
        way: row.sent_by,
        created_at: row.created_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
    });
    Ok(open.collect())
}
