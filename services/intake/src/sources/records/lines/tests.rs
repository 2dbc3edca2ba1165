use proptest::prelude::*;

use super::*;

/// Every record of a file that comes in chunks of this size.
fn cut(file: &[u8], chunk: usize, width: Option<usize>) -> Vec<Record> {
    let mut splitter = Splitter::default();
    if let Some(width) = width {
        splitter.expect_width(width);
    }
    let mut records = Vec::new();
    for chunk in file.chunks(chunk.max(1)) {
        splitter.push(chunk);
        records.extend(std::iter::from_fn(|| splitter.next_record()));
    }
    splitter.end();
    records.extend(std::iter::from_fn(|| splitter.next_record()));
    records
}

fn lines(records: &[Record]) -> Vec<(u64, String, bool)> {
    let text = |r: &Record| String::from_utf8_lossy(&r.bytes).into_owned();
    records.iter().map(|r| (r.line, text(r), r.fault.is_some())).collect()
}

#[test]
fn records_are_cut_with_their_lines() {
    let file = b"\xEF\xBB\xBFid,text\r\n1,\"two\nlines, \"\"quoted\"\"\"\r\n\r\n2,last";
    let records = cut(file, 3, Some(2));
    assert_eq!(
        lines(&records),
        [
            (1, "id,text".to_owned(), false),
            (2, "1,\"two\nlines, \"\"quoted\"\"\"".to_owned(), false),
            (5, "2,last".to_owned(), false)
        ]
    );
    assert_eq!(fields(&records[1].bytes).unwrap(), ["1", "two\nlines, \"quoted\""]);
}

#[test]
fn a_quote_that_is_never_closed_costs_its_line_only() {
    let file = b"a,b\n1,\"open\n2,x\n3,y\n";
    for chunk in [1, 5, 100] {
        let records = cut(file, chunk, Some(2));
        let faulty: Vec<_> = lines(&records).into_iter().filter(|l| l.2).collect();
        assert_eq!(faulty, [(2, "1,\"open".to_owned(), true)]);
        assert_eq!(records.len(), 4);
    }
}

#[test]
fn a_quote_closed_by_a_later_one_costs_no_good_line() {
    let records = cut(b"a,b\n1,\"open\n2,x\n3,\"y\"\n4,z\n", 7, Some(2));
    let good: Vec<_> = lines(&records).into_iter().filter(|l| !l.2).map(|l| l.1).collect();
    assert_eq!(good, ["a,b", "2,x", "3,\"y\"", "4,z"]);
}

#[test]
fn a_line_that_is_too_long_is_passed_over() {
    let long = "x".repeat(MAX_BYTES + 7);
    let records = cut(format!("a,b\n1,{long}\n2,y\n").as_bytes(), 65_536, Some(2));
    assert_eq!(records.len(), 3);
    assert_eq!(records[1].fault, Some(Fault::TooLong(MAX_BYTES as u64 + 9)));
    assert_eq!(records[1].bytes.len(), MAX_BYTES);
    assert_eq!((records[2].line, records[2].bytes.as_slice()), (3, b"2,y".as_slice()));
    let unended = cut(format!("a,b\n1,{long}").as_bytes(), 65_536, Some(2));
    assert_eq!(unended.len(), 2);
}

#[test]
fn what_is_no_text_is_said_to_be_none() {
    assert!(fields(b"a,\xff").unwrap_err().contains("UTF-8"));
    assert!(fields(b"a,\0").unwrap_err().contains("NUL"));
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = prop_oneof![3 => "[a-z]{0,5}", 1 => "[a-z,\"\n ]{0,8}"];
    (1_usize..5).prop_flat_map(move |width| {
        proptest::collection::vec(proptest::collection::vec(cell.clone(), width), 1..20)
    })
}

proptest! {
    #[test]
    fn what_the_csv_crate_writes_is_read_back(table in table(), chunk in 1_usize..40) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in &table {
            writer.write_record(row).unwrap();
        }
        let file = writer.into_inner().unwrap();
        let records = cut(&file, chunk, Some(table[0].len()));
        prop_assert!(records.iter().all(|r| r.fault.is_none()));
        let read: Vec<Vec<String>> = records.iter().map(|r| fields(&r.bytes).unwrap()).collect();
        prop_assert_eq!(read, table);
    }

    #[test]
    fn arbitrary_bytes_are_cut_alike_in_any_chunks_and_nothing_is_lost(
        file in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), any::<u8>()], 0..400),
        chunk in 1_usize..50,
        width in proptest::option::of(1_usize..4),
    ) {
        let whole = cut(&file, file.len(), width);
        prop_assert_eq!(&cut(&file, chunk, width), &whole);
        let kept: usize = whole.iter().map(|r| r.bytes.len()).sum();
        let ends = file.iter().filter(|b| matches!(b, b'\n' | b'\r')).count();
        prop_assert!(kept <= file.len() && kept + ends + 3 >= file.len());
        for pair in whole.windows(2) {
            prop_assert!(pair[0].next_offset <= pair[1].offset && pair[0].line < pair[1].line);
        }
    }

    #[test]
    fn reading_goes_on_from_every_record_as_if_it_had_never_stopped(
        file in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'a')], 1..200),
        chunk in 1_usize..50,
    ) {
        let whole = cut(&file, 64, Some(2));
        for (at, last) in whole.iter().enumerate() {
            let mut splitter = Splitter::default();
            splitter.expect_width(2);
            splitter.seek(last.next_offset, last.next_line);
            let mut rest = Vec::new();
            for chunk in file.chunks(chunk) {
                splitter.push(chunk);
                rest.extend(std::iter::from_fn(|| splitter.next_record()));
            }
            splitter.end();
            rest.extend(std::iter::from_fn(|| splitter.next_record()));
            prop_assert_eq!(&rest, &whole[at + 1..]);
        }
    }
}

/// The fields letter by letter, as plainly as the rule can be written.
fn letter_by_letter(text: &str, dialect: Dialect) -> Vec<String> {
    let (mut fields, mut field, mut within) = (Vec::new(), String::new(), Within::FieldStart);
    for letter in text.replace("\r\n", "\n").chars() {
        let quote = letter == '"' && dialect.quotes;
        within = match (within, letter) {
            (Within::FieldStart, _) if quote => Within::Quoted,
            (Within::Quoted, _) if quote => Within::QuoteSeen,
            (Within::Quoted, _) => {
                field.push(letter);
                Within::Quoted
            }
            (Within::QuoteSeen, _) if quote => {
                field.push(letter);
                Within::Quoted
            }
            (_, letter) if letter == char::from(dialect.delimiter) => {
                fields.push(std::mem::take(&mut field));
                Within::FieldStart
            }
            _ => {
                field.push(letter);
                Within::Plain
            }
        };
    }
    fields.push(field);
    fields
}

proptest! {
    #[test]
    fn fields_are_those_that_are_read_letter_by_letter(
        text in "[\",;\r\nabж]{0,40}",
        delimiter in prop_oneof![Just(b','), Just(b';')],
        quotes in any::<bool>(),
    ) {
        let dialect = Dialect { delimiter, quotes };
        prop_assert_eq!(fields_of(&text, dialect).unwrap(), letter_by_letter(&text, dialect));
    }
}
