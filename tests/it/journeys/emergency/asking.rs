//! Asking: whole names, exactly; in vain is recorded and counted; the same again is one opening.

use tsunagi::{domain::name::search_key, gate::Role};

use super::{WORDS, ask, at, opened, openings};
use crate::support::TestApp;

#[tokio::test]
async fn what_does_not_lead_to_one_living_child_of_another_office_finds_nothing_and_is_recorded() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let (centre, guidance) = (app.caseworker(), app.signed_in(&app.world.guidance, Role::Caseworker));
    let (own, theirs) = (
        app.world.watch(&app.world.centre, &app.world.nursery).name.clone(),
        app.world.watch(&app.world.guidance, &app.world.nursery).name.clone(),
    );
    let next_door = app.other.watch(&app.other.guidance, &app.other.nursery).name.clone();
    let elementary = app.world.elementary.id.to_string();
    let family = theirs.chars().take(2).collect::<String>();
    for (caller, name, place) in [
        (&centre, "無名　太郎", ("grade", "n4")),
        (&centre, family.as_str(), ("grade", "n4")),
        (&centre, own.as_str(), ("grade", "n4")),
        (&centre, theirs.as_str(), ("facility", elementary.as_str())),
        (&guidance, theirs.as_str(), ("grade", "n4")),
        (&guidance, app.world.ended_watch().name.as_str(), ("grade", "n4")),
        (&guidance, next_door.as_str(), ("grade", "n4")),
    ] {
        let page = ask(caller, name, place).await.expect(422);
        assert!(page.text().contains("見つかりませんでした"), "{name}");
        assert_eq!(page.attributes("#name", "value"), [name], "kept");
    }
    assert_eq!(
        (openings(&app, "outcome = 'nothing' AND watch_id IS NULL").await, openings(&app, "outcome = 'opened'").await),
        (7, 0)
    );
    let said = "SELECT count(*) FROM hub.trail WHERE action = 'openEmergency' AND detail ->> 'outcome' = 'nothing'";
    assert_eq!(app.value::<i64>(said).await, 7);
    let said =
        "SELECT count(*) FROM hub.trail WHERE action = 'openEmergency' AND detail ->> 'cause' = 'inquiry' AND detail ? 'openings'";
    assert_eq!(app.value::<i64>(said).await, 7, "what for, and how many openings the page showed");
    let names = "SELECT count(*) FROM hub.trail WHERE detail::text LIKE '%甲野%' OR detail::text LIKE '%架空警察署%'";
    assert_eq!(app.value::<i64>(names).await, 0, "what was typed is in no deed");
}

#[tokio::test]
async fn a_name_is_found_however_it_is_written_and_by_its_reading() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let child = app.world.watch(&app.world.guidance, &app.world.nursery).id;
    app.run(&format!("UPDATE watch.watches SET kana = 'コウノ　サブロウ' WHERE id = '{child}'")).await;
    let nursery = app.world.nursery.id.to_string();
    let first = ask(&app.caseworker(), "甲野三郎", ("facility", nursery.as_str())).await.expect(303).location().to_owned();
    for (name, place) in [("甲野 三郎", ("grade", "n4")), ("こうの　さぶろう", ("facility", nursery.as_str()))] {
        assert_eq!(ask(&app.caseworker(), name, place).await.expect(303).location(), first, "{name}");
    }
}

#[tokio::test]
async fn several_of_one_name_are_told_apart_by_facility_and_grade() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let child = app.world.watch(&app.world.guidance, &app.world.nursery).clone();
    let other = app.world.watch(&app.world.guidance, &app.world.elementary).id;
    app.run(&format!(
        "UPDATE watch.watches SET name = '{}', name_key = '{}', grade = 'n4' WHERE id = '{other}'",
        child.name,
        search_key(&child.name)
    ))
    .await;
    let page = ask(&app.caseworker(), &child.name, ("grade", "n4")).await.expect(422);
    assert!(page.text().contains("同じ氏名のお子さんが複数います"));
    assert_eq!(openings(&app, "outcome = 'several' AND watch_id IS NULL").await, 1);
    let nursery = app.world.nursery.id.to_string();
    let found = ask(&app.caseworker(), &child.name, ("facility", nursery.as_str())).await.expect(303);
    assert!(app.caseworker().get(found.location()).await.expect(200).text().contains(&app.world.nursery.name));
}

#[tokio::test]
async fn two_of_one_name_in_two_classes_of_one_grade_are_nobody() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let (child, other) =
        (app.world.watch(&app.world.centre, &app.world.nursery).clone(), app.world.watch(&app.world.branch, &app.world.nursery).id);
    let (nursery, key) = (app.world.nursery.id.to_string(), search_key(&child.name));
    let namesake = |class: &str| {
        format!(
            "UPDATE watch.watches SET name = '{0}', name_key = '{key}', grade = 'n4', class = '{class}' WHERE id = '{other}';
             UPDATE watch.watches SET class = 'ほし' WHERE id = '{1}'",
            child.name, child.id
        )
    };
    app.run(&namesake("つき")).await;
    let stranger = app.signed_in(&app.world.guidance, Role::Caseworker);
    let page = ask(&stranger, &child.name, ("facility", nursery.as_str())).await.expect(422);
    assert!(page.text().contains("両方を選んでも出るときは"), "{}", page.text());
    // In one class they are taken for one child whom two offices ask about.
    app.run(&namesake("ほし")).await;
    ask(&stranger, &child.name, ("facility", nursery.as_str())).await.expect(303);
}

#[tokio::test]
async fn the_same_form_twice_is_one_opening_and_one_mail() {
    let app = TestApp::new().await;
    let path = opened(&app).await;
    let name = app.world.watch(&app.world.guidance, &app.world.nursery).name.clone();
    let (one, two) = (app.caseworker(), app.caseworker());
    let (first, second) = tokio::join!(ask(&one, &name, ("grade", "n4")), ask(&two, &name, ("grade", "n4")));
    assert_eq!([first.expect(303).location(), second.expect(303).location()], [path.as_str(), path.as_str()]);
    assert_eq!(openings(&app, "true").await, 1);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.mails WHERE kind = 'notice'").await, 1);
}

#[tokio::test]
async fn nobody_tries_names_out() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let name = app.world.watch(&app.world.guidance, &app.world.nursery).name.clone();
    for number in 0..5 {
        ask(&app.caseworker(), &format!("無名　{number}郎"), ("grade", "n4")).await.expect(422);
    }
    let limited = ask(&app.caseworker(), &name, ("grade", "n4")).await.expect(429);
    assert!(
        limited.text().contains("あと12分ほど") && limited.attributes("#name", "value") == [name.as_str()],
        "{}",
        limited.text()
    );
    assert_eq!((openings(&app, "outcome = 'nothing'").await, openings(&app, "outcome = 'opened'").await), (5, 0));
    let said = "SELECT count(*) FROM hub.trail WHERE action = 'openEmergency' AND detail ->> 'step' = 'limited'";
    assert_eq!(app.value::<i64>(said).await, 1);
    // A colleague has a count of their own; time gives one back.
    ask(&app.supervisor(), &name, ("grade", "n4")).await.expect(303);
    at(&app, "09:12").await;
    ask(&app.caseworker(), &name, ("grade", "n4")).await.expect(303);
    ask(&app.caseworker(), &name, ("grade", "n4")).await.expect(429);
}

#[tokio::test]
async fn the_whole_ward_has_a_limit_too() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let offices = [&app.world.centre, &app.world.branch, &app.world.guidance];
    let mut statuses = Vec::new();
    for office in offices {
        for staff in &office.people {
            for _ in 0..4 {
                statuses.push(ask(&app.signed_in(office, staff.role), "無名　太郎", ("grade", "n4")).await.status.as_u16());
            }
        }
    }
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 20, "{statuses:?}");
    assert!(statuses.ends_with(&[429, 429, 429, 429]), "{statuses:?}");
    let next_door = app.signed_in(&app.other.centre, Role::Caseworker);
    ask(&next_door, "無名　太郎", ("grade", "n4")).await.expect(422);
}

#[tokio::test]
async fn what_is_to_be_mended_stands_beside_the_field_and_costs_nothing() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let nowhere = app.world.centre.id.to_string();
    for (fields, errors) in [
        (vec![], vec!["name", "facility", "reason", "words"]),
        (vec![("name", "甲野三郎"), ("grade", "n4"), ("reason", "inquiry"), ("words", "照会")], vec!["words"]),
        (vec![("name", "甲野三郎"), ("facility", nowhere.as_str()), ("reason", "inquiry"), ("words", WORDS)], vec!["facility"]),
        (vec![("name", "甲野三郎"), ("grade", "z9"), ("reason", "curious"), ("words", WORDS)], vec!["grade", "reason"]),
    ] {
        let page = app.caseworker().post("/emergency", &fields).await.expect(422);
        let named = page.attributes("x-error-focus a", "href");
        assert_eq!(named, errors.iter().map(|name| format!("#{name}")).collect::<Vec<_>>(), "{fields:?}");
        if let Some((_, name)) = fields.iter().find(|(field, _)| *field == "name") {
            assert_eq!(page.attributes("#name", "value"), [*name], "kept");
        }
    }
    assert_eq!(openings(&app, "true").await, 0);
    let form = app.caseworker().get("/emergency").await.expect(200);
    assert_eq!(form.attributes("#name", "autocomplete"), ["off"]);
    assert!(form.text().contains("すべて記録されます"));
    for _ in 0..5 {
        ask(&app.caseworker(), "無名　太郎", ("grade", "n4")).await.expect(422);
    }
}
