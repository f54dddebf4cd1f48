import Torch

/// What torchrun, srun or mpirun tell a process that they started, in its environment.
package struct Launch: Equatable, Sendable {
    /// Which of the processes it is, from 0, and how many there are.
    package var rank: Int
    package var size: Int
    /// The same among those on this machine.
    package var localRank: Int
    package var localSize: Int
    package var point: ProcessGroup.MeetingPoint

    /// What tells that a launcher started the process, and the names that it uses: rank, size, and both on one machine.
    /// Slurm's stay in the environment of what mpirun starts in a job of it, so they come after mpirun's.
    private static let launchers: [(sign: String, names: [String])] = [
        ("RANK", ["RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"]),
        (
            "OMPI_COMM_WORLD_RANK",
            [
                "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
                "OMPI_COMM_WORLD_LOCAL_SIZE",
            ]
        ),
        ("MPI_LOCALRANKID", ["PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"]),
        ("SLURM_PROCID", ["SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", slurmCounts]),
    ]
    private static let slurmCounts = "SLURM_STEP_TASKS_PER_NODE"

    /// - Throws: `TrainingError` that names the variable which is missing or no number.
    package init(_ environment: [String: String]) throws {
        guard let names = Self.launchers.first(where: { environment[$0.sign] != nil })?.names else {
            throw TrainingError(
                "RANK is not in the environment, nor what srun or mpirun set: start the processes with "
                    + "`torchrun --nproc-per-node 2 --no-python winnow ...`, srun or mpirun")
        }
        func number(_ name: String, _ range: ClosedRange<Int>, default other: Int? = nil) throws
            -> Int
        {
            if environment[name] == nil, let other { return other }
            let text = environment[name]
            guard let text, let value = Int(text), range.contains(value) else {
                throw TrainingError(
                    "\(name) is \(text.map { "'\($0)'" } ?? "not in the environment"): expected a whole "
                        + "number, \(range.lowerBound) to \(range.upperBound), as the launcher sets it"
                )
            }
            return value
        }
        size = try number(names[1], 1...100_000)
        rank = try number(names[0], 0...(size - 1))
        localRank = try number(names[2], 0...(size - 1), default: rank)
        localSize =
            names[3] == Self.slurmCounts
            ? Self.tasksOnThisNode(environment) ?? size
            : try number(names[3], 1...size, default: size)
        // Without a name for process 0 there is one machine, or nobody would find it.
        let host = environment["MASTER_ADDR"] ?? (localSize == size ? "127.0.0.1" : nil)
        guard let host, !host.isEmpty else {
            throw TrainingError(
                "MASTER_ADDR is not in the environment: set it to the machine of process 0, under Slurm by "
                    + "export MASTER_ADDR=$(scontrol show hostnames $SLURM_JOB_NODELIST | head -n 1)"
            )
        }
        point = .init(host: host, port: try number("MASTER_PORT", 1...65535, default: 29500))
        point.isServed = environment["TORCHELASTIC_USE_AGENT_STORE"] == "True"
        point.attempt = environment["TORCHELASTIC_RESTART_COUNT"] ?? "0"
    }

    /// Meets the other processes.
    package func join() throws -> ProcessGroup {
        do {
            return try ProcessGroup(rank: rank, size: size, at: point)
        } catch let error as TorchError {
            throw TrainingError(
                "process \(rank) of \(size) did not meet the others at \(point.host):\(point.port) "
                    + "(\(error.message)). All must be started with the same MASTER_ADDR and MASTER_PORT, which "
                    + "must be free and reachable from every machine")
        }
    }

    /// Of `2(x3),1`, what Slurm calls the tasks of each node, the count of this one; nil where it does not say.
    private static func tasksOnThisNode(_ environment: [String: String]) -> Int? {
        guard let node = environment["SLURM_NODEID"].flatMap({ Int($0) }) else { return nil }
        var before = 0
        for part in (environment[slurmCounts] ?? "").split(separator: ",") {
            let words = part.split { "(x)".contains($0) }.map { Int($0) }
            guard let tasks = words.first ?? nil, let nodes = words.count > 1 ? words[1] : 1 else {
                return nil
            }
            before += nodes
            if node < before { return tasks }
        }
        return nil
    }
}
