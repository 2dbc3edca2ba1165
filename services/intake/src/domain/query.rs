//! What a person writes into the search box: words, "phrases in quotes", beginnings with a star, -words to leave out, and OR between
//! words of which any will do.
//!
//! What has no meaning is read as plain words, and how all was read is told; what holds no word at all is asked back.

use super::{
    names,
    words::{FIGURES, words},
};

/// How many terms are looked for; what is written behind them is left out and said.
const TERMS: usize = 16;
/// How many characters are read.
const CHARS: usize = 500;

/// One thing looked for: a word, or several in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its words as the index has them; never none.
    pub stems: Vec<String>,
    /// Other spellings of the place that they name, and what stands behind OR: any of them will do as well.
    pub others: Vec<Vec<String>>,
    /// Whether the last one may go on.
    pub begins: bool,
    /// Whether it must not be there.
    pub without: bool,
}

/// What is looked for in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextQuery {
    /// All of them together.
    pub terms: Vec<Term>,
    /// How it was read.
    pub read_as: String,
    /// What was read otherwise than it may have been meant.
    pub notes: Vec<String>,
}

/// A piece of what was written, before its words are known.
struct Piece<'a> {
    text: &'a str,
    quoted: bool,
    begins: bool,
    without: bool,
}

/// What became of a piece.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// It is looked for.
    Yes,
    /// It holds no word.
    No,
    /// It stands behind as many as are looked for.
    Beyond,
}

/// What stands between words of which any will do, in capital letters.
const EITHER: [&str; 2] = ["OR", "ИЛИ"];
/// The same in small letters, where it is a word like any other.
const ALL_ASKED: [&str; 2] = ["or", "или"];
/// What is said of that.
const ALL_WORDS: &str =
    "all words must be there; write OR in capital letters between words of which any will do";

fn left_out(or: &str) -> String {
    format!("{or} stands between whole words and phrases alone, and was left out")
}

impl Piece<'_> {
    fn is_or(&self) -> bool {
        !self.quoted && !self.begins && !self.without && EITHER.contains(&self.text)
    }
    fn stems(&self) -> Vec<String> {
        words(self.text).into_iter().map(|word| word.stem).collect()
    }
    /// How it was read.
    fn shown(&self, stems: &[String]) -> String {
        let text = self.text.trim();
        if self.quoted || stems.len() > 1 { format!("\"{text}\"") } else { text.to_owned() }
    }
}

impl TextQuery {
    /// Reads what was written.
    pub fn read(written: &str) -> Self {
        let mut query = Self::default();
        let end = written.char_indices().nth(CHARS).map_or(written.len(), |(at, _)| at);
        let (mut rest, cut) = written.split_at(end);
        if !cut.is_empty() {
            query.notes.push(format!("only the first {CHARS} characters were read"));
        }
        let (mut either, mut alternatives, mut before) = (None, 0, Taken::No);
        while let Some(piece) = next(&mut rest, &mut query.notes) {
            if piece.is_or() && either.is_none() && !query.terms.is_empty() {
                either = Some(piece.text);
                continue;
            }
            before = match either.take() {
                // what is any of several with what was left out is left out with it
                Some(_) if before == Taken::Beyond => query.beyond(),
                Some(_) if before == Taken::Yes && alternatives == TERMS => query.beyond(),
                Some(or) if before == Taken::No => {
                    query.note(left_out(or));
                    query.take(&piece)
                }
                Some(or) if query.joins(&piece, or) => {
                    alternatives += 1;
                    Taken::Yes
                }
                _ => query.take(&piece),
            };
        }
        if let Some(or) = either {
            query.note(left_out(or));
        }
        if ALL_ASKED.iter().any(|word| written.split_whitespace().any(|one| one == *word)) {
            query.note(ALL_WORDS.to_owned());
        }
        if query.terms.is_empty() {
            query.notes.push("there is no word in it to look for: the other filters alone decide".to_owned());
        }
        query
    }

    /// What is said of signs without a letter or a digit: whoever wrote them looks for something, and not for everything. `None`
    /// where there is a word, or nothing was written.
    pub fn objection(&self, written: &str) -> Option<String> {
        let given: String = written.trim().chars().take(40).collect();
        let says_nothing = self.terms.is_empty() && !given.is_empty();
        says_nothing.then(|| {
            format!("there is no word in {given:?} to look for: write letters or digits, as Batken, or leave it out")
        })
    }

    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Takes a piece as what will do in the place of the last term; `false` where it cannot stand so.
    fn joins(&mut self, piece: &Piece<'_>, or: &str) -> bool {
        let stems = piece.stems();
        let whole = |term: &&mut Term| !term.begins && !term.without && !piece.begins && !piece.without;
        let Some(last) = self.terms.last_mut().filter(whole).filter(|_| !stems.is_empty()) else {
            self.note(left_out(or));
            return false;
        };
        last.others.extend(names::others(&stems).into_iter().chain(as_before(&stems)));
        self.read_as.extend([" ", or, " ", &piece.shown(&stems)]);
        last.others.push(stems);
        self.note(format!("any of the words around {or} will do"));
        true
    }

    /// Leaves a piece out that stands behind as many as are looked for.
    fn beyond(&mut self) -> Taken {
        self.note(format!("only the first {TERMS} words and phrases are looked for"));
        Taken::Beyond
    }

    fn take(&mut self, piece: &Piece<'_>) -> Taken {
        let stems = piece.stems();
        if stems.is_empty() {
            return Taken::No;
        }
        if self.terms.len() == TERMS {
            return self.beyond();
        }
        let mut others = if piece.begins { Vec::new() } else { names::others(&stems) };
        let text = piece.text.trim();
        if !others.is_empty() {
            self.notes.push(format!("{text} names a place: its other spellings are looked for as well"));
        }
        others.extend(as_before(&stems).into_iter().filter(|_| !piece.begins));
        let text = piece.shown(&stems);
        let (minus, star) = (if piece.without { "-" } else { "" }, if piece.begins { "*" } else { "" });
        if !self.read_as.is_empty() {
            self.read_as.push(' ');
        }
        self.read_as.extend([minus, text.as_str(), star]);
        self.terms.push(Term { stems, others, begins: piece.begins, without: piece.without });
        Taken::Yes
    }

    /// Whether a word of a text is one that is looked for.
    pub fn is_sought(&self, stem: &str) -> bool {
        self.terms.iter().filter(|term| !term.without).any(|term| {
            let last = term.stems.len() - 1;
            term.others.iter().flatten().any(|sought| sought == stem)
                || term.stems.iter().enumerate().any(|(at, sought)| {
                    sought == stem || (term.begins && at == last && stem.starts_with(sought.as_str()))
                })
        })
    }
}

/// The same words with their figures as Persian and as Arabic write them: what came into the index before they were folded stands so
/// in it. None where there are no figures.
fn as_before(stems: &[String]) -> Vec<Vec<String>> {
    if !stems.iter().any(|stem| stem.contains(|letter: char| letter.is_ascii_digit())) {
        return Vec::new();
    }
    let written = |zero: char| {
        let figure = |letter: char| {
            letter.to_digit(10).and_then(|value| char::from_u32(u32::from(zero) + value)).unwrap_or(letter)
        };
        stems.iter().map(|stem| stem.chars().map(figure).collect()).collect()
    };
    FIGURES.map(written).into()
}

/// The next piece; what stands before it is passed over.
fn next<'a>(rest: &mut &'a str, notes: &mut Vec<String>) -> Option<Piece<'a>> {
    *rest = rest.trim_start();
    if rest.is_empty() {
        return None;
    }
    let without = rest.starts_with('-');
    let open = rest.strip_prefix('-').unwrap_or(rest);
    if let Some(inside) = open.strip_prefix(is_quote) {
        let (text, behind) = inside.split_once(is_quote).unwrap_or_else(|| {
            notes.push("a quotation mark is not closed: the phrase was read to the end".to_owned());
            (inside, "")
        });
        let begins = behind.starts_with('*');
        *rest = behind.strip_prefix('*').unwrap_or(behind);
        return Some(Piece { text, quoted: true, begins, without });
    }
    let end = open.find(|letter: char| letter.is_whitespace() || is_quote(letter)).unwrap_or(open.len());
    let (text, behind) = open.split_at(end);
    *rest = behind;
    Some(Piece { text: text.trim_end_matches('*'), quoted: false, begins: text.ends_with('*'), without })
}

const fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(written: &str) -> (Vec<(String, bool, bool)>, usize) {
        let query = TextQuery::read(written);
        let terms =
            query.terms.iter().map(|term| (term.stems.join(" "), term.begins, term.without)).collect();
        (terms, query.notes.len())
    }

    #[test]
    fn signs_alone_look_for_nothing_and_are_asked_back() {
        for written in ["(", "%", "-", "*", "\"\"", "؟", " -\"!\" "] {
            let why = TextQuery::read(written).objection(written).unwrap();
            assert!(why.contains("write letters or digits"), "{written}: {why}");
        }
        for written in ["", "  ", "Batken (", "7", "-river", "باتکن"] {
            assert_eq!(TextQuery::read(written).objection(written), None, "{written}");
        }
    }

    #[test]
    fn words_phrases_beginnings_and_exclusions_are_read() {
        let term = |stems: &str, begins, without| (stems.to_owned(), begins, without);
        for (written, expected, notes) in [
            ("border guards", vec![term("border", false, false), term("guard", false, false)], 0),
            (
                "\"border guards\" -river",
                vec![term("border guard", false, false), term("river", false, true)],
                0,
            ),
            ("«на границе»", vec![term("на границ", false, false)], 0),
            ("погран*", vec![term("погра", true, false)], 0),
            ("Jalal-Abad", vec![term("jalal abad", false, false)], 1),
            ("-\"two words\"*", vec![term("two word", true, true)], 0),
            ("\"left open", vec![term("left open", false, false)], 1),
            ("- * \"\" ( NOT", vec![term("not", false, false)], 0),
            ("***", vec![], 1),
            ("", vec![], 1),
        ] {
            assert_eq!(read(written), (expected, notes), "{written}");
        }
    }

    /// `Kabul OR Herat` found what names both and the word or.
    #[test]
    fn or_stands_between_words_of_which_any_will_do() {
        let query = TextQuery::read("граница Kabul OR Herat OR \"Mazar bridge\" мост");
        let stems: Vec<String> = query.terms.iter().map(|term| term.stems.join(" ")).collect();
        assert_eq!(stems, ["границ", "kabul", "мост"]);
        for other in ["herat", "mazar bridg"] {
            assert!(query.terms[1].others.iter().any(|one| one.join(" ") == other), "{query:?}");
        }
        assert!(query.is_sought("herat") && query.notes.iter().any(|note| note.contains("around OR")));
        assert_eq!(query.read_as, "граница Kabul OR Herat OR \"Mazar bridge\" мост");
        for (written, terms) in [
            ("a1 ИЛИ b2", 1),
            ("a1 OR b2*", 2),
            ("-a1 OR b2", 2),
            ("a1 OR", 1),
            ("OR a1", 2),
            ("a1 or b2", 3),
        ] {
            let query = TextQuery::read(written);
            assert_eq!(query.terms.len(), terms, "{written}: {query:?}");
            let told = query.notes.iter().all(|note| contracts::reason::is_told(note));
            assert!(told && (written == "OR a1" || !query.notes.is_empty()), "{written}: {:?}", query.notes);
        }
    }

    fn numbered(range: std::ops::RangeInclusive<usize>, between: &str) -> String {
        range.map(|number| format!("w{number}")).collect::<Vec<_>>().join(between)
    }

    /// The eighteenth of `w1 OR w2 OR …` had to be there beside any of those before it.
    #[test]
    fn what_stands_behind_the_last_alternative_that_is_looked_for_is_left_out_and_no_word_of_its_own() {
        let (all, read) = (numbered(1..=20, " OR "), numbered(1..=17, " OR "));
        let query = TextQuery::read(&all);
        assert_eq!((query.terms.len(), query.read_as.as_str()), (1, read.as_str()), "{query:?}");
        assert!(query.is_sought("w17") && !query.is_sought("w18") && !query.is_sought("w20"));
        let limited = |query: &TextQuery| {
            query.notes.iter().filter(|note| note.starts_with("only the first 16 words")).count()
        };
        assert_eq!(limited(&query), 1, "{:?}", query.notes);
        assert!(limited(&TextQuery::read(&read)) == 0);
        let beside = TextQuery::read(&format!("{all} bridge"));
        assert_eq!(beside.terms.len(), 2, "a word without OR is one of its own: {beside:?}");
    }

    /// Of `w1 … w17 OR Kabul` the seventeenth is not looked for, and Kabul would do in the place of the sixteenth.
    #[test]
    fn an_alternative_of_what_was_left_out_is_left_out_and_stands_for_nothing_else() {
        let query = TextQuery::read(&format!("{} OR Kabul OR Herat", numbered(1..=17, " ")));
        assert_eq!((query.terms.len(), query.read_as), (TERMS, numbered(1..=16, " ")));
        assert!(query.terms[15].others.iter().all(|other| !other.contains(&"kabul".to_owned())));
        assert_eq!(query.notes, ["only the first 16 words and phrases are looked for"]);
        let last = TextQuery::read(&format!("{} OR bridge", numbered(1..=16, " ")));
        assert!(last.terms[15].others.contains(&vec!["bridg".to_owned()]), "the sixteenth is: {last:?}");
        // a piece without a word is no neighbour either
        let query = TextQuery::read("river ( OR bridge");
        assert_eq!(query.read_as, "river bridge");
        assert!(query.terms.len() == 2 && query.terms[0].others.is_empty(), "{query:?}");
        assert_eq!(query.notes, [left_out("OR")]);
    }

    #[test]
    fn figures_are_looked_for_as_they_are_folded_and_as_they_stood_in_the_index_before() {
        for written in ["123", "۱۲۳", "١٢٣"] {
            let query = TextQuery::read(written);
            assert_eq!(query.terms[0].stems, ["123"], "{written}");
            assert_eq!(query.terms[0].others, [["۱۲۳"], ["١٢٣"]], "{written}");
            assert!(query.notes.is_empty(), "{:?}", query.notes);
        }
    }

    #[test]
    fn a_place_is_looked_for_by_its_other_spellings_and_that_is_said() {
        let query = TextQuery::read("Худжанд мост");
        let [place, bridge] = query.terms.as_slice() else { panic!("{query:?}") };
        assert!(place.others.contains(&vec!["khujand".to_owned()]) && bridge.others.is_empty());
        assert!(query.notes[0].contains("Худжанд names a place"), "{:?}", query.notes);
        assert!(query.is_sought("khujand") && query.is_sought("мост"));
        assert!(TextQuery::read("Худжан*").terms[0].others.is_empty(), "a beginning is no name");
    }

    #[test]
    fn too_much_is_cut_and_said() {
        let (terms, notes) = read(&"word ".repeat(40));
        assert_eq!((terms.len(), notes), (TERMS, 1));
        assert_eq!(read(&"x".repeat(900)).1, 1);
    }

    #[test]
    fn how_it_was_read_reads_the_same() {
        for written in ["border* -river", "Kabul OR Herat bridge", "\"two words\"* Jalal-Abad", "کابل -«مرز»"]
        {
            let once = TextQuery::read(written);
            assert_eq!(TextQuery::read(&once.read_as).terms, once.terms, "{written}: {}", once.read_as);
        }
    }

    proptest! {
        #[test]
        fn nothing_written_is_an_error(written in "\\PC{0,80}") {
            let query = TextQuery::read(&written);
            prop_assert!(query.terms.len() <= TERMS);
            prop_assert!(query.terms.iter().all(|term| !term.stems.is_empty()));
            prop_assert_eq!(query.terms.is_empty(), query.read_as.is_empty());
        }
    }
}
