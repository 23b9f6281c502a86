//! 保留一覧: its pages, and those who have done with school apart from those who are sought.

use serde_json::Value;
use tsunagi::work::transfers;

use super::{
    promotions::{child, march, more, registered},
    transfers::{SURE, alerts, form, path, post},
};
use crate::support::{Answer, TestApp};

const PATH: &str = "/requests/holds";
const GRADUATES: &str = "/requests/holds?list=graduates";

async fn list(app: &TestApp, path: &str) -> Answer {
    app.caseworker().get(path).await.expect(200)
}

/// In March, the centre's child of the last facility in its third year at high school.
async fn last_year() -> TestApp {
    let app = march().await;
    app.run(&format!("UPDATE hub.organizations SET kind = 'high' WHERE id = '{}'", app.world.junior_high.id)).await;
    app.run(&format!("UPDATE watch.watches SET grade = 'h3' WHERE id = '{}'", child(&app, &app.world.junior_high).id)).await;
    app
}

#[tokio::test]
async fn who_graduates_stands_apart_and_the_request_is_ended_from_there() {
    let app = last_year().await;
    registered(&app, &app.world.junior_high, &[]).await;
    registered(&app, &app.world.nursery, &[]).await;
    let (pupil, infant) = (child(&app, &app.world.junior_high), child(&app, &app.world.nursery));
    let ending = format!("/requests/{}/ending", pupil.id);
    let sought = list(&app, PATH).await;
    assert_eq!(sought.attributes("tbody a", "href"), [path(&infant)]);
    assert_eq!(sought.all(".app-tabs a"), ["次の施設を探すお子さん1", "卒業予定1"]);
    let graduates = list(&app, GRADUATES).await;
    assert_eq!(graduates.attributes("tbody a", "href"), [path(&pupil), format!("{ending}?back=graduates")]);

    let page = list(&app, &format!("{ending}?back=graduates")).await;
    assert_eq!(page.attributes("#ends_on", "value"), ["令和9年3月31日"], "it is watched until the last day");
    assert_eq!(page.first("#reason").as_deref(), Some("高校などを卒業するため"));
    assert_eq!(page.attributes("input[name=back]", "value"), ["graduates"]);
    let faulty = [("version", "2"), ("ends_on", "R9.4.1"), ("reason", "卒業"), ("back", "graduates")];
    let refused = app.caseworker().post(&ending, &faulty).await.expect(422);
    assert_eq!(refused.attributes("input[name=back]", "value"), ["graduates"]);
    let fields = [("version", "2"), ("ends_on", "R9.3.31"), ("reason", "高校などを卒業するため"), ("back", "graduates")];
    let done = app.caseworker().post(&ending, &fields).await.expect(303);
    assert_eq!(done.location(), format!("{GRADUATES}&done=ended"));
    let left = list(&app, done.location()).await;
    assert!(left.first(".app-flash").is_some() && left.all("tbody tr").is_empty());
    assert_eq!(left.first("h2").as_deref(), Some("卒業予定のお子さんはいません"));

    app.at("2027-04-01T00:01");
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &pupil, "T4").await, Vec::<Value>::new(), "nobody looks for a graduate");
    assert_eq!(alerts(&app, &infant, "T4").await.len(), 1);
}

#[tokio::test]
async fn who_leaves_school_before_its_end_is_sought_and_not_a_graduate() {
    let app = TestApp::new().await;
    let pupil = super::transfers::child(&app);
    app.run(&format!("UPDATE watch.watches SET grade = 'h3' WHERE id = '{}'", pupil.id)).await;
    post(&app, &path(&pupil), &form(&app, 1, &[("next", "undecided"), SURE])).await.expect(303);
    assert_eq!(list(&app, PATH).await.attributes("tbody a", "href"), [path(&pupil)]);
    assert!(list(&app, GRADUATES).await.all("tbody tr").is_empty());
    // Nor is one nobody knows the whereabouts of, in March or at any other time.
    app.run("UPDATE desk.transfers SET next = 'missing', last_on = '2027-03-31'").await;
    assert_eq!(list(&app, PATH).await.attributes("tbody a", "href"), [path(&pupil)]);
}

#[tokio::test]
async fn the_list_has_pages() {
    let app = march().await;
    let infant = child(&app, &app.world.nursery);
    more(&app, &infant, 60).await;
    app.run(&format!(
        "INSERT INTO desk.transfers (ward_id, watch_id, last_on, next, entered_at)
         SELECT r.ward_id, r.watch_id, '2027-03-31', 'undecided', now() FROM desk.requests r JOIN watch.watches w ON w.id = r.watch_id
         WHERE r.office_id = '{}' AND w.facility_id = '{}' AND w.until_on IS NULL",
        infant.office, infant.facility
    ))
    .await;
    let (first, second) = (list(&app, PATH).await, list(&app, &format!("{PATH}?page=2")).await);
    assert_eq!((first.all("tbody tr").len(), second.all("tbody tr").len()), (50, 11));
    assert_eq!(first.attributes("a[rel=next]", "href"), [format!("{PATH}?page=2")]);
    assert!(second.first(".app-pager").is_some_and(|line| line.contains("51–61件目")));
    assert!(first.all(".app-tabs a")[0].contains("61"));
    assert_eq!(app.caseworker().get(&format!("{PATH}?page=9")).await.expect(303).location(), PATH);
    assert_eq!(app.caseworker().get(&format!("{GRADUATES}&page=9")).await.expect(303).location(), GRADUATES);
}
