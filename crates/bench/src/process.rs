//! A subject as a process of its own: started, found by the address it prints, and ended with its guard.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::accounting::Memory;

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Ends its process when dropped. Nothing is asked of it first: what is measured has to survive that anyway.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
    /// As it was when the process had just told its address.
    pub at_start: Memory,
}

impl Process {
    /// Starts it and waits for a line with `http://ADDRESS`.
    pub fn start(command: &mut Command) -> Result<Self> {
        // Its standard input stays open as long as we live: our own subjects end with it.
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start it")?;
        let address = announced(&mut child, |line| {
            let rest = line.split_once("http://")?.1;
            rest.split(|character: char| character.is_whitespace() || character == '/').next()?.parse().ok()
        });
        let started = address.and_then(|address| Ok((address, Memory::of(child.id())?)));
        match started {
            Ok((address, at_start)) => Ok(Self { child, address, at_start }),
            Err(error) => {
                end(&mut child);
                Err(error)
            }
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn memory(&self) -> Result<Memory> {
        Memory::of(self.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    // Either fails only if it ended by itself.
    let _ended = child.kill();
    let _waited = child.wait();
}

/// The first line of its output that says what we look for. The rest is read and thrown away, or it would block.
fn announced<T: Send + 'static>(child: &mut Child, find: fn(&str) -> Option<T>) -> Result<T> {
    let output = child.stdout.take().context("its output is not ours to read")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut said = Vec::new();
        let mut sender = Some(sender);
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let Some(waiting) = &sender else { continue };
            if let Some(found) = find(&line) {
                let _gone = waiting.send(Ok(found));
                sender = None;
            } else {
                said.push(line);
            }
        }
        if let Some(waiting) = sender {
            let _gone = waiting.send(Err(said.join("\n")));
        }
    });
    match receiver.recv_timeout(START_TIMEOUT) {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(said)) => bail!("it ended without telling its address; it said: {said}"),
        Err(_timeout) => bail!("it did not tell its address within {} s", START_TIMEOUT.as_secs()),
    }
}
