//! What a certificate is known by: the SHA-256 of its DER form, written `sha256:` and 64 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use crate::text::deserialize_from_text;

/// The fingerprint of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// Why a text is no fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no fingerprint; expected `sha256:` and 64 hexadecimal digits")]
pub struct FingerprintError {
    text: String,
}

impl Fingerprint {
    /// The fingerprint that is this digest.
    pub fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    /// Reads the digits in either case, with or without `sha256:` before them and colons between them, as `openssl x509
    /// -fingerprint -sha256` and `salond gen-cert` write them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || FingerprintError {
            text: text.to_owned(),
        };
        let trimmed = text.trim();
        let digits = match trimmed.split_at_checked("sha256:".len()) {
            Some((kind, digits)) if kind.eq_ignore_ascii_case("sha256:") => digits,
            _ => trimmed,
        };
        let digits: Option<Vec<u32>> = digits
            .chars()
            .filter(|digit| *digit != ':')
            .map(|digit| digit.to_digit(16))
            .collect();
        let digits = digits
            .filter(|digits| digits.len() == 64)
            .ok_or_else(error)?;
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(digits.chunks(2)) {
            let value = pair.iter().fold(0, |value, digit| value * 16 + digit);
            *byte = u8::try_from(value).map_err(|_| error())?;
        }
        Ok(Self(digest))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("sha256:")?;
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

deserialize_from_text!(Fingerprint);

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = match text.parse::<Fingerprint>() {
            Ok(fingerprint) => fingerprint.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn fingerprints_are_read_in_every_customary_form() {
        let expected = format!("sha256:{}", "0f".repeat(32));
        check(&expected, &expected);
        check(&"0F".repeat(32), &expected);
        check(&format!("SHA256:{}0F", "0F:".repeat(31)), &expected);
    }

    #[test]
    fn what_is_no_fingerprint_is_refused() {
        for text in [
            String::new(),
            "sha256:".to_owned(),
            "0f".repeat(31),
            "0f".repeat(33),
            "0g".repeat(32),
            format!("sha1:{}", "0f".repeat(32)),
            "é".repeat(64),
        ] {
            check(
                &text,
                &format!(
                    "'{text}' is no fingerprint; expected `sha256:` and 64 hexadecimal digits"
                ),
            );
        }
    }
}
