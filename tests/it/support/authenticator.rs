//! A passkey without a browser: registers and answers as an authenticator with user verification does (WebAuthn Level 3).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rcgen::{KeyPair, PublicKeyData, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ORIGIN: &str = "http://localhost:8080";
const RP_ID: &str = "localhost";
/// User present, user verified.
const THERE: u8 = 0x05;
/// With the credential and its public key.
const ATTESTED: u8 = 0x40;

/// A device with one passkey.
#[derive(Debug)]
pub(crate) struct Authenticator {
    key: KeyPair,
    pub(crate) id: Vec<u8>,
    user: Vec<u8>,
}

impl Authenticator {
    /// A device with a new key for the user with this id.
    pub(crate) fn of(user: &[u8]) -> Self {
        let key = KeyPair::generate().expect("a key");
        let id = Sha256::digest(key.der_bytes()).to_vec();
        Self { key, id, user: user.to_vec() }
    }

    /// What a browser posts to finish the registration that `options` began.
    pub(crate) fn registers(&self, options: &Value) -> Value {
        let point = self.key.der_bytes();
        let mut data = Self::data(THERE | ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).expect("a short id").to_be_bytes());
        data.extend(&self.id);
        // COSE: EC2, ES256, P-256, x, y (RFC 9053, 7.1)
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..65]);
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": …}
        let mut object = vec![0xa3];
        object.extend(b"\x63fmt\x64none\x67attStmt\xa0\x68authData\x58");
        object.push(u8::try_from(data.len()).expect("short data"));
        object.extend(&data);
        let response =
            json!({ "attestationObject": encoded(&object), "clientDataJSON": encoded(&said("webauthn.create", options)) });
        self.posts(options, &response)
    }

    /// What a browser posts to finish the sign-in that `options` began.
    pub(crate) fn answers(&self, options: &Value) -> Value {
        let (data, said) = (Self::data(THERE), said("webauthn.get", options));
        let signed = [data.as_slice(), &Sha256::digest(&said)].concat();
        let signature = self.key.sign(&signed).expect("a signature");
        let response = json!({
            "authenticatorData": encoded(&data), "clientDataJSON": encoded(&said), "signature": encoded(&signature), "userHandle": encoded(&self.user)
        });
        self.posts(options, &response)
    }

    /// The same passkey under another key: it is somebody's, and never holds.
    pub(crate) fn forged(&self) -> Self {
        Self { key: KeyPair::generate().expect("a key"), id: self.id.clone(), user: self.user.clone() }
    }

    fn data(flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(RP_ID).to_vec();
        data.push(flags);
        data.extend([0; 4]);
        data
    }

    fn posts(&self, options: &Value, response: &Value) -> Value {
        let id = encoded(&self.id);
        json!({
            "ceremony": options["ceremony"],
            "credential": { "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} }
        })
    }
}

fn said(kind: &str, options: &Value) -> Vec<u8> {
    let said = json!({ "type": kind, "challenge": options["publicKey"]["challenge"], "origin": ORIGIN, "crossOrigin": false });
    said.to_string().into_bytes()
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
