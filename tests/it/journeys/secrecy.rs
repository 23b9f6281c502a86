//! Who keeps what is told there: a facility that neither belongs to the council nor has pledged is told of to the desk and the office,
//! and never to itself.

use axum::http::Method;
use tsunagi::{gate::Role, web::Door};

use crate::{
    matrix::fill,
    support::{Answer, TestApp},
};

/// The form of a new private kindergarten, with what is typed about the council.
async fn write_down(app: &TestApp, path: &str, council: &[(&str, &str)]) -> Answer {
    let root = app.world.root.id.to_string();
    let mut fields = vec![
        ("kind", "kindergarten"),
        ("name", "私立あおぞら幼稚園"),
        ("parent", root.as_str()),
        ("calendar_template", "school"),
        ("opened_on", "令和8年4月1日"),
    ];
    fields.extend(council);
    app.admin().post(path, &fields).await
}

/// What a page warns of.
fn warning(page: &Answer) -> Option<String> {
    page.first("#secrecy")
}

#[tokio::test]
async fn a_facility_opened_without_it_shows_the_warning_until_it_is_written_down() {
    let app = TestApp::new().await;
    assert!(!app.admin().get("/set-up").await.expect(200).text().contains("守秘義務の根拠"), "all are known");
    let made = write_down(&app, "/organizations", &[]).await.expect(303);
    let path = made.location().split('?').next().unwrap().to_owned();
    let id = path.rsplit('/').next().unwrap();
    let warned = warning(&app.admin().get(&path).await.expect(200)).unwrap();
    assert!(warned.contains("未確認") && warned.contains("児童福祉法第25条の5"), "{warned}");
    let set_up = app.admin().get("/set-up").await.expect(200);
    assert!(set_up.text().contains("確かめられていない施設は1件"), "{}", set_up.text());
    let there = "/organizations?standing=unbound";
    assert!(set_up.attributes("main a", "href").contains(&there.to_owned()));
    let rows = app.admin().get(there).await.expect(200).all("tbody th");
    assert!(rows.len() == 1 && rows[0].contains("私立あおぞら幼稚園") && rows[0].contains("守秘義務 未確認"), "{rows:?}");

    // The office is warned before and after it asks, and is not stopped.
    let form = app.caseworker().get("/requests/new").await.expect(200);
    let choices = form.all("#facility option");
    assert!(choices.contains(&"私立あおぞら幼稚園（守秘義務 未確認）".to_owned()), "{choices:?}");
    assert!(choices.contains(&app.world.nursery.name), "nothing is said of the others");
    let fields = [
        ("facility", id),
        ("name", "守秘　問子"),
        ("grade", "k2"),
        ("ground", "act_13_4"),
        ("strictness", "normal"),
        ("starts_on", "令和8年11月20日"),
    ];
    let grade = form.attributes("#grade option", "value");
    assert!(grade.contains(&"k2".to_owned()), "{grade:?}");
    let asked = app.caseworker().post("/requests", &fields).await.expect(303);
    let request = asked.location().split('?').next().unwrap().to_owned();
    let warned = warning(&app.caseworker().get(&request).await.expect(200)).unwrap();
    assert!(warned.contains("要保護児童対策地域協議会") && warned.contains("児童福祉法第25条の5"), "{warned}");

    let none = [("revision", "1"), ("council", "none")];
    write_down(&app, &format!("{path}/edit"), &none).await.expect(303);
    assert!(warning(&app.admin().get(&path).await.expect(200)).unwrap().contains("誓約書もありません"));
    assert!(warning(&app.caseworker().get(&request).await.expect(200)).unwrap().contains("誓約書もありません"));
    let pledged = [("revision", "2"), ("council", "none"), ("pledged_on", "令和8年11月20日")];
    write_down(&app, &format!("{path}/edit"), &pledged).await.expect(303);
    let page = app.admin().get(&path).await.expect(200);
    assert!(warning(&page).is_none() && page.text().contains("令和8年11月20日"));
    let said = "SELECT count(*) FROM hub.trail WHERE action = 'editOrganization' AND detail ->> 'council' = 'none'";
    assert_eq!(app.value::<i64>(&format!("{said} AND detail ->> 'pledged_on' IS NULL")).await, 1);
    assert_eq!(app.value::<i64>(&format!("{said} AND detail ->> 'pledged_on' = '2026-11-20'")).await, 1, "who wrote it, and what");
    assert!(warning(&app.caseworker().get(&request).await.expect(200)).is_none());
    assert!(!app.admin().get("/set-up").await.expect(200).text().contains("守秘義務の根拠"));
}

#[tokio::test]
async fn what_is_typed_wrong_about_the_council_is_said_at_its_field() {
    let app = TestApp::new().await;
    for (council, words) in [
        (&[("council", "member")][..], "要対協の構成員になった日を入力してください"),
        (&[("council", "none"), ("member_since", "令和8年4月1日")], "「要対協の構成員」を選んだときだけ"),
        (&[("council", "member"), ("member_since", "いつか")], "要対協の構成員になった日を日付として読めません"),
        (&[("council", "none"), ("pledged_on", "令和8年11月21日")], "守秘誓約日は、今日か、それより前"),
        (&[("council", "friend")], "守秘義務の根拠（要対協）を選んでください"),
    ] {
        let page = write_down(&app, "/organizations", council).await.expect(422);
        assert!(page.all("x-error-focus").concat().contains(words), "{council:?}: {:?}", page.all("x-error-focus"));
        if let Some((name, typed)) = council.get(1) {
            assert_eq!(page.attributes(&format!("#{name}"), "value"), [*typed], "what was typed is kept");
        }
    }
    let member = [("council", "member"), ("member_since", "令和8年4月1日")];
    let made = write_down(&app, "/organizations", &member).await.expect(303);
    let page = app.admin().get(made.location()).await.expect(200);
    assert!(warning(&page).is_none() && page.text().contains("要対協の構成員になった日"));
    // An office is one of those the council is made of.
    let office = app.admin().get(&format!("/organizations/{}/edit", app.world.centre.id)).await.expect(200);
    assert!(office.first("#council").is_none());
}

#[tokio::test]
async fn the_staff_of_the_facility_read_it_on_no_page() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    app.run("DELETE FROM hub.council_ties").await;
    let mut shown = 0;
    for role in [Role::Reporter, Role::FacilityHead] {
        let staff = app.signed_in(&app.world.nursery, role);
        for route in app.routes.iter().filter(|route| route.method == Method::GET && matches!(route.door, Door::Asks { .. })) {
            for target in fill::targets(&route.path, &app.world) {
                let answer = staff.get(&target.path).await;
                if answer.status != 200 {
                    continue;
                }
                shown += 1;
                let text = answer.text();
                for word in ["構成員", "誓約", "守秘義務 未確認", "守秘義務が未確認"] {
                    assert!(!text.contains(word), "{} says {word}", target.path);
                }
            }
        }
    }
    assert!(shown > 10, "{shown}");
    for role in ["tsunagi_facility", "tsunagi_client", "tsunagi_entry"] {
        let reads: bool = app.value(&format!("SELECT has_any_column_privilege('{role}', 'hub.council_ties', 'SELECT')")).await;
        assert!(!reads, "{role}");
    }
}
