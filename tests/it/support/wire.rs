//! HTTP/1.1 over a socket, by hand: what a browser sends, against a hub that may be killed under it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tsunagi::web::SESSION_COOKIE;

use super::Answer;

/// Longer than the hub's own patience.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody's browser.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    port: u16,
    cookies: Vec<String>,
}

/// A stream that has begun to speak.
#[derive(Debug)]
pub(crate) struct Listening(TcpStream);

impl Wire {
    /// A browser nobody knows yet.
    pub(crate) fn to(port: u16) -> Self {
        Self { port, cookies: Vec::new() }
    }

    /// The same browser with one more cookie.
    pub(crate) fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.push(format!("{name}={value}"));
        self
    }

    /// The same browser, signed in.
    pub(crate) fn with_session(self, token: &str) -> Self {
        self.with_cookie(SESSION_COOKIE, token)
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Answer> {
        self.say(&format!("GET {path} HTTP/1.1\r\n{}\r\n", self.headers())).await
    }

    /// Posts a form, written as a browser writes it.
    pub(crate) async fn post(&self, path: &str, form: &str) -> Option<Answer> {
        self.send(path, "application/x-www-form-urlencoded", form).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Option<Answer> {
        self.send(path, "application/json", &body.to_string()).await
    }

    /// Opens a stream of events and waits for the first of them.
    pub(crate) async fn listen(&self, path: &str) -> Listening {
        let request = format!("GET {path} HTTP/1.1\r\nAccept: text/event-stream\r\n{}\r\n", self.headers());
        let begins = async {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut said = Vec::new();
            while !said.windows(6).any(|six| six == b"data: ") {
                let more = stream.read_buf(&mut said).await?;
                assert!(more > 0, "it ended before it began: {}", String::from_utf8_lossy(&said));
            }
            std::io::Result::Ok(stream)
        };
        Listening(timeout(PATIENCE, begins).await.expect("it begins in time").expect("a connection"))
    }

    async fn send(&self, path: &str, kind: &str, body: &str) -> Option<Answer> {
        let length = body.len();
        let headers = format!("{}Content-Type: {kind}\r\nContent-Length: {length}\r\n", self.headers());
        self.say(&format!("POST {path} HTTP/1.1\r\n{headers}\r\n{body}")).await
    }

    fn headers(&self) -> String {
        let common = format!("Host: localhost:{}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n", self.port);
        if self.cookies.is_empty() { common } else { format!("{common}Cookie: {}\r\n", self.cookies.join("; ")) }
    }

    /// `None` when the connection did not last: the hub is gone, or going.
    async fn say(&self, request: &str) -> Option<Answer> {
        let talk = async {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            std::io::Result::Ok(answer)
        };
        read(&timeout(PATIENCE, talk).await.ok()?.ok()?)
    }
}

impl Listening {
    /// Whether the hub ends it within this time, whatever it still says.
    pub(crate) async fn ends_within(mut self, time: Duration) -> bool {
        let mut rest = Vec::new();
        timeout(time, self.0.read_to_end(&mut rest)).await.is_ok_and(|read| read.is_ok())
    }
}

/// What came over the wire, if it is a whole answer.
fn read(raw: &[u8]) -> Option<Answer> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(raw.get(..end)?).ok()?.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let pair = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        Some((name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?))
    };
    let headers: HeaderMap = lines.filter_map(pair).collect();
    let body = raw.get(end + 4..)?;
    let in_pieces = headers.get(header::TRANSFER_ENCODING).is_some_and(|how| how == "chunked");
    let body = if in_pieces { joined(body)? } else { body.to_vec() };
    Some(Answer { status, headers, body })
}

/// A body that came in pieces (RFC 9112, 7.1), if the last one is there.
fn joined(mut pieces: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = pieces.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(pieces.get(..line)?).ok()?, 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        let begin = line + 2;
        body.extend(pieces.get(begin..begin + length)?);
        pieces = pieces.get(begin + length + 2..)?;
    }
}
