//! Ids: a ULID behind a prefix that says what it is an id of, so that one kind is never taken for another.

use sha2::{Digest, Sha256};

use crate::{text::Invalid, time::Timestamp};

/// Defines the id of one kind of thing: a ULID (26 characters, time-sortable) behind a two-letter prefix.
#[macro_export]
macro_rules! id {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind begins with, underscore included.
            pub const PREFIX: &'static str = concat!($prefix, "_");

            /// A new id that sorts by `now` and cannot be guessed.
            pub fn generate(now: $crate::Timestamp) -> Self {
                Self(format!("{}{}", Self::PREFIX, $crate::ids::random_ulid(now)))
            }
            /// The id that these parts always give: the same thing done twice gets the same id.
            pub fn derived(parts: &[&str]) -> Self {
                Self(format!("{}{}", Self::PREFIX, $crate::ids::derived_ulid(Self::PREFIX, parts)))
            }
            /// The id as text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(&self.0) }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::text::Invalid;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::ids::check(stringify!($name), Self::PREFIX, text).map(|()| Self(text.to_owned()))
            }
        }
        impl TryFrom<String> for $name {
            type Error = $crate::text::Invalid;
            fn try_from(text: String) -> Result<Self, Self::Error> { text.parse() }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self { id.0 }
        }
        $crate::text_column!($name);
    )+ };
}

id! {
    /// One event on the bus, the same through every redelivery.
    EventId = "ev",
    /// One accepted fact, the same through all its revisions.
    ObservationId = "ob",
    /// One field report, from the moment it is received.
    ReportId = "re",
    /// One run over one uploaded file.
    ImportId = "im",
    /// One record that could not be read.
    QuarantineId = "qu",
    /// One warning, from draft to its end; a new version is not a new id.
    WarningId = "wa",
    /// One organisation that may receive something.
    OrganisationId = "or",
    /// One mandate of an organisation.
    MandateId = "ma",
    /// One agreement with an organisation.
    AgreementId = "ag",
    /// One endpoint of an organisation that takes webhooks.
    EndpointId = "en",
    /// One decision on one version of one item for one organisation.
    DecisionId = "de",
    /// One delivery of one version of one item to one organisation; also the `webhook-id`.
    DeliveryId = "dl",
    /// One acknowledgement by a partner.
    AcknowledgementId = "ac",
    /// One consent of a government.
    ConsentId = "co",
    /// One party: a government, a movement, a community, an organisation talked with.
    PartyId = "pa",
    /// One unusual month of a province and threat.
    AnomalyId = "an",
    /// One assessment, from draft to its end.
    AssessmentId = "as",
    /// One product for readers, from draft to its end.
    ProductId = "pr",
    /// One forecast: of one unit and threat, from one month, for one window.
    ForecastId = "fo",
    /// One question that analysts keep open.
    QuestionId = "qs",
    /// What one source said of one indicator, for one province and period.
    ReadingId = "rd",
    /// One incident that several observations are of, or may be of.
    ClusterId = "cl",
    /// One version of one questionnaire.
    QuestionnaireId = "qn",
    /// That one monitor owes a weekly report of one province.
    AssignmentId = "du",
    /// One file that came with a field report.
    AttachmentId = "at",
    /// One level that a person set beside the computed one.
    OverrideId = "ov",
    /// One run over all the evidence that counts everything anew.
    RecomputeId = "rc",
    /// One alarm: a reason to look at a province and threat.
    AlarmId = "am",
    /// What a piece of news said, until a person has confirmed it.
    LeadId = "le",
    /// One API token.
    TokenId = "to",
    /// One entry of the audit.
    AuditId = "au",
}

/// A ULID of this moment with eighty random bits.
pub fn random_ulid(now: Timestamp) -> ulid::Ulid {
    let millis = u64::try_from(now.as_datetime().timestamp_millis()).unwrap_or(0);
    let random = u128::from_be_bytes(ulid::Ulid::generate().to_bytes()) & ((1 << 80) - 1);
    ulid::Ulid::from_parts(millis, random)
}

/// A ULID made of the first 128 bits of a digest of the parts; each part's length is part of the digest.
pub fn derived_ulid(prefix: &str, parts: &[&str]) -> ulid::Ulid {
    let mut hash = Sha256::new();
    hash.update(prefix.as_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    ulid::Ulid::from_bytes(bytes)
}

/// Checks that a text is an id with this prefix.
///
/// # Errors
/// When the prefix is another one's or what follows is not a ULID.
pub fn check(what: &'static str, prefix: &str, text: &str) -> Result<(), Invalid> {
    match text.strip_prefix(prefix) {
        Some(rest) if rest.len() == 26 && ulid::Ulid::from_string(rest).is_ok() => Ok(()),
        _ => Err(Invalid::new(what, text, format!("{prefix} and 26 characters"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id = WarningId::derived(&["a"]);
        assert!(id.as_str().parse::<WarningId>().is_ok());
        assert!(id.as_str().parse::<ReportId>().is_err());
        assert!("wa_short".parse::<WarningId>().is_err());
    }

    #[test]
    fn an_id_of_every_kind_is_refused_as_every_other_kind() {
        type Reads = fn(&str) -> bool;
        fn reads<T: std::str::FromStr>(text: &str) -> bool {
            text.parse::<T>().is_ok()
        }
        let kinds: [(&str, Reads); 17] = [
            (EventId::PREFIX, reads::<EventId>),
            (ObservationId::PREFIX, reads::<ObservationId>),
            (ReportId::PREFIX, reads::<ReportId>),
            (ImportId::PREFIX, reads::<ImportId>),
            (QuarantineId::PREFIX, reads::<QuarantineId>),
            (WarningId::PREFIX, reads::<WarningId>),
            (OrganisationId::PREFIX, reads::<OrganisationId>),
            (MandateId::PREFIX, reads::<MandateId>),
            (AgreementId::PREFIX, reads::<AgreementId>),
            (EndpointId::PREFIX, reads::<EndpointId>),
            (DecisionId::PREFIX, reads::<DecisionId>),
            (DeliveryId::PREFIX, reads::<DeliveryId>),
            (AcknowledgementId::PREFIX, reads::<AcknowledgementId>),
            (ConsentId::PREFIX, reads::<ConsentId>),
            (PartyId::PREFIX, reads::<PartyId>),
            (TokenId::PREFIX, reads::<TokenId>),
            (AuditId::PREFIX, reads::<AuditId>),
        ];
        for (prefix, _) in kinds {
            let text = format!("{prefix}01JQ0000000000000000000000");
            let read_by: Vec<&str> =
                kinds.iter().filter(|(_, reads)| reads(&text)).map(|(kind, _)| *kind).collect();
            assert_eq!(read_by, [prefix]);
        }
    }

    #[test]
    fn an_id_in_json_of_another_kind_is_refused() {
        let written = serde_json::to_string(&WarningId::derived(&["a"])).unwrap();
        assert!(serde_json::from_str::<WarningId>(&written).is_ok());
        assert!(serde_json::from_str::<ReportId>(&written).is_err());
    }

    #[test]
    fn the_same_parts_give_another_id_to_another_kind() {
        assert_ne!(WarningId::derived(&["a"]).as_str()[3..], ReportId::derived(&["a"]).as_str()[3..]);
    }

    #[test]
    fn what_follows_the_prefix_must_be_a_ulid() {
        for rest in [
            "",
            "01JQ",
            "01JQ00000000000000000000000",
            "01JQ000000000000000000000U",
            "01JQ-0000000000000000000000",
        ] {
            assert!(format!("wa_{rest}").parse::<WarningId>().is_err(), "{rest}");
        }
        assert!("01JQ0000000000000000000000".parse::<WarningId>().is_err());
    }

    #[test]
    fn the_same_parts_give_the_same_id_and_other_cuts_another() {
        assert_eq!(EventId::derived(&["ab", "c"]), EventId::derived(&["ab", "c"]));
        assert_ne!(EventId::derived(&["ab", "c"]), EventId::derived(&["a", "bc"]));
    }

    #[test]
    fn generated_ids_sort_by_time() {
        let early = ReportId::generate("2026-01-01T00:00:00Z".parse().unwrap());
        let late = ReportId::generate("2026-01-01T00:00:01Z".parse().unwrap());
        assert!(early < late);
    }
}
