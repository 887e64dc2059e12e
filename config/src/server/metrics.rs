//! `[metrics]`: where Prometheus reads how the hub is doing.

use serde::Deserialize;

use crate::address::ListenAddress;

/// The section `[metrics]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "the section `[metrics]`")]
#[non_exhaustive]
pub struct MetricsSettings {
    /// Where the hub answers `GET /metrics`. Required.
    pub listen: ListenAddress,
}
