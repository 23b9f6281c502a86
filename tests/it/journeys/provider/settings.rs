//! The desk sets up the ward's sign-in service: what the operator allows, tried before it is used, and nobody shut out.

use tsunagi::gate::Role;

use super::bind;
use crate::support::{Answer, Service, TestApp};

fn fields<'a>(issuer: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("revision", "0"),
        ("issuer", issuer),
        ("client_id", "tsunagi"),
        ("name", "庁内アカウント"),
        ("strength", "urn:ward:two hwk"),
        ("max_age", "60"),
        ("staff_claim", ""),
        ("passkeys", "yes"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

async fn post(app: &TestApp, service: &Service, more: &[(&str, &str)]) -> Answer {
    app.admin().post("/provider", &fields(&service.issuer, more)).await
}

#[tokio::test]
async fn a_service_is_set_tried_and_only_then_used() {
    let service = Service::start();
    let app = service.hub().await;
    app.verify_everybody().await;
    let empty = app.admin().get("/provider").await.expect(200);
    assert!(empty.text().contains("シークレットも置かれています") && !empty.text().contains(crate::support::SERVICE_SECRET));
    assert_eq!(empty.attributes("input[name=issuer]", "value")[0], service.issuer);
    post(&app, &service, &[]).await.expect(303);
    let untried = app.stranger().get("/sign-in").await.expect(200);
    assert!(!untried.text().contains("庁内アカウント"), "not before it was tried");
    app.stranger().get(&format!("/sign-in/provider/{}", app.world.ward)).await.expect(404);
    service.tell("", "").await;
    assert_eq!(app.admin().post("/provider/trial", &[]).await.expect(303).location(), "/provider?done=tested");
    let door = app.stranger().get("/sign-in").await.expect(200);
    assert!(door.attributes("main a", "href").contains(&format!("/sign-in/provider/{}", app.world.ward)));

    // The name may change, what leads people there must be tried again.
    post(&app, &service, &[("revision", "1"), ("name", "職員ID")]).await.expect(303);
    assert!(app.stranger().get("/sign-in").await.expect(200).text().contains("職員IDでサインイン"));
    post(&app, &service, &[("revision", "2"), ("client_id", "another")]).await.expect(303);
    assert!(!app.stranger().get("/sign-in").await.expect(200).text().contains("庁内アカウント"));
    let stale = post(&app, &service, &[("revision", "1"), ("name", "あとから")]).await.expect(409);
    assert!(stale.text().contains("あとから") && stale.text().contains("another"));
    assert_eq!(stale.attributes("input[name=revision]", "value")[0], "3");
    let stored: i64 =
        app.value(&format!("SELECT count(*) FROM hub.providers p WHERE p::text LIKE '%{}%'", crate::support::SERVICE_SECRET)).await;
    assert_eq!(stored, 0);
    for nobody in [app.auditor(), app.supervisor(), app.head()] {
        nobody.get("/provider").await.expect(404);
        nobody.post("/provider/trial", &[]).await.expect(404);
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_each_field_and_kept() {
    let service = Service::start();
    let app = service.hub().await;
    app.verify_everybody().await;
    let bad = [
        ("issuer", "https://login.example.com"),
        ("client_id", ""),
        ("name", ""),
        ("strength", "強い"),
        ("max_age", "4"),
        ("staff_claim", "email"),
        ("passkeys", ""),
    ];
    let page = post(&app, &service, &bad).await.expect(422);
    let said = page.all(".app-errors li");
    assert_eq!(said.len(), 6, "{said:?}");
    assert!(page.text().contains("https://login.example.com") && page.text().contains("強い"));
    let foreign = post(&app, &service, &[("issuer", "https://login.example.com")]).await.expect(422);
    assert!(foreign.text().contains("運用担当がまだ許可していません"));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.providers").await, 0);
    app.admin().post("/provider/trial", &[]).await.expect(422);
}

#[tokio::test]
async fn a_trial_says_what_is_wrong_with_the_service() {
    let mut service = Service::start();
    let app = service.hub().await;
    app.verify_everybody().await;
    post(&app, &service, &[]).await.expect(303);
    for (bad, words) in [
        ("discovery/other_issuer", "別の発行者を名乗っています"),
        ("discovery/no_s256", "PKCE"),
        ("discovery/redirect", "転送されました"),
        ("discovery/huge", "大きすぎる"),
        ("discovery/slow", "3秒以内"),
        ("discovery/bad_address", "https:// で始まっていません"),
        ("discovery/page", "設定情報が読めません"),
        ("keys/redirect", "転送されました"),
    ] {
        service.tell("", bad).await;
        let page = app.admin().post("/provider/trial", &[]).await.expect(422);
        assert!(page.text().contains(words), "{bad}: {:?}", page.all(".app-errors li"));
    }
    service.stop();
    assert!(app.admin().post("/provider/trial", &[]).await.expect(422).text().contains("つながりません"));
    assert!(app.value::<bool>("SELECT tested_at IS NULL FROM hub.providers").await);
}

#[tokio::test]
async fn nobody_shuts_the_last_door_behind_themselves() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    app.give_passkeys().await;
    app.verify_everybody().await;
    let (root, centre) = (app.world.root.id, app.world.centre.id);
    let admin = app.world.root.staff(Role::WardAdmin).person;
    let choose = |organization, revision: &str| {
        (
            format!("/organizations/{organization}/security"),
            [("revision", revision.to_owned()), ("networks", String::new()), ("sign_in", "provider".to_owned())],
        )
    };
    let save = async |caller: &crate::support::Caller<'_>, organization, revision: &str| {
        let (path, fields) = choose(organization, revision);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        caller.post(&path, &fields).await
    };
    // Another office: a service that was tried is enough. The own one: only from inside.
    save(&app.admin(), centre, "1").await.expect(303);
    let shut = save(&app.admin(), root, "1").await.expect(422);
    assert!(shut.text().contains("先に認証サービスでサインインして"));
    save(&app.admin(), app.world.nursery.id, "1").await.expect(303);
    let kept: i64 = app.value("SELECT count(*) FROM hub.organizations WHERE sign_in = 'provider'").await;
    assert_eq!(kept, 1, "facilities have no such choice");

    bind(&app, &service, admin, "admin").await;
    service.tell("admin", "").await;
    let session = service.sign_in(&app).await.expect(303).session();
    app.verify_everybody().await;
    let inside = app.with_session(&session);
    save(&inside, root, "1").await.expect(303);
    app.admin().get("/organizations").await.expect(403);
    // Neither the settings nor the binding can be pulled from under it.
    let moved =
        inside.post("/provider", &fields(&service.issuer, &[("revision", "1"), ("client_id", "another")])).await.expect(422);
    assert!(moved.text().contains("変えられません"));
    // Nor can more be asked of it than it was seen to say; less can, and a word besides.
    let stronger = inside.post("/provider", &fields(&service.issuer, &[("revision", "1"), ("strength", "hwk")])).await.expect(422);
    assert!(stronger.all("x-error-focus").concat().contains("先に、それぞれの「回線とサインイン」で"));
    inside.post("/provider", &fields(&service.issuer, &[("revision", "1"), ("strength", "urn:ward:two hwk")])).await.expect(303);
    let last = inside.post(&format!("/people/{admin}/binding/ending"), &[]).await.expect(422);
    assert!(last.text().contains("入れる管理者が一人もいなくなる"));
    inside.get("/organizations").await.expect(200);
}
