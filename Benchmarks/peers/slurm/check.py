"""Small studies through `winnow submit` on a real Slurm cluster of two nodes, against `winnow study` alone.

    check.py WINNOW [CHECK...]

Each check ends with the finished store compared with that of one process with as many threads: every file under
stages/ (descriptions, records, networks, masks) and the tables experiments.{json,md}, */tickets.*, byte for byte.
What holds times is left out: timings/, effort.json, costs.json.

`together` has one training on both nodes instead, and compares its network with that of one process.
"""

import array
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from cluster import Cluster, by_itself, ports

ROOT = pathlib.Path(__file__).resolve().parents[3]
WEIGHTS = ROOT / "Data/weights/resnet18-faces.safetensors"
# Milliseconds that each call of the slow file system takes.
SLOW = 4
# Of a tensor's largest number, between a network that two processes trained and that of one.
SAME = 1e-5
# One process a node, which is not said: with --ntasks-per-node each would be told in another way, too.
SRUN = ["srun", "--quiet", "--nodes", "2", "--ntasks", "2"]


def contents(store):
    """The bytes of all that says what was found."""
    files = [path for path in store.glob("stages/**/*") if path.is_file()]
    files += [*store.glob("experiments.*"), *store.glob("*/tickets.*")]
    return {str(path.relative_to(store)): path.read_bytes() for path in files}


class Check:
    def __init__(self, winnow, folder):
        self.winnow, self.folder = winnow, folder
        self.source = ["--data", folder / "data", "--weights", WEIGHTS, "--threads", "1"]
        for place in sorted((ROOT / "Data/scenes").iterdir()):
            if place.is_dir():
                (folder / "data" / place.name).mkdir(parents=True)
                for file in sorted(place.iterdir())[:10]:
                    shutil.copy(file, folder / "data" / place.name)
        # Trainings of seconds, and of more than the 20 seconds after which an epoch is saved.
        self.short, self.long = self.study("short", 2), self.study("long", 150)

    def study(self, name, epochs):
        """One seed and one question more than a single line, and its store by one process."""
        printed = subprocess.run([self.winnow, "study", "--print", "quick"], check=True, capture_output=True).stdout
        study = json.loads(printed)
        kind = {**study["protocols"][0], "epochs": epochs}
        study |= {"name": name, "size": 32, "seeds": [0, 1] if epochs < 10 else [0], "protocols": [kind],
                  "reductions": [], "experiments": [
                      {"name": "Fig. 5", "techniques": ["unpruned", "percentile ticket", "random ticket"][
                          :3 if epochs < 10 else 2], "amounts": [0.5]}]}
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps(study))
        return file

    def alone(self, study):
        """What one process makes of it; once."""
        store = self.folder / f"alone-{study.stem}"
        if not store.exists():
            subprocess.run([self.winnow, "study", study, *self.source, "--out", store], check=True,
                           capture_output=True)
        return contents(store)

    def compare(self, study, store):
        expected, found = self.alone(study), contents(store)
        names = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
        if names:
            raise RuntimeError(f"{store}: {len(names)} of {len(expected)} files differ: {', '.join(names[:5])}")
        return f"{len(expected)} files, {sum(map(len, expected.values())):,} bytes"

    def submit(self, cluster, study, store, *more):
        said = cluster.call(self.winnow, "submit", study, *self.source, "--out", store, "--json", *more)
        return json.loads(said)

    def watch(self, cluster, store):
        return json.loads(cluster.call(self.winnow, "runs", "watch", store, "--json"))

    def finished(self, cluster, store, seconds=300):
        """Waits for the last job, which writes the tables."""
        def is_over():
            rows = cluster.queue()
            return rows and all(state in ENDED for _, state, _ in rows)
        cluster.wait(is_over, "the last job", seconds)
        standing = self.watch(cluster, store)
        if standing["done"] != standing["stages"]:
            logs = [path.read_text()[-600:] for path in sorted(store.glob("jobs/*/logs/*.log"))]
            raise RuntimeError(f"not all is done: {json.dumps(standing)[:2000]}\n{cluster.queue()}\n" + "\n".join(logs))

    def training(self, cluster, store):
        """A task that trains, once it has: (task, node, stage)."""
        found = []

        def is_training():
            for line in self.watch(cluster, store)["running"]:
                if (line.get("progress") or {}).get("epoch", 0) > 1 and line.get("task"):
                    found.append((line["task"], line["progress"]["host"], line["stage"]))
            return bool(found)
        cluster.wait(is_training, "a training", 120)
        return found[0]


ENDED = ("COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "DEADLINE")


def whole(check, cluster, store):
    """All goes well; a level of more stages than an array may have (3) is several arrays."""
    plan = check.submit(cluster, check.short, store)
    sizes = [len(array["stages"]) for array in plan["arrays"]]
    if max(sizes) > 3 or len(sizes) < 7:
        raise RuntimeError(f"arrays of {sizes} stages")
    check.finished(cluster, store)
    return f"{len(sizes)} arrays of {min(sizes)} to {max(sizes)} stages"


def node(check, cluster, store):
    """A node is lost in the middle of a training: Slurm queues the task again, which goes on elsewhere."""
    check.submit(cluster, check.long, store)
    task, host, stage = check.training(cluster, store)
    saved(check, cluster, store, stage)
    cluster.lose(host)
    cluster.wait(lambda: cluster.states()[host].startswith("down"), f"{host} to be missed")
    cluster.node(host)
    check.finished(cluster, store, 400)
    return f"{host} lost at task {task}; {resumed(check, store, stage)}"


def requeue(check, cluster, store):
    """A training is told that its time is up: it is queued again and goes on after the epoch that it saved."""
    check.submit(cluster, check.long, store)
    task, _, stage = check.training(cluster, store)
    saved(check, cluster, store, stage)
    cluster.call("scancel", "--signal=USR1", "--batch", task)
    check.finished(cluster, store, 400)
    return f"task {task} told; {resumed(check, store, stage)}"


def saved(check, cluster, store, stage):
    cluster.wait((store / f"stages/{stage}.partial/resume.safetensors").exists, "an epoch to be saved", 120)


def resumed(check, store, stage):
    """The timing of a stage is of what was trained since it was taken up."""
    here, alone = (json.loads((place / f"timings/{stage}.json").read_text())["pictures"]
                   for place in (store, check.folder / "alone-long"))
    if not 0 < here < alone:
        raise RuntimeError(f"{here} of {alone} pictures were trained on after it went on")
    return f"went on for the last {here} of {alone} pictures"


def cancel(check, cluster, store):
    """A task is cancelled: what needs it is not begun, watch says why, and --resume submits what is left."""
    check.submit(cluster, check.short, store)
    cluster.wait(lambda: any(state == "RUNNING" for _, state, _ in cluster.queue()), "a task", 60)
    task = next(name for name, state, _ in cluster.queue() if state == "RUNNING")
    cluster.call("scancel", task)
    cluster.wait(lambda: cluster.queue() and all(state in ENDED for _, state, _ in cluster.queue()), "the rest", 200)
    failed = check.watch(cluster, store)["failed"]
    words = [line["words"] for line in failed if line["task"] == task]
    if not words or "CANCELLED" not in words[0]:
        raise RuntimeError(f"watch says of {task}: {failed}")
    refused = subprocess.run([check.winnow, "submit", check.short, *check.source, "--out", store],
                             capture_output=True, text=True, env=cluster.environment)
    if refused.returncode != 1 or "--resume" not in refused.stderr:
        raise RuntimeError(f"submitted twice: {refused}")
    again = check.submit(cluster, check.short, store, "--resume")
    check.finished(cluster, store)
    return f"{words[0]}; {sum(len(array['stages']) for array in again['arrays'])} stages submitted again"


def together(check, cluster, store):
    """srun starts a process on each node: they train one network, then what pruning leaves of it."""
    store.mkdir()
    settings = [*check.source[:2], "--threads", "1", "--epochs", "1", "--batch-size", "8"]
    fresh = ["finetune", "--weights", WEIGHTS, "--size", "32", "--groups", "none", *settings]
    address = ["env", "MASTER_ADDR=127.0.0.1", f"MASTER_PORT={ports(1)[0]}"]

    def both(name, *call):
        alone, two = store / f"{name}.safetensors", store / f"{name}-2.safetensors"
        cluster.call(check.winnow, *call, "-o", alone)
        cluster.call(*address, *SRUN, check.winnow, *call, "--distributed", "--sync-batch-norm", "-o", two)
        return alone, difference(alone, two)
    refused = subprocess.run([*SRUN, check.winnow, *fresh, "--distributed", "-o", store / "none.safetensors"],
                             capture_output=True, text=True, env=cluster.environment)
    if refused.returncode == 0 or "export MASTER_ADDR=$(scontrol" not in refused.stderr:
        raise RuntimeError(f"two nodes and no address: {refused}")
    whole, tuned = both("whole", *fresh)
    half = store / "half.safetensors"
    cluster.call(check.winnow, "prune", whole, "--method", "percentile", "--amount", "0.5", "-o", half)
    _, ticket = both("ticket", "retrain", half, *settings)
    if max(tuned, ticket) > SAME:
        raise RuntimeError(f"off by {tuned:.0e}, retrained by {ticket:.0e}")
    return f"one process's network but for {tuned:.0e}, retrained {ticket:.0e}"


def difference(one, other):
    """The largest between two networks, of the largest number in its tensor."""
    def numbers(path):
        data = path.read_bytes()
        start = 8 + int.from_bytes(data[:8], "little")
        return {name: array.array("f", data[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]])
                for name, entry in json.loads(data[8:start]).items() if entry.get("dtype") == "F32"}
    first, second = numbers(one), numbers(other)
    if first.keys() != second.keys():
        raise RuntimeError(f"{other} has other tensors than {one}")
    return max(max(abs(a - b) for a, b in zip(values, second[name])) / (max(map(abs, values)) or 1)
               for name, values in first.items())


CHECKS = {"whole": (whole, "short"), "cancel": (cancel, "short"), "node": (node, "long"), "requeue": (requeue, "long"),
          "slow": (whole, "short"), "together": (together, None)}


def run(winnow, names):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="winnow-slurm-"))
    fine = True
    try:
        check = Check(winnow, folder)
        for name in names:
            body, study = CHECKS[name]
            study = study and getattr(check, study)
            if study:
                check.alone(study)
            begun, store, before = time.monotonic(), folder / f"store-{name}", ""
            if name == "slow":
                behind = folder / "behind"
                behind.mkdir()
                store.mkdir()
                mount = f"/usr/bin/python3 {pathlib.Path(__file__).parent}/slow.py {behind} {store} {SLOW}"
                ready = f"until mountpoint -q {store}; do sleep 0.1; done"
                # Each node mounts it for itself, as machines do: what one locks or remembers the other does not see.
                before = f"{{ umount {store}; {mount} & {ready}; }}"
                subprocess.Popen(["sh", "-c", mount])
                subprocess.run(["sh", "-c", ready], check=True, timeout=20)
            try:
                with Cluster(folder / f"cluster-{name}", limit=3, before=before) as cluster:
                    words = body(check, cluster, store)
                    if study:
                        words += f"; {check.compare(study, store)} alike"
                print(f"{name:<8} held  {words}  {time.monotonic() - begun:.0f} s", flush=True)
            except Exception as error:
                fine = False
                print(f"{name:<8} NOT HELD  {error}", flush=True)
            if before:
                subprocess.run(["umount", "--lazy", store], check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if fine else 1


if __name__ == "__main__":
    names = sys.argv[2:] or list(CHECKS)
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        sys.exit(f"error: no check '{unknown[0]}'. Checks: {', '.join(CHECKS)}")
    by_itself()
    sys.exit(run(sys.argv[1], names))
