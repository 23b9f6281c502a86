//! Who has which rights, and which accounts are in use: looked at on a page, and taken away by month (和光市 11条4項).

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use tsunagi::gate::Role;

use crate::support::{Answer, TestApp};

/// Two passkeys for everybody of the ward but those named, registered in June; `signed_in` came in this week.
async fn equip(app: &TestApp, without: &[String]) {
    let without = without.iter().map(|id| format!("'{id}'")).chain(["NULL".to_owned()]).collect::<Vec<_>>().join(",");
    app.run(&format!(
        "INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at)
         SELECT p.ward_id, gen_random_uuid(), p.id, decode(md5(p.id::text || n), 'hex'), '{{}}', '鍵', '2026-06-01T00:00:00Z'
         FROM hub.people p CROSS JOIN generate_series(1, 2) n WHERE p.ward_id = '{ward}' AND NOT coalesce(p.id::text IN ({without}), false);
         INSERT INTO hub.sign_ins (id, ward_id, at, outcome, person_id)
         SELECT gen_random_uuid(), p.ward_id, '2026-11-18T00:00:00Z', 'signed_in', p.id FROM hub.people p WHERE p.ward_id = '{ward}';
         UPDATE hub.people SET created_at = '2026-04-01T00:00:00Z'",
        ward = app.world.ward
    ))
    .await;
}

async fn export(app: &TestApp, month: &str) -> Answer {
    app.verify_everybody().await;
    app.admin().post("/rights/export", &[("month", month)]).await
}

fn sheet(answer: &Answer, name: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["誰がどの権限を持つか", "利用中のアカウント"]);
    book.worksheet_range(name).unwrap().rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[tokio::test]
async fn the_desk_sees_who_needs_a_hand() {
    let app = TestApp::new().await;
    let (bare, single) = (app.world.nursery.staff(Role::Reporter), app.world.elementary.staff(Role::Reporter));
    equip(&app, &[bare.person.to_string()]).await;
    let (resting, ending) = (app.world.centre.staff(Role::Caseworker), app.world.centre.staff(Role::Supervisor));
    app.run(&format!(
        "UPDATE hub.passkeys SET removed_at = '2026-11-01T00:00:00Z' WHERE id IN (SELECT id FROM hub.passkeys WHERE person_id = '{}' LIMIT 1);
         UPDATE hub.sign_ins SET at = '2026-08-01T00:00:00Z' WHERE person_id = '{}';
         UPDATE hub.memberships SET until_on = '2026-12-31' WHERE person_id = '{}'",
        single.person, resting.person, ending.person
    ))
    .await;
    let page = app.admin().get("/rights").await.expect(200);
    assert!(page.text().contains("令和8年11月"));
    let everybody = app.world.people().count() + 1;
    assert!(page.text().contains(&format!("利用中のアカウント: {}人", everybody - 1)), "all but who has no passkey");
    let counts = page.all("main ul li");
    assert_eq!(
        counts,
        [
            "パスキーをまだ登録していない 1人",
            "パスキーが1つだけ 1人",
            "30日以上サインインしていない 1人",
            "90日以上サインインしていない 1人",
            "所属が60日以内に終わる 1人"
        ]
    );
    for (list, staff) in
        [("no_passkey", bare), ("one_passkey", single), ("resting_30", resting), ("resting_90", resting), ("ending", ending)]
    {
        let rows = app.admin().get(&format!("/rights?list={list}")).await.expect(200).all("tbody tr");
        assert!(rows.len() == 1 && rows[0].contains(&staff.name), "{list}: {rows:?}");
    }
    assert!(app.admin().get("/rights?list=ending").await.expect(200).text().contains("令和8年12月31日"));
    assert!(page.all("nav a[aria-current=page]").contains(&"権限と利用状況".to_owned()));
    for caller in [app.auditor(), app.head(), app.caseworker(), app.supervisor()] {
        caller.get("/rights").await.expect(404);
    }
    assert!(!page.text().contains(&app.other.name));
}

#[tokio::test]
async fn a_month_is_answered_from_its_own_dates() {
    let app = TestApp::new().await;
    equip(&app, &[]).await;
    let (moved, gone, stopped) = (
        app.world.elementary.staff(Role::Reporter),
        app.world.junior_high.staff(Role::Reporter),
        app.world.branch.staff(Role::Caseworker),
    );
    let ward = app.world.ward;
    app.run(&format!(
        "UPDATE hub.memberships SET until_on = '2026-10-10' WHERE person_id = '{moved}';
         INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         VALUES ('{ward}', gen_random_uuid(), '{moved}', '{nursery}', 'facility_head', '2026-11-01');
         UPDATE hub.people SET status = 'left', left_on = '2026-09-30' WHERE id = '{gone}';
         UPDATE hub.people SET status = 'suspended' WHERE id = '{stopped}';
         INSERT INTO hub.trail (ward_id, id, at, action, principal, resource_kind, resource_id, detail) VALUES
         ('{ward}', gen_random_uuid(), '2026-10-20T03:00:00Z', 'suspendPerson', 'ward_admin', 'Person', '{stopped}', '{{}}'),
         ('{ward}', gen_random_uuid(), '2026-11-02T03:00:00Z', 'suspendPerson', 'ward_admin', 'Person', '{stopped}', '{{\"step\": \"refused\"}}')",
        moved = moved.person,
        gone = gone.person,
        stopped = stopped.person,
        nursery = app.world.nursery.id
    ))
    .await;
    app.admin().post("/rights/export", &[("month", "2026-10")]).await.expect(403);
    let october = export(&app, "2026-10").await.expect(200);
    assert_eq!(october.header("content-disposition"), "attachment; filename=\"rights-2026-10.xlsx\"");
    let rights = sheet(&october, "誰がどの権限を持つか");
    let of = |table: &[Vec<String>], column: usize, name: &str| {
        table.iter().filter(|row| row[column] == name).cloned().collect::<Vec<_>>()
    };
    assert_eq!(rights[0][..4], ["組織", "種類", "役割", "氏名"]);
    let over = of(&rights, 3, &moved.name);
    assert_eq!((over.len(), &over[0][0], &over[0][10]), (1, &app.world.elementary.name, &"終了".to_owned()));
    assert!(of(&rights, 3, &gone.name).is_empty(), "left in September");
    assert_eq!(of(&rights, 3, &stopped.name)[0][10], "停止中");
    assert!(rights.iter().all(|row| !row[0].starts_with(&app.other.name)));
    let accounts = sheet(&october, "利用中のアカウント");
    assert_eq!(of(&accounts, 0, &moved.name)[0][6], "10", "days");
    assert_eq!(of(&accounts, 0, &stopped.name)[0][6], "20", "until the day of the suspension");
    assert_eq!(accounts.len() - 1, app.world.people().count() + 1 - 1, "one licence a person, none for who has left");
    let both = of(&accounts, 0, &app.world.double.name);
    assert!(both[0][3].contains("報告担当") && both[0][3].contains('、'), "兼務: {both:?}");

    let november = sheet(&export(&app, "2026-11").await.expect(200), "誰がどの権限を持つか");
    let now = of(&november, 3, &moved.name);
    assert_eq!((now.len(), &now[0][2]), (1, &"施設長".to_owned()));
    assert!(of(&november, 3, &stopped.name).is_empty());
    let deed = app.sql("SELECT detail FROM hub.trail WHERE action = 'exportRights' AND detail->>'month' = '2026-10'").await;
    assert!(deed.len() == 1 && deed[0]["detail"]["rows"].as_u64().is_some_and(|rows| rows > 10), "{deed:?}");

    for month in ["2026-12", "nonsense", ""] {
        let refused = export(&app, month).await.expect(422);
        assert!(refused.text().contains("今月までの月を選んでください"));
    }
    app.auditor().post("/rights/export", &[("month", "2026-10")]).await.expect(404);
}
