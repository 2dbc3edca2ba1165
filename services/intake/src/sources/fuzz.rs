//! Fuzz targets of every format: whatever comes, each record gives a fact or the reason why not, and where the chunks of a file
//! end makes no difference.
//!
//! The seeds are real rows of UCDP (CC BY 4.0), NCEI (public domain), GDELT (open with citation) and public notices in CAP; those
//! of ACLED, USGS, feeds and ReliefWeb are made up in the form of their descriptions, those of our own table are of the demonstration.

use contracts::gateway::Format;
use testkit::{fuzz, fuzz::Seeds};

use super::{records::Splitter, *};
use crate::domain::{draft::Arrival, harvest::Harvest};

/// What is tried in any table.
const OF_TABLES: [&str; 34] = [
    ",",
    "\"",
    "\"\"",
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\u{feff}",
    "-1",
    "0",
    "99999999999999999999",
    "1e308",
    "NaN",
    "-0.0",
    "inf",
    "180.0000001",
    "-90",
    "2026-02-30",
    "0000-00-00",
    "+262142-12-31",
    "9999-12-31",
    "2026-11-20T25:61:61Z",
    "KG-B",
    "Batken",
    "Баткен",
    "ولایت پکتیکا",
    "\u{202e}x",
    "ß\u{301}",
    "#event+id,#date",
    ";",
    "AFG",
    "true",
    "4294967296",
    "İ",
];
/// What is tried in any document.
const OF_DOCUMENTS: [&str; 38] = [
    "<",
    ">",
    "/>",
    "</",
    "<alert>",
    "</alert>",
    "<entry>",
    "</entry>",
    "<info>",
    "</info>",
    "<item/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml version=\"1.0\" encoding=\"windows-1251\"?>",
    "<?",
    "?>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "&b;",
    "&#0;",
    "&#x110000;",
    "&#1090;",
    "&amp;",
    "<a b=\"c\" b='d'>",
    "xmlns:x='y'",
    "<x:alert>",
    "Cancel",
    "Update",
    "\0",
    "<references>a,b,2026-11-20T10:00:00+06:00</references>",
    "2026-11-20T10:00:00+06:00",
    "0000-01-01T00:00:00+14:00",
    "<polygon>40,70 41,71 NaN,1 40,70</polygon>",
    "<circle>40,70 1e308</circle>",
    "<geocode><valueName>ISO3166-2</valueName>",
    "Severe",
    "\u{feff}",
];
/// What a reason says where nothing was found to say.
const NO_REASON: &str = "the record cannot be read";

#[test]
fn any_file_of_ucdp_gives_facts_or_reasons() {
    let seeds = Seeds::new(&[include_str!("fuzz/ucdp.csv")], &OF_TABLES);
    fuzz!(|script| {
        for format in [Format::UcdpGed, Format::UcdpCandidate] {
            read_whole(format, &seeds.play(script));
        }
    });
}

#[test]
fn every_row_of_these_files_goes_in() {
    for (format, file, rows) in [
        (Format::UcdpGed, include_str!("fuzz/ucdp.csv"), 3),
        (Format::UcdpCandidate, include_str!("fuzz/ucdp.csv"), 3),
        (Format::Acled, include_str!("fuzz/acled.csv"), 2),
        (Format::Gdelt, include_str!("fuzz/gdelt1.tsv"), 2),
        (Format::Gdelt, include_str!("fuzz/gdelt2.tsv"), 2),
        (Format::UsgsEarthquakes, include_str!("fuzz/usgs.csv"), 2),
        (Format::NceiEarthquakes, include_str!("fuzz/ncei.csv"), 3),
    ] {
        let input = file.as_bytes();
        let shape = shape(format, input).unwrap();
        let header = header(format, shape, input).unwrap();
        let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
        let layout = Layout::of(format, &header, terms).unwrap();
        let (records, _) = cut(shape, Some(layout.width()), (input, &[input.len()]));
        let records = &records[usize::from(!is_headless(format))..];
        let said: Vec<Said> = records.iter().map(|record| layout.read(record).unwrap()).collect();
        assert_eq!(said.len(), rows, "{format}");
    }
}

#[test]
fn any_file_of_acled_gives_facts_or_reasons() {
    let seeds = Seeds::new(&[include_str!("fuzz/acled.csv")], &OF_TABLES);
    fuzz!(|script| read_whole(Format::Acled, &seeds.play(script)));
}

#[test]
fn any_file_of_gdelt_gives_mentions_or_reasons() {
    let seeds = [include_str!("fuzz/gdelt1.tsv"), include_str!("fuzz/gdelt2.tsv")];
    let tokens =
        [&["\t", "AF", "KG08", "20261120", "20261120121500", "193", "COP", "\t\t\t\t"], &OF_TABLES[..]]
            .concat();
    let seeds = Seeds::new(&seeds, &tokens);
    fuzz!(|script| read_whole(Format::Gdelt, &seeds.play(script)));
}

#[test]
fn any_file_of_earthquakes_gives_facts_or_reasons() {
    let (usgs, ncei) = (include_str!("fuzz/usgs.csv"), include_str!("fuzz/ncei.csv"));
    let (usgs, ncei) = (Seeds::new(&[usgs], &OF_TABLES), Seeds::new(&[ncei], &OF_TABLES));
    fuzz!(|script| {
        read_whole(Format::UsgsEarthquakes, &usgs.play(script));
        read_whole(Format::NceiEarthquakes, &ncei.play(script));
    });
}

#[test]
fn any_counts_of_hapi_give_counts_or_reasons() {
    let words =
        ["null", "\\u0000", "{\"data\":[", "]}", "-1", "1e9", "AF0101", "political_violence", "2026-13-01"];
    let tokens = [&words, &OF_TABLES[..]].concat();
    let seeds = Seeds::new(&[include_str!("fuzz/hapi.json"), include_str!("fuzz/hapi.csv")], &tokens);
    fuzz!(|script| read_whole(Format::HapiConflict, &seeds.play(script)));
}

#[test]
fn any_table_of_our_own_gives_facts_or_reasons() {
    let seeds = Seeds::new(&[include_str!("fuzz/table.csv")], &OF_TABLES);
    fuzz!(|script| read_whole(Format::Csv, &seeds.play(script)));
}

#[test]
fn any_message_of_cap_gives_facts_or_reasons() {
    let seeds: [&[u8]; 4] = [
        include_bytes!("fuzz/weather.cap"),
        include_bytes!("fuzz/earthquake.cap"),
        include_bytes!("fuzz/index.atom"),
        include_bytes!("fuzz/index.rss"),
    ];
    let seeds = Seeds::new(&seeds, &OF_DOCUMENTS);
    fuzz!(|script| {
        let (input, chunks) = seeds.play(script);
        if let Err(why) = cap::links(&input) {
            is_reason(&why);
        }
        read_whole(Format::Cap, &(input, chunks));
    });
}

#[test]
fn any_feed_of_news_gives_leads_or_reasons() {
    let seeds: [&[u8]; 2] = [include_bytes!("fuzz/feed.rss"), include_bytes!("fuzz/feed.atom")];
    let words =
        ["<guid>", "</guid>", "<link href='", "<title>", "</title>", "<pubDate>", "&nbsp;", "<script>"];
    let seeds = Seeds::new(&seeds, &[&words, &OF_DOCUMENTS[..]].concat());
    fuzz!(|script| read_whole(Format::Feed, &seeds.play(script)));
}

#[test]
fn any_reports_of_reliefweb_give_leads_or_reasons() {
    let tokens: Vec<&str> = r#"null \u0000 \ud800 { } [ ] " \ , "data":[ "fields":{ "id": -1 1e999 <p> </p> <script> &#0; &nbsp; 9999-12-31T00:00:00Z"#
        .split(' ')
        .collect();
    let seeds = Seeds::new(&[include_str!("fuzz/reliefweb.json")], &tokens);
    fuzz!(|script| read_whole(Format::Reliefweb, &seeds.play(script)));
}

#[test]
fn any_document_in_json_is_cut_alike_however_it_comes() {
    let seeds = [
        r#"{"status":200,"data":[{"event_id_cnty":"TAJ1","notes":"a \"b\" \\ [c] {d"},{"e":[1,[2,{}]]}, 7, "x"],"next":null}"#,
        r#"[{"a":1},{"b":[]} , null]"#,
        r#"{"count":1,"results":[],"data":[{"z":"\u0000"}]}"#,
    ];
    let tokens = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        ",",
        ":",
        "data",
        "results",
        "\"data\":[",
        "\u{feff}",
        "\n",
        "null",
        "1e999",
    ];
    let seeds = Seeds::new(&seeds, &tokens);
    fuzz!(|script| {
        let (input, chunks) = seeds.play(script);
        let (records, _) = cut(Shape::Array, None, (&input, &chunks));
        for record in records.iter().filter(|record| record.fault.is_none()) {
            assert!(!record.bytes.is_empty());
        }
    });
}

/// A file as an import reads it: its kind, its header, its records, each told or refused.
fn read_whole(format: Format, (input, chunks): &(Vec<u8>, Vec<usize>)) {
    let start = input.get(..4096).unwrap_or(input);
    let shape = match shape(format, start) {
        Ok(shape) => shape,
        Err(why) => return is_reason(&why),
    };
    let Some(header) = header(format, shape, input) else { return };
    let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
    let layout = match Layout::of(format, &header, terms) {
        Ok(layout) => layout,
        Err(why) => return is_reason(&why),
    };
    let (records, trouble) = cut(shape, Some(layout.width()), (input, chunks));
    trouble.as_deref().into_iter().for_each(is_reason);
    for record in &records {
        let mut harvest = Harvest::default();
        match layout
            .read(record)
            .and_then(|said| harvest.add(said, (0, record.line)).map_err(|error| error.to_string()))
        {
            Ok(()) => is_sound(harvest, record),
            Err(why) => is_of_record(&why),
        }
    }
}

/// The first line of a table, the head of a document.
fn header(format: Format, shape: Shape, input: &[u8]) -> Option<Vec<u8>> {
    let mut splitter = Splitter::new(shape);
    splitter.push(input);
    splitter.end();
    let first = splitter.next_record();
    if !matches!(shape, Shape::Lines(_)) {
        return Some(splitter.head());
    }
    assert!(is_headless(format) || first.is_some() || splitter.trouble().is_none());
    first.filter(|first| first.fault.is_none()).map(|first| first.bytes)
}

/// The records of a file that comes in one piece; they are the same, and where they were, when it comes in chunks, and from any
/// of them on.
fn cut(
    shape: Shape,
    width: Option<usize>,
    (input, chunks): (&[u8], &[usize]),
) -> (Vec<Record>, Option<String>) {
    let whole = cut_from(shape, width, (input, &[input.len().max(1)], None));
    let pieces = cut_from(shape, width, (input, chunks, None));
    assert_eq!(whole, pieces, "the chunks make a difference");
    let mut behind = 0;
    for record in &whole.0 {
        assert!(record.offset >= behind && record.next_offset >= record.offset, "{record:?} before {behind}");
        assert!(record.next_offset <= input.len() as u64 && record.bytes.len() <= records::MAX_BYTES);
        assert!(record.next_line >= record.line);
        if let Some(fault) = &record.fault {
            is_of_record(&fault.to_string());
        }
        behind = record.next_offset;
    }
    let middle = whole.0.len() / 2;
    if let Some(record) = whole.0.get(middle).filter(|_| middle > 0) {
        let rest = cut_from(shape, width, (input, chunks, Some(record)));
        assert_eq!(rest.0.as_slice(), &whole.0[middle..], "going on from {record:?}");
    }
    whole
}

fn cut_from(
    shape: Shape,
    width: Option<usize>,
    (input, chunks, from): (&[u8], &[usize], Option<&Record>),
) -> (Vec<Record>, Option<String>) {
    let mut splitter = Splitter::new(shape);
    if let Some(width) = width {
        splitter.expect_width(width);
    }
    if let Some(record) = from {
        splitter.seek(record.offset, record.line);
    }
    let (mut records, mut rest, mut sizes) = (Vec::new(), input, chunks.iter().cycle());
    loop {
        while let Some(record) = splitter.next_record() {
            records.push(record);
            assert!(records.len() <= input.len() + 1, "more records than bytes");
        }
        if rest.is_empty() {
            break;
        }
        let (chunk, behind) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
        splitter.push(chunk);
        rest = behind;
    }
    splitter.end();
    while let Some(record) = splitter.next_record() {
        records.push(record);
        assert!(records.len() <= input.len() + 1, "more records than bytes");
    }
    (records, splitter.trouble().map(str::to_owned))
}

/// A reason says something, and not without end.
fn is_reason(why: &str) {
    assert!(!why.trim().is_empty() && why != NO_REASON, "no place is named: {why}");
    let begin: String = why.chars().take(400).collect();
    assert!(why.len() < 8 * 1024, "{} bytes of a reason: {begin}", why.len());
    assert!(!why.contains('\0'), "{why}");
}

/// A reason why a record waits is one that the console can tell in every language.
fn is_of_record(why: &str) {
    is_reason(why);
    assert!(contracts::reason::is_told(why), "{why:?} is no reason of contracts::reason");
}

/// Whether a text in this JSON holds a NUL. A backslash that stands before `u0000` as itself is none.
fn holds_nul(json: &str) -> bool {
    json.replace("\\\\", "").contains("\\u0000")
}

/// What was read is a fact that could be kept: it can be written as JSON and read back, and is not much more than its record.
fn is_sound(harvest: Harvest, record: &Record) {
    let most = 16 * 1024 + 8 * record.bytes.len();
    for remark in harvest.remarks.keys() {
        assert!(contracts::reason::is_told(remark), "{remark:?}");
    }
    for (message, _) in &harvest.messages {
        let whole = message.whole.to_string();
        assert!(whole.len() < most && !holds_nul(&whole), "{whole}");
    }
    for (count, _) in harvest.counts {
        let import = domain::ImportId::derived(&["fuzz"]);
        let kept = count.aggregate(1, (&import, "2026-11-23T07:30:00Z".parse().unwrap()));
        let written = serde_json::to_string(&kept).unwrap();
        assert!(written.len() < most && !holds_nul(&written), "{written}");
        let read: contracts::intake::aggregate::Aggregate = serde_json::from_str(&written).unwrap();
        assert_eq!(read, kept);
    }
    let at = "2026-11-23T07:30:00Z".parse().unwrap();
    for (item, _) in harvest.leads {
        assert!(
            !item.title.is_empty() && !item.external_id.trim().is_empty() && !item.owner.is_empty(),
            "{item:?}"
        );
        let lead = item.lead(("fuzz", at), None);
        let written = serde_json::to_string(&lead).unwrap();
        assert!(written.len() < 2 * most && !holds_nul(&written), "{written}");
        assert_eq!(serde_json::from_str::<contracts::intake::leads::Lead>(&written).unwrap(), lead);
    }
    let drafts = harvest.drafts.into_iter().map(|(digested, _)| digested.draft);
    let drafts = drafts.chain(harvest.messages.into_iter().map(|(message, _)| message.draft));
    for draft in drafts {
        let arrival = Arrival::at("2026-11-23T07:30:00Z".parse().unwrap());
        let seen = draft.observation(1, &arrival);
        let written = serde_json::to_string(&seen).unwrap();
        assert!(written.len() < most, "{} bytes of {}", written.len(), record.bytes.len());
        assert!(!holds_nul(&written), "{written}");
        assert_eq!(serde_json::from_str::<domain::Observation>(&written).unwrap(), seen);
    }
}
