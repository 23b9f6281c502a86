//! What no file gives or takes: a role that governs, the last admin, one's own.

use tsunagi::gate::Role;

use super::{HEAD, accept, check, checked, counts, directory, fingerprint, hub, person};
use crate::journeys::people::board;

#[tokio::test]
async fn a_role_that_governs_waits_for_a_second_admin() {
    let app = hub().await;
    let rows = format!("{HEAD}管野 四郎,0004,架空区役所,自治体の管理者,2026-12-01,,,\r\n");
    let address = checked(&app, "people", &rows).await;
    let page = check(&app, &address).await;
    assert!(page.text().contains("もう一人の管理者の承認が要ります"));
    accept(&app, &address, &fingerprint(&page)).await.expect(303);
    let open: i64 = app
        .value("SELECT count(*) FROM hub.proposals WHERE role = 'ward_admin' AND state = 'open' AND from_on = '2026-12-01'")
        .await;
    let held: i64 = app
        .value("SELECT count(*) FROM hub.memberships m JOIN hub.people p ON p.id = m.person_id WHERE p.staff_code = '0004'")
        .await;
    assert_eq!((open, held), (1, 0));
}

#[tokio::test]
async fn the_last_admin_does_not_go_by_a_file() {
    let app = hub().await;
    // Whoever reads the file goes at the end of March; the file would let the other one go on the same day.
    person(&app, "0009", "管野 五郎", &app.world.root.id.to_string(), Role::WardAdmin).await;
    app.run(
        "INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at)
         SELECT m.ward_id, gen_random_uuid(), m.person_id, uuid_send(m.id), '{}', '鍵', '2026-04-01T00:00:00Z'
         FROM hub.memberships m WHERE m.role = 'ward_admin'",
    )
    .await;
    let own = app.world.root.staff(Role::WardAdmin).membership;
    app.run(&format!("UPDATE hub.memberships SET until_on = '2027-03-31' WHERE id = '{own}'")).await;
    let before = directory(&app).await;
    let address = checked(&app, "people", &format!("{HEAD}管野 五郎,0009,架空区役所,,,,退職,2027-03-31\r\n")).await;
    let page = check(&app, &address).await;
    assert!(page.text().contains("令和9年4月1日") && page.text().contains("一人もいなくなります"));
    assert!(page.attributes("form", "action").iter().all(|action| !action.ends_with("/acceptance")));
    let answer = accept(&app, &address, "").await;
    assert_eq!(answer.status, 409);
    assert_eq!(directory(&app).await, before);
}

/// What no page lets an admin do for themselves, no file does either: not even a role that one person gives.
#[tokio::test]
async fn nobody_gives_themselves_a_role_by_a_file() {
    let app = hub().await;
    let admin = app.world.root.staff(Role::WardAdmin).clone();
    app.run(&format!("UPDATE hub.people SET staff_code = '0999' WHERE id = '{}'", admin.person)).await;
    let held =
        async || app.value::<i64>(&format!("SELECT count(*) FROM hub.memberships WHERE person_id = '{}'", admin.person)).await;
    let before = held().await;
    let file = format!(
        "{HEAD}{},0999,{},ケースワーカー,2026-11-20,,,\r\n来宮 三郎,0003,架空区立みほん保育園,報告担当,2027-04-01,2028-03-31,,\r\n",
        admin.name, app.world.centre.name
    );
    let address = checked(&app, "people", &file).await;
    let page = check(&app, &address).await;
    assert_eq!(counts(&page)[..4], ["1", "0", "0", "1"], "{}", page.text());
    assert!(page.text().contains("自分では変えられません"));
    accept(&app, &address, &fingerprint(&page)).await.expect(303);
    assert_eq!(held().await, before);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.people WHERE staff_code = '0003'").await, 1, "the others come in");
    // Nor to go: a ward is not left by accident.
    let gone = format!("{HEAD}{},0999,{},,,,退職,2027-03-31\r\n", admin.name, app.world.root.name);
    assert_eq!(counts(&check(&app, &checked(&app, "people", &gone).await).await)[..4], ["0", "0", "0", "1"]);
}

/// A board stands above its schools; whoever governs does so from the ward's own office.
#[tokio::test]
async fn no_file_gives_a_role_over_the_ward_at_a_board_of_education() {
    let app = hub().await;
    board(&app).await;
    let rows = ["区の管理者", "監査担当", "運用担当"].map(|role| format!("管野 {role},,架空区教育委員会,{role},2026-12-01,,,\r\n"));
    let address = checked(&app, "people", &format!("{HEAD}{}", rows.concat())).await;
    let page = check(&app, &address).await;
    assert_eq!(counts(&page)[..4], ["0", "0", "0", "3"], "{}", page.text());
    assert!(page.text().contains("本庁でだけ持てます"));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.proposals").await, 0);
    // Nor does the ward's own office become a board, so that its admins would stand in one.
    let kind = format!("名称,種別,地区,上位機関,開設日,閉鎖日\r\n{},教育委員会,,,,\r\n", app.world.root.name);
    let page = check(&app, &checked(&app, "organizations", &kind).await).await;
    assert!(page.text().contains("別の種類の機関に変えることはできません"), "{}", page.text());
}
