//! What became of a delivery: a line for each row, in their order. No child is named, and nothing that was recorded is told.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::schema::{ObjectBuilder, Schema, Type},
};

use crate::domain::{
    attendance::{Fault, Field, MarkRefusal},
    ids::{Id, Submission},
    intake::Outcome,
};

/// The answer to a delivery.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Answer {
    #[schema(value_type = String, format = DateTime)]
    pub(super) received_at: Timestamp,
    /// Rows that are recorded now as they were sent.
    pub(super) taken: usize,
    /// Rows to be mended or left out.
    pub(super) refused: usize,
    /// One line for each row, in the order of the rows.
    pub(super) rows: Vec<Line>,
    /// What the facility finds on its pages as 受付.
    pub(super) receipts: Vec<Receipt>,
}

/// What became of one row.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Line {
    /// The place of the row in the delivery, from 1.
    #[schema(minimum = 1)]
    pub(super) row: usize,
    /// `accepted`, `corrected`, `unchanged`: recorded as sent. `kept`: a person of the facility recorded the day, and that stays.
    /// The others are refusals; `unknown_child` tells nothing but that this facility is not asked about such a child on that day.
    #[schema(schema_with = outcomes)]
    pub(super) result: Outcome,
    /// With `invalid`: which fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(super) faults: Vec<FieldFault>,
}

/// One field that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldFault {
    #[schema(schema_with = fields)]
    field: Field,
    #[schema(schema_with = faults)]
    fault: Fault,
}

/// The submission a day's rows became.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Receipt {
    #[schema(value_type = String, format = Date)]
    pub(super) day: Date,
    #[schema(value_type = String, format = "uuid")]
    pub(super) receipt: Id<Submission>,
}

impl From<MarkRefusal> for FieldFault {
    fn from(refusal: MarkRefusal) -> Self {
        Self { field: refusal.field, fault: refusal.fault }
    }
}

fn codes(codes: impl IntoIterator<Item = &'static str>) -> Schema {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).build().into()
}

fn outcomes() -> Schema {
    codes(Outcome::ALL.iter().map(|outcome| outcome.code()))
}

fn fields() -> Schema {
    codes(Field::ALL.iter().map(|field| field.code()))
}

fn faults() -> Schema {
    codes(Fault::ALL.iter().map(|fault| fault.code()))
}
