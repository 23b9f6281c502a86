//! Many people: the desk's list, people looked for by what somebody typed, and people who may be one.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{
    domain::{
        coded::coded,
        ids::{Id, Organization, Person},
        person::{Entry, Likeness, Sought, Status, likeness},
        role::Role,
    },
    gate::{OrganizationFacts, Scope, actions},
    store::{
        Result, Tx,
        sql::{unknown_code, uuids},
    },
};

coded! {
    /// What keeps somebody's account from being in order.
    pub enum Lack {
        /// One lost device locks them out.
        OnePasskey = "one-passkey",
        NeverSignedIn = "never",
        /// Invited, and no code works any more.
        InvitationExpired = "expired",
    }
}

/// Which people a list shows; nothing set is everybody who has not left.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub organization: Option<Id<Organization>>,
    pub role: Option<Role>,
    pub status: Option<Status>,
    pub lack: Option<Lack>,
    /// Those found by what was typed; `None` when nothing was.
    pub among: Option<Vec<Id<Person>>>,
}

/// One person in the list.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id<Person>,
    pub name: String,
    pub kana: String,
    pub staff_code: String,
    pub status: Status,
    pub passkeys: i64,
    pub last_sign_in: Option<Timestamp>,
    /// Until when the newest open invitation can be used, or could.
    pub invited_until: Option<Timestamp>,
    pub posts: Vec<Post>,
}

/// A membership that is not over.
#[derive(Debug, Clone)]
pub struct Post {
    pub organization_name: String,
    pub role: Role,
    pub from: Date,
    pub until: Option<Date>,
}

/// A page of the list, `limit` rows from `offset` on, and how many there are in all (0 beyond the last page).
///
/// In scope is who belongs to its organizations; whoever belongs nowhere any more is the ward's own office's business.
pub async fn page(
    tx: &mut Tx,
    scope: &Scope<actions::ListPeople>,
    filter: &Filter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Line>, i64)> {
    let (ward, organizations) = (scope.ward().uuid(), uuids(scope.organizations()));
    let (today, now) = (tx.today().to_sqlx(), tx.now().to_sqlx());
    let among = filter.among.as_ref().map(|ids| uuids(ids));
    let rows = sqlx::query!(
        r#"
        WITH listed AS
            ( SELECT p.id, p.display_name, p.kana, p.staff_code
                   , CASE WHEN p.left_on < $3 THEN 'left' ELSE p.status END AS status
                   , (SELECT count(*) FROM hub.passkeys k WHERE k.ward_id = p.ward_id AND k.person_id = p.id AND k.removed_at IS NULL) AS passkeys
                   , (SELECT max(s.at) FROM hub.sign_ins s WHERE s.ward_id = p.ward_id AND s.person_id = p.id
                         AND s.outcome IN ('signed_in', 'enrolled', 'recovered')) AS last_sign_in
                   , (SELECT max(i.expires_at) FROM hub.invitations i WHERE i.ward_id = p.ward_id AND i.person_id = p.id
                         AND i.spent_at IS NULL AND i.revoked_at IS NULL) AS invited_until
              FROM hub.people p
              WHERE p.ward_id = $1 AND ($4::uuid[] IS NULL OR p.id = ANY ($4))
                AND CASE WHEN EXISTS (SELECT FROM hub.memberships m WHERE m.ward_id = p.ward_id AND m.person_id = p.id AND (m.until_on IS NULL OR m.until_on >= $3))
                    THEN EXISTS (SELECT FROM hub.memberships m WHERE m.ward_id = p.ward_id AND m.person_id = p.id AND (m.until_on IS NULL OR m.until_on >= $3)
                                    AND m.organization_id = ANY ($2))
                    ELSE EXISTS (SELECT FROM hub.organizations o WHERE o.ward_id = p.ward_id AND o.parent_id IS NULL AND o.id = ANY ($2)) END
                AND (($5::uuid IS NULL AND $6::text IS NULL) OR EXISTS
                    ( SELECT FROM hub.memberships m WHERE m.ward_id = p.ward_id AND m.person_id = p.id AND (m.until_on IS NULL OR m.until_on >= $3)
                        AND ($5::uuid IS NULL OR m.organization_id = $5) AND ($6::text IS NULL OR m.role = $6) )) )
        SELECT l.id AS "id!: Id<Person>", l.display_name AS "name!", l.kana AS "kana!", l.staff_code AS "staff_code!", l.status AS "status!"
             , l.passkeys AS "passkeys!", l.last_sign_in, l.invited_until, count(*) OVER () AS "total!"
        FROM listed l
        WHERE ($7::text IS NULL AND l.status <> 'left' OR l.status = $7)
          AND CASE $8::text
              WHEN 'one-passkey' THEN l.passkeys = 1 AND l.status = 'active'
              WHEN 'never' THEN l.last_sign_in IS NULL AND l.status IN ('active', 'invited')
              WHEN 'expired' THEN l.invited_until <= $9 AND l.status IN ('active', 'invited') AND l.passkeys = 0
              ELSE true END
        ORDER BY l.kana = '', l.kana, l.display_name, l.id
        LIMIT $10 OFFSET $11
        "#,
        ward,
        &organizations,
        today,
        among.as_deref(),
        filter.organization.map(Id::uuid),
        filter.role.map(Role::code),
        filter.status.map(Status::code),
        filter.lack.map(Lack::code),
        now,
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let all = rows.first().map_or(0, |row| row.total);
    let ids: Vec<Id<Person>> = rows.iter().map(|row| row.id).collect();
    let mut posts = posts(tx, ward, &ids).await?;
    let lines = rows.into_iter().map(|row| {
        Ok(Line {
            posts: posts.remove(&row.id).unwrap_or_default(),
            id: row.id,
            name: row.name,
            kana: row.kana,
            staff_code: row.staff_code,
            status: Status::from_code(&row.status).ok_or_else(|| unknown_code("status", &row.status))?,
            passkeys: row.passkeys,
            last_sign_in: row.last_sign_in.map(jiff_sqlx::Timestamp::to_jiff),
            invited_until: row.invited_until.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    Ok((lines.collect::<Result<Vec<_>>>()?, all))
}

/// The memberships of some people that are not over, those in force first.
async fn posts(tx: &mut Tx, ward: Uuid, people: &[Id<Person>]) -> Result<HashMap<Id<Person>, Vec<Post>>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT m.person_id AS "person: Id<Person>", o.name, m.role, m.from_on, m.until_on
        FROM hub.memberships m
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
        WHERE m.ward_id = $1 AND m.person_id = ANY ($2) AND m.suspended_at IS NULL AND (m.until_on IS NULL OR m.until_on >= $3)
        ORDER BY m.from_on, o.name, m.role
        "#,
        ward,
        &uuids(people),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut posts: HashMap<Id<Person>, Vec<Post>> = HashMap::new();
    for row in rows {
        let role = Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?;
        let (from, until) = (row.from_on.to_jiff(), row.until_on.map(jiff_sqlx::Date::to_jiff));
        posts.entry(row.person).or_default().push(Post { organization_name: row.name, role, from, until });
    }
    Ok(posts)
}

/// What is on the list of everybody: how somebody is looked for is a rule of the domain, and no column knows it.
struct Known {
    id: Id<Person>,
    name: String,
    kana: String,
    staff_code: String,
    status: String,
}

impl Known {
    fn entry(&self) -> Entry<'_> {
        Entry { name: &self.name, kana: &self.kana, staff_code: &self.staff_code }
    }
}

async fn known(tx: &mut Tx, ward: Uuid) -> Result<Vec<Known>> {
    sqlx::query_as!(
        Known,
        r#"SELECT id AS "id: Id<Person>", display_name AS name, kana, staff_code, status FROM hub.people WHERE ward_id = $1 ORDER BY id"#,
        ward
    )
    .fetch_all(tx.conn())
    .await
}

/// Those who may be meant by what was typed, in scope or not: [`page`] leaves out who is not.
pub async fn sought(tx: &mut Tx, scope: &Scope<actions::ListPeople>, typed: &Sought) -> Result<Vec<Id<Person>>> {
    let known = known(tx, scope.ward().uuid()).await?;
    Ok(known.iter().filter(|one| typed.fits(&one.entry())).map(|one| one.id).collect())
}

/// Actions whose logs are looked through for one person.
pub trait Finds: actions::Action<On = OrganizationFacts> {}
impl Finds for actions::ReadTrail {}
impl Finds for actions::ReadSignIns {}
impl Finds for actions::ExportTrail {}
impl Finds for actions::ExportSignIns {}

/// Somebody of the ward, as a log is filtered by.
#[derive(Debug, Clone)]
pub struct Named {
    pub id: Id<Person>,
    pub name: String,
    pub kana: String,
    pub staff_code: String,
}

/// The first `most` of the ward who may be meant by what was typed, also those who have left, by reading; and how many there are.
pub async fn found<A: Finds>(tx: &mut Tx, scope: &Scope<A>, typed: &Sought, most: usize) -> Result<(Vec<Named>, usize)> {
    let mut known = known(tx, scope.ward().uuid()).await?;
    known.retain(|one| typed.fits(&one.entry()));
    known.sort_by(|one, other| (&one.kana, &one.name, one.id).cmp(&(&other.kana, &other.name, other.id)));
    let all = known.len();
    let first = known.into_iter().take(most);
    Ok((first.map(|one| Named { id: one.id, name: one.name, kana: one.kana, staff_code: one.staff_code }).collect(), all))
}

/// What somebody of the ward is called.
pub async fn name<A: Finds>(tx: &mut Tx, scope: &Scope<A>, person: Id<Person>) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT display_name FROM hub.people WHERE ward_id = $1 AND id = $2", scope.ward().uuid(), person.uuid())
        .fetch_optional(tx.conn())
        .await
}

/// Somebody who may be the person about to be written down.
#[derive(Debug, Clone)]
pub struct Alike {
    pub id: Id<Person>,
    pub name: String,
    pub staff_code: String,
    pub likeness: Likeness,
    pub status: Status,
    pub posts: Vec<Post>,
}

/// Everybody of the ward who may be the one described, the surest first.
pub async fn alike<A: actions::Action<On = OrganizationFacts>>(
    tx: &mut Tx,
    scope: &Scope<A>,
    described: &Entry<'_>,
) -> Result<Vec<Alike>> {
    let ward = scope.ward().uuid();
    let known = known(tx, ward).await?;
    let found: Vec<_> = known.iter().filter_map(|one| Some((one, likeness(described, &one.entry())?))).collect();
    let ids: Vec<Id<Person>> = found.iter().map(|(one, _)| one.id).collect();
    let mut posts = posts(tx, ward, &ids).await?;
    let alike = found.into_iter().map(|(one, likeness)| {
        Ok(Alike {
            id: one.id,
            name: one.name.clone(),
            staff_code: one.staff_code.clone(),
            likeness,
            status: Status::from_code(&one.status).ok_or_else(|| unknown_code("status", &one.status))?,
            posts: posts.remove(&one.id).unwrap_or_default(),
        })
    });
    let mut alike = alike.collect::<Result<Vec<_>>>()?;
    alike.sort_by_key(|one| one.likeness);
    Ok(alike)
}
