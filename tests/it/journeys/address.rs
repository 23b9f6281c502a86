//! The address in the sign-in log is the true one, whatever a client says of itself; and the client's, behind a named proxy.

use std::{net::SocketAddr, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, Request, Version},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::support::TestApp;

const WANTED: &str = "203.0.113.66";
const PROXIES: (&str, &str) = ("TSUNAGI_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/28");

async fn believing(header: &str) -> TestApp {
    TestApp::with_settings(&[PROXIES, ("TSUNAGI_FORWARDED_HEADER", header)]).await
}

/// The addresses of all lines of the log, in no order.
async fn logged(app: &TestApp) -> Vec<String> {
    let rows = app.sql("SELECT host(address) AS address FROM hub.sign_ins ORDER BY address").await;
    rows.iter().map(|row| row["address"].as_str().unwrap_or("none").to_owned()).collect()
}

/// Says this to a listening hub, word for word; what it answers.
async fn says(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // Rudely closed is an answer too.
    let _ = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// A failing sign-in with these header lines.
fn request(lines: &str) -> String {
    format!("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n{lines}\r\n{{")
}

#[tokio::test]
async fn over_the_wire_nobody_is_who_they_say() {
    for settings in [&[][..], &[("TSUNAGI_TRUSTED_PROXIES", "10.0.0.0/28"), ("TSUNAGI_FORWARDED_HEADER", "x-forwarded-for")]] {
        let app = TestApp::with_settings(settings).await;
        let running = app.listen().await.unwrap();
        let lines = [
            "",
            "X-Forwarded-For: 203.0.113.66\r\n",
            "x-FORWARDED-for:203.0.113.66\r\nX-Forwarded-For: 203.0.113.66\r\n",
            "Forwarded: for=203.0.113.66;by=10.0.0.5\r\n",
            "X-Real-IP: 203.0.113.66\r\nTrue-Client-IP: 203.0.113.66\r\nCF-Connecting-IP: 203.0.113.66\r\n",
            "Via: 1.1 203.0.113.66\r\nX-Client-IP: 203.0.113.66\r\nX-Cluster-Client-IP: 203.0.113.66\r\n",
        ];
        for line in lines {
            let answer = says(running.address, &request(line)).await;
            assert!(answer.starts_with("HTTP/1.1 422 "), "{line:?}: {answer}");
        }
        assert_eq!(logged(&app).await, vec!["127.0.0.1"; lines.len()]);
        running.stop().await.unwrap();
    }
}

#[tokio::test]
async fn lines_before_within_and_after_a_request_change_nothing() {
    let app = believing("x-forwarded-for").await;
    let running = app.listen().await.unwrap();
    // The PROXY protocol, as text and as bytes: no request of HTTP, so nothing is answered but a refusal.
    for before in ["PROXY TCP4 203.0.113.66 127.0.0.1 40000 443\r\n", "PROXY UNKNOWN\r\n", "\r\n\r\n\0\r\nQUIT\n!\u{11}\0\u{c}"] {
        let answer = says(running.address, &format!("{before}{}", request(""))).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{before:?}: {answer}");
    }
    assert_eq!(logged(&app).await, [""; 0]);
    // Folded onto another line, which HTTP/1.1 no longer has.
    let answer = says(running.address, &request("X-Forwarded-For: 198.51.100.7,\r\n 203.0.113.66\r\n")).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    // A blank before the colon.
    let answer = says(running.address, &request("X-Forwarded-For : 203.0.113.66\r\n")).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(logged(&app).await, [""; 0]);
    // After the body, as a trailer.
    let trailing = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\
                    Trailer: X-Forwarded-For\r\n\r\n1\r\n{\r\n0\r\nX-Forwarded-For: 203.0.113.66\r\n\r\n";
    assert!(says(running.address, trailing).await.starts_with("HTTP/1.1 422 "));
    // Hidden in another request's body, on one connection.
    let inside = request("X-Forwarded-For: 203.0.113.66\r\n");
    let hiding = format!(
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{inside}",
        inside.len()
    );
    assert!(says(running.address, &hiding).await.starts_with("HTTP/1.1 422 "));
    assert_eq!(logged(&app).await, ["127.0.0.1"; 2], "the proxy itself, since it said nothing");
    running.stop().await.unwrap();
}

/// A failing sign-in over HTTP/2 with these headers, and trailers after the body.
async fn over_http2(address: SocketAddr, headers: &[(&'static str, &'static str)], trailers: Option<HeaderMap>) -> u16 {
    let stream = TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut request = Request::post(format!("http://localhost:{}/sign-in", address.port())).version(Version::HTTP_2);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (answer, mut body) = client.ready().await.unwrap().send_request(request.body(()).unwrap(), false).unwrap();
    body.send_data(Bytes::from_static(b"{"), trailers.is_none()).unwrap();
    if let Some(trailers) = trailers {
        body.send_trailers(trailers).unwrap();
    }
    answer.await.unwrap().status().as_u16()
}

#[tokio::test]
async fn http2_is_read_as_strictly() {
    let app = believing("x-forwarded-for").await;
    let running = app.listen().await.unwrap();
    let twice = [("x-forwarded-for", WANTED), ("x-forwarded-for", WANTED)];
    assert_eq!(over_http2(running.address, &twice, None).await, 422);
    let mut trailers = HeaderMap::new();
    trailers.insert("x-forwarded-for", HeaderValue::from_static(WANTED));
    assert_eq!(over_http2(running.address, &[], Some(trailers)).await, 422);
    assert_eq!(over_http2(running.address, &[("forwarded", "for=203.0.113.66")], None).await, 422);
    assert_eq!(logged(&app).await, ["127.0.0.1"; 3]);
    assert_eq!(over_http2(running.address, &[("x-forwarded-for", "198.51.100.7")], None).await, 422);
    assert_eq!(logged(&app).await.last().map(String::as_str), Some("198.51.100.7"));
    running.stop().await.unwrap();
}

/// A failing sign-in from this end of a connection, with one header.
async fn fails(app: &TestApp, address: &str, (name, value): (&str, &str)) {
    let caller = app.stranger().at(address);
    let request = caller.request(Method::POST, "/sign-in").header(name, value);
    caller.send(request.body(Body::from("{")).unwrap()).await.expect(422);
}

#[tokio::test]
async fn behind_a_named_proxy_the_client_is_logged() {
    let app = believing("x-forwarded-for").await;
    fails(&app, "10.0.0.5", ("x-forwarded-for", "198.51.100.7")).await;
    fails(&app, "::ffff:10.0.0.5", ("x-forwarded-for", "203.0.113.66, 198.51.100.8, 10.0.0.6")).await;
    fails(&app, "10.0.0.5", ("forwarded", "for=203.0.113.66")).await;
    fails(&app, "10.0.0.99", ("x-forwarded-for", WANTED)).await;
    assert_eq!(logged(&app).await, ["10.0.0.5", "10.0.0.99", "198.51.100.7", "198.51.100.8"]);

    let app = believing("forwarded").await;
    fails(&app, "10.0.0.5", ("forwarded", "for=203.0.113.66, for=\"[2001:db8::7]\";proto=https")).await;
    fails(&app, "10.0.0.5", ("x-forwarded-for", WANTED)).await;
    assert_eq!(logged(&app).await, ["10.0.0.5", "2001:db8::7"]);
}

#[tokio::test]
async fn behind_a_named_proxy_each_client_has_limits_of_its_own() {
    let app = believing("x-forwarded-for").await;
    for _ in 0..20 {
        fails(&app, "10.0.0.5", ("x-forwarded-for", "198.51.100.7")).await;
    }
    let caller = app.stranger().at("10.0.0.5");
    let request = caller.request(Method::POST, "/sign-in").header("x-forwarded-for", "203.0.113.66, 198.51.100.7");
    caller.send(request.body(Body::from("{")).unwrap()).await.expect(429);
    fails(&app, "10.0.0.5", ("x-forwarded-for", "198.51.100.8")).await;
}

#[tokio::test]
async fn a_proxy_that_does_not_say_for_whom_it_asks_is_in_no_office() {
    let app = believing("x-forwarded-for").await;
    app.run(&format!("UPDATE hub.organizations SET networks = '{{10.0.0.0/8}}' WHERE id = '{}'", app.world.centre.id)).await;
    let worker = app.caseworker();
    let asks = async |address: &str, lines: &[&str]| {
        let caller = worker.clone().at(address);
        let request =
            lines.iter().fold(caller.request(Method::GET, "/alerts"), |request, line| request.header("x-forwarded-for", *line));
        caller.send(request.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    assert_eq!(asks("10.9.9.9", &[]).await, 200, "a desk in the office");
    assert_eq!(asks("10.0.0.5", &["10.9.9.9"]).await, 200, "the same through the proxy");
    assert_eq!(asks("10.0.0.5", &["198.51.100.7"]).await, 403, "somebody outside");
    // The proxy's own address lies in the office's network; whoever makes the header unreadable must not borrow it.
    for lines in [&[][..], &["10.9.9.9", "10.9.9.9"], &["10.9.9.9:443"], &["10.0.0.5"]] {
        assert_eq!(asks("10.0.0.5", lines).await, 403, "{lines:?}");
    }
}
