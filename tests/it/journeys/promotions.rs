//! 進級: all children of an office decided about on one page, together or not at all, and the day on which it holds.

use serde_json::json;
use tsunagi::{gate::Role, work::transfers};

use super::transfers_between::merge;
use crate::support::{Answer, Caller, Place, TestApp, Watched};

const PATH: &str = "/requests/promotion";

fn child(app: &TestApp, place: &Place) -> Watched {
    app.world.watch(&app.world.centre, place).clone()
}

/// In March, the nursery's child in its last year.
async fn march() -> TestApp {
    let app = TestApp::new().await;
    let leaver = child(&app, &app.world.nursery);
    app.run(&format!("UPDATE watch.watches SET grade = 'n5' WHERE id = '{}'", leaver.id)).await;
    app.at("2027-03-10T09:00").refresh_sessions().await;
    app
}

/// What the page offers, changed by `with`: field, facility of the child, value.
fn form(page: &Answer, app: &TestApp, with: &[(&str, &Place, &str)]) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for place in [&app.world.nursery, &app.world.elementary, &app.world.junior_high] {
        let watch = child(app, place);
        let version = page.attributes(&format!("input[name='version.{}']", watch.id), "value").remove(0);
        let fate = page.attributes(&format!("[id='fate.{}'] option[selected]", watch.id), "value").remove(0);
        let changed = |field: &str, usual: String| {
            let to = with.iter().find(|(name, at, _)| *name == field && at.id == place.id);
            to.map_or(usual, |(_, _, value)| (*value).to_owned())
        };
        for (name, usual) in [("version", version), ("fate", fate), ("class", String::new()), ("next", String::new())] {
            fields.push((format!("{name}.{}", watch.id), changed(name, usual)));
        }
    }
    fields
}

/// Everything on the page as it is offered.
fn offered(page: &Answer) -> Vec<(String, String)> {
    let names = page.attributes("input[name^='version.']", "name");
    let versions = page.attributes("input[name^='version.']", "value");
    let of = |(name, version): (String, String)| {
        let fate = name.replace("version.", "fate.");
        let usual = page.attributes(&format!("[id='{fate}'] option[selected]"), "value").remove(0);
        [(name, version), (fate, usual)]
    };
    names.into_iter().zip(versions).flat_map(of).collect()
}

async fn post_as(caller: Caller<'_>, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    caller.post(PATH, &fields).await
}

async fn post(app: &TestApp, fields: &[(String, String)]) -> Answer {
    post_as(app.caseworker(), fields).await
}

async fn take_back(caller: Caller<'_>, watch: &Watched) -> String {
    let id = watch.id.to_string();
    caller.post("/requests/promotion/cancellation", &[("watch", id.as_str())]).await.expect(303).location().to_owned()
}

async fn grade(app: &TestApp, watch: &str) -> (String, String) {
    let row = app.sql(&format!("SELECT grade, class FROM watch.watches WHERE id = '{watch}'")).await.remove(0);
    (row["grade"].as_str().unwrap().to_owned(), row["class"].as_str().unwrap().to_owned())
}

async fn grades(app: &TestApp) -> Vec<serde_json::Value> {
    app.sql(&format!(
        "SELECT w.grade, w.from_on FROM watch.watches w JOIN desk.requests r ON r.watch_id = w.id
         WHERE r.office_id = '{}' AND (w.until_on IS NULL OR w.until_on > '2026-11-01') ORDER BY w.grade, w.from_on",
        app.world.centre.id
    ))
    .await
}

async fn written(app: &TestApp) -> (i64, i64) {
    (app.value("SELECT count(*) FROM desk.promotions").await, app.value("SELECT count(*) FROM desk.transfers").await)
}

#[tokio::test]
async fn everybody_is_decided_about_at_once_and_it_holds_from_april_on() {
    let app = march().await;
    let page = app.caseworker().get(PATH).await.expect(200);
    assert!(page.text().contains("進級（小3）") && page.text().contains("卒園・卒業") && page.text().contains("令和9年4月1日"));
    assert!(!page.text().contains(&app.world.watch(&app.world.guidance, &app.world.nursery).name), "another office's child");
    let school = app.world.elementary.id.to_string();
    let with = [
        ("next", &app.world.nursery, school.as_str()),
        ("fate", &app.world.junior_high, "stay"),
        ("class", &app.world.elementary, "３組"),
    ];
    let fields = form(&page, &app, &with);
    for _ in 0..2 {
        let done = post(&app, &fields).await.expect(303);
        assert_eq!(done.location(), "/requests/promotion?done=promoted");
    }
    assert_eq!(written(&app).await, (2, 1));
    let row = |grade: &str, from: &str| json!({ "grade": grade, "from_on": from });
    let before = [row("e1", "2027-04-01"), row("e2", "2026-04-01"), row("j1", "2026-04-01"), row("n5", "2026-04-01")];
    assert_eq!(grades(&app).await, before, "nothing holds before its day");
    let left = app.caseworker().get("/requests/promotion?done=promoted").await.expect(200);
    assert!(left.all("form select").is_empty() && left.text().contains("すでに転校・転園・卒園を登録したお子さん"));
    let deed = app.sql("SELECT detail FROM hub.trail WHERE action = 'promoteRequests' AND detail ? 'promoted'").await;
    assert_eq!(deed, [json!({ "detail": { "on": "2027-04-01", "promoted": 2, "leaving": 1 } })]);

    app.at("2027-03-31T23:59");
    transfers::round(&app.app).await.unwrap();
    assert_eq!(grades(&app).await, before);
    app.at("2027-04-01T00:01").refresh_sessions().await;
    for _ in 0..2 {
        transfers::round(&app.app).await.unwrap();
    }
    let after = [row("e1", "2027-04-01"), row("e3", "2026-04-01"), row("j1", "2026-04-01"), row("n5", "2026-04-01")];
    assert_eq!(grades(&app).await, after);
    let class: String =
        app.value(&format!("SELECT class FROM watch.watches WHERE id = '{}'", child(&app, &app.world.elementary).id)).await;
    assert_eq!(class, "3組");
}

#[tokio::test]
async fn who_leaves_without_a_place_is_on_the_hold_list() {
    let app = march().await;
    let page = app.caseworker().get(PATH).await.expect(200);
    post(&app, &form(&page, &app, &[])).await.expect(303);
    let held = app.caseworker().get("/requests/holds").await.expect(200);
    let leaver = child(&app, &app.world.nursery);
    assert_eq!(held.attributes("tbody a", "href"), [format!("/requests/{}/transfer", leaver.id)]);
}

#[tokio::test]
async fn one_fault_and_nobody_is_registered() {
    let app = march().await;
    let page = app.caseworker().get(PATH).await.expect(200);
    let (leaver, pupil) = (child(&app, &app.world.nursery), child(&app, &app.world.elementary));
    let nursery = app.world.nursery.id.to_string();
    for (field, place, value, watch) in [
        ("fate", &app.world.nursery, "up", &leaver),
        ("fate", &app.world.elementary, "", &pupil),
        ("class", &app.world.elementary, "=1+1", &pupil),
        ("next", &app.world.nursery, nursery.as_str(), &leaver),
    ] {
        let page = post(&app, &form(&page, &app, &[(field, place, value)])).await.expect(422);
        assert_eq!(page.attributes(".app-errors a", "href"), [format!("#{field}.{}", watch.id)], "{field} {value}");
        assert_eq!(written(&app).await, (0, 0));
    }
    // Somebody who stays goes nowhere.
    let school = app.world.elementary.id.to_string();
    let both = [("fate", &app.world.nursery, "stay"), ("next", &app.world.nursery, school.as_str())];
    let page = post(&app, &form(&page, &app, &both)).await.expect(422);
    assert_eq!(page.attributes(".app-errors a", "href"), [format!("#next.{}", leaver.id)]);
}

#[tokio::test]
async fn somebody_who_was_there_after_the_last_day_cannot_have_left_and_nobody_is_registered() {
    let app = march().await;
    let leaver = child(&app, &app.world.nursery);
    app.at("2027-04-02T09:00").refresh_sessions().await;
    let page = app.caseworker().get(PATH).await.expect(200);
    app.run(&format!("UPDATE watch.days SET day = '2027-04-01' WHERE watch_id = '{}'", leaver.id)).await;
    let refused = post(&app, &form(&page, &app, &[])).await.expect(422);
    assert!(refused.text().contains("令和9年4月1日まで報告があります"));
    assert_eq!(written(&app).await, (0, 0));
    let stay = [("fate", &app.world.nursery, "stay")];
    post(&app, &form(&page, &app, &stay)).await.expect(303);
    let pupil: String =
        app.value(&format!("SELECT grade FROM watch.watches WHERE id = '{}'", child(&app, &app.world.elementary).id)).await;
    assert_eq!(pupil, "e3", "the day has come: it holds at once");
}

#[tokio::test]
async fn whoever_is_second_sees_it_as_it_is_now() {
    let app = march().await;
    let page = app.caseworker().get(PATH).await.expect(200);
    let fields = form(&page, &app, &[]);
    app.run(&format!("UPDATE desk.requests SET revision = 7 WHERE watch_id = '{}'", child(&app, &app.world.elementary).id)).await;
    let conflict = post(&app, &fields).await.expect(409);
    assert!(conflict.text().contains("ほかの人が依頼を変えました"));
    assert_eq!(written(&app).await, (0, 0));
}

#[tokio::test]
async fn two_who_decide_otherwise_are_one_decision_and_one_conflict() {
    let app = march().await;
    let page = app.caseworker().get(PATH).await.expect(200);
    let (usual, other) = (form(&page, &app, &[]), form(&page, &app, &[("fate", &app.world.elementary, "stay")]));
    let (one, two) = tokio::join!(post_as(app.caseworker(), &usual), post_as(app.supervisor(), &other));
    let mut statuses = [one.status, two.status].map(|status| status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(written(&app).await, (2, 1));
    // Whoever was second is told, also when it is sent once more; the same is done once, whoever sends it.
    let (first, second) = if one.status.as_u16() == 303 { (usual, other) } else { (other, usual) };
    post_as(app.caseworker(), &second).await.expect(409);
    assert_eq!(post_as(app.supervisor(), &first).await.expect(303).location(), "/requests/promotion?done=promoted");
    assert_eq!(written(&app).await, (2, 1));
}

#[tokio::test]
async fn what_was_decided_is_shown_and_can_be_taken_back_before_and_after_the_day() {
    let app = march().await;
    let page = app.caseworker().get(PATH).await.expect(200);
    post(&app, &form(&page, &app, &[("class", &app.world.elementary, "3組")])).await.expect(303);
    let pupil = child(&app, &app.world.elementary);
    let page = app.caseworker().get(PATH).await.expect(200);
    assert!(page.first("main details summary").is_some_and(|line| line.contains("学年を登録したお子さん 2人")));
    assert!(page.all("main details li").iter().any(|line| line.contains("小2 1組 → 小3 3組")), "{:?}", page.all("main details li"));

    // Another office takes nothing back.
    assert_eq!(take_back(app.signed_in(&app.world.guidance, Role::Caseworker), &pupil).await, PATH);
    assert_eq!(take_back(app.caseworker(), &pupil).await, "/requests/promotion?done=undone");
    assert_eq!(take_back(app.caseworker(), &pupil).await, PATH, "sent twice");
    assert_eq!(written(&app).await.0, 1);
    let page = app.caseworker().get(PATH).await.expect(200);
    assert_eq!(offered(&page)[0].0, format!("version.{}", pupil.id), "decided about anew");
    post(&app, &offered(&page)).await.expect(303);

    app.at("2027-04-01T00:01").refresh_sessions().await;
    transfers::round(&app.app).await.unwrap();
    assert_eq!(grade(&app, &pupil.id.to_string()).await, ("e3".to_owned(), String::new()));
    assert_eq!(take_back(app.caseworker(), &pupil).await, "/requests/promotion?done=undone");
    assert_eq!(grade(&app, &pupil.id.to_string()).await, ("e2".to_owned(), "1組".to_owned()));
    transfers::round(&app.app).await.unwrap();
    assert_eq!(grade(&app, &pupil.id.to_string()).await.0, "e2", "and the clock does not bring it back");
    app.at("2027-05-01T09:00").refresh_sessions().await;
    assert_eq!(take_back(app.caseworker(), &child(&app, &app.world.junior_high)).await, PATH, "the month is over");
}

#[tokio::test]
async fn whoever_left_meanwhile_is_not_decided_about_and_a_promotion_decided_before_is_none() {
    let app = march().await;
    let pupil = child(&app, &app.world.elementary);
    let page = app.caseworker().get(PATH).await.expect(200);
    let until = |day: &str| format!("UPDATE watch.watches SET until_on = {day} WHERE id = '{}'", pupil.id);
    app.run(&until("'2027-03-20'")).await;
    post(&app, &form(&page, &app, &[])).await.expect(409);
    assert_eq!(written(&app).await, (0, 0));
    app.run(&until("NULL")).await;
    post(&app, &form(&page, &app, &[])).await.expect(303);
    app.run(&until("'2027-03-20'")).await;
    app.at("2027-04-01T00:01");
    transfers::round(&app.app).await.unwrap();
    assert_eq!(grade(&app, &pupil.id.to_string()).await.0, "e2", "the grade of its last day");
}

/// The elementary school is merged into one of its kind on April 1.
async fn merged(grade: &str) -> (TestApp, String) {
    let app = march().await;
    let (school, successor) = (&app.world.elementary, &app.world.junior_high);
    let pupil = child(&app, school);
    app.run(&format!("UPDATE hub.organizations SET kind = 'elementary' WHERE id = '{}'", successor.id)).await;
    app.run(&format!("UPDATE watch.watches SET grade = '{grade}' WHERE id = '{}'", pupil.id)).await;
    merge(&app, school, successor, "2027-04-01").await;
    let carried = app.value(&format!("SELECT watch_id::text FROM desk.requests WHERE carried_from = '{}'", pupil.id)).await;
    (app, carried)
}

#[tokio::test]
async fn children_of_a_merged_school_go_up_at_its_successor() {
    let (app, carried) = merged("e2").await;
    let page = app.caseworker().get(PATH).await.expect(200);
    let fields = offered(&page);
    assert!(fields.contains(&(format!("fate.{carried}"), "up".to_owned())), "{fields:?}");
    assert!(!fields.iter().any(|(name, _)| *name == format!("version.{}", child(&app, &app.world.elementary).id)));
    post(&app, &fields).await.expect(303);
    app.at("2027-04-01T00:01");
    transfers::round(&app.app).await.unwrap();
    assert_eq!(grade(&app, &carried).await.0, "e3");

    // Decided before the merger was, it goes along.
    let app = march().await;
    let page = app.caseworker().get(PATH).await.expect(200);
    post(&app, &form(&page, &app, &[])).await.expect(303);
    merge(&app, &app.world.elementary, &app.world.junior_high, "2027-04-01").await;
    app.at("2027-04-01T00:01");
    transfers::round(&app.app).await.unwrap();
    let pupil = child(&app, &app.world.elementary);
    let carried: String = app.value(&format!("SELECT watch_id::text FROM desk.requests WHERE carried_from = '{}'", pupil.id)).await;
    assert_eq!((grade(&app, &pupil.id.to_string()).await.0, grade(&app, &carried).await.0), ("e2".to_owned(), "e3".to_owned()));
}

#[tokio::test]
async fn who_finishes_a_school_that_is_merged_leaves_it_and_is_not_carried_on() {
    let (app, carried) = merged("e6").await;
    let pupil = child(&app, &app.world.elementary);
    let page = app.caseworker().get(PATH).await.expect(200);
    let fields = offered(&page);
    assert!(fields.contains(&(format!("fate.{carried}"), "leave".to_owned())), "{fields:?}");
    post(&app, &fields).await.expect(303);
    let held = app.caseworker().get("/requests/holds").await.expect(200);
    assert!(held.attributes("tbody a", "href").contains(&format!("/requests/{}/transfer", pupil.id)));
    let left: i64 = app.value(&format!("SELECT count(*) FROM watch.watches WHERE child_id = '{}'", pupil.child)).await;
    assert_eq!(left, 1, "nobody asks about it at the successor");
}

#[tokio::test]
async fn the_children_of_an_office_that_was_merged_are_its_successors_to_decide_about() {
    let app = TestApp::new().await;
    let (old, new) = (&app.world.branch, &app.world.centre);
    let theirs = app.world.watch(old, &app.world.nursery).name.clone();
    app.at("2027-01-10T09:00").refresh_sessions().await;
    assert!(!app.caseworker().get(PATH).await.expect(200).text().contains(&theirs), "an office below decides by itself");
    merge(&app, old, new, "2027-02-01").await;
    assert!(!app.caseworker().get(PATH).await.expect(200).text().contains(&theirs), "and until the day of the merger");
    app.at("2027-02-01T09:00").refresh_sessions().await;
    assert!(app.caseworker().get(PATH).await.expect(200).text().contains(&theirs));
}

#[tokio::test]
async fn in_autumn_there_is_only_a_draft_and_what_cannot_be_moved_says_why() {
    let app = TestApp::new().await;
    app.run(&format!("UPDATE hub.organizations SET closed_on = '2027-03-31' WHERE id = '{}'", app.world.nursery.id)).await;
    let page = app.caseworker().get(PATH).await.expect(200);
    assert!(page.text().contains("いまは下書き") && page.all("form[action='/requests/promotion'] button").is_empty());
    let refused = page.all("section").into_iter().find(|section| section.contains("まとめて登録できない")).unwrap_or_default();
    assert!(refused.contains("施設が4月1日までに閉じます"), "{refused}");
    let pupil = child(&app, &app.world.elementary).id;
    let fields = [(format!("version.{pupil}"), "1".to_owned()), (format!("fate.{pupil}"), "up".to_owned())];
    assert_eq!(post(&app, &fields).await.expect(303).location(), PATH);
    assert_eq!(written(&app).await, (0, 0));
}

#[tokio::test]
async fn what_is_not_theirs_is_not_there() {
    let app = TestApp::new().await;
    for caller in [app.reporter(), app.head(), app.admin(), app.auditor()] {
        caller.get(PATH).await.expect(404);
        caller.post(PATH, &[]).await.expect(404);
        caller.post("/requests/promotion/cancellation", &[]).await.expect(404);
    }
}
