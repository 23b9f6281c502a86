//! 至急連絡: confirmed, sent once, with the office at once, and never seen by anybody it does not concern.

use serde_json::json;
use tsunagi::{domain::ids::Id, gate::Role};
use uuid::Uuid;

use crate::support::{Answer, Caller, Place, TestApp, Watched};

const FACTS: &str = "右ほほに5センチの青あざ。「パパにたたかれた」と話した。";

pub(super) fn teacher(app: &TestApp) -> Caller<'_> {
    app.signed_in(&app.world.elementary, Role::Reporter)
}

pub(super) fn pupil(app: &TestApp) -> Watched {
    app.world.watch(&app.world.centre, &app.world.elementary).clone()
}

pub(super) fn key() -> String {
    Id::<Uuid>::random().to_string()
}

pub(super) async fn post(caller: &Caller<'_>, pupil: &Watched, key: &str, step: &str, other: &[(&str, &str)]) -> Answer {
    let (child, mut fields) = (pupil.id.to_string(), vec![("idempotency_key", key), ("step", step)]);
    let whole = [
        ("child", child.as_str()),
        ("triggers", "injury"),
        ("triggers", "statement"),
        ("happened", "けさ8時40分"),
        ("place", "保健室"),
        ("witness", "養護教諭"),
        ("facts", FACTS),
        ("child_now", "here"),
        ("contact_person", "教頭"),
        ("contact_phone", "03-1234-5678"),
        ("contact_until", "20時まで"),
        ("called", "guidance_centre"),
    ];
    fields.extend(whole.iter().filter(|(name, _)| other.iter().all(|(changed, _)| changed != name)));
    fields.extend(other);
    caller.post("/urgent", &fields).await
}

async fn alerts(app: &TestApp, pupil: &Watched) -> Vec<serde_json::Value> {
    app.sql(&format!(
        "SELECT rule, severity, state, count, condition FROM desk.alerts WHERE watch_id = '{}' AND state <> 'closed' ORDER BY rule",
        pupil.id
    ))
    .await
}

#[tokio::test]
async fn it_is_two_taps_away_confirmed_and_then_with_the_office_word_for_word() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    for path in ["/sheet", "/calendar", "/sheet/catch-up", "/me"] {
        let page = teacher(&app).get(path).await.expect(200);
        assert!(page.attributes("header a", "href").contains(&"/urgent".to_owned()), "{path}");
    }
    assert!(!app.caseworker().get("/alerts").await.expect(200).attributes("header a", "href").contains(&"/urgent".to_owned()));

    let form = teacher(&app).get("/urgent").await.expect(200).text();
    for word in ["110", "189", "写真は送れません", pupil.name.as_str()] {
        assert!(form.contains(word), "{word}");
    }
    let key = key();
    let asked = post(&teacher(&app), &pupil, &key, "check", &[]).await.expect(200);
    assert!(asked.text().contains("まだ送っていません") && asked.text().contains(FACTS));
    assert!(alerts(&app, &pupil).await.is_empty(), "looking it over sends nothing");

    let again = post(&teacher(&app), &pupil, &key, "edit", &[]).await.expect(200);
    assert!(again.text().contains(FACTS), "going back loses nothing");

    let sent = post(&teacher(&app), &pupil, &key, "send", &[]).await.expect(303);
    let receipt = teacher(&app).get(sent.location()).await.expect(200).all("main").concat();
    assert!(receipt.contains("至急連絡を受け付けました（9:00）") && receipt.contains(FACTS));
    assert!(!receipt.contains("アラート") && !receipt.contains("虐待"), "neutral, and no word of suspicion");

    let urgent = |rule: &str| json!({ "rule": rule, "severity": "urgent", "state": "open", "count": 1, "condition": "met" });
    assert_eq!(alerts(&app, &pupil).await, [urgent("S1"), urgent("S2"), urgent("U1")]);
    let told: i64 =
        app.value("SELECT count(DISTINCT alert_id) FROM desk.events WHERE kind = 'raised' AND severity = 'urgent'").await;
    assert_eq!(told, 3, "open inboxes hear of each");

    let alert: Uuid = app.value(&format!("SELECT id FROM desk.alerts WHERE watch_id = '{}' AND rule = 'U1'", pupil.id)).await;
    for role in [Role::Caseworker, Role::Supervisor] {
        let page = app.signed_in(&app.world.centre, role).get(&format!("/alerts/{alert}")).await.expect(200).text();
        for word in [FACTS, "保健室", "養護教諭", "03-1234-5678", "20時まで", "児童相談所（189）"] {
            assert!(page.contains(word), "{role:?} reads {word}");
        }
    }
    app.signed_in(&app.world.guidance, Role::Caseworker).get(&format!("/alerts/{alert}")).await.expect(404);
}

#[tokio::test]
async fn the_form_asks_for_every_trigger_of_the_guideline_and_says_whom_to_call() {
    let app = TestApp::new().await;
    let form = teacher(&app).get("/urgent").await.expect(200);
    // U1, U3, U4, U2, U7, U5, U8, U6
    let asked = [
        "injury",
        "statement",
        "unwilling_home",
        "unexplained_absence",
        "absent_seven_days",
        "family_change",
        "parent_pressure",
        "other_change",
    ];
    assert_eq!(form.attributes("input[name=triggers]", "value"), asked);
    let centre: String = app.value(&format!("SELECT help_phone FROM hub.wards WHERE id = '{}'", app.world.ward)).await;
    assert!(!centre.is_empty() && form.all("main").concat().contains(&centre), "{centre}");
}

#[tokio::test]
async fn without_a_number_of_the_ward_the_office_s_own_is_given_and_without_any_it_is_said_what_to_do() {
    let app = TestApp::new().await;
    let (ward, world) = (app.world.ward, &app.world);
    app.run(&format!("UPDATE hub.wards SET help_phone = '' WHERE id = '{ward}'")).await;
    let phones = async |page: &str| teacher(&app).get(page).await.expect(200).all(".app-danger__phones strong");
    let call = "手もとの連絡先の一覧にある番号に電話してください";
    let form = teacher(&app).get("/urgent").await.expect(200);
    assert!(form.all("[role=note]").concat().contains(call), "nothing is left out in silence");
    assert_eq!(phones("/urgent").await, ["110", "189"]);
    let sheet = teacher(&app).get("/sheet").await.expect(200).text();
    assert!(sheet.contains("児童相談所は189に電話してください") && !sheet.contains("支援センターはに"));
    let sunday = teacher(&app).get("/sheet/2026-11-15").await.expect(200).text();
    assert!(sunday.contains("休業日でも支援センターにお電話ください") && !sunday.contains("（）"));
    let desk = app.admin().get("/set-up").await.expect(200);
    assert!(
        desk.text().contains("施設が急ぐときに見る番号です") && desk.attributes("a", "href").contains(&"/set-up/ward".to_owned())
    );

    // Whoever runs the hub; before it a centre, before any other the one that asked about a child there; nobody else.
    let set = async |place: &Place, phone: &str| {
        app.run(&format!("UPDATE hub.organizations SET phone = '{phone}' WHERE id = '{}'", place.id)).await;
    };
    for place in [&world.guidance, &world.elementary, &app.other.centre] {
        set(place, "00-0000-0666").await;
    }
    assert_eq!(phones("/urgent").await, ["110", "189"]);
    set(&world.root, "00-0000-0100").await;
    assert_eq!(phones("/urgent").await, ["110", "189", "00-0000-0100"]);
    set(&world.centre, "00-0000-0200(内線 12)").await;
    let form = teacher(&app).get("/urgent").await.expect(200);
    assert_eq!(form.attributes(".app-danger__phones a", "href"), ["tel:110", "tel:189", "tel:0000000200"]);
    assert!(form.all("[role=note]").concat().contains(&world.centre.name) && !form.text().contains(call));
    set(&world.branch, "00-0000-0300").await;
    app.run(&format!("UPDATE desk.requests SET office_id = '{}' WHERE office_id = '{}'", world.branch.id, world.centre.id)).await;
    let third = "00-0000-0300".to_owned();
    assert!(phones("/urgent").await.contains(&third), "who asked, not who comes first in the list");
    let asked = post(&teacher(&app), &pupil(&app), &key(), "check", &[]).await.expect(200);
    assert!(asked.all(".app-danger__phones strong").contains(&third), "and before it is sent");
    let sent = post(&teacher(&app), &pupil(&app), &key(), "send", &[]).await.expect(303).location().to_owned();
    assert!(phones(&sent).await.contains(&third), "and on the receipt");

    app.run(&format!("UPDATE hub.wards SET help_phone = '00-0000-0400' WHERE id = '{ward}'")).await;
    let form = teacher(&app).get("/urgent").await.expect(200);
    assert_eq!(form.all(".app-danger__phones strong"), ["110", "189", "00-0000-0400"], "what the ward says goes before");
    assert_eq!(form.attributes(".app-danger__phones a", "href")[2], "tel:0000000400");
    // What was written before numbers were looked at: read, and not rung as another one.
    app.run(&format!("UPDATE hub.wards SET help_phone = '庁舎の内線 4567' WHERE id = '{ward}'")).await;
    let form = teacher(&app).get("/urgent").await.expect(200);
    assert_eq!(form.all(".app-danger__phones strong"), ["110", "189", "庁舎の内線 4567"]);
    assert_eq!(form.attributes(".app-danger__phones a", "href"), ["tel:110", "tel:189"]);
}

#[tokio::test]
async fn pressed_twice_it_is_one_and_a_second_report_adds_to_the_same_alert() {
    let app = TestApp::new().await;
    let (pupil, key_one) = (pupil(&app), key());
    let here = teacher(&app);
    let (one, two) = tokio::join!(post(&here, &pupil, &key_one, "send", &[]), post(&here, &pupil, &key_one, "send", &[]));
    assert_eq!((one.status.as_u16(), one.location()), (303, two.location()));
    let reports: i64 = app.value("SELECT count(*) FROM watch.urgent_reports WHERE day = '2026-11-20'").await;
    assert_eq!(reports, 1);

    app.at("2026-11-20T09:30");
    app.refresh_sessions().await;
    let more = "お迎えの時刻を過ぎても帰りたがらない。";
    post(&teacher(&app), &pupil, &key(), "send", &[("facts", more), ("triggers", "unwilling_home")]).await.expect(303);
    let found = alerts(&app, &pupil).await;
    let rules: Vec<_> = found.iter().map(|alert| (alert["rule"].as_str().unwrap(), alert["count"].as_i64().unwrap())).collect();
    assert_eq!(rules, [("S1", 1), ("S2", 1), ("S3", 1), ("U1", 2)]);
    let risen: i64 = app.value("SELECT count(*) FROM desk.events WHERE kind = 'risen'").await;
    assert_eq!(risen, 1, "the open alert makes itself heard again");
    let alert: Uuid = app.value(&format!("SELECT id FROM desk.alerts WHERE watch_id = '{}' AND rule = 'U1'", pupil.id)).await;
    let page = app.caseworker().get(&format!("/alerts/{alert}")).await.expect(200).text();
    assert!(page.contains(more) && page.contains(FACTS) && page.contains("施設からの至急連絡（2通）"));
}

#[tokio::test]
async fn two_colleagues_at_once_raise_one_alert_that_counts_both() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let (here, head) = (teacher(&app), app.signed_in(&app.world.elementary, Role::FacilityHead));
    let (one, two) = (key(), key());
    let (one, two) = tokio::join!(post(&here, &pupil, &one, "send", &[]), post(&head, &pupil, &two, "send", &[]));
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (303, 303));
    let whole: i32 = app.value(&format!("SELECT count FROM desk.alerts WHERE watch_id = '{}' AND rule = 'U1'", pupil.id)).await;
    assert_eq!(whole, 2);
}

#[tokio::test]
async fn a_corrected_sheet_does_not_take_an_urgent_report_back() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    post(&teacher(&app), &pupil, &key(), "send", &[]).await.expect(303);
    let (status, version, key_one, key_two) = (format!("status.{}", pupil.id), format!("version.{}", pupil.id), key(), key());
    teacher(&app).post("/sheet/2026-11-20", &[("idempotency_key", &key_one), (&version, "0"), (&status, "P")]).await.expect(303);
    teacher(&app).post("/sheet/2026-11-20", &[("idempotency_key", &key_two), (&version, "1"), (&status, "L")]).await.expect(303);
    let standing = |rule: &str| json!({ "rule": rule, "severity": "urgent", "state": "open", "count": 1, "condition": "met" });
    assert_eq!(alerts(&app, &pupil).await, ["S1", "S2", "U1"].map(standing), "each was raised, and none is taken back");
}

#[tokio::test]
async fn no_report_of_the_day_was_made_by_it() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    post(&teacher(&app), &pupil, &key(), "send", &[]).await.expect(303);
    let days: i64 = app.value(&format!("SELECT count(*) FROM watch.days WHERE watch_id = '{}'", pupil.id)).await;
    assert_eq!(days, 0);
    app.at("2026-11-20T12:00");
    tsunagi::work::clock::round(&app.app).await.unwrap();
    let missing: i64 =
        app.value(&format!("SELECT count(*) FROM desk.alerts WHERE watch_id = '{}' AND rule = 'I1'", pupil.id)).await;
    assert_eq!(missing, 1, "the sheet is still owed");
}

#[tokio::test]
async fn each_missing_field_is_named_and_everything_typed_is_kept() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let page = post(&teacher(&app), &pupil, &key(), "send", &[("place", ""), ("contact_phone", "あとで"), ("child_now", "")]).await;
    let page = page.expect(422);
    let text = page.text();
    for words in ["「どこで」", "市外局番", "「お子さんは、いまどこにいますか」"] {
        assert!(text.contains(words) || text.contains(words.trim_matches(['「', '」'])), "{words}: {text}");
    }
    assert_eq!(page.all("[role=alert] a").len(), 3);
    assert!(text.contains(FACTS), "nothing typed is lost");
    assert!(page.attributes("input[name=triggers][checked]", "value").len() == 2);
    let nobody = post(&teacher(&app), &pupil, &key(), "send", &[("child", "")]).await.expect(422);
    assert!(nobody.text().contains("お子さん"));
    let reports: i64 = app.value("SELECT count(*) FROM watch.urgent_reports WHERE day = '2026-11-20'").await;
    assert_eq!(reports, 0);
}

#[tokio::test]
async fn another_facility_s_child_and_another_s_report_are_not_there() {
    let app = TestApp::new().await;
    let sent = post(&teacher(&app), &pupil(&app), &key(), "send", &[]).await.expect(303).location().to_owned();
    let junior = app.signed_in(&app.world.junior_high, Role::Reporter);
    junior.get(&sent).await.expect(404);
    junior.get(&format!("{sent}/note")).await.expect(404);
    let form = junior.get("/urgent").await.expect(200).text();
    assert!(!form.contains(&pupil(&app).name));
    for stranger in [app.world.watch(&app.world.centre, &app.world.junior_high), app.world.ended_watch()] {
        post(&teacher(&app), stranger, &key(), "send", &[]).await.expect(404);
    }
    let told: i64 = app
        .value(&format!("SELECT count(*) FROM desk.alerts WHERE rule = 'U1' AND facility_id <> '{}'", app.world.elementary.id))
        .await;
    assert_eq!(told, 0, "nothing is raised about other facilities");
}

#[tokio::test]
async fn the_receipt_is_signed_and_holds_no_word_of_it() {
    let app = TestApp::new().await;
    let sent = post(&teacher(&app), &pupil(&app), &key(), "send", &[]).await.expect(303).location().to_owned();
    let note = teacher(&app).get(&format!("{sent}/note")).await.expect(200).text();
    let pupil = pupil(&app);
    for secret in [pupil.name.as_str(), FACTS, "保健室", "injury", &pupil.id.to_string()] {
        assert!(!note.contains(secret), "{secret}");
    }
    let checked = app.app.seal.verifiers().check(&note).unwrap();
    assert_eq!((checked.statement.children, checked.statement.facility), (1, app.world.elementary.name.clone()));
}

#[tokio::test]
async fn the_receipt_says_what_the_office_says_of_it_in_neutral_words() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let sent = post(&teacher(&app), &pupil, &key(), "send", &[]).await.expect(303);
    let receipt = async || teacher(&app).get(sent.location()).await.expect(200).all("main").concat();
    assert!(receipt().await.contains("受付済"));
    let alert: Uuid = app.value(&format!("SELECT id FROM desk.alerts WHERE watch_id = '{}' AND rule = 'U1'", pupil.id)).await;
    app.caseworker().post(&format!("/alerts/{alert}/taking"), &[("version", "1")]).await.expect(303);
    let text = receipt().await;
    assert!(text.contains("対応中") && !text.contains("受付済"), "{text}");
    app.caseworker().post(&format!("/alerts/{alert}/reply"), &[("version", "2"), ("reply", "watching")]).await.expect(303);
    let text = receipt().await;
    assert!(text.contains("引き続き見守りを") && !text.contains("アラート"), "{text}");
}
