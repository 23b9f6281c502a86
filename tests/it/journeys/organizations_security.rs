//! Networks, ways to sign in, and how long sessions last: nobody locks themselves out, and nothing grows longer.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, header},
};
use tsunagi::gate::Role;

use crate::support::{Answer, Authenticator, Caller, TestApp};

/// Posts from somewhere.
async fn post_from(caller: &Caller<'_>, address: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let peer: SocketAddr = format!("{address}:50000").parse().unwrap();
    let request = caller
        .request(Method::POST, path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(ConnectInfo(peer))
        .body(Body::from(body));
    caller.send(request.unwrap()).await
}

async fn get_from(caller: &Caller<'_>, address: &str, path: &str) -> Answer {
    let peer: SocketAddr = format!("{address}:50000").parse().unwrap();
    caller.send(caller.request(Method::GET, path).extension(ConnectInfo(peer)).body(Body::empty()).unwrap()).await
}

async fn networks(app: &TestApp, id: impl std::fmt::Display) -> String {
    app.value(&format!("SELECT array_to_string(networks, ' ') FROM hub.organizations WHERE id = '{id}'")).await
}

#[tokio::test]
async fn an_admin_cannot_lock_themselves_out_and_so_never_the_last_one() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let (root, admin) = (app.world.root.id, app.admin());
    let path = format!("/organizations/{root}/security");
    let page = get_from(&admin, "203.0.113.5", &path).await.expect(200);
    assert!(page.text().contains("あなたの今の接続元は 203.0.113.5 です"));

    let other = [("revision", "1"), ("networks", "198.51.100.0/24\n2001:db8::/32"), ("sign_in", "any")];
    let refused = post_from(&admin, "203.0.113.5", &path, &other).await.expect(422);
    assert!(refused.all("x-error-focus").concat().contains("あなたの今の接続元 203.0.113.5 は使えなくなります"));
    assert_eq!(refused.all("textarea"), ["198.51.100.0/24 2001:db8::/32"], "what was typed is kept");
    let unknown = admin.post(&path, &other).await.expect(422);
    assert!(unknown.text().contains("接続元が分からないため"), "an address nobody knows is outside of every list");
    assert_eq!(networks(&app, root).await, "");

    let with_mine = [("revision", "1"), ("networks", "１９８．５１．１００．０／２４、203.0.113.0/24"), ("sign_in", "any")];
    post_from(&admin, "203.0.113.5", &path, &with_mine).await.expect(303);
    assert_eq!(networks(&app, root).await, "198.51.100.0/24 203.0.113.0/24");
    get_from(&admin, "203.0.113.5", "/organizations").await.expect(200);
    get_from(&admin, "192.0.2.1", "/organizations").await.expect(403);

    // What stands above is shown where the own list is empty, and holds there.
    let centre = format!("/organizations/{}/security", app.world.centre.id);
    let page = get_from(&admin, "203.0.113.5", &centre).await.expect(200);
    assert!(page.text().contains("203.0.113.0/24") && page.text().contains(&app.world.root.name));
    get_from(&app.caseworker(), "192.0.2.1", "/alerts").await.expect(403);
    // An office the admin does not act for may have any list.
    let theirs = [("revision", "1"), ("networks", "192.0.2.0/24"), ("sign_in", "any")];
    post_from(&admin, "203.0.113.5", &centre, &theirs).await.expect(303);
    get_from(&app.caseworker(), "192.0.2.1", "/alerts").await.expect(200);
    let both = post_from(&admin, "203.0.113.5", &centre, &[("revision", "1"), ("networks", "")]).await.expect(409);
    assert!(both.text().contains("192.0.2.0/24"));
}

#[tokio::test]
async fn an_office_of_ipv6_lets_in_and_keeps_out_by_the_address() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let (centre, worker) = (app.world.centre.id, app.caseworker());
    let typed = "2001:DB8:0:1:0:0:0:0/64\n198.51.100.0/24\n::ffff:192.0.2.0/120\n2001:db8:0:2::7";
    let list = [("revision", "1"), ("networks", typed), ("sign_in", "any")];
    app.admin().post(&format!("/organizations/{centre}/security"), &list).await.expect(303);
    assert_eq!(networks(&app, centre).await, "2001:db8:0:1::/64 198.51.100.0/24 192.0.2.0/24 2001:db8:0:2::7/128");

    let within = [
        "2001:db8:0:1::5",
        "2001:0DB8:0000:0001:FFFF:FFFF:FFFF:FFFF",
        "2001:db8::1:0:0:0:5",
        "2001:db8:0:2::7",
        "198.51.100.7",
        // As a socket of both families tells of a connection of IPv4.
        "::ffff:198.51.100.7",
        "::ffff:c000:209",
        "192.0.2.9",
    ];
    for address in within {
        worker.clone().at(address).get("/alerts").await.expect(200);
    }
    let outside = [
        "2001:db8:0:3::5",
        "2001:db8:0:2::8",
        "203.0.113.9",
        "::ffff:203.0.113.9",
        // Not IPv4 in IPv6, though it ends like one that is let in.
        "::198.51.100.7",
        "64:ff9b::198.51.100.7",
        "::1",
    ];
    for address in outside {
        worker.clone().at(address).get("/alerts").await.expect(403);
    }
    worker.get("/alerts").await.expect(403);
    let kept_out = app
        .sql("SELECT host(address) AS address FROM hub.sign_ins WHERE reason = 'outside_network' ORDER BY xmin::text::bigint")
        .await;
    let addresses: Vec<Option<&str>> = kept_out.iter().map(|line| line["address"].as_str()).collect();
    let noted = [
        Some("2001:db8:0:3::5"),
        Some("2001:db8:0:2::8"),
        Some("203.0.113.9"),
        Some("203.0.113.9"),
        Some("::198.51.100.7"),
        Some("64:ff9b::c633:6407"),
        Some("::1"),
        None,
    ];
    assert_eq!(addresses, noted, "each with where it came from, IPv4 as IPv4");
}

#[tokio::test]
async fn behind_a_proxy_of_ipv6_the_address_counts_however_it_is_written() {
    let settings = [("TSUNAGI_TRUSTED_PROXIES", "2001:db8:ffff::/64"), ("TSUNAGI_FORWARDED_HEADER", "x-forwarded-for")];
    let app = TestApp::with_settings(&settings).await;
    app.verify_everybody().await;
    let list = [("revision", "1"), ("networks", "2001:db8:0:1::/64\n198.51.100.0/24"), ("sign_in", "any")];
    app.admin().post(&format!("/organizations/{}/security", app.world.centre.id), &list).await.expect(303);
    let through = async |proxy: &str, said: &str| {
        let request = app.caseworker().at(proxy).request(Method::GET, "/alerts").header("x-forwarded-for", said);
        app.caseworker().send(request.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    for (said, status) in [
        ("2001:db8:0:1::5", 200),
        ("2001:DB8:0:1:0:0:0:5", 200),
        ("2001:0db8:0000:0001:0000:0000:0000:0005", 200),
        ("2001:db8:0:1::192.0.2.1", 200),
        ("198.51.100.7", 200),
        ("::ffff:198.51.100.7", 200),
        ("::FFFF:C633:6407", 200),
        ("2001:db8:0:2::5", 403),
        ("::ffff:203.0.113.9", 403),
        ("::198.51.100.7", 403),
        // Not sure is nowhere.
        ("[2001:db8:0:1::5]", 403),
        ("2001:db8:0:1::5%eth0", 403),
        ("2001:db8:0:1::5, 2001:db8:0:2::5", 403),
    ] {
        assert_eq!(through("2001:db8:ffff::1", said).await, status, "{said}");
    }
    // Whoever is no proxy of ours says what they like.
    assert_eq!(through("2001:db8:fffe::1", "2001:db8:0:1::5").await, 403);
    assert_eq!(through("2001:db8:0:1::6", "203.0.113.9").await, 200);
}

#[tokio::test]
async fn behind_a_proxy_that_names_nobody_no_list_is_saved_since_the_door_would_believe_nobody() {
    let settings = [("TSUNAGI_TRUSTED_PROXIES", "10.0.0.0/28"), ("TSUNAGI_FORWARDED_HEADER", "x-forwarded-for")];
    let app = TestApp::with_settings(&settings).await;
    app.verify_everybody().await;
    let (root, admin) = (app.world.root.id, app.admin());
    let path = format!("/organizations/{root}/security");
    let page = get_from(&admin, "10.0.0.5", &path).await.expect(200);
    assert!(page.text().contains("接続元は分かりません") && !page.text().contains("10.0.0.5"));

    // The proxy's own address lies in the list; the door would turn everybody away all the same.
    let list = [("revision", "1"), ("networks", "10.0.0.0/8"), ("sign_in", "any")];
    let refused = post_from(&admin, "10.0.0.5", &path, &list).await.expect(422);
    assert!(refused.all("x-error-focus").concat().contains("TSUNAGI_FORWARDED_HEADER"), "how to mend it");
    assert_eq!(refused.all("textarea"), ["10.0.0.0/8"], "what was typed is kept");
    assert_eq!(networks(&app, root).await, "");
    get_from(&admin, "10.0.0.5", "/organizations").await.expect(200);

    // With the header the same list is judged by where the person is, and lets in who is on it.
    let through = |method: Method, path: &str, body: String| {
        let request = admin.clone().at("10.0.0.5").request(method, path).header("x-forwarded-for", "10.9.9.9");
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
    };
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(list).finish();
    admin.send(through(Method::POST, &path, body)).await.expect(303);
    admin.send(through(Method::GET, "/organizations", String::new())).await.expect(200);
    assert_eq!(networks(&app, root).await, "10.0.0.0/8");
}

#[tokio::test]
async fn every_faulty_line_is_named_and_nobody_is_sent_to_a_service_that_is_not_there() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let path = format!("/organizations/{}/security", app.world.centre.id);
    let page = app.admin().post(&path, &[("revision", "1"), ("networks", "203.0.113.1/24\nx\n0.0.0.0/0")]).await.expect(422);
    let said = page.all("x-error-focus").concat();
    for words in ["1行目「203.0.113.1/24」", "ネットワークなら「203.0.113.0/24」", "2行目「x」", "3行目「0.0.0.0/0」"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(page.attributes("input[name=sign_in]", "value").is_empty(), "no sign-in service is set up");
    app.admin().post(&path, &[("revision", "1"), ("networks", ""), ("sign_in", "provider")]).await.expect(303);
    let kept: String = app.value(&format!("SELECT sign_in FROM hub.organizations WHERE id = '{}'", app.world.centre.id)).await;
    assert_eq!(kept, "any");
    for caller in [app.supervisor(), app.auditor(), app.head()] {
        caller.get(&path).await.expect(404);
    }
}

#[tokio::test]
async fn changing_networks_asks_for_the_person_again() {
    let app = TestApp::new().await;
    let mut key = Authenticator::new(1);
    app.enrol(app.world.root.staff(Role::WardAdmin), &mut key).await;
    let path = format!("/organizations/{}/security", app.world.centre.id);
    let asked = app.admin().post(&path, &[("revision", "1"), ("networks", "192.0.2.0/24")]).await.expect(403);
    assert!(asked.text().contains("本人確認") && asked.text().contains("192.0.2.0/24"), "what was typed goes along");
    let verified = app.admin().verified("editSecurity", &key).await;
    verified.post(&path, &[("revision", "1"), ("networks", "192.0.2.0/24"), ("sign_in", "any")]).await.expect(303);
    verified.post(&format!("/organizations/{}/closing", app.world.branch.id), &[("revision", "1")]).await.expect(403);
    assert_eq!(networks(&app, app.world.centre.id).await, "192.0.2.0/24");
}

#[tokio::test]
async fn a_ward_makes_sessions_shorter_and_never_longer() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let page = app.admin().get("/session-limits").await.expect(200);
    for most in ["10まで", "30まで", "15まで", "24まで", "12まで"] {
        assert!(page.text().contains(most), "{most}");
    }
    let shown = |page: &Answer| page.attributes("input[name=shown]", "value").remove(0);
    let unset = shown(&page);
    let typed = [("shown", unset.as_str()), ("office-idle", "31"), ("office-lock", "0"), ("facility-whole", "一日")];
    let long = app.admin().post("/session-limits", &typed).await.expect(422);
    assert_eq!(long.all("x-error-focus li").len(), 3, "{:?}", long.all("x-error-focus"));
    assert_eq!(long.attributes("#office-idle", "value"), ["31"]);
    let order = app
        .admin()
        .post("/session-limits", &[("shown", unset.as_str()), ("office-lock", "8"), ("office-idle", "5")])
        .await
        .expect(422);
    assert!(order.text().contains("画面を隠すまでの時間と同じか"));
    app.admin()
        .post("/session-limits", &[("shown", unset.as_str()), ("office-idle", "５"), ("office-lock", "2")])
        .await
        .expect(303);
    // A form of before: both versions, nothing saved.
    let both = app.admin().post("/session-limits", &[("shown", unset.as_str()), ("office-idle", "9")]).await.expect(409);
    assert!(both.text().contains('9') && both.text().contains('5'));
    app.at("2026-11-20T09:03");
    assert_eq!(app.caseworker().get("/alerts").await.expect(303).location(), "/locked?next=%2Falerts");
    app.reporter().get("/sheet").await.expect(200);
    let set = shown(&app.admin().get("/session-limits").await.expect(200));
    app.admin().post("/session-limits", &[("shown", &set)]).await.expect(303);
    app.caseworker().get("/alerts").await.expect(200);
}
