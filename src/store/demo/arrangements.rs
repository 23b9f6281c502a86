//! What the offices of the demo ward have arranged: rosters, a substitute, and children about to leave.

use jiff_sqlx::ToSqlx;
use serde_json::{Value, json};

use super::super::{Result, Tx};
use crate::domain::{
    demo::Plan,
    ids::{Id, Ward},
};

pub(super) async fn insert(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    insert_rosters(tx, ward, plan).await?;
    insert_absences(tx, ward, plan).await?;
    insert_transfers(tx, ward, plan).await
}

/// Written by the person of its first turn, when the story begins.
async fn insert_rosters(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let turns = plan.duty.iter().map(
        |turn| json!({ "office_id": turn.office, "weekday": turn.row.number(), "shift": turn.shift, "person_id": turn.person }),
    );
    let turns = turns.collect::<Value>();
    sqlx::query!(
        r#"
        INSERT INTO desk.duty_rosters (ward_id, office_id, revision, changed_by, changed_at)
        SELECT DISTINCT ON (t.office_id) $1::uuid, t.office_id, 1, t.person_id, $3::timestamptz
        FROM jsonb_to_recordset($2) AS t (office_id uuid, weekday smallint, shift text, person_id uuid)
        ORDER BY t.office_id, t.weekday, t.shift
        "#,
        ward.uuid(),
        turns,
        super::since(plan).to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        r#"
        INSERT INTO desk.duty_turns (ward_id, office_id, weekday, shift, person_id)
        SELECT $1, t.office_id, t.weekday, t.shift, t.person_id
        FROM jsonb_to_recordset($2) AS t (office_id uuid, weekday smallint, shift text, person_id uuid)
        "#,
        ward.uuid(),
        turns
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert_absences(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let away = plan.away.iter().map(|away| {
        json!({ "id": away.id, "office_id": away.office, "person_id": away.person, "from_on": away.from, "until_on": away.until
              , "substitute_id": away.substitute, "entered_at": away.entered_at })
    });
    sqlx::query!(
        r#"
        INSERT INTO desk.absences (ward_id, id, office_id, person_id, from_on, until_on, substitute_id, entered_by, entered_at)
        SELECT $1, a.id, a.office_id, a.person_id, a.from_on, a.until_on, a.substitute_id, a.person_id, a.entered_at
        FROM jsonb_to_recordset($2) AS a
            ( id uuid, office_id uuid, person_id uuid, from_on date, until_on date, substitute_id uuid, entered_at timestamptz )
        "#,
        ward.uuid(),
        away.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The plan, its step, and which request goes on where the other ends; the rules are asked about it by the clock.
async fn insert_transfers(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let leaving = plan.leaving.iter().map(|leaving| {
        let onward = leaving.onward.map(|onward| plan.watches[onward].id);
        json!({ "watch_id": plan.watches[leaving.watch].id, "last_on": leaving.last, "next": leaving.next, "onward_id": onward
              , "entered_by": leaving.entered_by, "entered_at": leaving.entered_at })
    });
    sqlx::query!(
        r#"
        WITH leaving AS
            ( SELECT * FROM jsonb_to_recordset($2) AS l
                ( watch_id uuid, last_on date, next text, onward_id uuid, entered_by uuid, entered_at timestamptz ) )
           , planned AS
            ( INSERT INTO desk.transfers (ward_id, watch_id, last_on, next, entered_by, entered_at)
              SELECT $1, l.watch_id, l.last_on, l.next, l.entered_by, l.entered_at FROM leaving l )
           , stepped AS
            ( INSERT INTO desk.request_steps (ward_id, watch_id, revision, event, by_person, at)
              SELECT $1, l.watch_id, r.revision + 1, 'moved', l.entered_by, l.entered_at
              FROM leaving l JOIN desk.requests r ON r.ward_id = $1 AND r.watch_id = l.watch_id )
        UPDATE desk.requests r
        SET revision = r.revision + CASE WHEN r.watch_id = l.watch_id THEN 1 ELSE 0 END
          , continues = CASE WHEN r.watch_id = l.onward_id THEN l.watch_id END
        FROM leaving l WHERE r.ward_id = $1 AND r.watch_id IN (l.watch_id, l.onward_id)
        "#,
        ward.uuid(),
        leaving.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
