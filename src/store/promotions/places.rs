//! 進級 in numbers, facility by facility: reads no name of a child, and as many rows as there are grades.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::offices;
use crate::{
    domain::{
        facility::{FacilityKind, OrganizationKind},
        grade::Grade,
        ids::{Id, Organization},
        promotion::{Fate, Offer},
    },
    gate::{Scope, actions},
    store::{Result, Tx, sql::unknown_code},
};

/// What becomes of the office's children at one facility, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub facility: Id<Organization>,
    pub name: String,
    /// Still to be decided: those who usually go up, those who usually leave, and those who can only be looked at one by one.
    pub up: i64,
    pub leave: i64,
    pub apart: i64,
    /// Whose new grade is decided.
    pub decided: i64,
    /// Who leaves, and those of them without a next facility.
    pub leaving: i64,
    pub held: i64,
    /// Another number as soon as anything is another that is still to be decided: a child, a grade, a request.
    pub mark: i64,
}

impl Place {
    const fn empty(facility: Id<Organization>, name: String) -> Self {
        Self { facility, name, up: 0, leave: 0, apart: 0, decided: 0, leaving: 0, held: 0, mark: 0 }
    }

    /// About how many a decision can be made on the page of the facility.
    pub const fn open(&self) -> i64 {
        self.up + self.leave
    }

    /// Everybody still to be decided about simply goes up: nobody leaves, and nobody has to be looked at one by one.
    pub const fn goes_up(&self) -> bool {
        self.up > 0 && self.leave == 0 && self.apart == 0
    }

    fn add(&mut self, told: &Told, kind: FacilityKind) {
        match told.what.as_str() {
            "decided" => self.decided += told.children,
            "leaving" => self.leaving += told.children,
            "held" => {
                self.leaving += told.children;
                self.held += told.children;
            }
            // As `pending` has it: a grade that cannot be read is one of those to look at.
            what => {
                self.mark ^= told.mark;
                match Grade::from_code(&told.grade).filter(|_| what == "open").map(|grade| Offer::of(grade, kind).usual) {
                    Some(Fate::Leave) => self.leave += told.children,
                    Some(_) => self.up += told.children,
                    None => self.apart += told.children,
                }
            }
        }
    }
}

/// Children of one grade of whom the same is to be told.
struct Told {
    facility: Id<Organization>,
    name: String,
    kind: String,
    grade: String,
    what: String,
    children: i64,
    mark: i64,
}

/// The facilities at which the office's children go up or leave on the day, by name; one alone where it is named.
pub async fn places(
    tx: &mut Tx,
    scope: &Scope<actions::PromoteRequests>,
    on: Date,
    only: Option<Id<Organization>>,
) -> Result<Vec<Place>> {
    let mut places: Vec<Place> = Vec::new();
    for told in told(tx, scope, on, only).await? {
        let kind = OrganizationKind::from_code(&told.kind).and_then(OrganizationKind::facility);
        let kind = kind.ok_or_else(|| unknown_code("facility kind", &told.kind))?;
        if places.last().is_none_or(|last| last.facility != told.facility) {
            places.push(Place::empty(told.facility, told.name.clone()));
        }
        if let Some(place) = places.last_mut() {
            place.add(&told, kind);
        }
    }
    Ok(places)
}

async fn told(tx: &mut Tx, scope: &Scope<actions::PromoteRequests>, on: Date, only: Option<Id<Organization>>) -> Result<Vec<Told>> {
    let today = tx.today();
    let offices = offices(tx, scope.ward().uuid(), scope.organization().uuid()).await?;
    sqlx::query_as!(
        Told,
        r#"
        WITH told AS
            ( SELECT w.facility_id, w.grade, hashtextextended(concat_ws(' ', w.id, r.revision, w.grade), 0) AS mark
                   , CASE WHEN f.closed_on <= $3
                            OR EXISTS (SELECT FROM watch.watches later WHERE later.ward_id = w.ward_id AND later.child_id = w.child_id AND later.from_on > w.from_on)
                          THEN 'apart' ELSE 'open' END AS what
              FROM desk.requests r
              JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
              JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
              WHERE r.ward_id = $1 AND r.office_id = ANY ($2) AND (w.until_on IS NULL OR w.until_on >= $3)
                AND (w.from_on < $3 AND w.from_on <= $4 OR r.carried_from IS NOT NULL AND w.from_on <= $3)
                AND NOT EXISTS (SELECT FROM desk.promotions p WHERE p.ward_id = r.ward_id AND p.watch_id = r.watch_id AND p.on_day = $3)
              UNION ALL
              SELECT w.facility_id, '', 0, 'decided'
              FROM desk.promotions p
              JOIN desk.requests r ON r.ward_id = p.ward_id AND r.watch_id = p.watch_id
              JOIN watch.watches w ON w.ward_id = p.ward_id AND w.id = p.watch_id
              WHERE p.ward_id = $1 AND r.office_id = ANY ($2) AND p.on_day = $3 AND (w.until_on IS NULL OR w.until_on >= $3)
              UNION ALL
              SELECT w.facility_id, '', 0, CASE WHEN t.next IN ('undecided', 'missing') THEN 'held' ELSE 'leaving' END
              FROM desk.transfers t
              JOIN desk.requests r ON r.ward_id = t.ward_id AND r.watch_id = t.watch_id
              JOIN watch.watches w ON w.ward_id = t.ward_id AND w.id = t.watch_id
              WHERE t.ward_id = $1 AND r.office_id = ANY ($2) AND t.dropped_at IS NULL
                AND t.last_on < $3 AND t.last_on >= least($4::date, $3::date - 1) )
        SELECT f.id AS "facility!: Id<Organization>", f.name AS "name!", f.kind AS "kind!", t.grade AS "grade!", t.what AS "what!"
             , count(*) AS "children!", bit_xor(t.mark) AS "mark!"
        FROM told t JOIN hub.organizations f ON f.ward_id = $1 AND f.id = t.facility_id
        WHERE $5::uuid IS NULL OR f.id = $5
        GROUP BY f.id, f.name, f.kind, t.grade, t.what
        ORDER BY f.name, f.id
        "#,
        scope.ward().uuid(),
        &offices,
        on.to_sqlx(),
        today.to_sqlx(),
        only.map(Id::uuid)
    )
    .fetch_all(tx.conn())
    .await
}

/// One facility, also where nobody goes up or leaves; `None` when it is none.
pub async fn place(
    tx: &mut Tx,
    scope: &Scope<actions::PromoteRequests>,
    on: Date,
    facility: Id<Organization>,
) -> Result<Option<Place>> {
    if let Some(place) = places(tx, scope, on, Some(facility)).await?.pop() {
        return Ok(Some(place));
    }
    let row = sqlx::query!(
        "SELECT name, kind FROM hub.organizations WHERE ward_id = $1 AND id = $2",
        scope.ward().uuid(),
        facility.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let is_facility = |code: &str| OrganizationKind::from_code(code).and_then(OrganizationKind::facility).is_some();
    Ok(row.filter(|row| is_facility(&row.kind)).map(|row| Place::empty(facility, row.name)))
}
