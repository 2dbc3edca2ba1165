//! Which addresses are public, and which names can only mean something at home.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use super::EgressError;

/// A block of addresses, written like `127.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    base: IpAddr,
    prefix: u32,
}

impl Range {
    const fn four(octets: [u8; 4], prefix: u32) -> Self {
        let [a, b, c, d] = octets;
        Self { base: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix }
    }

    const fn six(first: u16, second: u16, prefix: u32) -> Self {
        Self { base: IpAddr::V6(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0)), prefix }
    }

    /// Whether the address lies inside; an IPv4-mapped IPv6 address counts as the IPv4 address it carries.
    pub(super) fn contains(self, address: IpAddr) -> bool {
        let (base, width) = bits(self.base);
        let (other, other_width) = bits(address.to_canonical());
        width == other_width && (base ^ other).checked_shr(width - self.prefix).unwrap_or(0) == 0
    }
}

fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(four) => (u128::from(four.to_bits()), 32),
        IpAddr::V6(six) => (six.to_bits(), 128),
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

impl FromStr for Range {
    type Err = EgressError;

    fn from_str(text: &str) -> Result<Self, EgressError> {
        let refused = || EgressError::Range { text: text.to_owned() };
        let (base, prefix) = text.trim().split_once('/').ok_or_else(refused)?;
        let base: IpAddr = base.parse().map_err(|_| refused())?;
        let prefix: u32 = prefix.parse().map_err(|_| refused())?;
        let (value, width) = bits(base);
        // Bits behind the prefix are a slip of the pen, and a mapped range would never match.
        let behind = value & !u128::MAX.checked_shl(width.saturating_sub(prefix)).unwrap_or(0);
        if prefix > width || behind != 0 || base.to_canonical() != base {
            return Err(refused());
        }
        Ok(Self { base, prefix })
    }
}

/// IPv4 blocks that are not public: the IANA special-purpose registry, multicast, and one cloud's machine service.
const CLOSED_IPV4: [(Range, &str); 17] = [
    (Range::four([0, 0, 0, 0], 8), "this network"),
    (Range::four([10, 0, 0, 0], 8), "private"),
    (Range::four([100, 64, 0, 0], 10), "shared by a carrier"),
    (Range::four([127, 0, 0, 0], 8), "loopback"),
    (Range::four([168, 63, 129, 16], 32), "a cloud's machine service"),
    (Range::four([169, 254, 0, 0], 16), "link-local"),
    (Range::four([172, 16, 0, 0], 12), "private"),
    (Range::four([192, 0, 0, 0], 24), "reserved for protocols"),
    (Range::four([192, 0, 2, 0], 24), "documentation"),
    (Range::four([192, 88, 99, 0], 24), "a 6to4 relay"),
    (Range::four([192, 168, 0, 0], 16), "private"),
    (Range::four([198, 18, 0, 0], 15), "for benchmarks"),
    (Range::four([198, 51, 100, 0], 24), "documentation"),
    (Range::four([203, 0, 113, 0], 24), "documentation"),
    (Range::four([224, 0, 0, 0], 4), "multicast"),
    (Range::four([255, 255, 255, 255], 32), "broadcast"),
    (Range::four([240, 0, 0, 0], 4), "reserved"),
];

/// IPv6 blocks outside global unicast, kept for a reason that can be told.
const NAMED_IPV6: [(Range, &str); 7] = [
    (Range::six(0xfc00, 0, 7), "unique local"),
    (Range::six(0xfe80, 0, 10), "link-local"),
    (Range::six(0xfec0, 0, 10), "site-local"),
    (Range::six(0xff00, 0, 8), "multicast"),
    (Range::six(0x64, 0xff9b, 32), "a NAT64 translation"),
    (Range::six(0x100, 0, 16), "discarded"),
    (Range::six(0, 0, 96), "unspecified, loopback or an embedded IPv4 address"),
];

/// Blocks inside global unicast that lead elsewhere than they seem to.
const CLOSED_IPV6: [(Range, &str); 4] = [
    (Range::six(0x2001, 0, 23), "reserved for protocols, Teredo among them"),
    (Range::six(0x2001, 0xdb8, 32), "documentation"),
    (Range::six(0x2002, 0, 16), "a 6to4 tunnel"),
    (Range::six(0x3fff, 0, 20), "documentation"),
];

const GLOBAL_UNICAST: Range = Range::six(0x2000, 0, 3);

/// Names under these never lead to a partner on the internet (RFC 6761, 6762, 8375 and habit).
const HOME_SUFFIXES: [&str; 9] =
    ["local", "localhost", "internal", "localdomain", "home.arpa", "lan", "home", "corp", "intranet"];

/// Why an address is not public; `None` when it is.
pub(super) fn closed(address: IpAddr) -> Option<&'static str> {
    let address = address.to_canonical();
    let find = |table: &[(Range, &'static str)]| {
        table.iter().find(|(range, _)| range.contains(address)).map(|(_, why)| *why)
    };
    if address.is_ipv4() {
        return find(&CLOSED_IPV4);
    }
    // What is not global unicast today is refused without waiting for a name.
    let outside = (!GLOBAL_UNICAST.contains(address)).then_some("outside global unicast");
    find(&NAMED_IPV6).or_else(|| find(&CLOSED_IPV6)).or(outside)
}

/// Lets an address pass when it is public or inside a range that the settings permit.
///
/// # Errors
/// When it is neither; the error names the host that led to it.
pub(super) fn admit(host: &str, address: IpAddr, allow: &[Range]) -> Result<(), EgressError> {
    match closed(address) {
        Some(why) if !allow.iter().any(|range| range.contains(address)) => {
            Err(EgressError::Address { host: host.to_owned(), address, why })
        }
        _ => Ok(()),
    }
}

/// Lets a name pass that can exist on the public internet; what it resolves to is checked when connecting.
///
/// # Errors
/// When it has one label only or ends in a suffix kept for local use.
pub(super) fn admit_name(host: &str) -> Result<(), EgressError> {
    let refused = |why| EgressError::Name { host: host.to_owned(), why };
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let under =
        |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if HOME_SUFFIXES.iter().any(under) {
        return Err(refused("its ending is kept for local networks"));
    }
    if !name.contains('.') {
        return Err(refused("a name of one label exists on local networks only"));
    }
    if name.split('.').any(str::is_empty) {
        return Err(refused("it has an empty label"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIVATE: [&str; 60] = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.192",
        "192.0.2.7",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.9",
        "203.0.113.200",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "254.255.255.255",
        "255.255.255.255",
        "::",
        "::1",
        "::2",
        "::127.0.0.1",
        "::169.254.169.254",
        "::ffff:0.0.0.0",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:c0a8:1",
        "::ffff:0:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::a00:1",
        "100::1",
        "100:0:0:1::1",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:2::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "4000::1",
    ];
    const PUBLIC: [&str; 18] = [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "126.255.255.255",
        "128.0.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.167.255.255",
        "198.17.255.255",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "2001:4860:4860::8888",
        "2606:4700:4700::1111",
        "2a00:1450:4001:80b::200e",
        "2003::1",
    ];

    #[test]
    fn addresses_that_are_not_public_are_refused_with_a_reason() {
        for text in PRIVATE {
            assert!(closed(text.parse().unwrap()).is_some(), "{text}");
            assert!(admit("hook.example.org", text.parse().unwrap(), &[]).is_err(), "{text}");
        }
    }

    #[test]
    fn public_addresses_up_to_the_edges_of_each_block_pass() {
        for text in PUBLIC {
            assert_eq!(closed(text.parse().unwrap()), None, "{text}");
        }
    }

    #[test]
    fn an_allowed_range_opens_itself_and_nothing_beside_it() {
        let allow = ["127.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        for text in ["127.0.0.1", "::ffff:127.9.9.9", "fd00::1"] {
            admit("here.example.org", text.parse().unwrap(), &allow).unwrap();
        }
        for text in ["128.0.0.1", "10.0.0.1", "::1", "fc00::1", "169.254.169.254"] {
            let address = text.parse().unwrap();
            assert_eq!(admit("x.example.org", address, &allow).is_ok(), closed(address).is_none(), "{text}");
        }
    }

    #[test]
    fn a_range_that_is_not_exact_is_refused() {
        for text in ["", "127.0.0.1", "127.0.0.1/8", "10.0.0.0/33", "::ffff:0:0/96", "fd00::/129", "x/8"] {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
        for text in ["0.0.0.0/0", "::/0", "127.0.0.0/8", "10.1.2.3/32", "::1/128"] {
            assert_eq!(text.parse::<Range>().unwrap().to_string(), text);
        }
        assert!("0.0.0.0/0".parse::<Range>().unwrap().contains("10.0.0.1".parse().unwrap()));
        assert!(!"0.0.0.0/0".parse::<Range>().unwrap().contains("::1".parse().unwrap()));
        assert!("::/0".parse::<Range>().unwrap().contains("::1".parse().unwrap()));
    }

    #[test]
    fn names_kept_for_local_networks_are_refused() {
        for name in [
            "localhost",
            "localhost.",
            "a.localhost",
            "printer.local",
            "printer.local.",
            "metadata.google.internal",
            "METADATA.GOOGLE.INTERNAL",
            "nats",
            "gateway.",
            "router.home.arpa",
            "nas.lan",
            "localhost.localdomain",
            "a..example.org",
            "",
            ".",
        ] {
            assert!(admit_name(name).is_err(), "{name}");
        }
        for name in ["example.org", "example.org.", "hooks.osce.org", "notlocal.org", "xlocal.net"] {
            admit_name(name).unwrap();
        }
    }

    #[test]
    fn any_text_is_a_range_of_addresses_or_an_error() {
        let seeds = testkit::fuzz::Seeds::new(
            &["10.0.0.0/8", "2001:db8::/32", "::/0", "0.0.0.0/0", "255.255.255.255/32"],
            &["/", "::", "ffff:", ".", "33", "129", "-1", "+8"],
        );
        testkit::fuzz!(|script| {
            let text = seeds.text(script);
            if let Ok(range) = text.parse::<Range>() {
                assert_eq!(range.to_string().parse::<Range>().ok(), Some(range), "{text:?}");
            }
        });
    }
}
