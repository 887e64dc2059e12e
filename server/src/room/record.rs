//! A room's settings as what is stored of it, and back.

use salon_protocol::mask::Mask;

use super::modes::{Flags, ListKind, Rank};
use super::settings::{ListEntry, Settings};
use super::state::RoomState;
use super::{Member, Topic};
use crate::log::{MaskRecord, MemberRecord, RoomRecord, TopicRecord};

/// What is stored of a room.
pub(super) fn of(state: &RoomState) -> RoomRecord {
    let settings = &state.settings;
    let flags = Flags::TABLE
        .iter()
        .filter(|(_, flag)| settings.flags.contains(*flag));
    let masks = ListKind::TABLE.iter().flat_map(|(letter, kind)| {
        settings.list(*kind).iter().map(|entry| MaskRecord {
            list: *letter,
            mask: entry.mask.as_str().to_owned(),
            setter: entry.setter.clone(),
            time: entry.time,
        })
    });
    RoomRecord {
        stream: state.id,
        name: state.name.clone(),
        created: state.created,
        topic: settings.topic.as_ref().map(|topic| TopicRecord {
            text: topic.text.clone(),
            setter: topic.setter.clone(),
            time: topic.time,
        }),
        metadata: settings
            .metadata
            .iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        flags: flags.map(|(letter, _)| *letter).collect(),
        key: settings.key.clone(),
        limit: settings.limit.map(|limit| limit as u64),
        slow_seconds: settings.slow_seconds,
        masks: masks.collect(),
        founder: settings.founder.clone(),
    }
}

/// What is stored of a member: nothing, unless it is always on.
pub(super) fn of_member(member: &Member) -> Option<MemberRecord> {
    let identity = &member.identity;
    let account = identity.account.as_ref().filter(|_| identity.always_on)?;
    let letters = Rank::TABLE
        .iter()
        .filter(|row| member.rank.contains(row.2))
        .map(|row| row.0);
    Some(MemberRecord {
        account: account.clone(),
        rank: Some(letters.collect()),
    })
}

/// The rank that was stored; letters that this version does not know are left out.
pub(super) fn rank_of(member: &MemberRecord) -> Rank {
    let letters = member.rank.as_deref().unwrap_or_default().chars();
    letters.filter_map(Rank::from_letter).collect()
}

/// The settings that were stored; letters that this version does not know are left out.
pub(super) fn settings_of(record: &RoomRecord) -> Settings {
    let mut settings = Settings {
        topic: record.topic.as_ref().map(|topic| Topic {
            text: topic.text.clone(),
            setter: topic.setter.clone(),
            time: topic.time,
        }),
        flags: record
            .flags
            .chars()
            .filter_map(Flags::from_letter)
            .collect(),
        key: record.key.clone(),
        founder: record.founder.clone(),
        limit: record.limit.and_then(|limit| usize::try_from(limit).ok()),
        slow_seconds: record.slow_seconds,
        ..Settings::default()
    };
    for (key, value) in &record.metadata {
        settings.metadata = settings.metadata.with(key, Some(value));
    }
    for stored in &record.masks {
        if let Some(kind) = ListKind::from_letter(stored.list) {
            settings.list_mut(kind).push(ListEntry {
                mask: Mask::new(&stored.mask),
                setter: stored.setter.clone(),
                time: stored.time,
            });
        }
    }
    settings
}
