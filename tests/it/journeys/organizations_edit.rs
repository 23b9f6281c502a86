//! Organizations are added, changed, given their times: what works, what is refused and how it is mended, what two people do at once.

use tsunagi::gate::Role;

use crate::support::{Answer, TestApp};

/// The form of a new school, changed by `with`.
fn form<'a>(app: &TestApp, with: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = [
        ("kind", "elementary"),
        ("name", "架空区立あおぞら小学校"),
        ("parent", &app.world.root.id.to_string()),
        ("district", "北"),
        ("code", "A-12"),
        ("school_code", ""),
        ("phone", "00-0000-1234"),
        ("calendar_template", "school"),
        ("opened_on", "令和９年４月１日"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for (name, value) in with {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn post(app: &TestApp, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.admin().post(path, &fields).await
}

/// A school code of a public elementary school in Tokyo whose check digit fits.
fn school_code(kind: &str) -> String {
    let body = format!("{kind}1321000001");
    (0..10)
        .map(|digit| format!("{body}{digit}"))
        .find(|code| tsunagi::domain::school_code::SchoolCode::parse(code).is_ok())
        .unwrap()
}

#[tokio::test]
async fn an_organization_is_added_read_and_changed_and_its_history_stays() {
    let app = TestApp::new().await;
    let code = school_code("B1");
    let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
    let made = post(&app, "/organizations", &form(&app, &[("school_code", &wide)])).await.expect(303);
    let path = made.location().split('?').next().unwrap().to_owned();
    let page = app.admin().get(made.location()).await.expect(200);
    let text = page.text();
    for word in [
        "架空区立あおぞら小学校",
        "小学校",
        "架空区役所",
        "北",
        "A-12",
        &code,
        "00-0000-1234",
        "市立学校",
        "令和9年4月1日",
        "組織を登録しました",
    ] {
        assert!(text.contains(word), "{word}");
    }
    let edit = app.admin().get(&format!("{path}/edit")).await.expect(200);
    assert_eq!(edit.attributes("#school_code", "value"), [code.as_str()]);
    assert_eq!(edit.attributes("input[name=revision]", "value"), ["1"]);
    assert!(!edit.text().contains("ward_office"), "a school becomes no office");

    let changed = form(&app, &[("revision", "1"), ("kind", "compulsory"), ("name", "架空区立あおぞら学園"), ("school_code", "")]);
    post(&app, &format!("{path}/edit"), &changed).await.expect(303);
    let text = app.admin().get(&path).await.expect(200).text();
    assert!(text.contains("架空区立あおぞら学園") && text.contains("義務教育学校"));
    let said = app
        .sql("SELECT action, detail::text AS detail FROM hub.trail WHERE action IN ('createOrganization', 'editOrganization')")
        .await;
    assert!(said.len() >= 3 && said.iter().all(|line| !line["detail"].as_str().unwrap().contains("あおぞら")), "{said:?}");

    // Somebody else still has the old form open: both are shown, nothing is saved.
    let stale = form(&app, &[("revision", "1"), ("name", "別の名前の学校"), ("kind", "")]);
    let both = post(&app, &format!("{path}/edit"), &stale).await.expect(409);
    assert!(both.text().contains("架空区立あおぞら学園") && both.text().contains("別の名前の学校"));
    assert!(app.admin().get(&path).await.text().contains("架空区立あおぞら学園"));
}

#[tokio::test]
async fn each_wrong_field_says_how_to_mend_it_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let (centre, nursery) = (app.world.centre.id.to_string(), app.world.nursery.id.to_string());
    let (long, taken, others) = ("長".repeat(81), app.world.nursery.name.clone(), app.other.root.id.to_string());
    let (junior, fits) = (school_code("C1"), school_code("B1"));
    let last = fits.chars().last().and_then(|digit| digit.to_digit(10)).unwrap();
    let wrong = format!("{}{}", &fits[..12], (last + 1) % 10);
    for (with, words) in [
        (&[("kind", "")][..], "種類を選んでください"),
        (&[("kind", "ward_office")], "種類を選んでください"),
        (&[("name", "")], "名称を入力してください"),
        (&[("name", &long)], "いま81文字"),
        (&[("name", "消\u{0007}える")], "画面に出せない文字"),
        (&[("name", &taken)], "この名称の組織がすでにあります"),
        (&[("parent", "")], "上位の組織を選んでください"),
        (&[("parent", &nursery)], "上位の組織を選んでください"),
        (&[("parent", &others)], "上位の組織を選んでください"),
        (&[("parent", &centre)], "の下には置けません"),
        (&[("kind", "guidance_centre"), ("parent", &centre)], "の下には置けません"),
        (&[("school_code", &wrong)], "検査数字が合いません"),
        (&[("school_code", "B1")], "入力は2文字です"),
        (&[("school_code", &junior)], "この学校コードは「小学校」のものではありません"),
        (&[("kind", "nursery"), ("school_code", &fits)], "この学校コードは「保育所」のものではありません"),
        (&[("calendar_template", "none")], "休業日のひな形を選んでください"),
        (&[("opened_on", "いつか")], "開設日を日付として読めません"),
        (&[("opened_on", "")], "開設日を入力してください"),
    ] {
        let page = post(&app, "/organizations", &form(&app, with)).await.expect(422);
        assert!(page.all("x-error-focus").concat().contains(words), "{with:?}: {:?}", page.all("x-error-focus"));
        assert_eq!(page.attributes("#phone", "value"), ["00-0000-1234"], "what was typed is kept");
    }
    let page = post(&app, "/organizations", &form(&app, &[("phone", "平日9時から")])).await.expect(422);
    assert!(page.all("x-error-focus").concat().contains("電話番号を「03-1234-5678」のように"), "{:?}", page.all("x-error-focus"));
    assert_eq!(page.attributes("#phone", "value"), ["平日9時から"]);
    let made: i64 = app.value("SELECT count(*) FROM hub.organizations WHERE district = '北'").await;
    assert_eq!(made, 0);
    for caller in [app.head(), app.supervisor(), app.auditor()] {
        caller.get("/organizations/new").await.expect(404);
        caller.post("/organizations", &[("name", "学校")]).await.expect(404);
        caller.get(&format!("/organizations/{nursery}/edit")).await.expect(404);
    }
}

#[tokio::test]
async fn a_school_code_belongs_to_one_school_and_nothing_stands_below_itself() {
    let app = TestApp::new().await;
    let code = school_code("B1");
    post(&app, "/organizations", &form(&app, &[("school_code", &code)])).await.expect(303);
    let again = post(&app, "/organizations", &form(&app, &[("school_code", &code), ("name", "もう一つの学校")])).await.expect(422);
    assert!(again.all("x-error-focus").concat().contains("この学校コードの組織がすでにあります"));

    app.verify_everybody().await;
    let (centre, branch) = (&app.world.centre, &app.world.branch);
    let circle = form(
        &app,
        &[
            ("revision", "1"),
            ("kind", "child_family_centre"),
            ("name", &centre.name),
            ("parent", &branch.id.to_string()),
            ("calendar_template", ""),
            ("opened_on", "2020-04-01"),
        ],
    );
    let page = post(&app, &format!("/organizations/{}/edit", centre.id), &circle).await.expect(422);
    assert!(page.all("x-error-focus").concat().contains("この組織自身か"), "{:?}", page.all("x-error-focus"));
}

#[tokio::test]
async fn times_follow_the_ward_until_a_facility_sets_its_own() {
    let app = TestApp::new().await;
    let (root, nursery, centre) = (app.world.root.id, app.world.nursery.id, app.world.centre.id);
    let admin = app.admin();
    let page = admin.get(&format!("/organizations/{nursery}/times")).await.expect(200);
    assert!(page.text().contains("自治体の標準は12:00です"));
    assert_eq!(
        admin.get(&format!("/organizations/{centre}/times")).await.expect(303).location(),
        format!("/organizations/{root}/times")
    );

    let own = [("revision", "1"), ("facility_cutoff", "１１：３０")];
    admin.post(&format!("/organizations/{nursery}/times"), &own).await.expect(303);
    let ward = [("revision", "1"), ("facility_cutoff", "12:30"), ("worker_notice", "16時")];
    admin.post(&format!("/organizations/{root}/times"), &ward).await.expect(303);
    let of = |id| format!("SELECT facility_cutoff::text || ' ' || worker_notice::text FROM hub.organizations WHERE id = '{id}'");
    assert_eq!(app.value::<String>(&of(nursery)).await, "11:30:00 16:00:00", "its own stays, the rest follows the ward");
    assert_eq!(app.value::<String>(&of(app.world.elementary.id)).await, "12:30:00 16:00:00");

    // What holds is what the sheet says, and a new facility begins with it.
    assert!(app.reporter().get("/sheet").await.expect(200).text().contains("11:30"));
    let made = post(&app, "/organizations", &form(&app, &[])).await.expect(303);
    let new = made.location().split(['/', '?']).nth(2).unwrap().to_owned();
    assert_eq!(app.value::<String>(&of(new.parse().unwrap())).await, "12:30:00 16:00:00");
    admin.post(&format!("/organizations/{root}/times"), &[("revision", "2")]).await.expect(303);
    let cleared: bool = app.value(&format!("SELECT facility_cutoff IS NULL FROM hub.organizations WHERE id = '{new}'")).await;
    assert!(cleared, "the program's own again");

    for (fields, words) in [
        (&[("revision", "2"), ("facility_cutoff", "正午")][..], "時刻として読めません"),
        (&[("revision", "2"), ("facility_cutoff", "16:00")], "より後の時刻にしてください"),
        (&[("revision", "2"), ("reminder", "11:00")], "より後の時刻にしてください"),
    ] {
        let page = admin.post(&format!("/organizations/{nursery}/times"), fields).await.expect(422);
        assert!(page.all("x-error-focus").concat().contains(words), "{fields:?}: {:?}", page.all("x-error-focus"));
        assert_eq!(page.attributes(&format!("#{}", fields[1].0), "value"), [fields[1].1]);
    }
    let both = admin.post(&format!("/organizations/{nursery}/times"), &[("revision", "1"), ("reminder", "8:45")]).await.expect(409);
    assert!(both.text().contains("8:45") && both.text().contains("11:30"));
}

#[tokio::test]
async fn the_page_of_an_organization_names_its_people_and_what_stands_below() {
    let app = TestApp::new().await;
    let page = app.admin().get(&format!("/organizations/{}", app.world.centre.id)).await.expect(200);
    let names = page.all("tbody th");
    for role in [Role::Caseworker, Role::Supervisor] {
        assert!(names.contains(&app.world.centre.staff(role).name), "{names:?}");
    }
    assert!(page.text().contains(&app.world.branch.name) && page.text().contains("まだサインインしていません"));
    assert!(page.attributes("a", "href").contains(&format!("/organizations/new?parent={}", app.world.centre.id)));
    let root = app.admin().get(&format!("/organizations/{}", app.world.root.id)).await.expect(200);
    assert!(!root.attributes("a", "href").iter().any(|href| href.ends_with("/closing")), "the ward itself is never closed");
}

/// Whoever acts for what stands above sees what stands below: putting something elsewhere gives and takes rights.
#[tokio::test]
async fn putting_an_office_elsewhere_asks_for_the_person_and_writing_its_telephone_down_does_not() {
    let app = TestApp::new().await;
    let branch = &app.world.branch;
    let path = format!("/organizations/{}/edit", branch.id);
    let page = app.admin().get(&path).await.expect(200);
    let shown = |name: &str| page.attributes(&format!("#{name}"), "value").into_iter().next().unwrap_or_default();
    let chosen = |name: &str| page.attributes(&format!("#{name} option[selected]"), "value").into_iter().next().unwrap_or_default();
    let (kind, name, opened, centre) = (chosen("kind"), shown("name"), shown("opened_on"), chosen("parent"));
    let fields = |revision: &'static str, parent: String, phone: &'static str| {
        [
            ("revision", revision.to_owned()),
            ("kind", kind.clone()),
            ("name", name.clone()),
            ("parent", parent),
            ("opened_on", opened.clone()),
            ("phone", phone.to_owned()),
        ]
    };
    let send = async |fields: [(&str, String); 6]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        app.admin().post(&path, &fields).await
    };
    send(fields("1", centre, "03-0000-0000")).await.expect(303);
    let root = app.world.root.id.to_string();
    let asked = send(fields("2", root.clone(), "03-0000-0000")).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "editSecurity");
    let above: String = app.value(&format!("SELECT parent_id::text FROM hub.organizations WHERE id = '{}'", branch.id)).await;
    assert_ne!(above, root);
    app.verify_everybody().await;
    send(fields("2", root.clone(), "03-0000-0000")).await.expect(303);
    let above: String = app.value(&format!("SELECT parent_id::text FROM hub.organizations WHERE id = '{}'", branch.id)).await;
    assert_eq!(above, root);
}
