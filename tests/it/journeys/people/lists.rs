//! The list and what it finds; somebody new; what is written down, mended.

use tsunagi::gate::Role;

use super::{id, somebody, verified};
use crate::support::{Authenticator, TestApp};

async fn names(app: &TestApp, query: &str) -> Vec<String> {
    app.admin().get(&format!("/people{query}")).await.expect(200).all("tbody th a")
}

#[tokio::test]
async fn the_list_shows_the_own_ward_and_what_it_is_filtered_for() {
    let app = TestApp::new().await;
    let all = names(&app, "").await;
    assert!(all.contains(&app.world.double.name) && all.len() == app.world.people().count() + 1, "{all:?}");
    assert!(!all.iter().any(|name| name.starts_with("隣町")), "nobody of the ward next door");

    let nursery = app.world.nursery.id;
    assert_eq!(names(&app, &format!("?organization={nursery}")).await.len(), 3, "兼務 belongs there too");
    assert_eq!(names(&app, &format!("?organization={nursery}&role=facility_head")).await.len(), 1);
    assert_eq!(names(&app, "?status=suspended").await, Vec::<String>::new());
    assert_eq!(names(&app, "?lack=never").await.len(), all.len());
    assert_eq!(names(&app, "?lack=one-passkey").await.len(), 0);
    let reporter = app.world.nursery.staff(Role::Reporter);
    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, person_id) VALUES (gen_random_uuid(), '{ward}', '2026-11-18T23:12:00Z', 'signed_in', '{who}');
         INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at)
         VALUES ('{ward}', gen_random_uuid(), '{who}', sha256('x'), '{{}}', 'x', '2026-04-01T00:00:00Z');
         UPDATE hub.people SET status = 'left' WHERE id = '{gone}';
         UPDATE hub.people SET status = 'invited' WHERE id = '{late}';
         INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at)
         VALUES ('{ward}', gen_random_uuid(), '{late}', sha256('y'), '2026-11-01T00:00:00Z', '2026-11-19T00:00:00Z')",
        ward = app.world.ward,
        who = reporter.person,
        gone = app.world.branch.people[0].person,
        late = app.world.branch.people[1].person,
    ))
    .await;
    assert_eq!(names(&app, "?lack=one-passkey").await, std::slice::from_ref(&reporter.name));
    assert_eq!(names(&app, "?lack=expired").await, [app.world.branch.people[1].name.clone()]);
    assert_eq!(names(&app, "?status=left").await, [app.world.branch.people[0].name.clone()]);
    assert!(!names(&app, "").await.contains(&app.world.branch.people[0].name), "who left is not among them unless asked for");
    let rows = app.admin().get("/people").await.expect(200).all("tbody tr");
    let row = rows.iter().find(|row| row.contains(&reporter.name)).unwrap();
    assert!(row.contains("R8.11.19 8:12") && row.contains("報告担当") && row.contains("利用中"), "{row}");
    for page in ["0", "-1", "9223372036854775808", "x"] {
        app.admin().get(&format!("/people?page={page}")).await;
    }
    for other in [app.reporter(), app.head(), app.caseworker(), app.supervisor(), app.auditor()] {
        other.get("/people").await.expect(404);
    }
}

#[tokio::test]
async fn names_are_looked_for_without_standing_in_an_address_or_the_trail() {
    let app = TestApp::new().await;
    somebody(&app, 1, "髙橋　花子", "active").await;
    app.run(&format!("UPDATE hub.people SET kana = 'タカハシ　ハナコ', staff_code = '0042A' WHERE id = '{}'", id(1))).await;
    for typed in ["高橋花子", "たかはし", "ﾊﾅｺ", "００４２ａ"] {
        let page = app.admin().post("/people/search", &[("q", typed)]).await.expect(200);
        assert_eq!(page.all("tbody th a"), ["髙橋　花子"].map(|name| name.replace('　', " ")), "{typed}");
        assert!(!page.attributes("a", "href").iter().any(|href| href.contains("q=")), "{typed}");
    }
    assert_eq!(app.admin().post("/people/search", &[("q", "だれもいない")]).await.expect(200).all("tbody tr").len(), 0);
    let to = app.admin().post("/people/search", &[("q", ""), ("status", "active"), ("role", "nonsense")]).await.expect(303);
    assert_eq!(to.location(), "/people?status=active");
    let said: i64 = app.value("SELECT count(*) FROM hub.trail WHERE detail::text LIKE '%高橋%'").await;
    assert_eq!(said, 0);
}

#[tokio::test]
async fn somebody_new_is_written_down_once_and_who_may_be_the_same_is_decided_on() {
    let app = verified().await;
    let nursery = app.world.nursery.id.to_string();
    let fields = |name: &'static str, code: &'static str| {
        vec![
            ("name", name),
            ("kana", "たかはし　はなこ"),
            ("staff_code", code),
            ("mail", "hanako@example.lg.jp"),
            ("organization", nursery.as_str()),
            ("role", "reporter"),
            ("from_on", "令和8年11月20日"),
            ("end", "year"),
        ]
    };
    app.admin().get("/people/new").await.expect(200);
    let to = app.admin().post("/people", &fields("高橋　花子", "00４2")).await.expect(303).location().to_owned();
    let rows = app.sql("SELECT p.display_name, p.kana, p.staff_code, p.mail, p.status, m.role, m.from_on, m.until_on FROM hub.people p JOIN hub.memberships m ON m.person_id = p.id WHERE p.staff_code <> ''").await;
    assert_eq!(
        rows,
        [
            serde_json::json!({ "display_name": "高橋　花子", "kana": "タカハシ　ハナコ", "staff_code": "0042", "mail": "hanako@example.lg.jp",
            "status": "invited", "role": "reporter", "from_on": "2026-11-20", "until_on": "2027-03-31" })
        ]
    );
    let page = app.admin().get(&to).await.expect(200);
    assert!(page.text().contains("招待の手紙をつくってください"));
    assert!(!page.first("title").unwrap().contains("高橋"), "no name in a title");

    // The same code is the same person, whatever is ticked; the same name has to be decided on.
    let mut taken = fields("田中　太郎", "0042");
    taken.push(("confirmed", "1"));
    let refused = app.admin().post("/people", &taken).await.expect(422);
    assert!(refused.text().contains("別の人に使われています") && refused.text().contains("高橋"));
    let asked = app.admin().post("/people", &fields("髙橋花子", "")).await.expect(422);
    assert_eq!(asked.attributes("input[name=name]", "value"), ["髙橋花子"], "what was typed is kept");
    let mut decided = fields("髙橋花子", "");
    decided.push(("confirmed", "1"));
    app.admin().post("/people", &decided).await.expect(303);

    let bad =
        app.admin().post("/people", &[("name", " "), ("mail", "x"), ("staff_code", "あ"), ("role", "reporter")]).await.expect(422);
    assert_eq!(bad.all(".app-errors li").len(), 5, "{:?}", bad.all(".app-errors li"));
    let mut unfit = fields("田中　太郎", "");
    unfit[5].1 = "supervisor";
    assert!(app.admin().post("/people", &unfit).await.expect(422).text().contains("選べない役割"));
    let mut governing = fields("田中　太郎", "");
    governing[5].1 = "ward_admin";
    app.admin().post("/people", &governing).await.expect(422);
    for other in [app.reporter(), app.head(), app.caseworker(), app.auditor()] {
        other.post("/people", &fields("田中　太郎", "")).await.expect(404);
    }
}

#[tokio::test]
async fn a_first_role_is_given_by_a_verified_person_only_and_what_was_typed_waits_for_them() {
    let app = TestApp::new().await;
    let mut key = Authenticator::new(1);
    let admin = app.enrol(app.world.root.staff(Role::WardAdmin), &mut key).await;
    let nursery = app.world.nursery.id.to_string();
    let fields = [
        ("name", "田中　太郎"),
        ("kana", "たなか　たろう"),
        ("organization", nursery.as_str()),
        ("role", "facility_head"),
        ("from_on", "2026-11-20"),
        ("end", "year"),
    ];
    let people = "SELECT count(*) FROM hub.people";
    let before: i64 = app.value(people).await;
    let form = admin.get("/people/new").await.expect(403);
    assert_eq!(form.attributes("x-passkey[data-mode=verify]", "data-action"), ["createPerson"]);
    assert_eq!(form.attributes("x-passkey[data-mode=verify]", "data-next"), ["/people/new"]);
    let waiting = admin.post("/people", &fields).await.expect(403);
    assert_eq!(waiting.attributes("x-passkey[data-mode=verify]", "data-action"), ["createPerson"]);
    assert_eq!(waiting.attributes("form[data-again]", "action"), ["/people"]);
    assert_eq!(waiting.attributes("form[data-again] input", "name"), fields.map(|(name, _)| name));
    assert_eq!(waiting.attributes("form[data-again] input", "value"), fields.map(|(_, value)| value));
    // Verified to invite is not verified to give a role.
    let admin = admin.verified("invitePeople", &key).await;
    admin.post("/people", &fields).await.expect(403);
    for other in [app.reporter(), app.head(), app.caseworker(), app.auditor()] {
        other.post("/people", &fields).await.expect(404);
    }
    assert_eq!(app.value::<i64>(people).await, before);

    let admin = admin.verified("createPerson", &key).await;
    admin.post("/people", &fields).await.expect(303);
    let held = "SELECT m.role FROM hub.memberships m JOIN hub.people p ON p.id = m.person_id WHERE p.display_name = '田中　太郎'";
    assert_eq!(app.value::<String>(held).await, "facility_head");
}

#[tokio::test]
async fn what_is_written_down_is_mended_by_one_at_a_time() {
    let app = super::verified().await;
    let person = app.world.nursery.staff(Role::Reporter).person;
    let path = format!("/people/{person}/edit");
    app.admin().get(&path).await.expect(200);
    let form =
        |version: &'static str, name: &'static str| [("version", version), ("name", name), ("staff_code", "77"), ("mail", "")];
    app.admin().post(&path, &form("1", "あたらしい　名")).await.expect(303);
    let stale = app.admin().post(&path, &form("1", "べつの　名")).await.expect(409);
    assert!(stale.text().contains("あたらしい") && stale.text().contains("べつの"), "both versions");
    app.admin().post(&path, &form("2", "")).await.expect(422);
    let other = app.world.nursery.staff(Role::FacilityHead).person;
    let taken = app.admin().post(&format!("/people/{other}/edit"), &form("1", "べつの　人")).await.expect(422);
    assert!(taken.text().contains("別の人に使われています"));
    let now: String = app.value(&format!("SELECT display_name || revision FROM hub.people WHERE id = '{person}'")).await;
    assert_eq!(now, "あたらしい　名2");
    let next_door = app.other.nursery.staff(Role::Reporter).person;
    for path in [format!("/people/{next_door}"), format!("/people/{next_door}/edit")] {
        app.admin().get(&path).await.expect(404);
    }
}

#[tokio::test]
async fn the_page_of_a_person_says_everything_and_removes_no_passkey() {
    let app = verified().await;
    let staff = app.world.double.clone();
    super::keys(&app, &staff.person.to_string(), &[true]).await;
    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, reason, person_id, address) SELECT gen_random_uuid(), '{}', '2026-11-19T00:00:00Z'::timestamptz + g * interval '1 minute',
         'refused', 'bad_passkey', '{}', '198.51.100.7' FROM generate_series(1, 25) g",
        app.world.ward, staff.person
    ))
    .await;
    let page = app.admin().get(&format!("/people/{}", staff.person)).await.expect(200);
    let text = page.text();
    for said in ["みほん保育園", "子ども家庭支援センター", "鍵0", "同期あり", "198.51.100.7", "セキュリティキー", "R8.4.1〜"]
    {
        assert!(text.contains(said), "{said}");
    }
    assert_eq!(page.all("table:last-of-type tbody tr").iter().filter(|row| row.contains("198.51.100.7")).count(), 20);
    assert!(!page.attributes("form", "action").iter().any(|action| action.contains("passkey")), "their own business");
    let me = app.world.root.staff(Role::WardAdmin).person;
    let mine = app.admin().get(&format!("/people/{me}")).await.expect(200);
    let hrefs = mine.attributes("main a", "href");
    assert!(!hrefs.iter().any(|href| href.contains("suspension") || href.contains("memberships")), "{hrefs:?}");
}
