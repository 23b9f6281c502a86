//! Organizations from an accepted file: added and changed, each in one statement for any number of rows.

use uuid::Uuid;

use crate::{
    domain::{
        directory::organizations::{Details, Parent},
        ids::{Id, Organization},
    },
    gate::{Permit, actions},
    store::{Result, Tx, changed_days},
};

/// An organization as it is to be; the one above is known by its id by now.
type Row<'a> = (Id<Organization>, &'a Details);

/// Columns as arrays. Dates travel as text because an array of them may hold gaps.
struct Arrays {
    ids: Vec<Uuid>,
    parents: Vec<Option<Uuid>>,
    kinds: Vec<String>,
    names: Vec<String>,
    districts: Vec<String>,
    codes: Vec<String>,
    phones: Vec<String>,
    opened: Vec<String>,
    templates: Vec<String>,
}

impl Arrays {
    fn of(rows: &[Row<'_>]) -> Self {
        let texts = |of: fn(&Details) -> String| rows.iter().map(|(_, details)| of(details)).collect();
        let parent = |details: &Details| match details.parent {
            Some(Parent::Known(id)) => Some(id.uuid()),
            Some(Parent::Row(_)) | None => None,
        };
        Self {
            ids: rows.iter().map(|(id, _)| id.uuid()).collect(),
            parents: rows.iter().map(|(_, details)| parent(details)).collect(),
            kinds: texts(|details| details.kind.code().to_owned()),
            names: texts(|details| details.name.clone()),
            districts: texts(|details| details.district.clone()),
            codes: texts(|details| details.school_code.as_ref().map_or_else(String::new, |code| code.as_str().to_owned())),
            phones: texts(|details| details.phone.clone()),
            opened: texts(|details| details.opened_on.to_string()),
            templates: texts(|details| details.template.clone()),
        }
    }
}

/// Adds organizations, those above before or together with those below.
pub async fn add_organizations(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, rows: &[Row<'_>]) -> Result<()> {
    let arrays = Arrays::of(rows);
    let closed: Vec<String> =
        rows.iter().map(|(_, details)| details.closed_on.map_or_else(String::new, |day| day.to_string())).collect();
    sqlx::query!(
        r#"
        INSERT INTO hub.organizations
            (ward_id, id, parent_id, kind, name, district, school_code, phone, opened_on, calendar_template, closed_on)
        SELECT $1, x.id, x.parent_id, x.kind, x.name, x.district, x.school_code, x.phone, x.opened_on::date, x.template, nullif(x.closed_on, '')::date
        FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
             AS x (id, parent_id, kind, name, district, school_code, phone, opened_on, template, closed_on)
        "#,
        permit.ward().uuid(),
        &arrays.ids,
        &arrays.parents as &[Option<Uuid>],
        &arrays.kinds,
        &arrays.names,
        &arrays.districts,
        &arrays.codes,
        &arrays.phones,
        &arrays.opened,
        &arrays.templates,
        &closed
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes organizations. Closing one is not a file's business: it asks first what would be left behind.
pub async fn change_organizations(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, rows: &[Row<'_>]) -> Result<()> {
    let arrays = Arrays::of(rows);
    changed_days::note_templates(tx, permit, (&arrays.ids, &arrays.templates)).await?;
    sqlx::query!(
        r#"
        UPDATE hub.organizations o SET parent_id = x.parent_id, kind = x.kind, name = x.name, district = x.district
             , school_code = x.school_code, phone = x.phone, opened_on = x.opened_on::date, calendar_template = x.template, revision = o.revision + 1
        FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
             AS x (id, parent_id, kind, name, district, school_code, phone, opened_on, template)
        WHERE o.ward_id = $1 AND o.id = x.id
        "#,
        permit.ward().uuid(),
        &arrays.ids,
        &arrays.parents as &[Option<Uuid>],
        &arrays.kinds,
        &arrays.names,
        &arrays.districts,
        &arrays.codes,
        &arrays.phones,
        &arrays.opened,
        &arrays.templates
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
