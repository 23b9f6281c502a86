//! 当番表: who is on duty, where nobody is, and who may say so.

use tsunagi::gate::Role;

use crate::support::TestApp;

#[tokio::test]
async fn a_supervisor_writes_the_week_and_gaps_are_said_in_words() {
    let app = TestApp::new().await;
    let page = app.supervisor().get("/duty").await.expect(200);
    assert!(page.text().contains("これからの2週間に、当番のいない時間が28回あります"), "{}", page.text());
    let worker = app.world.centre.staff(Role::Caseworker);
    let id = worker.person.to_string();
    let mut fields = vec![("revision", "0")];
    let names: Vec<String> = (0..=7).flat_map(|day| [format!("day.{day}"), format!("night.{day}")]).collect();
    fields.extend(names.iter().filter(|name| *name != "night.6").map(|name| (name.as_str(), id.as_str())));
    let back = app.supervisor().post("/duty", &fields).await.expect(303);
    let page = app.supervisor().get(back.location()).await.expect(200);
    assert!(page.text().contains("当番表を保存しました") && page.text().contains("当番のいない時間が2回あります"));
    assert_eq!(page.all("[data-tone=gap]").len(), 2, "two Saturday nights");

    // A single day, twice the same, and back.
    let other = app.world.centre.staff(Role::Supervisor);
    let fields = [("day", "2026-11-21"), ("shift", "night"), ("person", &*other.person.to_string())];
    app.supervisor().post("/duty/days", &fields).await.expect(303);
    app.supervisor().post("/duty/days", &fields).await.expect(303);
    assert!(app.supervisor().get("/duty").await.expect(200).text().contains("当番のいない時間が1回あります"));
    app.supervisor().post("/duty/days/2026-11-21/removal", &[("shift", "night")]).await.expect(303);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.duty_days").await, 0);

    // Leave and departures make gaps, too.
    app.run(&format!("UPDATE hub.people SET status = 'suspended' WHERE id = '{id}'")).await;
    let page = app.supervisor().get("/duty").await.expect(200);
    assert!(page.text().contains("当番がいません（異動・退職）") && page.text().contains("28回あります"));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_kept_and_somebody_else_s_week_is_not_overwritten() {
    let app = TestApp::new().await;
    let stranger = app.world.nursery.staff(Role::Reporter).person.to_string();
    let worker = app.world.centre.staff(Role::Caseworker).person.to_string();
    let page = app.supervisor().post("/duty", &[("revision", "0"), ("day.1", &stranger), ("day.2", &worker)]).await.expect(422);
    assert_eq!(page.attributes("[id='day.1']", "aria-invalid"), ["true"]);
    assert_eq!(page.attributes("[id='day.2'] option[selected]", "value"), std::slice::from_ref(&worker));
    let page = app.supervisor().post("/duty/days", &[("day", "2026-11-31"), ("person", &worker)]).await.expect(422);
    assert_eq!(page.all("[id$=-error]").len(), 2);
    assert_eq!(page.attributes("#day", "value"), ["2026-11-31"]);
    app.supervisor().post("/duty/days", &[("day", "2026-11-01"), ("shift", "day"), ("person", &worker)]).await.expect(422);

    app.supervisor().post("/duty", &[("revision", "0"), ("day.1", &worker)]).await.expect(303);
    let both = app.supervisor().post("/duty", &[("revision", "0"), ("day.3", &worker)]).await.expect(409);
    assert_eq!(both.all(".app-two dd").iter().filter(|text| !text.contains("当番なし")).count(), 2, "both versions");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.duty_turns").await, 1);
}

#[tokio::test]
async fn caseworkers_look_and_facilities_and_neighbours_know_of_nothing() {
    let app = TestApp::new().await;
    let worker = app.world.centre.staff(Role::Caseworker).person.to_string();
    app.supervisor().post("/duty", &[("revision", "0"), ("day.1", &worker)]).await.expect(303);
    let page = app.caseworker().get("/duty").await.expect(200);
    assert!(page.all("main form").is_empty() && page.text().contains("当番がいません"));
    app.caseworker().post("/duty", &[("revision", "1")]).await.expect(404);
    app.caseworker().post("/duty/days", &[("day", "2026-11-21"), ("shift", "day"), ("person", &worker)]).await.expect(404);
    for caller in [app.reporter(), app.head(), app.admin(), app.auditor()] {
        caller.get("/duty").await.expect(404);
    }
    let neighbour = app.signed_in(&app.world.guidance, Role::Supervisor).get("/duty").await.expect(200);
    assert!(!neighbour.text().contains(&app.world.centre.staff(Role::Caseworker).name));
}
