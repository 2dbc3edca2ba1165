//! What of the input an answer repeats: enough to find it again, never as much as a broken record holds.

use std::fmt::Display;

/// The most characters of one name or value.
const ONE: usize = 80;
/// The most characters of a list of names.
const LIST: usize = 600;

/// The first eighty characters of a text.
pub fn short(text: impl Display) -> String {
    text.to_string().chars().take(ONE).collect()
}

/// Names behind one another, as many as have room; a sign that is not seen, and that no store keeps, is written out.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let (mut list, mut length) = (String::new(), 0);
    for (at, name) in names.iter().enumerate() {
        let name = seen(&short(name.as_ref()));
        let behind = if at == 0 { "" } else { ", " };
        length += behind.len() + name.chars().count();
        if length > LIST {
            let rest = names.len() - at;
            return format!("{list}{behind}and {rest} more");
        }
        list.push_str(behind);
        list.push_str(&name);
    }
    list
}

fn seen(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_how_many_names_had_no_room() {
        assert_eq!(listed(&["id", "d\u{0}te"]), "id, d\\u{0}te");
        let many = vec!["x".repeat(200); 50];
        let list = listed(&many);
        assert!(list.chars().count() < LIST + 20 && list.ends_with(", and 43 more"), "{list}");
        assert_eq!(listed::<&str>(&[]), "");
    }
}
