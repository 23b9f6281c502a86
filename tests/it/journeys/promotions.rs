//! 進級: the children of one facility decided about on its page, together or not at all, and the day on which it holds.

use serde_json::json;
use tsunagi::{gate::Role, work::transfers};

use super::transfers_between::merge;
use crate::support::{Answer, Caller, Place, TestApp, Watched};

const PATH: &str = "/requests/promotion";
const DONE: &str = "/requests/promotion?done=promoted";

/// The page of a facility.
pub(super) fn at(place: &Place) -> String {
    format!("{PATH}/{}", place.id)
}

pub(super) fn child(app: &TestApp, place: &Place) -> Watched {
    app.world.watch(&app.world.centre, place).clone()
}

/// In March, the nursery's child in its last year.
pub(super) async fn march() -> TestApp {
    let app = TestApp::new().await;
    let leaver = child(&app, &app.world.nursery);
    app.run(&format!("UPDATE watch.watches SET grade = 'n5' WHERE id = '{}'", leaver.id)).await;
    app.at("2027-03-10T09:00").refresh_sessions().await;
    app
}

/// So many children more, of the same facility, grade and office.
pub(super) async fn more(app: &TestApp, like: &Watched, count: u32) {
    app.run(&format!(
        "WITH child AS
            ( INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, name_key, grade, from_on)
              SELECT w.ward_id, gen_random_uuid(), gen_random_uuid(), w.facility_id, '計測' || n, '計測' || n, w.grade, w.from_on
              FROM watch.watches w, generate_series(1, {count}) n WHERE w.id = '{}' RETURNING ward_id, id )
         INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, created_at)
         SELECT ward_id, id, '{}', 'guideline_registered', '2026-04-01T00:00:00Z' FROM child",
        like.id, like.office
    ))
    .await;
}

/// Every child on the page as it is offered, changed by `with`: field and value.
pub(super) fn offered(page: &Answer, with: &[(&str, &str)]) -> Vec<(String, String)> {
    let versions = page.attributes("input[name^='version.']", "value");
    let mut fields = Vec::new();
    for (name, version) in page.attributes("input[name^='version.']", "name").into_iter().zip(versions) {
        let watch = name.trim_start_matches("version.");
        let fate = page.attributes(&format!("[id='fate.{watch}'] option[selected]"), "value").remove(0);
        for (field, usual) in [("version", version.as_str()), ("fate", fate.as_str()), ("class", ""), ("next", "")] {
            let value = with.iter().find(|(name, _)| *name == field).map_or(usual, |(_, value)| *value);
            fields.push((format!("{field}.{watch}"), value.to_owned()));
        }
    }
    fields
}

/// The page of a facility, and what it offers.
pub(super) async fn form(app: &TestApp, place: &Place, with: &[(&str, &str)]) -> Vec<(String, String)> {
    offered(&app.caseworker().get(&at(place)).await.expect(200), with)
}

pub(super) async fn post_as(caller: Caller<'_>, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    caller.post(path, &fields).await
}

pub(super) async fn post(app: &TestApp, place: &Place, fields: &[(String, String)]) -> Answer {
    post_as(app.caseworker(), &at(place), fields).await
}

/// Registers what the page of the facility offers.
pub(super) async fn registered(app: &TestApp, place: &Place, with: &[(&str, &str)]) {
    let fields = form(app, place, with).await;
    assert_eq!(post(app, place, &fields).await.expect(303).location(), DONE);
}

async fn take_back(caller: Caller<'_>, place: &Place, watch: &Watched) -> String {
    let (path, id) = (format!("{}/cancellation", at(place)), watch.id.to_string());
    caller.post(&path, &[("watch", id.as_str())]).await.expect(303).location().to_owned()
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

pub(super) async fn written(app: &TestApp) -> (i64, i64) {
    (app.value("SELECT count(*) FROM desk.promotions").await, app.value("SELECT count(*) FROM desk.transfers").await)
}

#[tokio::test]
async fn the_children_of_a_facility_are_decided_about_at_once_and_it_holds_from_april_on() {
    let app = march().await;
    let (nursery, school, next) = (&app.world.nursery, &app.world.elementary, &app.world.junior_high);
    let page = app.caseworker().get(&at(nursery)).await.expect(200);
    assert!(page.text().contains("卒園・卒業") && page.text().contains("令和9年4月1日"));
    assert!(!page.text().contains(&app.world.watch(&app.world.guidance, nursery).name), "another office's child");
    assert!(!page.text().contains(&child(&app, school).name), "another facility's child");
    assert!(app.caseworker().get(&at(school)).await.expect(200).text().contains("進級（小3）"));
    let to = school.id.to_string();
    let with = [(nursery, ("next", to.as_str())), (next, ("fate", "stay")), (school, ("class", "３組"))];
    for (place, with) in with {
        let fields = form(&app, place, &[with]).await;
        for _ in 0..2 {
            assert_eq!(post(&app, place, &fields).await.expect(303).location(), DONE);
        }
    }
    assert_eq!(written(&app).await, (2, 1));
    let row = |grade: &str, from: &str| json!({ "grade": grade, "from_on": from });
    let before = [row("e1", "2027-04-01"), row("e2", "2026-04-01"), row("j1", "2026-04-01"), row("n5", "2026-04-01")];
    assert_eq!(grades(&app).await, before, "nothing holds before its day");
    let left = app.caseworker().get(&at(nursery)).await.expect(200);
    assert!(left.all("form select").is_empty() && left.text().contains("すでに転校・転園・卒園を登録したお子さん"));
    let deeds = "SELECT detail FROM hub.trail WHERE action = 'promoteRequests' AND detail ? 'promoted' AND detail ->> 'facility'";
    let deed = async |place: &Place| app.sql(&format!("{deeds} = '{}'", place.id)).await;
    let said = |place: &Place, promoted: u32, leaving: u32| {
        [json!({ "detail": { "facility": place.id, "on": "2027-04-01", "promoted": promoted, "leaving": leaving } })]
    };
    assert_eq!(deed(nursery).await, said(nursery, 0, 1));
    assert_eq!(deed(school).await, said(school, 1, 0));

    app.at("2027-03-31T23:59");
    transfers::round(&app.app).await.unwrap();
    assert_eq!(grades(&app).await, before);
    app.at("2027-04-01T00:01").refresh_sessions().await;
    for _ in 0..2 {
        transfers::round(&app.app).await.unwrap();
    }
    let after = [row("e1", "2027-04-01"), row("e3", "2026-04-01"), row("j1", "2026-04-01"), row("n5", "2026-04-01")];
    assert_eq!(grades(&app).await, after);
    assert_eq!(grade(&app, &child(&app, school).id.to_string()).await.1, "3組");
}

#[tokio::test]
async fn who_leaves_without_a_place_is_on_the_hold_list() {
    let app = march().await;
    registered(&app, &app.world.nursery, &[]).await;
    let held = app.caseworker().get("/requests/holds").await.expect(200);
    let leaver = child(&app, &app.world.nursery);
    assert_eq!(held.attributes("tbody a", "href"), [format!("/requests/{}/transfer", leaver.id)]);
}

#[tokio::test]
async fn one_fault_and_nobody_of_the_facility_is_registered() {
    let app = march().await;
    let (nursery, school) = (&app.world.nursery, &app.world.elementary);
    let (leaver, pupil) = (child(&app, nursery), child(&app, school));
    more(&app, &leaver, 1).await;
    more(&app, &pupil, 1).await;
    let itself = nursery.id.to_string();
    for (place, watch, field, value) in [
        (nursery, &leaver, "fate", "up"),
        (school, &pupil, "fate", ""),
        (school, &pupil, "class", "=1+1"),
        (nursery, &leaver, "next", itself.as_str()),
    ] {
        let mut fields = form(&app, place, &[]).await;
        let (name, two) = (format!("{field}.{}", watch.id), fields.len() / 4);
        fields.retain(|(known, _)| *known != name);
        fields.push((name.clone(), value.to_owned()));
        let page = post(&app, place, &fields).await.expect(422);
        assert_eq!(page.attributes(".app-errors a", "href"), [format!("#{name}")], "{value}");
        assert_eq!((two, page.all("tbody tr").len()), (2, 2), "everything typed is kept");
        assert_eq!(written(&app).await, (0, 0));
    }
    // Somebody who stays goes nowhere.
    let to = school.id.to_string();
    let both = form(&app, nursery, &[("fate", "stay"), ("next", &to)]).await;
    let page = post(&app, nursery, &both).await.expect(422);
    assert!(page.attributes(".app-errors a", "href").contains(&format!("#next.{}", leaver.id)));
    // Whoever is about to name the child to the next facility reads what is not known of it.
    app.run("DELETE FROM hub.council_ties").await;
    let page = app.caseworker().get(&at(nursery)).await.expect(200);
    let choices = page.all(&format!("[id='next.{}'] option", leaver.id));
    assert!(choices.contains(&format!("{}（守秘義務 未確認）", school.name)), "{choices:?}");
}

#[tokio::test]
async fn somebody_who_was_there_after_the_last_day_cannot_have_left_and_nobody_is_registered() {
    let app = march().await;
    let (nursery, school) = (&app.world.nursery, &app.world.elementary);
    let leaver = child(&app, nursery);
    app.at("2027-04-02T09:00").refresh_sessions().await;
    let fields = form(&app, nursery, &[]).await;
    app.run(&format!("UPDATE watch.days SET day = '2027-04-01' WHERE watch_id = '{}'", leaver.id)).await;
    let refused = post(&app, nursery, &fields).await.expect(422);
    assert!(refused.text().contains("令和9年4月1日まで報告があります"));
    assert_eq!(written(&app).await, (0, 0));
    registered(&app, nursery, &[("fate", "stay")]).await;
    registered(&app, school, &[]).await;
    assert_eq!(grade(&app, &child(&app, school).id.to_string()).await.0, "e3", "the day has come: it holds at once");
}

#[tokio::test]
async fn whoever_is_second_sees_it_as_it_is_now() {
    let app = march().await;
    let school = &app.world.elementary;
    let fields = form(&app, school, &[]).await;
    app.run(&format!("UPDATE desk.requests SET revision = 7 WHERE watch_id = '{}'", child(&app, school).id)).await;
    let conflict = post(&app, school, &fields).await.expect(409);
    assert!(conflict.text().contains("ほかの人が依頼を変えました"));
    assert_eq!(written(&app).await, (0, 0));
}

#[tokio::test]
async fn two_who_decide_otherwise_are_one_decision_and_one_conflict() {
    let app = march().await;
    let school = &app.world.elementary;
    let (usual, other) = (form(&app, school, &[]).await, form(&app, school, &[("fate", "stay")]).await);
    let path = at(school);
    let (one, two) = tokio::join!(post_as(app.caseworker(), &path, &usual), post_as(app.supervisor(), &path, &other));
    let mut statuses = [one.status, two.status].map(|status| status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(written(&app).await, (1, 0));
    // Whoever was second is told, also when it is sent once more; the same is done once, whoever sends it.
    let (first, second) = if one.status.as_u16() == 303 { (usual, other) } else { (other, usual) };
    post_as(app.caseworker(), &path, &second).await.expect(409);
    assert_eq!(post_as(app.supervisor(), &path, &first).await.expect(303).location(), DONE);
    assert_eq!(written(&app).await, (1, 0));
}

#[tokio::test]
async fn what_was_decided_is_shown_and_can_be_taken_back_before_and_after_the_day() {
    let app = march().await;
    let (school, next) = (&app.world.elementary, &app.world.junior_high);
    registered(&app, school, &[("class", "3組")]).await;
    registered(&app, next, &[]).await;
    let pupil = child(&app, school);
    let page = app.caseworker().get(&at(school)).await.expect(200);
    assert!(page.first("main details summary").is_some_and(|line| line.contains("学年を登録したお子さん 1人")));
    assert!(page.all("main details li").iter().any(|line| line.contains("小2 1組 → 小3 3組")), "{:?}", page.all("main details li"));

    // Another office takes nothing back.
    let undone = format!("{}?done=undone", at(school));
    assert_eq!(take_back(app.signed_in(&app.world.guidance, Role::Caseworker), school, &pupil).await, at(school));
    assert_eq!(take_back(app.caseworker(), school, &pupil).await, undone);
    assert_eq!(take_back(app.caseworker(), school, &pupil).await, at(school), "sent twice");
    assert_eq!(written(&app).await.0, 1);
    let page = app.caseworker().get(&undone).await.expect(200);
    assert_eq!(page.first(".app-flash").as_deref(), Some("登録を取り消しました。もう一度、下で登録できます。"));
    assert_eq!(offered(&page, &[])[0].0, format!("version.{}", pupil.id), "decided about anew");
    registered(&app, school, &[]).await;

    app.at("2027-04-01T00:01").refresh_sessions().await;
    transfers::round(&app.app).await.unwrap();
    assert_eq!(grade(&app, &pupil.id.to_string()).await, ("e3".to_owned(), String::new()));
    assert_eq!(take_back(app.caseworker(), school, &pupil).await, undone);
    assert_eq!(grade(&app, &pupil.id.to_string()).await, ("e2".to_owned(), "1組".to_owned()));
    transfers::round(&app.app).await.unwrap();
    assert_eq!(grade(&app, &pupil.id.to_string()).await.0, "e2", "and the clock does not bring it back");
    app.at("2027-05-01T09:00").refresh_sessions().await;
    assert_eq!(take_back(app.caseworker(), next, &child(&app, next)).await, at(next), "the month is over");
}

#[tokio::test]
async fn whoever_left_meanwhile_is_not_decided_about_and_a_promotion_decided_before_is_none() {
    let app = march().await;
    let school = &app.world.elementary;
    let pupil = child(&app, school);
    let fields = form(&app, school, &[]).await;
    let until = |day: &str| format!("UPDATE watch.watches SET until_on = {day} WHERE id = '{}'", pupil.id);
    app.run(&until("'2027-03-20'")).await;
    post(&app, school, &fields).await.expect(409);
    assert_eq!(written(&app).await, (0, 0));
    app.run(&until("NULL")).await;
    post(&app, school, &fields).await.expect(303);
    app.run(&until("'2027-03-20'")).await;
    app.at("2027-04-01T00:01");
    transfers::round(&app.app).await.unwrap();
    assert_eq!(grade(&app, &pupil.id.to_string()).await.0, "e2", "the grade of its last day");
}

#[tokio::test]
async fn very_many_children_are_decided_about_page_by_page() {
    let app = march().await;
    let school = &app.world.elementary;
    more(&app, &child(&app, school), 60).await;
    let first = app.caseworker().get(&at(school)).await.expect(200);
    assert_eq!(
        (first.all("tbody tr").len(), first.attributes(".app-pager a", "href")),
        (50, vec![format!("{}?page=2", at(school))])
    );
    assert!(first.text().contains("いま出ている50人だけを登録します"));
    let second = app.caseworker().get(&format!("{}?page=2", at(school))).await.expect(200);
    let mut fields = offered(&second, &[]);
    assert_eq!(fields.len(), 4 * 11);
    fields.push(("page".to_owned(), "2".to_owned()));
    post(&app, school, &fields).await.expect(303);
    assert_eq!(written(&app).await, (11, 0), "those who were sent, and nobody else");
    assert_eq!(app.caseworker().get(&format!("{}?page=9", at(school))).await.expect(303).location(), at(school));
    registered(&app, school, &[]).await;
    assert_eq!(written(&app).await, (61, 0));
    let decided =
        async |page: &str| app.caseworker().get(&format!("{}{page}", at(school))).await.expect(200).all("main details li").len();
    assert_eq!((decided("").await, decided("?page=2").await), (50, 11));
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
    let fields = form(&app, &app.world.junior_high, &[]).await;
    assert!(fields.contains(&(format!("fate.{carried}"), "up".to_owned())), "{fields:?}");
    assert!(form(&app, &app.world.elementary, &[]).await.is_empty());
    post(&app, &app.world.junior_high, &fields).await.expect(303);
    app.at("2027-04-01T00:01");
    transfers::round(&app.app).await.unwrap();
    assert_eq!(grade(&app, &carried).await.0, "e3");

    // Decided before the merger was, it goes along.
    let app = march().await;
    registered(&app, &app.world.elementary, &[]).await;
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
    let fields = form(&app, &app.world.junior_high, &[]).await;
    assert!(fields.contains(&(format!("fate.{carried}"), "leave".to_owned())), "{fields:?}");
    post(&app, &app.world.junior_high, &fields).await.expect(303);
    let held = app.caseworker().get("/requests/holds").await.expect(200);
    assert!(held.attributes("tbody a", "href").contains(&format!("/requests/{}/transfer", pupil.id)));
    let left: i64 = app.value(&format!("SELECT count(*) FROM watch.watches WHERE child_id = '{}'", pupil.child)).await;
    assert_eq!(left, 1, "nobody asks about it at the successor");
}
