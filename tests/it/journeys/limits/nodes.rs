//! What one node counted every node knows, also one that was started later, whatever HTTP is spoken.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{Request, Version, header},
};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tower::ServiceExt;

use super::{nonsense, reasons, waits};
use crate::support::TestApp;

/// Nonsense posted to a router of its own; its status.
async fn posts(router: &Router, address: &str) -> u16 {
    let from: SocketAddr = format!("{address}:40000").parse().unwrap();
    let request = Request::post("/sign-in").header("sec-fetch-site", "same-origin").extension(ConnectInfo(from));
    let answer = router.clone().oneshot(request.body(Body::from("{")).unwrap()).await.unwrap();
    answer.status().as_u16()
}

#[tokio::test]
async fn two_nodes_share_a_limit() {
    let app = TestApp::new().await;
    let (_, second) = app.second_node();
    for n in 0..20 {
        if n % 2 == 0 {
            nonsense(&app.stranger().at("198.51.100.7")).await.expect(422);
        } else {
            assert_eq!(posts(&second, "198.51.100.7").await, 422);
        }
    }
    assert_eq!(posts(&second, "198.51.100.7").await, 429);
    assert_eq!(waits(&nonsense(&app.stranger().at("198.51.100.7")).await), 30);
    assert_eq!(posts(&second, "198.51.100.8").await, 422);
}

#[tokio::test]
async fn two_nodes_asked_at_once_let_through_no_more_than_one() {
    let app = TestApp::new().await;
    let (_, second) = app.second_node();
    let first = tsunagi::http::router(&app.app).0;
    let asked = (0..100).map(|n| posts(if n % 2 == 0 { &first } else { &second }, "198.51.100.7"));
    let answers = futures::future::join_all(asked).await;
    assert_eq!(answers.iter().filter(|status| **status == 422).count(), 20);
    assert_eq!(reasons(&app).await, [("limited".to_owned(), 80), ("malformed".to_owned(), 20)]);
}

#[tokio::test]
async fn a_hub_that_was_started_anew_still_knows() {
    let app = TestApp::new().await;
    for _ in 0..20 {
        nonsense(&app.stranger().at("198.51.100.7")).await.expect(422);
    }
    // Another process on the same database: nothing of the first one's memory.
    let (_, restarted) = app.second_node();
    assert_eq!(posts(&restarted, "198.51.100.7").await, 429);
}

/// Posts nonsense in plain HTTP/1 of this version; the status line.
async fn by_hand(address: SocketAddr, version: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("POST /sign-in {version}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\n{{");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

/// The same over HTTP/2; the status.
async fn by_http2(address: SocketAddr) -> u16 {
    let stream = TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = Request::post(format!("http://localhost:{}/sign-in", address.port())).version(Version::HTTP_2);
    let request = request.header(header::CONTENT_TYPE, "application/json").body(()).unwrap();
    let (answer, mut body) = client.ready().await.unwrap().send_request(request, false).unwrap();
    body.send_data(Bytes::from_static(b"{"), true).unwrap();
    answer.await.unwrap().status().as_u16()
}

#[tokio::test]
async fn every_version_of_http_counts() {
    let app = TestApp::new().await;
    let running = app.listen().await.unwrap();
    let address = running.address;
    for n in 0..18 {
        assert!(by_hand(address, "HTTP/1.1").await.contains(" 422 "), "{n}");
    }
    assert!(by_hand(address, "HTTP/1.0").await.contains(" 422 "));
    assert_eq!(by_http2(address).await, 422);
    assert!(by_hand(address, "HTTP/1.1").await.contains(" 429 "));
    assert!(by_hand(address, "HTTP/1.0").await.contains(" 429 "));
    assert_eq!(by_http2(address).await, 429);
    running.stop().await.unwrap();
}
