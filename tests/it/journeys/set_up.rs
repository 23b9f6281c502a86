//! The way to the first report, and what the ward's desk never sees on any page.

use std::io::Cursor;

use axum::http::Method;
use calamine::{Reader, Xlsx};
use tsunagi::{gate::Role, web::Door};

use crate::{
    matrix::fill,
    support::{Answer, NOW, TestApp},
};

/// The steps with their state.
fn steps(page: &Answer) -> Vec<(String, String)> {
    page.all("li[data-step] h2").into_iter().zip(page.attributes("li[data-step]", "data-step")).collect()
}

fn done(page: &Answer) -> Vec<bool> {
    steps(page).into_iter().map(|(_, state)| state == "done").collect()
}

#[tokio::test]
async fn the_task_list_is_the_first_page_until_everything_is_done() {
    let app = TestApp::new().await;
    assert_eq!(app.admin().get("/").await.expect(303).location(), "/set-up?first=1");
    let page = app.admin().get("/set-up?first=1").await.expect(200);
    assert_eq!(done(&page), [true, true, false, true, false], "{:?}", steps(&page));
    assert!(page.text().contains("残りは2つ") && page.text().contains("依頼が始まっています"));
    assert!(page.attributes("nav a", "href").contains(&"/set-up".to_owned()), "it stands in the menu");

    app.run(&format!("UPDATE hub.wards SET help_phone = '' WHERE id = '{}'", app.world.ward)).await;
    let page = app.admin().get("/set-up").await.expect(200);
    assert!(!done(&page)[0] && page.attributes("a", "href").contains(&"/set-up/ward".to_owned()));
    let wrong = app.admin().post("/set-up/ward", &[("name", "架空区"), ("phone", ""), ("hours", "平日")]).await.expect(422);
    assert!(wrong.text().contains("問い合わせの電話番号を入力してください") && wrong.text().contains("value=\"平日\""));
    let extension = [("name", "架空区"), ("phone", "内線の12番"), ("hours", "平日")];
    let wrong = app.admin().post("/set-up/ward", &extension).await.expect(422);
    assert!(wrong.text().contains("電話番号を「03-1234-5678」のように") && wrong.text().contains("value=\"内線の12番\""));
    let page = app.admin().get("/set-up/ward").await.expect(200);
    let was = |field: &str| page.attributes(&format!("input[name={field}]"), "value").remove(0);
    let (name, phone, hours) = (was("was_name"), was("was_phone"), was("was_hours"));
    let was = [("was_name", name.as_str()), ("was_phone", phone.as_str()), ("was_hours", hours.as_str())];
    let typed = [("name", "架空区"), ("phone", "03-0000-9999"), ("hours", "平日 9時から17時")];
    let help: Vec<_> = was.into_iter().chain(typed).collect();
    app.admin().post("/set-up/ward", &help).await.expect(303);
    app.admin().post("/set-up/ward", &help).await.expect(303);
    // Somebody else's form of before does not undo it.
    let late: Vec<_> = was.into_iter().chain([("name", "架空区"), ("phone", "03-0000-1111"), ("hours", "平日")]).collect();
    let both = app.admin().post("/set-up/ward", &late).await.expect(409);
    assert!(both.text().contains("03-0000-9999") && both.text().contains("03-0000-1111"));
    assert!(app.reporter().get("/sheet").await.expect(200).text().contains("03-0000-9999"), "the foot of every page");

    // Everybody has come in and can lose a device, a second administrator is there, the holidays reach.
    app.give_passkeys().await;
    for number in 1..=2 {
        one_more_passkey(&app, app.world.double.person, number).await;
    }
    let ward = app.world.ward;
    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, person_id)
         SELECT gen_random_uuid(), ward_id, '2026-11-19T00:00:00Z', 'signed_in', id FROM hub.people WHERE ward_id = '{ward}';
         UPDATE hub.memberships SET role = 'ward_admin' WHERE ward_id = '{ward}' AND role = 'operator';
         INSERT INTO watch.holidays (ward_id, day, name) VALUES ('{ward}', '2027-03-21', '春分の日');
         UPDATE hub.organizations SET calendar_template = 'school' WHERE ward_id = '{ward}' AND kind = 'elementary'"
    ))
    .await;
    let page = app.admin().get("/set-up").await.expect(200);
    assert_eq!(done(&page), [true; 5], "{:?}", page.all("li[data-step]"));
    assert_eq!(app.admin().get("/set-up?first=1").await.expect(303).location(), "/organizations");
    for caller in [app.reporter(), app.head(), app.caseworker(), app.auditor()] {
        caller.get("/set-up").await.expect(404);
        caller.post("/set-up/ward", &help).await.expect(404);
    }
}

/// A passkey of this number for somebody of the ward, which nobody can answer with.
async fn one_more_passkey(app: &TestApp, person: impl std::fmt::Display, number: u8) {
    app.run(&format!(
        "INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at)
         VALUES ('{}', gen_random_uuid(), '{person}', sha256('{person} {number}'), '{{}}', 'パスキー', '{NOW}')",
        app.world.ward
    ))
    .await;
}

/// How many people the staff step waits for: without a passkey, with one only.
async fn waited_for(app: &TestApp) -> [String; 2] {
    let page = app.admin().get("/set-up").await.expect(200);
    let lines = page.all("li[data-step]:nth-child(3) li");
    let (waits, done) = (lines[3..].iter().any(|line| !line.contains("職員は0人")), done(&page)[2]);
    assert!(lines.len() == 5 && !(waits && done), "{lines:?}");
    [3, 4].map(|line: usize| lines[line].split_once('（').map_or(lines[line].as_str(), |(words, _)| words).to_owned())
}

fn told(without: usize, one: usize) -> [String; 2] {
    [format!("パスキーがまだない職員は{without}人です"), format!("パスキーが1つだけの職員は{one}人です")]
}

/// The staff of [`TestApp`]'s ward is complete but for its passkeys.
async fn staffed() -> TestApp {
    let app = TestApp::new().await;
    let ward = app.world.ward;
    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, person_id)
         SELECT gen_random_uuid(), ward_id, '2026-11-19T00:00:00Z', 'signed_in', id FROM hub.people WHERE ward_id = '{ward}';
         UPDATE hub.memberships SET role = 'ward_admin' WHERE ward_id = '{ward}' AND role = 'operator'"
    ))
    .await;
    app
}

#[tokio::test]
async fn the_staff_is_there_once_everybody_has_two_passkeys() {
    let app = staffed().await;
    let everybody = app.world.people().count() + 1;
    assert_eq!(waited_for(&app).await, told(everybody, 0));
    // Two for all but 兼務, and next door nobody is asked about.
    app.give_passkeys().await;
    app.run(&format!("DELETE FROM hub.passkeys WHERE ward_id = '{}'", app.other.ward)).await;
    assert_eq!(waited_for(&app).await, told(1, 0));
    let links = app.admin().get("/set-up").await.expect(200).attributes("li[data-step] a", "href");
    assert!(links.contains(&"/rights?list=no_passkey".to_owned()) && !links.contains(&"/rights?list=one_passkey".to_owned()));

    let double = &app.world.double;
    one_more_passkey(&app, double.person, 1).await;
    assert_eq!(waited_for(&app).await, told(0, 1));
    let links = app.admin().get("/set-up").await.expect(200).attributes("li[data-step] a", "href");
    let list = links.iter().find(|href| href.starts_with("/rights")).expect("the way to who it is");
    let shown = app.admin().get(list).await.expect(200).all("tbody tr");
    assert!(list == "/rights?list=one_passkey" && shown.len() == 1 && shown[0].contains(&double.name), "{shown:?}");

    one_more_passkey(&app, double.person, 2).await;
    assert_eq!(waited_for(&app).await, told(0, 0));
    let page = app.admin().get("/set-up").await.expect(200);
    assert!(done(&page)[2] && !page.attributes("li[data-step] a", "href").iter().any(|href| href.starts_with("/rights")));
    // One that was removed is none.
    app.run(&format!("UPDATE hub.passkeys SET removed_at = '{NOW}' WHERE id = '{}'", app.world.nursery.people[0].passkeys()[0]))
        .await;
    assert_eq!(waited_for(&app).await, told(0, 1));
}

#[tokio::test]
async fn who_cannot_act_or_comes_in_by_the_sign_in_service_needs_no_passkey() {
    let app = staffed().await;
    app.give_passkeys().await;
    for number in 1..=2 {
        one_more_passkey(&app, app.world.double.person, number).await;
    }
    let (ward, teacher) = (app.world.ward, app.world.nursery.staff(Role::Reporter).person);
    app.run(&format!("DELETE FROM hub.passkeys WHERE person_id = '{teacher}'")).await;
    assert_eq!(waited_for(&app).await, told(1, 0));
    let person = |change: &str| format!("UPDATE hub.people SET {change} WHERE id = '{teacher}'");
    let role = |change: &str| format!("UPDATE hub.memberships SET {change} WHERE person_id = '{teacher}'");
    let place = |change: &str| format!("UPDATE hub.organizations SET {change} WHERE id = '{}'", app.world.nursery.id);
    for (gone, back) in [
        (person("status = 'suspended'"), person("status = 'active'")),
        (person("status = 'left', left_on = '2026-11-19'"), person("status = 'active', left_on = NULL")),
        (role("suspended_at = '2026-11-19T00:00:00Z'"), role("suspended_at = NULL")),
        (role("until_on = '2026-11-19'"), role("until_on = NULL")),
        (role("from_on = '2026-11-21'"), role("from_on = '2026-04-01'")),
        (place("closed_on = '2026-11-20'"), place("closed_on = NULL")),
        (place("opened_on = '2026-11-21'"), place("opened_on = '2020-04-01'")),
    ] {
        app.run(&gone).await;
        assert_eq!(waited_for(&app).await, told(0, 0), "{gone}");
        app.run(&back).await;
        assert_eq!(waited_for(&app).await, told(1, 0), "{back}");
    }

    // An account of a service the ward does not have opens nothing; of its own it does, and takes no passkey.
    app.run(&format!(
        "INSERT INTO hub.bindings (ward_id, id, person_id, issuer, subject, state, by_claim, proposed_at)
         VALUES ('{ward}', gen_random_uuid(), '{teacher}', 'https://service.example', 'tanaka', 'active', true, '{NOW}')"
    ))
    .await;
    assert_eq!(waited_for(&app).await, told(1, 0));
    app.run(&format!(
        "INSERT INTO hub.providers (ward_id, issuer, client_id, name, strength, max_age_minutes, passkeys_when_down, tested_at)
         VALUES ('{ward}', 'https://service.example', 'tsunagi', '庁内アカウント', 'mfa', 60, true, '{NOW}')"
    ))
    .await;
    assert_eq!(waited_for(&app).await, told(0, 0));
    // Whoever registered one for 本人確認 all the same would be locked out of that with it.
    one_more_passkey(&app, teacher, 1).await;
    assert_eq!(waited_for(&app).await, told(0, 1));
    // A claim alone opens nothing to who governs others.
    app.run(&format!("DELETE FROM hub.passkeys WHERE person_id = '{teacher}'; UPDATE hub.memberships SET role = 'auditor' WHERE person_id = '{teacher}'")).await;
    assert_eq!(waited_for(&app).await, told(1, 0));
}

#[tokio::test]
async fn a_new_ward_has_everything_before_it_and_no_number_of_children() {
    let app = TestApp::new().await;
    let ward = app.world.ward;
    let before = app.admin().get("/set-up").await.expect(200).text();
    app.run(&format!("UPDATE watch.watches SET from_on = '2027-04-01' WHERE ward_id = '{ward}' AND until_on IS NULL; DELETE FROM desk.request_steps;
        UPDATE watch.watches SET from_on = '2027-04-01', until_on = NULL WHERE ward_id = '{ward}'")).await;
    let page = app.admin().get("/set-up").await.expect(200);
    assert!(!done(&page)[3] && page.text().contains("依頼がまだ始まっていません"));
    app.run(&format!(
        "UPDATE watch.watches SET from_on = '2026-04-01' WHERE ward_id = '{ward}' AND id = '{}'",
        app.world.watches[0].id
    ))
    .await;
    assert_eq!(app.admin().get("/set-up").await.expect(200).text(), before, "one child or ten: the page is the same");
}

/// Words that only stand where attendance, alerts or cases are.
const WORDS: [&str; 10] =
    ["欠席", "登園", "登校しま", "連絡なし", "理由不明", "要保護", "相談受理", "未対応", "緊急", "本日未確認"];

#[tokio::test]
async fn the_desk_sees_no_child_no_attendance_and_no_alert_on_any_page() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let admin = app.admin();
    let (mut shown, mut refused) = (0, 0);
    for route in app.routes.iter().filter(|route| route.method == Method::GET && matches!(route.door, Door::Asks { .. })) {
        for target in fill::targets(&route.path, &app.world) {
            let answer = admin.get(&target.path).await;
            // What is not theirs is not there; the same page would be behind any other method.
            if answer.status != 200 {
                refused += 1;
                continue;
            }
            shown += 1;
            let text = answer.text();
            for watch in app.world.watches.iter().chain(&app.other.watches) {
                let (family, given) = watch.name.split_once('　').unwrap();
                let names = [watch.name.as_str(), given, &watch.kana, &watch.child.to_string(), &watch.id.to_string()];
                let _ = family;
                for name in names {
                    assert!(!text.contains(name), "{} shows {name}", target.path);
                }
            }
            // The conditions of alerts are the ward's own rules, and name these words without any child.
            // So do the ways in which everybody chooses to be told.
            let names_words = ["/rules", "/templates", "/me/notices"].iter().any(|path| route.path.starts_with(path));
            if !names_words && !route.path.ends_with("/calendar") {
                let main = answer.all("main").concat();
                for word in WORDS {
                    assert!(!main.contains(word), "{} says {word}", target.path);
                }
            }
        }
    }
    assert!(shown > 15 && refused > 15, "{shown} pages, {refused} refusals");
    // Nor by asking with what a facility or an office would send.
    for path in ["/sheet", "/alerts", "/board", "/requests", "/requests/export", "/alerts/count"] {
        admin.get(path).await.expect(404);
    }
}

/// Every text of a file that leaves: of a workbook all its cells.
fn texts(answer: &Answer) -> String {
    if !answer.header("content-disposition").ends_with(".xlsx\"") {
        return answer.text();
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body.clone())).unwrap();
    let sheets = book.worksheets().into_iter();
    sheets.flat_map(|(_, range)| range.rows().flatten().map(ToString::to_string).collect::<Vec<_>>()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_the_desk_carries_away_names_no_child() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    // Somebody whose name stands in each of them, so that they are read at all.
    let staff = app.world.nursery.staff(Role::Reporter);
    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, person_id)
         VALUES (gen_random_uuid(), '{}', '2026-11-18T00:00:00Z', 'signed_in', '{}')",
        app.world.ward, staff.person
    ))
    .await;
    let log = [("since", "2026-11-01"), ("purpose", "investigation")];
    let files: [(&str, Vec<(&str, &str)>); 3] = [
        ("/rights/export", vec![("month", "2026-11")]),
        ("/sign-ins/export", log.into_iter().chain([("format", "xlsx")]).collect()),
        ("/sign-ins/export", log.into_iter().chain([("format", "csv")]).collect()),
    ];
    // What else is asked for by a form and comes back as a file is a letter, and belongs to whoever is invited.
    let exports = app.routes.iter().filter(|route| route.method == Method::POST && route.path.ends_with("/export"));
    for route in exports.filter(|route| !files.iter().any(|(path, _)| *path == route.path)) {
        app.admin().post(&route.path, &log).await.expect(404);
    }
    for (path, form) in files {
        let file = app.admin().post(path, &form).await.expect(200);
        assert!(file.header("content-disposition").starts_with("attachment"), "{path}");
        let text = texts(&file);
        assert!(text.contains(&staff.name), "{path} is read: {text}");
        for watch in app.world.watches.iter().chain(&app.other.watches) {
            let (_, given) = watch.name.split_once('　').unwrap();
            for name in [watch.name.as_str(), given, &watch.kana, &watch.child.to_string(), &watch.id.to_string()] {
                assert!(!text.contains(name), "{path} carries {name} away");
            }
        }
    }
}
