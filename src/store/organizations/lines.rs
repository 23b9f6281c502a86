//! The ward's tree as the desk lists it.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{kind, secrecy};
use crate::{
    domain::{
        facility::{OrganizationKind, Secrecy},
        ids::{Id, Organization},
    },
    gate::{Scope, actions},
    store::{Result, Tx},
};

/// An organization as the ward's desk lists it.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id<Organization>,
    pub parent: Option<Id<Organization>>,
    pub name: String,
    pub kind: OrganizationKind,
    pub district: String,
    /// The ward's own code for it; empty when it has none.
    pub code: String,
    pub school_code: String,
    /// How many organizations stand above it.
    pub depth: usize,
    /// Who may act for it today.
    pub people: i64,
    /// How many of them have ever come in.
    pub signed_in_ever: i64,
    pub last_sign_in: Option<Timestamp>,
    pub opened_on: Date,
    pub closed_on: Option<Date>,
    pub secrecy: Secrecy,
}

/// Every organization of the ward, each after the one it stands below, offices before facilities, else by name.
pub async fn lines(tx: &mut Tx, scope: &Scope<actions::ListOrganizations>) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "id: Id<Organization>", o.parent_id AS "parent: Id<Organization>", o.name, o.kind, o.district, coalesce(o.code, '') AS "code!", o.school_code, o.opened_on, o.closed_on
             , c.tie AS "tie?", c.member_since AS "member_since?", c.pledged_on AS "pledged_on?"
             , count(DISTINCT m.person_id) AS "people!", count(DISTINCT s.person_id) AS "signed_in_ever!", max(s.at) AS last_sign_in
        FROM hub.organizations o
        LEFT JOIN hub.council_ties c ON c.ward_id = o.ward_id AND c.organization_id = o.id
        LEFT JOIN hub.memberships m ON m.ward_id = o.ward_id AND m.organization_id = o.id AND m.suspended_at IS NULL
            AND m.from_on <= $2 AND (m.until_on IS NULL OR m.until_on >= $2)
            AND EXISTS (SELECT FROM hub.people p WHERE p.ward_id = m.ward_id AND p.id = m.person_id AND p.status IN ('active', 'invited'))
        -- the newest of each by the index of people, however long the log is
        LEFT JOIN LATERAL
            ( SELECT i.person_id, i.at FROM hub.sign_ins i
              WHERE i.ward_id = m.ward_id AND i.person_id = m.person_id AND i.outcome IN ('signed_in', 'enrolled', 'recovered')
              ORDER BY i.at DESC LIMIT 1 ) s ON true
        WHERE o.ward_id = $1
        GROUP BY o.ward_id, o.id, c.ward_id, c.organization_id
        "#,
        scope.ward().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(Line {
            id: row.id,
            parent: row.parent,
            name: row.name,
            kind: kind(&row.kind)?,
            district: row.district,
            code: row.code,
            school_code: row.school_code,
            depth: 0,
            people: row.people,
            signed_in_ever: row.signed_in_ever,
            last_sign_in: row.last_sign_in.map(jiff_sqlx::Timestamp::to_jiff),
            opened_on: row.opened_on.to_jiff(),
            closed_on: row.closed_on.map(jiff_sqlx::Date::to_jiff),
            secrecy: secrecy(row.tie.as_deref(), row.member_since, row.pledged_on)?,
        });
    }
    lines.sort_by(|one, other| (one.kind.facility().is_some(), &one.name).cmp(&(other.kind.facility().is_some(), &other.name)));
    let mut ordered = Vec::with_capacity(lines.len());
    below(None, 0, &mut lines, &mut ordered);
    Ok(ordered)
}

/// Moves what stands below `parent` over, each followed by what stands below it.
fn below(parent: Option<Id<Organization>>, depth: usize, left: &mut Vec<Line>, ordered: &mut Vec<Line>) {
    let (mine, others) = std::mem::take(left).into_iter().partition(|line: &Line| line.parent == parent);
    *left = others;
    for line in mine {
        let id = line.id;
        ordered.push(Line { depth, ..line });
        below(Some(id), depth + 1, left, ordered);
    }
}
