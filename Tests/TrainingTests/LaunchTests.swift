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
        "SLURM_PROCID": "3", "SLURM_NTASKS": "4", "SLURM_LOCALID": "1",
        "SLURM_NTASKS_PER_NODE": "2", "MASTER_ADDR": "node1", "MASTER_PORT": "1234",
    ]
    private static let mpirun = [
        "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4",
        "OMPI_COMM_WORLD_LOCAL_RANK": "1", "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
        "MASTER_ADDR": "node1", "MASTER_PORT": "1234",
    ]

    @Test(arguments: [torchrun, srun, mpirun]) func everyLauncherIsRead(_ names: [String: String])
        throws
    {
        let launch = try Launch(names)
        #expect((launch.rank, launch.size) == (3, 4))
        #expect((launch.localRank, launch.localSize) == (1, 2))
        #expect(launch.point.host == "node1" && launch.point.port == 1234)
        #expect(launch.point.isServed == (names["TORCHELASTIC_USE_AGENT_STORE"] != nil))
    }

    /// torchrun inside a Slurm job: what it says counts.
    @Test func torchrunGoesBeforeSlurm() throws {
        let launch = try Launch(
            ["SLURM_PROCID": "0", "SLURM_NTASKS": "1"].merging(Self.torchrun) { $1 })
        #expect(launch.rank == 3 && launch.point.attempt == "2")
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
