//! The words of the pages, one catalogue per language; days, moments and numbers as the reader writes them.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::{Datelike, Timelike};
use contracts::analysis::products::ProductLanguage;
use domain::{Day, Plural, Timestamp};
use picture::Names;

/// A language the console speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

/// Keys and texts of one language.
type Catalogue = BTreeMap<&'static str, &'static str>;

static EN: LazyLock<Catalogue> = LazyLock::new(|| parse(include_str!("../../assets/locales/en.ftl")));
static RU: LazyLock<Catalogue> = LazyLock::new(|| parse(include_str!("../../assets/locales/ru.ftl")));

/// Reads `key = text` lines; blank lines and those that begin with `#` are comments.
fn parse(text: &'static str) -> Catalogue {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = ")).map(|(key, text)| (key.trim(), text.trim())).collect()
}

/// What a word of a family is called, in every language.
pub(crate) fn called(family: &str, word: &str) -> Vec<String> {
    Lang::ALL.iter().map(|(lang, _)| lang.word(family, word)).collect()
}

impl Lang {
    /// All languages, with the name each has for itself.
    pub const ALL: [(Self, &'static str); 2] = [(Self::En, "English"), (Self::Ru, "Русский")];

    /// RFC 5646 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }
    /// The same as papers name it.
    pub const fn of_paper(self) -> ProductLanguage {
        match self {
            Self::En => ProductLanguage::En,
            Self::Ru => ProductLanguage::Ru,
        }
    }
    /// The language of a tag, whatever its region.
    pub fn read(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or("").trim();
        Self::ALL.iter().map(|(lang, _)| *lang).find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }
    /// The first language of an `Accept-Language` header that the console speaks, by weight.
    ///
    /// Kyrgyz, Kazakh, Tajik, Turkmen and Uzbek readers get Russian until their own catalogues are there.
    pub fn accepted(header: &str) -> Self {
        let mut wishes: Vec<(f64, &str)> = header
            .split(',')
            .map(|wish| match wish.split_once(";q=") {
                Some((tag, weight)) => (weight.trim().parse().unwrap_or(0.0), tag.trim()),
                None => (1.0, wish.trim()),
            })
            .collect();
        wishes.sort_by(|one, other| other.0.total_cmp(&one.0));
        let near = |tag: &str| match tag.split('-').next().unwrap_or("") {
            "kk" | "ky" | "tg" | "tk" | "uz" => Some(Self::Ru),
            _ => Self::read(tag),
        };
        wishes.iter().find_map(|(_, tag)| near(tag)).unwrap_or_default()
    }
    const fn catalogue(self) -> &'static LazyLock<Catalogue> {
        match self {
            Self::En => &EN,
            Self::Ru => &RU,
        }
    }
    /// The language of names on maps.
    pub const fn names(self) -> Names {
        match self {
            Self::En => Names::English,
            Self::Ru => Names::Russian,
        }
    }

    /// The text under this key.
    pub fn say(self, key: &str) -> &'static str {
        self.catalogue().get(key).or_else(|| EN.get(key)).copied().unwrap_or("?")
    }
    /// The text under this key with its places filled: `{name}`.
    pub fn fill(self, key: &str, places: &[(&str, &str)]) -> String {
        places
            .iter()
            .fold(self.say(key).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
    /// The text under this key for so many, by the plural rules of the language: `[one] {n} file [other] {n} files`.
    pub fn plural(self, key: &str, n: u64) -> String {
        Plural::of(self.tag(), n).choose(self.say(key)).replace("{n}", &self.count(n))
    }
    /// The translation of a word of the domain; the word itself where it is not of the family.
    pub fn word(self, family: &str, word: &str) -> String {
        let key = format!("{family}.{word}");
        self.catalogue().get(key.as_str()).map_or_else(|| word.replace('_', " "), |text| (*text).to_owned())
    }

    /// A kind of incident, within a sentence; as it came where no table knows it.
    pub fn kind(self, kind: &str) -> String {
        let told = if self == Self::Ru { domain::kind::russian(kind) } else { None };
        told.map_or_else(|| kind.replace('_', " "), str::to_owned)
    }

    /// A day: `23 Nov 2026`.
    pub fn day(self, day: Day) -> String {
        let date = day.as_date();
        format!("{} {} {}", date.day(), self.say(&format!("month.{}", date.month())), date.year())
    }
    /// A day, or from one to another: `23 Nov 2026 – 25 Nov 2026`.
    pub fn days(self, from: Day, to: Day) -> String {
        if from == to { self.day(from) } else { format!("{} – {}", self.day(from), self.day(to)) }
    }
    /// The month of a day, standing alone: `Nov 2026`, `июль 2026`.
    pub fn month(self, day: Day) -> String {
        let date = day.as_date();
        format!("{} {}", self.say(&format!("month-alone.{}", date.month())), date.year())
    }
    /// The same after a preposition that asks in Russian for the genitive, as "up to": `июля 2026`.
    pub fn of_month(self, day: Day) -> String {
        let date = day.as_date();
        format!("{} {}", self.say(&format!("month.{}", date.month())), date.year())
    }
    /// A moment, to the minute, in UTC.
    pub fn moment(self, at: Timestamp) -> String {
        let time = at.as_datetime();
        format!("{}, {:02}:{:02} UTC", self.day(at.day()), time.hour(), time.minute())
    }
    /// A number with so many decimals.
    pub fn number(self, value: f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}");
        // what rounds to nothing has no sign
        let text = match text.strip_prefix('-') {
            Some(bare) if bare.bytes().all(|digit| matches!(digit, b'0' | b'.')) => bare.to_owned(),
            _ => text,
        };
        if self == Self::Ru { text.replace('.', ",") } else { text }
    }
    /// A count with its thousands apart.
    pub fn count(self, value: u64) -> String {
        let digits = value.to_string();
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(if self == Self::Ru { '\u{202f}' } else { ',' });
            }
            text.push(digit);
        }
        text
    }
    /// A share in 0..=1 as whole percent; what is not nothing is never told as nothing, nor what is not all as all.
    pub fn percent(self, share: f64) -> String {
        match share {
            share if share > 0.0 && share < 0.01 => self.say("chance.below-1").to_owned(),
            share if share > 0.99 && share < 1.0 => self.say("chance.above-99").to_owned(),
            share => format!("{:.0}{}%", share * 100.0, if self == Self::Ru { "\u{202f}" } else { "" }),
        }
    }
    /// A chance in 0..=1. A small one is told as a band: the counts behind it cannot bear digits.
    pub fn chance(self, chance: f64) -> String {
        match chance {
            chance if chance < 0.01 => self.say("chance.below-1").to_owned(),
            chance if chance < 0.05 => self.say("chance.1-5").to_owned(),
            chance if chance < 0.1 => self.say("chance.5-10").to_owned(),
            chance if chance < 0.2 => self.say("chance.10-20").to_owned(),
            chance if chance > 0.99 => self.say("chance.above-99").to_owned(),
            chance => self.percent(chance),
        }
    }
    /// The name of a unit by its code; the code where there is no such unit.
    pub fn province(self, code: &str) -> String {
        geography::province(code).map_or_else(|| code.to_owned(), |unit| self.names().of(unit).to_owned())
    }
    /// A place in the words it came in; what is placed by the code of a unit alone, by the name of that unit.
    pub fn place(self, words: &str) -> String {
        self.province(words)
    }
    /// The name of a country by ISO 3166-1 alpha-3.
    pub fn country(self, code: &str) -> String {
        self.word("country", code)
    }
    /// The name of the country that a unit belongs to.
    pub fn country_of(self, province: &str) -> String {
        geography::province(province).map_or_else(String::new, |unit| self.country(unit.country))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use contracts::{
        Service,
        alerts::alarms::{AlarmCause, AlarmOutcome, AlarmState},
        analysis::{
            anomalies::{AnomalyState, AnomalyVerdict},
            assessments::{AssessmentAction, AssessmentState, Resolution},
            drafting::Since,
            forecasts::{ReasonGroup, Scope},
            indicators::Direction,
            levels::AttentionRule,
            products::{Basis, Part, ProductAction, ProductKind, ProductLanguage, ProductState, SourceKind},
            questions::{QuestionAction, QuestionState},
        },
        coordination::{DeliveryState, Goes},
        gateway::Format,
        intake::{
            ImportState, ReportAction, ReportState,
            clusters::{ClusterAction, ClusterState},
            leads::LeadState,
            mapping::Field,
            own::ReportWait,
            questionnaires::{AnswerFault, QuestionnaireAction, QuestionnaireState},
            reporters::ReportOutcome,
            retention::{Removable, RetentionState},
            sources::{Connector, CursorMark, SourceAction, SourceState},
            weekly::{AssignmentAction, DueState},
        },
    };
    use domain::{
        Extent, Indicator, Level, Precision, Redistribution, Severity, Threat, Trend, UnClass,
        likelihood::{Confidence, Word},
        release::{Outcome, Rule, Transform},
        warning::{AckKind, CapSeverity, Certainty, MessageType, State, Status, Urgency},
    };

    use super::*;

    /// Every key that a family of words needs.
    fn families() -> BTreeSet<String> {
        macro_rules! family {
            ($($name:literal: $words:ty),+ $(,)?) => {
                [$(<$words>::ALL.iter().map(|word| format!("{}.{}", $name, word.as_str())).collect::<Vec<_>>()),+].concat()
            };
        }
        let mut keys: BTreeSet<String> = family! {
            "level": Level, "trend": Trend, "threat": Threat, "precision": Precision, "class": UnClass,
            "state": State, "status": Status, "message": MessageType, "urgency": Urgency, "severity": CapSeverity,
            "certainty": Certainty, "ack": AckKind, "outcome": Outcome, "rule": Rule, "transform": Transform,
            "delivery": DeliveryState, "import": ImportState, "removable": Removable, "retention-state": RetentionState, "service": Service,
            "assessment-state": AssessmentState, "assessment-action": AssessmentAction, "resolution": Resolution,
            "likelihood": Word, "confidence": Confidence, "reason": ReasonGroup, "forecast-scope": Scope,
            "anomaly-state": AnomalyState, "verdict": AnomalyVerdict,
            "attention": AttentionRule,
            "alarm-cause": AlarmCause, "alarm-state": AlarmState, "alarm-outcome": AlarmOutcome,
            "cluster-state": ClusterState, "cluster-means": ClusterState, "cluster-action": ClusterAction,
            "lead-state": LeadState, "lead-severity": Severity,
            "anomaly-state": AnomalyState, "verdict": AnomalyVerdict, "answer-fault": AnswerFault,
            "report-state": ReportState, "own-state": ReportState, "report-wait": ReportWait, "report-do": ReportWait, "report-action": ReportAction, "report-guard": ReportAction, "due-state": DueState,
            "extent": Extent, "direction": Direction, "report-outcome": ReportOutcome, "assignment-action": AssignmentAction, "indicator": Indicator,
            "product-kind": ProductKind, "product-language": ProductLanguage, "product-state": ProductState,
            "product-action": ProductAction, "part": Part, "part-hint": Part, "basis": Basis,
            "source-since": Since, "source-kind": SourceKind, "goes": Goes,
            "source-state": SourceState, "source-told": SourceState, "source-action": SourceAction, "cursor-mark": CursorMark, "connector": Connector,
            "redistribution": Redistribution, "mapped": Field, "format": Format,
            "questionnaire-state": QuestionnaireState, "questionnaire-action": QuestionnaireAction,
            "questionnaire-effect": QuestionnaireAction,
            "question-state": QuestionState, "question-action": QuestionAction,
        }
        .into_iter()
        .collect();
        let kinds = crate::console::incident_page::KINDS.into_iter().flat_map(|(_, kinds)| kinds);
        keys.extend(kinds.map(|kind| format!("happened-kind.{kind}")));
        keys.extend((1..=12).flat_map(|month| [format!("month.{month}"), format!("month-alone.{month}")]));
        keys.extend(["AFG", "KAZ", "KGZ", "TJK", "TKM", "UZB"].map(|code| format!("country.{code}")));
        keys.extend(picture::View::ALL.iter().map(|view| format!("view.{}", view.as_str())));
        keys.extend(["s", "min", "h", "d"].map(|unit| format!("every-unit.{unit}")));
        keys.extend(crate::console::source_faults::words().map(|field| format!("source-fault.{field}")));
        keys.extend(["indicator", "choice", "number", "text"].map(|kind| format!("asks.{kind}")));
        let models = [
            "own-past-ladder",
            "own-past-discounted",
            "discounted-conflictology",
            "own-past-1-3-ladder",
            "own-past-2-3-ladder",
            "conflictology-12",
        ];
        keys.extend(models.map(|model| format!("forecast-model.{model}")));
        keys.extend(["deaths", "incidents"].map(|counted| format!("counted.{counted}")));
        keys.extend(["comma", "semicolon", "tab", "bar"].map(|sign| format!("delimiter.{sign}")));
        keys.extend(["submit", "approve", "return", "cancel"].map(|action| format!("action.{action}")));
        keys
    }

    /// Every key that a page names.
    fn named() -> BTreeSet<String> {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let folders = ["console", "routes"].map(|folder| std::fs::read_dir(source.join(folder)).unwrap());
        let files =
            folders.into_iter().flatten().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        let mut keys = BTreeSet::new();
        for text in files {
            for opening in [".say(", ".fill(", ".plural("] {
                let calls =
                    text.split(opening).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
                keys.extend(calls.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
        keys.retain(|key| {
            key.chars().all(|c| c.is_ascii_alphanumeric() || ".-+_".contains(c)) && !key.is_empty()
        });
        keys
    }

    #[test]
    fn both_catalogues_have_the_same_keys() {
        let keys = |catalogue: &Catalogue| catalogue.keys().copied().collect::<BTreeSet<_>>();
        let (en, ru) = (keys(&EN), keys(&RU));
        assert_eq!(en.symmetric_difference(&ru).collect::<Vec<_>>(), Vec::<&&str>::new());
        assert!(en.len() > 150);
    }

    #[test]
    fn every_key_that_is_used_exists_and_every_key_is_used() {
        let used: BTreeSet<String> = families().into_iter().chain(named()).collect();
        let there: BTreeSet<String> = EN.keys().map(|key| (*key).to_owned()).collect();
        assert_eq!(used.difference(&there).collect::<Vec<_>>(), Vec::<&String>::new(), "missing");
        assert_eq!(there.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "never used");
    }

    #[test]
    fn both_languages_fill_the_same_places() {
        let places = |text: &str| {
            text.split('{')
                .skip(1)
                .filter_map(|rest| rest.split('}').next())
                .map(str::to_owned)
                .collect::<BTreeSet<_>>()
        };
        for (key, text) in EN.iter() {
            assert_eq!(places(text), places(RU[key]), "{key}");
        }
    }

    #[test]
    fn what_is_counted_has_every_form_that_its_language_needs() {
        for (lang, catalogue) in [(Lang::En, &EN), (Lang::Ru, &RU)] {
            for (key, text) in catalogue.iter().filter(|(_, text)| text.starts_with('[')) {
                for n in 0..=101 {
                    let form = format!("[{}]", Plural::of(lang.tag(), n));
                    assert!(text.contains(&form), "{key} in {}: {form} is missing", lang.tag());
                    assert!(!lang.plural(key, n).contains(['[', '{']), "{key}");
                }
                assert_eq!(EN[key].starts_with('['), RU[key].starts_with('['), "{key}");
            }
        }
    }

    #[test]
    fn no_line_of_a_catalogue_is_lost() {
        for text in [include_str!("../../assets/locales/en.ftl"), include_str!("../../assets/locales/ru.ftl")]
        {
            let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).count();
            assert_eq!(parse(text).len(), lines, "a line without \" = \" or a key twice");
        }
    }

    #[test]
    fn the_language_is_the_best_liked_that_is_spoken() {
        let table = [
            ("ru,en;q=0.8", Lang::Ru),
            ("fr, de;q=0.9, ru;q=0.2", Lang::Ru),
            ("ky-KG", Lang::Ru),
            ("", Lang::En),
            ("en;q=0.3,ru;q=0.2", Lang::En),
        ];
        for (header, lang) in table {
            assert_eq!(Lang::accepted(header), lang, "{header}");
        }
        assert_eq!(Lang::read("ru-RU"), Some(Lang::Ru));
        assert_eq!(Lang::read("xx"), None);
    }

    #[test]
    fn numbers_and_days_are_written_as_the_reader_writes_them() {
        let day: Day = "2026-11-03".parse().unwrap();
        assert_eq!(Lang::En.day(day), "3 Nov 2026");
        assert_eq!(Lang::Ru.number(3.25, 1), "3,2");
        assert_eq!((Lang::En.number(-0.0, 1), Lang::En.number(-0.04, 1)), ("0.0".into(), "0.0".into()));
        assert_eq!(Lang::Ru.count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(Lang::En.count(123_456), "123,456");
        let shares = [0.0, 0.004, 0.996, 1.0].map(|share| Lang::En.percent(share));
        assert_eq!(shares, ["0%", "<1%", ">99%", "100%"]);
        assert_eq!((Lang::En.percent(0.4), Lang::Ru.percent(0.4)), ("40%".into(), "40\u{202f}%".into()));
    }
}
