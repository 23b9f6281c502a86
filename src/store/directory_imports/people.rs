//! People from an accepted file: written down without an invitation, mended, gone.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{
    domain::{
        directory::people::PersonDetails,
        ids::{Id, Person},
    },
    gate::{Permit, actions},
    store::{Result, Tx, mails},
};

type Row<'a> = (Id<Person>, &'a PersonDetails);

fn ids(rows: &[Row<'_>]) -> Vec<Uuid> {
    rows.iter().map(|(id, _)| id.uuid()).collect()
}

fn texts(rows: &[Row<'_>], of: fn(&PersonDetails) -> &str) -> Vec<String> {
    rows.iter().map(|(_, details)| of(details).to_owned()).collect()
}

/// Writes people down; they come in when somebody invites them.
pub async fn add_people(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, rows: &[Row<'_>]) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        r#"
        INSERT INTO hub.people (ward_id, id, display_name, kana, staff_code, mail, status, created_at)
        SELECT $1, x.id, x.name, x.kana, x.staff_code, x.mail, 'invited', $2
        FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[]) AS x (id, name, kana, staff_code, mail)
        "#,
        permit.ward().uuid(),
        now.to_sqlx(),
        &ids(rows),
        &texts(rows, |details| &details.name),
        &texts(rows, |details| &details.kana),
        &texts(rows, |details| &details.staff_code),
        &texts(rows, |details| &details.mail)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Mends what is written down; each person once.
pub async fn change_people(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, rows: &[Row<'_>]) -> Result<()> {
    let now = tx.now();
    mails::tell_former_addresses(tx, permit, (&ids(rows), &texts(rows, |details| &details.mail))).await?;
    mails::tell_changed_codes(tx, permit, (&ids(rows), &texts(rows, |details| &details.staff_code))).await?;
    sqlx::query!(
        r#"
        UPDATE hub.people p SET display_name = x.name, kana = x.kana, staff_code = x.staff_code, mail = x.mail, revision = p.revision + 1
             , code_changed_at = CASE WHEN p.staff_code = x.staff_code THEN p.code_changed_at ELSE $7 END
        FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) AS x (id, name, kana, staff_code, mail)
        WHERE p.ward_id = $1 AND p.id = x.id
        "#,
        permit.ward().uuid(),
        &ids(rows),
        &texts(rows, |details| &details.name),
        &texts(rows, |details| &details.kana),
        &texts(rows, |details| &details.staff_code),
        &texts(rows, |details| &details.mail),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Somebody who retires, and the last day.
#[derive(Debug, Clone, Copy)]
pub struct Leaver {
    pub person: Id<Person>,
    pub last: Date,
}

/// 退職: the last day is written down. Once it has passed, passkeys, invitations and sessions stop too; before, people go on
/// until then, and who has no membership any more is not let in. Says how many sessions that ended.
pub async fn leave(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, leavers: &[Leaver]) -> Result<u64> {
    let (ward, now, today) = (permit.ward().uuid(), tx.now(), tx.today());
    let people: Vec<Uuid> = leavers.iter().map(|one| one.person.uuid()).collect();
    let days: Vec<String> = leavers.iter().map(|one| one.last.to_string()).collect();
    sqlx::query!(
        r#"
        UPDATE hub.people p SET left_on = x.last_on::date, revision = p.revision + 1
             , status = CASE WHEN x.last_on::date < $2 THEN 'left' ELSE p.status END
        FROM unnest($3::uuid[], $4::text[]) AS x (id, last_on)
        WHERE p.ward_id = $1 AND p.id = x.id
        "#,
        ward,
        today.to_sqlx(),
        &people,
        &days
    )
    .execute(tx.conn())
    .await?;
    let gone: Vec<Uuid> = leavers.iter().filter(|one| one.last < today).map(|one| one.person.uuid()).collect();
    sqlx::query!(
        "UPDATE hub.invitations SET revoked_at = $3 WHERE ward_id = $1 AND person_id = ANY ($2) AND spent_at IS NULL AND revoked_at IS NULL",
        ward,
        &gone,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE hub.recoveries SET state = 'cancelled', closed_at = $3, closed_by = $4 WHERE ward_id = $1 AND person_id = ANY ($2) AND state IN ('asked', 'approved')",
        ward,
        &gone,
        now.to_sqlx(),
        permit.person().map(Id::uuid)
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE hub.passkeys SET removed_at = $3, removed_by = $4 WHERE ward_id = $1 AND person_id = ANY ($2) AND removed_at IS NULL",
        ward,
        &gone,
        now.to_sqlx(),
        permit.person().map(Id::uuid)
    )
    .execute(tx.conn())
    .await?;
    let ended = sqlx::query!(
        "UPDATE hub.sessions SET ended_at = $3, ended_by = 'change' WHERE ward_id = $1 AND person_id = ANY ($2) AND ended_at IS NULL",
        ward,
        &gone,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected())
}
