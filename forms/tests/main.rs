//! The forms as a reader of the finished PDF meets them: text by its glyphs, pages as pictures, what the file declares.

mod invitation;
mod reader;
mod recovery;
mod slip;
