//! Which hub is gone to and which rooms are joined there, and who named them: the command line before
//! the settings.

use salon_config::{ClientConfig, ClientSettings, ConfigError, KeyedRoom, ServerUrl};

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

/// The settings as they are for the hub that counts.
pub(crate) fn settings(
    url: Option<&ServerUrl>,
    options: &Options,
    config: &ClientConfig,
) -> Result<ClientSettings, ConfigError> {
    let settings = config.settings(options.profile.as_deref())?;
    let host = server(url, options, &settings).0.host.clone();
    Ok(settings.for_hub(&host))
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

/// The rooms that count, in the order in which they are joined, each once; one has its key wherever that is named.
pub(crate) fn rooms(
    url: Option<&ServerUrl>,
    options: &Options,
    settings: &ClientSettings,
) -> Vec<(KeyedRoom, NamedBy)> {
    let (server, named_by) = server(url, options, settings);
    let in_url: Vec<KeyedRoom> = server.rooms.iter().cloned().map(KeyedRoom::from).collect();
    let sources = [
        (&options.rooms, NamedBy::RoomOption),
        (&in_url, named_by),
        (&settings.rooms, NamedBy::RoomsSetting),
    ];
    let mut rooms: Vec<(KeyedRoom, NamedBy)> = Vec::new();
    for (room, named_by) in sources
        .into_iter()
        .flat_map(|(rooms, by)| rooms.iter().map(move |room| (room, by)))
    {
        let is_same =
            |(known, _): &&mut (KeyedRoom, _)| known.as_str().eq_ignore_ascii_case(room.as_str());
        match rooms.iter_mut().find(is_same) {
            Some((known, _)) => known.key = known.key.take().or_else(|| room.key.clone()),
            None => rooms.push((room.clone(), named_by)),
        }
    }
    rooms
}

#[cfg(test)]
mod tests {
    use salon_commands::{Context, Effect, Mode, Registry};
    use salon_config::Room;

    use super::*;

    /// The room that `:join` enters.
    fn joined(written: &str) -> String {
        let registry = Registry::builtin();
        let command = registry.parse(&format!(":join {written}"), Mode::Script);
        let effects = command.unwrap().unwrap().run(&Context::new(&registry));
        match effects.unwrap().as_slice() {
            [Effect::Join { room, .. }] => room.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_room_is_the_same_wherever_it_is_written() {
        for (written, room) in [
            ("den", "#den"),
            ("#den", "#den"),
            ("##den", "##den"),
            ("&den", "&den"),
            ("+den", "+den"),
            ("!den", "!den"),
        ] {
            let setting: KeyedRoom = written.parse().unwrap();
            let url: ServerUrl = format!("irc://hub/{written}").parse().unwrap();
            let in_url: Vec<_> = url.rooms.iter().map(Room::as_str).collect();
            assert_eq!(setting.as_str(), room);
            assert_eq!(in_url, [room]);
            assert_eq!(joined(written), room);
        }
        assert!("de,n".parse::<KeyedRoom>().is_err());
    }
}
