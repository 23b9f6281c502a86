//! One child is one row: its other alerts folded below, and pages counted by children.

use tsunagi::gate::Role;

use crate::support::TestApp;

/// Another open alert about the child of the centre's own.
async fn also(app: &TestApp, number: u32, rule: &str, severity: &str) -> String {
    let id = format!("00000000-00a1-4000-8000-00000000000{number}");
    app.run(&format!(
        "INSERT INTO desk.alerts (ward_id, id, watch_id, facility_id, office_id, rule, severity, level, count, as_of, condition, state, raised_at, due_at, revision)
         SELECT ward_id, '{id}', watch_id, facility_id, office_id, '{rule}', '{severity}', 1, 7, as_of, 'met', 'open', raised_at, due_at, 1
         FROM desk.alerts WHERE id = '{}'",
        app.world.alert(&app.world.centre).id
    ))
    .await;
    id
}

#[tokio::test]
async fn one_child_is_one_row_with_its_gravest_alert_and_the_others_folded_below() {
    let app = TestApp::new().await;
    let (own, below) = (app.world.alert(&app.world.centre).id, app.world.alert(&app.world.branch).id);
    let (notice, urgent) = (also(&app, 1, "A9", "notice").await, also(&app, 2, "A5", "urgent").await);
    let page = app.caseworker().get("/alerts").await.expect(200);
    assert_eq!(page.attributes("tbody tr", "id"), [format!("alert-{urgent}"), format!("alert-{below}")]);
    assert_eq!(page.attributes("tbody details li", "id"), [format!("alert-{own}"), format!("alert-{notice}")], "graver first");
    assert!(page.first("tbody details summary").is_some_and(|line| line.contains("ほかのアラート2件")));
    assert_eq!(page.first("x-live-count [data-number]").as_deref(), Some("4"), "what is counted are alerts");
    assert!(page.first(".app-pager").is_some_and(|line| line.contains("1–2人目（アラート4件）")));
    let said = app.sql("SELECT detail ->> 'alerts' AS alerts FROM hub.trail WHERE action = 'listAlerts'").await;
    assert_eq!(said, [serde_json::json!({ "alerts": "4" })], "each name shown is in the trail");
    // Narrowed to what is folded, it is what stands there.
    let notices = app.caseworker().get("/alerts?severity=notice").await.expect(200);
    assert_eq!(notices.attributes("tbody tr", "id"), [format!("alert-{notice}")]);
    assert!(notices.all("tbody details").is_empty());
    // Taken from the top, the next one of the same child comes up; taken from the fold, the child's row stays.
    let at = |id: &str| format!("form[action='/alerts/{id}/taking'] input[name=at]");
    assert_eq!(page.attributes(&at(&urgent), "value"), [own.to_string()]);
    assert_eq!(page.attributes(&at(&notice), "value"), std::slice::from_ref(&urgent));
    let taken = [("version", "1"), ("next", "/alerts?view=unassigned"), ("at", urgent.as_str())];
    let answer = app.caseworker().post(&format!("/alerts/{notice}/taking"), &taken).await.expect(303);
    let back = app.caseworker().get(answer.location()).await.expect(200);
    assert_eq!(back.attributes(".app-flash a", "href"), [format!("#alert-{urgent}")]);
    assert_eq!(back.attributes("tbody details li", "id"), [format!("alert-{own}")]);
    assert_eq!(
        app.caseworker().get("/alerts?view=mine").await.expect(200).attributes("tbody tr", "id"),
        [format!("alert-{notice}")]
    );
    // What is over stands one by one.
    app.run("UPDATE desk.alerts SET state = 'closed', outcome = 'handled', closed_at = raised_at").await;
    assert_eq!(app.caseworker().get("/alerts?view=closed").await.expect(200).all("tbody tr").len(), 4);
}

#[tokio::test]
async fn what_is_folded_says_who_has_it_in_hand_and_where_the_child_was_then() {
    let app = TestApp::new().await;
    let notice = also(&app, 1, "A9", "notice").await;
    let colleague = app.world.centre.staff(Role::Supervisor);
    let child = app.world.watch(&app.world.centre, &app.world.nursery).child;
    // The notice is from the school the child was at before.
    app.run(&format!(
        "UPDATE desk.alerts a SET state = 'taken', holder_id = '{}' FROM watch.watches w WHERE w.id = a.watch_id AND w.child_id = '{child}';
         UPDATE desk.alerts SET facility_id = '{}' WHERE id = '{notice}'",
        colleague.person, app.world.elementary.id
    ))
    .await;
    let folded = app.caseworker().get("/alerts?view=team").await.expect(200).all("tbody details li");
    assert_eq!(folded.len(), 1);
    assert!(folded[0].contains(&colleague.name) && folded[0].contains(&app.world.elementary.name), "{folded:?}");
}

#[tokio::test]
async fn pages_are_counted_by_children_and_no_child_stands_on_two() {
    let app = TestApp::new().await;
    let own = app.world.alert(&app.world.centre).id;
    // Sixty children more, two alerts each.
    app.run(&format!(
        "WITH child AS
            ( INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, name_key, grade, from_on)
              SELECT w.ward_id, gen_random_uuid(), gen_random_uuid(), w.facility_id, '計測' || n, '計測' || n, w.grade, w.from_on
              FROM desk.alerts a JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id, generate_series(1, 60) n
              WHERE a.id = '{own}' RETURNING ward_id, id, facility_id )
           , request AS
            ( INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, created_at)
              SELECT c.ward_id, c.id, a.office_id, 'guideline_registered', a.raised_at FROM child c, desk.alerts a WHERE a.id = '{own}' )
         INSERT INTO desk.alerts (ward_id, id, watch_id, facility_id, office_id, rule, severity, level, count, as_of, condition, state, raised_at, due_at, revision)
         SELECT c.ward_id, gen_random_uuid(), c.id, c.facility_id, a.office_id, r.rule, 'caution', 1, 1, a.as_of, 'met', 'open', a.raised_at, a.due_at, 1
         FROM child c, desk.alerts a, (VALUES ('A1'), ('A3')) r (rule) WHERE a.id = '{own}'"
    ))
    .await;
    let first = app.caseworker().get("/alerts").await.expect(200);
    let second = app.caseworker().get("/alerts?page=2").await.expect(200);
    assert_eq!((first.all("tbody tr").len(), second.all("tbody tr").len()), (50, 12));
    assert_eq!(first.first("x-live-count [data-number]").as_deref(), Some("122"));
    assert!(second.first(".app-pager").is_some_and(|line| line.contains("51–62人目")));
    let mut names: Vec<_> = first.all("tbody th a").into_iter().chain(second.all("tbody th a")).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 62);
}
