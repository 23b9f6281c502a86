//! Monthly slips: made from the daily reports or by hand, sent by the head, read by the offices that asked.

use serde_json::json;
use tsunagi::{
    gate::Role,
    post::Post,
    work::{clock, mail::Sender, slips},
};

use crate::support::{MailServer, Manners, Place, TestApp, Watched};

const PAGE: &str = "/slips/2026-10";

/// November, and everybody just verified.
async fn hub() -> TestApp {
    let app = TestApp::new().await;
    come_back(&app, "2026-11-05T10:00").await;
    app
}

pub(super) async fn come_back(app: &TestApp, at: &str) {
    app.at(at);
    app.refresh_sessions().await;
}

/// What the facility said of a day in October.
async fn report(app: &TestApp, watch: &Watched, day: u8, mark: &str) {
    app.run(&format!(
        "INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
         SELECT ward_id, child_id, '2026-10-{day:02}', id, facility_id, 1, '{mark}', '{mark}' = 'P', '{mark}' = 'P'
              , '{{\"status\": \"{mark}\", \"contact\": \"before\", \"reason\": \"illness\"}}'
         FROM watch.watches WHERE id = '{}'",
        watch.id
    ))
    .await;
}

fn entry(watch: &Watched) -> String {
    format!("{PAGE}/entries/{}", watch.id)
}

/// The children the nursery is asked about.
pub(super) fn children(app: &TestApp) -> Vec<Watched> {
    app.world.watches.iter().filter(|watch| watch.live && watch.facility == app.world.nursery.id).cloned().collect()
}

/// The revision the page was made of.
async fn revision(app: &TestApp) -> String {
    app.value::<i64>("SELECT revision FROM watch.slips ORDER BY version DESC LIMIT 1").await.to_string()
}

/// Prepares the slip and says of every child that nothing was noticed.
pub(super) async fn prepare(app: &TestApp) {
    app.reporter().post(PAGE, &[]).await.expect(303);
    for child in children(app) {
        let revision = revision(app).await;
        let said = [("revision", revision.as_str()), ("noticed_is", "none")];
        app.reporter().post(&entry(&child), &said).await.expect(303);
    }
}

pub(super) async fn approve(app: &TestApp) {
    app.verify_everybody().await;
    let revision = revision(app).await;
    let sent = app.head().post(&format!("{PAGE}/approval"), &[("revision", revision.as_str())]).await.expect(303);
    assert_eq!(sent.location(), "/slips/2026-10?done=sent");
}

#[tokio::test]
async fn a_slip_is_made_from_the_daily_reports_and_sent_by_the_head() {
    let app = hub().await;
    let child = app.world.watch(&app.world.centre, &app.world.nursery).clone();
    for (day, mark) in [(1, "P"), (2, "P"), (5, "A"), (6, "A"), (7, "SS")] {
        report(&app, &child, day, mark).await;
    }
    assert!(app.reporter().get("/slips").await.expect(200).text().contains("未作成"));
    assert_eq!(app.reporter().post(PAGE, &[]).await.expect(303).location(), "/slips/2026-10?done=prepared");
    let page = app.reporter().get(PAGE).await.expect(200);
    let text = page.all("main").join(" ");
    assert!(text.contains("準備中") && text.contains("あと3人分") && text.contains("10月5日"), "{text}");
    let first = format!("#child-{}", child.id);
    assert_eq!(page.all(&format!("{first} dl.app-stats dd")), ["31", "2", "2", "0", "0", "1", "0", "26"]);
    assert!(page.first(&first).is_some_and(|text| text.contains("2日（10月5日（月）から10月6日（火）まで）")));

    // The head may not send what is not finished, and the offices see no draft.
    app.verify_everybody().await;
    let refused = app.head().post(&format!("{PAGE}/approval"), &[("revision", "1")]).await.expect(422);
    assert!(refused.text().contains("まだ書かれていません"));
    let submitted = format!("/submitted-slips/2026-10/{}", app.world.nursery.id);
    assert!(!app.caseworker().get(&submitted).await.expect(200).text().contains(&child.name));

    for one in children(&app) {
        let revision = revision(&app).await;
        let said =
            [("revision", revision.as_str()), ("noticed_is", "some"), ("noticed", "meals"), ("note", "朝食がまだの日が多い")];
        app.reporter().post(&entry(&one), &said).await.expect(303);
    }
    app.reporter().get(&format!("{PAGE}/approval")).await.expect(404);
    approve(&app).await;
    assert!(app.head().get(PAGE).await.expect(200).text().contains("提出済"));

    // Each office has its own child and no other.
    for (place, own) in
        [(&app.world.centre, &child), (&app.world.guidance, app.world.watch(&app.world.guidance, &app.world.nursery))]
    {
        let caller = app.signed_in(place, Role::Caseworker);
        let rows = caller.get("/submitted-slips?month=2026-10").await.expect(200).all("tbody tr");
        assert!(rows.iter().any(|row| row.contains(&app.world.nursery.name) && row.contains("提出済")), "{rows:?}");
        let text = caller.get(&submitted).await.expect(200).text();
        assert!(text.contains(&own.name) && text.contains("朝食がまだの日が多い"));
        let stranger =
            if place.id == app.world.centre.id { app.world.watch(&app.world.guidance, &app.world.nursery) } else { &child };
        assert!(!text.contains(&stranger.name));
    }
    let names: Vec<String> =
        app.sql("SELECT detail::text AS d FROM hub.trail").await.iter().map(|row| row["d"].to_string()).collect();
    assert!(names.iter().all(|detail| !detail.contains(&child.name) && !detail.contains("朝食")));
}

#[tokio::test]
async fn the_slip_is_saved_as_pdf_by_the_facility_and_by_the_office() {
    let app = hub().await;
    assert_eq!(app.reporter().get(&format!("{PAGE}/paper")).await.expect(303).location(), PAGE);
    prepare(&app).await;
    let draft = app.reporter().get(&format!("{PAGE}/paper")).await.expect(200);
    assert!(draft.body.starts_with(b"%PDF-"));
    let paper = format!("/submitted-slips/2026-10/{}/paper", app.world.nursery.id);
    app.caseworker().get(&paper).await.expect(303);
    approve(&app).await;
    let answer = app.caseworker().get(&paper).await.expect(200);
    assert_eq!(answer.headers["content-type"], "application/pdf");
    let file = answer.headers["content-disposition"].to_str().unwrap();
    assert!(file.contains("2026-10.pdf") && !file.contains("%E7%94%B2"), "{file}");
}

#[tokio::test]
async fn the_word_of_the_head_needs_the_passkey() {
    let app = hub().await;
    prepare(&app).await;
    let revision = revision(&app).await;
    let asked = app.head().post(&format!("{PAGE}/approval"), &[("revision", revision.as_str())]).await.expect(403);
    assert!(asked.text().contains("approveSlip"), "the page asks for the passkey for this very action");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.slips WHERE approved_at IS NOT NULL").await, 0);
}

#[tokio::test]
async fn what_was_sent_stays_and_a_correction_is_another_version() {
    let app = hub().await;
    prepare(&app).await;
    approve(&app).await;
    let child = children(&app).remove(0);
    let kept = "SELECT md5(string_agg(entry::text, ',' ORDER BY watch_id)) FROM watch.slip_entries WHERE version = 1";
    let before: String = app.value(kept).await;
    let late = [("revision", "9"), ("noticed_is", "some"), ("noticed", "body"), ("note", "あとから")];
    assert_eq!(app.reporter().post(&entry(&child), &late).await.expect(303).location(), PAGE);
    // Sent twice is sent once.
    assert_eq!(app.head().post(&format!("{PAGE}/approval"), &[("revision", "1")]).await.expect(303).location(), PAGE);
    assert!(app.reporter().post(PAGE, &[]).await.expect(422).first("[role=alert], .app-errors").is_some());
    app.reporter().post(PAGE, &[("reason", "欠席の日を直したため")]).await.expect(303);
    let page = app.reporter().get(PAGE).await.expect(200).text();
    assert!(page.contains("第2版（欠席の日を直したため）") && page.contains("準備中"));
    assert_eq!(app.value::<String>(kept).await, before);
    // Until the second one is sent, the office has the first.
    let submitted = format!("/submitted-slips/2026-10/{}", app.world.nursery.id);
    assert!(!app.caseworker().get(&submitted).await.expect(200).text().contains("第2版"));
    approve(&app).await;
    assert!(app.caseworker().get(&submitted).await.expect(200).text().contains("第2版"));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.slips WHERE approved_at IS NOT NULL").await, 2);
}

#[tokio::test]
async fn what_the_head_has_not_seen_is_not_sent() {
    let app = hub().await;
    prepare(&app).await;
    app.verify_everybody().await;
    let seen = revision(&app).await;
    let child = children(&app).remove(0);
    // A report is corrected while the head reads.
    report(&app, &child, 8, "A").await;
    let again = app.head().post(&format!("{PAGE}/approval"), &[("revision", seen.as_str())]).await.expect(409);
    assert!(again.text().contains("10月8日"), "the page shows what it is now");
    // Somebody writes on the draft meanwhile.
    let stale = revision(&app).await;
    let said = [("revision", stale.as_str()), ("noticed_is", "some"), ("noticed", "body"), ("note", "あざ")];
    app.reporter().post(&entry(&child), &said).await.expect(303);
    app.head().post(&format!("{PAGE}/approval"), &[("revision", stale.as_str())]).await.expect(409);
    let old = app.reporter().post(&entry(&child), &said).await.expect(409);
    assert!(old.text().contains("あざ"), "what was typed is kept");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.slips WHERE approved_at IS NOT NULL").await, 0);
}

#[tokio::test]
async fn other_facilities_and_other_months_are_not_there() {
    let app = hub().await;
    prepare(&app).await;
    let child = children(&app).remove(0);
    let school = app.signed_in(&app.world.elementary, Role::Reporter);
    school.get(&entry(&child)).await.expect(404);
    school.post(&entry(&child), &[("revision", "1"), ("noticed_is", "none")]).await.expect(404);
    for month in ["2026-11", "2025-10", "2026-13", "october"] {
        app.reporter().get(&format!("/slips/{month}")).await.expect(404);
    }
    // An office that asked nobody there.
    app.run(&format!("UPDATE watch.watches SET from_on = '2026-11-01' WHERE facility_id = '{}'", app.world.junior_high.id)).await;
    app.caseworker().get(&format!("/submitted-slips/2026-10/{}", app.world.junior_high.id)).await.expect(404);
    app.admin().get("/submitted-slips").await.expect(404);
    app.admin().get(PAGE).await.expect(404);
}

#[tokio::test]
async fn a_facility_that_reports_monthly_writes_the_month_by_hand() {
    let app = hub().await;
    let facility = app.world.nursery.id;
    let settings = format!("/organizations/{facility}/reporting");
    assert!(app.admin().get(&settings).await.expect(200).text().contains("月ごと"));
    app.admin().post(&settings, &[("revision", "1")]).await.expect(422);
    app.admin().post(&settings, &[("revision", "1"), ("reporting", "monthly")]).await.expect(303);
    app.admin().post(&settings, &[("revision", "1"), ("reporting", "daily")]).await.expect(409);
    app.reporter().post(PAGE, &[]).await.expect(303);
    let child = children(&app).remove(0);
    let form = app.reporter().get(&entry(&child)).await.expect(200);
    assert!(form.text().contains("休んだ日") && form.all("fieldset fieldset").len() >= 3);

    let revision = revision(&app).await;
    let wrong = [
        ("revision", revision.as_str()),
        ("day.0", "31"),
        ("status.0", "A"),
        ("note.0", "熱"),
        ("day.1", "32"),
        ("status.1", "SB"),
        ("late", "x"),
        ("left_early", "0"),
        ("noticed_is", "none"),
    ];
    let refused = app.reporter().post(&entry(&child), &wrong).await.expect(422);
    let text = refused.text();
    assert!(
        text.contains("2行目の日を")
            && text.contains("日数を数字で")
            && text.contains("印を付けて")
            && text.contains("value=\"熱\"")
    );
    let right = [
        ("revision", revision.as_str()),
        ("day.0", "5"),
        ("status.0", "A"),
        ("contact.0", "none"),
        ("reason.0", "unknown"),
        // The lines between were left empty.
        ("day.3", "令和8年10月6日"),
        ("status.3", "SB"),
        ("late", "2"),
        ("left_early", "0"),
        ("rest", "yes"),
        ("noticed_is", "none"),
    ];
    app.reporter().post(&entry(&child), &right).await.expect(303);
    let page = app.reporter().get(PAGE).await.expect(200);
    let counts = page.all(&format!("#child-{} dl.app-stats dd", child.id));
    assert_eq!(counts, ["31", "29", "1", "2", "0", "1", "0", "0"]);
    // Counting again keeps what was written by hand.
    app.reporter().post(PAGE, &[]).await.expect(303);
    let page = app.reporter().get(PAGE).await.expect(200);
    assert_eq!(page.all(&format!("#child-{} dl.app-stats dd", child.id)), counts);
}

#[tokio::test]
async fn a_facility_that_owes_a_slip_is_asked_for_it_once() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let settings = server.settings("localhost", true);
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let app = TestApp::with_settings(&settings).await;
    let nursery = &app.world.nursery;
    app.run(&format!("UPDATE hub.organizations SET reporting = 'daily_and_monthly' WHERE id = '{}'", nursery.id)).await;
    app.run("UPDATE hub.people SET mail = id || '@example.jp'").await;
    let round = async |at: &str| {
        come_back(&app, at).await;
        slips::round(&app.app).await.unwrap()
    };
    // 2026-11-03 is a holiday: the third business day is Thursday.
    assert_eq!(round("2026-11-04T10:00").await, 0);
    assert!(!app.reporter().get("/sheet").await.expect(200).text().contains("連絡票がまだ"));
    assert_eq!(round("2026-11-05T08:59").await, 0, "not in the night");
    assert_eq!(round("2026-11-05T09:00").await, 1, "nobody else owes one");
    assert_eq!(round("2026-11-05T09:01").await, 0);
    let kinds = app.sql("SELECT kind, count(*) AS n FROM hub.mails GROUP BY kind").await;
    assert_eq!(kinds, [json!({ "kind": "slip_reminder", "n": 3 })], "two who report and the head");
    assert!(app.reporter().get("/sheet").await.expect(200).text().contains("連絡票がまだ"));
    let mut sender = Sender::new(Post::open(&app.app.config).unwrap());
    sender.round(&app.app).await.unwrap();
    assert!(server.received().iter().all(|mail| !mail.text.contains(&nursery.name)));
    prepare(&app).await;
    approve(&app).await;
    assert!(!app.reporter().get("/sheet").await.expect(200).text().contains("連絡票がまだ"));
    assert_eq!(round("2026-11-06T09:00").await, 0);
}

#[tokio::test]
async fn a_slip_that_does_not_come_is_an_alert_to_the_worker_until_it_comes() {
    let app = hub().await;
    app.run(&format!("UPDATE hub.organizations SET reporting = 'daily_and_monthly' WHERE id = '{}'", app.world.nursery.id)).await;
    let night = async |day: &str| {
        come_back(&app, &format!("{day}T18:00")).await;
        clock::round(&app.app).await.unwrap();
        app.sql("SELECT condition, severity, count(*) AS n FROM desk.alerts WHERE rule = 'I3' GROUP BY condition, severity").await
    };
    // 2026-11-03 is a holiday: the seventh business day is Wednesday the 11th.
    assert_eq!(night("2026-11-10").await, Vec::<serde_json::Value>::new());
    let children = children(&app).len();
    let overdue = [json!({ "condition": "met", "severity": "caution", "n": children })];
    assert_eq!(night("2026-11-11").await, overdue, "each office of its child, and no other facility");
    let steps = "SELECT count(*) FROM desk.alert_steps s JOIN desk.alerts a ON a.ward_id = s.ward_id AND a.id = s.alert_id WHERE a.rule = 'I3'";
    let before: i64 = app.value(steps).await;
    assert_eq!(night("2026-11-12").await, overdue);
    assert_eq!(app.value::<i64>(steps).await, before, "one more night is no news");
    prepare(&app).await;
    approve(&app).await;
    assert_eq!(night("2026-11-13").await, [json!({ "condition": "not_met", "severity": "caution", "n": children })]);
}

#[tokio::test]
async fn an_owed_slip_is_not_forgotten_when_the_month_turns() {
    let app = hub().await;
    let nursery = app.world.nursery.id;
    let set =
        format!("UPDATE hub.organizations SET reporting = 'daily_and_monthly', slips_from = '2026-10-01' WHERE id = '{nursery}'");
    app.run(&set).await;
    let night = async |day: &str| {
        come_back(&app, &format!("{day}T18:00")).await;
        clock::round(&app.app).await.unwrap();
        app.sql("SELECT DISTINCT condition FROM desk.alerts WHERE rule = 'I3'").await
    };
    assert_eq!(night("2026-11-11").await, [json!({ "condition": "met" })]);
    assert_eq!(night("2026-12-01").await, [json!({ "condition": "met" })], "October is owed still");
    come_back(&app, "2026-12-07T10:00").await;
    let owed = app.reporter().get("/sheet").await.expect(200);
    assert_eq!(owed.attributes(".app-notice a[href^='/slips/']", "href"), ["/slips/2026-10", "/slips/2026-11"]);
    prepare(&app).await;
    approve(&app).await;
    assert_eq!(night("2026-12-07").await, [json!({ "condition": "not_met" })], "November is not missing yet");
    let alert: uuid::Uuid =
        app.value(&format!("SELECT id FROM desk.alerts WHERE rule = 'I3' AND office_id = '{}'", app.world.centre.id)).await;
    let page = app.caseworker().get(&format!("/alerts/{alert}")).await.expect(200).text();
    assert!(page.contains("条件が解消しました") && !page.contains("訂正により"), "the slip came: {page}");
    assert_eq!(night("2026-12-09").await, [json!({ "condition": "met" })], "now it is");
}

/// Another version of the rule about late slips.
async fn rule(app: &TestApp, version: i32, (threshold, strict, enabled): (i32, i32, bool)) {
    app.run(&format!(
        "INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, enabled, visit_breaks, from_at)
         VALUES ('{}', 'I3', {version}, {threshold}, {strict}, 0, 0, 'caution', {enabled}, false, '2026-11-09T00:00:00Z')",
        app.world.ward
    ))
    .await;
}

#[tokio::test]
async fn the_office_counts_a_slip_as_missing_when_the_rule_in_force_does() {
    let app = hub().await;
    let child = app.world.watch(&app.world.centre, &app.world.nursery).id;
    app.run(&format!("UPDATE hub.organizations SET reporting = 'monthly' WHERE id = '{}'", app.world.nursery.id)).await;
    app.run(&format!("UPDATE desk.requests SET strictness = 'strict' WHERE watch_id = '{child}'")).await;
    let state = async |place: &Place| {
        let rows = app.signed_in(place, Role::Caseworker).get("/submitted-slips?month=2026-10").await.expect(200).all("tbody tr");
        rows.into_iter().find(|row| row.contains(&app.world.nursery.name)).expect("the nursery owes a slip")
    };
    let (centre, guidance) = (&app.world.centre, &app.world.guidance);
    // 2026-11-03 is a holiday: Monday the 9th is the fifth business day.
    come_back(&app, "2026-11-09T10:00").await;
    assert!(state(centre).await.contains("遅れ（未提出）"), "seven days have not passed");
    rule(&app, 2, (7, 5, true)).await;
    assert!(state(centre).await.contains("遅れ（5営業日を過ぎて未提出）"), "one of its children is watched strictly");
    assert!(state(guidance).await.contains("遅れ（未提出）"), "none of this office's is");
    rule(&app, 3, (4, 4, true)).await;
    assert!(state(guidance).await.contains("遅れ（4営業日を過ぎて未提出）"), "the newest version holds");
    rule(&app, 4, (4, 4, false)).await;
    come_back(&app, "2026-11-27T10:00").await;
    assert!(state(centre).await.contains("遅れ（未提出）"), "a rule that is off calls nothing missing");
}
