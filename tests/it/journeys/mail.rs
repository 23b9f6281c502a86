//! Mail on its way out: through a real server, over TLS or not at all, each once, however the server behaves (security E7).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::time::sleep;
use tsunagi::{
    domain::ids::{Id, Person},
    gate::Role,
    post::Post,
    work::mail::{Round, Sender},
};

use crate::support::{Authenticator, MailServer, Manners, TestApp};

const LINK: &str = "https://tsunagi.example.jp/enrol#AAAAA-BBBBB-CCCCC-DDDDD";

pub(super) async fn hub(settings: &[(&str, String)]) -> TestApp {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    TestApp::with_settings(&settings).await
}

pub(super) fn sender(app: &TestApp) -> Sender {
    Sender::new(Post::open(&app.app.config).unwrap())
}

pub(super) async fn round(app: &TestApp, sender: &mut Sender) -> (usize, usize, usize) {
    let Round { sent, put_off, dead } = sender.round(&app.app).await.unwrap();
    (sent, put_off, dead)
}

/// An invitation to this person, good for three days; an empty address is none.
pub(super) async fn queue(app: &TestApp, person: Id<Person>, address: &str) {
    let ward = app.world.ward;
    app.run(&format!(
        r#"UPDATE hub.people SET mail = '{address}' WHERE id = '{person}';
           INSERT INTO hub.mails (ward_id, id, person_id, kind, fields, queued_at, expires_at, next_at, urgency)
           VALUES ('{ward}', gen_random_uuid(), '{person}', 'invitation', '{{"link": "{LINK}", "until": "2026-11-23T00:00:00Z"}}',
                   '2026-11-20T00:00:00Z', '2026-11-23T00:00:00Z', '2026-11-20T00:00:00Z', 3)"#
    ))
    .await;
}

pub(super) fn teacher(app: &TestApp) -> Id<Person> {
    app.world.nursery.staff(Role::Reporter).person
}

pub(super) fn head(app: &TestApp) -> Id<Person> {
    app.world.nursery.staff(Role::FacilityHead).person
}

pub(super) async fn rows(app: &TestApp) -> Vec<Value> {
    app.sql("SELECT m.id, m.state, m.reason, m.tries, m.fields, p.mail FROM hub.mails m JOIN hub.people p ON p.id = m.person_id ORDER BY p.mail").await
}

#[tokio::test]
async fn a_mail_arrives_once_with_neutral_words_and_its_link_is_forgotten() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server.settings("localhost", true)).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    let mut sender = sender(&app);
    assert_eq!(round(&app, &mut sender).await, (1, 0, 0));
    assert_eq!(round(&app, &mut sender).await, (0, 0, 0));

    let [mail] = &server.received()[..] else { panic!("{:?}", server.received()) };
    assert!(mail.was_encrypted && mail.to == "teacher@example.jp");
    let (head, body) = mail.text.split_once("\r\n\r\n").unwrap();
    let row = &rows(&app).await[0];
    for line in [
        &format!("Message-ID: <{}@localhost>", row["id"].as_str().unwrap()),
        "Auto-Submitted: auto-generated",
        "Date: Fri, 20 Nov 2026 00:00:00",
    ] {
        assert!(head.contains(line), "{line}: {head}");
    }
    assert!(head.contains("tsunagi@example.jp") && head.contains("Content-Transfer-Encoding: base64"), "{head}");
    let body = String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap();
    assert!(body.contains(LINK) && body.contains("令和8年11月23日（月） 9:00"), "{body}");
    let staff = app.world.nursery.staff(Role::Reporter);
    assert!(!mail.text.contains(&staff.name) && !body.contains(&staff.name) && !body.contains(&app.world.nursery.name));
    assert_eq!((row["state"].as_str(), row["fields"].is_null()), (Some("sent"), true));
}

#[tokio::test]
async fn two_nodes_send_each_mail_once() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server.settings("localhost", true)).await;
    let everybody: Vec<_> = app.world.people().map(|(_, staff)| staff.person).collect();
    for (number, person) in everybody.iter().enumerate() {
        queue(&app, *person, &format!("person{number}@example.jp")).await;
    }
    let (mut one, mut other) = (sender(&app), sender(&app));
    let (here, there) = tokio::join!(one.round(&app.app), other.round(&app.app));
    assert_eq!(here.unwrap().sent + there.unwrap().sent, everybody.len());
    let mut to: Vec<_> = server.received().into_iter().map(|mail| mail.to).collect();
    to.sort();
    to.dedup();
    assert_eq!((to.len(), server.received().len()), (everybody.len(), everybody.len()));
}

#[tokio::test]
async fn a_node_killed_while_it_sends_loses_nothing_and_repeats_at_most_the_one_mail_under_the_same_id() {
    // Killed before the server had the mail, and between the server's having it and our writing that down.
    for (falls_silent_at, copies) in [("RCPT", 1), ("DATA", 2)] {
        let manners = Manners { falls_silent_at: Some(falls_silent_at), ..Manners::default() };
        let server = MailServer::wrapped("localhost", manners).await;
        let app = hub(&server.settings("localhost", true)).await;
        let everybody: Vec<_> = app.world.people().map(|(_, staff)| staff.person).collect();
        for (number, person) in everybody.iter().enumerate() {
            queue(&app, *person, &format!("person{number}@example.jp")).await;
        }
        let (node, mut one) = (app.app.clone(), sender(&app));
        let killed = tokio::spawn(async move { one.round(&node).await });
        while !server.fell_silent() {
            assert!(!killed.is_finished(), "the round waits for an answer");
            sleep(Duration::from_millis(5)).await;
        }
        let mut other = sender(&app);
        let (_, put_off, dead) = round(&app, &mut other).await;
        assert_eq!((put_off, dead), (0, 0));
        // The lanes beside the silent one go on; it is killed once nothing else is in its hands.
        while rows(&app).await.iter().filter(|row| row["state"] == "sent").count() < everybody.len() - 1 {
            sleep(Duration::from_millis(5)).await;
        }
        assert!(!killed.is_finished(), "one lane still waits for an answer");
        assert_eq!(round(&app, &mut other).await, (0, 0, 0), "what one node has in hand, no other takes");

        killed.abort();
        assert!(killed.await.is_err_and(|ended| ended.is_cancelled()));
        let mut again = 0;
        for _ in 0..200 {
            again += round(&app, &mut other).await.0;
            if again > 0 {
                break;
            }
            // The database has not noticed yet.
            sleep(Duration::from_millis(10)).await;
        }
        assert_eq!((again, round(&app, &mut other).await), (1, (0, 0, 0)));

        let (rows, received) = (rows(&app).await, server.received());
        assert!(rows.iter().all(|row| row["state"] == "sent"), "nothing is lost");
        let of = |row: &Value| {
            let id = format!("Message-ID: <{}@", row["id"].as_str().unwrap());
            received.iter().filter(|mail| mail.text.contains(&id)).collect::<Vec<_>>()
        };
        let mut counts: Vec<_> = rows.iter().map(|row| of(row).len()).collect();
        counts.sort_unstable();
        assert_eq!(counts.pop(), Some(copies), "{falls_silent_at}");
        assert!(counts.iter().all(|count| *count == 1), "all others arrived once: {counts:?}");
        for row in &rows {
            assert!(of(row).windows(2).all(|pair| pair[0].text == pair[1].text && pair[0].to == pair[1].to), "the same again");
        }
    }
}

#[tokio::test]
async fn a_server_that_puts_off_is_asked_again_a_minute_later() {
    let server = MailServer::starttls("localhost", Manners { greylists: true, ..Manners::default() }).await;
    let app = hub(&server.settings("localhost", false)).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    let mut sender = sender(&app);
    assert_eq!(round(&app, &mut sender).await, (0, 1, 0));
    assert_eq!(round(&app, &mut sender).await, (0, 0, 0), "not at once");
    assert!(rows(&app).await[0]["fields"].is_object(), "the link is still needed");
    app.at("2026-11-20T09:01");
    assert_eq!(round(&app, &mut sender).await, (1, 0, 0));
    assert_eq!(server.received().len(), 1);
    assert!(server.received()[0].was_encrypted);
    assert!(!server.in_the_clear().contains("teacher"), "{}", server.in_the_clear());
}

#[tokio::test]
async fn a_server_away_for_two_hours_gets_everything_afterwards() {
    let mut server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server.settings("localhost", true)).await;
    server.stop().await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    queue(&app, head(&app), "head@example.jp").await;
    let mut first = sender(&app);
    for minute in 0..=120 {
        app.at(&format!("2026-11-20T{:02}:{:02}", 9 + minute / 60, minute % 60));
        assert_eq!(round(&app, &mut first).await.0, 0);
    }
    let tries: Vec<_> = rows(&app).await.iter().map(|row| (row["reason"].clone(), row["tries"].as_i64().unwrap())).collect();
    assert!(tries.iter().all(|(reason, tries)| reason == "unreachable" && (4..12).contains(tries)), "{tries:?}");

    server.restart().await;
    // Another node, or this one after a restart: what is queued is not in anybody's memory.
    let mut second = sender(&app);
    let mut sent = 0;
    for minute in 120..=240 {
        app.at(&format!("2026-11-20T{:02}:{:02}", 9 + minute / 60, minute % 60));
        sent += round(&app, &mut second).await.0 + round(&app, &mut first).await.0;
    }
    assert_eq!((sent, server.received().len()), (2, 2));
}

#[tokio::test]
async fn what_is_refused_for_good_is_given_up_and_seen_and_the_others_arrive() {
    let manners = Manners { refuses: Some("gone@example.jp".to_owned()), ..Manners::default() };
    let server = MailServer::wrapped("localhost", manners).await;
    let app = hub(&server.settings("localhost", true)).await;
    queue(&app, teacher(&app), "gone@example.jp").await;
    queue(&app, head(&app), "head@example.jp").await;
    queue(&app, app.world.centre.staff(Role::Caseworker).person, "").await;
    queue(&app, app.world.centre.staff(Role::Supervisor).person, "not an address").await;
    let mut sender = sender(&app);
    assert_eq!(round(&app, &mut sender).await, (1, 0, 3));
    app.at("2026-11-21T09:00");
    assert_eq!(round(&app, &mut sender).await, (0, 0, 0), "dead is dead");
    let seen: Vec<_> =
        rows(&app).await.into_iter().map(|row| (row["state"].clone(), row["reason"].clone(), row["fields"].clone())).collect();
    let line = |state: &str, reason: &str| (state.into(), reason.into(), Value::Null);
    assert_eq!(seen, [line("dead", "no_address"), line("dead", "refused"), line("sent", ""), line("dead", "refused")]);
}

#[tokio::test]
async fn a_server_with_another_name_or_without_tls_gets_nothing() {
    let foreign = MailServer::wrapped("mail.example.jp", Manners::default()).await;
    let bare = MailServer::starttls("localhost", Manners { has_no_tls: true, ..Manners::default() }).await;
    let swapped = MailServer::starttls("mail.example.jp", Manners::default()).await;
    for (server, wrapped) in [(&foreign, true), (&bare, false), (&swapped, false)] {
        let app = hub(&server.settings("localhost", wrapped)).await;
        queue(&app, teacher(&app), "teacher@example.jp").await;
        assert_eq!(round(&app, &mut sender(&app)).await, (0, 1, 0));
        assert_eq!(rows(&app).await[0]["reason"], "unreachable");
        assert_eq!((server.connections(), server.received().len()), (1, 0));
        let heard = server.in_the_clear();
        assert!(!heard.contains("MAIL") && !heard.contains("teacher") && !heard.contains("enrol"), "{heard}");
    }
    // The same certificate, of an authority nobody trusts.
    let untrusted = MailServer::wrapped("localhost", Manners::default()).await;
    let [server, _, from] = untrusted.settings("localhost", true);
    let app = hub(&[server, from]).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    assert_eq!(round(&app, &mut sender(&app)).await, (0, 1, 0));
    assert_eq!(untrusted.received().len(), 0);
}

#[tokio::test]
async fn without_a_server_and_too_late_nothing_is_kept() {
    let app = hub(&[]).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    assert_eq!(round(&app, &mut sender(&app)).await, (0, 0, 1));
    assert_eq!((&rows(&app).await[0]["reason"], &rows(&app).await[0]["fields"]), (&"off".into(), &Value::Null));

    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server.settings("localhost", true)).await;
    queue(&app, teacher(&app), "teacher@example.jp").await;
    app.at("2026-11-23T09:00");
    assert_eq!(round(&app, &mut sender(&app)).await, (0, 0, 1));
    assert_eq!(rows(&app).await[0]["reason"], "expired");
    assert_eq!(server.connections(), 0);
}

/// The text of a mail, its encoding undone.
fn text(mail: &str) -> String {
    let (_, body) = mail.split_once("\r\n\r\n").unwrap();
    String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap()
}

/// The code of the link that was mailed last.
fn newest_code(server: &MailServer) -> String {
    let text = text(&server.received().last().expect("a mail").text);
    let link = text.lines().find(|line| line.starts_with("http://localhost:8080/enrol#")).expect("a link");
    link.split_once('#').unwrap().1.to_owned()
}

/// Makes somebody of the world one who has never come in.
async fn is_new(app: &TestApp, person: Id<Person>) {
    app.run(&format!("UPDATE hub.people SET status = 'invited' WHERE id = '{person}'; DELETE FROM hub.step_ups WHERE session_id IN (SELECT id FROM hub.sessions WHERE person_id = '{person}'); DELETE FROM hub.sessions WHERE person_id = '{person}'; DELETE FROM hub.passkeys WHERE person_id = '{person}'")).await;
}

/// What the log says of those who were not let in, in the order of the words.
async fn refusals(app: &TestApp) -> Vec<String> {
    let rows = app.sql("SELECT reason FROM hub.sign_ins WHERE outcome = 'refused' ORDER BY reason").await;
    rows.iter().map(|row| row["reason"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_link_sent_again_voids_the_one_before_and_opens_for_a_day() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server.settings("localhost", true)).await;
    app.verify_everybody().await;
    let person = teacher(&app);
    is_new(&app, person).await;
    app.run(&format!("UPDATE hub.people SET mail = 'teacher@example.jp' WHERE id = '{person}'")).await;
    let path = format!("/people/{person}/invitation/link");
    assert!(app.admin().get(&path).await.expect(200).text().contains("24時間、1回だけ使えます"));
    let mut sender = sender(&app);
    let mut codes = Vec::new();
    for at in ["2026-11-20T09:00", "2026-11-20T09:03"] {
        app.at(at);
        app.admin().post(&path, &[]).await.expect(303);
        assert_eq!(round(&app, &mut sender).await, (1, 0, 0));
        codes.push(newest_code(&server));
    }
    let [first, second] = &codes[..] else { panic!("{codes:?}") };
    assert_ne!(first, second);
    let open = async |code: &str| app.stranger().post("/enrol", &[("code", code)]).await.status.as_u16();
    assert_eq!((open(first).await, open(second).await), (422, 200), "the one before is void");
    assert_eq!(refusals(&app).await, ["revoked_invitation"]);

    // A day from when it was sent, not from when it was first sent.
    for (at, status) in [("2026-11-21T09:02", 200), ("2026-11-21T09:04", 422)] {
        app.at(at);
        assert_eq!(open(second).await, status, "{at}");
    }
    assert_eq!(refusals(&app).await, ["expired_invitation", "revoked_invitation"]);
}

#[tokio::test]
async fn a_link_that_was_revoked_opens_nothing_in_time_and_nobody_elses_desk_revokes_it() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server.settings("localhost", true)).await;
    app.verify_everybody().await;
    let person = teacher(&app);
    is_new(&app, person).await;
    app.run(&format!("UPDATE hub.people SET mail = 'teacher@example.jp' WHERE id = '{person}'")).await;
    let path = format!("/people/{person}/invitation/link");
    app.admin().post(&path, &[]).await.expect(303);
    let mut sender = sender(&app);
    assert_eq!(round(&app, &mut sender).await, (1, 0, 0));
    let code = newest_code(&server);
    let page = app.admin().get(&format!("/people/{person}")).await.expect(200);
    let revokes: Vec<_> = page.attributes("main form", "action").into_iter().filter(|to| to.ends_with("/revocation")).collect();
    let [revoke] = &revokes[..] else { panic!("{revokes:?}") };
    let open = async |code: &str| app.stranger().post("/enrol", &[("code", code)]).await.status.as_u16();

    let next_door = app.signed_in(&app.other.root, Role::WardAdmin);
    for stranger in [&next_door, &app.auditor(), &app.head(), &app.caseworker()] {
        stranger.post(revoke, &[]).await.expect(404);
    }
    // Under the name of somebody next door it is nobody's.
    let (_, which) = revoke.split_once("/invitations/").unwrap();
    let theirs = app.other.nursery.staff(Role::Reporter).person;
    next_door.post(&format!("/people/{theirs}/invitations/{which}"), &[]).await.expect(303);
    assert_eq!(open(&code).await, 200);

    // Sent twice, revoked once.
    for _ in 0..2 {
        app.admin().post(revoke, &[]).await.expect(303);
    }
    assert_eq!(open(&code).await, 422);
    assert_eq!(refusals(&app).await, ["revoked_invitation"]);
    let revoked: i64 =
        app.value("SELECT count(*) FROM hub.trail WHERE action = 'revokeInvitation' AND detail->>'revoked' = '1'").await;
    assert_eq!(revoked, 1);
    // Another one opens all the same.
    app.admin().post(&path, &[]).await.expect(303);
    assert_eq!(round(&app, &mut sender).await, (1, 0, 0));
    assert_eq!(open(&newest_code(&server)).await, 200);
}

#[tokio::test]
async fn somebody_new_comes_in_by_a_link_that_was_sent_to_them() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = hub(&server.settings("localhost", true)).await;
    app.verify_everybody().await;
    let person = teacher(&app);
    let path = format!("/people/{person}/invitation/link");
    is_new(&app, person).await;
    let refused = app.admin().post(&path, &[]).await.expect(422);
    assert!(refused.text().contains("メールアドレスの登録がありません"));
    app.run(&format!("UPDATE hub.people SET mail = 'teacher@example.jp' WHERE id = '{person}'")).await;
    assert!(app.admin().get(&path).await.expect(200).text().contains("teacher@example.jp"));
    let back = app.admin().post(&path, &[]).await.expect(303).location().to_owned();
    assert!(app.admin().get(&back).await.expect(200).text().contains("送信待ち"));
    assert_eq!(round(&app, &mut sender(&app)).await, (1, 0, 0));
    assert!(app.admin().get(&back).await.expect(200).text().contains("送信済み"));

    let code = newest_code(&server);
    let enrolling = app.stranger().with_cookie("__Host-tsunagi-enrol", &code);
    let options = enrolling.post_json("/enrol/options", &json!({ "kind": "key" })).await.expect(200).json();
    let credential = Authenticator::new(1).register(&options["publicKey"]);
    enrolling
        .post_json("/enrol/credential", &json!({ "ceremony": options["ceremony"], "credential": credential }))
        .await
        .expect(200);
    let kept = format!("SELECT count(*) FROM hub.trail WHERE detail::text LIKE '%{code}%'");
    assert_eq!(app.value::<i64>(&kept).await, 0);

    // Who can sign in gets no second key by mail, and a hub without mail says so.
    assert!(app.admin().post(&path, &[]).await.expect(422).text().contains("アカウントの復旧"));
    let app = hub(&[]).await;
    app.verify_everybody().await;
    app.run(&format!("UPDATE hub.people SET mail = 'teacher@example.jp' WHERE id = '{person}'; DELETE FROM hub.passkeys WHERE person_id = '{person}'")).await;
    assert!(app.admin().post(&path, &[]).await.expect(422).text().contains("メールを送りません"));
}
