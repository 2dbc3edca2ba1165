//! The colours, as a stylesheet that pages link to and drawings for mail and print embed.

/// The stylesheet of everything this crate draws, with the colours of the pages around it.
pub const STYLE: &str = include_str!("picture.css");

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The colours of one theme by name; the first block is light, the second dark.
    fn theme(block: usize) -> BTreeMap<&'static str, f64> {
        let blocks: Vec<&str> = STYLE.split(":root {").skip(1).collect();
        let inside = blocks[block].split('}').next().unwrap();
        let pairs = inside.split(';').filter_map(|pair| pair.trim().split_once(": #"));
        pairs.map(|(name, hex)| (name, luminance(hex))).collect()
    }

    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126_f64.mul_add(channel(0), 0.7152_f64.mul_add(channel(2), 0.0722 * channel(4)))
    }

    fn contrast(one: f64, other: f64) -> f64 {
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn levels_grow_darker_in_light_and_brighter_in_dark() {
        let levels =
            |theme: &BTreeMap<&str, f64>| ["--l0", "--l1", "--l2", "--l3", "--l4"].map(|name| theme[name]);
        assert!(levels(&theme(0)).is_sorted_by(|a, b| a > b));
        assert!(levels(&theme(1)).is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn all_text_reads_on_its_ground() {
        let inks = ["--ink", "--muted", "--brand", "--severe", "--moderate", "--minor", "--ok"];
        for (name, theme) in [("light", theme(0)), ("dark", theme(1))] {
            for (ink, ground) in inks.iter().flat_map(|ink| [(ink, "--panel"), (ink, "--ground")]) {
                let seen = contrast(theme[ink], theme[ground]);
                assert!(seen >= 4.5, "{name}: {ink} on {ground} is {seen:.2}");
            }
            for level in 0..5 {
                let seen = contrast(theme[&*format!("--on-l{level}")], theme[&*format!("--l{level}")]);
                assert!(seen >= 4.5, "{name}: text on level {level} is {seen:.2}");
            }
            assert!(contrast(theme["--violet"], theme["--violet-ground"]) >= 4.5, "{name}: exercise");
            assert!(contrast(theme["--panel"], theme["--brand"]) >= 4.5, "{name}: button");
        }
    }
}
