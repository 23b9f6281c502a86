//! The children one by one: who is still to be decided about, whose grade is decided, who leaves.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::offices;
use crate::{
    domain::{
        facility::{FacilityKind, OrganizationKind},
        grade::Grade,
        ids::{Id, Organization, Watch},
        promotion::{Offer, Reason},
        transfer::Next,
    },
    gate::{Scope, actions},
    store::{
        Result, Tx,
        requests::Child,
        sql::{unknown_code, uuids},
    },
};

/// Some of the children of some facilities.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    pub facilities: &'a [Id<Organization>],
    /// These alone, where somebody is named.
    pub only: Option<&'a [Id<Watch>]>,
    /// `None`: all of them.
    pub limit: Option<i64>,
    pub offset: i64,
}

impl<'a> Part<'a> {
    /// All children of the facilities.
    pub const fn all(facilities: &'a [Id<Organization>]) -> Self {
        Self { facilities, only: None, limit: None, offset: 0 }
    }

    /// Those of them who are named.
    pub const fn only(facilities: &'a [Id<Organization>], watches: &'a [Id<Watch>]) -> Self {
        Self { facilities, only: Some(watches), limit: None, offset: 0 }
    }

    fn named(&self) -> Option<Vec<Uuid>> {
        self.only.map(uuids)
    }
}

/// A child of the office whose grade changes on the day, or why it cannot.
#[derive(Debug, Clone)]
pub struct Pupil {
    pub child: Child,
    pub revision: i32,
    /// The request the child leaves by if it leaves: where a merger carries this one on from that very day, the one before it.
    pub leaves: (Id<Watch>, i32),
    pub offer: std::result::Result<Offer, Reason>,
}

/// The office's own children in force over `on`, about whom nothing is decided yet; by facility, grade and name. [`super::places`] counts the
/// same.
pub async fn pending(tx: &mut Tx, scope: &Scope<actions::PromoteRequests>, on: Date, part: Part<'_>) -> Result<Vec<Pupil>> {
    let today = tx.today();
    let offices = offices(tx, scope.ward().uuid(), scope.organization().uuid()).await?;
    let named = part.named();
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, w.facility_id AS "facility: Id<Organization>"
             , f.name AS facility_name, w.discreet, f.kind, coalesce(f.closed_on <= $3, false) AS "closes!", r.revision
             , before.watch_id AS "before?: Id<Watch>", before.revision AS "before_revision?"
             , EXISTS ( SELECT FROM watch.watches later WHERE later.ward_id = w.ward_id AND later.child_id = w.child_id AND later.from_on > w.from_on ) AS "is_followed!"
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        LEFT JOIN desk.requests before ON before.ward_id = r.ward_id AND before.watch_id = r.carried_from AND w.from_on = $3 AND w.from_on > $4
        WHERE r.ward_id = $1 AND r.office_id = ANY ($2) AND (w.until_on IS NULL OR w.until_on >= $3)
          AND (w.from_on < $3 AND w.from_on <= $4 OR r.carried_from IS NOT NULL AND w.from_on <= $3)
          AND NOT EXISTS (SELECT FROM desk.promotions p WHERE p.ward_id = r.ward_id AND p.watch_id = r.watch_id AND p.on_day = $3)
          AND w.facility_id = ANY ($5) AND ($6::uuid[] IS NULL OR w.id = ANY ($6))
        ORDER BY f.name, w.facility_id, w.grade, w.kana = '', w.kana, w.name, w.id
        LIMIT $7 OFFSET $8
        "#,
        scope.ward().uuid(),
        &offices,
        on.to_sqlx(),
        today.to_sqlx(),
        &uuids(part.facilities),
        named.as_deref() as Option<&[Uuid]>,
        part.limit,
        part.offset
    )
    .fetch_all(tx.conn())
    .await?;
    let pupils = rows.into_iter().map(|row| {
        let kind = OrganizationKind::from_code(&row.kind).and_then(OrganizationKind::facility);
        let kind: FacilityKind = kind.ok_or_else(|| unknown_code("facility kind", &row.kind))?;
        let offer = match Grade::from_code(&row.grade) {
            _ if row.closes => Err(Reason::FacilityCloses),
            _ if row.is_followed => Err(Reason::Followed),
            None => Err(Reason::GradeUnknown),
            Some(grade) => Ok(Offer::of(grade, kind)),
        };
        let child = Child {
            watch: row.watch,
            name: row.name,
            kana: row.kana,
            grade: row.grade,
            class: row.class,
            facility: row.facility,
            facility_name: row.facility_name,
            protected: row.discreet,
        };
        let leaves = row.before.zip(row.before_revision).unwrap_or((row.watch, row.revision));
        Ok(Pupil { child, revision: row.revision, leaves, offer })
    });
    pupils.collect()
}

/// A child that leaves by the day already, as it was planned by hand.
#[derive(Debug, Clone)]
pub struct Leaver {
    pub watch: Id<Watch>,
    pub name: String,
    pub protected: bool,
    pub last: Date,
    pub next: Next,
    pub next_facility: Option<(Id<Organization>, String)>,
}

/// Who leaves between today and the day.
pub async fn leavers(tx: &mut Tx, scope: &Scope<actions::PromoteRequests>, on: Date, part: Part<'_>) -> Result<Vec<Leaver>> {
    let today = tx.today();
    let offices = offices(tx, scope.ward().uuid(), scope.organization().uuid()).await?;
    let named = part.named();
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.discreet, t.last_on, t.next, there.id AS "there?: Id<Organization>", there.name AS "there_name?"
        FROM desk.transfers t
        JOIN desk.requests r ON r.ward_id = t.ward_id AND r.watch_id = t.watch_id
        JOIN watch.watches w ON w.ward_id = t.ward_id AND w.id = t.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        LEFT JOIN desk.requests onward ON onward.ward_id = t.ward_id AND onward.continues = t.watch_id
        LEFT JOIN watch.watches later ON later.ward_id = onward.ward_id AND later.id = onward.watch_id
        LEFT JOIN hub.organizations there ON there.ward_id = later.ward_id AND there.id = later.facility_id
        WHERE t.ward_id = $1 AND r.office_id = ANY ($2) AND t.dropped_at IS NULL AND t.last_on < $3 AND t.last_on >= least($4::date, $3::date - 1)
          AND w.facility_id = ANY ($5) AND ($6::uuid[] IS NULL OR w.id = ANY ($6))
        ORDER BY t.last_on, f.name, w.kana, w.name, w.id
        LIMIT $7 OFFSET $8
        "#,
        scope.ward().uuid(),
        &offices,
        on.to_sqlx(),
        today.to_sqlx(),
        &uuids(part.facilities),
        named.as_deref() as Option<&[Uuid]>,
        part.limit,
        part.offset
    )
    .fetch_all(tx.conn())
    .await?;
    let leavers = rows.into_iter().map(|row| {
        let next = Next::from_code(&row.next).ok_or_else(|| unknown_code("next", &row.next))?;
        let (last, next_facility) = (row.last_on.to_jiff(), row.there.zip(row.there_name));
        Ok(Leaver { watch: row.watch, name: row.name, protected: row.discreet, last, next, next_facility })
    });
    leavers.collect()
}

/// A child whose grade from the day on is decided already.
#[derive(Debug, Clone)]
pub struct Decided {
    pub watch: Id<Watch>,
    pub name: String,
    pub protected: bool,
    /// The code of the grade, and the class.
    pub before: (String, String),
    pub after: (String, String),
}

/// Whose new grade is decided, by facility, grade and name; without those who leave before it holds.
pub async fn decided(tx: &mut Tx, scope: &Scope<actions::PromoteRequests>, on: Date, part: Part<'_>) -> Result<Vec<Decided>> {
    let offices = offices(tx, scope.ward().uuid(), scope.organization().uuid()).await?;
    let named = part.named();
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.discreet, p.grade, p.class, p.grade_before, p.class_before
        FROM desk.promotions p
        JOIN desk.requests r ON r.ward_id = p.ward_id AND r.watch_id = p.watch_id
        JOIN watch.watches w ON w.ward_id = p.ward_id AND w.id = p.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        WHERE p.ward_id = $1 AND r.office_id = ANY ($2) AND p.on_day = $3 AND (w.until_on IS NULL OR w.until_on >= $3)
          AND w.facility_id = ANY ($4) AND ($5::uuid[] IS NULL OR w.id = ANY ($5))
        ORDER BY f.name, w.facility_id, p.grade, w.kana = '', w.kana, w.name, w.id
        LIMIT $6 OFFSET $7
        "#,
        scope.ward().uuid(),
        &offices,
        on.to_sqlx(),
        &uuids(part.facilities),
        named.as_deref() as Option<&[Uuid]>,
        part.limit,
        part.offset
    )
    .fetch_all(tx.conn())
    .await?;
    let decided = rows.into_iter().map(|row| Decided {
        watch: row.watch,
        name: row.name,
        protected: row.discreet,
        before: (row.grade_before, row.class_before),
        after: (row.grade, row.class),
    });
    Ok(decided.collect())
}
