//! What each row of a morning is written to, index by index, read out of the catalogue (decision 35).

use crate::support::TestApp;

/// Each is paid for once a child, each day, but `days_told`, which is for the few who were away.
const REPORTED: &str = "\
days_child: (ward_id, child_id, day DESC)
days_pkey: (ward_id, watch_id, day)
days_told: (ward_id, child_id, day) WHERE (status = ANY (ARRAY['A'::text, 'L'::text, 'E'::text, 'LE'::text]))
reports_pkey: (ward_id, watch_id, day, version)
";

#[tokio::test]
async fn a_morning_is_written_to_these_indexes_and_no_other() {
    let app = TestApp::empty().await;
    let query = "SELECT c.relname || ': ' || split_part(pg_get_indexdef(c.oid), ' USING btree ', 2) AS line
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid IN ('watch.days'::regclass, 'watch.reports'::regclass) ORDER BY c.relname";
    let lines = app.sql(query).await;
    let indexes = lines.iter().filter_map(|line| line["line"].as_str()).fold(String::new(), |all, line| all + line + "\n");
    assert_eq!(indexes, REPORTED);
}
