//! Between what was checked and what is done: asked for again, changed since, two at once.

use tsunagi::gate::Role;

use super::{accept, check, checked, counts, directory, fingerprint, hub, of, people, person, year_start};

#[tokio::test]
async fn acceptance_asks_for_the_person_again() {
    let app = hub().await;
    let address = checked(&app, "people", &year_start()).await;
    let shown = fingerprint(&check(&app, &address).await);
    let before = directory(&app).await;
    app.run("DELETE FROM hub.step_ups").await;
    let page = accept(&app, &address, &shown).await.expect(403);
    assert_eq!(page.attributes("form[data-again] input[name='shown']", "value"), [shown]);
    assert_eq!(directory(&app).await, before);
}

#[tokio::test]
async fn what_was_checked_is_what_is_done() {
    let app = hub().await;
    let address = checked(&app, "people", &year_start()).await;
    let shown = fingerprint(&check(&app, &address).await);
    person(&app, "0003", "来宮 三郎", &app.world.nursery.id.to_string(), Role::Reporter).await;
    let before = directory(&app).await;
    let stale = accept(&app, &address, &shown).await.expect(409);
    assert!(stale.text().contains("変わりました"));
    assert_eq!(counts(&stale)[..2], ["0", "4"], "the page shows what would happen now");
    assert_eq!(directory(&app).await, before);
    accept(&app, &address, &fingerprint(&stale)).await.expect(303);
    // Accepting again shows the result and does nothing.
    let after = directory(&app).await;
    accept(&app, &address, &shown).await.expect(303);
    assert_eq!(directory(&app).await, after);
}

#[tokio::test]
async fn of_two_admins_at_once_one_is_told_that_it_changed() {
    let app = hub().await;
    person(&app, "0008", "管野 次子", &app.world.root.id.to_string(), Role::WardAdmin).await;
    app.verify_everybody().await;
    let before = people(&app).await;
    let mine = checked(&app, "people", &year_start()).await;
    let theirs = checked(&app, "people", &year_start()).await;
    let shown = fingerprint(&check(&app, &mine).await);
    let (first, second) = (app.admin(), of(&app, "0008"));
    let fields = [("shown", shown.as_str())];
    let (mine, theirs) = (format!("{mine}/acceptance"), format!("{theirs}/acceptance"));
    let (one, other) = tokio::join!(first.post(&mine, &fields), second.post(&theirs, &fields));
    let mut answers = [one.status.as_u16(), other.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409]);
    assert_eq!(people(&app).await, before + 1);
}
