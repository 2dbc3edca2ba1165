//! The codes of CAMEO: those of its codebooks, and none besides.
//!
//! The list holds the codes of GDELT's own list (`CAMEO.eventcodes.txt`), of the conversion to PLOVER of 2021, and those of CAMEO
//! 1.1b3 that are in neither (155, 176, 1834, 1951, 1952).

/// All codes, one root a line: the root, and what lies under it.
const CODES: [&str; 20] = [
    "01 010 011 012 013 014 015 016 017 018 019",
    "02 020 021 0211 0212 0213 0214 022 023 0231 0232 0233 0234 024 0241 0242 0243 0244 025 0251 0252 0253 0254 0255 0256 026 027 028",
    "03 030 031 0311 0312 0313 0314 032 033 0331 0332 0333 0334 034 0341 0342 0343 0344 035 0351 0352 0353 0354 0355 0356 036 037 038 039",
    "04 040 041 042 043 044 045 046",
    "05 050 051 052 053 054 055 056 057",
    "06 060 061 062 063 064",
    "07 070 071 072 073 074 075",
    "08 080 081 0811 0812 0813 0814 082 083 0831 0832 0833 0834 084 0841 0842 085 086 0861 0862 0863 087 0871 0872 0873 0874",
    "09 090 091 092 093 094",
    "10 100 101 1011 1012 1013 1014 102 103 1031 1032 1033 1034 104 1041 1042 1043 1044 105 1051 1052 1053 1054 1055 1056 106 107 108",
    "11 110 111 112 1121 1122 1123 1124 1125 113 114 115 116",
    "12 120 121 1211 1212 1213 1214 122 1221 1222 1223 1224 123 1231 1232 1233 1234 124 1241 1242 1243 1244 1245 1246 125 126 127 128 129",
    "13 130 131 1311 1312 1313 132 1321 1322 1323 1324 133 134 135 136 137 138 1381 1382 1383 1384 1385 139",
    "14 140 141 1411 1412 1413 1414 142 1421 1422 1423 1424 143 1431 1432 1433 1434 144 1441 1442 1443 1444 145 1451 1452 1453 1454",
    "15 150 151 152 153 154 155",
    "16 160 161 162 1621 1622 1623 163 164 165 166 1661 1662 1663",
    "17 170 171 1711 1712 172 1721 1722 1723 1724 173 174 175 176",
    "18 180 181 182 1821 1822 1823 183 1831 1832 1833 1834 184 185 186",
    "19 190 191 192 193 194 195 1951 1952 196",
    "20 200 201 202 203 204 2041 2042",
];

/// All codes in order.
fn all() -> impl Iterator<Item = &'static str> {
    CODES.iter().flat_map(|root| root.split(' '))
}

/// Whether CAMEO has this code.
pub fn is_known(code: &str) -> bool {
    all().any(|known| known == code)
}

/// Whether a code is one of its 20 roots.
pub fn is_root(code: &str) -> bool {
    code.len() == 2 && is_known(code)
}

/// What is said of a code that CAMEO does not have: the one whose zero in front was lost, those beside it, or the roots.
pub fn objection(code: &str) -> String {
    let code: String = code.chars().take(40).collect();
    let zero = format!("0{code}");
    let known = |beginning: &str| all().find(|known| *known == beginning);
    if let Some(meant) = known(&zero) {
        return format!(
            "{code:?} is none of CAMEO's; is {meant} meant? Its codes are texts, and keep the zero in front"
        );
    }
    let above = (2..code.len()).rev().find_map(|length| known(code.get(..length)?));
    let Some(above) = above else {
        return format!("{code:?} is none of CAMEO's: its roots are 01 to 20, as 14 of 141");
    };
    let beside: Vec<&str> =
        all().filter(|known| known.starts_with(above) && known.len() == above.len() + 1).collect();
    format!("{code:?} is none of CAMEO's: under {above} it has {}", beside.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_cameo_does_not_have_is_told_with_those_beside_it() {
        for code in ["01", "20", "042", "0256", "1013", "1246", "1385", "155", "176", "1834", "1952", "2042"]
        {
            assert!(is_known(code), "{code}");
        }
        // those of two hundred rows of the feed, of 2014 and 2015
        let seen = "010 012 013 014 020 023 030 031 033 0331 035 0353 036 040 042 043 046 051 057 060 070 072 075 081 084 0841 0874 090 100 110 111 112 114 120 130 131 138 141 160 164 172 173 180 182 1822 186 190 193";
        assert!(seen.split(' ').all(is_known));
        for (code, says) in [
            ("99", "roots are 01 to 20"),
            ("00", "roots"),
            ("42", "is 042 meant"),
            ("47", "roots"),
            ("1499", "under 14 it has 140, 141, 142"),
            ("1419", "under 141 it has 1411"),
            ("205", "under 20 it has 200"),
            ("é1", "roots"),
        ] {
            assert!(!is_known(code), "{code}");
            assert!(objection(code).contains(says), "{}", objection(code));
        }
        assert!(all().is_sorted() && all().count() > 290);
    }
}
