//! What a file looks like by its first bytes: so that one of the wrong format is told for what it is.

use super::{
    acled, hapi, quakes,
    records::{Shape, lines},
    row::Columns,
    table, ucdp,
};

/// Why a file that begins so does not fall into records of this shape, and what it looks like; `None` where it may.
pub fn objection(shape: Shape, start: &[u8]) -> Option<String> {
    let bare = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return Some("it is written in UTF-16; save it as UTF-8".to_owned());
    }
    if let Some(what) = binary(bare) {
        return Some(format!("it looks like {what}"));
    }
    let fits = match shape {
        Shape::Lines(_) => !matches!(bare, [b'<' | b'{' | b'[', ..]),
        Shape::Elements(_) => bare.starts_with(b"<") && !is_page(bare),
        Shape::Array => matches!(bare, [b'{' | b'[', ..]),
    };
    if fits || bare.is_empty() {
        return None;
    }
    let wanted = match shape {
        Shape::Lines(_) => "a table with a header line",
        Shape::Elements(_) => "an XML document",
        Shape::Array => "a JSON document",
    };
    Some(format!("{wanted} was expected, and it looks like {}", text(bare)))
}

/// What a file of bytes looks like.
fn binary(bare: &[u8]) -> Option<&'static str> {
    match bare {
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF; take the text or table out of it"),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some("an old workbook or document; save it as CSV in UTF-8"),
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] => Some("a picture"),
        _ => None,
    }
}

/// Whether it is a page of the web: most often the refusal or log-in of where it was fetched.
fn is_page(bare: &[u8]) -> bool {
    let begin = bare.get(..bare.len().min(14)).unwrap_or_default().to_ascii_lowercase();
    begin.starts_with(b"<!doctype html") || begin.starts_with(b"<html")
}

/// What a text looks like.
fn text(bare: &[u8]) -> String {
    match bare {
        [b'{' | b'[', ..] => "JSON".to_owned(),
        _ if is_page(bare) => {
            "a page of the web (HTML); where it was fetched, something else was answered than the file"
                .to_owned()
        }
        [b'<', ..] => "XML".to_owned(),
        _ => {
            let line = bare.split(|byte| *byte == b'\n').next().unwrap_or_default();
            table(line).map_or_else(|| "a text or table".to_owned(), |format| format!("a table of {format}"))
        }
    }
}

/// Which format a table of this header line is of, where one is told by it.
pub fn table(header: &[u8]) -> Option<&'static str> {
    let columns = Columns::read(header).ok();
    let known = columns.as_ref().and_then(|columns| {
        let formats = [
            ("ucdp-ged or ucdp-candidate", ucdp::REQUIRED),
            ("acled", acled::REQUIRED),
            ("usgs-earthquakes", quakes::USGS_REQUIRED),
            ("ncei-earthquakes", quakes::NCEI_REQUIRED),
            ("hapi-conflict", hapi::REQUIRED),
            ("csv", table::REQUIRED),
        ];
        formats.into_iter().find(|(_, required)| columns.require(required).is_ok()).map(|(name, _)| name)
    });
    known.or_else(|| separated(header))
}

/// A table that is separated by something else than commas.
fn separated(header: &[u8]) -> Option<&'static str> {
    let count = |byte: u8| header.split(|b| *b == byte).count() - 1;
    let commas = lines::fields(header).map_or(0, |fields| fields.len().saturating_sub(1));
    match (count(b'\t'), count(b';')) {
        (tabs, _) if tabs > 2 && tabs > commas => {
            Some("a table separated by tabs; save it with commas, or describe it in a mapping")
        }
        (_, semicolons) if semicolons > 2 && semicolons > commas => {
            Some("a table separated by semicolons; save it with commas, or describe it in a mapping")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: Shape = Shape::Elements(&["alert"]);
    const TABLE: Shape = Shape::Lines(lines::Dialect::COMMA);

    #[test]
    fn a_file_of_another_format_is_told_for_what_it_looks_like() {
        for (shape, start, part) in [
            (XML, "{\"a\":1}", "JSON"),
            (XML, "time,latitude,longitude,mag,id,place,type\n1", "usgs-earthquakes"),
            (XML, "<!DOCTYPE html><html>", "HTML"),
            (TABLE, " <?xml version='1.0'?>", "XML"),
            (TABLE, "[1]", "JSON"),
            (TABLE, "%PDF-1.7", "PDF"),
            (Shape::Array, "<a/>", "XML"),
            (Shape::Array, "hello", "a text"),
        ] {
            let why = objection(shape, start.as_bytes()).unwrap_or_default();
            assert!(why.contains(part), "{start}: {why}");
        }
        assert!(objection(TABLE, b"\xFF\xFEa\0").unwrap().contains("UTF-16"));
    }

    #[test]
    fn a_file_of_the_right_kind_is_let_through() {
        for (shape, start) in [(XML, "\u{feff}\n<alert>"), (TABLE, "id,date"), (Shape::Array, "{"), (XML, "")]
        {
            assert_eq!(objection(shape, start.as_bytes()), None, "{start}");
        }
    }

    #[test]
    fn a_table_is_known_by_its_columns_or_what_separates_them() {
        assert_eq!(table(b"id,date"), None);
        assert!(table(b"a;b;c;d").unwrap().contains("semicolons"));
        assert!(table(b"a\tb\tc\td").unwrap().contains("tabs"));
    }
}
