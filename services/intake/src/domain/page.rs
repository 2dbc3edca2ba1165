//! Cutting by size: packs that fit the stream, pages that fit a reply.

use contracts::{Page, stream};
use serde::Serialize;

/// The largest page a reply carries, in bytes of JSON: below the megabyte that every NATS server takes.
pub const PAGE_BYTES: usize = 768 * 1024;
/// What the rest of an event takes besides its observations, generously.
const AROUND: usize = 1024;

/// Bytes of a value in JSON; the largest number there is when it cannot be written.
pub fn json_bytes(value: &impl Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).map_or(usize::MAX, |()| count.0)
}

/// Observations in their order, in packs of up to 500 and 256 KiB; `bytes_of` is how many bytes of JSON one of them takes.
pub fn packs<T>(observations: Vec<T>, bytes_of: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut packs: Vec<Vec<T>> = Vec::new();
    let (mut pack, mut bytes) = (Vec::new(), AROUND);
    for observation in observations {
        let size = bytes_of(&observation) + 1;
        if !pack.is_empty() && (pack.len() >= stream::PACK || bytes + size > stream::PACK_BYTES) {
            packs.push(std::mem::take(&mut pack));
            bytes = AROUND;
        }
        bytes += size;
        pack.push(observation);
    }
    if !pack.is_empty() {
        packs.push(pack);
    }
    packs
}

/// A page of up to `size` items and [`PAGE_BYTES`], out of up to `size + 1` that were read; one item at least.
pub fn page<T: Serialize>(mut items: Vec<T>, size: u32, cursor: impl Fn(&T) -> String) -> Page<T> {
    let (mut bytes, mut fitting) = (0, 0);
    for item in items.iter().take(size as usize) {
        bytes += json_bytes(item) + 1;
        if fitting > 0 && bytes > PAGE_BYTES {
            break;
        }
        fitting += 1;
    }
    let more = items.len() > fitting;
    items.truncate(fitting);
    let next = if more { items.last().map(cursor) } else { None };
    Page { items, next }
}

#[cfg(test)]
mod tests {
    use domain::Observation;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::merge::tests::draft;

    fn observation(text: usize) -> Observation {
        let mut draft = draft("1");
        draft.text = "x".repeat(text);
        draft.observation(1, &crate::domain::merge::tests::arrival())
    }

    proptest! {
        #[test]
        fn packs_keep_everything_in_order_and_fit_the_stream(sizes in proptest::collection::vec(0_usize..60_000, 0..40)) {
            let all: Vec<Observation> = sizes.iter().map(|size| observation(*size)).collect();
            let packs = packs(all.clone(), json_bytes);
            for pack in &packs {
                let said = contracts::intake::ObservationsRecorded { origin: "im_01JQ0000000000000000000000".into(), recorded: pack.clone(), retracted: vec![] };
                prop_assert!(json_bytes(&said) <= stream::PACK_BYTES);
                prop_assert!(!pack.is_empty() && pack.len() <= stream::PACK);
            }
            prop_assert_eq!(packs.concat(), all);
        }

        #[test]
        fn pages_follow_each_other_without_gap(sizes in proptest::collection::vec(0_usize..400_000, 1..12), size in 1_u32..5) {
            let all: Vec<(usize, String)> = sizes.iter().map(|s| "y".repeat(*s)).enumerate().collect();
            let (mut seen, mut from) = (Vec::new(), 0);
            loop {
                let read: Vec<_> = all[from..].iter().take(size as usize + 1).cloned().collect();
                let page = page(read, size, |item| item.0.to_string());
                prop_assert!(!page.items.is_empty());
                seen.extend(page.items);
                match page.next {
                    Some(last) => from = last.parse::<usize>().unwrap() + 1,
                    None => break,
                }
            }
            prop_assert_eq!(seen, all);
        }
    }

    #[test]
    fn five_hundred_small_ones_are_one_pack() {
        assert_eq!(packs(vec![observation(0); 250], json_bytes).len(), 1);
        assert!(packs(vec![observation(0); 501], json_bytes).len() >= 2);
    }
}
