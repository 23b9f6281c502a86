//! Passkeys (WebAuthn Level 3): discoverable, with user verification, nothing weaker.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{
        CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
        WebauthnError,
    },
};
use webauthn_rs_proto::ResidentKeyRequirement;

use crate::config::Config;

/// The ceremonies of one origin.
#[derive(Debug)]
pub struct Passkeys(Webauthn);

/// The answer of an authenticator did not hold. Why is for the log, never for the person.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyRefused {
    #[error("the browser's answer cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("the answer does not hold: {0}")]
    Webauthn(#[from] WebauthnError),
    #[error("the passkey would not be discoverable")]
    NotDiscoverable,
    #[error("the user was not verified")]
    NotVerified,
}

impl PasskeyRefused {
    /// Everything held but the counter, which went back or stood still: there may be a second one of it (WebAuthn Level 3, 6.1.1).
    pub const fn looks_like_a_copy(&self) -> bool {
        matches!(self, Self::Webauthn(WebauthnError::CredentialPossibleCompromise))
    }
}

/// A half-finished ceremony: what the browser is sent, and what the server keeps.
#[derive(Debug)]
pub struct Begun {
    pub options: Value,
    pub state: Value,
}

/// A finished registration.
#[derive(Debug)]
pub struct Registered {
    pub credential_id: Vec<u8>,
    pub credential: Value,
    /// Backup eligible (WebAuthn flag BE): it lives on more than one device.
    pub synced: bool,
}

/// What a browser answered when signing in, read but not yet believed.
#[derive(Debug)]
pub struct Answer {
    credential: PublicKeyCredential,
    pub user: Uuid,
}

impl Passkeys {
    /// # Errors
    /// When origin and RP ID do not fit together, which `Config` has made sure of.
    pub fn new(config: &Config) -> Result<Self, WebauthnError> {
        Ok(Self(WebauthnBuilder::new(config.rp_id(), &config.origin)?.rp_name("つなぎ").build()?))
    }

    /// `hint` is the WebAuthn word for what the person wants to register: client-device, security-key or hybrid.
    pub fn begin_registration(&self, person: Uuid, name: &str, known: Vec<Vec<u8>>, hint: &str) -> Result<Begun, PasskeyRefused> {
        let known: Vec<CredentialID> = known;
        let (mut challenge, state) = self.0.start_passkey_registration(person, name, name, Some(known))?;
        // The library asks for "discouraged"; without a resident key there is no sign-in without a user name.
        if let Some(selection) = challenge.public_key.authenticator_selection.as_mut() {
            selection.resident_key = Some(ResidentKeyRequirement::Required);
            selection.require_resident_key = true;
        }
        let mut options = serde_json::to_value(challenge.public_key)?;
        options["hints"] = json!([hint]);
        let attachment = if hint == "client-device" { "platform" } else { "cross-platform" };
        options["authenticatorSelection"]["authenticatorAttachment"] = json!(attachment);
        Ok(Begun { options, state: serde_json::to_value(state)? })
    }

    pub fn finish_registration(&self, answer: Value, state: Value) -> Result<Registered, PasskeyRefused> {
        let answer: RegisterPublicKeyCredential = serde_json::from_value(answer)?;
        let state: PasskeyRegistration = serde_json::from_value(state)?;
        // Browsers that do not report it were still told to make a discoverable one; "no" is a refusal.
        if answer.extensions.cred_props.as_ref().and_then(|props| props.rk) == Some(false) {
            return Err(PasskeyRefused::NotDiscoverable);
        }
        let passkey = self.0.finish_passkey_registration(&answer, &state)?;
        let credential_id = passkey.cred_id().clone();
        let credential = serde_json::to_value(passkey)?;
        let synced = credential["cred"]["backup_eligible"].as_bool().unwrap_or(true);
        Ok(Registered { credential_id, credential, synced })
    }

    pub fn begin_sign_in(&self) -> Result<Begun, PasskeyRefused> {
        let (challenge, state) = self.0.start_discoverable_authentication()?;
        Ok(Begun { options: serde_json::to_value(challenge.public_key)?, state: serde_json::to_value(state)? })
    }

    /// As a sign-in, for somebody known: the browser offers their own passkeys only.
    pub fn begin_verification(&self, mine: &[Vec<u8>]) -> Result<Begun, PasskeyRefused> {
        let mut begun = self.begin_sign_in()?;
        let offered = mine.iter().map(|id| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(id) }));
        begun.options["allowCredentials"] = offered.collect();
        Ok(begun)
    }

    pub fn read_answer(&self, answer: Value) -> Result<Answer, PasskeyRefused> {
        let credential: PublicKeyCredential = serde_json::from_value(answer)?;
        let (user, _) = self.0.identify_discoverable_authentication(&credential)?;
        Ok(Answer { credential, user })
    }

    /// Works as long on an answer to nobody's passkey as on one that does not hold, and believes nothing.
    pub fn pretend_to_finish(&self, answer: &Answer, state: Value) {
        let _ = self.finish_sign_in(answer, state, nobodys_passkey(answer.credential_id()));
    }

    /// Believes the answer, or not; gives back the credential with its counter moved on.
    pub fn finish_sign_in(&self, answer: &Answer, state: Value, stored: Value) -> Result<Value, PasskeyRefused> {
        let state: DiscoverableAuthentication = serde_json::from_value(state)?;
        let mut passkey: Passkey = serde_json::from_value(stored)?;
        let result = self.0.finish_discoverable_authentication_v2(&answer.credential, state, &passkey)?;
        if !result.user_verified() {
            return Err(PasskeyRefused::NotVerified);
        }
        passkey.update_credential(&result);
        Ok(serde_json::to_value(passkey)?)
    }
}

impl Answer {
    pub fn credential_id(&self) -> &[u8] {
        self.credential.get_credential_id()
    }
}

/// A passkey of nobody, in the form registrations are kept in, its private key thrown away. Whether it may be backed up is
/// settled by its id, as it is for every other passkey: an answer that says otherwise is refused sooner.
fn nobodys_passkey(credential_id: &[u8]) -> Value {
    let may_be_backed_up = credential_id.last().is_some_and(|byte| byte % 2 == 1);
    json!({ "cred": {
        "cred_id": URL_SAFE_NO_PAD.encode(credential_id),
        "cred": { "type_": "ES256", "key": { "EC_EC2": {
            "curve": "SECP256R1",
            "x": "tPZfQVU9PrXsDI9HJNXBNn1U3l1FKHN3x0eHpJW912g",
            "y": "Y23KjqvQ_AWYNzR4UIi1d0qQ_r2wi8V9FLCBQC1qjHU",
        } } },
        "counter": 0,
        "transports": null,
        "user_verified": true,
        "backup_eligible": may_be_backed_up,
        "backup_state": false,
        "registration_policy": "required",
        "extensions": { "cred_protect": "Ignored", "hmac_create_secret": "NotRequested", "appid": "NotRequested", "cred_props": "Ignored" },
        "attestation": { "data": "None", "metadata": "None" },
        "attestation_format": "none",
    } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_s_passkey_can_be_read_like_any_other() {
        for id in [&b"even\0"[..], b"odd\x01", b""] {
            serde_json::from_value::<Passkey>(nobodys_passkey(id)).unwrap();
        }
    }
}
