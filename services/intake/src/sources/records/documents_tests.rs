use proptest::prelude::*;

use super::*;

const ITEMS: Shape = Shape::Elements(&["item", "alert"]);

/// Every record of a document that comes in chunks of this size, and the trouble it ended in.
fn cut(shape: Shape, file: &[u8], (chunk, from): (usize, u64)) -> (Vec<Record>, Option<String>) {
    let mut splitter = Splitter::new(shape);
    splitter.seek(from, 1);
    let mut records = Vec::new();
    for chunk in file.chunks(chunk.max(1)) {
        splitter.push(chunk);
        records.extend(std::iter::from_fn(|| splitter.next_record()));
    }
    splitter.end();
    records.extend(std::iter::from_fn(|| splitter.next_record()));
    (records, splitter.trouble().map(str::to_owned))
}

fn whole(shape: Shape, file: &str) -> (Vec<Record>, Option<String>) {
    cut(shape, file.as_bytes(), (7, 0))
}

fn texts(records: &[Record]) -> Vec<(u64, &str)> {
    records.iter().map(|r| (r.line, std::str::from_utf8(&r.bytes).unwrap())).collect()
}

#[test]
fn elements_are_cut_wherever_they_stand_with_their_own_bytes() {
    let file = "\u{feff}<?xml version='1.0'?>\n<!-- <item>no</item> --><rss a='>'><channel>\n<item>1<b>x</b></item><item/>\n\
                <x:item t=\"/>\">2<![CDATA[</x:item>]]></x:item></channel></rss>\n";
    let (records, trouble) = whole(ITEMS, file);
    assert_eq!(
        texts(&records),
        [
            (3, "<item>1<b>x</b></item>"),
            (3, "<item/>"),
            (4, "<x:item t=\"/>\">2<![CDATA[</x:item>]]></x:item>")
        ]
    );
    assert!(trouble.is_none() && records.iter().all(|r| r.fault.is_none()));
    let mut splitter = Splitter::new(ITEMS);
    splitter.push(file.as_bytes());
    splitter.next_record();
    assert_eq!(splitter.head(), b"<?xml version='1.0'?><rss a='>'>");
}

#[test]
fn an_element_that_is_not_closed_costs_itself_only() {
    let (records, trouble) = whole(ITEMS, "<r><item>1<b></item><item>2<item>3</item><item>4</r>");
    let told: Vec<_> =
        records.iter().map(|r| (texts(std::slice::from_ref(r))[0].1, r.fault.clone())).collect();
    let unended = Some(Fault::Unended("item".to_owned()));
    assert_eq!(
        told,
        [
            ("<item>1<b></item>", None),
            ("<item>2", unended.clone()),
            ("<item>3</item>", None),
            ("<item>4", unended)
        ]
    );
    assert_eq!(trouble, None);
}

#[test]
fn a_stray_bracket_or_quote_costs_its_own_element_only() {
    let (records, _) = whole(ITEMS, "<r><item>1 < it's </item><item>2</item></r>");
    assert_eq!(texts(&records).last().unwrap().1, "<item>2</item>");
}

#[test]
fn a_document_that_is_cut_short_gives_what_was_whole_and_says_so() {
    for (shape, file, kept) in [
        (ITEMS, "<r><item>1</item><item>2", "<item>1</item>"),
        (ITEMS, "<r><item>1</item>", "<item>1</item>"),
        (Shape::Array, "{\"data\":[{\"a\":1},{\"a\"", "{\"a\":1}"),
        (Shape::Array, "[{\"a\":1},", "{\"a\":1}"),
    ] {
        let (records, trouble) = whole(shape, file);
        assert_eq!(texts(&records)[0].1, kept);
        assert!(records[1..].iter().all(|r| r.fault == Some(Fault::CutShort)), "{file}");
        assert!(trouble.unwrap().contains("cut short"), "{file}");
    }
}

#[test]
fn a_document_type_is_refused_before_anything_in_it_is_read() {
    let bomb =
        "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'aaa'><!ENTITY b '&a;&a;'>]><r><item>&b;</item></r>";
    let (records, trouble) = whole(ITEMS, bomb);
    assert!(records.is_empty() && trouble.unwrap().contains("document type"));
}

#[test]
fn what_is_too_deep_or_too_long_is_passed_over_and_reading_goes_on() {
    let deep = format!("<r><item>{}{}</item><item>2</item></r>", "<b>".repeat(500), "</b>".repeat(500));
    let (records, trouble) = whole(ITEMS, &deep);
    assert_eq!((records.len(), records[0].fault.clone(), trouble), (2, Some(Fault::TooDeep), None));
    let (records, trouble) = whole(Shape::Array, &format!("[{}1{},2]", "[".repeat(500), "]".repeat(500)));
    assert_eq!((records.len(), records[0].fault.clone(), trouble), (2, Some(Fault::TooDeep), None));
    let long = "x".repeat(MAX_BYTES + 10);
    let (records, _) =
        cut(ITEMS, format!("<r><item>{long}</item><item>2</item></r>").as_bytes(), (65_536, 0));
    assert_eq!(records[0].fault, Some(Fault::TooLong(MAX_BYTES as u64 + 23)));
    assert_eq!((records[0].bytes.len(), texts(&records[1..])[0].1), (MAX_BYTES, "<item>2</item>"));
    let (_, trouble) = whole(ITEMS, &"<b>".repeat(500));
    assert!(trouble.unwrap().contains("deep"));
}

#[test]
fn the_elements_of_a_list_are_cut_at_the_top_or_under_its_names() {
    for file in [
        "[ {\"a\":\"]}\\\"\"} ,\n[1],2, \"x\" ]",
        "{\"total\":{\"data\":[9]},\"n\":[8],\"data\":[{\"a\":\"]}\\\"\"},\n[1],2,\"x\"],\"results\":[7]}",
    ] {
        let (records, trouble) = whole(Shape::Array, file);
        let found: Vec<_> = texts(&records).into_iter().map(|(_, text)| text).collect();
        assert_eq!((found, trouble), (vec!["{\"a\":\"]}\\\"\"}", "[1]", "2", "\"x\""], None), "{file}");
        assert_eq!((records[0].line, records[1].line), (1, 2));
    }
}

#[test]
fn a_document_without_its_list_or_with_crossed_brackets_is_told() {
    for (file, part) in [
        ("{\"a\":[1]}", "no list"),
        ("\"x\"", "neither"),
        ("[1] [2]", "behind its end"),
        ("{data:[1]}", "a name was looked for"),
    ] {
        assert!(whole(Shape::Array, file).1.unwrap().contains(part), "{file}");
    }
    let (records, trouble) = whole(Shape::Array, "[{\"a\":1},{\"b\":[2}],{\"c\":3}]");
    assert_eq!((records.len(), records[1].fault.clone()), (2, Some(Fault::Crossed)));
    assert!(trouble.unwrap().contains("bracket in line 1"));
}

#[test]
fn one_record_is_taken_by_itself_and_several_are_not() {
    assert_eq!(only(ITEMS, b"<item>1</item>", 0).unwrap().bytes, b"<item>1</item>");
    assert_eq!(only(Shape::Array, b"{\"a\":1}", 0).unwrap().bytes, b"{\"a\":1}");
    assert!(only(ITEMS, b"<item>1</item><item/>", 0).unwrap_err().contains("several"));
    assert!(only(Shape::Array, b"1,2", 0).unwrap_err().contains("several"));
    assert!(only(ITEMS, b"hello", 0).unwrap_err().contains("item, alert"));
}

fn markup() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just(b"<item>".to_vec()),
        Just(b"</item>".to_vec()),
        Just(b"<b c='d'>".to_vec()),
        Just(b"</b>".to_vec()),
        Just(b"<!--".to_vec()),
        Just(b"-->".to_vec()),
        Just(b"<![CDATA[".to_vec()),
        Just(b"]]>".to_vec()),
        Just(b"<r>\n".to_vec()),
        Just(b"</r>".to_vec()),
        Just(b"<?x ?>".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..3),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

fn brackets() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just(b"{\"data\":[".to_vec()),
        Just(b"{\"a\":1}".to_vec()),
        Just(b",".to_vec()),
        Just(b"]".to_vec()),
        Just(b"[".to_vec()),
        Just(b"}".to_vec()),
        Just(b"\"\\\"x\"".to_vec()),
        Just(b"\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..3),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

fn is_lawful(shape: Shape, file: &[u8], chunk: usize) -> Result<(), TestCaseError> {
    let all = cut(shape, file, (file.len(), 0));
    prop_assert_eq!(&cut(shape, file, (chunk, 0)), &all);
    for (at, record) in all.0.iter().enumerate() {
        let stands = file.get(record.offset as usize..record.next_offset as usize).unwrap_or_default();
        prop_assert!(stands.starts_with(&record.bytes), "a record has its own bytes");
        let lines = file[..record.offset as usize].split(|byte| *byte == b'\n').count();
        prop_assert_eq!(record.line, lines as u64);
        let rest = cut(shape, file, (chunk, record.next_offset));
        prop_assert_eq!(&rest.0, &all.0[at + 1..], "reading goes on as if it had never stopped");
        prop_assert_eq!(&rest.1, &all.1);
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_document_is_cut_alike_in_any_chunks_and_from_any_record(file in markup(), chunk in 1_usize..20) {
        is_lawful(ITEMS, &file, chunk)?;
    }

    #[test]
    fn any_list_is_cut_alike_in_any_chunks_and_from_any_record(file in brackets(), chunk in 1_usize..20) {
        is_lawful(Shape::Array, &file, chunk)?;
    }

    #[test]
    fn arbitrary_bytes_never_stop_a_splitter(file in proptest::collection::vec(any::<u8>(), 0..300), chunk in 1_usize..20) {
        is_lawful(ITEMS, &file, chunk)?;
        is_lawful(Shape::Array, &file, chunk)?;
    }

    #[test]
    fn what_serde_writes_is_cut_into_its_elements(values in proptest::collection::vec(any::<(String, i64)>(), 0..20), chunk in 1_usize..20) {
        let file = serde_json::to_vec(&serde_json::json!({ "meta": { "x": [1, "]"] }, "results": values })).unwrap();
        let (records, trouble) = cut(Shape::Array, &file, (chunk, 0));
        let read: Vec<(String, i64)> = records.iter().map(|r| serde_json::from_slice(&r.bytes).unwrap()).collect();
        prop_assert_eq!((read, trouble), (values, None));
    }
}
