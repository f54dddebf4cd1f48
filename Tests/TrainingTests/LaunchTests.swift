import Testing
import Torch

@testable import Training

/// What launchers put into a process's environment.
@Suite struct LaunchTests {
    private static let torchrun = [
        "RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2",
        "MASTER_ADDR": "node1", "MASTER_PORT": "1234", "TORCHELASTIC_USE_AGENT_STORE": "True",
        "TORCHELASTIC_RESTART_COUNT": "2",
    ]
    private static let srun = [
        "SLURM_PROCID": "3", "SLURM_NTASKS": "4", "SLURM_LOCALID": "1", "SLURM_NODEID": "1",
        "SLURM_STEP_TASKS_PER_NODE": "2(x2)", "MASTER_ADDR": "node1", "MASTER_PORT": "1234",
    ]
    private static let mpirun = [
        "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4",
        "OMPI_COMM_WORLD_LOCAL_RANK": "1", "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
        "MASTER_ADDR": "node1", "MASTER_PORT": "1234",
    ]

    private static let hydra = [
        "PMI_RANK": "3", "PMI_SIZE": "4", "MPI_LOCALRANKID": "1", "MPI_LOCALNRANKS": "2",
        "MASTER_ADDR": "node1", "MASTER_PORT": "1234",
    ]

    @Test(arguments: [torchrun, srun, mpirun, hydra])
    func everyLauncherIsRead(_ names: [String: String]) throws {
        let launch = try Launch(names)
        #expect((launch.rank, launch.size) == (3, 4))
        #expect((launch.localRank, launch.localSize) == (1, 2))
        #expect(launch.point.host == "node1" && launch.point.port == 1234)
        #expect(launch.point.isServed == (names["TORCHELASTIC_USE_AGENT_STORE"] != nil))
    }

    /// Slurm's names are in the environment of whatever a job of it starts: what started this process counts.
    @Test(arguments: [torchrun, mpirun, hydra])
    func othersGoBeforeSlurm(_ names: [String: String]) throws {
        let job = [
            "SLURM_PROCID": "0", "SLURM_NTASKS": "1", "SLURM_NODEID": "0",
            "SLURM_STEP_TASKS_PER_NODE": "1",
        ]
        #expect(try Launch(job.merging(names) { $1 }) == Launch(names))
    }

    /// What srun of Slurm 22.05 said to tasks on several nodes.
    @Test(arguments: [
        ("1(x2)", 0, 1), ("1(x2)", 1, 1), ("2(x3),1", 2, 2), ("2(x3),1", 3, 1), ("3,2(x2)", 0, 3),
        ("3,2(x2)", 2, 2),
    ])
    func slurmSaysHowManyEachNodeHas(_ counts: String, _ node: Int, _ own: Int) throws {
        let said = [
            "SLURM_STEP_TASKS_PER_NODE": counts, "SLURM_NODEID": "\(node)", "SLURM_NTASKS": "7",
        ]
        #expect(try Launch(Self.srun.merging(said) { $1 }).localSize == own)
    }

    /// An address is asked for where srun spreads processes over nodes.
    @Test func processesOnTwoNodesNeedAnAddress() throws {
        var names = Self.srun
        names["MASTER_ADDR"] = nil
        let error = #expect(throws: TrainingError.self) { try Launch(names) }
        #expect(error?.description.contains("scontrol show hostnames") == true)
    }

    @Test func processesOfOneMachineNeedNoAddress() throws {
        let launch = try Launch(["RANK": "0", "WORLD_SIZE": "2"])
        #expect(launch.point == .init(host: "127.0.0.1", port: 29500))
    }

    @Test(arguments: [
        (["WORLD_SIZE": "2"], "RANK is not in the environment"),
        (["RANK": "0"], "WORLD_SIZE is not in the environment"),
        (["RANK": "2", "WORLD_SIZE": "2"], "RANK is '2': expected a whole number, 0 to 1"),
        (["RANK": "x", "WORLD_SIZE": "2"], "RANK is 'x'"),
        (["RANK": "0", "WORLD_SIZE": "2", "MASTER_PORT": "99999"], "MASTER_PORT is '99999'"),
        (["RANK": "0", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2"], "MASTER_ADDR is not"),
    ])
    func whatIsMissingIsNamed(_ names: [String: String], _ words: String) {
        let error = #expect(throws: TrainingError.self) { try Launch(names) }
        #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
    }
}
