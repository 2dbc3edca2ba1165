//! Inputs of fuzz targets: what is real, written otherwise by a script that the fuzzing engine makes up.
//!
//! A target reads a script and not the input itself, so that a few bytes make a whole file with one thing wrong in it; an engine
//! guided by coverage varies the scripts, and can also write an input byte by byte. In the tests each target tries the same
//! scripts in every run, and as many of them as less than a second allows.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};

/// The longest that one target runs in the tests.
const RUN: Duration = Duration::from_millis(700);
/// The most inputs that one target tries in the tests.
const INPUTS: usize = 3000;
/// Where the tests begin: the same in every run, so that what passes once passes always. `make fuzz` looks for new ones.
const SEED: u64 = 20_261_127;
/// The longest script, in bytes.
pub const SCRIPT_BYTES: usize = 512;

/// The longest input that is made, in bytes; what stands behind it is cut off.
const LONGEST: usize = 64 * 1024;
/// The most changes to one input.
const CHANGES: u8 = 6;

/// Real inputs, and the words of their format that mistakes are made of.
pub struct Seeds {
    inputs: Vec<Vec<u8>>,
    tokens: Vec<Vec<u8>>,
}

impl Seeds {
    /// Of these inputs and words; there must be one input at least.
    pub fn new(inputs: &[impl AsRef<[u8]>], tokens: &[&str]) -> Self {
        assert!(!inputs.is_empty(), "a target needs an input to begin with");
        Self {
            inputs: inputs.iter().map(|input| input.as_ref().to_vec()).collect(),
            tokens: tokens.iter().map(|token| token.as_bytes().to_vec()).collect(),
        }
    }
    /// The input that the script makes, and how it comes: the sizes of its chunks, again from the first when all are used.
    pub fn play(&self, script: &[u8]) -> (Vec<u8>, Vec<usize>) {
        let mut script = Script(script);
        let chunks = (0..=script.byte() % 4).map(|_| usize::from(script.byte() % 67) + 1).collect();
        let kind = script.byte();
        if kind < 24 {
            return (script.0.to_vec(), chunks);
        }
        let mut input = self.one(&mut script).to_vec();
        for _ in 0..script.byte() % CHANGES {
            self.change(&mut input, &mut script);
            input.truncate(LONGEST);
        }
        (input, chunks)
    }
    /// The same where the input is text: what is no UTF-8 is replaced.
    pub fn text(&self, script: &[u8]) -> String {
        String::from_utf8_lossy(&self.play(script).0).into_owned()
    }

    fn one(&self, script: &mut Script<'_>) -> &[u8] {
        script.one_of(&self.inputs).map_or(&[], Vec::as_slice)
    }
    fn token(&self, script: &mut Script<'_>) -> Vec<u8> {
        if let Some(token) = script.one_of(&self.tokens) {
            return token.clone();
        }
        script.some(3)
    }
    fn change(&self, input: &mut Vec<u8>, script: &mut Script<'_>) {
        let kind = script.byte() % 11;
        let at = script.place(input.len());
        let end = (at + script.length()).min(input.len());
        match kind {
            0 if at < input.len() => input[at] ^= 1 << (script.byte() % 8),
            1 if at < input.len() => input[at] = script.byte(),
            2 => input.truncate(at),
            3 => drop(input.drain(at..end)),
            4 => {
                let again = input[at..end].to_vec();
                input.splice(at..at, again);
            }
            5 => {
                let other = self.one(script);
                let from = script.place(other.len());
                input.splice(at.., other[from..].iter().copied());
            }
            6 => drop(input.splice(at..at, self.token(script))),
            7 => drop(input.splice(at..end, self.token(script))),
            8 => drop(input.splice(field(input, at), self.token(script))),
            9 => {
                let many = self.token(script).repeat(1 << (script.byte() % 12));
                input.splice(at..at, many);
            }
            _ => drop(input.splice(at..at, script.some(6))),
        }
    }
}

/// What stands between the two marks around this place.
fn field(input: &[u8], at: usize) -> std::ops::Range<usize> {
    let is_mark = |byte: &u8| b",;\t\n<>\"'&= |.".contains(byte);
    let from = input[..at].iter().rposition(is_mark).map_or(0, |mark| mark + 1);
    let to = input[at..].iter().position(is_mark).map_or(input.len(), |mark| at + mark);
    from..to
}

/// Bytes that decide; zeros when there are no more.
struct Script<'a>(&'a [u8]);

impl Script<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }
    fn some(&mut self, many: usize) -> Vec<u8> {
        (0..many).map(|_| self.byte()).collect()
    }
    fn number(&mut self) -> usize {
        (usize::from(self.byte()) << 8) | usize::from(self.byte())
    }
    /// A place in something of this length, its end included.
    fn place(&mut self, length: usize) -> usize {
        (self.number() * (length + 1)) >> 16
    }
    /// A length, most often a short one.
    fn length(&mut self) -> usize {
        let byte = usize::from(self.byte());
        if byte < 200 { byte / 8 } else { byte * 4 }
    }
    fn one_of<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        let at = (usize::from(self.byte()) * all.len()) >> 8;
        all.get(at)
    }
}

/// Tries a target on the same scripts in every run, the shortest that still breaks it last.
///
/// A script has zeros behind its end, so its beginnings are simpler scripts.
pub fn tried(target: impl Fn(&[u8])) {
    let began = Instant::now();
    let mut random = StdRng::seed_from_u64(SEED);
    for _ in 0..INPUTS {
        if began.elapsed() > RUN {
            return;
        }
        let mut script = vec![0; random.random_range(0..=SCRIPT_BYTES)];
        random.fill_bytes(&mut script);
        let breaks = |script: &[u8]| catch_unwind(AssertUnwindSafe(|| target(script))).is_err();
        if breaks(&script) {
            let short = (0..script.len()).find(|end| breaks(&script[..*end])).unwrap_or(script.len());
            panic!("the script that breaks it: {:?}", &script[..short]);
        }
    }
}

/// Runs a target: its body is given the script. What `make fuzz` has found and kept is tried first.
#[macro_export]
macro_rules! fuzz {
    ($body:expr) => {
        bolero::check!().with_iterations(0).with_max_len($crate::fuzz::SCRIPT_BYTES).for_each($body);
        $crate::fuzz::tried($body);
    };
}
