//! 安全確認（48時間）, more than once: a child who was seen and is hurt again has a clock again, and one that runs stays as it is.

use tsunagi::{
    gate::Role,
    work::{alerts, escalation},
};

use super::{
    calls,
    calls_at_once::{alert_of, hops_of, report, step, watched},
    urgent::{key, post, teacher},
};
use crate::support::{Answer, Caller, TestApp};

/// How many checks of an alert of this rule run since then, and how many there are.
async fn checks(app: &TestApp, rule: &str, since: &str) -> (i64, i64) {
    let count = async |and: &str| {
        app.value::<i64>(&format!(
            "SELECT count(*) FROM desk.safety_checks c JOIN desk.alerts a ON a.ward_id = c.ward_id AND a.id = c.alert_id
             WHERE a.rule = '{rule}' {and}"
        ))
        .await
    };
    let running = format!("AND c.seen_at IS NULL AND c.received_at = '{since}' AND c.due_at = c.received_at + interval '48 hours'");
    (count(&running).await, count("").await)
}

async fn running(app: &TestApp) -> i64 {
    app.value("SELECT count(*) FROM desk.safety_checks WHERE seen_at IS NULL").await
}

/// Somebody saw the child, and it is written down now.
async fn seen(app: &TestApp, rule: &str, (day, time): (&str, &str)) {
    app.refresh_sessions().await;
    let sighting = [("method", "direct"), ("seen_by", "田中 京子"), ("seen_on", day), ("seen_time", time)];
    step(app, &app.caseworker(), rule, ("sightings", &sighting)).await;
}

async fn take(app: &TestApp, rule: &str) {
    app.refresh_sessions().await;
    step(app, &app.caseworker(), rule, ("taking", &[])).await;
}

/// What the clock warns of and whom it calls, at a moment.
async fn rounds(app: &TestApp, at: &str) -> (usize, usize) {
    app.at(at);
    (alerts::round(&app.app).await.unwrap(), escalation::round(&app.app).await.unwrap())
}

async fn shown(app: &TestApp, rule: &str) -> Answer {
    app.refresh_sessions().await;
    app.caseworker().get(&format!("/alerts/{}", alert_of(app, rule).await)).await.expect(200)
}

#[tokio::test]
async fn seen_and_hurt_again_the_child_has_a_new_clock_that_rings_to_its_end() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    report(&app, &pupil, "injury").await;
    escalation::round(&app.app).await.unwrap();
    for rule in ["U1", "S1"] {
        take(&app, rule).await;
    }
    assert_eq!(rounds(&app, "2026-11-21T09:00").await, (2, 2), "a day has gone by, and each is told");
    assert_eq!(hops_of(&app, "U1").await.last().map(String::as_str), Some("worker assigned check"));
    app.at("2026-11-21T10:00");
    seen(&app, "U1", ("2026-11-21", "9:40")).await;
    assert_eq!(running(&app).await, 0, "one look answers both");
    for at in ["2026-11-22T01:00", "2026-11-22T09:00", "2026-11-24T08:00"] {
        assert_eq!(rounds(&app, at).await, (0, 0), "{at}: what was met does not ring");
    }

    app.at("2026-11-24T09:00");
    report(&app, &pupil, "injury").await;
    let again = "2026-11-24T00:00:00Z";
    assert_eq!((checks(&app, "U1", again).await, checks(&app, "S1", again).await), ((1, 2), (1, 2)));
    let page = shown(&app, "U1").await;
    let check = page.first(".app-check").unwrap_or_default();
    for words in [
        "あと48時間0分",
        "期限 11月26日（木） 9:00",
        "以前の安全確認（受付 11月20日（金） 9:00）: 11月21日（土） 9:40、田中 京子（直接、本人を見た）",
    ] {
        assert!(check.contains(words), "{words}: {check}");
    }
    assert_eq!(escalation::round(&app.app).await.unwrap(), 2, "that it happened again is told");
    app.at("2026-11-24T15:00");
    report(&app, &pupil, "injury").await;
    assert_eq!(checks(&app, "U1", again).await, (1, 2), "one that runs keeps its deadline");
    assert_eq!(escalation::round(&app.app).await.unwrap(), 1);

    // The first check was told after a day as well: that must not silence this one.
    assert_eq!(rounds(&app, "2026-11-25T09:00").await, (2, 2));
    assert_eq!(hops_of(&app, "U1").await.last().map(String::as_str), Some("worker assigned check"));
    assert_eq!(rounds(&app, "2026-11-26T09:00").await, (2, 2));
    let hops = hops_of(&app, "U1").await;
    let last: Vec<_> = hops.iter().rev().take(3).rev().map(String::as_str).collect();
    assert_eq!(last, ["worker assigned check", "supervisor supervises check", "desk on_duty check"]);
    assert!(shown(&app, "U1").await.first(".app-check").is_some_and(|text| text.contains("期限を0分過ぎています")));
    assert_eq!(rounds(&app, "2026-11-26T10:00").await, (0, 0), "once");
}

#[tokio::test]
async fn two_reports_at_once_begin_one_check_and_one_sent_twice_begins_none() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    let first = key();
    post(&teacher(&app), &pupil, &first, "send", &[]).await.expect(303);
    take(&app, "U1").await;
    app.at("2026-11-20T10:00");
    seen(&app, "U1", ("2026-11-20", "9:40")).await;
    post(&teacher(&app), &pupil, &first, "send", &[]).await.expect(303);
    assert_eq!(running(&app).await, 0, "the same report once more is no word");
    app.at("2026-11-24T09:00");
    app.refresh_sessions().await;
    let (here, head) = (teacher(&app), app.signed_in(&app.world.elementary, Role::FacilityHead));
    let (one, two) = (key(), key());
    let (one, two) = tokio::join!(post(&here, &pupil, &one, "send", &[]), post(&head, &pupil, &two, "send", &[]));
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (303, 303));
    for rule in ["S1", "S2", "U1"] {
        assert_eq!(checks(&app, rule, "2026-11-24T00:00:00Z").await, (1, 2), "{rule}");
    }
}

#[tokio::test]
async fn what_came_after_the_child_was_seen_is_not_answered_by_a_sighting_written_down_later() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    report(&app, &pupil, "injury").await;
    take(&app, "U1").await;
    app.at("2026-11-20T11:00");
    report(&app, &pupil, "injury").await;
    assert_eq!(checks(&app, "U1", "2026-11-20T00:00:00Z").await, (1, 1));
    app.at("2026-11-20T12:00");
    seen(&app, "U1", ("2026-11-20", "10:00")).await;
    assert_eq!(checks(&app, "U1", "2026-11-20T02:00:00Z").await, (1, 2), "eleven o'clock, and nobody has seen the child since");
    assert_eq!(running(&app).await, 1, "of the injury itself nothing new was said");
    assert!(shown(&app, "U1").await.first(".app-check").is_some_and(|text| text.contains("あと47時間0分")));
    seen(&app, "U1", ("2026-11-20", "11:30")).await;
    assert_eq!(running(&app).await, 0);
}

#[tokio::test]
async fn two_who_write_a_look_at_the_child_down_at_once_each_at_another_alert_both_do() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    report(&app, &pupil, "injury").await;
    for rule in ["U1", "S1"] {
        take(&app, rule).await;
    }
    app.at("2026-11-20T10:00");
    report(&app, &pupil, "injury").await;
    app.at("2026-11-20T12:00").refresh_sessions().await;
    let worker = app.caseworker();
    let sighting = [("method", "direct"), ("seen_by", "田中 京子"), ("seen_on", "2026-11-20"), ("seen_time", "9:40")];
    // Whoever is first answers the checks of both, and starts another one at an alert the second has in hand.
    tokio::join!(step(&app, &worker, "U1", ("sightings", &sighting)), step(&app, &worker, "S1", ("sightings", &sighting)));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.sightings WHERE seen_by = '田中 京子'").await, 2);
    assert_eq!(checks(&app, "U1", "2026-11-20T01:00:00Z").await, (1, 2), "what came at ten nobody has answered");
    assert_eq!(running(&app).await, 1);
}

#[tokio::test]
async fn a_word_is_what_rises_or_lies_wholly_after_the_sighting() {
    let app = TestApp::new().await;
    calls::urgent(&app).await;
    let alert = app.world.alert(&app.world.centre).id;
    let word = async |revision: i64, event: &str, at: &str, began: &str| {
        app.run(&format!(
            "INSERT INTO desk.alert_steps (ward_id, alert_id, revision, event, at)
             SELECT ward_id, id, {revision}, '{event}', '{at}' FROM desk.alerts WHERE id = '{alert}';
             INSERT INTO desk.evidence (ward_id, alert_id, revision, at, finding)
             SELECT ward_id, id, {revision}, '{at}', '{{\"severity\": \"urgent\", \"began\": \"{began}\"}}' FROM desk.alerts WHERE id = '{alert}'"
        ))
        .await;
    };
    word(90, "rose", "2026-11-20T00:00:00Z", "2026-11-16").await;
    take(&app, "A1").await;
    app.at("2026-11-20T10:00");
    seen(&app, "A1", ("2026-11-20", "9:30")).await;
    for (revision, event, began, runs) in [
        (91, "continued", "2026-11-16", 0),
        (92, "condition_restored", "2026-11-16", 0),
        (93, "continued", "2026-11-20", 0),
        (94, "continued", "2026-11-21", 1),
        (95, "rose", "2026-11-16", 1),
    ] {
        word(revision, event, "2026-11-25T00:00:00Z", began).await;
        assert_eq!(running(&app).await, runs, "{event} of days since {began}");
        app.run("DELETE FROM desk.safety_checks WHERE seen_at IS NULL").await;
    }
}

#[tokio::test]
async fn after_the_child_was_seen_a_notification_that_came_since_begins_another_check() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    report(&app, &pupil, "injury").await;
    take(&app, "U1").await;
    let came = [("received_on", "2026-11-20"), ("received_time", "9:30")];
    notice(&app, &app.caseworker(), &came).await.expect(422);
    app.at("2026-11-20T11:00");
    seen(&app, "U1", ("2026-11-20", "9:40")).await;
    let refused = notice(&app, &app.caseworker(), &came).await.expect(422);
    assert!(refused.first(".app-errors").is_some_and(|text| text.contains("本人を確かめた記録があります")));
    assert_eq!(refused.attributes("#received_time", "value"), ["9:30"], "what was typed is there");
    notice(&app, &app.caseworker(), &[("received_on", "2026-11-20"), ("received_time", "10:30")]).await.expect(303);
    assert_eq!(checks(&app, "U1", "2026-11-20T01:30:00Z").await, (1, 2));
    let offered = shown(&app, "U1").await;
    assert!(!offered.attributes("form", "action").iter().any(|action| action.ends_with("/notice")), "one runs");
}

/// 通告として扱う
async fn notice(app: &TestApp, caller: &Caller<'_>, fields: &[(&str, &str)]) -> Answer {
    let revision: i64 = app.value("SELECT revision FROM desk.alerts WHERE rule = 'U1'").await;
    let revision = revision.to_string();
    let fields: Vec<_> = [("version", revision.as_str())].into_iter().chain(fields.iter().copied()).collect();
    caller.post(&format!("/alerts/{}/notice", alert_of(app, "U1").await), &fields).await
}
