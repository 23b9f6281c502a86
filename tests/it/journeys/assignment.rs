//! Whoever can be chosen can also answer: whom a request can be given to and an alert handed on to, by hand and after a merger.

use std::collections::BTreeSet;

use serde_json::json;
use tsunagi::{
    gate::Role,
    work::{clock, escalation},
};

use crate::support::{Answer, Caller, Place, TestApp};

/// Who can be chosen in this field, leaving aside nobody.
fn offered(page: &Answer, field: &str) -> BTreeSet<String> {
    let values = page.attributes(&format!("select[name={field}] option"), "value");
    values.into_iter().filter(|value| !value.is_empty()).collect()
}

/// Everybody who works at these offices.
fn everybody(app: &TestApp, places: &[&Place]) -> BTreeSet<String> {
    let people = places.iter().flat_map(|place| &place.people).map(|staff| staff.person.to_string());
    let double = places.iter().any(|place| place.id == app.world.centre.id).then(|| app.world.double.person.to_string());
    people.chain(double).collect()
}

fn version(page: &Answer) -> String {
    page.attributes("form input[name=version]", "value").remove(0)
}

/// The form of the office's request to the school.
fn form(app: &TestApp, office: &Place) -> String {
    format!("/requests/{}/assignment", app.world.watch(office, &app.world.elementary).id)
}

async fn assign(caller: &Caller<'_>, path: &str, person: &str) -> Answer {
    let version = version(&caller.get(path).await.expect(200));
    caller.post(path, &[("version", &version), ("owner", person)]).await
}

async fn missed(app: &TestApp, office: &Place) -> i64 {
    clock::round(&app.app).await.expect("a round");
    let watch = app.world.watch(office, &app.world.elementary).id;
    app.value(&format!("SELECT count(*) FROM desk.alerts WHERE rule = 'K8' AND watch_id = '{watch}'")).await
}

#[tokio::test]
async fn whoever_can_answer_for_the_office_is_offered_and_nobody_else() {
    let app = TestApp::new().await;
    let (centre, branch, guidance) = (&app.world.centre, &app.world.branch, &app.world.guidance);
    let cases = [
        (app.caseworker(), centre, everybody(&app, &[centre])),
        (app.caseworker(), branch, everybody(&app, &[branch, centre])),
        (app.signed_in(branch, Role::Caseworker), branch, everybody(&app, &[branch, centre])),
        (app.signed_in(guidance, Role::Supervisor), guidance, everybody(&app, &[guidance])),
    ];
    for (caller, office, expected) in cases {
        let page = caller.get(&form(&app, office)).await.expect(200);
        assert_eq!(offered(&page, "owner"), expected, "{}", office.name);
        let here = format!("（{}）", office.name);
        assert!(page.all("select[name=owner] option").iter().any(|option| option.ends_with(&here)), "{here}");
        assert!(!page.text().contains("今の担当"), "nobody has it yet");
    }
    // A new request is the office's own.
    for (office, expected) in [(centre, everybody(&app, &[centre])), (branch, everybody(&app, &[branch, centre]))] {
        let page = app.signed_in(office, Role::Caseworker).get("/requests/new").await.expect(200);
        assert_eq!(offered(&page, "owner"), expected, "{}", office.name);
        let chosen = page.attributes("select[name=owner] option[selected]", "value");
        assert_eq!(chosen, [office.staff(Role::Caseworker).person.to_string()], "whoever asks");
    }
}

#[tokio::test]
async fn whoever_is_posted_all_the_same_is_refused_and_nothing_changes() {
    let app = TestApp::new().await;
    let (centre, invited) = (&app.world.centre, app.world.centre.staff(Role::Supervisor).person);
    app.run(&format!("UPDATE hub.people SET status = 'invited' WHERE id = '{invited}'")).await;
    let (worker, path) = (app.caseworker(), form(&app, centre));
    let state = async || {
        let requests = app.sql("SELECT * FROM desk.requests ORDER BY ward_id, watch_id").await;
        let steps: i64 = app.value("SELECT count(*) FROM desk.request_steps").await;
        let watches: i64 = app.value("SELECT count(*) FROM watch.watches").await;
        (requests, steps, watches)
    };
    let before = state().await;
    let strangers = [
        ("below", app.world.branch.staff(Role::Caseworker).person.to_string()),
        ("beside", app.world.guidance.staff(Role::Caseworker).person.to_string()),
        ("invited", invited.to_string()),
        ("of a facility", app.world.nursery.staff(Role::FacilityHead).person.to_string()),
        ("of the administration", app.world.root.staff(Role::WardAdmin).person.to_string()),
        ("next door", app.other.centre.staff(Role::Caseworker).person.to_string()),
        ("not a person", "x".to_owned()),
    ];
    for (who, person) in &strangers {
        let page = assign(&worker, &path, person).await.expect(422);
        assert_eq!(page.attributes(".app-errors a", "href"), ["#owner"], "{who}");
        assert!(page.first("#owner-error").is_some_and(|text| text.contains("一覧から選び直してください")), "{who}");
        assert!(!offered(&page, "owner").contains(person), "{who}");

        let facility = app.world.elementary.id.to_string();
        let fields = [
            ("facility", facility.as_str()),
            ("name", "山田 花子"),
            ("grade", "e2"),
            ("ground", "act_13_4"),
            ("strictness", "normal"),
            ("starts_on", "令和8年11月20日"),
            ("owner", person.as_str()),
        ];
        let page = worker.post("/requests", &fields).await.expect(422);
        let faults = page.attributes(".app-errors a", "href");
        assert!(faults.contains(&"#owner".to_owned()), "{who}: {faults:?}");
        assert_eq!(page.attributes("#name", "value"), ["山田 花子"], "{who}: what was typed is kept");
    }
    assert_eq!(state().await, before);
}

#[tokio::test]
async fn a_refused_form_hides_nothing_somebody_else_did_meanwhile() {
    let app = TestApp::new().await;
    let (centre, worker, path) = (&app.world.centre, app.caseworker(), form(&app, &app.world.centre));
    let old = version(&worker.get(&path).await.expect(200));
    let chief = centre.staff(Role::Supervisor).person.to_string();
    assign(&app.supervisor(), &path, &chief).await.expect(303);
    let stranger = app.world.guidance.staff(Role::Caseworker).person.to_string();
    let page = worker.post(&path, &[("version", &old), ("owner", &stranger)]).await.expect(422);
    assert_eq!(version(&page), old, "what is sent next is stale still");
    worker.post(&path, &[("version", &version(&page)), ("owner", "")]).await.expect(409);
    let kept: String = app
        .value(&format!(
            "SELECT assigned_to::text FROM desk.requests WHERE watch_id = '{}'",
            app.world.watch(centre, &app.world.elementary).id
        ))
        .await;
    assert_eq!(kept, chief);
}

#[tokio::test]
async fn nobody_who_is_offered_is_missed() {
    let app = TestApp::new().await;
    for office in [&app.world.centre, &app.world.branch, &app.world.guidance] {
        let (caller, path) = (app.signed_in(office, Role::Supervisor), form(&app, office));
        let people = offered(&caller.get(&path).await.expect(200), "owner");
        assert!(people.len() > 1, "{}", office.name);
        for person in &people {
            assign(&caller, &path, person).await.expect(303);
            assert_eq!(missed(&app, office).await, 0, "{}: {person}", office.name);
        }
        // What is not offered is what rings: somebody who is invited only.
        let last = people.last().cloned().unwrap_or_default();
        app.run(&format!("UPDATE hub.people SET status = 'invited' WHERE id = '{last}'")).await;
        assert_eq!(missed(&app, office).await, 1, "{}", office.name);
        app.run(&format!("UPDATE hub.people SET status = 'active' WHERE id = '{last}'")).await;
    }
}

#[tokio::test]
async fn after_a_merger_the_successor_s_colleagues_are_offered_and_keep_what_they_are_given() {
    let app = TestApp::new().await;
    let (centre, old, new) = (&app.world.centre, &app.world.branch, &app.world.guidance);
    let merged = |day: &str| {
        format!("UPDATE hub.organizations SET closed_on = '{day}', successor_id = '{}' WHERE id = '{}'", new.id, old.id)
    };
    let (alert, path) = (app.world.alert(old).id, form(&app, old));
    let page = format!("/alerts/{alert}");
    let gone = old.staff(Role::Caseworker);
    app.run(&format!("UPDATE desk.requests SET assigned_to = '{}' WHERE office_id = '{}'", gone.person, old.id)).await;

    app.run(&merged("2026-11-21")).await;
    let before = app.caseworker().get(&page).await.expect(200);
    assert_eq!(offered(&before, "to"), everybody(&app, &[old, centre]), "until its last day it answers itself");
    let early = app.signed_in(new, Role::Caseworker);
    let looked = early.get(&page).await.expect(200);
    assert!(looked.all(&format!("form[action='{page}/taking']")).is_empty(), "they look, and no more");
    let refused = early.post(&format!("{page}/taking"), &[("version", "1")]).await.expect(422);
    assert!(refused.text().contains("統合の日から"), "{}", refused.text());
    assert_eq!(app.value::<String>(&format!("SELECT state FROM desk.alerts WHERE id = '{alert}'")).await, "open");
    app.run(&merged("2026-11-20")).await;
    app.run(&format!("UPDATE hub.memberships SET until_on = '2026-11-19' WHERE organization_id = '{}'", old.id)).await;

    let (worker, chief) = (app.signed_in(new, Role::Caseworker), new.staff(Role::Supervisor));
    let shown = worker.get(&page).await.expect(200);
    assert_eq!(offered(&shown, "to"), everybody(&app, &[new, centre]));
    let named = format!("{}（{}）", chief.name, new.name);
    assert!(shown.all("select[name=to] option").contains(&named), "{named}");
    worker.post(&format!("{page}/taking"), &[("version", "1")]).await.expect(303);
    let mine = offered(&worker.get(&page).await.expect(200), "to");
    assert!(!mine.contains(&new.staff(Role::Caseworker).person.to_string()), "without whoever has it");
    let to = chief.person.to_string();
    let left = gone.person.to_string();
    worker.post(&format!("{page}/handover"), &[("version", "2"), ("to", &left), ("hand_note", "よろしく")]).await.expect(422);
    worker.post(&format!("{page}/handover"), &[("version", "2"), ("to", &to), ("hand_note", "よろしく")]).await.expect(303);
    escalation::round(&app.app).await.expect("a round");
    let row = app.sql(&format!("SELECT state, holder_id FROM desk.alerts WHERE id = '{alert}'")).await.remove(0);
    assert_eq!(row, json!({ "state": "taken", "holder_id": to }), "it is not given back");

    // The request too: whoever had it is named, and is no choice.
    let asked = worker.get(&path).await.expect(200);
    assert_eq!(offered(&asked, "owner"), everybody(&app, &[new, centre]));
    assert!(asked.text().contains("今の担当") && asked.text().contains(&gone.name), "{}", asked.text());
    assign(&worker, &path, &to).await.expect(303);
    assert_eq!(missed(&app, old).await, 0);
}

#[tokio::test]
async fn a_list_is_narrowed_to_whoever_has_a_request_wherever_they_work() {
    let app = TestApp::new().await;
    let (centre, branch) = (&app.world.centre, &app.world.branch);
    let above = centre.staff(Role::Supervisor).person.to_string();
    let worker = app.signed_in(branch, Role::Caseworker);
    let page = worker.get("/requests").await.expect(200);
    assert!(!offered(&page, "owner").contains(&above), "has nothing here");
    assign(&worker, &form(&app, branch), &above).await.expect(303);
    let page = worker.get(&format!("/requests?owner={above}")).await.expect(200);
    assert!(offered(&page, "owner").contains(&above));
    let name = app.world.watch(branch, &app.world.elementary).name.replace('　', " ");
    assert_eq!(page.all(".app-child-name"), [name]);
}
