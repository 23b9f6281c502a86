//! What is delivered, read strictly: a field nobody knows, a text too long or a code that is none stop the whole delivery, because
//! they are mistakes of the program that sends and not of what it sends.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de::Error as _};
use sha2::{Digest, Sha256};
use utoipa::{
    ToSchema,
    openapi::schema::{ObjectBuilder, Schema, Type},
};
use uuid::Uuid;

use super::problem::Fault;
use crate::{
    domain::attendance::{Contact, ContactBy, ContactVia, MarkInput, Reason, Status},
    web::Error,
};

/// The most rows of one delivery: a month of forty children.
pub(super) const MOST_ROWS: usize = 1_000;
/// The most a delivery may hold, with room for notes in every row.
const MOST_BYTES: usize = 1024 * 1024;

pub(super) fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MOST_BYTES)
}

/// Attendance of one day or several.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Batch {
    #[serde(deserialize_with = "rows")]
    #[schema(min_items = 1, max_items = 1000)]
    pub(super) rows: Vec<Row>,
}

/// One child on one day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// The reference (管理コード) that the facility finds in its 出席簿. No name is accepted, and none is ever told.
    #[serde(deserialize_with = "text::<_, 1, 64>")]
    #[schema(min_length = 1, max_length = 64, example = "0c5f2d0e-7a51-4b7c-9a53-2c1f6f0f8f11")]
    pub(super) child: String,
    /// The day in Japan, at most 31 days ago.
    #[serde(deserialize_with = "day")]
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub(super) day: Date,
    /// 出欠: P 出席, L 遅刻, E 早退, LE 遅刻・早退, PS 別室, PO 校外で確認, A 欠席, SS 出席停止(感染症), SB 忌引,
    /// SO 出席停止(その他), HO 入院, TC 一時保護, NS 登園予定なし, HS 登園自粛.
    #[schema(schema_with = statuses)]
    pub(super) status: Status,
    /// 家庭からの連絡; needed with A.
    #[serde(default)]
    #[schema(schema_with = contacts)]
    pub(super) contact: Option<Contact>,
    /// 連絡者.
    #[serde(default)]
    #[schema(schema_with = contacted_by)]
    pub(super) contact_by: Option<ContactBy>,
    /// 連絡手段.
    #[serde(default)]
    #[schema(schema_with = contacted_via)]
    pub(super) contact_via: Option<ContactVia>,
    /// 理由; needed with A.
    #[serde(default)]
    #[schema(schema_with = reasons)]
    pub(super) reason: Option<Reason>,
    /// 備考. No diagnosis and no family matters.
    #[serde(default, deserialize_with = "text::<_, 0, 100>")]
    #[schema(max_length = 100)]
    pub(super) note: String,
    /// With HO: who at the hospital confirmed that the child is there.
    #[serde(default, deserialize_with = "text::<_, 0, 60>")]
    #[schema(max_length = 60)]
    pub(super) confirmed_by: String,
    /// With HO: and when.
    #[serde(default, deserialize_with = "maybe_day")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) confirmed_on: Option<Date>,
    /// Why it differs from what was sent before; needed after the time of free corrections.
    #[serde(default, deserialize_with = "text::<_, 0, 200>")]
    #[schema(max_length = 200)]
    pub(super) correction_reason: String,
}

/// A delivery that can be read.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) key: Uuid,
    /// Of the body, byte for byte.
    pub(super) hash: [u8; 32],
    pub(super) batch: Batch,
}

impl Sent {
    pub(super) fn read(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Result<Self, Fault>, Error> {
        let body = match body {
            Ok(body) => body,
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => return Err(Error::TooLarge),
            Err(_) => return Err(Error::Malformed),
        };
        let Some(key) = key(headers) else { return Ok(Err(Fault::NoKey)) };
        if !is_json(headers) {
            return Ok(Err(Fault::NotJson));
        }
        Ok(match serde_json::from_slice(&body) {
            Ok(batch) => Ok(Self { key, hash: Sha256::digest(&body).into(), batch }),
            Err(error) => Err(Fault::NotTheSchema { line: error.line(), column: error.column(), why: why(&error) }),
        })
    }
}

/// What the reader says is wrong, without where: that stands beside it.
fn why(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.rsplit_once(" at line ").map_or(said.clone(), |(why, _)| why.to_owned())
}

/// One key, a UUID with its hyphens, in quotation marks or without (draft-ietf-httpapi-idempotency-key-header).
fn key(headers: &HeaderMap) -> Option<Uuid> {
    let mut lines = headers.get_all("idempotency-key").iter();
    let (line, None) = (lines.next()?.to_str().ok()?.trim(), lines.next()) else { return None };
    let bare = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(line);
    if bare.len() == 36 { bare.parse().ok() } else { None }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

impl Row {
    /// The row as if it had been typed on the sheet.
    pub(super) fn input(&self) -> MarkInput {
        let code = |code: Option<&'static str>| code.unwrap_or_default().to_owned();
        MarkInput {
            status: self.status.code().to_owned(),
            contact: code(self.contact.map(Contact::code)),
            contact_by: code(self.contact_by.map(ContactBy::code)),
            contact_via: code(self.contact_via.map(ContactVia::code)),
            reason: code(self.reason.map(Reason::code)),
            note: self.note.clone(),
            confirmer: self.confirmed_by.clone(),
            confirmed_on: self.confirmed_on.map(|day| day.to_string()).unwrap_or_default(),
            ..MarkInput::default()
        }
    }
}

fn rows<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Row>, D::Error> {
    let rows = Vec::<Row>::deserialize(from)?;
    if (1..=MOST_ROWS).contains(&rows.len()) {
        Ok(rows)
    } else {
        Err(D::Error::custom(format!("{} rows, expected 1 to {MOST_ROWS}", rows.len())))
    }
}

/// A text of so many characters.
fn text<'de, D: Deserializer<'de>, const LEAST: usize, const MOST: usize>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let long = text.chars().count();
    if (LEAST..=MOST).contains(&long) {
        Ok(text)
    } else {
        Err(D::Error::custom(format!("a text of {long} characters, expected {LEAST} to {MOST}")))
    }
}

/// A full date (RFC 3339, 5.6) and nothing around it.
fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let text = String::deserialize(from)?;
    let has_shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    let day = if has_shape { text.parse().ok() } else { None };
    day.ok_or_else(|| D::Error::custom("not a day such as 2026-11-20"))
}

fn maybe_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    #[derive(Deserialize)]
    struct Day(#[serde(deserialize_with = "day")] Date);
    Ok(Option::<Day>::deserialize(from)?.map(|Day(day)| day))
}

/// The codes of a closed list; `null` where nothing need be said.
fn codes(codes: impl IntoIterator<Item = &'static str>, may_be_null: bool) -> Schema {
    let mut values: Vec<Option<&str>> = codes.into_iter().map(Some).collect();
    let object = if may_be_null {
        values.push(None);
        ObjectBuilder::new().schema_type(utoipa::openapi::schema::SchemaType::from_iter([Type::String, Type::Null]))
    } else {
        ObjectBuilder::new().schema_type(Type::String)
    };
    object.enum_values(Some(values)).build().into()
}

fn statuses() -> Schema {
    codes(Status::ALL.iter().map(|status| status.code()), false)
}

fn contacts() -> Schema {
    codes(Contact::ALL.iter().map(|contact| contact.code()), true)
}

fn contacted_by() -> Schema {
    codes(ContactBy::ALL.iter().map(|by| by.code()), true)
}

fn contacted_via() -> Schema {
    codes(ContactVia::ALL.iter().map(|via| via.code()), true)
}

fn reasons() -> Schema {
    codes(Reason::ALL.iter().map(|reason| reason.code()), true)
}
