//! The file itself: how its columns are read, what is refused, whose it is, and that nothing stays of it.

use jiff::civil::Date;
use rust_xlsxwriter::{Format, Workbook};
use tsunagi::{gate::Role, store::directory_imports};

use super::{HEAD, accept, check, checked, counts, fingerprint, hub, post, shown, upload, year_start};

#[tokio::test]
async fn the_mapping_is_corrected_and_what_is_missing_is_asked_for() {
    let app = hub().await;
    let mapping = upload(&app, "people", "x,y\r\n来宮 三郎,架空区立みほん保育園\r\n").await.expect(303).location().to_owned();
    let mut fields = shown(&app.admin().get(&mapping).await.expect(200));
    fields.retain(|(name, _)| !name.starts_with("column.") && name != "header");
    let chosen = [("column.0", "name"), ("column.1", "organization"), ("header", "１"), ("from", "あした")];
    fields.extend(chosen.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let refused = post(&app, &mapping, &fields).await.expect(422);
    assert_eq!(refused.attributes(".app-errors a", "href"), ["#role", "#from"]);
    assert_eq!(refused.attributes("#from", "value"), ["あした"], "what was typed stays");
    fields.retain(|(name, _)| !["role", "from"].contains(&name.as_str()));
    fields.extend([("role", "reporter"), ("from", "令和9年4月1日")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let to = post(&app, &mapping, &fields).await.expect(303).location().to_owned();
    assert_eq!(counts(&app.admin().get(&to).await.expect(200))[..4], ["1", "0", "0", "0"]);
}

#[tokio::test]
async fn a_wrong_file_is_refused_with_how_to_mend() {
    let app = hub().await;
    for (bytes, says) in [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), "CSV（.csv）か Excel（.xlsx）"),
        (b"".as_slice(), "見出しの行と、1行以上"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), ".xlsx"),
        (b"PK\x03\x04 not a zip".as_slice(), "保存し直してください"),
    ] {
        let page = app.admin().upload("/directory/imports", ("file", "x", bytes), &[("what", "people")]).await.expect(422);
        assert!(page.first(".app-errors li").is_some_and(|line| line.contains(says)), "{says}");
    }
    let file = ("file", "職員.csv", HEAD.as_bytes());
    let what = app.admin().upload("/directory/imports", file, &[("what", "children")]).await.expect(422);
    assert_eq!(what.attributes(".app-errors a", "href"), ["#what"]);
    let large = vec![b'a'; 11 * 1024 * 1024];
    let page = app.admin().upload("/directory/imports", ("file", "x.csv", &large), &[("what", "people")]).await.expect(422);
    assert!(page.first(".app-errors li").is_some_and(|line| line.contains("10MB")));
    app.admin().post("/directory/imports", &[("what", "people")]).await.expect(400);
    let rows = format!("{HEAD}<script>alert(1)</script>,7,\"=cmd|' /C calc'!A0\",報告担当,2027-04-01,,,\r\n");
    let address = checked(&app, "people", &rows).await;
    let page = check(&app, &address).await;
    assert_eq!(counts(&page)[..4], ["0", "0", "0", "1"]);
    assert!(!page.text().contains("<script>alert"));
}

#[tokio::test]
async fn another_wards_file_is_not_there() {
    let app = hub().await;
    let address = checked(&app, "people", &year_start()).await;
    let strangers = [
        app.signed_in(&app.other.root, Role::WardAdmin),
        app.signed_in(&app.world.root, Role::Auditor),
        app.caseworker(),
        app.reporter(),
    ];
    for stranger in &strangers {
        for path in ["mapping", "check", "result", "table", "refused"] {
            stranger.get(&format!("{address}/{path}")).await.expect(404);
        }
        for path in ["mapping", "acceptance", "discard"] {
            stranger.post(&format!("{address}/{path}"), &[]).await.expect(404);
        }
    }
    check(&app, &address).await;
}

#[tokio::test]
async fn nothing_is_left_of_a_file_after_a_day() {
    let app = hub().await;
    let address = checked(&app, "people", &year_start()).await;
    app.admin().post(&format!("{address}/discard"), &[]).await.expect(303);
    app.admin().get(&format!("{address}/mapping")).await.expect(404);
    app.admin().get(&format!("{address}/check")).await.expect(404);
    let address = checked(&app, "people", &year_start()).await;
    let shown = fingerprint(&check(&app, &address).await);
    accept(&app, &address, &shown).await.expect(303);
    let kept: i64 = app.value("SELECT count(*) FROM hub.directory_imports WHERE state <> 'uploaded' AND file IS NOT NULL").await;
    assert_eq!(kept, 0, "the file goes with the last step");
    app.at("2026-11-23T08:00").refresh_sessions().await;
    app.admin().get(&format!("{address}/result")).await.expect(404);
    let gone = directory_imports::sweep(&app.app.db, app.app.clock.now()).await;
    assert!(gone.is_ok_and(|gone| gone >= 2));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.directory_imports").await, 0);
}

/// The year as an office keeps it: a title above the table, days as days.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("yyyy/m/d");
    sheet.merge_range(0, 0, 0, 7, "令和9年度 職員名簿", &Format::new()).unwrap();
    for (row, line) in (2u32..).zip(year_start().lines()) {
        for (column, cell) in (0u16..).zip(line.split(',')) {
            match cell.parse::<Date>() {
                Ok(date) => sheet.write_datetime_with_format(row, column, date, &day).unwrap(),
                Err(_) => sheet.write_string(row, column, cell).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn a_workbook_goes_the_same_way_as_a_csv_file() {
    let app = hub().await;
    let file = workbook();
    let sent = app.admin().upload("/directory/imports", ("file", "職員名簿.xlsx", &file), &[("what", "people")]).await.expect(303);
    let mapping = sent.location().to_owned();
    let fields = shown(&app.admin().get(&mapping).await.expect(200));
    assert!(fields.contains(&("header".to_owned(), "3".to_owned())), "the title is no heading: {fields:?}");
    let address = mapping.trim_end_matches("/mapping").to_owned();
    assert_eq!(post(&app, &mapping, &fields).await.expect(303).location(), format!("{address}/check"));
    let page = check(&app, &address).await;
    assert_eq!(counts(&page)[..4], ["1", "3", "0", "0"], "as the CSV file of the same year");
    assert!(page.text().contains("最後の日：令和9年3月31日"));
    let held = "SELECT m.role, m.from_on, m.until_on FROM hub.memberships m JOIN hub.people p ON p.id = m.person_id WHERE p.staff_code = '0003'";
    assert!(app.sql(held).await.is_empty(), "nothing before it is accepted");

    assert_eq!(accept(&app, &address, &fingerprint(&page)).await.expect(303).location(), format!("{address}/result"));
    let result = app.admin().get(&format!("{address}/result")).await.expect(200);
    assert_eq!(counts(&result)[..4], ["1", "3", "0", "0"]);
    let newcomer = serde_json::json!({ "role": "reporter", "from_on": "2027-04-01", "until_on": "2028-03-31" });
    assert_eq!(app.sql(held).await, [newcomer]);
    let reasons = "SELECT string_agg(ended_reason, ',' ORDER BY ended_reason) FROM hub.memberships WHERE until_on = '2027-03-31'";
    assert_eq!(app.value::<String>(reasons).await, "left,moved");
    // What is taken away afterwards has a row for each of the file's.
    let table = app.admin().get(&format!("{address}/table")).await.expect(200);
    let table = tsunagi::domain::table_in::decode(&table.body).unwrap_or_else(|refusal| panic!("{refusal}")).table;
    assert_eq!(table.rows.len(), 5);
}
