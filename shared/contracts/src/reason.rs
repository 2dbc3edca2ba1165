//! Reasons that intake gives for what it does not take, as templates: `{}` stands for what differs.
//!
//! Whoever refuses writes English; whoever reads another language is told by a table of these templates. A reason that is none of
//! them cannot be told, which the tests of intake and of the console's table see.

/// What a reason begins with that tells where it is, or what it is of; its last hole is a reason again.
pub const AROUND: &[&str] = &[
    "column {}: {}",
    "field {}: {}",
    "alert{}: {}",
    "not taken to triage by itself: {}",
    "record {} of this line: {}",
    "the corrected record cannot be read: {}",
    "the document cannot be read on: {}",
    "the file cannot be unpacked: {}",
    "what it brought cannot be read: {}",
    "the answer cannot be read: {}",
    "the report cannot be moved: {}",
    "of its shape {}",
    "this is no {} file: {}",
    "the header cannot be read: {}",
];

/// The reasons themselves, what says more before what says less.
pub const REASONS: &[&str] = &[
    "{} is none of CAMEO's; is {} meant? Its codes are texts, and keep the zero in front",
    "{} is none of CAMEO's: its roots are 01 to 20, as 14 of 141",
    "{} is none of CAMEO's: under {} it has {}",
    "{} is none of CAMEO's roots, 01 to 20",
    "kind {} is none; expected {}",
    "kind {} is none; is {} meant?",
    "{} is of {}, and event_type says {}; correct the one that is wrong",
    "{} is none; is {} meant?",
    "{} is none; expected {}",
    "two digits from 0 to 8, one for each side, or words, as State forces-Rebel group",
    "a word of the field in small letters, as border_incident",
    "{} is not a {}; expected {}",
    "is empty and must not be",
    "is missing and must not be",
    "is missing or empty and must not be",
    "{} is not a whole number from 0 to {}",
    "is empty while {} is not; give both or none",
    "the point is needed: {} or {} is empty",
    "is empty and where_prec is {}: the point is needed",
    "{} is not a number of degrees, as 40.0604",
    "{} lies outside {} to the day of the import; check the year",
    "{} lies outside {} to {}; check the year",
    "{} lies after the day of the import; check the year",
    "{} lies before the beginning, {}",
    "{} is before date_start {}",
    "{} is no day; write it as 2026-02-28 or 28 February 2026",
    "{} is no day of the calendar as {}",
    "{} is no day of the calendar",
    "{} is no moment of the calendar",
    "{} is no moment of our time, as 2026-11-23T07:30:00-00:00",
    "{} is not a time of day in UTC, as 09:10",
    "year, month and day are no day of the calendar",
    "{} is not written as {}",
    "is not a number in digits alone",
    "lies outside -100 to 100",
    "low {}, best {}, high {} do not rise; correct the one that is wrong",
    "names no threat",
    "{} is kept for what comes in by its own road; write another name",
    "{} is no magnitude",
    "is deleted, and an exercise takes back nothing of the world",
    "{} is not known; add the column iso with its ISO 3166-1 number",
    "{} is no ISO 3166-1 number of a country",
    "{} is a place in the United States, and {} is not",
    "invalid float literal",
    "invalid digit found in string",
    "number too large to fit in target type",
    "number too small to fit in target type",
    "the record cannot be read",
    "the record has {} columns and the header has {}; look for a comma or quote too many or too few (a text with a comma or a quote stands in quotes, a quote within it is doubled)",
    "the record has {} columns between tabs and this file's have {}; look for a tab too many or too few",
    "57 or 58, as GDELT 1.0 has",
    "61, as GDELT 2.0 has",
    "the record makes an observation of {} bytes and at most {} are taken; shorten its texts",
    "the header lacks the columns {}; found was: {}",
    "the record lacks the names {}; found was: {}",
    "the point {}, {} lies in {}, {} km away from {}, which is stated; correct latitude and longitude, or the place",
    "the point {}, {} lies in no province of {}; check lat and lon, or write the province",
    "the point 0, 0 is what tables write where none is known; leave latitude and longitude empty, or write them",
    "latitude and longitude look swapped: {}, {} lies in {}, and the other way round it lies in {}; exchange them",
    "no province of the six countries",
    "the six countries",
    "{} may mean {}; write the code of the one meant",
    "no province {} is known in {}; is {} meant? Write its code, as KG-B, or a name of it",
    "no province {} is known in {}; write its ISO 3166-2 code, as KG-B, or a name of it",
    "no province {} is known; is {} meant? Write its code, as KG-B, or a name of it",
    "no province {} is known; write its ISO 3166-2 code, as KG-B, or a name of it",
    "{} is no usable code",
    "precision {} takes a point; give lat and lon, or a coarser precision",
    "precision country takes a country; write its ISO 3166-1 code, as KGZ",
    "neither a province nor a point is given; write the province's code, as KG-B, or lat and lon, or precision country",
    "of lat and lon only one is given; give both or none",
    "is longer than 500 characters",
    "{} is not sender,identifier,sent without spaces",
    "takes at least four points of which the last is the first",
    "{} is not latitude,longitude radius",
    "{} is no radius in kilometres",
    "{} is not latitude,longitude",
    "is missing; a message states what happened in one",
    "a Cancel names what it cancels, as sender,identifier,sent",
    "{} with category Security does not say which threat it bears on; name it in the event, as terrorist attack, border incident, civil unrest, armed clash, criminal activity or drug trafficking",
    "its root element is <{}>; an <alert>, or an Atom or RSS index of alerts, was expected",
    "the encoding {} is not read here; save the text as UTF-8",
    "its XML declaration cannot be read ({}); mend the first line",
    "the record is not UTF-8 from its byte {} on; save the file as UTF-8; it looks like windows-1251: a mapping reads it with the encoding windows-1251",
    "the record is not UTF-8 from its byte {} on; save the file as UTF-8",
    "the record is not {} from its byte {} on; save the file as UTF-8 and declare it so; it looks like windows-1251: a mapping reads it with the encoding windows-1251",
    "the record is not {} from its byte {} on; save the file as UTF-8 and declare it so",
    "the record is not {}; save the file as UTF-8 and declare it so; it looks like windows-1251: a mapping reads it with the encoding windows-1251",
    "the record is not {}; save the file as UTF-8 and declare it so",
    "the record holds a NUL character; remove it",
    "the record holds no element",
    "the record has a document type; take it out",
    "the record has more than {} elements or {} within each other",
    "the markup is broken at byte {} of the record: {}; mend it",
    "an attribute of <{}>: {}",
    "a character reference: {}",
    "the entity &{}; is none of XML's own; write the character itself",
    "the record has {} bytes and at most {} are taken (the first {} are kept here); shorten its texts, or check that the line ends are those of a text file",
    "a quote opens in this line and is not closed where a record could end; close it, or double it where it is part of the text (reading went on with the next line)",
    "the element <{}> is not closed before the next one begins or what holds it ends; write its </{}> (reading went on behind it)",
    "its parts stand more than {} deep in each other, which no format here does; it was not read",
    "the document ends within this record: it was cut short; send it whole",
    "a bracket closes here what another one opened; mend the brackets",
    "the line is empty",
    "there is no element {} in it",
    "there is no value in it",
    "these are several records; give one",
    "the record is no JSON object that can be read: {}; mend it",
    "the report is not as ReliefWeb's API gives it: {}",
    "the report has no id",
    "the report has no title: ask for the field title",
    "the report holds a NUL character in its id or source; remove it",
    "the item has neither guid, id nor link: it cannot be known again",
    "the item has neither title nor text",
    "its root is none of <rss>, <feed> and <rdf:RDF>",
    "the id {} stands in an earlier record of this file already, which says otherwise: {}. The first one holds and this one waits: leave it where the first is right, send it as its own correction where this one is, and correct the id where it is of something else",
    "the id {} stands in line {} of this file already, which says otherwise: {}. The first one holds and this one waits: leave it where the first is right, send it as its own correction where this one is, and correct the id where it is of something else",
    "the {} is empty",
    "the {} has more than {} characters",
    "it is said to happen on {}, after it was received",
    "form and place are in order",
    "the note is missing: say why the report is to be {}",
    "the note is missing: say what was checked and how; only where another source, sent by another, is verified or stands as an observation of this threat, province and kind within {} days, none is needed",
    crate::intake::BY_SENDER,
    crate::intake::SENDER_ERASED,
    "the report that it repeats is not named: give its id as `of`",
    "a report does not repeat itself: give the id of another as `of`",
    "the report named as `of` is not there",
    "the report named as `of` is a duplicate itself: name the one that it repeats",
    "the report is {}; {} cannot be done there, but {}",
    "the report was changed since you read it; it is now {} in version {}: read it again",
    "the report cannot become an observation",
    "placed outside the six countries (ActionGeo_CountryCode): not counted here",
    "placed nowhere (ActionGeo_Type 0 or empty): not counted",
    "it is placed nowhere: its areas say no province or country, or several countries; it is kept, and stands in the list of none",
    "none of its actors has a type: most such rows are ways of speaking and no events; not counted",
    "its status is Test: a trial of the line, of which nothing is kept",
    "its status is Draft: not yet said by its sender, and nothing of it is kept",
    "its status is System: it speaks of the alerting network itself, not of an event",
    "its type is Ack: it acknowledges another message and says nothing of an event",
    "its type is Error: it refuses another message and says nothing of an event",
    "it is a warning of an early warning system as this one (its parameters begin with pd:): an assessment, which as evidence would confirm itself",
    "neither its event nor its categories bear on a threat that is watched: it is passed over",
    "an entry of an index that only links to its message: a connector of this feed fetches what it links to; to read it here, send the message itself",
    "its id stands in an earlier record of this file, which says the same: it changes nothing",
    "its id stands in an earlier record of this file, which says otherwise: the one holds that its source edited or settled later, or that a person sent as a correction",
    "it says what an earlier revision said and the newest no longer does: as this file was never read before, it holds, as a revision; look whether the file is an old copy",
    "a later message about the same was known already: this one changes nothing",
    "it was met before, in import {}, and is kept in the quarantine of that one alone: it is mended there",
    "its type is {}, which is no earthquake: {}. Only earthquakes are taken from here, and one of this id is taken back",
    "the USGS has deleted the event (status: deleted)",
    "best lies outside low to high, as published: best is taken as it stands, and low or high is widened to hold it",
    "the file holds its header line and no row below it, so that there was nothing to read; where rows were to come, look at what was exported, and send it again",
    "this file was read before, in import {} of {}: nothing of it is read again; {} of its records wait in the quarantine of that import; one that is to hold once more is sent with a change",
    "this file was read before, in import {} of {}: nothing of it is read again; one that is to hold once more is sent with a change",
    "the file is empty: it has 0 bytes; check that it was saved or fetched whole, and send it again",
    "the file has {} bytes and no header line in them; the first line names the columns",
    "{} was expected, and it looks like {}",
    "it looks like {}",
    "its first line has 16 columns, as GDELT's mentions have; send the events, which are named export.CSV",
    "its first line has 27 columns, as GDELT's knowledge graph has; send the events, which are named export.CSV",
    "its first line has {} columns between tabs; events of GDELT have 57 or 58 (1.0) or 61 (2.0), and no header",
    "a mapped file names its mapping; send it again with one",
    "there is no version {} of the mapping {}",
    "the file lacks the columns {} that the mapping {} names; it has: {}",
    "the column {} stands twice in the header; keep one of them",
    "not configured: {}",
    "{} answered {}: it cannot answer just now or was asked too often",
    "{} refused with {}: {}",
    "access is not granted; check the account, its terms, and what is configured for it",
    "it redirects where nothing is posted",
    "it does not understand the request; check address and parameters",
    "it is not the JSON that was asked for ({})",
    "a page for people came instead of data; check the address",
    "the object store does not take the file",
    "{} of its files cannot be read: {}",
    "messages that it lists could not be fetched ({}): {}",
    "{} names a place: its other spellings are looked for as well",
    "only the first {} words and phrases are looked for",
    "there is no mapping {} to read it by",
    "{} of the first {} records cannot be read as {}: it is read no further. They wait in the quarantine, each with its reason; look whether this is the file that was meant, and send it under its own format or with a mapping",
    "the file cannot be fetched from the object store, tried {} times ({}); send it again",
    "the object store gave another file than was received: its SHA-256 is {} and not {}; send the file again under another name. The records counted here were read",
    "its packing is damaged where no reader can go on; pack it anew as zip or gzip",
    "it holds more than {} bytes unpacked; send it in parts",
    "it ends in the middle: it was cut short on its way; pack and send it again",
    "it is damaged or was cut short on its way; pack and send it again",
    "it is a workbook and not a table of text; save it as CSV in UTF-8",
    "the archive holds more than one file: {}, {}; send each by itself",
    "the archive holds no file",
    "it is no archive that can be read ({}); pack it anew as zip or gzip",
    "it has a document type (<!DOCTYPE …>) or declares something, which may name foreign files and multiply without end; take it out and send the document again",
    "a bracket in line {} closes what another one opened, and nothing behind it can be told apart; what stands before it is kept and counted here",
    "something follows behind its end; send one document in one file",
    "it begins with neither a list [ nor an object {",
    "a name was looked for in its outermost object and something else stands there",
    "it holds no list under data or results, and is none itself",
    "there is nothing in it",
    "it ends in line {} before it is closed: it was cut short on its way. Its records that were whole are kept and counted here; send it whole",
    "a tag has more than {} bytes; this is no document of this kind",
    "its parts stand more than {} deep in each other, which no format here does",
    "{} is none of {}",
];

/// What is said of an assessment, or of a judgement in it, that is not taken or not moved on.
pub const ASSESSMENTS: &[&str] = &[
    "the assessment cannot be taken as it is written",
    "at most {} are held; write a second assessment",
    "an assessment without a judgement cannot be scored; write at least one",
    "name at least one thing it rests on: an observation here, or anything else under sources",
    "at most {} are held; name the weightiest",
    "is an observation: name it under evidence",
    "counts name no report: name the reports, the level or the unusual month",
    "a warning rests on levels: name the level, as KG-B/border_tension",
    "what governments agreed to stays in the ledger of liaison; name what was made public of it as a document",
    "is missing: who wrote it, what, when, where it can be read",
    "name at least one other reading",
    "say what would change the mind",
    "say what the confidence rests on",
    "is too wide for one word, or certain: give a range within a word of ICD 203 or across two that are next to each other, from 1 to 99 %",
    "must lie ahead: a judgement of what is known already cannot be scored",
    "who wrote on it does not review it; another person must",
    "at TLP:RED or strictly confidential another than the reviewer must publish",
    "it is in {} and only a draft is written anew: {}",
    "it is in {}: {} is not possible there",
    "is missing",
    "holds more than {} characters",
    "the assessment cannot be moved by {}",
    "the judgement cannot be resolved so",
    "it was never published: nothing was told that could be scored",
    "who wrote a judgement does not score it; ask somebody who did not",
    "who said what became of a judgement does not correct it; ask another who did not write it either",
    "it may still come: the judgement is due on {}",
    "there is no judgement {}",
    "there is no assessment {}",
    "exercise and real never mix",
    "cannot be changed",
    "by its evidence it is {} now; revise it, and it is marked anew",
    "its evidence was marked more strictly since it was written",
    "it cannot answer that question",
    "is no question; list them at /v1/questions",
    "the evidence cannot be taken",
    "{} is not known to analysis or was taken back",
    "{} lies on the other side of the exercise",
    "lies on the other side of the exercise",
];

/// Words that stand in reasons: what a text is not, how it is written, what a code means.
pub const WORDS: &[&str] = &[
    "country",
    "province",
    "point",
    "part of the map",
    "day",
    "time",
    "severity",
    "threat",
    "precision",
    "source reliability",
    "information credibility",
    "TLP label",
    "probability",
    "likelihood",
    "likelihood word for this range",
    "range of grades",
    "title",
    "text",
    "an ISO 3166-1 alpha-3 code, as KGZ",
    "an ISO 3166-2 code, as KG-B",
    "latitude -90..90 and longitude -180..180",
    "RFC 3339, as 2026-11-23T07:30:00Z",
    "1 to 6",
    "0 to 1",
    "low not above high",
    "{} and 26 characters",
    "a table with a header line",
    "an XML document",
    "a JSON document",
    "people made it",
    "a mine gave way",
    "a building gave way",
    "something gave way",
    "it went through the air",
    "it fell from the sky",
    "it went through the water",
    "it is no single event",
    "there was no such event",
    "ice broke",
    "snow slid",
    "earth slid",
    "rock slid",
    "a volcano erupted",
    "nobody has said what it was",
    "nothing: this is final",
    "state-based",
    "non-state",
    "one-sided",
    "within 25 km",
    "a fuzzy area",
    "international waters",
    "the day",
    "2 to 6 days",
    "a week",
    "a month",
    "more than a month",
    "reported by itself",
    "reported in sum",
    "week",
    "month",
    "town",
    "region",
    "US state",
    "US city",
    "world city",
    "world state",
    "verbal cooperation",
    "material cooperation",
    "verbal conflict",
    "material conflict",
];

/// Between reasons that stand behind one another.
pub const APART: &str = "; ";

/// What stands in the holes of a template, where the text is one of it.
pub fn held<'t>(template: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = template.split("{}").peekable();
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut held = Vec::new();
    while let Some(part) = parts.next() {
        let end =
            if parts.peek().is_none() { rest.strip_suffix(part).map(str::len)? } else { rest.find(part)? };
        let (value, behind) = rest.split_at_checked(end)?;
        held.push(value);
        rest = behind.strip_prefix(part)?;
    }
    rest.is_empty().then_some(held)
}

/// The reasons of a text that holds several: each begins with the column, field or element that it is of. One where none does.
pub fn apart(text: &str) -> Vec<&str> {
    const BEGINS: [&str; 3] = ["column ", "field ", "alert/"];
    if !BEGINS.iter().any(|begin| text.starts_with(begin)) {
        return vec![text];
    }
    let (mut found, mut from) = (Vec::new(), 0);
    for (at, _) in text.match_indices(APART) {
        let behind = text.get(at + APART.len()..).unwrap_or_default();
        if BEGINS.iter().any(|begin| behind.starts_with(begin)) {
            found.extend(text.get(from..at));
            from = at + APART.len();
        }
    }
    found.extend(text.get(from..));
    found
}

/// Whether a reason, or each of several behind one another, is one of these.
pub fn is_told(text: &str) -> bool {
    apart(text).into_iter().all(|one| {
        let around = AROUND.iter().find_map(|template| held(template, one));
        match around.as_deref() {
            Some([.., inner]) => is_told(inner),
            _ => one.is_empty() || is_one(one) || pieces(one),
        }
    })
}

fn is_one(text: &str) -> bool {
    REASONS.iter().any(|template| held(template, text).is_some())
}

/// Whether a text falls into reasons that stand behind one another.
fn pieces(text: &str) -> bool {
    text.match_indices(APART).any(|(at, _)| {
        let (one, rest) =
            (text.get(..at).unwrap_or_default(), text.get(at + APART.len()..).unwrap_or_default());
        is_one(one) && is_told(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_told_with_all_that_is_around_it_and_another_is_not() {
        for told in [
            "is empty and must not be",
            "column best: low 5, best 3, high 4 do not rise; correct the one that is wrong; column id: is empty and must not be",
            "alert/info[1]/severity: \"x; y\" is none of Extreme, Severe",
            "not taken to triage by itself: the title is empty; no province \"x\" is known; write its ISO 3166-2 code, as KG-B, or a name of it",
        ] {
            assert!(is_told(told), "{told}");
        }
        for untold in
            ["the sky fell", "column id: the sky fell", "column id: is empty and must not be; column x: fell"]
        {
            assert!(!is_told(untold), "{untold}");
        }
    }

    #[test]
    fn no_reason_hides_one_behind_it() {
        for all in [AROUND, REASONS] {
            for (number, template) in all.iter().enumerate() {
                let text = template.replace("{}", "x y");
                let first = all.iter().position(|other| held(other, &text).is_some());
                assert_eq!(first, Some(number), "{template}");
            }
        }
    }
}
