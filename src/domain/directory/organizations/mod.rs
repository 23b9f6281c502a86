//! Offices and facilities as a file: one row each, found again by school code, else by name.

mod columns;
mod desk;
mod details;
mod plan;
mod row;
mod tree;

pub use self::{
    columns::OrganizationField,
    details::{Details, KnownOrganization, KnownTemplate, Parent},
    plan::{OrganizationEntry, plan},
};
