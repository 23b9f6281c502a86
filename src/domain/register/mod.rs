//! 出席簿: a month of children and days, class by class, with what they come to; and the way back from such a sheet.

mod book;
mod heading;
mod layout;
mod meaning;
mod picked;
mod symbol;
#[cfg(test)]
mod tests;
mod weigh;
mod workbook;

pub use book::{Book, Class, DayCell, Line, Pupil, book, year};
pub use heading::day_of;
pub use layout::{Column, Layout, LayoutRefusal, guess};
pub use meaning::{Meaning, MeaningRefusal, guess_meaning};
pub use picked::{Cell, LONGEST_MARK, MOST_CELLS, Member, Picked, pick};
pub use symbol::symbol;
pub use weigh::{Change, Done, Known, Left, Weighed, weigh};
pub use workbook::write;
