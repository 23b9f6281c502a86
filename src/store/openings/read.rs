//! One opening with the names of whoever had to do with it; the child only for the office whose child it is.

use jiff::Timestamp;

use crate::{
    domain::{
        ids::{Id, Person, Watch},
        opening::{Course, Judgement, Reason},
    },
    gate::{OpeningFacts, Permit, actions},
    store::{Result, Tx, sql::unknown_code},
};

/// What somebody did to it, and when.
#[derive(Debug, Clone)]
pub struct Said {
    pub person: Id<Person>,
    pub name: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Opening {
    pub opener: String,
    pub office: String,
    pub owner: String,
    pub reason: Reason,
    pub words: String,
    pub course: Course,
    pub confirmed: Option<Said>,
    pub ended: Option<Said>,
    pub judged: Option<Said>,
    pub judgement_words: String,
    /// Through the policies of requests: nobody but the office that asked sees a name here.
    pub child: Option<OwnChild>,
}

/// A child of the reader's own office.
#[derive(Debug, Clone)]
pub struct OwnChild {
    pub watch: Id<Watch>,
    pub name: String,
    /// 支援措置
    pub protected: bool,
}

/// The opening the permit is for.
pub async fn read<A: actions::Action<On = OpeningFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Opening> {
    let row = sqlx::query!(
        r#"
        SELECT p.display_name AS opener, o.name AS office, w.name AS owner, e.reason, e.words
             , e.asked_at, e.until_at AS "until!", e.confirmed_at, e.ended_at, e.judged_at, e.judgement, e.judgement_words
             , c.id AS "confirmed_id?: Id<Person>", c.display_name AS "confirmed_by?"
             , d.id AS "ended_id?: Id<Person>", d.display_name AS "ended_by?", j.id AS "judged_id?: Id<Person>", j.display_name AS "judged_by?"
             , v.id AS "watch?: Id<Watch>", v.name AS "child?", v.discreet AS "protected?"
        FROM desk.openings e
        JOIN hub.people p ON p.ward_id = e.ward_id AND p.id = e.person_id
        JOIN hub.organizations o ON o.ward_id = e.ward_id AND o.id = e.office_id
        JOIN hub.organizations w ON w.ward_id = e.ward_id AND w.id = e.owner_id
        LEFT JOIN hub.people c ON c.ward_id = e.ward_id AND c.id = e.confirmed_by
        LEFT JOIN hub.people d ON d.ward_id = e.ward_id AND d.id = e.ended_by
        LEFT JOIN hub.people j ON j.ward_id = e.ward_id AND j.id = e.judged_by
        LEFT JOIN watch.watches v ON v.ward_id = e.ward_id AND v.id = e.watch_id
        WHERE e.ward_id = $1 AND e.id = $2 AND e.outcome = 'opened'
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    let course = Course {
        asked_at: row.asked_at.to_jiff(),
        until: row.until.to_jiff(),
        confirmed_at: row.confirmed_at.map(jiff_sqlx::Timestamp::to_jiff),
        ended_at: row.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
        judged_at: row.judged_at.map(jiff_sqlx::Timestamp::to_jiff),
        judgement: judgement(row.judgement.as_deref())?,
    };
    let said = |person: Option<Id<Person>>, name: Option<String>, at: Option<Timestamp>| {
        Some(Said { person: person?, name: name?, at: at? })
    };
    Ok(Opening {
        opener: row.opener,
        office: row.office,
        owner: row.owner,
        reason: Reason::from_code(&row.reason).ok_or_else(|| unknown_code("reason", &row.reason))?,
        words: row.words,
        confirmed: said(row.confirmed_id, row.confirmed_by, course.confirmed_at),
        ended: said(row.ended_id, row.ended_by, course.ended_at),
        judged: said(row.judged_id, row.judged_by, course.judged_at),
        course,
        judgement_words: row.judgement_words,
        child: row.watch.zip(row.child).map(|(watch, name)| OwnChild { watch, name, protected: row.protected == Some(true) }),
    })
}

pub(super) fn judgement(code: Option<&str>) -> Result<Option<Judgement>> {
    code.map(|code| Judgement::from_code(code).ok_or_else(|| unknown_code("judgement", code))).transpose()
}
