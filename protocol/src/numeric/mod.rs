//! The three-digit replies, by number and by standard name. What each one's parameters are is up to its sender.

mod table;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

pub use table::*;

/// A three-digit reply. Those with a standard name are constants of this module.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Numeric(u16);

/// Why a text is no numeric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a numeric; expected three digits")]
pub struct NumericError;

impl Numeric {
    /// The numeric of a number below 1000.
    pub const fn new(code: u16) -> Option<Self> {
        if code < 1000 { Some(Self(code)) } else { None }
    }

    /// Its number.
    pub const fn code(self) -> u16 {
        self.0
    }

    /// Its three digits.
    pub fn as_str(self) -> &'static str {
        let start = 3 * usize::from(self.0);
        DIGITS.get(start..start + 3).unwrap_or("000")
    }

    /// Its standard name, such as `RPL_WELCOME`.
    pub fn name(self) -> Option<&'static str> {
        let index = ALL.binary_search_by_key(&self, |(numeric, _)| *numeric);
        index
            .ok()
            .and_then(|index| ALL.get(index))
            .map(|(_, name)| *name)
    }

    /// Whether it says that something went wrong.
    ///
    /// Numbers from 400 to 599 do, and those of later extensions that are named `ERR_`.
    pub fn is_error(self) -> bool {
        match self.name() {
            Some(name) => name.starts_with("ERR_"),
            None => (400..600).contains(&self.0),
        }
    }
}

/// The digits of every numeric, one after another, so that writing one needs no memory.
const DIGITS: &str = {
    const BYTES: [u8; 3000] = digits();
    match std::str::from_utf8(&BYTES) {
        Ok(text) => text,
        Err(_) => unreachable!(),
    }
};

const fn digits() -> [u8; 3000] {
    let mut bytes = [b'0'; 3000];
    let mut rest: &mut [u8] = &mut bytes;
    let (mut hundreds, mut tens, mut ones) = (b'0', b'0', b'0');
    while let [first, second, third, after @ ..] = rest {
        (*first, *second, *third) = (hundreds, tens, ones);
        rest = after;
        ones += 1;
        if ones > b'9' {
            (tens, ones) = (tens + 1, b'0');
        }
        if tens > b'9' {
            (hundreds, tens) = (hundreds + 1, b'0');
        }
    }
    bytes
}

impl fmt::Display for Numeric {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Debug for Numeric {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(formatter, "{name} ({self})"),
            None => write!(formatter, "Numeric({self})"),
        }
    }
}

impl FromStr for Numeric {
    type Err = NumericError;

    fn from_str(text: &str) -> Result<Self, NumericError> {
        if text.len() != 3 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumericError);
        }
        text.parse().ok().and_then(Self::new).ok_or(NumericError)
    }
}

impl From<Numeric> for Cow<'_, str> {
    fn from(numeric: Numeric) -> Self {
        Cow::Borrowed(numeric.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_written_with_three_digits_and_read_back() {
        for code in 0..1000 {
            let numeric = Numeric::new(code).unwrap();
            assert_eq!(numeric.to_string(), format!("{code:03}"));
            assert_eq!(numeric.as_str().parse(), Ok(numeric));
        }
        assert_eq!(Numeric::new(1000), None);
    }

    #[test]
    fn other_texts_are_no_numerics() {
        for text in ["", "1", "01", "0001", "+01", "1 2", "PRIVMSG", "１２３"] {
            assert_eq!(text.parse::<Numeric>(), Err(NumericError), "{text:?}");
        }
    }

    #[test]
    fn the_table_is_ordered_and_has_no_number_twice() {
        assert!(ALL.is_sorted_by(|(left, _), (right, _)| left < right));
    }

    #[test]
    fn names_are_found_by_number() {
        assert_eq!(RPL_WELCOME.name(), Some("RPL_WELCOME"));
        assert_eq!(RPL_WHOSPCRPL.to_string(), "354");
        assert_eq!(ERR_SASLFAIL.code(), 904);
        assert_eq!(Numeric::new(999).and_then(Numeric::name), None);
        assert_eq!(format!("{ERR_NOSUCHNICK:?}"), "ERR_NOSUCHNICK (401)");
    }

    #[test]
    fn errors_are_told_from_replies() {
        for error in [ERR_NOSUCHNICK, ERR_STARTTLS, ERR_MONLISTFULL, ERR_SASLFAIL] {
            assert!(error.is_error(), "{error:?}");
        }
        for reply in [RPL_WELCOME, RPL_SASLSUCCESS, RPL_MONONLINE] {
            assert!(!reply.is_error(), "{reply:?}");
        }
    }
}
