//! Fuzz targets of what comes in at the door as text or file: whatever it is, it is read or refused with a reason.

use testkit::{fuzz, fuzz::Seeds};

use super::{files, line};
use crate::console::words::called;

#[test]
fn any_line_is_a_report_or_refused_by_its_words() {
    let seeds = [
        "MRB KG-B border_tension border_incident serious 2d 2026-11-20 shots at the canal",
        "mrbx kg-b Border_Tension seizure MINOR Стрельба у канала",
        "MRB KG-Q tension 9x bad 99999999999d 2026-13-40",
        "\u{feff}МРБ; КG-В, Напряжённость на границе; перестрелка; серьёзная; 2d 2026-11-20 стрельба, двое ранены",
    ];
    let tokens = [
        " ",
        "\t",
        "\u{a0}",
        "MRB",
        "2d",
        "4294967296d",
        "ſerious",
        "İ",
        "2026-02-29",
        "\u{202e}",
        "é2d",
        "2026-1é-01",
        "\0",
        ", ",
        ";",
        "МРБХ",
        "Вода и энергия",
        "Малая",
    ];
    let seeds = Seeds::new(&seeds, &tokens);
    let last = domain::Day::of(9999, 1, 1).unwrap();
    fuzz!(|script| {
        let text = seeds.text(script);
        match line::parse(&text, last, called) {
            Ok(form) => {
                assert!(!form.text.trim().is_empty() && form.title.chars().count() <= 120, "{form:?}");
                assert!(form.text.starts_with(&form.title) && form.text.len() <= text.len());
                let province = form.place.province.clone().unwrap();
                // with deaths and day in their places, what follows is text whatever it looks like
                let before =
                    format!("MRB {province} {} {} {} 0d 2026-01-01", form.threat, form.kind, form.severity);
                let again = format!("{before} {}", form.text);
                if again.chars().count() <= 2000 {
                    assert_eq!(line::parse(&again, last, called).unwrap().text, form.text);
                }
            }
            Err(failure) => {
                assert!(!failure.errors.is_empty() && failure.detail.contains(line::GRAMMAR));
                for error in &failure.errors {
                    assert!(!error.pointer.is_empty() && !error.detail.is_empty());
                    assert!(error.detail.len() < 1024, "{} bytes: {}", error.detail.len(), error.detail);
                }
            }
        }
    });
}

#[test]
fn any_file_is_cleaned_for_good_or_refused() {
    let jpeg = [
        &b"\xFF\xD8\xFF\xE1\x00\x10Exif\0\0MM\0*\0\0\0\x08"[..],
        b"\xFF\xDB\x00\x04ab\xFF\xDA\x00\x04cd",
        b"coded\xFF\x00\xFF\xD0more\xFF\xC4\x00\x03e\xFF\xDA\x00\x02x\xFF\xD9",
    ]
    .concat();
    let chunk =
        |kind: &[u8; 4], data: &[u8]| [&(data.len() as u32).to_be_bytes()[..], kind, data, &[0; 4]].concat();
    let png = [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &[0; 13]),
        &chunk(b"tEXt", b"where"),
        &chunk(b"IDAT", b"data"),
        &chunk(b"IEND", b""),
    ]
    .concat();
    let riff = |kind: &[u8; 4], data: &[u8]| [&kind[..], &(data.len() as u32).to_le_bytes(), data].concat();
    let parts = [riff(b"VP8X", &[0xFF; 10]), riff(b"EXIF", b"here"), riff(b"VP8 ", b"data")].concat();
    let webp = [&b"RIFF"[..], &(parts.len() as u32 + 4).to_le_bytes(), b"WEBP", &parts].concat();
    let tokens = [
        "\u{0}",
        "IDAT",
        "acTL",
        "ANIM",
        "VP8L",
        "LIST",
        "RIFF",
        "Exif\0\0II*\0",
        "IEND",
        "\u{7f}\u{7f}\u{7f}\u{7f}",
    ];
    let seeds = Seeds::new(&[jpeg, png, webp], &tokens);
    fuzz!(|script| {
        let (file, _) = seeds.play(script);
        let most = file.len() + 64;
        match files::clean(file.into()) {
            Ok(kept) => {
                assert!(kept.bytes.len() <= most, "it grew");
                assert_eq!(files::clean(kept.bytes.clone()), Ok(kept), "clean is clean");
            }
            Err(unfit) => assert!(unfit.to_string().len() > 20),
        }
    });
}
