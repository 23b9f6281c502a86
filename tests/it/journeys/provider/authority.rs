//! A sign-in service whose certificate is of the office's own authority: trusted by the operator's word alone.

use std::{fs, path::Path};

use tempfile::TempDir;
use tsunagi::gate::Role;

use super::{bind, reasons, signed_in};
use crate::support::{Service, TestApp, program};

const SETTING: &str = "TSUNAGI_PROVIDER_CA";

/// A hub whose caseworker is bound to `tanaka` and whose people are sent to the service.
async fn hub(service: &Service, settings: &[(&str, &str)]) -> TestApp {
    let app = service.hub_with(settings).await;
    service.set(&app, &app.world, "").await;
    bind(&app, service, app.world.centre.staff(Role::Caseworker).person, "tanaka").await;
    service.tell("tanaka", "").await;
    app
}

#[tokio::test]
async fn a_certificate_of_the_offices_own_authority_is_trusted_with_the_setting() {
    let service = Service::secure();
    let app = hub(&service, &[(SETTING, &service.authority())]).await;
    app.verify_everybody().await;
    assert_eq!(app.admin().post("/provider/trial", &[]).await.expect(303).location(), "/provider?done=tested");
    let session = service.sign_in(&app).await.expect(303).session();
    app.with_session(&session).get("/alerts").await.expect(200);
    assert_eq!((signed_in(&app).await, reasons(&app).await.len()), (1, 0));
}

#[tokio::test]
async fn without_the_setting_or_with_another_authority_nobody_is_sent_there() {
    let (service, other) = (Service::secure(), Service::secure());
    for settings in [&[][..], &[(SETTING, other.authority().as_str())]] {
        let app = hub(&service, settings).await;
        let down = app.stranger().get(&format!("/sign-in/provider/{}", app.world.ward)).await.expect(503);
        assert!(down.text().contains("いま使えません"));
        assert_eq!(reasons(&app).await, ["provider_down"]);
        // What the log says, and what the desk is told when it tries.
        let trouble = app.app.providers.test(&service.issuer, app.app.clock.now()).await.unwrap_err().to_string();
        assert_eq!(trouble, "it does not answer: its certificate is not trusted: UnknownIssuer");
        app.verify_everybody().await;
        let tried = app.admin().post("/provider/trial", &[]).await.expect(422);
        let said = tried.all("x-error-focus").concat();
        assert!(said.contains("証明書を確かめられません") && said.contains(SETTING), "{said}");
    }
}

#[tokio::test]
async fn a_service_that_is_gone_is_not_taken_for_one_that_is_not_trusted() {
    let mut service = Service::secure();
    let app = hub(&service, &[(SETTING, &service.authority())]).await;
    service.stop();
    let trouble = app.app.providers.test(&service.issuer, app.app.clock.now()).await.unwrap_err().to_string();
    assert!(trouble.contains("no connection") && trouble.contains("refused"), "{trouble}");
}

/// Starts the program with this file as the authority, and says how that ended.
fn started(folder: &Path, authority: &Path) -> (bool, String) {
    let wards = folder.join("wards");
    fs::create_dir_all(&wards).unwrap();
    let mut command = program(&folder.join("data"));
    let ended = command.arg("serve").env("TSUNAGI_PROVIDERS", wards).env(SETTING, authority).output().unwrap();
    (ended.status.success(), String::from_utf8(ended.stderr).unwrap())
}

#[test]
fn a_wrong_file_is_refused_at_the_start_with_the_settings_name() {
    let folder = TempDir::new().unwrap();
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    for (text, why) in [
        (None, "cannot be read"),
        (Some(String::new()), "has no certificate"),
        (Some(signed.signing_key.serialize_pem()), "has no certificate"),
        (Some(signed.cert.pem().replace("-----END", "-----")), "PEM"),
    ] {
        let path = folder.path().join("authority.pem");
        let _ = fs::remove_file(&path);
        if let Some(text) = &text {
            fs::write(&path, text).unwrap();
        }
        let (went_well, said) = started(folder.path(), &path);
        assert!(!went_well && said.contains(&format!("tsunagi: {SETTING}: ")) && said.contains(why), "{why}: {said}");
        assert!(!folder.path().join("data").exists(), "nothing was begun");
    }
}
