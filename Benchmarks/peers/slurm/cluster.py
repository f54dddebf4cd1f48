"""A Slurm cluster of two nodes on this machine, for as long as a `with` lasts.

Real slurmctld, slurmd and munged of Debian, on 127.0.0.1, all files in one folder. Each node is a slurmd in its own
numbering of processes and under its own host name: ending it ends all that runs on it, as the loss of a node does. After
`by_itself()` nothing outlives this program, however it ends. Needs root.
"""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PACKAGES = ["slurmctld", "slurmd", "slurm-client", "munge", "python3-fusepy", "libfuse2"]
NODES = ("n1", "n2")
SPACE = ["unshare", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"]

CONFIGURATION = """\
ClusterName=winnow
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=20
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmdSpoolDir={folder}/spool-%n
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=2
MpiDefault=none
ReturnToService=2
SlurmdTimeout=8
KillWait=5
MinJobAge=300
MaxArraySize={limit}
{nodes}
PartitionName=work Nodes=n[1-2] Default=YES MaxTime=60 State=UP
"""


def install():
    """Debian's packages, where they are not here; their services stay off."""
    has_fuse = pathlib.Path("/usr/lib/python3/dist-packages/fusepy.py").exists()
    if has_fuse and all(shutil.which(name) for name in ("slurmctld", "slurmd", "sbatch", "munged")):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SystemExit(f"error: Slurm is not here. Install it as root: apt-get install {' '.join(PACKAGES)}")
    # What a package starts when it is installed would stay.
    policy = pathlib.Path("/usr/sbin/policy-rc.d")
    is_ours = not policy.exists()
    if is_ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for call in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *PACKAGES]):
            subprocess.run(["apt-get", *call], check=True, env=environment, stdout=subprocess.DEVNULL)
    finally:
        if is_ours:
            policy.unlink()


def by_itself():
    """Begins this program anew in its own numbering of processes and its own mounts, all of which end with it."""
    if "WINNOW_SLURM_INSIDE" not in os.environ:
        install()
        os.execvpe("unshare", [*SPACE, "--mount", sys.executable, *sys.argv],
                   {**os.environ, "WINNOW_SLURM_INSIDE": "1"})


def ports(count):
    """Free ones, as far as can be known."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    found = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return found


class Cluster:
    """`before` is a line of the shell that each node calls first: it mounts what only that node sees."""

    def __init__(self, folder, limit=1001, before=""):
        if os.geteuid() != 0:
            raise SystemExit("error: a cluster on this machine needs root (its nodes have their own process numbers)")
        install()
        self.folder, self.limit, self.before, self.running = pathlib.Path(folder), limit, before, {}
        self.configuration = self.folder / "slurm.conf"
        self.environment = {**os.environ, "SLURM_CONF": str(self.configuration), "WINNOW_STALE_SECONDS": "12"}

    def __enter__(self):
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "state").mkdir()
        control, *own = ports(1 + len(NODES))
        nodes = [f"NodeName={name} NodeHostname={name} NodeAddr=127.0.0.1 Port={port} CPUs=1 RealMemory=2000"
                 for name, port in zip(NODES, own)]
        self.configuration.write_text(CONFIGURATION.format(
            host=socket.gethostname(), control=control, folder=self.folder, limit=self.limit, nodes="\n".join(nodes)))
        try:
            key = self.folder / "munge.key"
            key.write_bytes(os.urandom(128))
            key.chmod(0o400)
            self.start("munged", ["munged", "--foreground", "--force", f"--key-file={key}",
                                  f"--socket={self.folder}/munge.socket", f"--pid-file={self.folder}/munged.pid",
                                  f"--seed-file={self.folder}/munge.seed", f"--log-file={self.folder}/munged.log"])
            self.wait(lambda: (self.folder / "munge.socket").exists(), "munged", 10)
            self.start("slurmctld", ["slurmctld", "-D"])
            for name in NODES:
                self.node(name)
            self.wait(lambda: self.states() == {name: "idle" for name in NODES}, "both nodes", 40)
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def node(self, name):
        """Starts a node."""
        (self.folder / f"spool-{name}").mkdir(exist_ok=True)
        self.start(name, ["sh", "-c", f"hostname {name} && {self.before or 'true'} && exec slurmd -D -N {name}"], "--uts")

    def lose(self, name):
        """Ends a node with all that runs on it, at once."""
        process = self.running.pop(name)
        # The first process of its numbering, with which all others end.
        for child in pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def start(self, name, command, *spaces):
        log = open(self.folder / f"{name}.out", "ab")
        self.running[name] = subprocess.Popen([*SPACE, *spaces, *command], env=self.environment, stdout=log, stderr=log,
                                              stdin=subprocess.DEVNULL, start_new_session=True)

    def end(self):
        for name in reversed(list(self.running)):
            self.lose(name)

    def states(self):
        """Of the nodes: idle, alloc, down*."""
        said = self.call("sinfo", "--noheader", "--Node", "--format=%N %t", check=False)
        return dict(line.split() for line in said.splitlines() if len(line.split()) == 2)

    def call(self, *command, check=True, **options):
        run = subprocess.run([str(word) for word in command], env=self.environment, text=True, capture_output=True,
                             **options)
        if check and run.returncode:
            raise RuntimeError(f"{' '.join(map(str, command))}: status {run.returncode}\n{run.stdout}{run.stderr}")
        return run.stdout

    def queue(self):
        """Lines of squeue: (task, state, reason)."""
        said = self.call("squeue", "--noheader", "--array", "--states=all", "--format=%i|%T|%r")
        return [tuple(line.split("|")) for line in said.splitlines()]

    def wait(self, is_so, what, seconds=240):
        """Until something is so; says what was waited for otherwise, and what the logs end with."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if is_so():
                return
            time.sleep(0.25)
        logs = [f"--- {path.name}\n" + "".join(path.read_text(errors="replace").splitlines(True)[-12:])
                for path in sorted(self.folder.glob("*.log"))]
        raise RuntimeError(f"waited {seconds} s for {what}\n{''.join(logs)}")


if __name__ == "__main__":
    by_itself()
    with tempfile.TemporaryDirectory(prefix="winnow-slurm-") as place, Cluster(place + "/cluster") as cluster:
        print(f"SLURM_CONF={cluster.configuration}\nsinfo, sbatch, squeue and winnow submit work in this shell; leave it to end "
              "the cluster.")
        subprocess.run([os.environ.get("SHELL", "/bin/sh")], env=cluster.environment)
