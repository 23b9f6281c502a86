//! How far a ward has come on its way to the first report, in numbers and in yes and no.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::Stale;
use crate::{
    gate::{Permit, Scope, actions},
    store::{Result, Tx},
};

/// Counts of what is there and what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Whether the footer can say whom to call.
    pub has_help: bool,
    pub facilities: i64,
    /// Facilities of which nothing is known that binds their people to keep what they are told.
    pub unbound: i64,
    /// Facilities for which nobody has come in, or that have no head; of one that is to open, on its first day.
    pub without_staff: i64,
    /// Caseworkers and supervisors who have come in.
    pub office_staff: i64,
    /// Administrators: rights that need two people need two.
    pub admins: i64,
    /// People at work without any passkey, who do not come in by the ward's sign-in service either.
    pub without_passkey: i64,
    /// People at work with a single passkey: one lost device, and they are locked out.
    pub one_passkey: i64,
    /// Facilities open on every day because no template was chosen.
    pub without_template: i64,
    /// The last holiday written down.
    pub holidays_until: Option<Date>,
    pub has_requests: bool,
}

/// Whoever may act today needs two passkeys (security B8): not who is suspended or has left, nor whose organization has closed or
/// whose role has ended or not begun. An account of the sign-in service is a way in that no lost device takes away, so who has one
/// needs no passkey, unless others' rights hang on them and a claim alone bound it ([`crate::store::bindings::opens`]); who registered
/// a passkey all the same, for 本人確認, needs the spare like everybody.
pub async fn state(tx: &mut Tx, scope: &Scope<actions::ReadSetUp>) -> Result<State> {
    let row = sqlx::query!(
        r#"
        WITH working AS
            ( SELECT m.organization_id, m.person_id, m.role
                   , o.opened_on <= $2 AND m.from_on <= $2 AND (m.until_on IS NULL OR m.until_on >= $2) AS acts
                   , EXISTS (SELECT FROM hub.sign_ins s WHERE s.ward_id = m.ward_id AND s.person_id = m.person_id
                         AND s.outcome IN ('signed_in', 'enrolled')) AS has_come_in
              FROM hub.memberships m
              JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status IN ('active', 'invited')
              JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id AND (o.closed_on IS NULL OR o.closed_on > $2)
              WHERE m.ward_id = $1 AND m.suspended_at IS NULL AND m.from_on <= greatest($2, o.opened_on)
                AND (m.until_on IS NULL OR m.until_on >= greatest($2, o.opened_on)) )
        , equipped AS
            ( SELECT w.person_id
                   , (SELECT count(*) FROM hub.passkeys k WHERE k.ward_id = $1 AND k.person_id = w.person_id AND k.removed_at IS NULL) AS passkeys
                   , EXISTS (SELECT FROM hub.bindings b JOIN hub.providers v ON v.ward_id = b.ward_id AND v.issuer = b.issuer AND v.tested_at IS NOT NULL
                             WHERE b.ward_id = $1 AND b.person_id = w.person_id AND b.state = 'active' AND NOT (b.by_claim AND w.governs)) AS is_bound
              FROM (SELECT person_id, bool_or(role IN ('ward_admin', 'auditor', 'operator')) AS governs FROM working WHERE acts GROUP BY person_id) w )
        , facilities AS
            ( SELECT o.id, o.calendar_template FROM hub.organizations o
              WHERE o.ward_id = $1 AND (o.closed_on IS NULL OR o.closed_on > $2)
                AND o.kind NOT IN ('ward_office', 'board_of_education', 'child_family_centre', 'guidance_centre') )
        SELECT (SELECT w.help_phone <> '' FROM hub.wards w WHERE w.id = $1) AS "has_help!"
             , (SELECT count(*) FROM facilities) AS "facilities!"
             , (SELECT count(*) FROM facilities f WHERE f.calendar_template = '') AS "without_template!"
             -- As `domain::facility::Secrecy::gap` has it.
             , (SELECT count(*) FROM facilities f WHERE NOT EXISTS
                   ( SELECT FROM hub.council_ties c WHERE c.ward_id = $1 AND c.organization_id = f.id
                       AND (c.tie = 'public' OR c.member_since <= $2 OR c.pledged_on <= $2) )) AS "unbound!"
             , (SELECT count(*) FROM facilities f
                WHERE NOT EXISTS (SELECT FROM working w WHERE w.organization_id = f.id AND w.role = 'facility_head')
                   OR NOT EXISTS (SELECT FROM working w WHERE w.organization_id = f.id AND w.has_come_in)) AS "without_staff!"
             , (SELECT count(DISTINCT w.person_id) FROM working w WHERE w.acts AND w.role IN ('caseworker', 'supervisor') AND w.has_come_in) AS "office_staff!"
             , (SELECT count(DISTINCT w.person_id) FROM working w WHERE w.acts AND w.role = 'ward_admin') AS "admins!"
             , (SELECT count(*) FROM equipped e WHERE e.passkeys = 0 AND NOT e.is_bound) AS "without_passkey!"
             , (SELECT count(*) FROM equipped e WHERE e.passkeys = 1) AS "one_passkey!"
             , (SELECT max(h.day) FROM watch.holidays h WHERE h.ward_id = $1) AS holidays_until
             , hub.requests_begun() AS "has_requests!"
        "#,
        scope.ward().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(State {
        has_help: row.has_help,
        facilities: row.facilities,
        unbound: row.unbound,
        without_staff: row.without_staff,
        office_staff: row.office_staff,
        admins: row.admins,
        without_passkey: row.without_passkey,
        one_passkey: row.one_passkey,
        without_template: row.without_template,
        holidays_until: row.holidays_until.map(jiff_sqlx::Date::to_jiff),
        has_requests: row.has_requests,
    })
}

/// What the ward is called and whom its people can ring, as the foot of every page says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    pub name: String,
    pub phone: String,
    pub hours: String,
}

pub async fn help(tx: &mut Tx, permit: &Permit<actions::EditOrganization>) -> Result<Help> {
    sqlx::query_as!(
        Help,
        "SELECT name, help_phone AS phone, help_hours AS hours FROM hub.wards WHERE id = $1",
        permit.ward().uuid()
    )
    .fetch_one(tx.conn())
    .await
}

/// Changes them, if they are still what the form showed.
pub async fn set_help(
    tx: &mut Tx,
    permit: &Permit<actions::EditOrganization>,
    (shown, help): (&Help, &Help),
) -> Result<Result<(), Stale>> {
    let done = sqlx::query!(
        r#"
        UPDATE hub.wards SET name = $2, help_phone = $3, help_hours = $4
        WHERE id = $1 AND name = $5 AND help_phone = $6 AND help_hours = $7
        "#,
        permit.ward().uuid(),
        help.name,
        help.phone,
        help.hours,
        shown.name,
        shown.phone,
        shown.hours
    )
    .execute(tx.conn())
    .await?;
    Ok(if done.rows_affected() == 1 { Ok(()) } else { Err(Stale) })
}
