//! All that a facility's session could ever reach, column by column (design 2). A new one fails here, so that somebody asks
//! whether a school needs it: no birth date, no address, no reason for listing, no office.

use crate::support::TestApp;

/// Table, then its columns with their types. Free text is what the facility wrote, or the name it calls the child by.
const WATCH: &str = "\
attendance_imports: ward_id uuid, id uuid, facility_id uuid, month date, cells jsonb, marks jsonb, others integer, unclear integer, state text, result jsonb, uploaded_by uuid, uploaded_at timestamptz, ended_at timestamptz
attendance_layouts: ward_id uuid, facility_id uuid, columns jsonb, marks jsonb, changed_at timestamptz
calendar_days: ward_id uuid, id uuid, facility_id uuid, class text, from_on date, until_on date, is_open boolean, label text, entered_at timestamptz
calendar_templates: ward_id uuid, code text, name text, open_weekdays int2[], open_on_holidays boolean
changed_days: ward_id uuid, facility_id uuid, from_on date, entered_at timestamptz
days: ward_id uuid, child_id uuid, day date, watch_id uuid, facility_id uuid, version integer, status text, attended boolean, seen boolean, mark jsonb
holidays: ward_id uuid, day date, name text
inquiries: ward_id uuid, watch_id uuid, day date, asked_at timestamptz, answer text, answered_by uuid, answered_at timestamptz, told text, told_at timestamptz
replies: ward_id uuid, watch_id uuid, day date, state text, at timestamptz
reports: ward_id uuid, watch_id uuid, day date, version integer, submission_id uuid, facility_id uuid, child_id uuid, mark jsonb, correction_reason text, reported_by uuid, reported_at timestamptz, token_id uuid
slip_entries: ward_id uuid, facility_id uuid, month date, version integer, watch_id uuid, entry jsonb
slips: ward_id uuid, facility_id uuid, month date, version integer, revision bigint, reason text, prepared_by uuid, prepared_at timestamptz, approved_by uuid, approved_at timestamptz
submissions: ward_id uuid, id uuid, facility_id uuid, day date, idempotency_key uuid, sent_by uuid, sent_at timestamptz, late boolean, children smallint, salt uuid, token_id uuid
template_days: ward_id uuid, template text, from_on date, until_on date, is_open boolean, label text
urgent_reports: ward_id uuid, id uuid, watch_id uuid, child_id uuid, facility_id uuid, day date, idempotency_key uuid, triggers text[], happened text, place text, witness text, facts text, child_now text, contact_person text, contact_phone text, contact_until text, called text[], reported_by uuid, reported_at timestamptz, salt uuid
watches: ward_id uuid, id uuid, child_id uuid, facility_id uuid, name text, kana text, name_key text, grade text, class text, from_on date, until_on date, own_weekdays int2[], discreet boolean
";

/// The keys a mark may have in its jsonb, which no column list shows.
const MARK: [&str; 10] =
    ["status", "contact", "contact_by", "contact_via", "reason", "note", "confirmed_by", "confirmed_on", "signs", "sign_note"];

async fn columns(app: &TestApp) -> String {
    let query = "SELECT c.relname || ': ' || string_agg(a.attname || ' ' || replace(replace(format_type(a.atttypid, a.atttypmod)
               , 'timestamp with time zone', 'timestamptz'), 'smallint[]', 'int2[]'), ', ' ORDER BY a.attnum) AS line
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'watch' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
        GROUP BY c.relname ORDER BY c.relname";
    let lines = app.sql(query).await;
    lines.iter().filter_map(|line| line["line"].as_str()).fold(String::new(), |all, line| all + line + "\n")
}

#[tokio::test]
async fn the_watch_zone_has_the_columns_on_the_list_and_no_other() {
    let app = TestApp::empty().await;
    assert_eq!(columns(&app).await, WATCH);
}

#[tokio::test]
async fn a_new_column_table_or_view_is_noticed() {
    for change in [
        "ALTER TABLE watch.watches ADD COLUMN born_on date",
        "CREATE TABLE watch.notes (ward_id uuid)",
        "CREATE VIEW watch.why AS SELECT ward_id, ground FROM desk.requests",
    ] {
        let app = TestApp::empty().await;
        app.run(change).await;
        assert_ne!(columns(&app).await, WATCH, "{change}");
    }
}

#[test]
fn a_mark_holds_what_its_form_asks_for_and_nothing_else() {
    use tsunagi::{
        domain::attendance::{Confirmation, Contact, ContactBy, ContactVia, Mark, Reason, Sign, Status},
        store::marks,
    };
    let full = Mark {
        status: Status::Hospital,
        contact: Some(Contact::Before),
        contact_by: Some(ContactBy::Mother),
        contact_via: Some(ContactVia::Phone),
        reason: Some(Reason::Illness),
        note: Some("備考".to_owned()),
        confirmation: Some(Confirmation { by: "看護師".to_owned(), on: jiff::civil::date(2026, 11, 20) }),
        signs: vec![Sign::Injury],
        sign_note: Some("様子".to_owned()),
    };
    let json = marks::to_json(&full);
    let mut keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let mut known = MARK;
    keys.sort_unstable();
    known.sort_unstable();
    assert_eq!(keys, known);
}
