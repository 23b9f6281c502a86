//! What befalls a plan on the way: its request is ended, it changes hands, the facility it leaves or goes to is merged or closed.

use serde_json::json;
use tsunagi::{
    gate::Role,
    work::{clock, transfers},
};

use super::transfers::{SURE, alert, alerts, child, form, moved, onward, path, post, report, sheet};
use crate::support::{Answer, Place, TestApp, Watched};

async fn end(app: &TestApp, watch: &str, version: &str, last: &str) -> Answer {
    let fields = [("version", version), ("ends_on", last), ("reason", "家庭の状況が落ち着いた")];
    app.caseworker().post(&format!("/requests/{watch}/ending"), &fields).await
}

pub(super) async fn merge(app: &TestApp, old: &Place, new: &Place, day: &str) {
    app.verify_everybody().await;
    let successor = new.id.to_string();
    let wanted = [("revision", "1"), ("successor", successor.as_str()), ("from_on", day), ("confirmed", "1")];
    app.admin().post(&format!("/organizations/{}/merging", old.id), &wanted).await.expect(303);
}

async fn reopen(app: &TestApp, old: &Place) {
    app.admin().post(&format!("/organizations/{}/reopening", old.id), &[("revision", "2")]).await.expect(303);
}

/// The child's requests, as they follow each other: where, from, until.
async fn stays(app: &TestApp, child: &Watched) -> Vec<serde_json::Value> {
    app.sql(&format!(
        "SELECT facility_id AS at, from_on AS from, until_on AS until FROM watch.watches WHERE child_id = '{}' ORDER BY from_on",
        child.child
    ))
    .await
}

fn stay(place: &Place, from: &str, until: Option<&str>) -> serde_json::Value {
    json!({ "at": place.id, "from": from, "until": until })
}

/// The request that a merger carries on.
async fn carried(app: &TestApp, child: &Watched) -> String {
    app.value(&format!("SELECT watch_id::text FROM desk.requests WHERE carried_from = '{}'", child.id)).await
}

#[tokio::test]
async fn whoever_ends_a_request_ends_its_plan_too() {
    let app = TestApp::new().await;
    let child = child(&app);
    moved(&app, &child).await;
    transfers::round(&app.app).await.unwrap();
    let ending = format!("/requests/{}/ending", child.id);
    let form = app.caseworker().get(&ending).await.expect(200);
    assert!(form.text().contains(&format!("{}に令和8年11月24日", app.world.elementary.name)), "{}", form.text());
    end(&app, &child.id.to_string(), "1", "R8.11.20").await.expect(409);
    assert!(
        post(&app, &ending, &[("version".to_owned(), "2".to_owned())]).await.expect(422).text().contains("予定も取りやめになり")
    );
    assert_eq!(stays(&app, &child).await.len(), 2, "nothing has happened yet");

    end(&app, &child.id.to_string(), "2", "R8.11.20").await.expect(303);
    assert_eq!(stays(&app, &child).await, [stay(&app.world.nursery, "2026-04-01", Some("2026-11-20"))]);
    assert_eq!(transfers::round(&app.app).await.unwrap(), 1, "what was said of the plan is taken back at once");
    assert_eq!(transfers::round(&app.app).await.unwrap(), 0);
    assert_eq!(alerts(&app, &child, "T").await, [alert("T1", "caution", "not_met")]);
    let deed =
        app.sql("SELECT detail -> 'planned' AS planned FROM hub.trail WHERE action = 'endRequest' AND detail ? 'last_day'").await;
    assert_eq!(deed, [json!({ "planned": true })]);

    // What was ended is not brought back by taking the plan back.
    post(&app, &format!("{}/cancellation", path(&child)), &[("version".to_owned(), "3".to_owned())]).await.expect(303);
    assert_eq!(stays(&app, &child).await, [stay(&app.world.nursery, "2026-04-01", Some("2026-11-20"))]);
    app.at("2026-11-24T09:00").refresh_sessions().await;
    assert!(!sheet(&app, &app.world.elementary).await.contains(&child.name));
}

#[tokio::test]
async fn a_child_between_two_facilities_can_still_be_let_go() {
    let app = TestApp::new().await;
    let child = child(&app);
    post(&app, &path(&child), &form(&app, 1, &[("next", "undecided"), SURE])).await.expect(303);
    app.at("2026-11-23T00:01").refresh_sessions().await;
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T4").await, [alert("T4", "urgent", "met")]);
    let request = app.caseworker().get(&format!("/requests/{}", child.id)).await.expect(200);
    let ending = format!("/requests/{}/ending", child.id);
    assert!(request.attributes("main a", "href").contains(&ending));
    let form = app.caseworker().get(&ending).await.expect(200);
    assert!(form.text().contains("保留一覧にあります"));
    assert_eq!(form.attributes("#ends_on", "value"), ["令和8年11月22日"], "no later than it stands");
    end(&app, &child.id.to_string(), "2", "R8.11.23").await.expect(422);
    end(&app, &child.id.to_string(), "2", "R8.11.22").await.expect(303);
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T4").await, [alert("T4", "urgent", "not_met")]);
    assert!(app.caseworker().get("/requests/holds").await.expect(200).all("tbody tr").is_empty());
    assert_eq!(app.caseworker().get(&ending).await.expect(303).location(), format!("/requests/{}", child.id), "it is over now");
}

#[tokio::test]
async fn a_plan_that_is_taken_back_is_no_news_any_more_at_once() {
    let app = TestApp::new().await;
    let child = child(&app);
    post(&app, &path(&child), &form(&app, 1, &[("next", "missing"), SURE])).await.expect(303);
    transfers::round(&app.app).await.unwrap();
    post(&app, &format!("{}/cancellation", path(&child)), &[("version".to_owned(), "2".to_owned())]).await.expect(303);
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T").await, [alert("T1", "caution", "not_met"), alert("T4", "urgent", "not_met")]);
    // And a new one is one again.
    post(&app, &path(&child), &form(&app, 3, &[SURE])).await.expect(303);
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T1").await, [alert("T1", "caution", "met")]);
    assert_eq!(stays(&app, &child).await.len(), 2);
}

#[tokio::test]
async fn the_request_to_come_follows_into_other_hands_and_keeps_those_of_its_own() {
    let app = TestApp::new().await;
    let child = child(&app);
    moved(&app, &child).await;
    let (worker, head) = (
        app.world.centre.staff(tsunagi::gate::Role::Caseworker).person,
        app.world.centre.staff(tsunagi::gate::Role::Supervisor).person,
    );
    let hands = async |watch: &str| {
        app.value::<Option<String>>(&format!("SELECT assigned_to::text FROM desk.requests WHERE watch_id = '{watch}'")).await
    };
    let assign = async |watch: &str, version: &str, to: &str| {
        app.caseworker().post(&format!("/requests/{watch}/assignment"), &[("version", version), ("owner", to)]).await.expect(303)
    };
    assign(&child.id.to_string(), "2", &worker.to_string()).await;
    let to_come = onward(&app, &child).await;
    assert_eq!(hands(&to_come).await, Some(worker.to_string()));
    // Given to somebody of its own, it stays there, whatever becomes of the plan and of the request before.
    assign(&to_come, "2", &head.to_string()).await;
    assign(&child.id.to_string(), "3", "").await;
    assert_eq!(hands(&to_come).await, Some(head.to_string()));
    post(&app, &path(&child), &form(&app, 4, &[("ends_on", "R8.11.23"), SURE])).await.expect(303);
    assert_eq!(hands(&onward(&app, &child).await).await, Some(head.to_string()));
}

#[tokio::test]
async fn nobody_is_sent_to_a_facility_that_is_no_more_and_who_may_stay_only_a_while_is_said_so_in_time() {
    let app = TestApp::new().await;
    let child = child(&app);
    let closes = |day: &str| format!("UPDATE hub.organizations SET closed_on = '{day}' WHERE id = '{}'", app.world.elementary.id);
    app.run(&closes("2026-11-24")).await;
    let page = post(&app, &path(&child), &form(&app, 1, &[SURE])).await.expect(422);
    assert_eq!(page.attributes(".app-errors a", "href"), ["#facility"]);
    assert!(page.first("#facility-error").is_some_and(|error| error.contains("令和8年11月24日")));
    app.run(&closes("2027-04-01")).await;
    moved(&app, &child).await;
    assert_eq!(stays(&app, &child).await[1], stay(&app.world.elementary, "2026-11-24", Some("2027-03-31")));
}

#[tokio::test]
async fn whoever_was_to_come_to_a_merged_facility_comes_to_its_successor() {
    let app = TestApp::new().await;
    let child = child(&app);
    let fresh = moved(&app, &child).await;
    app.verify_everybody().await;
    let dry = app.admin().get(&format!("/organizations/{}/merging", app.world.elementary.id)).await.expect(200);
    assert!(dry.all("#confirm li").iter().any(|line| line.contains("入る予定のお子さんが1人")), "{:?}", dry.all("#confirm li"));
    assert!(!dry.text().contains(&child.name), "numbers only");
    let leaving = app.admin().get(&format!("/organizations/{}/merging", app.world.nursery.id)).await.expect(200);
    assert!(leaving.all("#confirm li").iter().any(|line| line.contains("出る予定のお子さんが1人")));
    merge(&app, &app.world.elementary, &app.world.junior_high, "2026-11-24").await;
    let (nursery, next) = (&app.world.nursery, &app.world.junior_high);
    assert_eq!(stays(&app, &child).await, [stay(nursery, "2026-04-01", Some("2026-11-22")), stay(next, "2026-11-24", None)]);
    let page = app.caseworker().get(&format!("/requests/{}", child.id)).await.expect(200);
    assert!(page.text().contains(&next.name) && page.attributes("main a", "href").contains(&format!("/requests/{fresh}")));
    app.at("2026-11-24T09:00").refresh_sessions().await;
    assert!(sheet(&app, next).await.contains(&child.name));
}

#[tokio::test]
async fn whoever_began_before_the_merger_is_looked_for_after_it() {
    let app = TestApp::new().await;
    let child = child(&app);
    moved(&app, &child).await;
    merge(&app, &app.world.elementary, &app.world.junior_high, "2026-11-26").await;
    for (day, found) in [("25", 0), ("26", 1)] {
        app.at(&format!("2026-11-{day}T12:01"));
        clock::round(&app.app).await.unwrap();
        assert_eq!(alerts(&app, &child, "T2").await.len(), found, "{day}");
    }
    // Ending it before would have ended it everywhere.
    let before = TestApp::new().await;
    let other = super::transfers::child(&before);
    moved(&before, &other).await;
    merge(&before, &before.world.elementary, &before.world.junior_high, "2026-11-26").await;
    assert_eq!(stays(&before, &other).await.len(), 3);
    end(&before, &other.id.to_string(), "2", "R8.11.20").await.expect(303);
    assert_eq!(stays(&before, &other).await.len(), 1);
}

#[tokio::test]
async fn a_plan_to_leave_a_merged_facility_goes_along_and_comes_back_with_it() {
    let app = TestApp::new().await;
    let child = child(&app);
    let later = [("ends_on", "R8.12.20"), ("next", "undecided"), SURE];
    post(&app, &path(&child), &form(&app, 1, &later)).await.expect(303);
    merge(&app, &app.world.nursery, &app.world.junior_high, "2026-12-01").await;
    let carried = carried(&app, &child).await;
    let held = async || app.caseworker().get("/requests/holds").await.expect(200).attributes("tbody a", "href");
    assert_eq!(held().await, [format!("/requests/{carried}/transfer")]);
    reopen(&app, &app.world.nursery).await;
    assert_eq!(held().await, [path(&child)], "the merger is off");
    assert_eq!(stays(&app, &child).await, [stay(&app.world.nursery, "2026-04-01", Some("2026-12-20"))]);

    app.run(&format!("UPDATE hub.organizations SET revision = 1 WHERE id = '{}'", app.world.nursery.id)).await;
    merge(&app, &app.world.nursery, &app.world.junior_high, "2026-12-01").await;
    app.at("2026-12-21T00:01").refresh_sessions().await;
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T4").await, [alert("T4", "urgent", "met")], "looked for, whoever it left");
    let carried: String = app.value(&format!("SELECT watch_id::text FROM desk.requests WHERE carried_from = '{}'", child.id)).await;
    let place = [("ends_on", "R8.12.20"), ("starts_on", "R9.1.8"), SURE];
    post(&app, &format!("/requests/{carried}/transfer"), &form(&app, 1, &place)).await.expect(303);
    assert_eq!(stays(&app, &child).await[2], stay(&app.world.elementary, "2027-01-08", None));
    assert!(held().await.is_empty());
}

#[tokio::test]
async fn a_child_that_leaves_before_the_merger_is_not_asked_about_after_it_unless_it_stays_after_all() {
    let app = TestApp::new().await;
    let child = child(&app);
    let (nursery, successor) = (&app.world.nursery, &app.world.junior_high);
    merge(&app, nursery, successor, "2026-12-01").await;
    let before = stays(&app, &child).await;
    assert_eq!(before, [stay(nursery, "2026-04-01", Some("2026-11-30")), stay(successor, "2026-12-01", None)]);
    let too_late = post(&app, &path(&child), &form(&app, 2, &[("ends_on", "R8.12.1"), ("starts_on", "R8.12.2"), SURE])).await;
    assert_eq!(too_late.expect(422).attributes(".app-errors a", "href"), ["#ends_on"], "that is the other request's to say");
    post(&app, &path(&child), &form(&app, 2, &[SURE])).await.expect(303);
    assert_eq!(
        stays(&app, &child).await,
        [stay(nursery, "2026-04-01", Some("2026-11-22")), stay(&app.world.elementary, "2026-11-24", None)]
    );
    post(&app, &format!("{}/cancellation", path(&child)), &[("version".to_owned(), "3".to_owned())]).await.expect(303);
    assert_eq!(stays(&app, &child).await, before);
    reopen(&app, nursery).await;
    assert_eq!(stays(&app, &child).await, [stay(nursery, "2026-04-01", None)]);
}

#[tokio::test]
async fn who_left_a_facility_that_is_closed_since_is_looked_for_all_the_same() {
    let app = TestApp::new().await;
    let child = child(&app);
    post(&app, &path(&child), &form(&app, 1, &[("next", "undecided"), SURE])).await.expect(303);
    let nursery = app.world.nursery.id;
    app.run(&format!("UPDATE watch.watches SET until_on = '2026-11-20' WHERE facility_id = '{nursery}' AND id <> '{}'", child.id))
        .await;
    app.verify_everybody().await;
    let closing = format!("/organizations/{nursery}/closing");
    let dry = app.admin().get(&closing).await.expect(200);
    assert!(dry.all("#confirm li").iter().any(|line| line.contains("保留一覧に残ります")), "{:?}", dry.all("#confirm li"));
    app.admin().post(&closing, &[("revision", "1"), ("last_on", "R8.11.22"), ("confirmed", "1")]).await.expect(303);
    app.at("2026-11-25T00:01").refresh_sessions().await;
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T4").await, [alert("T4", "urgent", "met")]);
    assert_eq!(app.caseworker().get("/requests/holds").await.expect(200).attributes("tbody a", "href"), [path(&child)]);
}

#[tokio::test]
async fn a_facility_somebody_is_to_come_to_is_not_closed() {
    let app = TestApp::new().await;
    let child = child(&app);
    let school = app.world.elementary.id;
    moved(&app, &child).await;
    app.run(&format!("UPDATE watch.watches SET until_on = '2026-11-20' WHERE facility_id = '{school}' AND from_on < '2026-11-20'"))
        .await;
    app.verify_everybody().await;
    let closing = format!("/organizations/{school}/closing");
    let refused = app.admin().post(&closing, &[("revision", "1"), ("last_on", "R8.11.30"), ("confirmed", "1")]).await.expect(422);
    assert!(refused.all("x-error-focus").concat().contains("見守り依頼が1件"));
    assert!(refused.all("#confirm li").iter().any(|line| line.contains("入る予定のお子さんが1人")));
}

#[tokio::test]
async fn a_child_nobody_finds_is_asked_about_again_after_a_week() {
    let app = TestApp::new().await;
    let child = child(&app);
    post(&app, &path(&child), &form(&app, 1, &[("next", "missing"), SURE])).await.expect(303);
    transfers::round(&app.app).await.unwrap();
    app.run("UPDATE desk.alerts SET state = 'closed', outcome = 'watching', closed_at = '2026-11-20T02:00:00Z' WHERE rule = 'T4'")
        .await;
    for (day, raised) in [("21", 1), ("26", 1), ("27", 2), ("28", 2)] {
        app.at(&format!("2026-11-{day}T09:00"));
        transfers::round(&app.app).await.unwrap();
        assert_eq!(alerts(&app, &child, "T4").await.len(), raised, "on the {day}th");
    }
}

#[tokio::test]
async fn an_alert_that_goes_on_at_the_new_facility_answers_there() {
    let app = TestApp::new().await;
    let child = child(&app);
    let fresh = moved(&app, &child).await;
    app.at("2026-11-24T09:00").refresh_sessions().await;
    report(&app, &fresh, "2026-11-24", &[("status", "A"), ("contact", "none"), ("reason", "unknown")]).await.expect(303);
    let teacher = app.signed_in(&app.world.elementary, Role::Reporter);
    let read = async || teacher.get(&format!("/sheet/reports/{fresh}")).await.expect(200).text();
    assert!(read().await.contains("受付済"));

    // It was raised at the nursery; the newest silence was reported by the school.
    let alert = app.world.alert(&app.world.centre).id;
    let worker = app.caseworker();
    let step = async |what: &str, fields: &[(&str, &str)]| {
        let revision: i64 = app.value(&format!("SELECT revision FROM desk.alerts WHERE id = '{alert}'")).await;
        let revision = revision.to_string();
        let fields: Vec<_> = [("version", revision.as_str())].into_iter().chain(fields.iter().copied()).collect();
        worker.post(&format!("/alerts/{alert}/{what}"), &fields).await.expect(303);
    };
    step("taking", &[]).await;
    assert!(read().await.contains("対応中"));
    let replies = app.sql("SELECT watch_id, day, state FROM watch.replies").await;
    assert_eq!(replies, [json!({ "watch_id": fresh, "day": "2026-11-24", "state": "handling" })]);
    let shown = worker.get(&format!("/alerts/{alert}")).await.expect(200).all(".app-act .app-pill");
    assert_eq!(shown, ["対応中"], "the worker sees what the school reads");
    step("reply", &[("reply", "received")]).await;
    assert!(read().await.contains("受け取りました"));
    step("closing", &[("outcome", "handled"), ("close_note", "確かめた")]).await;
    assert!(read().await.contains("引き続き見守りを"));
}
