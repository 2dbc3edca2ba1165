//! A made-up file in the shape of UCDP GED: 49 columns, quoted texts, the six countries, in the order of ids, which the years
//! follow loosely as in the real files; the same rows at every run.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use sha2::{Digest, Sha256};

const HEADER: &str = "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,\
dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,\
source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,where_description,adm_1,\
adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,\
deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob\n";

const FIRST_YEAR: u16 = 1989;
const YEARS: u64 = 35;
/// Province, country, Gleditsch-Ward number, and a point well within.
const PLACES: [(&str, &str, u16, f64, f64); 10] = [
    ("Batken province", "Kyrgyzstan", 703, 40.0, 70.8),
    ("Osh province", "Kyrgyzstan", 703, 40.2, 73.2),
    ("Sughd province", "Tajikistan", 702, 39.6, 69.0),
    ("Khatlon province", "Tajikistan", 702, 37.9, 69.3),
    ("Surkhandarya province", "Uzbekistan", 704, 38.0, 67.5),
    ("Kunduz province", "Afghanistan", 700, 36.8, 68.8),
    ("Balkh province", "Afghanistan", 700, 36.5, 66.9),
    ("Helmand province", "Afghanistan", 700, 31.4, 64.3),
    ("Mary province", "Turkmenistan", 701, 37.2, 62.0),
    ("Almaty province", "Kazakhstan", 705, 44.0, 77.0),
];
const WORDS: [&str; 16] = [
    "border",
    "convoy",
    "checkpoint",
    "canal",
    "river",
    "bazaar",
    "patrol",
    "village",
    "ambush",
    "shelling",
    "guards",
    "market",
    "bridge",
    "water",
    "pasture",
    "mountain",
];

/// Hashes what passes through to the file.
struct Hashing<W> {
    out: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes the file; gives its size and its SHA-256.
pub fn write(path: &Path, rows: u64) -> io::Result<(u64, String)> {
    let hashing = Hashing { out: File::create(path)?, hash: Sha256::new(), bytes: 0 };
    let mut out = BufWriter::with_capacity(1 << 20, hashing);
    let mut rng = StdRng::seed_from_u64(1992);
    out.write_all(HEADER.as_bytes())?;
    for id in 0..rows {
        row(&mut out, &mut rng, (id + 1, FIRST_YEAR + (id * YEARS / rows) as u16))?;
    }
    let hashing = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok((hashing.bytes, hex::encode(hashing.hash.finalize())))
}

fn row(out: &mut impl Write, rng: &mut StdRng, (id, around): (u64, u16)) -> io::Result<()> {
    let (province, country, number, lat, lon) = PLACES[rng.random_range(0..PLACES.len())];
    let (lat, lon) = (lat + rng.random_range(-0.2..0.2), lon + rng.random_range(-0.2..0.2));
    let (year, month, day) =
        (around + rng.random_range(0..2), rng.random_range(1..13), rng.random_range(1..29));
    let date = format!("{year}-{month:02}-{day:02}");
    let word = |rng: &mut StdRng| WORDS[rng.random_range(0..WORDS.len())];
    let (a, b, c) = (word(rng), word(rng), word(rng));
    let (first, second) = (rng.random_range(0..4_u32), rng.random_range(0..9_u32));
    let best = first + second;
    writeln!(
        out,
        "{id},AAA-{year}-1-{id},{year},1,Clear,1,299,299,{country}: Government,11973,11973,Government of {country} - Group {b},118,\
         118,Government of {country},4456,4456,Group {b},2,\"\"\"Agency,{date},Clash near the {a} and the {c}\"\"\",Agency,{date},\
         Clash near the {a} and the {c},Agency,1,{a} {id},\"in the village of {a}, by the {c}\",{province},District {b},{lat:.6},\
         {lon:.6},POINT ({lon:.6} {lat:.6}),181154,{country},{number},Asia,1,1,{date},{date},{first},{second},0,0,{best},{best},\
         {best},{number},"
    )
}
