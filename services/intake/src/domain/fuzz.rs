//! Fuzz targets of what people write: names of places, searches. Whatever it is, it is found, or the reason says why not.

use domain::{Point, Precision};
use testkit::{fuzz, fuzz::Seeds};

use super::{
    place::{self, Stated},
    query::TextQuery,
    snippet, words,
};

const NAMES: [&str; 9] = [
    "Баткенская область",
    "Batken",
    "KG-B",
    "ولایت پکتیکا",
    "Qoraqalpogʻiston",
    "Горно-Бадахшанская АО",
    "Osh",
    "Türkistan",
    "GBAO",
];
const LETTERS: [&str; 14] = [
    "\u{301}",
    "ß",
    "İ",
    "ﷺ",
    "\u{200d}",
    "\u{202e}",
    "-",
    "ʻ",
    "ё",
    "\0",
    " ",
    "область",
    "province",
    "\u{10ffff}",
];

#[test]
fn any_name_of_a_place_is_found_or_told_why_not() {
    let seeds = Seeds::new(&NAMES, &LETTERS);
    fuzz!(|script| {
        let text = seeds.text(script);
        for country in [None, "KGZ".parse().ok(), "IRN".parse().ok()] {
            match place::stated_province(&text, country) {
                Ok(found) => assert_eq!(country.unwrap_or(found.country), found.country, "{text:?}"),
                Err(why) => assert!(!why.is_empty() && why.len() < 4096, "{} bytes", why.len()),
            }
            geography::find_places(&text, country.as_ref().map(domain::Country::as_str));
            let point = Point::new(41.0, 69.0 + f64::from(script.first().copied().unwrap_or(0)) / 20.0).ok();
            for precision in [Precision::Exact, Precision::Province, Precision::None] {
                let stated = Stated {
                    country,
                    province: text.clone(),
                    district: None,
                    name: Some(text.clone()),
                    point,
                };
                if let Err(problems) = place::find(stated, precision) {
                    assert!(!problems.is_empty() && problems.iter().all(|why| why.len() < 4096));
                }
            }
        }
    });
}

#[test]
fn any_search_is_read_and_its_words_are_found_again() {
    let seeds = [
        "water \"чабыр суу\" -price* канал",
        "شورش -\"x y\" *",
        "\"unclosed -- **",
        "a b c d e f g h i j k l m n o p q r s",
    ];
    let tokens = [&["\"", "-", "*", "”", "«", "and"], &LETTERS[..]].concat();
    let seeds = Seeds::new(&seeds, &tokens);
    fuzz!(|script| {
        let text = seeds.text(script);
        let query = TextQuery::read(&text);
        assert!(query.terms.len() <= 16 && query.terms.iter().all(|term| !term.stems.is_empty()));
        assert!(query.read_as.len() <= 3 * text.len().min(2000) + 64, "{}", query.read_as);
        for word in words::words(&text) {
            assert!(!word.stem.is_empty() && text.get(word.at).is_some());
        }
        let mut seen = super::merge::tests::draft("1").observation(1, &super::merge::tests::arrival());
        seen.title.clone_from(&text);
        let shown: String = snippet::of(&seen, &query).title.into_iter().map(|piece| piece.text).collect();
        assert_eq!(shown, text, "the pieces are the title");
    });
}
