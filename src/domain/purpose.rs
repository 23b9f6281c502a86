//! Why and as what somebody takes a log away: codes of short lists, because the trail keeps no sentences.

use super::coded::coded;

coded! {
    /// The purpose of an export, asked for before each one.
    pub enum Purpose {
        /// Something looked wrong: a failed sign-in, an access out of hours.
        Investigation = "investigation",
        /// The regular look through the log.
        Inspection = "inspection",
        /// An audit, or an inspection from above.
        Audit = "audit",
        /// Somebody asked what is kept about them, or who saw it.
        Disclosure = "disclosure",
        /// To keep it beyond what the hub keeps.
        Keeping = "keeping",
    }
}

coded! {
    /// What kind of file it leaves as.
    pub enum Format {
        Xlsx = "xlsx",
        /// UTF-8 with a byte order mark.
        Csv = "csv",
        /// Windows-31J, for systems that read nothing else.
        CsvCp932 = "csv_cp932",
    }
}
