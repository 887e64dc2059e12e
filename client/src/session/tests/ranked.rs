//! Messages for some of a room: for those who have a rank there.

use super::Transcript;

#[test]
fn some_of_a_room_are_spoken_to_where_the_server_lets_them() {
    let mut t = Transcript::modern();
    t.user(":msg @#lobby hi");
    t.expect(&["line 1: this server takes no messages for some of #lobby alone; nothing was sent"]);
    t.server(":hub 005 ann STATUSMSG=@+ :are supported");
    t.user(":msg @#lobby hi");
    t.expect(&["-> @label=1 PRIVMSG @#lobby :hi"]);
    t.server("@label=1 :ann!ann@host PRIVMSG @#lobby :hi");
    t.expect(&["message own ann>@#lobby hi", "line 2: ok"]);
}
