//! https by the hub itself, with a certificate of the office's own.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
};

use rcgen::CertifiedKey;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::CertificateDer};
use tempfile::TempDir;

use crate::support::TestApp;

const REQUEST: &[u8] = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// Certificate and key as files, and the certificate as a browser comes to trust it.
fn certificate(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.join("certificate.pem"), cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

async fn hub(certificate: &Path, key: &Path) -> TestApp {
    let _ = rustls::crypto::ring::default_provider().install_default();
    TestApp::with_settings(&[
        ("TSUNAGI_ORIGIN", "https://localhost"),
        ("TSUNAGI_TLS_CERT", certificate.to_str().unwrap()),
        ("TSUNAGI_TLS_KEY", key.to_str().unwrap()),
    ])
    .await
}

fn over_tls(address: SocketAddr, trusted: CertificateDer<'static>) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, TcpStream::connect(address).unwrap());
    stream.write_all(REQUEST).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn in_the_open(address: SocketAddr) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(REQUEST).unwrap();
    let mut answer = Vec::new();
    // The server may close rudely; that is an answer too.
    let _ = stream.read_to_end(&mut answer);
    answer
}

#[tokio::test]
async fn pages_come_over_https_and_say_to_stay_there() {
    let folder = TempDir::new().unwrap();
    let trusted = certificate(folder.path());
    let hub = hub(&folder.path().join("certificate.pem"), &folder.path().join("key.pem")).await;
    let running = hub.listen().await.unwrap();
    let address = running.address;
    let answer = tokio::task::spawn_blocking(move || over_tls(address, trusted)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let head = answer.split("\r\n\r\n").next().unwrap().to_ascii_lowercase();
    assert!(head.contains("\r\nstrict-transport-security: max-age="), "{head}");
    assert!(answer.contains("サインイン"), "the page itself");

    let plain = tokio::task::spawn_blocking(move || in_the_open(address)).await.unwrap();
    assert!(!String::from_utf8_lossy(&plain).contains("200 OK"), "nothing is said in the open");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused_with_the_setting_s_name() {
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    certificate(one.path());
    certificate(other.path());
    let hub = hub(&one.path().join("certificate.pem"), &other.path().join("key.pem")).await;
    let error = hub.listen().await.unwrap_err().to_string();
    assert!(error.contains("TSUNAGI_TLS_CERT"), "{error}");
}
