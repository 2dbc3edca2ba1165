//! What a file looks like by its first bytes: so that one of the wrong format is told for what it is.

use contracts::{gateway::Format, intake::formats::FormatTold};

use super::{
    acled, gdelt, hapi, quakes,
    records::{Shape, lines},
    row::Columns,
    table, ucdp,
};

/// Why a file that begins so does not fall into records of this shape, and what it looks like; `None` where it may.
pub fn objection(shape: Shape, start: &[u8]) -> Option<String> {
    let bare = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    if let Some(what) = binary(start) {
        return Some(format!("it looks like {what}"));
    }
    if matches!(shape, Shape::Lines(_)) && ends_in_returns(bare) {
        return Some(RETURNS.to_owned());
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

/// What a file looks like that is no text in UTF-8 to be read.
fn binary(start: &[u8]) -> Option<&'static str> {
    // an archive begins with the name of its first file, and names itself behind it
    if start.get(257..262) == Some(b"ustar") {
        return Some(
            "an archive (tar); unpack it, and send each file in it by itself or packed as zip or gzip",
        );
    }
    match start {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("a text in UTF-16; save it as UTF-8"),
        [b'P', b'A', b'R', b'1', ..] => Some("a Parquet file; save the table as CSV in UTF-8"),
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => {
            Some("a database (SQLite); save its table as CSV in UTF-8")
        }
        [b'7', b'z', 0xBC, 0xAF, ..]
        | [b'R', b'a', b'r', b'!', ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', ..]
        | [0xFD, b'7', b'z', ..] => {
            Some("an archive of a kind that is not unpacked here; pack the file as zip or gzip")
        }
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF; take the text or table out of it"),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some("an old workbook or document; save it as CSV in UTF-8"),
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] => Some("a picture"),
        _ if is_program(start) => {
            Some("no text: bytes of a program or an unknown kind; save what is in it as CSV, JSON or XML")
        }
        _ => None,
    }
}

/// What is said of a table whose lines no reader of tables tells apart.
const RETURNS: &str = "its lines end in a carriage return alone, as spreadsheets write \"CSV (Macintosh)\", so that it is one line; save it as \
     \"CSV UTF-8\", and send that";

/// Whether lines end in a carriage return and nothing behind it. In quotes one may stand in a text.
fn ends_in_returns(bare: &[u8]) -> bool {
    let (mut quoted, mut returns) = (false, false);
    for (at, byte) in bare.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return false,
            b'\r' if !quoted => match bare.get(at + 1) {
                Some(b'\n') => return false,
                Some(_) => returns = true,
                // what stands behind it was not read yet, or nothing does
                None => {}
            },
            _ => {}
        }
    }
    returns
}

/// Whether bytes are those of no text: a table in which a NUL or two stand by mistake is one, and its records with them are told.
fn is_program(start: &[u8]) -> bool {
    let nuls = start.split(|byte| *byte == 0).skip(1).count();
    let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    header.contains(&0) || nuls * 20 > start.len()
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
            match (by_columns(line), separated(line)) {
                ([], None) => {
                    "a text, or a table of columns that no format has; a mapping reads any table".to_owned()
                }
                ([], Some(table)) => table.to_owned(),
                (formats, _) => format!("a table of {}", named(formats)),
            }
        }
    }
}

/// Which format a table of this header line is of, where one is told by it.
pub fn table(header: &[u8]) -> Option<String> {
    let formats = by_columns(header);
    if formats.is_empty() { separated(header).map(str::to_owned) } else { Some(named(formats)) }
}

fn named(formats: &[Format]) -> String {
    formats.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(" or ")
}

/// The formats whose columns stand in this header line.
fn by_columns(header: &[u8]) -> &'static [Format] {
    const TABLES: [(&[Format], &[&str]); 6] = [
        (&[Format::UcdpGed, Format::UcdpCandidate], ucdp::REQUIRED),
        (&[Format::Acled], acled::REQUIRED),
        (&[Format::UsgsEarthquakes], quakes::USGS_REQUIRED),
        (&[Format::NceiEarthquakes], quakes::NCEI_REQUIRED),
        (&[Format::HapiConflict], hapi::REQUIRED),
        (&[Format::Csv], table::REQUIRED),
    ];
    let Ok(columns) = Columns::read(header) else { return &[] };
    let fits = |required: &[&str]| columns.require(required).is_ok();
    TABLES.into_iter().find(|(_, required)| fits(required)).map_or(&[], |(formats, _)| formats)
}

/// Which format a file has by its name and its first bytes: the format alone where it is told, several where they leave it
/// open, none where it is nothing that is read without a mapping.
pub fn tell(name: &str, start: &[u8]) -> FormatTold {
    let bare = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    if let Some(what) = binary(start) {
        return FormatTold { formats: Vec::new(), looks_like: what.to_owned() };
    }
    let head = String::from_utf8_lossy(bare);
    let end = if ends_in_returns(bare) { b'\r' } else { b'\n' };
    let line = bare.split(|byte| *byte == end).next().unwrap_or_default();
    let formats: &[Format] = match bare {
        [b'<', ..] if is_page(bare) => &[],
        // an index of alerts is a feed as well, and names what it holds
        [b'<', ..] if head.contains("emergency:cap") || head.contains("<alert") => &[Format::Cap],
        [b'<', ..] if super::feed::check_root(&head).is_ok() => &[Format::Feed],
        [b'{' | b'[', ..] if head.contains("\"location_code\"") => &[Format::HapiConflict],
        [b'{' | b'[', ..] if head.contains("reliefweb.int") => &[Format::Reliefweb],
        [b'<' | b'{' | b'[', ..] => &[],
        _ if gdelt::Version::of(line).is_ok() => &[Format::Gdelt],
        _ => by_columns(line),
    };
    let release = ucdp_release(name).filter(|release| formats.contains(release));
    let formats = release.map_or_else(|| formats.to_vec(), |release| vec![release]);
    let looks_like = match formats.as_slice() {
        [_] => String::new(),
        [] if bare.is_empty() => "a file without anything in it".to_owned(),
        _ => text(bare),
    };
    FormatTold { formats, looks_like }
}

/// Whether a file of UCDP's is a final or a candidate release: both have the same columns, and only the name tells them. The
/// candidates of 2025 are `v25_0_8`, the final release is `v25_1`.
fn ucdp_release(name: &str) -> Option<Format> {
    let name = name.to_ascii_lowercase();
    if name.contains("candidate") {
        return Some(Format::UcdpCandidate);
    }
    match ucdp::version(&name)?.get(1..)? {
        [1] => Some(Format::UcdpGed),
        // one month, or all months of a year so far, in one file, from the first month to the last
        [0, ..] | [1, _, _] => Some(Format::UcdpCandidate),
        _ => None,
    }
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
        assert_eq!(
            table(b"iso3,location_code,event_type,events,reference_period_start,reference_period_end")
                .unwrap(),
            "hapi-conflict"
        );
        assert!(table(b"a;b;c;d").unwrap().contains("semicolons"));
        assert!(table(b"a\tb\tc\td").unwrap().contains("tabs"));
    }
    #[test]
    fn a_file_that_is_no_text_is_told_with_what_to_do() {
        let mut tar = vec![b'a'; 257];
        tar.extend_from_slice(b"ustar\0");
        for (start, part) in [
            (b"PAR1\x15\x04".as_slice(), "Parquet"),
            (&tar, "tar"),
            (b"\xFF\xFEa\0", "UTF-16"),
            (b"\x7FELF\0;;;;", "no text"),
        ] {
            assert!(objection(TABLE, start).unwrap().contains(part), "{part}");
            assert!(tell("x", start).looks_like.contains(part), "{part}");
        }
    }

    #[test]
    fn a_table_whose_lines_end_in_returns_alone_is_told_for_that() {
        for returns in ["id,date\r1,x\r", "id,title,text\r1,\"two\nlines\",x\r2,a,b"] {
            let why = objection(TABLE, returns.as_bytes()).unwrap_or_default();
            assert!(why.contains("carriage return alone"), "{returns:?}: {why}");
            let known = format!("{}\r{returns}", table::REQUIRED.join(","));
            assert_eq!(tell("x", known.as_bytes()).formats, [Format::Csv], "and for what it is");
            assert!(contracts::reason::is_told(&format!("this is no csv file: {why}")), "{why}");
        }
        for lines in ["id,date\r\n1,x\r\n", "id,date\r", "id,a\rb\n1,x\n", "id,\"a\rb\"", "id,date"] {
            assert_eq!(objection(TABLE, lines.as_bytes()), None, "{lines:?}");
        }
    }

    #[test]
    fn a_table_in_which_one_character_is_a_nul_is_a_table() {
        let table = format!("{}\n1,Batken\0,x\n2,Osh,y\n", table::REQUIRED.join(","));
        assert_eq!(objection(TABLE, table.as_bytes()), None);
        assert_eq!(tell("x", table.as_bytes()).formats, [Format::Csv]);
        assert!(objection(TABLE, b"a\0,b\n1,2\n").unwrap().contains("no text"), "in its header");
    }

    #[test]
    fn the_format_of_a_file_is_told_by_how_it_begins_and_what_begins_alike_by_its_name() {
        let ged = ucdp::REQUIRED.join(",");
        let gdelt = "x\t".repeat(60) + "x\n";
        for (name, start, told) in [
            ("GEDEvent_v25_1.csv", ged.as_str(), vec![Format::UcdpGed]),
            ("GEDEvent_v25_0_8.csv", &ged, vec![Format::UcdpCandidate]),
            ("GEDEvent_v24_01_24_12.csv", &ged, vec![Format::UcdpCandidate]),
            ("ged251-csv.zip", &ged, vec![Format::UcdpGed]),
            ("GEDEvent_v25_1 (1).csv", &ged, vec![Format::UcdpGed]),
            ("events.csv", &ged, vec![Format::UcdpGed, Format::UcdpCandidate]),
            ("x", &acled::REQUIRED.join(","), vec![Format::Acled]),
            ("x", &table::REQUIRED.join(","), vec![Format::Csv]),
            ("20261125.export.CSV", &gdelt, vec![Format::Gdelt]),
            ("x", "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>", vec![Format::Cap]),
            (
                "x",
                "<?xml version='1.0'?><feed xmlns:cap='urn:oasis:names:tc:emergency:cap:1.1'>",
                vec![Format::Cap],
            ),
            ("x", "<?xml version='1.0'?><rss><channel>", vec![Format::Feed]),
            ("x", "{\"href\": \"https://api.reliefweb.int/v2/reports\"", vec![Format::Reliefweb]),
            ("x", "{\"data\": [{\"location_code\": \"KGZ\"", vec![Format::HapiConflict]),
            ("v25_1.csv", "no;date;place;type\n1;2;3;4", vec![]),
            ("x", "<html>", vec![]),
            ("x", "", vec![]),
        ] {
            let seen = tell(name, start.as_bytes());
            assert_eq!(seen.formats, told, "{name} {start}");
            assert_eq!(seen.looks_like.is_empty(), told.len() == 1, "{name} {start}");
        }
    }
}
