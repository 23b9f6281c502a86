//! Calendar templates and the calendars of facilities, kept by the ward's desk.

use serde_json::json;
use tsunagi::work::ward::{self, Wanted};

use crate::support::{Answer, Authenticator, TestApp, World};

fn kind(page: &Answer, day: &str) -> String {
    page.attributes(&format!("td:has(time[datetime='{day}'])"), "data-day").into_iter().next().unwrap()
}

#[tokio::test]
async fn a_template_is_made_changed_and_says_whom_it_touches() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let list = admin.get("/templates").await.expect(200);
    assert!(
        list.all("tbody tr").iter().any(|row| row.contains("市立学校") && row.contains("月・火・水・木・金") && row.ends_with('2')),
        "{:?}",
        list.all("tbody tr")
    );
    let empty = admin.post("/templates", &[("name", "")]).await.expect(422);
    assert_eq!(empty.all("x-error-focus li").len(), 2);
    admin.post("/templates", &[("name", "市立学校"), ("weekday", "1")]).await.expect(422);
    let made = admin
        .post("/templates", &[("name", "公立保育所"), ("weekday", "1"), ("weekday", "6"), ("holidays", "1")])
        .await
        .expect(303);
    let path = made.location().to_owned();
    let page = admin.get(&path).await.expect(200);
    assert!(page.text().contains("月・土 に開所、祝日も開所") && page.text().contains("従う施設は0件"));

    let vacation = [("from", "R8.12.28"), ("until", "2027-01-04"), ("kind", "closed"), ("label", "年末年始")];
    let school = "/templates/school";
    assert!(admin.get(school).await.expect(200).text().contains("従う施設は2件"));
    admin.post(&format!("{school}/periods"), &vacation).await.expect(303);
    admin.post(&format!("{school}/periods"), &vacation).await.expect(303);
    let page =
        app.signed_in(&app.world.elementary, tsunagi::gate::Role::FacilityHead).get("/calendar?month=2026-12").await.expect(200);
    assert_eq!(kind(&page, "2026-12-28"), "closed", "every facility that follows it");
    admin.post(&format!("{school}/periods/removal"), &[("from", "2026-12-28"), ("until", "2027-01-04")]).await.expect(303);
    let rows: i64 = app.value("SELECT count(*) FROM watch.template_days WHERE label = '年末年始'").await;
    assert_eq!(rows, 0);
    admin.post(school, &[("name", "市立の学校"), ("weekday", "1"), ("weekday", "2")]).await.expect(303);
    let page =
        app.signed_in(&app.world.elementary, tsunagi::gate::Role::FacilityHead).get("/calendar?month=2026-12").await.expect(200);
    assert_eq!((kind(&page, "2026-12-01"), kind(&page, "2026-12-02")), ("open".to_owned(), "closed".to_owned()));
    for (fields, words) in [
        (&[("from", ""), ("kind", "closed"), ("label", "夏")][..], "開始日を入力してください"),
        (&[("from", "R9.7.21"), ("until", "R9.7.1"), ("kind", "closed"), ("label", "夏")], "開始日と同じ日か"),
        (&[("from", "R9.7.21"), ("until", "R10.7.1"), ("kind", "closed"), ("label", "夏")], "100日まで"),
        (&[("from", "R9.7.21"), ("label", "夏")], "区分を選んでください"),
        (&[("from", "R9.7.21"), ("kind", "open")], "名称・メモを入力してください"),
    ] {
        let page = admin.post(&format!("{school}/periods"), fields).await.expect(422);
        assert!(page.all("x-error-focus").concat().contains(words), "{fields:?}: {:?}", page.all("x-error-focus"));
    }
    admin.get("/templates/nothing").await.expect(404);
    for caller in [app.head(), app.supervisor(), app.auditor()] {
        caller.get("/templates").await.expect(404);
        caller.post(school, &[("name", "x"), ("weekday", "1")]).await.expect(404);
    }
    assert_eq!(
        app.value::<i64>(&format!("SELECT count(*) FROM watch.calendar_templates WHERE ward_id = '{}'", app.other.ward)).await,
        2
    );
}

#[tokio::test]
async fn the_desk_keeps_the_calendar_of_a_facility_and_learns_no_day_of_a_report() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let base = format!("/organizations/{}/calendar", app.world.nursery.id);
    let page = admin.get(&base).await.expect(200);
    assert!(page.text().contains(&app.world.nursery.name) && page.attributes("form", "action").contains(&format!("{base}/days")));
    let reported = [("from", "2026-11-18"), ("until", "2026-11-20"), ("kind", "closed"), ("label", "工事")];
    let refused = admin.post(&format!("{base}/days"), &reported).await.expect(422);
    assert!(
        refused.text().contains("すでに出欠の報告された日があります") && !refused.all("x-error-focus").concat().contains("19日")
    );
    let entered =
        admin.post(&format!("{base}/days"), &[("from", "R8.12.3"), ("kind", "closed"), ("label", "園内研修")]).await.expect(303);
    assert_eq!(entered.location(), format!("{base}?month=2026-12"));
    assert_eq!(kind(&app.head().get("/calendar?month=2026-12").await.expect(200), "2026-12-03"), "closed");
    let own =
        app.value::<uuid::Uuid>("SELECT id FROM watch.calendar_days WHERE label = '園内研修' AND from_on = '2026-12-03'").await;
    let elsewhere = format!("/organizations/{}/calendar/days/{own}/removal", app.world.elementary.id);
    admin.post(&elsewhere, &[]).await.expect(404);
    admin.post(&format!("{base}/days/{own}/removal"), &[]).await.expect(303);
    assert_eq!(kind(&app.head().get("/calendar?month=2026-12").await.expect(200), "2026-12-03"), "open");
    admin.get(&format!("/organizations/{}/calendar", app.world.centre.id)).await.expect(404);
    app.head().get(&format!("/organizations/{}/calendar", app.world.elementary.id)).await.expect(404);
    app.reporter().post(&format!("{base}/days"), &[("from", World::HOLIDAY), ("kind", "open"), ("label", "x")]).await.expect(404);
}

/// A template of a new ward: code, name, week, what begins with it, and its periods as first and last day and label.
type Expected = (&'static str, &'static str, &'static str, &'static str, &'static [(&'static str, &'static str, &'static str)]);

const SCHOOL_YEARS: &[(&str, &str, &str)] = &[
    ("2026-04-01", "2026-04-05", "学年始休業日"),
    ("2026-07-21", "2026-08-31", "夏季休業日"),
    ("2026-12-26", "2027-01-07", "冬季休業日"),
    ("2027-03-26", "2027-03-31", "学年末休業日"),
    ("2027-04-01", "2027-04-05", "学年始休業日"),
    ("2027-07-21", "2027-08-31", "夏季休業日"),
    ("2027-12-26", "2028-01-07", "冬季休業日"),
    ("2028-03-26", "2028-03-31", "学年末休業日"),
];

const KINDERGARTEN_YEARS: &[(&str, &str, &str)] = &[
    ("2026-04-01", "2026-04-08", "学年始休業日"),
    ("2026-07-21", "2026-08-31", "夏季休業日"),
    ("2026-12-24", "2027-01-07", "冬季休業日"),
    ("2027-03-21", "2027-03-31", "学年末休業日"),
    ("2027-04-01", "2027-04-08", "学年始休業日"),
    ("2027-07-21", "2027-08-31", "夏季休業日"),
    ("2027-12-24", "2028-01-07", "冬季休業日"),
    ("2028-03-21", "2028-03-31", "学年末休業日"),
];

const TEMPLATES: [Expected; 5] = [
    ("elementary", "市立小（区立小）", "月・火・水・木・金 に開所、祝日は休み", "elementary", SCHOOL_YEARS),
    ("junior_high", "市立中（区立中）", "月・火・水・木・金 に開所、祝日は休み", "junior_high", SCHOOL_YEARS),
    ("kindergarten", "幼稚園", "月・火・水・木・金 に開所、祝日は休み", "kindergarten", KINDERGARTEN_YEARS),
    (
        "nursery",
        "保育所",
        "月・火・水・木・金・土 に開所、祝日は休み",
        "nursery",
        &[("2026-12-29", "2027-01-03", "年末年始"), ("2027-12-29", "2028-01-03", "年末年始")],
    ),
    // Chosen by hand.
    ("every_day", "年中無休", "月・火・水・木・金・土・日 に開所、祝日も開所", "", &[]),
];

#[tokio::test]
async fn a_new_ward_finds_a_template_for_each_kind_of_facility_with_its_holidays() {
    let app = TestApp::empty().await;
    let wanted =
        Wanted { code: "131999", name: "見本市", help_phone: "", help_hours: "", admins: &["見本 一葉", "見本 二葉"] };
    let made = ward::create(&app.app.db, &app.app.gate, &app.app.clock, &wanted).await.unwrap();
    let enrolling = app.stranger().with_cookie("__Host-tsunagi-enrol", made.links[0].path.strip_prefix("/enrol#").unwrap());
    let options = enrolling.post_json("/enrol/options", &json!({ "kind": "key" })).await.expect(200).json();
    let answer = Authenticator::new(1).registers(&options);
    let admin = app.with_session(&enrolling.post_json("/enrol/credential", &answer).await.expect(200).session());

    let lines = async || {
        let list = admin.get("/templates").await.expect(200);
        let columns = ["th", "td:nth-child(2)", "td:nth-child(3)"].map(|cell| list.all(&format!("tbody {cell}")));
        let [names, weeks, facilities] = columns;
        let mut lines: Vec<_> = names.into_iter().zip(weeks).zip(facilities).collect();
        lines.sort();
        lines
    };
    let expected = |follow: bool| {
        let facilities = |kind: &str| i32::from(follow && !kind.is_empty()).to_string();
        let mut lines: Vec<_> =
            TEMPLATES.iter().map(|(_, name, week, kind, _)| (((*name).to_owned(), (*week).to_owned()), facilities(kind))).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines().await, expected(false));
    for (code, name, week, _, periods) in TEMPLATES {
        let page = admin.get(&format!("/templates/{code}")).await.expect(200);
        assert_eq!(
            (page.first(".app-title h1").as_deref(), page.first(".app-title .app-lead").as_deref()),
            (Some(name), Some(week))
        );
        let [firsts, lasts] = ["from", "until"].map(|field| page.attributes(&format!("tbody input[name={field}]"), "value"));
        let (kinds, labels) = (page.all("tbody td:nth-child(2)"), page.all("tbody td:nth-child(3)"));
        let shown: Vec<_> =
            firsts.iter().zip(&lasts).zip(&labels).map(|((from, until), label)| (&**from, &**until, &**label)).collect();
        assert_eq!(shown, periods, "{name}, this school year and the next");
        assert!(kinds.len() == periods.len() && kinds.iter().all(|kind| kind == "休業日"), "{name}: {kinds:?}");
    }

    // A facility that chooses none follows the one of its kind.
    let root: String = app.value("SELECT id::text FROM hub.organizations").await;
    for (_, name, _, kind, _) in TEMPLATES.iter().filter(|(.., kind, _)| !kind.is_empty()) {
        let called = format!("見本{name}");
        let fields = [
            ("kind", *kind),
            ("name", called.as_str()),
            ("parent", root.as_str()),
            ("district", "北"),
            ("code", ""),
            ("school_code", ""),
            ("phone", "00-0000-1234"),
            ("calendar_template", ""),
            ("opened_on", "2026-11-20"),
        ];
        admin.post("/organizations", &fields).await.expect(303);
    }
    assert_eq!(lines().await, expected(true));
}
