//! What the records of a file say, before it is known whether that is new.

use std::collections::BTreeMap;

use domain::ObservationId;

use super::{
    aggregate::Count,
    draft::{Digested, Draft},
    lead::Item,
    media::Mention,
    message::Message,
    one_each,
};

/// What one record says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// A fact.
    Fact(Box<Draft>),
    /// A fact that is not taken quite as it was written, and in what.
    Remarked(Box<Draft>, &'static str),
    /// How much somebody else has counted.
    Count(Box<Count>),
    /// That its source takes a fact back.
    Gone(Box<Gone>),
    /// Something of a fact that other messages speak of as well.
    Message(Box<Message>),
    /// What the media wrote.
    Media(Box<Mention>),
    /// What a person must look at before it counts.
    Lead(Box<Item>),
    /// Nothing to be kept, for this reason: the same for all of its kind.
    Passed(String),
}

impl Said {
    /// The fact, where it is one.
    pub fn fact(self) -> Option<Draft> {
        match self {
            Self::Fact(draft) | Self::Remarked(draft, _) => Some(*draft),
            Self::Count(_)
            | Self::Gone(_)
            | Self::Message(_)
            | Self::Media(_)
            | Self::Lead(_)
            | Self::Passed(_) => None,
        }
    }
    /// By what two records of a file are of one id; `None` of what has none.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Fact(draft) | Self::Remarked(draft, _) => Some(draft.id().to_string()),
            Self::Count(count) => Some(count.id()),
            Self::Message(message) => Some(one_each::key_of(message)),
            Self::Media(mention) => Some(mention.event_id.clone()),
            Self::Lead(item) => Some(item.id().to_string()),
            Self::Gone(_) | Self::Passed(_) => None,
        }
    }
}

/// A fact that its source takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The fact.
    pub fact: ObservationId,
    /// Who takes it back.
    pub by: String,
    /// In which words.
    pub why: String,
    /// When it did, in Unix seconds, where it tells: what it has edited since stands.
    pub edited_at: Option<i64>,
    /// Whether it is remarked: a source that deletes is heard without a word, one that calls a thing otherwise is not.
    pub told: bool,
}

/// The number of a record, and its line.
pub type At = (usize, u64);

/// What several records say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Harvest {
    /// The facts, in order, each with the number of its record.
    pub drafts: Vec<(Digested, usize)>,
    /// What is taken back, in order.
    pub gone: Vec<Gone>,
    /// The counts, in order.
    pub counts: Vec<(Count, At)>,
    /// The messages, in order.
    pub messages: Vec<(Message, At)>,
    /// What the media wrote, in order.
    pub mentions: Vec<(Mention, At)>,
    /// The leads, in order.
    pub leads: Vec<(Item, At)>,
    /// How many records were passed over on purpose.
    pub passed_over: u64,
    /// What is not kept or otherwise remarked: of how many records, and the line of the first.
    pub remarks: BTreeMap<String, (u64, u64)>,
}

impl Harvest {
    /// Adds what the record of this number says, which stands in this line.
    ///
    /// # Errors
    /// When a fact cannot be written as JSON; then nothing is added.
    pub fn add(&mut self, said: Said, (number, line): At) -> serde_json::Result<()> {
        match said {
            Said::Remarked(draft, remark) => {
                self.add(Said::Fact(draft), (number, line))?;
                self.remark(remark.to_owned(), line);
            }
            Said::Fact(draft) => {
                self.drafts.push((Digested { line: Some(line), ..draft.digested()? }, number));
            }
            Said::Gone(gone) => {
                if gone.told {
                    self.remark(gone.why.clone(), line);
                }
                self.gone.push(*gone);
            }
            Said::Count(count) => self.counts.push((*count, (number, line))),
            Said::Message(message) => self.messages.push((*message, (number, line))),
            Said::Media(mention) => self.mentions.push((*mention, (number, line))),
            Said::Lead(item) => self.leads.push((*item, (number, line))),
            Said::Passed(why) => {
                self.passed_over += 1;
                self.remark(why, line);
            }
        }
        Ok(())
    }
    /// Remarks something of the record in this line.
    pub fn remark(&mut self, remark: String, line: u64) {
        self.remarks.entry(remark).or_insert((0, line)).0 += 1;
    }
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.drafts.is_empty()
            && self.gone.is_empty()
            && self.counts.is_empty()
            && self.messages.is_empty()
            && self.mentions.is_empty()
            && self.leads.is_empty()
            && self.remarks.is_empty()
    }
}
