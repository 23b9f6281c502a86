//! 年度累計: what the school year of a child comes to so far, on the facility's page, in the workbook and on the office's alert.

use std::io::{Cursor, Read as _};

use serde_json::json;
use tsunagi::gate::Role;

use super::transfers::{child, moved};
use crate::support::{Answer, TestApp};

/// What a facility had reported on some days, as it stands among the days.
async fn reported(app: &TestApp, watch: &str, days: &[(&str, &str)]) {
    for (day, status) in days {
        app.run(&format!(
            "INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
             SELECT w.ward_id, w.child_id, '{day}', w.id, w.facility_id, 1, '{status}', '{status}' <> 'A', '{status}' <> 'A', '{{\"status\": \"{status}\"}}'
             FROM watch.watches w WHERE w.id = '{watch}'"
        ))
        .await;
    }
}

/// The counts of a child on the page, in the order of the headings.
fn counts(page: &Answer, name: &str) -> Vec<String> {
    let rows = page.all("#year-heading ~ .app-table-frame tbody tr");
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let at = rows.iter().position(|row| row.contains(&name)).unwrap_or_else(|| panic!("{name} is not among {rows:?}"));
    page.all(&format!("#year-heading ~ .app-table-frame tbody tr:nth-child({}) td", at + 1))
}

fn words(numbers: [u32; 10]) -> [String; 10] {
    numbers.map(|number| number.to_string())
}

#[tokio::test]
async fn the_school_year_so_far_stands_on_the_page_and_begins_anew_in_april() {
    let app = TestApp::new().await;
    let child = child(&app);
    app.run(&format!("UPDATE watch.watches SET from_on = '2026-03-01' WHERE id = '{}'", child.id)).await;
    let spring = [("2026-03-30", "A"), ("2026-03-31", "A"), ("2026-04-01", "A"), ("2026-04-02", "P"), ("2026-04-03", "L")];
    reported(&app, &child.id.to_string(), &spring).await;
    let page = app.head().get("/register").await.expect(200);
    // From April 1 to November 19 every day is open; what was absent in March is of the year before.
    assert_eq!(counts(&page, &child.name), words([233, 233, 2, 2, 1, 0, 0, 0, 0, 229]));
    assert!(page.text().contains("見守り開始日以降の") && page.text().contains("令和8年4月1日"), "{}", page.text());
    let elsewhere = app.world.watch(&app.world.centre, &app.world.elementary);
    assert!(!page.text().contains(&elsewhere.name), "no child of another facility");
    let deeds = app.sql("SELECT detail FROM hub.trail WHERE action = 'readRegister'").await;
    assert_eq!(deeds[0]["detail"], json!({ "children": 3 }));

    // The last evening of the year, and the first morning of the next.
    app.at("2027-03-31T18:00");
    app.refresh_sessions().await;
    let last = counts(&app.head().get("/register").await.expect(200), &child.name);
    assert_eq!((last[0].as_str(), last[2].as_str(), last[3].as_str()), ("364", "2", "2"), "today was not reported");
    app.at("2027-04-01T07:00");
    app.refresh_sessions().await;
    assert_eq!(counts(&app.head().get("/register").await.expect(200), &child.name), words([0; 10]), "nothing is over yet");
    reported(&app, &child.id.to_string(), &[("2027-04-01", "A")]).await;
    let first = counts(&app.head().get("/register").await.expect(200), &child.name);
    assert_eq!(first, words([1, 1, 0, 1, 0, 0, 0, 0, 0, 0]), "today counts once it was reported");
}

#[tokio::test]
async fn whoever_has_no_children_of_their_own_sees_no_list() {
    let app = TestApp::new().await;
    let office = app.caseworker().get("/register").await.expect(200);
    assert!(office.all("tbody tr").is_empty() && !office.text().contains("年度の累計"));
    let deeds = app.sql("SELECT detail FROM hub.trail WHERE action = 'readRegister'").await;
    assert!(!deeds[0]["detail"].to_string().contains("children"), "{deeds:?}");
    app.run("UPDATE watch.watches SET until_on = '2026-11-19' WHERE until_on IS NULL").await;
    let empty = app.head().get("/register").await.expect(200);
    assert!(empty.text().contains("いま、見守りの依頼があるお子さんはいません"), "{}", empty.text());
    app.admin().get("/register").await.expect(404);
}

/// The counts of absences (column K) in the sheet of the school year, in order of size.
fn absences(file: &[u8]) -> Vec<u32> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let book = part("xl/workbook.xml");
    let names: Vec<&str> = book.split("<sheet name=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let number = names.iter().position(|name| *name == "年度累計").expect("a sheet of the year") + 1;
    let sheet = part(&format!("xl/worksheets/sheet{number}.xml"));
    let cell = |row: u32| {
        let (_, rest) = sheet.split_once(&format!("r=\"K{row}\""))?;
        rest.split_once("<v>")?.1.split_once("</v>")?.0.parse().ok()
    };
    let mut found: Vec<u32> = (4..).map_while(cell).collect();
    found.sort_unstable();
    found
}

#[tokio::test]
async fn the_workbook_counts_the_year_up_to_its_month_for_facility_and_office() {
    let app = TestApp::new().await;
    let child = child(&app);
    let autumn = [("2026-10-01", "A"), ("2026-10-02", "A"), ("2026-10-05", "A")];
    reported(&app, &child.id.to_string(), &autumn).await;
    app.verify_everybody().await;
    let november = app.head().get("/register/export?month=2026-11&encoding=xlsx").await.expect(200);
    assert_eq!(absences(&november.body), [1, 1, 4]);
    let office = app.caseworker().get("/register/export?month=2026-11&encoding=xlsx").await.expect(200);
    assert_eq!(absences(&office.body).last(), Some(&4), "the office has the same totals");
    // October's own reports are needed for who entered them; its book ends with its month.
    app.run(&format!(
        "INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, reported_by, reported_at)
         SELECT d.ward_id, d.watch_id, d.day, d.version, r.submission_id, d.facility_id, d.child_id, d.mark, r.reported_by, r.reported_at
         FROM watch.days d JOIN watch.reports r ON r.watch_id = d.watch_id WHERE d.watch_id = '{}' AND d.day < '2026-11-01'",
        child.id
    ))
    .await;
    let october = app.head().get("/register/export?month=2026-10&encoding=xlsx").await.expect(200);
    assert_eq!(absences(&october.body), [0, 0, 3], "what came in November is not in it");
}

#[tokio::test]
async fn after_a_transfer_a_facility_counts_its_own_days_and_the_office_all_of_them() {
    let app = TestApp::new().await;
    let (child, alert) = (child(&app), app.world.alert(&app.world.centre));
    assert_eq!(alert.watch, child.id);
    let here = moved(&app, &child).await;
    app.at("2026-11-24T18:00");
    app.refresh_sessions().await;
    reported(&app, &here, &[("2026-11-24", "P")]).await;
    let school = app.signed_in(&app.world.elementary, Role::Reporter).get("/register").await.expect(200);
    assert_eq!(counts(&school, &child.name), words([1, 1, 1, 0, 0, 0, 0, 0, 0, 0]), "the nursery's days are the nursery's");
    assert!(!app.head().get("/register").await.expect(200).text().contains(&child.name), "who has left is not listed any more");
    // The office sees the child, not the facility: from April to November 22 there, since the 24th here.
    let page = app.caseworker().get(&format!("/alerts/{}", alert.id)).await.expect(200).text();
    for words in [
        "今年度の累計（4月1日（水）から）",
        "授業・開所237日、出席1日",
        "欠席1日（うち連絡なし1日）",
        "未報告235日",
        "見守り開始日以降の集計です",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}
