//! A security key made of numbers: registers and answers as one would over USB, and can be told to misbehave.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tsunagi::web::Secret;

use super::{Answer, Caller, Staff, TestApp};

/// One passkey, of one person.
#[derive(Debug, Clone)]
pub(crate) struct Authenticator {
    key: SigningKey,
    pub(crate) id: Vec<u8>,
    user: String,
    /// The site the browser says it is on.
    pub(crate) origin: String,
    /// Asks for PIN or finger.
    pub(crate) verifies: bool,
    /// Lives on more than one device (flag BE).
    pub(crate) synced: bool,
    /// How often it was used; most passkeys do not count and say 0.
    pub(crate) counter: u32,
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const SYNCED: u8 = 0x08 | 0x10;
const ATTESTED: u8 = 0x40;

impl Authenticator {
    /// A key of its own for each number.
    pub(crate) fn new(number: u8) -> Self {
        let key = SigningKey::from_slice(&Sha256::digest([number; 8])).expect("a scalar");
        let id = Sha256::digest([number; 9]).to_vec();
        let origin = "http://localhost:8080".to_owned();
        Self { key, id, user: String::new(), origin, verifies: true, synced: false, counter: 0 }
    }

    /// A key that says to be the one of the user with this id, whoever that is.
    pub(crate) fn of(user: &[u8]) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let seed = [user, &MADE.fetch_add(1, Ordering::Relaxed).to_be_bytes()].concat();
        let key = SigningKey::from_slice(&Sha256::digest(&seed)).expect("a scalar");
        Self { key, id: Sha256::digest(B64.encode(seed)).to_vec(), user: B64.encode(user), ..Self::new(0) }
    }

    /// The same passkey under another key: it is somebody's, and never holds.
    pub(crate) fn forged(&self) -> Self {
        Self { key: SigningKey::from_slice(&Sha256::digest(&self.id)).expect("a scalar"), ..self.clone() }
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let host = url::Url::parse(&self.origin).expect("an origin").host_str().expect("a host").to_owned();
        let mut data = Sha256::digest(host.as_bytes()).to_vec();
        data.push(PRESENT | more | if self.verifies { VERIFIED } else { 0 } | if self.synced { SYNCED } else { 0 });
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// What a browser sends back for creation options.
    pub(crate) fn register(&mut self, options: &Value) -> Value {
        options["user"]["id"].as_str().expect("a user").clone_into(&mut self.user);
        let mut data = self.data(ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend(&self.id);
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        // COSE: {1: EC2, 3: ES256, -1: P-256, -2: x, -3: y}
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(x);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(y);
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
        object.extend(data);
        let client = self.client_data("webauthn.create", options);
        json!({
            "id": B64.encode(&self.id), "rawId": B64.encode(&self.id), "type": "public-key", "extensions": { "credProps": { "rk": true } },
            "response": { "attestationObject": B64.encode(object), "clientDataJSON": B64.encode(client), "transports": ["usb"] },
        })
    }

    /// What a browser sends back for request options.
    pub(crate) fn answer(&self, options: &Value) -> Value {
        let data = self.data(0);
        let client = self.client_data("webauthn.get", options);
        let signed = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let signature: Signature = self.key.sign(&signed);
        json!({
            "id": B64.encode(&self.id), "rawId": B64.encode(&self.id), "type": "public-key", "extensions": {},
            "response": {
                "authenticatorData": B64.encode(data), "clientDataJSON": B64.encode(client),
                "signature": B64.encode(signature.to_der().as_bytes()), "userHandle": self.user,
            },
        })
    }
}

impl Authenticator {
    /// What a browser posts to finish the registration the hub began with `begun`.
    pub(crate) fn registers(&mut self, begun: &Value) -> Value {
        json!({ "ceremony": begun["ceremony"], "credential": self.register(&begun["publicKey"]) })
    }

    /// What a browser posts to finish the sign-in the hub began with `begun`.
    pub(crate) fn answers(&self, begun: &Value) -> Value {
        json!({ "ceremony": begun["ceremony"], "credential": self.answer(&begun["publicKey"]) })
    }
}

impl TestApp {
    /// Two passkeys for everybody of both wards, which nobody can answer with.
    pub(crate) async fn give_passkeys(&self) {
        for world in [&self.world, &self.other] {
            let staff = world.people().flat_map(|(_, staff)| staff.passkeys().map(|id| (staff.person, id)));
            let rows = staff.map(|(person, id)| {
                let (ward, now) = (world.ward, self.app.clock.now());
                format!("('{ward}', '{id}', '{person}', uuid_send('{id}'), '{{}}', 'パスキー', '{now}')")
            });
            let rows = rows.collect::<Vec<_>>().join(", ");
            self.run(&format!(
                "INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at) VALUES {rows}"
            ))
            .await;
        }
    }

    /// Invites somebody of the world and lets them register this passkey; the caller is signed in with it.
    pub(crate) async fn enrol(&self, staff: &Staff, authenticator: &mut Authenticator) -> Caller<'_> {
        self.with_session(&self.enrolment(staff, authenticator).await.expect(200).session())
    }

    /// The same, with the answer of the last step.
    pub(crate) async fn enrolment(&self, staff: &Staff, authenticator: &mut Authenticator) -> Answer {
        let code = Secret::code();
        let hash = code.hash().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let now = self.app.clock.now();
        self.run(&format!(
            "INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at)
             SELECT p.ward_id, gen_random_uuid(), p.id, '\\x{hash}', '{now}', '{now}'::timestamptz + interval '1 day'
             FROM hub.people p WHERE p.id = '{}'",
            staff.person
        ))
        .await;
        let enrolling = self.stranger().with_cookie("__Host-tsunagi-enrol", code.text());
        let options = enrolling.post_json("/enrol/options", &json!({ "kind": "key" })).await.expect(200).json();
        let answer = authenticator.registers(&options);
        enrolling.post_json("/enrol/credential", &answer).await
    }

    /// Signs in with a passkey.
    pub(crate) async fn sign_in(&self, authenticator: &Authenticator) -> Answer {
        let options = self.stranger().post_json("/sign-in/options", &json!({})).await.expect(200).json();
        self.stranger().post_json("/sign-in", &authenticator.answers(&options)).await
    }

    /// Every session of the world has just been verified for everything.
    pub(crate) async fn verify_everybody(&self) {
        let now = self.app.clock.now();
        let actions = tsunagi::gate::actions::ALL.iter().map(|known| format!("('{}')", known.name)).collect::<Vec<_>>().join(", ");
        self.run(&format!(
            "INSERT INTO hub.step_ups (ward_id, session_id, action, verified_at)
             SELECT s.ward_id, s.id, a.name, '{now}' FROM hub.sessions s CROSS JOIN (VALUES {actions}) a (name)
             ON CONFLICT (ward_id, session_id, action) DO UPDATE SET verified_at = excluded.verified_at"
        ))
        .await;
    }
}

impl<'a> Caller<'a> {
    /// Is verified again for the action, or to come back to a locked screen when it is empty; the answer of the last step.
    pub(crate) async fn verify(&self, action: &str, authenticator: &Authenticator) -> Answer {
        let options = self.post_json("/verify/options", &json!({ "action": action })).await.expect(200).json();
        self.post_json("/verify", &authenticator.answers(&options)).await
    }

    /// The same person, just verified for the action: signed in with the new token.
    pub(crate) async fn verified(&self, action: &str, authenticator: &Authenticator) -> Caller<'a> {
        let answer = self.verify(action, authenticator).await.expect(200);
        self.app.with_session(&answer.session())
    }
}
