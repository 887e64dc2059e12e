//! What a plug-in's process can't do, on a system that confines it.

use std::net::TcpListener;
use std::os::unix::net::UnixListener;

use crate::rig::Rig;

#[test]
fn it_reads_no_files_of_others() {
    let rig = Rig::new();
    if !rig.is_confined() {
        return;
    }
    rig.write("private", "hunter2");
    let private = rig.home.path().join("private");
    let rig = rig.one_shot(
        "snoop",
        &format!(
            "#!/bin/sh\n# salon: command=snoop summary=snoop\ncat /etc/passwd '{}' && ls '{}'\n",
            private.display(),
            private.parent().unwrap().display()
        ),
    );
    rig.run(":snoop\n")
        .check_code(1)
        .check_shown("line 1: plug-in 'snoop' failed: exit code 1")
        .check_not_shown("root:")
        .check_not_shown("hunter2");
}

#[test]
fn it_connects_nowhere_unless_granted() {
    let rig = Rig::new();
    if !rig.is_confined() {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let path = rig.home.path().join("agent");
    let _agent = UnixListener::bind(&path).unwrap();
    let body = format!(
        "import socket
for kind, family, address in [('tcp', socket.AF_INET, ('127.0.0.1', {port})), ('unix', socket.AF_UNIX, '{}')]:
    try:
        socket.socket(family).connect(address)
        print(kind, 'connected')
    except OSError as error: print(kind, error.strerror)
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))
    print('udp sent')
except OSError as error: print('udp', error.strerror)
",
        path.display()
    );
    let text = |command: &str, more: &str| {
        format!("#!/usr/bin/env python3\n# salon: command={command} summary=x {more}\n{body}")
    };
    let rig = rig
        .one_shot("phone", &text("phone", ""))
        .one_shot("call", &text("call", "net=true"));
    rig.run(":phone\n:call\n")
        .check_code(0)
        .check_shown("[phone] tcp Operation not permitted")
        .check_shown("[phone] udp Operation not permitted")
        .check_shown("[phone] unix Operation not permitted")
        .check_shown("[call] tcp connected");
}

#[test]
fn it_writes_to_its_home_alone() {
    let rig = Rig::new();
    if !rig.is_confined() {
        return;
    }
    let outside = rig.home.path().join("outside");
    let rig = rig.one_shot(
        "scribble",
        &format!(
            "#!/bin/sh\n# salon: command=scribble summary=scribble\necho own > \"$HOME/own\" && cat \"$HOME/own\"\n\
             for path in '{}' \"$0\" \"$HOME/../state.json\" /tmp/salon-scribble; do echo x > \"$path\" && echo \"wrote $path\"; done\n\
             rm -f \"$0\"; exit 0\n",
            outside.display()
        ),
    );
    let outcome = rig.run(":scribble\n:scribble\n");
    outcome
        .check_code(0)
        .check_shown("[scribble] own")
        .check_not_shown("wrote");
    assert!(!outside.exists());
}

#[test]
fn its_environment_is_clean() {
    let rig = Rig::new().one_shot(
        "env",
        "#!/bin/sh\n# salon: command=env summary=env args=\"[N:number]\"\nenv | sort\n",
    );
    let outcome = rig.run(":env 7\n");
    outcome.check_code(0).check_not_shown("hunter2");
    let names: Vec<&str> = outcome
        .stdout
        .lines()
        .filter_map(|line| line.split_once("[env] ")?.1.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name))
        .collect();
    let expected = [
        "HOME",
        "LANG",
        "PATH",
        "PYTHONDONTWRITEBYTECODE",
        "SALON_ARG_N",
        "SALON_COMMAND",
        "SALON_NICK",
        "SALON_PLUGIN",
        "SALON_PROTOCOL",
        "SALON_TARGET",
    ];
    assert_eq!(names, expected, "{outcome:#?}");
    outcome
        .check_shown("SALON_ARG_N=7")
        .check_shown("SALON_TARGET=#dev");
}

#[test]
fn its_resources_are_limited() {
    let rig = Rig::new().one_shot(
        "limits",
        "#!/bin/sh\n# salon: command=limits summary=limits\nulimit -c; ulimit -n; ulimit -t\n",
    );
    rig.run(":limits\n")
        .check_code(0)
        .check_shown("[limits] 0\n")
        .check_shown("[limits] 256\n")
        .check_shown("[limits] 10\n");
}

/// Becomes a shell through the launcher.
fn launch(rig: &Rig, confinement: &str, script: &str) -> (Option<i32>, String) {
    let policy = format!(
        "{{\"confinement\":\"{confinement}\",\"read\":[\"/usr\",\"/bin\",\"/lib\",\"/lib64\",\"/etc/ld.so.cache\"],\"write\":[],\"net\":false,\"cpu_seconds\":null}}"
    );
    let output = rig.salon(&["__launch-plugin", &policy, "/bin/sh", "-c", script]);
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn where_nothing_can_be_confined_it_runs_with_limits_alone() {
    let rig = Rig::new();
    let (code, text) = launch(&rig, "none", "head -c 5 /etc/passwd; ulimit -n");
    assert_eq!((code, text.as_str()), (Some(0), "root:256\n"));
}

#[test]
fn what_is_to_be_confined_is_never_run_without() {
    let rig = Rig::new();
    let (code, text) = launch(&rig, "sometimes", "echo ran");
    assert_eq!(
        (code, text.as_str()),
        (Some(126), "could not be started: expected a policy\n")
    );
    if rig.is_confined() {
        let (code, text) = launch(&rig, "full", "head -c 5 /etc/passwd || echo denied");
        assert_eq!(code, Some(0));
        assert!(text.contains("denied") && !text.contains("root:"), "{text}");
    }
}
