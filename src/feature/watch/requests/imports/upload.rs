//! Step 1: the file.

use askama::Template;
use axum::extract::{Multipart, State, multipart::MultipartRejection};
use i18n_embed_fl::fl;

use crate::{
    domain::roster,
    gate::actions,
    store::imports::{self, Reading},
    web::{
        App, Error, ErrorLine, Frame, Here, Result, page, see_other, unprocessable,
        upload::{self, Upload as Sent},
    },
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/import/upload.html")]
struct Upload {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: &'static str,
    file_error: Option<String>,
}

pub(in super::super) async fn new(here: Here, State(app): State<App>) -> Result {
    let permit = app.gate.permit::<actions::ImportRequests>(&here.actor, &here.place())?;
    app.tx(&here.actor).await?.commit(permit.deed().with("step", "form")).await?;
    page(&form(&app, &here, None))
}

fn form(app: &App, here: &Here, error: Option<String>) -> Upload {
    let texts = here.lang.texts();
    Upload {
        frame: Frame::here(app, here, fl!(texts, "import-title")).with_crumb("/requests", fl!(texts, "request-list-title")),
        errors: error.iter().map(|text| ErrorLine { href: "#file".to_owned(), text: text.clone() }).collect(),
        action: "/requests/imports",
        file_error: error,
    }
}

pub(in super::super) async fn create(here: Here, State(app): State<App>, sent: Result<Multipart, MultipartRejection>) -> Result {
    let permit = app.gate.permit::<actions::ImportRequests>(&here.actor, &here.place())?;
    let sent = Sent::read(here.lang, sent.map_err(|_| Error::Malformed)?).await;
    let read = match sent.file {
        Ok(file) => upload::table(here.lang, file).await?,
        Err(sentence) => Err(sentence),
    };
    let (file, decoded) = match read {
        Ok(read) => read,
        Err(sentence) => return unprocessable(&form(&app, &here, Some(sentence))),
    };
    let reading = Reading { encoding: decoded.encoding, mapping: roster::guess(&decoded.table) };

    let mut tx = app.tx(&here.actor).await?;
    let id = imports::insert(&mut tx, &permit, &file.name, &file.bytes, &reading).await?;
    tx.commit(permit.deed().with("import", id).with("step", "upload").with("bytes", file.bytes.len())).await?;
    Ok(see_other(&format!("/requests/imports/{id}")))
}
