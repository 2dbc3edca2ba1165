//! Words that are written one way: enums with a fixed text form, and the error of a text that is none of them.

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
