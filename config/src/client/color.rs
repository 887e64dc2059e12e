//! Whether output has colours.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// Whether output has colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColorChoice {
    /// `"auto"`: on a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// `"always"`: everywhere.
    Always,
    /// `"never"`: nowhere.
    Never,
}

/// Why a text is not a choice of colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a choice of colour; expected auto, always or never")]
#[non_exhaustive]
pub struct ColorChoiceError {
    text: String,
}

impl FromStr for ColorChoice {
    type Err = ColorChoiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Auto, Self::Always, Self::Never]
            .into_iter()
            .find(|choice| choice.name() == text)
            .ok_or_else(|| ColorChoiceError {
                text: text.to_owned(),
            })
    }
}

impl ColorChoice {
    /// The choice as the settings and `--color` have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

impl fmt::Display for ColorChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::ColorChoice;

    #[test]
    fn choices_are_read_as_they_are_written() {
        for choice in [ColorChoice::Auto, ColorChoice::Always, ColorChoice::Never] {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
    }

    #[test]
    fn other_choices_are_refused() {
        let error = "Always"
            .parse::<ColorChoice>()
            .expect_err("upper case")
            .to_string();
        assert_eq!(
            error,
            "'Always' is not a choice of colour; expected auto, always or never"
        );
    }
}
