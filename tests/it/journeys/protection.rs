//! 支援措置: where such a child is stays with the office. Its pages say so beside the name, its files and papers leave it out, and no
//! facility learns more than that enquiries are not to be answered.

use serde_json::{Value, json};
use tsunagi::gate::Role;

use super::transfers::{SURE, child, form, onward, path, post, sheet};
use crate::support::{Answer, Place, TestApp, Watched};

const MARK: &str = "【支援措置】";
const HIDDEN: &str = "支援措置のため非表示";
const LINE: &str = "この子どもの在籍については、問い合わせに答えないでください。";

fn page(watch: &str) -> String {
    format!("/requests/{watch}/protection")
}

/// Everybody was verified a moment ago.
async fn hub() -> TestApp {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    app
}

async fn protect(app: &TestApp, watch: &str, version: &str, with: &[(&str, &str)]) -> Answer {
    let typed = [&[("version", version)][..], with].concat();
    app.caseworker().post(&page(watch), &typed).await
}

const ON: [(&str, &str); 2] = [("protection", "on"), ("until", "令和9年11月30日")];

/// The centre's child at the nursery, protected.
async fn protected(app: &TestApp) -> Watched {
    let child = child(app);
    protect(app, &child.id.to_string(), "1", &ON).await.expect(303);
    child
}

async fn marks(app: &TestApp) -> Vec<Value> {
    app.sql(
        "SELECT w.id, r.protected_until AS until FROM watch.watches w JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
         WHERE w.discreet ORDER BY w.from_on",
    )
    .await
}

async fn office_reads(app: &TestApp, path: &str) -> String {
    app.caseworker().get(path).await.expect(200).text()
}

/// The last deed that says what left the office.
async fn deed(app: &TestApp, action: &str) -> Value {
    let mut deeds =
        app.sql(&format!("SELECT detail FROM hub.trail WHERE action = '{action}' ORDER BY xmin::text::bigint, id")).await;
    deeds.pop().map_or(Value::Null, |mut deed| deed["detail"].take())
}

#[tokio::test]
async fn the_mark_stands_beside_the_name_wherever_the_office_reads_it() {
    let app = hub().await;
    let child = protected(&app).await;
    assert_eq!(marks(&app).await, [json!({ "id": child.id, "until": "2027-11-30" })]);
    assert_eq!(deed(&app, "protectRequest").await, json!({ "protected": true }));

    let marked = format!("{}{MARK}", child.name);
    let request = app.caseworker().get(&format!("/requests/{}?done=protected", child.id)).await.expect(200);
    assert!(request.first("h1").is_some_and(|title| title.contains(MARK)));
    assert!(request.all(".app-notice").iter().any(|notice| notice.contains("だれにも伝えないでください")));
    let text = request.text();
    assert!(text.contains("対象です（令和9年11月30日まで）") && text.contains("支援措置を登録しました") && text.contains(LINE));
    let alert = app.world.alert(&app.world.centre).id;
    for path in ["/requests", "/alerts", "/board", &format!("/alerts/{alert}"), &format!("/requests/{}/transfer", child.id)] {
        let text = office_reads(&app, path).await;
        assert!(text.contains(&marked), "{path}");
        assert_eq!(text.matches(MARK).count(), text.matches(&marked).count(), "{path}: nobody else is marked");
    }
    // The facility reads one neutral line, and no reason.
    let sheet = app.reporter().get("/sheet").await.expect(200).text();
    assert_eq!(sheet.matches(LINE).count(), 1);
    assert!(!sheet.contains("支援措置"), "{sheet}");
    for path in ["/inquiries", "/urgent", "/register", "/slips", "/calendar"] {
        assert!(!app.head().get(path).await.expect(200).text().contains("支援措置"), "{path}");
    }

    protect(&app, &child.id.to_string(), "2", &[("protection", "off")]).await.expect(303);
    assert_eq!(marks(&app).await, [] as [Value; 0]);
    let request = office_reads(&app, &format!("/requests/{}", child.id)).await;
    assert!(!request.contains(MARK) && request.contains("支援措置の対象から外しました"));
    assert!(!app.reporter().get("/sheet").await.expect(200).text().contains(LINE));
}

#[tokio::test]
async fn it_is_put_on_by_whoever_was_verified_and_is_nothing_to_others() {
    let app = TestApp::new().await;
    let address = page(&child(&app).id.to_string());
    app.caseworker().get(&address).await.expect(403);
    app.verify_everybody().await;
    app.caseworker().get(&address).await.expect(200);
    let guidance = app.signed_in(&app.world.guidance, Role::Caseworker);
    for stranger in [&guidance, &app.head(), &app.reporter(), &app.admin()] {
        stranger.get(&address).await.expect(404);
        stranger.post(&address, &[("version", "1"), ("protection", "on")]).await.expect(404);
    }
    assert_eq!(marks(&app).await, [] as [Value; 0]);
}

#[tokio::test]
async fn what_is_not_meant_is_said_twice_is_once_and_stale_is_told() {
    let app = hub().await;
    let watch = child(&app).id.to_string();
    let blank = app.caseworker().get(&page(&watch)).await.expect(200);
    assert_eq!(blank.attributes("input[name=protection][checked]", "value"), [""; 0], "either has to be meant");
    let wrong: [(&[(&str, &str)], &str); 3] = [
        (&[("until", "R9.1.1")], "#protection"),
        (&[("protection", "on"), ("until", "令和9年2月30日")], "#until"),
        (&[("protection", "on"), ("until", "2026-11-19")], "#until"),
    ];
    for (with, href) in wrong {
        let page = protect(&app, &watch, "1", with).await.expect(422);
        assert_eq!(page.attributes(".app-errors a", "href"), [href], "{with:?}");
        assert_eq!(page.attributes("#until", "value"), [with.last().map_or("", |(_, typed)| *typed)]);
    }
    assert_eq!(marks(&app).await, [] as [Value; 0]);

    for _ in 0..2 {
        let done = protect(&app, &watch, "1", &ON).await.expect(303);
        assert_eq!(done.location(), format!("/requests/{watch}?done=protected"));
    }
    let steps: i64 = app.value("SELECT count(*) FROM desk.request_steps WHERE event = 'protected'").await;
    assert_eq!(steps, 1);
    let stale = protect(&app, &watch, "1", &[("protection", "off")]).await.expect(409);
    assert!(stale.text().contains("対象です（令和9年11月30日まで）") && stale.text().contains("対象ではありません"), "both sides");
    assert_eq!(marks(&app).await.len(), 1);
}

#[tokio::test]
async fn a_decision_that_ends_is_told_and_nothing_is_taken_off_by_itself() {
    let app = hub().await;
    let watch = child(&app).id.to_string();
    protect(&app, &watch, "1", &[("protection", "on"), ("until", "R8.12.31")]).await.expect(303);
    let due = |text: &str| text.contains("支援措置の期限は令和8年12月31日です");
    assert!(!due(&office_reads(&app, &format!("/requests/{watch}")).await));
    for day in ["2026-12-01T09:00", "2027-02-01T09:00"] {
        app.at(day);
        app.refresh_sessions().await;
        let text = office_reads(&app, &format!("/requests/{watch}")).await;
        assert!(due(&text) && text.contains(MARK), "{day}");
    }
    assert!(app.reporter().get("/sheet").await.expect(200).text().contains(LINE));
}

/// The lines of a file that name the child, or in which something is hidden.
fn lines<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.contains(name) || line.contains(HIDDEN)).collect()
}

#[tokio::test]
async fn the_list_leaves_the_office_without_whereabouts_unless_somebody_asks_for_them() {
    let app = hub().await;
    let child = protected(&app).await;
    let (nursery, worker) = (&app.world.nursery, app.caseworker());
    let form = worker.get("/requests").await.expect(200);
    assert_eq!(form.attributes("form[action='/requests/export'] input[name=reveal]:not([checked])", "value"), ["1"]);

    let text = worker.get("/requests/export?encoding=utf8").await.expect(200).text();
    let [line] = lines(&text, &child.name)[..] else { panic!("{text}") };
    assert_eq!(line.matches(HIDDEN).count(), 3, "facility, grade and class: {line}");
    assert!(line.contains(&child.name) && !line.contains(&nursery.name) && !line.contains("4歳児"));
    assert!(text.contains(&nursery.name), "the other children's stay");
    let taken = deed(&app, "exportRequests").await;
    assert_eq!((&taken["protected"], &taken["revealed"]), (&json!(1), &json!(false)));

    // A list of one facility tells it by itself.
    let text = worker.get(&format!("/requests/export?encoding=utf8&facility={}", nursery.id)).await.expect(200).text();
    assert!(!text.contains(&child.name) && !text.contains(&child.kana) && text.matches(HIDDEN).count() == 4, "{text}");

    let text = worker.get("/requests/export?encoding=utf8&reveal=1").await.expect(200).text();
    assert!(!text.contains(HIDDEN) && lines(&text, &child.name)[0].contains(&nursery.name), "{text}");
    assert_eq!(deed(&app, "exportRequests").await["revealed"], json!(true));
}

#[tokio::test]
async fn the_register_leaves_the_office_without_whereabouts_and_the_facility_with_its_own() {
    let app = hub().await;
    let child = protected(&app).await;
    let nursery = &app.world.nursery.name;
    assert_eq!(app.caseworker().get("/register").await.expect(200).attributes("input[name=reveal]", "value"), ["1"]);
    assert_eq!(app.head().get("/register").await.expect(200).attributes("input[name=reveal]", "value"), [""; 0]);

    let address = "/register/export?month=2026-11&encoding=utf8";
    let text = app.caseworker().get(address).await.expect(200).text();
    let rows: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let last = rows.last().copied().unwrap_or_default();
    assert!(last.contains(&child.name), "it comes last: {text}");
    assert_eq!(last.matches(HIDDEN).count(), 2, "the facility, and grade with class: {last}");
    assert!(!last.contains(nursery), "neither the facility nor who works there: {last}");
    assert!(rows.iter().filter(|row| !row.contains(HIDDEN)).any(|row| row.contains(nursery)));
    let taken = deed(&app, "exportRegister").await;
    assert_eq!((&taken["protected"], &taken["revealed"]), (&json!(1), &json!(false)));

    let text = app.caseworker().get(&format!("{address}&reveal=1")).await.expect(200).text();
    assert!(lines(&text, &child.name)[0].contains(nursery) && !text.contains(HIDDEN));
    let own = app.head().get(address).await.expect(200).text();
    assert!(lines(&own, &child.name)[0].contains(nursery) && !own.contains("支援措置"), "{own}");
}

#[tokio::test]
async fn it_goes_with_the_child_and_the_facility_before_learns_nothing_of_the_next() {
    let app = hub().await;
    let child = protected(&app).await;
    post(&app, &path(&child), &form(&app, 2, &[SURE])).await.expect(303);
    let next = onward(&app, &child).await;
    let both = [json!({ "id": child.id, "until": "2027-11-30" }), json!({ "id": next, "until": "2027-11-30" })];
    assert_eq!(marks(&app).await, both);
    assert!(office_reads(&app, &format!("/requests/{next}")).await.contains(MARK));

    for (day, there) in [("2026-11-20T10:00", true), ("2026-11-25T10:00", false)] {
        app.at(day);
        app.refresh_sessions().await;
        app.verify_everybody().await;
        for path in [
            "/sheet",
            "/sheet/2026-11-20",
            "/sheet/catch-up",
            "/inquiries",
            "/urgent",
            "/calendar",
            "/calendar/weekdays",
            "/turns",
            "/register/export?month=2026-11&encoding=utf8",
            "/slips",
            "/slips/2026-11",
            &format!("/sheet/reports/{}", child.id),
            &format!("/sheet/reports/{next}"),
            &format!("/requests/{next}"),
        ] {
            let text = app.head().get(path).await.text();
            assert!(
                !text.contains(&app.world.elementary.name) && !text.contains("小1 2組") && !text.contains("支援措置"),
                "{day} {path}"
            );
        }
        assert_eq!(sheet(&app, &app.world.nursery).await.contains(LINE), there, "{day}");
        assert_eq!(sheet(&app, &app.world.elementary).await.contains(LINE), !there, "{day}");
    }
    app.signed_in(&app.world.elementary, Role::Reporter).get(&format!("/sheet/reports/{}", child.id)).await.expect(404);

    // Taken off at the one, it is off at the other: there is one child. Whoever had the other one open is told.
    let id = child.id.to_string();
    let version = |watch: &str| format!("SELECT revision::text FROM desk.requests WHERE watch_id = '{watch}'");
    let before: String = app.value(&version(&id)).await;
    protect(&app, &next, "1", &[("protection", "off")]).await.expect(303);
    assert_eq!(marks(&app).await, [] as [Value; 0]);
    protect(&app, &id, &before, &ON).await.expect(409);
    assert_eq!(marks(&app).await, [] as [Value; 0]);
    let steps: i64 = app.value("SELECT count(DISTINCT watch_id) FROM desk.request_steps WHERE event = 'unprotected'").await;
    assert_eq!(steps, 2, "both requests say so");

    // Both at once take turns, and the slower finds it done.
    let (one, two): (String, String) = (app.value(&version(&id)).await, app.value(&version(&next)).await);
    let done = tokio::join!(protect(&app, &id, &one, &ON), protect(&app, &next, &two, &ON));
    assert_eq!((done.0.status.as_u16(), done.1.status.as_u16()), (303, 303));
    assert_eq!(marks(&app).await, both);
    let steps: i64 = app.value("SELECT count(*) FROM desk.request_steps WHERE event = 'protected' AND at > '2026-11-21'").await;
    assert_eq!(steps, 2);
}

#[tokio::test]
async fn a_child_registered_anew_is_marked_by_its_name_in_its_own_office_until_somebody_knows_better() {
    let app = hub().await;
    let child = protected(&app).await;
    let elementary = app.world.elementary.id.to_string();
    let register = async |office: &Place| {
        let fields = [
            ("facility", elementary.as_str()),
            ("name", child.name.as_str()),
            ("grade", "e1"),
            ("ground", "act_13_4"),
            ("strictness", "normal"),
            ("starts_on", "R8.11.20"),
        ];
        let done = app.signed_in(office, Role::Caseworker).post("/requests", &fields).await.expect(303);
        let (path, _) = done.location().split_once('?').unwrap();
        path.trim_start_matches("/requests/").to_owned()
    };
    let anew = register(&app.world.centre).await;
    let text = office_reads(&app, &format!("/requests/{anew}")).await;
    assert!(text.contains(MARK) && text.contains("期限は登録されていません"), "{text}");
    // Another office's children are not looked at: it has to be told.
    register(&app.world.guidance).await;
    let ids = async || marks(&app).await.iter().filter_map(|row| row["id"].as_str().map(ToOwned::to_owned)).collect::<Vec<_>>();
    let both = ids().await;
    assert!(both.len() == 2 && both.contains(&anew), "{both:?}");

    // Another child after all: only this one's mark goes, and it does not come back with the child's next stay.
    protect(&app, &anew, "1", &[("protection", "off")]).await.expect(303);
    assert_eq!(ids().await, [child.id.to_string()]);
    app.run(&format!(
        "INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, kana, name_key, grade, class, from_on)
         SELECT ward_id, gen_random_uuid(), child_id, facility_id, name, kana, name_key, grade, class, from_on + 1 FROM watch.watches WHERE id = '{anew}'"
    ))
    .await;
    let marked: i64 = app.value("SELECT count(*) FROM watch.watches WHERE discreet").await;
    assert_eq!(marked, 1);
}

#[tokio::test]
async fn a_question_to_the_facility_of_a_sibling_names_nobody_but_its_own_child() {
    let app = hub().await;
    let child = protected(&app).await;
    let (alert, pupil) = (app.world.alert(&app.world.centre), app.world.watch(&app.world.centre, &app.world.elementary).clone());
    app.run(&format!(
        "INSERT INTO desk.sibling_groups (ward_id, id) VALUES ('{0}', '{1}');
         UPDATE desk.requests SET sibling_group_id = '{1}' WHERE watch_id IN ('{1}', '{2}')",
        app.world.ward, pupil.id, child.id
    ))
    .await;
    for (what, with) in [("taking", None), ("inquiries", Some(("watch", pupil.id.to_string())))] {
        let revision: i64 = app.value(&format!("SELECT revision FROM desk.alerts WHERE id = '{}'", alert.id)).await;
        let revision = revision.to_string();
        let typed = [Some(("version", revision.as_str())), with.as_ref().map(|(name, value)| (*name, value.as_str()))];
        let typed: Vec<(&str, &str)> = typed.into_iter().flatten().collect();
        app.caseworker().post(&format!("/alerts/{}/{what}", alert.id), &typed).await.expect(303);
    }
    let asked = app.signed_in(&app.world.elementary, Role::Reporter).get("/inquiries").await.expect(200);
    let main = asked.first("main").unwrap_or_default();
    assert!(main.contains(&pupil.name.replace('\u{3000}', " ")) || main.contains(&pupil.name), "{main}");
    let given = child.name.split('\u{3000}').next_back().unwrap_or_default();
    for word in [given, &app.world.nursery.name, "支援措置", "きょうだい", "問い合わせに答えない"] {
        assert!(!main.contains(word), "{word} is not theirs to read: {main}");
    }
    // And the other way round: the office reads of the protected child at the alert of the sibling, marked.
    assert!(office_reads(&app, &format!("/requests/{}", pupil.id)).await.contains(&format!("{}{MARK}", child.name)));
}

#[tokio::test]
async fn a_slip_is_printed_without_the_name_unless_somebody_asks_for_it() {
    let app = hub().await;
    let child = protected(&app).await;
    app.run(&format!(
        "INSERT INTO watch.slips (ward_id, facility_id, month, version, revision, reason, prepared_by, prepared_at, approved_by, approved_at)
         VALUES ('{ward}', '{nursery}', '2026-10-01', 1, 1, '', '{who}', '2026-11-02T09:00+09', '{who}', '2026-11-02T09:00+09')",
        ward = app.world.ward,
        nursery = app.world.nursery.id,
        who = app.world.nursery.staff(Role::FacilityHead).person
    ))
    .await;
    app.run(&format!(
        "INSERT INTO watch.slip_entries (ward_id, facility_id, month, version, watch_id, entry)
         VALUES ('{}', '{}', '2026-10-01', 1, '{}', '{}')",
        app.world.ward,
        app.world.nursery.id,
        child.id,
        serde_json::to_string(&tsunagi::domain::slip::Entry::default()).unwrap()
    ))
    .await;
    let address = format!("/submitted-slips/2026-10/{}", app.world.nursery.id);
    let shown = app.caseworker().get(&address).await.expect(200);
    assert!(shown.text().contains(MARK));
    assert_eq!(shown.attributes("form input[name=reveal]", "value"), ["1"]);
    for (query, revealed) in [("", false), ("?reveal=1", true)] {
        let paper = app.caseworker().get(&format!("{address}/paper{query}")).await.expect(200);
        assert_eq!(paper.header("content-type"), "application/pdf");
        let printed =
            app.sql("SELECT detail FROM hub.trail WHERE action = 'listSlips' AND detail ? 'format' ORDER BY xmin::text::bigint DESC LIMIT 1").await;
        assert_eq!((&printed[0]["detail"]["protected"], &printed[0]["detail"]["revealed"]), (&json!(1), &json!(revealed)));
    }
    let own = app.head().get("/slips/2026-10").await.expect(200).text();
    assert!(!own.contains("支援措置"), "{own}");
}
