//! What becomes of the rows: organizations, ten thousand people, a changed address.

use std::fmt::Write as _;

use super::{HEAD, LEAVER, MOVER, accept, brought_in, check, checked, counts, fingerprint, hub, people};

#[tokio::test]
async fn organizations_come_in_below_each_other_and_are_not_closed_by_a_file() {
    let app = hub().await;
    let rows = "名称,種別,地区,上位機関,開設日,閉鎖日\r\n\
                南分室,子ども家庭支援センター,南部,新しいセンター,2027-04-01,\r\n\
                新しいセンター,子ども家庭支援センター,南部,,2027-04-01,\r\n\
                架空区立みほん小学校,小学校,北部,,,\r\n\
                架空区立みほん中学校,中学校,,,,2027-03-31\r\n\
                =HYPERLINK(1),小学校,,,,\r\n";
    let address = checked(&app, "organizations", rows).await;
    let page = check(&app, &address).await;
    assert_eq!(counts(&page), ["2", "1", "0", "2", "0"]);
    assert!(page.text().contains("閉鎖は") && page.all("del").contains(&"中央".to_owned()));
    accept(&app, &address, &fingerprint(&page)).await.expect(303);
    let above: String = app
        .value("SELECT p.name || '<' || g.name FROM hub.organizations o JOIN hub.organizations p ON p.id = o.parent_id JOIN hub.organizations g ON g.id = p.parent_id WHERE o.name = '南分室'")
        .await;
    assert_eq!(above, "新しいセンター<架空区役所");
    let closed: i64 = app.value("SELECT count(*) FROM hub.organizations WHERE closed_on IS NOT NULL").await;
    assert_eq!(closed, 0);
    for path in ["table", "refused"] {
        let file = app.admin().get(&format!("{address}/{path}")).await.expect(200);
        let table = tsunagi::domain::table_in::decode(&file.body).unwrap_or_else(|refusal| panic!("{path}: {refusal}")).table;
        assert_eq!(table.rows.len(), if path == "table" { 6 } else { 3 });
    }
}

#[tokio::test]
async fn ten_thousand_people_come_in_quickly() {
    let app = hub().await;
    let before = people(&app).await;
    let mut file = HEAD.to_owned();
    for n in 0..10_000 {
        let from = if n == 7_000 { "令和9年2月30日" } else { "令和９年４月１日" };
        let _ = write!(file, "架空 {n},A{n:05},架空区立みほん小学校,教諭,{from},,,\r\n");
    }
    let address = checked(&app, "people", &file).await;
    let begun = std::time::Instant::now();
    let page = check(&app, &address).await;
    let checked_in = begun.elapsed();
    assert_eq!(counts(&page)[..4], ["9999", "0", "0", "1"]);
    assert!(page.text().contains("7002行目"));
    let begun = std::time::Instant::now();
    accept(&app, &address, &fingerprint(&page)).await.expect(303);
    let took = begun.elapsed();
    eprintln!("10,000 people: checked in {checked_in:?}, accepted in {took:?}, unoptimised");
    assert_eq!(people(&app).await, before + 9_999);
}

#[tokio::test]
async fn a_file_that_changes_an_address_tells_the_former_one() {
    let app = hub().await;
    app.run(&format!("UPDATE hub.people SET mail = 'before@example.jp' WHERE staff_code = '{MOVER}'")).await;
    let file = format!(
        "氏名,職員番号,所属,役割,開始日,メールアドレス\r\n動田 次郎,{MOVER},架空区立みほん保育園,報告担当,2026-04-01,after@example.jp\r\n\
         去川 花子,{LEAVER},架空区立みほん保育園,報告担当,2026-04-01,new@example.jp\r\n"
    );
    brought_in(&app, "people", &file).await;
    let told =
        app.sql("SELECT p.staff_code, m.kind, m.urgency, m.fields FROM hub.mails m JOIN hub.people p ON p.id = m.person_id").await;
    let former = serde_json::json!({
        "staff_code": MOVER, "kind": "address_changed", "urgency": 3, "fields": { "former": "before@example.jp" }
    });
    assert_eq!(told, [former], "who had none is told nothing, and a file's hundreds stand behind what somebody waits for");
}

#[tokio::test]
async fn a_file_that_gives_somebody_another_number_notes_it_and_tells_who_came_in_before() {
    let app = hub().await;
    app.run(&format!(
        "INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at)
         SELECT ward_id, gen_random_uuid(), id, sha256(id::text::bytea), '{{}}', '鍵', created_at FROM hub.people WHERE staff_code = '{MOVER}';
         UPDATE hub.people SET staff_code = '' WHERE staff_code IN ('{MOVER}', '{LEAVER}')"
    ))
    .await;
    let file = format!(
        "氏名,職員番号,所属,役割,開始日\r\n動田 次郎,{MOVER},架空区立みほん保育園,報告担当,2026-04-01\r\n\
         去川 花子,{LEAVER},架空区立みほん保育園,報告担当,2026-04-01\r\n"
    );
    brought_in(&app, "people", &file).await;
    let noted: i64 = app.value("SELECT count(*) FROM hub.people WHERE code_changed_at IS NOT NULL").await;
    assert_eq!(noted, 2);
    let told = app.sql("SELECT p.staff_code, m.kind, m.urgency FROM hub.mails m JOIN hub.people p ON p.id = m.person_id").await;
    assert_eq!(
        told,
        [serde_json::json!({ "staff_code": MOVER, "kind": "staff_code_changed", "urgency": 3 })],
        "who never came in is told nothing"
    );
}
