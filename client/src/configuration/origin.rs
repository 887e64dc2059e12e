//! Where a value comes from.

use std::fmt;
use std::path::Path;

/// Where a value comes from, in the words of whoever wants to change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// Nobody said anything.
    Default,
    /// An option, or the address, of the command line.
    CommandLine(&'static str),
    /// A line of the settings file, under a profile or not.
    Settings {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// The profile.
        profile: Option<String>,
    },
    /// A variable.
    Environment(&'static str),
    /// Another value.
    Derived(&'static str),
    /// Several of these.
    All(Vec<Origin>),
}

impl Origin {
    /// A line of a settings file.
    pub(super) fn line(file: Option<&Path>, line: usize, profile: Option<&str>) -> Self {
        Self::Settings {
            file: file.map_or_else(String::new, |file| file.display().to_string()),
            line,
            profile: profile.map(str::to_owned),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::CommandLine(what) => write!(formatter, "command line: {what}"),
            Self::Settings {
                file,
                line,
                profile: None,
            } => write!(formatter, "{file}:{line}"),
            Self::Settings {
                file,
                line,
                profile: Some(profile),
            } => write!(formatter, "{file}:{line} (profile {profile})"),
            Self::Environment(name) => write!(formatter, "environment: {name}"),
            Self::Derived(what) => write!(formatter, "default: {what}"),
            Self::All(origins) => {
                for (index, origin) in origins.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(formatter, "{comma}{origin}")?;
                }
                Ok(())
            }
        }
    }
}
