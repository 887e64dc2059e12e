//! `salon search`: what was said that holds some words, from the hub's own index.

use std::collections::HashSet;
use std::io::Write;

use salon_commands::Target;
use salon_protocol::Timestamp;

use super::arguments::SearchOptions;
use super::failure::Failure;
use super::hub::Hub;
use super::printer::Printer;
use super::wanted::moment;
use crate::conversation::Plan;
use crate::script::Complaints;
use crate::session::{Found, Wanted};

/// How many messages are asked for at once.
const PAGE_EVENTS: u32 = 100;

/// Finds messages, the last ones if there are more than are wanted, and shows them in order.
pub(super) async fn run<E: Write>(
    search: &SearchOptions,
    plan: Plan,
    printer: &mut Printer,
    complaints: &mut Complaints<E>,
) -> Result<(), Failure> {
    let mut plan = plan;
    super::simplify(&mut plan);
    if let Some(target) = &search.target {
        super::prepare(&mut plan, target, false);
    }
    let words = search.words.join(" ");
    let wanted = Wanted {
        target: search.target.as_ref().map(Target::as_str),
        nick: search.from.as_ref().map(salon_config::Nickname::as_str),
        since: search.since.as_ref().map(moment).transpose()?,
        words: &words,
    };
    let mut hub = Hub::open(plan).await?;
    if let Some(target @ Target::Room(_)) = &search.target
        && hub.has_just_made(target.as_str())
    {
        return Err(super::no_such_room(target));
    }
    let found = find(&mut hub, &wanted, search.limit).await?;
    for line in &found {
        if let Some(event) = &line.event {
            printer.print(event).await;
        }
    }
    printer.flush().await;
    let searched = hub.searched();
    hub.leave().await;
    if found.is_empty() {
        if search.target.is_none() {
            complaints.line(&format!(
                "note: nothing fits in {searched}, nor in what was said to you alone; `--room ROOM` looks in another one, too"
            ));
        }
        return Err(Failure::NotFound);
    }
    if search.limit != 0 && found.len() >= search.limit {
        complaints.line(&format!(
            "note: these are the last {}; `--limit` asks for more, and `--limit 0` for all",
            found.len()
        ));
    }
    Ok(())
}

/// The last `limit` messages that fit, in order; all for 0.
async fn find(hub: &mut Hub, wanted: &Wanted<'_>, limit: usize) -> Result<Vec<Found>, Failure> {
    let limit = if limit == 0 { usize::MAX } else { limit };
    let mut found: Vec<Found> = Vec::new();
    let mut ids: HashSet<String> = HashSet::new();
    let mut before = None;
    while found.len() < limit {
        // A later page begins with messages that are known, so that what is missing would be too few.
        let count = match before {
            None => u32::try_from(limit).map_or(PAGE_EVENTS, |limit| limit.min(PAGE_EVENTS)),
            Some(_) => PAGE_EVENTS,
        };
        let mut page = hub.search(wanted, before, count).await?;
        let Some(oldest) = page.first().map(|line| line.time) else {
            break;
        };
        // Others of the same moment may be left: they are asked for again, and known by their ids.
        let next = Timestamp::from_millis(oldest.as_millis().saturating_add(1));
        leave_out_known(&mut page, &mut ids);
        let is_over = page.is_empty() || before == Some(next);
        let is_past_it = wanted.since.is_some_and(|since| oldest < since);
        page.retain(|line| wanted.since.is_none_or(|since| line.time >= since));
        if is_over {
            break;
        }
        before = Some(next);
        page.append(&mut found);
        found = page;
        if is_past_it {
            break;
        }
    }
    let surplus = found.len().saturating_sub(limit);
    found.drain(..surplus);
    Ok(found)
}

/// Leaves out the messages of a page that were found before, and remembers the others.
fn leave_out_known(page: &mut Vec<Found>, ids: &mut HashSet<String>) {
    // A message of many lines has its id on the first alone, and the others follow it at once.
    let mut is_known = false;
    page.retain(|line| {
        if let Some(id) = &line.id {
            is_known = !ids.insert(id.clone());
        }
        !is_known
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: Option<&str>) -> Found {
        Found {
            time: Timestamp::from_millis(0),
            id: id.map(str::to_owned),
            event: None,
            bytes: 0,
        }
    }

    #[test]
    fn lines_without_an_id_go_with_the_one_before_them() {
        let mut ids = HashSet::from(["known".to_owned()]);
        let mut page = vec![
            line(Some("new")),
            line(None),
            line(Some("known")),
            line(None),
            line(Some("newer")),
            line(None),
        ];
        leave_out_known(&mut page, &mut ids);
        let left: Vec<_> = page.iter().map(|line| line.id.as_deref()).collect();
        assert_eq!(left, [Some("new"), None, Some("newer"), None]);
        leave_out_known(&mut page, &mut ids);
        assert_eq!(page, []);
    }
}
