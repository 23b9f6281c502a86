//! A browser that keeps its connection: HTTP/1.1 by hand, so that the client costs little of the machine.

use std::net::SocketAddr;

use anyhow::Context;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use tsunagi::web::SESSION_COOKIE;

/// What each event of a stream begins with.
const DATA: &[u8] = b"data:";

pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Posts a form; the status of the answer.
    pub(crate) async fn post(&mut self, path: &str, token: &str, form: &str) -> anyhow::Result<u16> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nCookie: {SESSION_COOKIE}={token}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        self.stream.write_all(head.as_bytes()).await?;
        let (status, length) = self.head().await?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok(status)
    }

    /// Asks for a page; the status of the answer.
    pub(crate) async fn get(&mut self, path: &str, token: &str) -> anyhow::Result<u16> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {SESSION_COOKIE}={token}\r\n\r\n");
        self.stream.write_all(head.as_bytes()).await?;
        let (status, length) = self.head().await?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok(status)
    }

    /// Opens a stream of events; returns once it has begun.
    pub(crate) async fn listen(&mut self, path: &str, token: &str) -> anyhow::Result<()> {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nSec-Fetch-Site: same-origin\r\nCookie: {SESSION_COOKIE}={token}\r\n\r\n"
        );
        self.stream.write_all(head.as_bytes()).await?;
        let (status, _) = self.head().await?;
        anyhow::ensure!(status == 200, "the inbox answered {status}");
        Ok(())
    }

    /// Waits for the next events of a stream, and counts them. A thousand such browsers share the machine with the hub, so they look
    /// at what came and no closer.
    pub(crate) async fn events(&mut self) -> anyhow::Result<usize> {
        loop {
            let came = self.stream.fill_buf().await?;
            anyhow::ensure!(!came.is_empty(), "the stream ended");
            let length = came.len();
            let events = came.windows(DATA.len()).filter(|bytes| *bytes == DATA).count();
            self.stream.consume(length);
            if events > 0 {
                return Ok(events);
            }
        }
    }

    async fn head(&mut self) -> anyhow::Result<(u16, usize)> {
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).context("no status")?.parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).await?;
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                return Ok((status, length));
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
    }
}
