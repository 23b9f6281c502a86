//! Birth dates count a grade, on the form and in a roster; nothing keeps one.

use crate::support::{Answer, TestApp};

/// Born in March, so a year ahead of who is born in April of the same year: 小2 in the school year of 2026.
const BORN: &str = "平成31年3月27日";
/// The ways in which it could have been kept.
const TRACES: [&str; 5] = [BORN, "2019-03-27", "20190327", "31年3月27日", "H31.3.27"];

/// The tables in which one of the traces stands, whatever the column.
async fn kept(app: &TestApp) -> Vec<String> {
    let like: Vec<String> = TRACES.iter().map(|trace| format!("t::text LIKE ''%%{trace}%%''")).collect();
    let queries = app
        .sql(&format!(
            "SELECT format('SELECT %L AS name, count(*) AS found FROM %I.%I t WHERE {}', c.relname, n.nspname, c.relname) AS query
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname IN ('hub', 'watch', 'desk') AND c.relkind = 'r'",
            like.join(" OR ")
        ))
        .await;
    let queries: Vec<&str> = queries.iter().filter_map(|row| row["query"].as_str()).collect();
    let found = app.sql(&queries.join(" UNION ALL ")).await;
    found.iter().filter(|row| row["found"] != 0).map(ToString::to_string).collect()
}

/// The form of a request for a pupil of the elementary school, with a grade, a birth date and what else is given.
async fn ask(app: &TestApp, with: &[(&str, &str)]) -> Answer {
    let facility = app.world.elementary.id.to_string();
    let mut fields = vec![
        ("facility", facility.as_str()),
        ("name", "𠮷﨑　碧"),
        ("ground", "act_13_4"),
        ("strictness", "normal"),
        ("starts_on", "R8.11.20"),
    ];
    fields.extend(with);
    app.caseworker().post("/requests", &fields).await
}

async fn grades(app: &TestApp) -> Vec<String> {
    let rows = app.sql("SELECT grade FROM watch.watches WHERE name = '𠮷﨑　碧' ORDER BY grade").await;
    rows.iter().filter_map(|row| row["grade"].as_str().map(ToOwned::to_owned)).collect()
}

#[tokio::test]
async fn a_birth_date_on_the_form_gives_the_grade_and_is_kept_nowhere() {
    let app = TestApp::new().await;
    let done = ask(&app, &[("born", BORN)]).await.expect(303);
    assert!(done.location().ends_with("?done=created-by-birth"));
    let page = app.caseworker().get(done.location()).await.expect(200);
    assert!(page.first("h1").is_some_and(|title| title.ends_with("小2")), "{:?}", page.first("h1"));
    assert!(page.first(".app-flash").is_some_and(|flash| flash.contains("学年を確かめてください")));
    assert_eq!(grades(&app).await, ["e2"]);
    assert_eq!(kept(&app).await, Vec::<String>::new());
    app.run("INSERT INTO watch.holidays (ward_id, day, name) SELECT id, '2031-01-01', 'H31.3.27' FROM hub.wards").await;
    assert_eq!(kept(&app).await.len(), 1, "what is looked for would be found");
}

#[tokio::test]
async fn a_grade_and_a_birth_date_that_differ_are_confirmed_once() {
    let app = TestApp::new().await;
    let page = ask(&app, &[("born", BORN), ("grade", "e1")]).await.expect(422);
    assert_eq!(page.attributes(".app-errors a", "href"), ["#born"]);
    assert!(page.first("#born-error").is_some_and(|error| error.contains("小2") && error.contains("小1")));
    assert_eq!(page.attributes("#born", "value"), [BORN]);
    assert_eq!(page.attributes("input[name=as_written]", "value"), ["1"]);
    assert_eq!((grades(&app).await.len(), kept(&app).await), (0, vec![]));

    let sure = ask(&app, &[("born", BORN), ("grade", "e1"), ("as_written", "1")]).await.expect(303);
    assert!(sure.location().ends_with("?done=created"), "the grade was chosen, not counted");
    ask(&app, &[("born", BORN), ("grade", "e2")]).await.expect(303);
    assert_eq!(grades(&app).await, ["e1", "e2"]);
    assert_eq!(kept(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn one_of_the_two_is_needed_and_a_birth_date_has_to_be_one_of_a_pupil_there() {
    let app = TestApp::new().await;
    assert_eq!(ask(&app, &[]).await.expect(422).attributes(".app-errors a", "href"), ["#grade"]);
    for born in ["31.3.27", "令和8年11月21日", "R2.4.2", "平成31年2月30日"] {
        let page = ask(&app, &[("born", born)]).await.expect(422);
        assert_eq!(page.attributes(".app-errors a", "href"), ["#born"], "{born}");
        assert_eq!(page.attributes("#born", "value"), [born]);
    }
    // The last day of a school year, and the first of the next.
    ask(&app, &[("born", "R2.4.1")]).await.expect(303);
    assert_eq!(grades(&app).await, ["e1"]);
}

#[tokio::test]
async fn a_roster_with_birth_dates_in_place_of_grades_keeps_none_of_them() {
    let app = TestApp::new().await;
    let school = &app.world.elementary.name;
    let file = format!(
        "施設名,生年月日,氏名,開始日,根拠\r\n{school},{BORN},𠮷﨑　碧,R8.11.20,児相依頼\r\n{school},{BORN},佐藤　蓮,2月30日,児相依頼\r\n"
    );
    let sent = app.caseworker().upload("/requests/imports", ("file", "名簿.csv", file.as_bytes()), &[]).await.expect(303);
    let address = sent.location().to_owned();
    let mapping = app.caseworker().get(&address).await.expect(200);
    assert_eq!(mapping.attributes("select[name='column.1'] option[selected]", "value"), ["birth_date"]);
    let columns = [("column.0", "facility"), ("column.1", "birth_date"), ("column.2", "name"), ("column.3", "from")];
    let rest = [("column.4", "ground"), ("header", "1"), ("encoding", "utf8")];
    app.caseworker().post(&address, &[columns.as_slice(), rest.as_slice()].concat()).await.expect(303);
    let check = app.caseworker().get(&format!("{address}/check")).await.expect(200);
    assert!(check.text().contains("小2"));
    assert_eq!(check.all(".app-stats dd"), ["1", "0", "1"]);

    app.caseworker().post(&format!("{address}/acceptance"), &[]).await.expect(303);
    assert_eq!(grades(&app).await, ["e2"]);
    let refused = app.caseworker().get(&format!("{address}/refused.csv?encoding=utf8")).await.expect(200).text();
    assert!(refused.contains("佐藤　蓮") && TRACES.iter().all(|trace| !refused.contains(trace)), "{refused}");
    assert_eq!(kept(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_form_that_waits_for_its_owner_waits_without_the_birth_date() {
    let app = TestApp::new().await;
    app.at("2026-11-23T09:00");
    assert_eq!(ask(&app, &[("born", "H31.3.27"), ("class", "1組")]).await.expect(303).location(), "/sign-in?left=kept");
    let kept: String = app.value("SELECT convert_from(body, 'UTF8') FROM hub.kept_forms").await;
    assert!(
        kept.starts_with("facility=") && kept.contains("&class=") && !kept.contains("born") && !kept.contains("31.3"),
        "{kept}"
    );
}
