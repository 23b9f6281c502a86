//! Pages of a list: whatever number a browser sends, a sensible page comes back.

use i18n_embed_fl::fl;

use super::Lang;

/// Rows on one page.
const SIZE: u32 = 50;
/// Far beyond any list we hold; keeps the offset inside what a database counts in.
const LAST: u32 = 100_000;

/// One page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    page: u32,
}

impl Paging {
    /// From the text of `?page=`: nonsense, 0, -1 and 2^63 are the first or the last page, never an error.
    pub fn read(text: Option<&str>) -> Self {
        let page = match text.map(str::trim).map(str::parse::<i128>) {
            Some(Ok(number)) => u32::try_from(number.clamp(1, i128::from(LAST))).unwrap_or(1),
            _ => 1,
        };
        Self { page }
    }

    pub const fn number(self) -> u32 {
        self.page
    }

    /// One more than fits, so that the page knows whether another follows.
    pub const fn limit(self) -> i64 {
        SIZE as i64 + 1
    }

    pub const fn offset(self) -> i64 {
        (self.page as i64 - 1) * SIZE as i64
    }

    /// Cuts the extra row off; the number of the next page when there is one.
    pub fn cut<T>(self, rows: &mut Vec<T>) -> Option<u32> {
        let more = rows.len() > SIZE as usize;
        rows.truncate(SIZE as usize);
        more.then_some(self.page + 1)
    }

    pub fn previous(self) -> Option<u32> {
        (self.page > 1).then(|| self.page - 1)
    }
}

/// `parts/pager.html`.
#[derive(Debug, Clone)]
pub struct Pager {
    pub line: String,
    pub prev: Option<String>,
    pub next: Option<String>,
}

impl Pager {
    /// Cuts the extra row off and leads to the pages around; `href` is the list with its filters.
    pub fn new<T>(paging: Paging, rows: &mut Vec<T>, href: &str, lang: Lang) -> Self {
        let next = paging.cut(rows);
        let to = |page: u32| format!("{href}{}page={page}", if href.contains('?') { '&' } else { '?' });
        let first = i64::from(paging.page - 1) * i64::from(SIZE) + 1;
        let last = first + i64::try_from(rows.len()).unwrap_or(0) - 1;
        let line = if rows.is_empty() { String::new() } else { fl!(lang.texts(), "pager-range", first = first, last = last) };
        Self { line, prev: paging.previous().map(to), next: next.map(to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_page_number_is_a_page() {
        for text in
            ["0", "-1", "9223372036854775808", "-9223372036854775809", "1e9", "", "２", "170141183460469231731687303715884105728"]
        {
            let paging = Paging::read(Some(text));
            assert!((1..=LAST).contains(&paging.number()), "{text}");
            assert!(paging.offset() >= 0);
        }
        assert_eq!(Paging::read(Some(" 3 ")).number(), 3);
    }
}
