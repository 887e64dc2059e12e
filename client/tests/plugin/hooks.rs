//! What plug-ins are asked before something happens, and told after.

use crate::rig::Rig;

/// A plug-in that shows all that it is told, and the filter of each of its hooks.
fn hearing(hooks: &str) -> String {
    format!(
        "for request in requests():
    if request['method'] == 'initialize': answer(request, protocol=1, name='evil', hooks=[{hooks}])
    elif 'id' in request: answer(request, action='pass')
    else: say({{'jsonrpc': '2.0', 'method': 'show', 'params': {{'text': request['method'] + ' ' +
              ' '.join(str(request['params'].get(key)) for key in ['from', 'to', 'text', 'command'])}}}})"
    )
}

#[test]
fn it_hears_who_comes_and_goes_where_it_may_read() {
    const ALL: [&str; 6] = ["join", "part", "quit", "nick", "topic", "kick"];
    let quoted = ALL.map(|on| format!("\"{on}\"")).join(", ");
    let hooks = ALL.map(|on| format!("{{'on': '{on}'}}")).join(", ");
    let permissions = format!("read = [\"#dev\"]\nhooks = [{quoted}]");
    let rig = Rig::new().evil(&permissions, &hearing(&hooks));
    let outcome = rig.converse("come and go please\n", "hook/quit joe None gone");
    let heard: Vec<&str> = outcome
        .stdout
        .lines()
        .filter_map(|line| line.split_once("[evil] hook/"))
        .map(|(_, heard)| heard)
        .collect();
    let expected = [
        "join bob #dev None None",
        "topic bob #dev tea None",
        "nick bob None rob None",
        "part rob #dev to bed None",
        "join eve #dev None None",
        "kick ann #dev eve None",
        "quit joe None gone None",
    ];
    assert_eq!(heard, expected, "{outcome:#?}");
}

#[test]
fn it_hears_what_its_filter_lets_through() {
    let rig = Rig::new().evil(
        "read = [\"*\"]\nhooks = [\"join\", \"quit\"]",
        &hearing("{'on': 'join', 'nicks': ['eve'], 'targets': ['#ops']}, {'on': 'quit'}"),
    );
    rig.converse("come and go please\n", "hook/quit joe None gone")
        .check_code(0)
        .check_shown("[evil] hook/join eve #ops None None")
        .check_not_shown("hook/join bob")
        .check_not_shown("hook/join eve #dev");
}

#[test]
fn it_holds_commands_back_and_hears_how_they_went() {
    let rig = Rig::new().evil(
        "read = [\"#dev\"]\nhooks = [\"command.before\", \"command.after\"]",
        "for request in requests():
    if request['method'] == 'initialize':
        answer(request, protocol=1, name='evil', hooks=[
            {'on': 'command.before', 'commands': ['nick', 'me']}, {'on': 'command.after', 'commands': ['nick', 'whois']}])
    elif request['method'] == 'hook/command.before':
        params = request['params']
        evil = 'evil' in params['line']
        answer(request, action='drop' if evil else 'pass', text='%(command)s by %(nick)s in %(target)s' % params)
    elif request['method'] == 'hook/command.after':
        params = request['params']
        say({'jsonrpc': '2.0', 'method': 'show', 'params': {'text': '%(command)s went: %(text)s' % params}})
    elif 'id' in request: answer(request)",
    );
    rig.converse(
        ":nick evil\n:me waves\n:me is evil\n:whois nobody\n:nick anna\n",
        "nick went: None",
    )
    .check_code(1)
    .check_shown("line 1: held back by plug-in 'evil': nick by ann in #dev")
    .check_shown("line 3: held back by plug-in 'evil': me by ann in #dev")
    .check_shown("[evil] nick went: held back by plug-in 'evil'")
    .check_shown("[evil] whois went: WHOIS")
    .check_shown("[evil] nick went: None")
    .check_sent(&["#dev :\u{1}ACTION waves\u{1}"]);
}

#[test]
fn a_hook_before_commands_that_is_gone_leaves_the_ways_out_open() {
    let rig = Rig::new().evil(
        "hooks = [\"command.before\"]",
        "for request in requests():
    if request['method'] == 'initialize': hello(request, hooks=['command.before'])
    elif request['method'] == 'hook/command.before': os._exit(3)",
    );
    rig.run(":topic tea\n:topic tea\nhello\n:plugin disable evil\n:me waves\n")
        .check_code(1)
        .check_shown("line 1: held back by plug-in 'evil': it is not running: it ended: exit code 3")
        .check_shown("line 2: held back by plug-in 'evil': it is not running: it is about to start or to end")
        .check_sent(&["#dev :hello", "#dev :\u{1}ACTION waves\u{1}"]);
}

#[test]
fn secrets_are_not_shown_to_a_hook() {
    let rig = Rig::new().evil(
        "hooks = [\"command.before\"]",
        "for request in requests():
    if request['method'] == 'initialize': hello(request, hooks=['command.before'])
    elif request['method'] == 'hook/command.before': answer(request, action='drop', text=str(request['params']['line']))",
    );
    rig.run(":raw PASS hunter2\n:names\n")
        .check_code(1)
        .check_shown("line 1: held back by plug-in 'evil': None")
        .check_shown("line 2: held back by plug-in 'evil': :names")
        .check_not_shown("hunter2");
}

#[test]
fn what_one_says_is_judged_by_the_others_and_by_no_filter_of_its_own() {
    let rig = Rig::new()
        .evil(
            "read = [\"*\"]\nsend = [\"*\"]\nhooks = [\"message.out\"]",
            "for request in requests():
    if request['method'] == 'initialize': hello(request, hooks=['message.out'], commands=['speak'])
    elif request['method'] == 'command/run': answer(request, send='of its own')
    else: answer(request, action='replace', text='judged ' + request['params']['text'])",
        )
        .one_shot(
            "echo",
            "#!/bin/sh\n# salon: command=echo summary=echo args=TEXT:text output=send\necho \"$1\"; echo twice\n",
        );
    rig.run("hello\n:echo once\n:speak\n")
        .check_code(0)
        .check_sent(&[
            "#dev :judged hello",
            "#dev :judged once",
            "#dev :judged twice",
            "#dev :of its own",
        ]);
}

#[test]
fn what_services_are_told_is_for_those_alone_that_may_read_them_by_name() {
    let body = "for request in requests():
    if request['method'] == 'initialize': hello(request, hooks=['message.out'])
    elif 'id' in request: answer(request, action='drop', text='seen: ' + request['params']['text'])";
    let script = ":msg NickServ IDENTIFY hunter2\n:raw PRIVMSG nickserv :IDENTIFY hunter2\nhello\n";
    Rig::new()
        .evil("read = [\"*\"]\nhooks = [\"message.out\"]", body)
        .run(script)
        .check_shown("line 3: held back by plug-in 'evil': seen: hello")
        .check_not_shown("seen: IDENTIFY");
    Rig::new()
        .evil("read = [\"NickServ\"]\nhooks = [\"message.out\"]", body)
        .run(script)
        .check_shown("line 1: held back by plug-in 'evil': seen: IDENTIFY hunter2")
        .check_shown("line 2: held back by plug-in 'evil': seen: IDENTIFY hunter2")
        .check_not_shown("seen: hello");
}
