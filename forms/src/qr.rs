//! A QR code (ISO/IEC 18004) as dark runs, to be drawn as one shape without seams.

use qrcode::{Color, EcLevel, QrCode};

use crate::FormError;

/// The dark modules of a code, row by row.
#[derive(Debug)]
pub(crate) struct Modules {
    /// Modules per side, without the quiet zone of four around them.
    pub(crate) side: usize,
    /// Row, first column and length of each run of dark modules.
    pub(crate) runs: Vec<[usize; 3]>,
}

/// Encodes a link with level M, of which 15 % may be lost to folds and stains.
pub(crate) fn encode(link: &str) -> Result<Modules, FormError> {
    let code = QrCode::with_error_correction_level(link, EcLevel::M).map_err(|_| FormError::Link { length: link.len() })?;
    let side = code.width();
    let mut runs = Vec::new();
    for (row, modules) in code.to_colors().chunks(side).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|left, right| left == right) {
            if run[0] == Color::Dark {
                runs.push([row, column, run.len()]);
            }
            column += run.len();
        }
    }
    Ok(Modules { side, runs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_finds_the_link_in_the_runs() {
        let link = "https://tsunagi.example.lg.jp/enrol#ABCDE-FGHJK-MNPQR-01234";
        let modules = encode(link).unwrap();
        let quiet = 4;
        let dark = |x: usize, y: usize| {
            let (Some(column), Some(row)) = ((x / 4).checked_sub(quiet), (y / 4).checked_sub(quiet)) else { return false };
            modules.runs.iter().any(|[at, start, length]| *at == row && (*start..start + length).contains(&column))
        };
        let pixels = (modules.side + 2 * quiet) * 4;
        let mut picture = rqrr::PreparedImage::prepare_from_bitmap(pixels, pixels, dark);
        let grids = picture.detect_grids();
        assert_eq!(grids.len(), 1);
        assert_eq!(grids[0].decode().unwrap().1, link);
    }

    #[test]
    fn a_link_without_end_is_refused() {
        assert_eq!(encode(&"x".repeat(5000)).err(), Some(FormError::Link { length: 5000 }));
    }
}
