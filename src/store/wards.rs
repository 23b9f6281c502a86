//! Wards: which there are, and how a new one begins.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde_json::{Value, json};

use super::{Db, Result, Tx};
use crate::{
    domain::{
        calendar::{Standard, national_holidays, standard_templates},
        ids::{Id, Membership, Person, Ward},
        rule::default_rules,
    },
    gate::{Permit, Role, actions},
};

/// A ward as the operator's console finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: Id<Ward>,
    pub code: String,
    pub is_demo: bool,
}

/// Every ward of this database, by code.
pub async fn all(db: &Db) -> Result<Vec<Known>> {
    let mut tx = db.all_wards().await?;
    sqlx::query_as!(Known, r#"SELECT ward_id AS "id!: Id<Ward>", code AS "code!", is_demo AS "is_demo!" FROM hub.wards_on_duty()"#)
        .fetch_all(&mut *tx)
        .await
}

pub async fn by_code(db: &Db, code: &str) -> Result<Option<Known>> {
    Ok(all(db).await?.into_iter().find(|known| known.code == code))
}

/// Whether the ward inside the fence was made as a demo.
pub async fn is_demo(tx: &mut Tx, ward: Id<Ward>) -> Result<bool> {
    let marked = sqlx::query_scalar!("SELECT is_demo FROM hub.wards WHERE id = $1", ward.uuid()).fetch_optional(tx.conn()).await?;
    Ok(marked.unwrap_or(false))
}

/// What a ward is called and whom its people can ring.
#[derive(Debug, Clone, Copy)]
pub struct NewWard<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub help_phone: &'a str,
    pub help_hours: &'a str,
    /// Set here or never.
    pub is_demo: bool,
}

/// The ward of the permit with its rules, the national holidays and the calendar templates; the rules hold from `since` on.
///
/// # Errors
/// When a ward has the code already.
pub async fn insert(tx: &mut Tx, permit: &Permit<actions::CreateWard>, new: &NewWard<'_>, since: Timestamp) -> Result<()> {
    sqlx::query!(
        "INSERT INTO hub.wards (id, code, name, help_phone, help_hours, is_demo, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        permit.ward().uuid(),
        new.code,
        new.name,
        new.help_phone,
        new.help_hours,
        new.is_demo,
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    insert_rules(tx, permit.ward(), since).await?;
    let today = tx.today();
    insert_calendars(tx, permit.ward(), &standard_templates(today)).await
}

async fn insert_rules(tx: &mut Tx, ward: Id<Ward>, since: Timestamp) -> Result<()> {
    let rules: Vec<Value> = default_rules()
        .into_iter()
        .map(|rule| {
            json!({ "code": rule.code, "version": rule.version, "threshold": rule.threshold, "threshold_strict": rule.threshold_strict
                  , "severity": rule.severity, "route": rule.route, "enabled": rule.enabled, "visit_breaks": rule.visit_breaks
                  , "second": rule.second, "third": rule.third })
        })
        .collect();
    sqlx::query!(
        r#"
        INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, severity, route, enabled, visit_breaks, second, third, from_at)
        SELECT $1, r.code, r.version, r.threshold, r.threshold_strict, r.severity, r.route, r.enabled, r.visit_breaks, r.second, r.third, $3
        FROM jsonb_to_recordset($2) AS r
            ( code text, version integer, threshold integer, threshold_strict integer, severity text, route text, enabled boolean
            , visit_breaks boolean, second integer, third integer )
        "#,
        ward.uuid(),
        Value::Array(rules),
        since.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert_calendars(tx: &mut Tx, ward: Id<Ward>, templates: &[Standard]) -> Result<()> {
    let holidays: Vec<Value> = national_holidays().map(|(day, name)| json!({ "day": day, "name": name })).collect();
    sqlx::query!(
        "INSERT INTO watch.holidays (ward_id, day, name) SELECT $1, h.day, h.name FROM jsonb_to_recordset($2) AS h (day date, name text)",
        ward.uuid(),
        Value::Array(holidays)
    )
    .execute(tx.conn())
    .await?;
    for template in templates {
        sqlx::query!(
            "INSERT INTO watch.calendar_templates (ward_id, code, name, open_weekdays, open_on_holidays) VALUES ($1, $2, $3, $4, $5)",
            ward.uuid(),
            template.code,
            template.name,
            &template.week.iso_weekdays(),
            template.open_on_holidays
        )
        .execute(tx.conn())
        .await?;
        let closures: Vec<Value> = template
            .closures
            .iter()
            .map(|closure| json!({ "from": closure.span.from, "until": closure.span.to, "label": closure.label }))
            .collect();
        sqlx::query!(
            r#"
            INSERT INTO watch.template_days (ward_id, template, from_on, until_on, is_open, label)
            SELECT $1, $2, d."from", d."until", false, d.label
            FROM jsonb_to_recordset($3) AS d ("from" date, "until" date, label text)
            "#,
            ward.uuid(),
            template.code,
            Value::Array(closures)
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// The ward's own office, the root of its tree; its id is the permit's.
pub async fn insert_root(tx: &mut Tx, permit: &Permit<actions::CreateWard>, name: &str) -> Result<()> {
    let today = tx.today();
    sqlx::query!(
        "INSERT INTO hub.organizations (ward_id, id, kind, name, opened_on) VALUES ($1, $2, 'ward_office', $3, $4)",
        permit.ward().uuid(),
        permit.id().uuid(),
        name,
        today.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One of the first people of a ward, invited and with the right to everything the ward's desk does.
pub async fn insert_admin(tx: &mut Tx, permit: &Permit<actions::CreateWard>, name: &str) -> Result<Id<Person>> {
    let (id, membership): (Id<Person>, Id<Membership>) = (Id::random(), Id::random());
    let (now, today): (Timestamp, Date) = (tx.now(), tx.today());
    sqlx::query!(
        "INSERT INTO hub.people (ward_id, id, display_name, status, created_at) VALUES ($1, $2, $3, 'invited', $4)",
        permit.ward().uuid(),
        id.uuid(),
        name,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on) VALUES ($1, $2, $3, $4, $5, $6)",
        permit.ward().uuid(),
        membership.uuid(),
        id.uuid(),
        permit.id().uuid(),
        Role::WardAdmin.code(),
        today.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Telephone and hours of the ward's help; empty where one installation serves several wards.
#[derive(Debug, Clone, Default)]
pub struct CommonHelp {
    pub phone: String,
    pub hours: String,
}

/// Asked before anybody is known.
pub async fn common_help(db: &Db) -> Result<CommonHelp> {
    let mut tx = db.nobody().await?;
    let help = sqlx::query_as!(CommonHelp, r#"SELECT phone AS "phone!", hours AS "hours!" FROM hub.common_help()"#)
        .fetch_optional(&mut *tx)
        .await?;
    Ok(help.unwrap_or_default())
}
