//! The offices, facilities and people of the demo ward.

use serde_json::{Value, json};

use super::super::{Result, Tx};
use crate::domain::{
    demo::Plan,
    ids::{Id, Ward},
};

pub(super) async fn insert(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let places = plan.places.iter().map(|place| {
        json!({ "id": place.id, "parent_id": place.parent, "kind": place.kind, "name": place.name, "district": place.district
              , "template": place.template, "opened_on": place.opened_on })
    });
    sqlx::query!(
        r#"
        INSERT INTO hub.organizations (ward_id, id, parent_id, kind, name, district, calendar_template, opened_on)
        SELECT $1, o.id, o.parent_id, o.kind, o.name, o.district, o.template, o.opened_on
        FROM jsonb_to_recordset($2) AS o (id uuid, parent_id uuid, kind text, name text, district text, template text, opened_on date)
        "#,
        ward.uuid(),
        places.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;

    let ties = plan.places.iter().filter_map(|place| Some((place.id, place.secrecy?))).map(|(id, secrecy)| {
        json!({ "id": id, "tie": secrecy.tie.code(), "member_since": secrecy.member_since, "pledged_on": secrecy.pledged_on })
    });
    sqlx::query!(
        r#"
        INSERT INTO hub.council_ties (ward_id, organization_id, tie, member_since, pledged_on)
        SELECT $1, c.id, c.tie, c.member_since, c.pledged_on
        FROM jsonb_to_recordset($2) AS c (id uuid, tie text, member_since date, pledged_on date)
        "#,
        ward.uuid(),
        ties.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;

    let since = super::since(plan);
    let staff = plan.staff.iter().map(|person| {
        let status = if person.invited { "invited" } else { "active" };
        json!({ "id": person.id, "name": person.name, "status": status, "created_at": since })
    });
    sqlx::query!(
        r#"
        INSERT INTO hub.people (ward_id, id, display_name, status, created_at)
        SELECT $1, p.id, p.name, p.status, p.created_at
        FROM jsonb_to_recordset($2) AS p (id uuid, name text, status text, created_at timestamptz)
        "#,
        ward.uuid(),
        staff.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;

    let posts = plan.staff.iter().flat_map(|person| person.posts.iter().map(move |post| (person.id, post))).map(|(person, post)| {
        json!({ "id": post.id, "person_id": person, "organization_id": post.organization, "role": post.role, "from_on": post.from })
    });
    sqlx::query!(
        r#"
        INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
        SELECT $1, m.id, m.person_id, m.organization_id, m.role, m.from_on
        FROM jsonb_to_recordset($2) AS m (id uuid, person_id uuid, organization_id uuid, role text, from_on date)
        "#,
        ward.uuid(),
        posts.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
