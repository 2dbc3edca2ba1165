//! Messages that speak of one fact in turn: each states it anew, or takes it back; the last one sent holds.

use std::collections::BTreeSet;

use domain::{Country, Precision, Timestamp};
use sha2::{Digest, Sha256};

use super::draft::{Draft, called, kept_under};

/// By what one message is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Who sent it.
    pub sender: String,
    /// The sender's id of it.
    pub identifier: String,
}

impl Name {
    /// The name as the external id of a fact.
    pub fn external_id(&self) -> String {
        format!("{},{}", self.sender, self.identifier)
    }
}

/// An earlier message that one names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Which.
    pub name: Name,
    /// When that was sent.
    pub sent: Timestamp,
}

/// What is said of a message that no list of a place shows.
const UNPLACED: &str = "it is placed nowhere: its areas say no province or country, or are wider than a country; it is kept, and stands in the list of none";
/// What is said of a message whose area is called as a city and the region around it are.
const OF_CITY_OR_REGION: &str = "an area of it is called as a city and the region around it are, which are two provinces: it is kept for the country, and stands in the list of neither";
/// What is said of a message that several countries share.
const SHARED: &str = "its areas lie in several countries: it is kept once for each, so that it stands in the lists of all of them";

/// What a message makes of the fact it speaks of.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// It is so.
    States,
    /// It is no more, for this reason.
    TakesBack(String),
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Which.
    pub name: Name,
    /// When it was sent: of two that speak of one fact the later holds.
    pub sent: Timestamp,
    /// The earlier ones that it replaces.
    pub references: Vec<Reference>,
    /// What it makes of the fact.
    pub act: Act,
    /// The fact as it says; its external id is that of the whole chain, once that is known.
    pub draft: Draft,
    /// The same fact as it stands in each further country: a place is of one, and every country's list shows its own.
    pub beside: Vec<Draft>,
    /// What those of its areas are called that no code places.
    pub uncoded: Vec<String>,
    /// All that it says, as JSON.
    pub whole: serde_json::Value,
}

/// A chain of messages about one fact, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Under which external id the fact is kept.
    pub id: String,
    /// When its latest message was sent, and that one's own id.
    pub latest: (Timestamp, String),
    /// The further countries in each of which it was a fact of its own.
    pub parts: BTreeSet<Country>,
    /// Along which road its latest message came; `None` where that was not kept.
    pub road: Option<Road>,
}

/// Along which road messages come: the key of the source that brings them; `None` by hand.
pub type Road = Option<String>;

/// What is said of a message that would go on a chain of another road.
pub const APART: &str = "the messages of this chain came along another road (by another source, or by hand), and nothing tells that this one is of \
     the same sender: leave it where it is not; send it as its own correction where it is, and the chain goes on along this road";

/// Whether this is why a message waits.
pub fn is_apart(reason: &str) -> bool {
    reason.ends_with(APART)
}

/// How a message stands to what other roads have brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// It begins a chain, or goes on one of its own road.
    Here,
    /// It is, word for word, a message that another road has brought: it is heard, and the chain stays where it is.
    Told,
    /// It would go on a chain of another road.
    Apart,
}

/// How a message that came along this road stands to these chains; `told` where it was brought before, word for word.
pub fn belongs(known: &[Chain], road: &Road, told: bool) -> Belongs {
    let is_here = |chain: &Chain| chain.road.as_ref().is_none_or(|of| of == road);
    match (known.iter().all(is_here), told) {
        (true, _) => Belongs::Here,
        (false, true) => Belongs::Told,
        (false, false) => Belongs::Apart,
    }
}

/// Under which id the part of a chain that lies in a further country is kept; an identifier holds no comma.
fn part_id(chain: &str, country: Country) -> String {
    format!("{chain},{country}")
}

impl Message {
    /// Under which name a message of the same world is kept, which may be the exercise's.
    pub fn kept_as(&self, name: &Name) -> String {
        kept_under(&name.external_id(), self.draft.exercise)
    }

    /// SHA-256 of its name, its moment and all that it says, hexadecimal: the same in whatever file it comes.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn sha256(&self) -> serde_json::Result<String> {
        let all = (self.kept_as(&self.name), self.sent, &self.whole);
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(&all)?)))
    }

    /// What is remarked of where it lies, once it holds.
    pub fn remark(&self) -> Option<&'static str> {
        if !self.beside.is_empty() {
            return Some(SHARED);
        }
        match (&self.act, self.draft.place.precision) {
            (Act::States, Precision::None) => Some(UNPLACED),
            (Act::States, Precision::Country) => self.names_several().then_some(OF_CITY_OR_REGION),
            _ => None,
        }
    }

    /// Whether a name by which an area is placed, for no code places it, is that of several units of its country.
    fn names_several(&self) -> bool {
        let country = self.draft.place.country.as_ref().map(Country::as_str);
        let names = self.uncoded.iter().flat_map(|name| name.split([';', ',']));
        let mut found = names.map(|name| geography::resolve_province(name.trim(), country));
        found.any(|found| matches!(found, geography::Resolution::Ambiguous(_)))
    }

    /// The facts that it states of a chain, each under its id, and the countries that have a part of their own.
    ///
    /// A country keeps the id that it had: the chain's own where that stood for it, else that of its part. The chain's own, where it
    /// is free, goes to the first country that had none.
    pub fn parts(&self, place: &Place, stood_in: Option<Country>) -> (Vec<Draft>, BTreeSet<Country>) {
        let mut all: Vec<&Draft> = [&self.draft].into_iter().chain(&self.beside).collect();
        let stays = |draft: &&Draft| stood_in.is_some() && draft.place.country == stood_in;
        let has_none = |draft: &&Draft| draft.place.country.is_none_or(|one| !place.parts.contains(&one));
        let own = all.iter().position(stays).or_else(|| all.iter().position(has_none));
        let called_own = own.map(|own| all.remove(own));
        let of_part = |draft: &Draft| Some((draft.clone(), draft.place.country?));
        let others: Vec<(Draft, Country)> = all.into_iter().filter_map(of_part).collect();
        let parts = others.iter().map(|(_, country)| *country).collect();
        let chain = called(&place.chain);
        let own = called_own.map(|draft| Draft { external_id: chain.to_owned(), ..draft.clone() });
        let others = others
            .into_iter()
            .map(|(draft, country)| Draft { external_id: part_id(chain, country), ..draft });
        (own.into_iter().chain(others).collect(), parts)
    }
}

/// What a message does, seen against the chains that it and its references belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The chain it belongs to, as it is kept.
    pub chain: String,
    /// Other chains that it brings to an end by joining them to this one.
    pub joined: Vec<String>,
    /// The ids of the parts in further countries that all of these chains have had.
    pub had: Vec<String>,
    /// The countries of the parts that the chain itself has had.
    pub parts: BTreeSet<Country>,
    /// Whether a later message of the chain is known already.
    pub overtaken: bool,
}

/// Finds the chain of a message among those that it or its references are known to belong to.
///
/// The oldest chain goes on. Where none is known, the chain is called by the earliest message that is named, so that one
/// which arrives later still finds it.
pub fn place(message: &Message, mut known: Vec<Chain>) -> Place {
    known.sort_by(|a, b| (&a.latest, &a.id).cmp(&(&b.latest, &b.id)));
    known.dedup_by(|a, b| a.id == b.id);
    let latest = known.iter().map(|chain| chain.latest.clone()).max();
    let this = (message.sent, message.kept_as(&message.name));
    let overtaken = latest.is_some_and(|latest| latest > this);
    let part_of =
        |chain: &Chain| chain.parts.iter().map(|part| part_id(&chain.id, *part)).collect::<Vec<_>>();
    let had = known.iter().flat_map(part_of).collect();
    let parts = known.first().map(|chain| chain.parts.clone()).unwrap_or_default();
    let mut ids = known.into_iter().map(|chain| chain.id);
    let chain = ids.next().unwrap_or_else(|| {
        let named = message.references.iter().map(|earlier| (earlier.sent, &earlier.name));
        named
            .chain([(message.sent, &message.name)])
            .min()
            .map_or_else(String::new, |(_, name)| message.kept_as(name))
    });
    Place { chain, joined: if overtaken { Vec::new() } else { ids.collect() }, had, parts, overtaken }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(identifier: &str) -> Name {
        Name { sender: "met.kg".into(), identifier: identifier.into() }
    }
    fn at(minute: u32) -> Timestamp {
        format!("2026-11-20T10:{minute:02}:00Z").parse().unwrap()
    }
    fn message(identifier: &str, minute: u32, references: &[(&str, u32)]) -> Message {
        let references =
            references.iter().map(|(id, minute)| Reference { name: name(id), sent: at(*minute) });
        Message {
            name: name(identifier),
            sent: at(minute),
            references: references.collect(),
            act: Act::States,
            draft: crate::domain::merge::tests::draft(identifier),
            beside: Vec::new(),
            uncoded: Vec::new(),
            whole: serde_json::Value::Null,
        }
    }
    fn chain(id: &str, minute: u32, latest: &str) -> Chain {
        Chain {
            id: format!("met.kg,{id}"),
            latest: (at(minute), format!("met.kg,{latest}")),
            parts: BTreeSet::new(),
            road: None,
        }
    }

    #[test]
    fn a_chain_goes_on_along_its_own_road_alone() {
        let road = |key: &str| Some(key.to_owned());
        let of = |road| Chain { road, ..chain("a", 1, "a") };
        assert_eq!(belongs(&[], &road("c"), false), Belongs::Here);
        assert_eq!(belongs(&[of(None)], &road("c"), false), Belongs::Here, "of before roads were kept");
        assert_eq!(belongs(&[of(Some(road("c")))], &road("c"), false), Belongs::Here);
        for other in [Some(road("a")), Some(None)] {
            assert_eq!(belongs(&[of(other.clone())], &road("c"), false), Belongs::Apart, "{other:?}");
            assert_eq!(belongs(&[of(other)], &road("c"), true), Belongs::Told);
        }
        assert!(is_apart(APART) && is_apart(&format!("record 2 of this line: {APART}")) && !is_apart("x"));
        assert!(contracts::reason::is_told(APART));
    }

    #[test]
    fn a_first_message_begins_a_chain_under_the_earliest_name_known_of_it() {
        assert_eq!(place(&message("a", 1, &[]), vec![]).chain, "met.kg,a");
        assert_eq!(place(&message("c", 3, &[("b", 2), ("a", 1)]), vec![]).chain, "met.kg,a");
    }

    #[test]
    fn each_country_has_its_own_part_and_the_chains_own_id_stays_with_the_country_that_it_had() {
        let country = |code: &str| Some(code.parse::<Country>().unwrap());
        let of = |code: &str| {
            let mut draft = crate::domain::merge::tests::draft("a");
            draft.place.country = country(code);
            draft
        };
        let both = Message { draft: of("KGZ"), beside: vec![of("TJK")], ..message("a", 1, &[]) };
        let ids = |stood_in: &str, parts: &[&str]| {
            let parts = parts.iter().map(|code| code.parse().unwrap()).collect();
            let had = Place { parts, ..place(&message("a", 1, &[]), Vec::new()) };
            let (drafts, parts) = both.parts(&had, country(stood_in));
            let ids: Vec<String> = drafts
                .into_iter()
                .map(|one| format!("{} {}", one.place.country.unwrap(), one.external_id))
                .collect();
            (ids.join("; "), parts.into_iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" "))
        };
        let told = |ids: &str, parts: &str| (ids.to_owned(), parts.to_owned());
        let kyrgyz_first = told("KGZ met.kg,a; TJK met.kg,a,TJK", "TJK");
        assert_eq!(ids("KGZ", &[]), kyrgyz_first);
        assert_eq!(ids("UZB", &[]), kyrgyz_first, "a free id goes to the first");
        assert_eq!(ids("TJK", &[]), told("TJK met.kg,a; KGZ met.kg,a,KGZ", "KGZ"));
        assert_eq!(
            ids("UZB", &["KGZ"]),
            told("TJK met.kg,a; KGZ met.kg,a,KGZ", "KGZ"),
            "each keeps what it had"
        );
        assert_eq!(ids("UZB", &["KGZ", "TJK"]), told("KGZ met.kg,a,KGZ; TJK met.kg,a,TJK", "KGZ TJK"));
        let known = Chain { parts: BTreeSet::from([country("TJK").unwrap()]), ..chain("a", 1, "a") };
        assert_eq!(place(&message("b", 2, &[("a", 1)]), vec![known]).had, ["met.kg,a,TJK"]);
    }

    #[test]
    fn an_older_message_that_arrives_late_is_overtaken_and_the_same_again_is_not() {
        let known = || vec![chain("a", 5, "b")];
        assert!(place(&message("a", 1, &[]), known()).overtaken);
        assert!(!place(&message("b", 5, &[("a", 1)]), known()).overtaken);
        assert!(!place(&message("c", 6, &[("b", 5)]), known()).overtaken);
    }

    #[test]
    fn one_that_replaces_two_chains_goes_on_with_the_older_and_ends_the_other() {
        let found =
            place(&message("c", 6, &[("b", 5), ("a", 1)]), vec![chain("b", 5, "b"), chain("a", 1, "a")]);
        assert_eq!((found.chain.as_str(), found.joined), ("met.kg,a", vec!["met.kg,b".to_owned()]));
        let late =
            place(&message("c", 3, &[("b", 5), ("a", 1)]), vec![chain("b", 5, "b"), chain("a", 1, "a")]);
        assert!(late.overtaken && late.joined.is_empty());
    }
}
