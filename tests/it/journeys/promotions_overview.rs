//! 進級, facility by facility: the numbers, the plain cases registered together, and whom the pages are for.

use serde_json::json;
use tsunagi::{domain::ids::Id, gate::Role};
use uuid::Uuid;

use super::{
    promotions::{at, child, form, march, post, post_as, registered, written},
    transfers_between::merge,
};
use crate::support::{Answer, Place, TestApp};

const PATH: &str = "/requests/promotion";
const DONE: &str = "/requests/promotion?done=promoted";

async fn overview(app: &TestApp) -> Answer {
    app.caseworker().get(PATH).await.expect(200)
}

/// The cells of a facility's row.
fn row(page: &Answer, place: &Place) -> Vec<String> {
    let before = page.attributes("tbody th a", "href").iter().position(|href| *href == at(place)).unwrap();
    page.all(&format!("tbody tr:nth-of-type({}) td", before + 1))
}

/// The facilities that can be registered together, as they are shown.
fn together(page: &Answer) -> Vec<(String, String)> {
    let names = page.attributes("input[name^='place.']", "name");
    names.into_iter().zip(page.attributes("input[name^='place.']", "value")).collect()
}

#[tokio::test]
async fn each_facility_says_how_many_go_up_leave_and_are_on_hold_and_what_is_done() {
    let app = march().await;
    let (nursery, school, next) = (&app.world.nursery, &app.world.elementary, &app.world.junior_high);
    let page = overview(&app).await;
    assert_eq!(row(&page, nursery), ["0", "1", "0", "0", "未登録 1人"]);
    assert_eq!(row(&page, school), ["1", "0", "0", "0", "未登録 1人"]);
    for place in [nursery, school, next] {
        assert!(!page.text().contains(&child(&app, place).name), "numbers only");
    }
    registered(&app, nursery, &[]).await;
    registered(&app, school, &[("fate", "stay")]).await;
    app.run(&format!("UPDATE hub.organizations SET closed_on = '2027-03-31' WHERE id = '{}'", next.id)).await;
    let page = app.caseworker().get(DONE).await.expect(200);
    assert_eq!(page.first(".app-flash").map(|line| line.contains("登録しました")), Some(true));
    assert_eq!(row(&page, nursery), ["0", "1", "1", "0", "登録済み"]);
    assert_eq!(row(&page, school), ["1", "0", "0", "0", "登録済み"]);
    assert_eq!(row(&page, next), ["0", "0", "0", "1", "個別に確認"]);
    assert_eq!(app.caseworker().get(&format!("{PATH}?page=7")).await.expect(303).location(), PATH);
}

#[tokio::test]
async fn facilities_where_everybody_goes_up_are_registered_together_once() {
    let app = march().await;
    let fields = together(&overview(&app).await);
    let mut names: Vec<String> = [&app.world.elementary, &app.world.junior_high].map(|place| format!("place.{}", place.id)).into();
    names.sort_unstable();
    let mut offered: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
    offered.sort_unstable();
    assert_eq!(offered, names, "the nursery's child leaves");
    assert_eq!(post_as(app.caseworker(), PATH, &fields).await.expect(303).location(), DONE);
    let grades = app.sql("SELECT grade, class FROM desk.promotions ORDER BY grade").await;
    assert_eq!(grades, [json!({ "grade": "e3", "class": "" }), json!({ "grade": "j2", "class": "" })]);
    let deed = app.sql("SELECT detail FROM hub.trail WHERE action = 'promoteRequests' AND detail ? 'promoted'").await;
    assert_eq!(deed, [json!({ "detail": { "on": "2027-04-01", "promoted": 2, "organizations": 2 } })]);
    assert_eq!(post_as(app.caseworker(), PATH, &fields).await.expect(303).location(), PATH, "sent twice");
    assert_eq!(written(&app).await, (2, 0));
    assert!(together(&overview(&app).await).is_empty());
}

#[tokio::test]
async fn whatever_changed_since_it_was_shown_is_shown_again() {
    let app = march().await;
    let fields = together(&overview(&app).await);
    let school = &app.world.elementary;
    for change in [
        format!("UPDATE desk.requests SET revision = revision + 1 WHERE watch_id = '{}'", child(&app, school).id),
        format!("UPDATE watch.watches SET grade = 'e6' WHERE id = '{}'", child(&app, school).id),
    ] {
        app.run(&change).await;
        let conflict = post_as(app.caseworker(), PATH, &fields).await.expect(409);
        assert!(conflict.text().contains("ほかの人が依頼を変えました"));
        assert_eq!(written(&app).await, (0, 0));
    }
    // Nobody sends what is not offered, and a facility where somebody leaves is none of them.
    let forged = [(format!("place.{}", app.world.nursery.id), "0".to_owned())];
    post_as(app.caseworker(), PATH, &forged).await.expect(409);
    assert_eq!(written(&app).await, (0, 0));
}

#[tokio::test]
async fn a_facility_registered_otherwise_at_the_same_moment_is_one_decision_and_one_conflict() {
    let app = march().await;
    let school = &app.world.elementary;
    let (all, one) = (together(&overview(&app).await), form(&app, school, &[("fate", "stay")]).await);
    let path = at(school);
    let (here, there) = tokio::join!(post_as(app.caseworker(), PATH, &all), post_as(app.supervisor(), &path, &one));
    let mut statuses = [here.status, there.status].map(|status| status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let promoted = if here.status.as_u16() == 303 { 2 } else { 1 };
    assert_eq!(written(&app).await, (promoted, 0));
}

#[tokio::test]
async fn the_children_of_an_office_that_was_merged_are_its_successors_to_decide_about() {
    let app = TestApp::new().await;
    let (old, new, nursery) = (&app.world.branch, &app.world.centre, &app.world.nursery);
    let theirs = app.world.watch(old, nursery).name.clone();
    let shown = async || app.caseworker().get(&at(nursery)).await.expect(200).text();
    app.at("2027-01-10T09:00").refresh_sessions().await;
    assert!(!shown().await.contains(&theirs), "an office below decides by itself");
    merge(&app, old, new, "2027-02-01").await;
    assert!(!shown().await.contains(&theirs), "and until the day of the merger");
    app.at("2027-02-01T09:00").refresh_sessions().await;
    assert!(shown().await.contains(&theirs));
    assert_eq!(row(&overview(&app).await, nursery)[0], "2");
}

#[tokio::test]
async fn in_autumn_there_is_only_a_draft_and_what_cannot_be_moved_says_why() {
    let app = TestApp::new().await;
    let (nursery, school) = (&app.world.nursery, &app.world.elementary);
    app.run(&format!("UPDATE hub.organizations SET closed_on = '2027-03-31' WHERE id = '{}'", nursery.id)).await;
    let page = overview(&app).await;
    assert!(page.text().contains("いまは下書き") && together(&page).is_empty());
    let page = app.caseworker().get(&at(school)).await.expect(200);
    assert!(page.text().contains("いまは下書き") && page.all(&format!("form[action='{}'] button", at(school))).is_empty());
    let page = app.caseworker().get(&at(nursery)).await.expect(200);
    let refused = page.all("section").into_iter().find(|section| section.contains("まとめて登録できない")).unwrap_or_default();
    assert!(refused.contains("施設が4月1日までに閉じます"), "{refused}");
    let pupil = child(&app, school).id;
    let fields = [(format!("version.{pupil}"), "1".to_owned()), (format!("fate.{pupil}"), "up".to_owned())];
    assert_eq!(post(&app, school, &fields).await.expect(303).location(), at(school));
    let place = [(format!("place.{}", school.id), "0".to_owned())];
    assert_eq!(post_as(app.caseworker(), PATH, &place).await.expect(303).location(), PATH);
    assert_eq!(written(&app).await, (0, 0));
}

#[tokio::test]
async fn what_is_not_theirs_is_not_there() {
    let app = march().await;
    let nursery = at(&app.world.nursery);
    for caller in [app.reporter(), app.head(), app.admin(), app.auditor()] {
        for path in [PATH, nursery.as_str()] {
            caller.get(path).await.expect(404);
            caller.post(path, &[]).await.expect(404);
        }
        caller.post(&format!("{nursery}/cancellation"), &[]).await.expect(404);
    }
    // Neither is what is no facility, nor a child of another office at one that is.
    for nothing in [Id::<Uuid>::random().to_string(), app.world.guidance.id.to_string()] {
        app.caseworker().get(&format!("{PATH}/{nothing}")).await.expect(404);
        app.caseworker().post(&format!("{PATH}/{nothing}"), &[]).await.expect(404);
    }
    let guidance = app.signed_in(&app.world.guidance, Role::Caseworker);
    let fields = form(&app, &app.world.nursery, &[]).await;
    post_as(guidance, &nursery, &fields).await.expect(409);
    assert_eq!(written(&app).await, (0, 0));
}
