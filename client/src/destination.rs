//! Which hub is gone to and which rooms are joined there, and who named them: the command line before
//! the settings.

use salon_config::{ClientSettings, Room, ServerUrl};

use crate::cli::Options;

/// Who named the hub, or a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedBy {
    /// The address on the command line.
    Url,
    /// `--server`
    ServerOption,
    /// `--room`
    RoomOption,
    /// `server` in the settings, or the default.
    ServerSetting,
    /// `rooms` in the settings.
    RoomsSetting,
}

/// The hub that counts.
pub(crate) fn server<'a>(
    url: Option<&'a ServerUrl>,
    options: &'a Options,
    settings: &'a ClientSettings,
) -> (&'a ServerUrl, NamedBy) {
    let url = url.map(|url| (url, NamedBy::Url));
    let option = options.server.as_ref();
    let option = option.map(|server| (server, NamedBy::ServerOption));
    url.or(option)
        .unwrap_or((&settings.server, NamedBy::ServerSetting))
}

/// The rooms that count, in the order in which they are joined, each once.
pub(crate) fn rooms<'a>(
    url: Option<&'a ServerUrl>,
    options: &'a Options,
    settings: &'a ClientSettings,
) -> Vec<(&'a Room, NamedBy)> {
    let (server, named_by) = server(url, options, settings);
    let sources = [
        (&options.rooms, NamedBy::RoomOption),
        (&server.rooms, named_by),
        (&settings.rooms, NamedBy::RoomsSetting),
    ];
    let mut rooms: Vec<(&Room, NamedBy)> = Vec::new();
    for (room, named_by) in sources
        .into_iter()
        .flat_map(|(rooms, by)| rooms.iter().map(move |room| (room, by)))
    {
        let is_same = |known: &&Room| known.as_str().eq_ignore_ascii_case(room.as_str());
        if !rooms.iter().map(|(known, _)| known).any(is_same) {
            rooms.push((room, named_by));
        }
    }
    rooms
}
