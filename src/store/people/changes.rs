//! Changes of a person: written down, mended, suspended, brought back, gone.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use crate::{
    domain::{
        ids::{Id, Person},
        name::{Kana, MailAddress, PersonName},
        staff_code::StaffCode,
    },
    gate::{Permit, actions},
    store::{Result, Tx, invitations, people::Stale, recoveries, sessions},
};

/// What the desk writes down about somebody.
#[derive(Debug, Clone)]
pub struct Details {
    pub name: PersonName,
    pub kana: Option<Kana>,
    pub staff_code: Option<StaffCode>,
    pub mail: Option<MailAddress>,
}

impl Details {
    fn kana(&self) -> &str {
        self.kana.as_deref().unwrap_or_default()
    }
    fn staff_code(&self) -> &str {
        self.staff_code.as_deref().unwrap_or_default()
    }
    fn mail(&self) -> &str {
        self.mail.as_deref().unwrap_or_default()
    }
}

/// Writes somebody down; they come in when they are invited.
///
/// # Errors
/// When somebody else who has not left has the staff code.
pub async fn insert(tx: &mut Tx, permit: &Permit<actions::CreatePerson>, new: &Details) -> Result<Id<Person>> {
    let id = Id::random();
    let now = tx.now();
    sqlx::query!(
        r#"
        INSERT INTO hub.people (ward_id, id, display_name, kana, staff_code, mail, status, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'invited', $7)
        "#,
        permit.ward().uuid(),
        id.uuid(),
        new.name.as_str(),
        new.kana(),
        new.staff_code(),
        new.mail(),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Whether somebody else who has not left has the staff code.
pub async fn has_staff_code(tx: &mut Tx, permit: &Permit<actions::EditPerson>, code: &StaffCode) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM hub.people WHERE ward_id = $1 AND id <> $2 AND staff_code = $3 AND status <> 'left') AS "found!""#,
        permit.ward().uuid(),
        permit.id().uuid(),
        code.as_str()
    );
    found.fetch_one(tx.conn()).await
}

/// Mends what is written down, if nobody did since the form was made.
pub async fn update(
    tx: &mut Tx,
    permit: &Permit<actions::EditPerson>,
    revision: i64,
    new: &Details,
) -> Result<std::result::Result<(), Stale>> {
    let now = tx.now().to_sqlx();
    let done = sqlx::query!(
        r#"
        UPDATE hub.people SET display_name = $4, kana = $5, staff_code = $6, mail = $7, revision = revision + 1
             , code_changed_at = CASE WHEN staff_code = $6 THEN code_changed_at ELSE $8 END
        WHERE ward_id = $1 AND id = $2 AND revision = $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        revision,
        new.name.as_str(),
        new.kana(),
        new.staff_code(),
        new.mail(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(if done.rows_affected() == 1 { Ok(()) } else { Err(Stale) })
}

/// 停止: the account does nothing any more, and says how many sessions that ended.
pub async fn suspend(tx: &mut Tx, permit: &Permit<actions::SuspendPerson>) -> Result<u64> {
    sqlx::query!(
        "UPDATE hub.people SET status = 'suspended', revision = revision + 1 WHERE ward_id = $1 AND id = $2 AND status IN ('active', 'invited')",
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .execute(tx.conn())
    .await?;
    invitations::withdraw(tx, permit).await?;
    recoveries::end_with_account(tx, permit).await?;
    sessions::end_all(tx, permit, None).await
}

/// Back as they were: with a passkey or an account of the sign-in service they sign in; who never had either is invited, who has
/// none left comes in by a recovery, which takes two people. Whoever had left comes back without memberships and passkeys. `false`
/// when there is nothing to bring back, or somebody else has the staff code by now.
pub async fn reinstate(tx: &mut Tx, permit: &Permit<actions::ReinstatePerson>) -> Result<bool> {
    let (ward, person, now) = (permit.ward().uuid(), permit.id().uuid(), tx.now().to_sqlx());
    let today = tx.today().to_sqlx();
    sqlx::query!(
        r#"
        UPDATE hub.passkeys k SET removed_at = $3, removed_by = $4 FROM hub.people p
        WHERE p.ward_id = $1 AND p.id = $2 AND (p.status = 'left' OR p.left_on < $5)
          AND k.ward_id = p.ward_id AND k.person_id = p.id AND k.removed_at IS NULL
        "#,
        ward,
        person,
        now,
        permit.person().map(Id::uuid),
        today
    )
    .execute(tx.conn())
    .await?;
    let done = sqlx::query!(
        r#"
        UPDATE hub.people p SET revision = p.revision + 1, left_on = CASE WHEN p.left_on < $3 THEN NULL ELSE p.left_on END
             , status = CASE WHEN EXISTS
            (SELECT FROM hub.passkeys k WHERE k.ward_id = p.ward_id AND k.person_id = p.id)
            OR EXISTS (SELECT FROM hub.bindings b WHERE b.ward_id = p.ward_id AND b.person_id = p.id AND b.state IN ('active', 'ended'))
            THEN 'active' ELSE 'invited' END
        WHERE p.ward_id = $1 AND p.id = $2 AND (p.status IN ('suspended', 'left') OR p.left_on < $3)
          AND NOT EXISTS (SELECT FROM hub.people o WHERE o.ward_id = p.ward_id AND o.id <> p.id AND o.staff_code = p.staff_code
                             AND p.staff_code <> '' AND o.status <> 'left')
        "#,
        ward,
        person,
        today
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// 退職: every membership ends with the last day, and once that has passed, passkeys and sessions stop too; says how many
/// sessions that ended. Before, they go on until then: who has no membership any more is not let in.
pub async fn leave(tx: &mut Tx, permit: &Permit<actions::EndMembership>, last: Date) -> Result<u64> {
    let (ward, person, now) = (permit.ward().uuid(), permit.id().uuid(), tx.now().to_sqlx());
    let over = last < tx.today();
    // A membership that would have begun after the last day has no day left: it is stopped.
    sqlx::query!(
        r#"
        UPDATE hub.memberships SET until_on = greatest(from_on, least(until_on, $3)), ended_reason = 'left', revision = revision + 1
             , suspended_at = CASE WHEN from_on > $3 THEN coalesce(suspended_at, $4) ELSE suspended_at END
        WHERE ward_id = $1 AND person_id = $2 AND (until_on IS NULL OR until_on > $3)
        "#,
        ward,
        person,
        last.to_sqlx(),
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        r#"
        UPDATE hub.people SET left_on = $3, status = CASE WHEN $4 THEN 'left' ELSE status END, revision = revision + 1
        WHERE ward_id = $1 AND id = $2
        "#,
        ward,
        person,
        last.to_sqlx(),
        over
    )
    .execute(tx.conn())
    .await?;
    if !over {
        return Ok(0);
    }
    invitations::withdraw(tx, permit).await?;
    recoveries::end_with_account(tx, permit).await?;
    sqlx::query!(
        "UPDATE hub.passkeys SET removed_at = $3, removed_by = $4 WHERE ward_id = $1 AND person_id = $2 AND removed_at IS NULL",
        ward,
        person,
        now,
        permit.person().map(Id::uuid)
    )
    .execute(tx.conn())
    .await?;
    sessions::end_all(tx, permit, None).await
}
