//! Two hubs are two machines: here each has a processor of its own, shared with the browsers that listen to it. Left to itself, the kernel
//! lets one hub and all the browsers take turns on one processor now and then, while the other rests.

use std::{fs, path::Path, process::Command, thread::available_parallelism};

use anyhow::Context;

/// Two hubs, each on a processor of its own where there are two.
pub(crate) struct Apart {
    hubs: [u32; 2],
    processors: [&'static str; 2],
    everywhere: String,
}

impl Apart {
    /// Keeps all threads of these two processes there.
    pub(crate) fn keep(hubs: [u32; 2]) -> anyhow::Result<Self> {
        let last = available_parallelism()?.get() - 1;
        let apart = Self { hubs, processors: ["0", if last > 0 { "1" } else { "0" }], everywhere: format!("0-{last}") };
        for (hub, processor) in hubs.into_iter().zip(apart.processors) {
            keep_all(hub, processor)?;
        }
        Ok(apart)
    }

    pub(crate) const fn processors(&self) -> [&'static str; 2] {
        self.processors
    }

    /// Lets them go wherever there is room.
    pub(crate) fn end(self) -> anyhow::Result<()> {
        self.hubs.iter().try_for_each(|hub| keep_all(*hub, &self.everywhere))
    }
}

/// All threads of a process; one that ends meanwhile needs no place.
fn keep_all(process: u32, on: &str) -> anyhow::Result<()> {
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let thread = thread?.path();
        keep_one(&thread, on).or_else(|error| if thread.exists() { Err(error) } else { Ok(()) })?;
    }
    Ok(())
}

/// Keeps the thread that calls there.
pub(crate) fn keep_this_thread(on: &str) -> anyhow::Result<()> {
    keep_one(&fs::read_link("/proc/thread-self")?, on)
}

fn keep_one(thread: &Path, on: &str) -> anyhow::Result<()> {
    let number = thread.file_name().context("a thread without a number")?;
    let done = Command::new("taskset").args(["-c", "-p", on]).arg(number).output().context("taskset (util-linux)")?;
    anyhow::ensure!(done.status.success(), "taskset: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}
