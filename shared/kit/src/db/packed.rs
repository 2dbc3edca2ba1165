//! Large bodies packed: what a store writes less of, an import waits less for.

use std::borrow::Cow;

/// Bodies are packed from so many bytes on; what is shorter stays readable in the store.
const FROM: usize = 16 * 1024;

/// A body as the store keeps it: as it is, or empty beside its packed form.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Kept {
    pub body: String,
    pub packed: Option<Vec<u8>>,
}

impl Kept {
    /// How this body is kept.
    pub fn of(body: String) -> Result<Self, sqlx::Error> {
        if body.len() < FROM {
            return Ok(Self { body, packed: None });
        }
        let packed = snap::raw::Encoder::new().compress_vec(body.as_bytes());
        let packed = packed.map_err(|error| sqlx::Error::Encode(error.into()))?;
        Ok(Self { body: String::new(), packed: Some(packed) })
    }
    /// The body; an error where its packed form is damaged.
    pub fn body(&self) -> Result<Cow<'_, str>, sqlx::Error> {
        let Some(packed) = &self.packed else { return Ok(Cow::Borrowed(&self.body)) };
        let bytes = snap::raw::Decoder::new().decompress_vec(packed);
        let bytes = bytes.map_err(|error| sqlx::Error::Decode(error.into()))?;
        String::from_utf8(bytes).map(Cow::Owned).map_err(|error| sqlx::Error::Decode(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FROM, Kept};

    proptest! {
        #[test]
        fn every_body_comes_back_as_it_was(word in "\\PC{1,40}", times in 1_usize..2000) {
            let body = word.repeat(times);
            let kept = Kept::of(body.clone()).unwrap();
            prop_assert_eq!(kept.packed.is_some(), body.len() >= FROM);
            prop_assert_eq!(kept.body().unwrap(), body);
        }
    }

    #[test]
    fn a_damaged_body_is_an_error_and_not_another_body() {
        let mut kept = Kept::of("[0,1,2]".repeat(FROM)).unwrap();
        kept.packed.as_mut().unwrap().truncate(9);
        assert!(kept.body().is_err());
    }
}
