//! Rights that one person proposes and another decides on (ASVS 5.0, 2.3.5).

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use crate::{
    domain::{
        coded::coded,
        facility::OrganizationKind,
        ids::{self, Id, Organization, Person},
        membership::Term,
        role::Role,
    },
    gate::{Permit, PersonFacts, Scope, actions},
    store::{
        Result, Tx,
        sql::{unknown_code, uuids},
    },
};

coded! {
    /// What became of a proposal.
    pub enum State {
        Open = "open",
        Approved = "approved",
        Refused = "refused",
        Withdrawn = "withdrawn",
    }
}

/// A proposed right.
#[derive(Debug, Clone)]
pub struct Proposal {
    pub id: Id<ids::Proposal>,
    pub person: Id<Person>,
    pub person_name: String,
    pub organization: Id<Organization>,
    pub organization_name: String,
    pub organization_kind: OrganizationKind,
    pub role: Role,
    pub term: Term,
    pub proposed_by: Id<Person>,
    pub proposer_name: String,
    pub proposed_at: Timestamp,
    pub state: State,
    pub decider_name: Option<String>,
    pub decided_at: Option<Timestamp>,
}

/// Actions from which a proposal may follow.
pub trait Proposes: actions::Action<On = PersonFacts> {}
impl Proposes for actions::GrantMembership {}
impl Proposes for actions::ReinstatePerson {}

/// Proposes a right for the person of the permit; `None` when the same is proposed already.
pub async fn insert<A: Proposes>(
    tx: &mut Tx,
    permit: &Permit<A>,
    organization: Id<Organization>,
    role: Role,
    term: Term,
) -> Result<Option<Id<ids::Proposal>>> {
    let id = Id::random();
    let now = tx.now();
    let done = sqlx::query!(
        r#"
        INSERT INTO hub.proposals (ward_id, id, person_id, organization_id, role, from_on, until_on, proposed_by, proposed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (ward_id, person_id, organization_id, role) WHERE state = 'open' DO NOTHING
        "#,
        permit.ward().uuid(),
        id.uuid(),
        permit.id().uuid(),
        organization.uuid(),
        role.code(),
        term.from().to_sqlx(),
        term.until().map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        permit.person().map(Id::uuid),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

struct Row {
    id: Id<ids::Proposal>,
    person: Id<Person>,
    person_name: String,
    organization: Id<Organization>,
    organization_name: String,
    kind: String,
    role: String,
    from_on: jiff_sqlx::Date,
    until_on: Option<jiff_sqlx::Date>,
    proposed_by: Id<Person>,
    proposer_name: String,
    proposed_at: jiff_sqlx::Timestamp,
    state: String,
    decider_name: Option<String>,
    decided_at: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<Row> for Proposal {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self> {
        let term = Term::new(row.from_on.to_jiff(), row.until_on.map(jiff_sqlx::Date::to_jiff));
        Ok(Self {
            id: row.id,
            person: row.person,
            person_name: row.person_name,
            organization: row.organization,
            organization_name: row.organization_name,
            organization_kind: OrganizationKind::from_code(&row.kind)
                .ok_or_else(|| unknown_code("organization kind", &row.kind))?,
            role: Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?,
            term: term.map_err(|refusal| sqlx::Error::Decode(Box::new(refusal)))?,
            proposed_by: row.proposed_by,
            proposer_name: row.proposer_name,
            proposed_at: row.proposed_at.to_jiff(),
            state: State::from_code(&row.state).ok_or_else(|| unknown_code("proposal", &row.state))?,
            decider_name: row.decider_name,
            decided_at: row.decided_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// The open proposals for people of the scope, oldest first.
pub async fn open(tx: &mut Tx, scope: &Scope<actions::ListPeople>) -> Result<Vec<Proposal>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT c.id AS "id: _", c.person_id AS "person: _", p.display_name AS person_name, c.organization_id AS "organization: _"
             , o.name AS organization_name, o.kind, c.role, c.from_on, c.until_on, c.proposed_by AS "proposed_by: _", b.display_name AS proposer_name
             , c.proposed_at, c.state, d.display_name AS "decider_name?", c.decided_at
        FROM hub.proposals c
        JOIN hub.people p ON p.ward_id = c.ward_id AND p.id = c.person_id
        JOIN hub.people b ON b.ward_id = c.ward_id AND b.id = c.proposed_by
        JOIN hub.organizations o ON o.ward_id = c.ward_id AND o.id = c.organization_id
        LEFT JOIN hub.people d ON d.ward_id = c.ward_id AND d.id = c.decided_by
        WHERE c.ward_id = $1 AND c.state = 'open' AND c.organization_id = ANY ($2)
        ORDER BY c.proposed_at, c.id LIMIT 200
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations())
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Proposal::try_from).collect()
}

/// All proposals for the person of the permit, newest first.
pub async fn of_person<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Proposal>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT c.id AS "id: _", c.person_id AS "person: _", p.display_name AS person_name, c.organization_id AS "organization: _"
             , o.name AS organization_name, o.kind, c.role, c.from_on, c.until_on, c.proposed_by AS "proposed_by: _", b.display_name AS proposer_name
             , c.proposed_at, c.state, d.display_name AS "decider_name?", c.decided_at
        FROM hub.proposals c
        JOIN hub.people p ON p.ward_id = c.ward_id AND p.id = c.person_id
        JOIN hub.people b ON b.ward_id = c.ward_id AND b.id = c.proposed_by
        JOIN hub.organizations o ON o.ward_id = c.ward_id AND o.id = c.organization_id
        LEFT JOIN hub.people d ON d.ward_id = c.ward_id AND d.id = c.decided_by
        WHERE c.ward_id = $1 AND c.person_id = $2
        ORDER BY c.proposed_at DESC, c.id LIMIT 50
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Proposal::try_from).collect()
}

/// Whether whoever asks has handed the person of the permit a code by which they came in: a letter or a link that was used, or the
/// code of the last recovery, before which nothing counts. The passkeys may then be their own.
pub async fn holds_a_code(tx: &mut Tx, permit: &Permit<actions::DecideProposal>) -> Result<bool> {
    sqlx::query_scalar!(
        r#"
        WITH last AS
            ( SELECT r.closed_at, r.approved_by FROM hub.recoveries r
              WHERE r.ward_id = $1 AND r.person_id = $2 AND r.state = 'spent' ORDER BY r.closed_at DESC LIMIT 1 )
        SELECT EXISTS (SELECT FROM last WHERE last.approved_by = $3)
            OR EXISTS (SELECT FROM hub.invitations i WHERE i.ward_id = $1 AND i.person_id = $2 AND i.created_by = $3 AND i.spent_at IS NOT NULL
                           AND NOT EXISTS (SELECT FROM last WHERE last.closed_at > i.spent_at)) AS "holds!"
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        permit.person().map(Id::uuid)
    )
    .fetch_one(tx.conn())
    .await
}

/// Decides on an open proposal for the person of the permit; `false` when it is none any more. That the one who decides is
/// neither who proposed nor whom it is for, nor [`holds_a_code`], the table holds too.
pub async fn decide(tx: &mut Tx, permit: &Permit<actions::DecideProposal>, id: Id<ids::Proposal>, state: State) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        r#"
        UPDATE hub.proposals SET state = $4, decided_by = $5, decided_at = $6
        WHERE ward_id = $1 AND person_id = $2 AND id = $3 AND state = 'open'
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid(),
        state.code(),
        permit.person().map(Id::uuid),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
