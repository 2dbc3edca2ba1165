//! Words that are written one way: enums with a fixed text form, and the error of a text that is none of them; and text that turns no
//! other round.

use std::borrow::Cow;

/// A text that is not a value of the type it was read as.
///
/// Says what was expected, what came instead and, where the choice is small, what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not a {what}; expected {expected}")]
pub struct Invalid {
    /// The thing expected, as a reader would name it.
    pub what: &'static str,
    /// The text that came.
    pub given: String,
    /// What would have been accepted.
    pub expected: String,
}

impl Invalid {
    /// Makes the error; at most eighty characters of the given text are kept.
    pub fn new(what: &'static str, given: &str, expected: impl Into<String>) -> Self {
        Self { what, given: given.chars().take(80).collect(), expected: expected.into() }
    }
}

/// A text without what would turn the direction of the words beside it when it is shown: embeddings, overrides and isolates (U+202A to
/// U+202E, U+2066 to U+2069), and the invisible marks of direction (U+200E, U+200F, U+061C) but for those beside a letter that is
/// written from right to left, where whoever writes Persian or Arabic needs them. What is kept stays as it was written.
pub fn straight(text: &str) -> Cow<'_, str> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let marks = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}');
    if !text.contains(|c: char| turns(c) || marks(c)) {
        return Cow::Borrowed(text);
    }
    let mut told = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        let beside = || told.chars().next_back().into_iter().chain(rest.clone().next());
        if !turns(letter) && (!marks(letter) || beside().any(is_from_right)) {
            told.push(letter);
        }
    }
    Cow::Owned(told)
}

/// Whether it is of a script that is written from right to left: Hebrew, Arabic with Persian and Pashto, Syriac, Thaana and what is akin.
const fn is_from_right(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{61b}' | '\u{61d}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// Defines an enum whose variants are written as fixed words, in JSON, in a column and on screen.
///
/// Gives `ALL`, `as_str`, `Display`, `FromStr`, serde and (with the feature `sqlx`) a text column type.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* $what:literal $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum $name {
            $($(#[$vmeta])* #[doc = concat!("Written `", $word, "`.")] $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word as written everywhere.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::text::Invalid;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|v| v.as_str() == text).ok_or_else(|| {
                    $crate::text::Invalid::new($what, text, [$($word),+].join(", "))
                })
            }
        }
        impl TryFrom<String> for $name {
            type Error = $crate::text::Invalid;
            fn try_from(text: String) -> Result<Self, Self::Error> { text.parse() }
        }
        impl From<$name> for String {
            fn from(value: $name) -> Self { value.as_str().to_owned() }
        }
        $crate::text_column!($name);
    };
}

/// Gives a type with `Display` and `FromStr` a text column on every database.
#[cfg(feature = "sqlx")]
#[macro_export]
macro_rules! text_column {
    ($name:ident) => {
        impl<DB: $crate::sqlx::Database> $crate::sqlx::Type<DB> for $name
        where
            String: $crate::sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as $crate::sqlx::Type<DB>>::type_info()
            }
            fn compatible(ty: &DB::TypeInfo) -> bool {
                <String as $crate::sqlx::Type<DB>>::compatible(ty)
            }
        }
        impl<'q, DB: $crate::sqlx::Database> $crate::sqlx::Encode<'q, DB> for $name
        where
            String: $crate::sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buf: &mut DB::ArgumentBuffer,
            ) -> Result<$crate::sqlx::encode::IsNull, $crate::sqlx::error::BoxDynError> {
                <String as $crate::sqlx::Encode<'q, DB>>::encode(self.to_string(), buf)
            }
        }
        impl<'r, DB: $crate::sqlx::Database> $crate::sqlx::Decode<'r, DB> for $name
        where
            String: $crate::sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, $crate::sqlx::error::BoxDynError> {
                Ok(<String as $crate::sqlx::Decode<'r, DB>>::decode(value)?.parse()?)
            }
        }
    };
}

/// Without the feature `sqlx` a type has no column.
#[cfg(not(feature = "sqlx"))]
#[macro_export]
macro_rules! text_column {
    ($name:ident) => {};
}

#[cfg(test)]
mod tests {
    use super::straight;

    #[test]
    fn nothing_that_somebody_wrote_turns_the_words_beside_it_round() {
        assert_eq!(
            straight("Clash at post \u{202e}egnihton dna ehcac A1"),
            "Clash at post egnihton dna ehcac A1"
        );
        assert_eq!(straight("Pos\u{202e}t \u{2067}(KG-T)\u{2069}\u{200f}, 20 km"), "Post (KG-T), 20 km");
        let persian = "می\u{200c}رود بدخشان\u{200f}، ۲۰";
        assert_eq!(straight(persian), persian, "marks that Persian needs stay");
        assert!(matches!(straight("Баткен, 20 км"), std::borrow::Cow::Borrowed(_)));
    }
}
