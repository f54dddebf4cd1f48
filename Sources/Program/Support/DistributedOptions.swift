import ArgumentParser
import Foundation
import Training

/// One training over several processes, of `winnow finetune` and `winnow retrain`.
struct DistributedOptions: ParsableArguments {
    @Flag(
        help: """
            This is one of several processes that torchrun, srun or mpirun started: they train one \
            network together, and --batch-size counts the pictures of all.
            """)
    var distributed = false
    @Flag(
        help: """
            With --distributed: batch norms take their statistics over the pictures of all processes \
            (otherwise each over its own).
            """)
    var syncBatchNorm = false

    /// What the launcher says of this process; nil where it is alone. Only process 0 tells what happens.
    func launch() throws -> Launch? {
        guard distributed else {
            try GivenOptions.all.refuse(
                ["--sync-batch-norm"],
                "one process has all pictures of a step: it is for --distributed")
            return nil
        }
        let launch = try Launch(ProcessInfo.processInfo.environment)
        if launch.rank > 0 { Console.isSilent = true }
        return launch
    }

    /// Meets the other processes.
    func team(_ launch: Launch) throws -> Team {
        let team = Team(try launch.join(), synchronizesNorms: syncBatchNorm)
        Console.note(
            "  team     \(launch.size) processes share each step's pictures; batch norms take statistics over "
                + (syncBatchNorm
                    ? "all of them" : "each one's own pictures, the running ones are process 0's"))
        return team
    }
}
