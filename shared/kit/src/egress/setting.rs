//! Which setting would let a refused request leave.

use std::net::IpAddr;

use super::EgressError;

impl EgressError {
    /// The setting that would let this request leave, and what is added to it; `None` where none would.
    pub fn setting(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Scheme { scheme, host } if scheme == "http" => Some(("plain_hosts", format!("{host:?}"))),
            Self::Port { port, .. } => Some(("ports", port.to_string())),
            Self::Address { address: IpAddr::V4(four), .. } => Some(("allow", format!("\"{four}/32\""))),
            Self::Address { address: IpAddr::V6(six), .. } => Some(("allow", format!("\"{six}/128\""))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::egress::{Egress, EgressSettings};

    #[test]
    fn a_refusal_names_the_setting_that_would_lift_it() {
        let egress = Egress::new(&EgressSettings::default()).unwrap();
        for (text, setting) in [
            ("http://plain.example/", Some(("plain_hosts", "\"plain.example\""))),
            ("https://plain.example:9443/", Some(("ports", "9443"))),
            ("https://10.1.2.3/", Some(("allow", "\"10.1.2.3/32\""))),
            ("https://[fd00::1]/", Some(("allow", "\"fd00::1/128\""))),
            ("https://user@plain.example/", None),
            ("ftp://plain.example/", None),
        ] {
            let said = egress.check(&text.parse().unwrap()).unwrap_err().setting();
            assert_eq!(said.as_ref().map(|(key, value)| (*key, value.as_str())), setting, "{text}");
        }
    }
}
