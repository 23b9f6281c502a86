//! Rosters: the five real files through the pages, and the ways in which a file can be wrong.

use std::fmt::Write as _;

use tsunagi::gate::Role;

use crate::support::{Answer, TestApp};

/// A file of `tests/fixtures/rosters`.
macro_rules! fixture {
    ($name:literal) => {
        ($name, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/rosters/", $name)).as_slice())
    };
}

const FACILITIES: [(&str, &str); 5] = [
    ("架空区立みどり小学校", "elementary"),
    ("架空区立あおば中学校", "junior_high"),
    ("架空区立ひまわり保育園", "nursery"),
    ("小規模保育 こぐまの家", "small_scale"),
    ("私立つくし幼稚園", "kindergarten"),
];

/// A hub whose ward has the facilities the files name.
pub(super) async fn hub() -> TestApp {
    let app = TestApp::new().await;
    for (name, kind) in FACILITIES {
        app.run(&format!(
            "INSERT INTO hub.organizations (ward_id, id, parent_id, kind, name, opened_on)
             VALUES ('{}', gen_random_uuid(), '{}', '{kind}', '{name}', '2020-04-01')",
            app.world.ward, app.world.root.id
        ))
        .await;
    }
    app
}

async fn upload(app: &TestApp, (name, bytes): (&str, &[u8])) -> Answer {
    app.caseworker().upload("/requests/imports", ("file", name, bytes), &[]).await
}

/// The form of the mapping page as it is shown.
fn shown(page: &Answer) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for name in page.attributes("main select", "name") {
        let chosen = page.attributes(&format!("select[name='{name}'] option[selected]"), "value");
        fields.push((name, chosen.into_iter().next().unwrap_or_default()));
    }
    fields.push(("header".to_owned(), page.attributes("#header", "value").remove(0)));
    fields
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
}

async fn post(app: &TestApp, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.caseworker().post(path, &fields).await
}

/// Uploads, says yes to the guess (with a ground where the file has none), and gives the address of the import.
async fn checked(app: &TestApp, file: (&str, &[u8])) -> String {
    let address = upload(app, file).await.expect(303).location().to_owned();
    let mut fields = shown(&app.caseworker().get(&address).await.expect(200));
    if !fields.iter().any(|(_, value)| value == "ground") {
        set(&mut fields, "ground", "guideline_registered");
    }
    let check = post(app, &address, &fields).await.expect(303);
    assert_eq!(check.location(), format!("{address}/check"));
    address
}

/// 追加, 対象外, 取り込めない.
fn counts(page: &Answer) -> Vec<String> {
    page.all(".app-stats dd")
}

async fn watches(app: &TestApp) -> i64 {
    app.value("SELECT count(*) FROM watch.watches").await
}

#[tokio::test]
async fn all_five_files_come_in_and_every_character_survives() {
    let app = hub().await;
    let before = watches(&app).await;
    let mut all = 0;
    for (file, added, refused) in [
        (fixture!("roster-utf8-bom.csv"), 60, 0),
        (fixture!("roster-bad-rows-utf8.csv"), 3, 9),
        (fixture!("roster-cp932.csv"), 60, 0),
        (fixture!("roster-other-office-utf8.csv"), 60, 0),
        (fixture!("roster.xlsx"), 57, 3),
    ] {
        let address = checked(&app, file).await;
        let page = app.caseworker().get(&format!("{address}/check")).await.expect(200);
        let shown: Vec<i64> = counts(&page).iter().map(|count| count.parse().unwrap_or(-1)).collect();
        // The files overlap a little: a child of an earlier one is not added twice.
        assert_eq!((shown[0] + shown[1], shown[2]), (added, refused), "{}", file.0);
        assert_eq!(watches(&app).await, before + all, "{}: nothing is saved yet", file.0);
        all += shown[0];
        app.caseworker().post(&format!("{address}/acceptance"), &[]).await.expect(303);
        assert_eq!(watches(&app).await, before + all, "{}", file.0);
        let result = app.caseworker().get(&format!("{address}/result")).await.expect(200);
        assert_eq!(counts(&result), shown.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
    assert!(all > 230, "{all}");
    for name in ["山﨑さくら", "辻\u{e0100} 蓮", "葛\u{e0100}城　花子", "\u{20bb7}田　湊", "山\u{fa11} 湊", "髙橋凜"]
    {
        let hex: String = name.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let found: i64 =
            app.value(&format!("SELECT count(*) FROM watch.watches WHERE name = convert_from('\\x{hex}', 'UTF8')")).await;
        assert!(found > 0, "{name}");
    }
    let desk: i64 = app
        .value("SELECT count(*) FROM watch.watches w WHERE NOT EXISTS (SELECT FROM desk.requests r WHERE r.watch_id = w.id)")
        .await;
    assert_eq!(desk, 0, "every watch has its request");
}

#[tokio::test]
async fn a_row_at_a_facility_that_nothing_binds_says_so_and_is_taken_all_the_same() {
    let app = hub().await;
    let address = checked(&app, fixture!("roster-utf8-bom.csv")).await;
    let rows = async || app.caseworker().get(&format!("{address}/check")).await.expect(200).all("tbody tr");
    let warned = rows().await;
    assert!(!warned.is_empty() && warned.iter().all(|row| row.contains("守秘義務 未確認")), "{warned:?}");
    app.run(
        "INSERT INTO hub.council_ties (ward_id, organization_id, tie)
         SELECT ward_id, id, 'public' FROM hub.organizations ON CONFLICT DO NOTHING",
    )
    .await;
    let calm = rows().await;
    assert!(calm.len() == warned.len() && !calm.iter().any(|row| row.contains("守秘義務")), "{calm:?}");
    app.caseworker().post(&format!("{address}/acceptance"), &[]).await.expect(303);
}

#[tokio::test]
async fn a_second_acceptance_and_a_second_file_change_nothing() {
    let app = hub().await;
    let before = watches(&app).await;
    let address = checked(&app, fixture!("roster-utf8-bom.csv")).await;
    for _ in 0..2 {
        let done = app.caseworker().post(&format!("{address}/acceptance"), &[]).await;
        assert_eq!(done.status.as_u16(), 303);
        assert_eq!(done.location(), format!("{address}/result"));
        assert_eq!(watches(&app).await, before + 60);
    }
    let file: bool = app
        .value(&format!(
            "SELECT file IS NULL FROM desk.roster_imports WHERE id = '{}'",
            address.rsplit('/').next().unwrap_or_default()
        ))
        .await;
    assert!(file, "the file is gone");

    let again = checked(&app, fixture!("roster-utf8-bom.csv")).await;
    let page = app.caseworker().get(&format!("{again}/check")).await.expect(200);
    assert_eq!(counts(&page), ["0", "60", "0"]);
    assert!(page.attributes("form", "action").iter().all(|action| !action.ends_with("/acceptance")), "nothing to accept");
}

#[tokio::test]
async fn refused_rows_say_where_and_how_to_mend_before_and_after() {
    let app = hub().await;
    let address = checked(&app, fixture!("roster-bad-rows-utf8.csv")).await;
    let check = app.caseworker().get(&format!("{address}/check")).await.expect(200);
    let rows = check.all("table:first-of-type tbody tr");
    assert!(rows.iter().any(|row| row.contains("5行目") && row.contains("施設名") && row.contains("存在しない小学校")), "{rows:?}");

    app.caseworker().post(&format!("{address}/acceptance"), &[]).await.expect(303);
    let csv = app.caseworker().get(&format!("{address}/refused.csv?encoding=utf8")).await.expect(200);
    let text = csv.text();
    assert!(csv.body.starts_with(b"\xef\xbb\xbf") && text.lines().count() >= 10);
    assert!(text.contains("存在しない小学校"));
    // Whatever began as a formula in the file begins with an apostrophe here.
    let mut reader = csv_cells(&text);
    assert!(reader.all(|cell| !cell.starts_with(['=', '+', '@'])));
}

fn csv_cells(text: &str) -> impl Iterator<Item = String> {
    let text = text.trim_start_matches('\u{feff}').to_owned();
    let rows: Vec<Vec<String>> =
        text.split("\r\n").map(|row| row.trim_matches('"').split("\",\"").map(ToOwned::to_owned).collect()).collect();
    rows.into_iter().flatten()
}

#[tokio::test]
async fn the_mapping_is_shown_and_can_be_corrected() {
    let app = hub().await;
    let file = "変な見出し,x,y,z\r\n架空区立みどり小学校,𠮷田　湊,2年,R8.4.1\r\n".as_bytes();
    let address = upload(&app, ("名簿.csv", file)).await.expect(303).location().to_owned();
    let page = app.caseworker().get(&address).await.expect(200);
    assert!(page.all(".app-sample").contains(&"𠮷田 湊".to_owned()));
    let mut fields = shown(&page);
    let refused = post(&app, &address, &fields).await.expect(422);
    assert!(refused.all(".app-errors li").len() >= 4, "{:?}", refused.all(".app-errors li"));
    app.caseworker().get(&format!("{address}/check")).await.expect(303);

    for (column, meaning) in [("column.0", "facility"), ("column.1", "name"), ("column.2", "name"), ("column.3", "from")] {
        set(&mut fields, column, meaning);
    }
    set(&mut fields, "header", "１");
    let twice = post(&app, &address, &fields).await.expect(422);
    assert!(twice.all(".app-child__error").iter().any(|error| error.contains("氏名")));
    assert_eq!(shown(&twice).iter().find(|(name, _)| name == "column.0").map(|(_, value)| value.as_str()), Some("facility"));

    set(&mut fields, "column.2", "grade");
    set(&mut fields, "ground", "other");
    post(&app, &address, &fields).await.expect(303);
    let check = app.caseworker().get(&format!("{address}/check")).await.expect(200);
    assert_eq!(counts(&check), ["1", "0", "0"]);
    let kept = shown(&app.caseworker().get(&address).await.expect(200));
    assert!(
        kept.contains(&("column.2".to_owned(), "grade".to_owned())) && kept.contains(&("ground".to_owned(), "other".to_owned()))
    );

    app.caseworker().post(&format!("{address}/discard"), &[]).await.expect(303);
    app.caseworker().get(&address).await.expect(404);
    app.caseworker().post(&format!("{address}/acceptance"), &[]).await.expect(404);
    let gone: bool = app.value("SELECT file IS NULL FROM desk.roster_imports WHERE state = 'discarded'").await;
    assert!(gone);
}

#[tokio::test]
async fn another_encoding_can_be_tried_and_one_that_does_not_fit_is_said() {
    let app = hub().await;
    let address = upload(&app, fixture!("roster-cp932.csv")).await.expect(303).location().to_owned();
    let mut fields = shown(&app.caseworker().get(&address).await.expect(200));
    assert!(fields.contains(&("encoding".to_owned(), "cp932".to_owned())));
    set(&mut fields, "encoding", "utf8");
    set(&mut fields, "again", "1");
    let page = post(&app, &address, &fields).await.expect(422);
    assert!(page.all(".app-errors li")[0].contains("UTF-8"));
    assert!(page.text().contains("氏名"), "the page still shows what can be read");
}

#[tokio::test]
async fn of_ten_thousand_rows_with_one_bad_the_others_come_in_quickly() {
    let app = hub().await;
    let before = watches(&app).await;
    let mut file = "施設名,学年,組,氏名,フリガナ,情報提供開始日,終了日,根拠\r\n".to_owned();
    for n in 0..10_000 {
        let from = if n == 7_000 { "令和8年2月30日" } else { "令和８年４月１日" };
        let (grade, class) = (n % 6 + 1, n % 3 + 1);
        let _ = write!(file, "架空区立みどり小学校,{grade}年,{class}組,架空 {n},カクウ,{from},,児相依頼\r\n");
    }
    let address = checked(&app, ("大きな名簿.csv", file.as_bytes())).await;
    let page = app.caseworker().get(&format!("{address}/check")).await.expect(200);
    assert_eq!(counts(&page), ["9999", "0", "1"]);
    assert!(page.text().contains("7002行目"));
    let begun = std::time::Instant::now();
    app.caseworker().post(&format!("{address}/acceptance"), &[]).await.expect(303);
    let took = begun.elapsed();
    assert!(took.as_secs() < 20, "{took:?} in an unoptimised build");
    assert_eq!(watches(&app).await, before + 9_999);
    let trail = app.sql("SELECT detail FROM hub.trail WHERE action = 'importRequests' AND detail->>'step' = 'accepted'").await;
    assert_eq!((&trail[0]["detail"]["added"], &trail[0]["detail"]["refused"]), (&9_999.into(), &1.into()));
}

#[tokio::test]
async fn a_wrong_file_is_refused_with_how_to_mend() {
    let app = hub().await;
    for (name, bytes, says) in [
        ("猫.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), "CSV（.csv）か Excel（.xlsx）"),
        ("空.csv", b"".as_slice(), "見出しの行と、1行以上"),
        ("古い.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), ".xlsx"),
        ("壊れた.xlsx", b"PK\x03\x04 not a zip".as_slice(), "保存し直してください"),
    ] {
        let page = upload(&app, (name, bytes)).await.expect(422);
        let line = page.first(".app-errors li").unwrap_or_default();
        assert!(line.contains(says), "{name}: {line}");
        assert_eq!(page.attributes(".app-errors a", "href"), ["#file"]);
    }
    let large = vec![b'a'; 11 * 1024 * 1024];
    let page = upload(&app, ("大きい.csv", &large)).await.expect(422);
    assert!(page.first(".app-errors li").is_some_and(|line| line.contains("10MB")));
    let nothing = app.caseworker().upload("/requests/imports", ("other", "a.csv", b"a"), &[]).await.expect(422);
    assert!(nothing.first(".app-errors li").is_some_and(|line| line.contains("選んでください")));
    app.caseworker().post("/requests/imports", &[("file", "x")]).await.expect(400);
    assert_eq!(
        app.value::<i64>("SELECT count(*) FROM desk.roster_imports WHERE state = 'uploaded' AND file_name <> '名簿.csv'").await,
        0
    );
}

#[tokio::test]
async fn another_offices_roster_is_not_there() {
    let app = hub().await;
    let address = upload(&app, fixture!("roster-utf8-bom.csv")).await.expect(303).location().to_owned();
    let strangers = [
        app.signed_in(&app.world.guidance, Role::Caseworker),
        app.signed_in(&app.world.branch, Role::Supervisor),
        app.signed_in(&app.other.centre, Role::Caseworker),
        app.reporter(),
        app.admin(),
    ];
    for stranger in &strangers {
        for path in ["", "/check", "/result", "/refused.csv"] {
            stranger.get(&format!("{address}{path}")).await.expect(404);
        }
        for path in ["", "/acceptance", "/discard"] {
            stranger.post(&format!("{address}{path}"), &[]).await.expect(404);
        }
    }
    // Nothing of it has gone.
    app.caseworker().get(&address).await.expect(200);
}
