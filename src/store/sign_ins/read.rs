//! The log of attempts to get in, as the ward's desk searches it and takes it away.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{Outcome, Reason};
use crate::{
    domain::{
        calendar::day_after,
        clock::japan_instant,
        ids::{Id, Person},
    },
    gate::{OrganizationFacts, Permit, Scope, actions},
    store::{Result, Tx, sql::unknown_code, trail::Range},
};

/// What may be done with the log in hand.
pub trait Looks: actions::Action<On = OrganizationFacts> {}
impl Looks for actions::ReadSignIns {}
impl Looks for actions::ExportSignIns {}

/// What is looked for; nothing set finds everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Days in Japan, both included.
    pub since: Option<Date>,
    pub until: Option<Date>,
    pub outcome: Option<Outcome>,
    pub reason: Option<Reason>,
    pub person: Option<Id<Person>>,
}

/// Who tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Nobody we know.
    Nobody,
    Person(String),
    /// A school's system, by the name of its token and of the facility.
    System {
        token: String,
        facility: String,
    },
}

/// One line of the log.
#[derive(Debug, Clone)]
pub struct Line {
    pub at: Timestamp,
    pub outcome: Outcome,
    pub reason: Reason,
    pub subject: Subject,
    pub address: Option<String>,
    pub agent: String,
}

/// The attempts of the ward that fit, newest first.
///
/// What belongs to no ward, an unknown passkey or invitation, is among them where the installation has but one ward: its own
/// policy says so. Each half comes in the order of its index and stops when enough is there, however long the log is.
pub async fn lines<A: Looks>(tx: &mut Tx, scope: &Scope<A>, filter: &Filter, range: Range) -> Result<Vec<Line>> {
    let begin = |day: Date| japan_instant(day.at(0, 0, 0, 0)).to_sqlx();
    let rows = sqlx::query!(
        r#"
        SELECT s.at AS "at!", s.outcome AS "outcome!", s.reason AS "reason!", host(s.address) AS address, s.agent AS "agent!"
             , p.display_name AS "person?", t.name AS "token?", o.name AS "facility?"
        FROM (
            ( SELECT s.* FROM hub.sign_ins s
              WHERE s.ward_id = $1
                AND s.at >= coalesce($2::timestamptz, '-infinity') AND s.at < coalesce($3::timestamptz, 'infinity')
                AND ($4::text IS NULL OR s.outcome = $4) AND ($5::text IS NULL OR s.reason = $5) AND ($6::uuid IS NULL OR s.person_id = $6)
              ORDER BY s.at DESC, s.id DESC LIMIT $7::bigint + $8::bigint )
            UNION ALL
            ( SELECT s.* FROM hub.sign_ins s
              WHERE s.ward_id IS NULL
                AND s.at >= coalesce($2::timestamptz, '-infinity') AND s.at < coalesce($3::timestamptz, 'infinity')
                AND ($4::text IS NULL OR s.outcome = $4) AND ($5::text IS NULL OR s.reason = $5) AND $6::uuid IS NULL
              ORDER BY s.at DESC, s.id DESC LIMIT $7::bigint + $8::bigint )
            ORDER BY at DESC, id DESC LIMIT $7 OFFSET $8 ) s
        LEFT JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.person_id
        LEFT JOIN hub.api_tokens t ON t.ward_id = s.ward_id AND t.id = s.token_id
        LEFT JOIN hub.organizations o ON o.ward_id = t.ward_id AND o.id = t.organization_id
        ORDER BY s.at DESC, s.id DESC
        "#,
        scope.ward().uuid(),
        filter.since.map(begin) as _,
        filter.until.map(|day| begin(day_after(day))) as _,
        filter.outcome.map(Outcome::code),
        filter.reason.map(Reason::code),
        filter.person.map(Id::uuid),
        range.limit,
        range.offset
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let subject = match (row.person, row.token, row.facility) {
                (Some(person), ..) => Subject::Person(person),
                (None, Some(token), Some(facility)) => Subject::System { token, facility },
                _ => Subject::Nobody,
            };
            Ok(Line {
                at: row.at.to_jiff(),
                outcome: Outcome::from_code(&row.outcome).ok_or_else(|| unknown_code("sign-in outcome", &row.outcome))?,
                reason: Reason::from_code(&row.reason).ok_or_else(|| unknown_code("sign-in reason", &row.reason))?,
                subject,
                address: row.address,
                agent: row.agent,
            })
        })
        .collect()
}

/// The newest attempts of one person; whose they are is known.
pub async fn of_person(tx: &mut Tx, permit: &Permit<actions::ReadPerson>, limit: i64) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT at, outcome, reason, host(address) AS address, agent FROM hub.sign_ins
        WHERE ward_id = $1 AND person_id = $2 ORDER BY at DESC, id DESC LIMIT $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Line {
                at: row.at.to_jiff(),
                outcome: Outcome::from_code(&row.outcome).ok_or_else(|| unknown_code("sign-in outcome", &row.outcome))?,
                reason: Reason::from_code(&row.reason).ok_or_else(|| unknown_code("sign-in reason", &row.reason))?,
                subject: Subject::Nobody,
                address: row.address,
                agent: row.agent,
            })
        })
        .collect()
}
