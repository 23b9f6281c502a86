//! HTTP/1.1 over a socket, by hand: what a browser sends, against a hub that may be killed under it.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tsunagi::web::SESSION_COOKIE;

/// Longer than the hub's own patience.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody's browser, signed in.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) port: u16,
    token: String,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Wire {
    pub(crate) fn to(port: u16, token: &str) -> Self {
        Self { port, token: token.to_owned() }
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Answer> {
        self.say(&format!("GET {path} HTTP/1.1\r\n{}\r\n", self.headers(None))).await
    }

    pub(crate) async fn post(&self, path: &str, form: &str) -> Option<Answer> {
        self.say(&format!("POST {path} HTTP/1.1\r\n{}\r\n{form}", self.headers(Some(form)))).await
    }

    fn headers(&self, form: Option<&str>) -> String {
        let body = form.map_or_else(String::new, |form| {
            format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", form.len())
        });
        format!(
            "Host: localhost:{}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nCookie: {SESSION_COOKIE}={}\r\n{body}",
            self.port, self.token
        )
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
        let answer = timeout(PATIENCE, talk).await.ok()?.ok()?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        let body = answer.split_once("\r\n\r\n").map_or_else(String::new, |(_, body)| body.to_owned());
        Some(Answer { status, body })
    }
}
