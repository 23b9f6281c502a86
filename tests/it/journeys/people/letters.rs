//! Invitations: a code that exists on paper only, for people who cannot sign in, and for nobody else.

use std::sync::Arc;

use hayro::{
    RenderCache, RenderSettings,
    hayro_interpret::InterpreterSettings,
    hayro_syntax::{Pdf, page::Page},
    render,
    vello_cpu::color::palette::css::WHITE,
};
use jiff::ToSpan as _;
use serde_json::json;
use tsunagi::gate::Role;

use super::{
    super::recovery::{code_by, redeem},
    approve, caller, post, root, second_admin, somebody, verified,
};
use crate::support::{Answer, Authenticator, TestApp};

/// The links of the letters, read as a telephone would.
pub(super) fn links(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert!(answer.header("content-disposition").starts_with("attachment"));
    let pdf = Pdf::new(Arc::new(answer.body.clone())).unwrap();
    pdf.pages().iter().map(|page| [4.0, 5.0, 6.0, 3.0].into_iter().find_map(|scale| read(page, scale)).expect("a link")).collect()
}

/// What the QR code of the page says, photographed at this scale: of the page the part it stands in, for the boxes of the code's letters
/// look like another one.
fn read(page: &Page<'_>, scale: f32) -> Option<String> {
    let settings = RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
    let picture = render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    let (width, height) = (usize::from(picture.width()), usize::from(picture.height()));
    let (left, top) = (width * 6 / 10, height * 43 / 100);
    let green = |x: usize, y: usize| picture.data()[(top + y) * width + left + x].g;
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width - left, height * 3 / 10, green);
    prepared.detect_grids().iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
}

pub(super) fn code(link: &str) -> String {
    link.split_once('#').expect("the code is the fragment").1.to_owned()
}

/// Comes in by a code with a new passkey.
pub(super) async fn come_in(app: &TestApp, code: &str, key: &mut Authenticator) -> Answer {
    let enrolling = app.stranger().with_cookie("__Host-tsunagi-enrol", code);
    let options = enrolling.post_json("/enrol/options", &json!({ "kind": "key" })).await;
    if options.status != 200 {
        return options;
    }
    let options = options.json();
    let credential = key.register(&options["publicKey"]);
    enrolling.post_json("/enrol/credential", &json!({ "ceremony": options["ceremony"], "credential": credential })).await
}

async fn invited(app: &TestApp, number: u32) -> String {
    let person = somebody(app, number, "新任　教諭", "invited").await;
    let nursery = app.world.nursery.id.to_string();
    app.admin().post(&format!("/people/{person}/memberships"), &post(&nursery, Role::Reporter)).await.expect(303);
    person
}

#[tokio::test]
async fn a_letter_lets_one_person_in_once_and_an_older_one_no_more() {
    let app = verified().await;
    let person = invited(&app, 20).await;
    let path = format!("/people/{person}/invitation");
    app.admin().get(&path).await.expect(200);
    let first = code(&links(&app.admin().post(&path, &[]).await.expect(200))[0]);
    let printed = links(&app.admin().post(&path, &[]).await.expect(200));
    assert!(printed[0].starts_with("http://localhost:8080/enrol#"), "{printed:?}");
    let second = code(&printed[0]);
    assert!(come_in(&app, &first, &mut Authenticator::new(20)).await.status != 200, "the older letter is void");
    come_in(&app, &second, &mut Authenticator::new(21)).await.expect(200);
    assert!(come_in(&app, &second, &mut Authenticator::new(22)).await.status != 200, "once");
    let rows = app.sql(&format!("SELECT sent_by, expires_at - created_at = interval '14 days' AS fortnight, created_by = '{}' AS by_admin, revoked_at IS NOT NULL AS revoked FROM hub.invitations WHERE person_id = '{person}' ORDER BY revoked_at NULLS LAST", app.world.root.staff(Role::WardAdmin).person)).await;
    let row = |revoked: bool| json!({ "sent_by": "letter", "fortnight": true, "by_admin": true, "revoked": revoked });
    assert_eq!(rows, [row(true), row(false)]);
    let kept: i64 = app.value(&format!("SELECT count(*) FROM hub.trail WHERE detail::text LIKE '%{second}%'")).await;
    assert_eq!(kept, 0);
    // Who can sign in gets no second key from anybody's printer.
    let refused = app.admin().post(&path, &[]).await.expect(422);
    assert!(refused.text().contains("アカウントの復旧"));
}

#[tokio::test]
async fn nobody_gets_into_the_account_of_an_admin_by_letter() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    for person in [second.person, app.world.root.staff(Role::Auditor).person] {
        app.admin().get(&format!("/people/{person}/invitation")).await.expect(422);
        app.admin().post(&format!("/people/{person}/invitation"), &[]).await.expect(422);
    }
    let nobody: i64 = app.value("SELECT count(*) FROM hub.invitations").await;
    assert_eq!(nobody, 0);
}

#[tokio::test]
async fn a_whole_facility_is_invited_at_once() {
    let app = verified().await;
    let nursery = app.world.nursery.id.to_string();
    super::keys(&app, &app.world.nursery.staff(Role::FacilityHead).person.to_string(), &[false]).await;
    invited(&app, 20).await;
    let gone = invited(&app, 21).await;
    app.admin().post(&format!("/people/{gone}/suspension"), &[]).await.expect(303);
    let page = app.admin().get(&format!("/people/invitations/new?organization={nursery}")).await.expect(200);
    let whom = page.all("section ul li");
    assert_eq!(whom.len(), 3, "not who can sign in, nor who is suspended: {whom:?}");
    let letters = links(&app.admin().post("/people/invitations", &[("organization", &nursery)]).await.expect(200));
    assert_eq!(letters.len(), 3);
    assert!(letters.iter().collect::<std::collections::HashSet<_>>().len() == 3, "each their own");
    let list = app.admin().get("/people/invitations").await.expect(200);
    assert_eq!(list.all("tbody tr").len(), 3);
    let action = list.attributes("tbody form", "action").remove(0);
    let to = app.admin().post(&action, &[("back", "list")]).await.expect(303).location().to_owned();
    assert_eq!(app.admin().get(&to).await.expect(200).all("tbody tr").len(), 2);
    app.admin().post(&action, &[("back", "list")]).await.expect(303);

    app.admin().post("/people/invitations", &[]).await.expect(422);
    let elementary = app.other.elementary.id.to_string();
    app.admin().post("/people/invitations", &[("organization", &elementary)]).await.expect(404);
    app.head().post("/people/invitations", &[("organization", &nursery)]).await.expect(404);
    app.at("2026-12-04T09:01").refresh_sessions().await;
    assert!(app.admin().get("/people/invitations").await.expect(200).text().contains("招待の期限切れ"));
    let used = come_in(&app, &code(&letters[0]), &mut Authenticator::new(23)).await.status;
    assert_ne!(used, 200, "revoked or expired");
}

#[tokio::test]
async fn a_letter_that_was_revoked_lets_nobody_in_and_the_others_do() {
    let app = verified().await;
    let nursery = app.world.nursery.id.to_string();
    super::keys(&app, &app.world.nursery.staff(Role::FacilityHead).person.to_string(), &[false]).await;
    invited(&app, 20).await;
    let letters = links(&app.admin().post("/people/invitations", &[("organization", &nursery)]).await.expect(200));
    let action = app.admin().get("/people/invitations").await.expect(200).attributes("tbody form", "action").remove(0);
    app.admin().post(&action, &[("back", "list")]).await.expect(303);
    let mut entered = 0;
    for (number, letter) in (40..).zip(&letters) {
        entered += usize::from(come_in(&app, &code(letter), &mut Authenticator::new(number)).await.status == 200);
    }
    assert_eq!(entered, letters.len() - 1);
    let refused = app.sql("SELECT DISTINCT outcome, reason FROM hub.sign_ins WHERE reason LIKE '%invitation%'").await;
    assert_eq!(refused, [json!({ "outcome": "refused", "reason": "revoked_invitation" })]);
}

#[tokio::test]
async fn a_future_admin_registers_two_passkeys_before_they_may_act() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let person = somebody(&app, 20, "新任　管理", "invited").await;
    let path = format!("/people/{person}");
    app.admin().post(&format!("{path}/invitation"), &[]).await.expect(422);
    app.admin().post(&format!("{path}/memberships"), &post(&root(&app.world), Role::WardAdmin)).await.expect(303);
    let mut keys = [Authenticator::new(30), Authenticator::new(31)];
    for key in &mut keys {
        let letter = links(&app.admin().post(&format!("{path}/invitation"), &[]).await.expect(200));
        let entered = come_in(&app, &code(&letter[0]), key).await.expect(200);
        assert_eq!(entered.json()["next"], "/organization");
        let session = app.with_session(&entered.session());
        assert!(session.get("/organization").await.expect(200).text().contains("承認されると"));
        assert_eq!(session.get("/people").await.expect(303).location(), "/organization", "nothing yet");
    }
    app.admin().post(&format!("{path}/invitation"), &[]).await.expect(422);
    let proposal: String = app.value(&format!("SELECT id::text FROM hub.proposals WHERE person_id = '{person}'")).await;
    approve(&app, &caller(&app, &second), &person, &proposal).await.expect(303);
    for key in &mut keys {
        let admin = app.sign_in(key).await.expect(200);
        app.with_session(&admin.session()).get("/people").await.expect(200);
    }
}

#[tokio::test]
async fn who_once_had_a_passkey_comes_back_by_two_people_and_not_by_one_admins_letter() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    app.enrol(&staff, &mut Authenticator::new(3)).await;
    let (path, centre) = (format!("/people/{}", staff.person), app.world.centre.id.to_string());
    app.admin().post(&format!("{path}/leaving"), &[("last_day", "2026-11-19")]).await.expect(303);
    app.admin().post(&format!("{path}/reinstatement"), &[]).await.expect(303);
    app.admin().post(&format!("{path}/memberships"), &post(&centre, Role::Caseworker)).await.expect(303);
    let page = app.admin().get(&path).await.expect(200);
    let ways = page.attributes("a", "href");
    assert!(!ways.contains(&format!("{path}/invitation")) && ways.contains(&format!("{path}/recovery")), "{ways:?}");
    for way in ["invitation", "invitation/link"] {
        let refused = app.admin().post(&format!("{path}/{way}"), &[]).await.expect(422);
        assert!(refused.text().contains("アカウントの復旧"));
    }
    app.admin().post("/people/invitations", &[("organization", &centre)]).await;
    let codes: i64 =
        app.value(&format!("SELECT count(*) FROM hub.invitations WHERE person_id = '{}' AND spent_at IS NULL", staff.person)).await;
    assert_eq!(codes, 0, "nor with everybody of the office");

    let code = code_by(&app.admin(), &caller(&app, &second), staff.person).await;
    let mut key = Authenticator::new(4);
    redeem(&app, &code, &mut key).await.expect(200);
    app.sign_in(&key).await.expect(200);
}

#[tokio::test]
async fn a_letter_for_a_second_passkey_is_for_newcomers_alone() {
    let app = verified().await;
    second_admin(&app, 10).await;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    app.enrol(&staff, &mut Authenticator::new(3)).await;
    app.run(&format!("UPDATE hub.memberships SET until_on = '2026-11-19' WHERE person_id = '{}'", staff.person)).await;
    let path = format!("/people/{}", staff.person);
    app.admin().post(&format!("{path}/memberships"), &post(&root(&app.world), Role::Auditor)).await.expect(303);
    app.admin().post(&format!("{path}/invitation"), &[]).await.expect(422);
    let page = app.admin().get(&path).await.expect(200);
    assert!(!page.attributes("a", "href").contains(&format!("{path}/invitation")));
}

#[tokio::test]
async fn a_newcomers_second_letter_opens_nothing_once_they_have_begun() {
    let app = verified().await;
    second_admin(&app, 10).await;
    let person = somebody(&app, 20, "新任　管理", "invited").await;
    let path = format!("/people/{person}");
    app.admin().post(&format!("{path}/memberships"), &post(&root(&app.world), Role::Auditor)).await.expect(303);
    let first = links(&app.admin().post(&format!("{path}/invitation"), &[]).await.expect(200));
    come_in(&app, &code(&first[0]), &mut Authenticator::new(20)).await.expect(200);
    let kept = links(&app.admin().post(&format!("{path}/invitation"), &[]).await.expect(200));
    app.admin().post(&format!("{path}/memberships"), &post(&app.world.centre.id.to_string(), Role::Caseworker)).await.expect(303);
    come_in(&app, &code(&kept[0]), &mut Authenticator::new(21)).await.expect(422);
    let keys: i64 = app.value(&format!("SELECT count(*) FROM hub.passkeys WHERE person_id = '{person}'")).await;
    assert_eq!(keys, 1);
}

#[tokio::test]
async fn who_are_too_many_for_one_time_get_their_letters_in_turns() {
    let app = verified().await;
    let (ward, nursery, now) = (app.world.ward, app.world.nursery.id, app.app.clock.now());
    app.run(&format!(
        "INSERT INTO hub.people (ward_id, id, display_name, kana, status, created_at)
         SELECT '{ward}', ('00000008-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '新任 ' || n, '', 'invited', '{now}'
         FROM generate_series(1, 505) n;
         INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         SELECT p.ward_id, gen_random_uuid(), p.id, '{nursery}', 'reporter', '2026-04-01' FROM hub.people p WHERE p.display_name LIKE '新任 %'"
    ))
    .await;
    let path = format!("/people/invitations/new?organization={nursery}");
    let page = app.admin().get(&path).await.expect(200);
    let first = page.attributes("section ul li a", "href");
    assert_eq!(first.len(), 500);
    assert!(page.text().contains("あと8人"), "with the three who work there");
    let ids = first.iter().map(|href| format!("('{}'::uuid)", href.trim_start_matches("/people/"))).collect::<Vec<_>>().join(", ");
    app.run(&format!(
        "INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at)
         SELECT '{ward}', gen_random_uuid(), x.id, sha256(x.id::text::bytea), '{now}', '2026-12-04T00:00:00Z' FROM (VALUES {ids}) x (id)"
    ))
    .await;

    let rest = app.admin().get(&path).await.expect(200);
    let then = rest.attributes("section ul li a", "href");
    assert!(then.len() == 8 && !then.iter().any(|href| first.contains(href)), "{then:?}");
    assert!(!rest.text().contains("このほかに"));
    app.app.clock.advance(1.minutes());
    app.admin().post("/people/invitations", &[("organization", &nursery.to_string())]).await.expect(200);
    let (made, void): (i64, i64) = (
        app.value("SELECT count(*) FROM hub.invitations WHERE sent_by = 'letter'").await,
        app.value("SELECT count(*) FROM hub.invitations WHERE revoked_at IS NOT NULL").await,
    );
    assert_eq!((made, void), (8, 0), "no letter on its way is void");

    // Everybody has one: the oldest are made anew first.
    let again = app.admin().get(&path).await.expect(200);
    let anew = again.attributes("section ul li a", "href");
    assert!(anew.len() == 500 && anew.iter().all(|href| first.contains(href)));
    assert!(again.text().contains("あと8人"));
}
