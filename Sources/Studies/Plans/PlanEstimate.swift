import Foundation
import Networks
import Training

/// How much of a plan is left to do, and about how long that takes.
package struct PlanEstimate {
    private let plan: StudyPlan
    private let items: [StudyPlan.Item]
    private let store: StageStore
    /// Pictures that a training passes over, by stage; stages that train nothing are not there.
    private let pictures: [String: Int]
    private let guess: Double

    /// Where the rate of an estimate comes from.
    package enum Basis: String, Sendable {
        case measured = "by the rate of the stages done"
        case guessed = "by a guess of the rate"
    }

    /// - Parameters:
    ///   - items: the plan's stages that are to be done.
    ///   - data: the pictures, whose parts are counted.
    package init(
        _ plan: StudyPlan, items: [StudyPlan.Item], _ data: PictureData, _ store: StageStore
    ) throws {
        self.plan = plan
        self.items = items
        self.store = store
        guess = Self.guess(size: plan.study.size)
        var counts: [SplitPlan: Int] = [:]
        var pictures: [String: Int] = [:]
        func count(_ split: SplitPlan) throws -> Int {
            if let known = counts[split] { return known }
            let count = try data.parts(split).train.count
            counts[split] = count
            return count
        }
        for item in plan.items {
            switch item.stage.work {
            case .train(let options, let split):
                pictures[item.stage.id] = try options.epochs * count(split)
            case .pretrain(let task, _, let split):
                pictures[item.stage.id] = try task.training.epochs * count(split)
            default: break
            }
        }
        self.pictures = pictures
    }

    /// Pictures a second and thread of ResNet-18's training, where nothing was measured yet: 8 at
    /// 224 px, in proportion to the area, no more than 250.
    static func guess(size: Int) -> Double {
        let side = 224 / Double(max(1, size))
        return min(250, 8 * side * side)
    }

    /// Stages done so far.
    package var done: Int { items.filter { store.isDone($0.stage) }.count }

    /// Seconds for what is left.
    ///
    /// - Parameter threads: of all workers together.
    package func left(threads: Int) -> (seconds: Double, basis: Basis) {
        let open = items.filter { !store.isDone($0.stage) }
        let work = open.map { Double(pictures[$0.stage.id] ?? 0) * weight($0.stage) }.reduce(0, +)
        let known = measured()
        return (
            work / ((known ?? guess) * Double(max(1, threads))),
            known == nil ? .guessed : .measured
        )
    }

    /// Of a thread, from the timings of this plan's stages.
    private func measured() -> Double? {
        var (work, seconds) = (0.0, 0.0)
        for item in plan.items where pictures[item.stage.id] != nil {
            guard let timing = StageTiming.read(item.stage, store) else { continue }
            work += Double(timing.pictures) * weight(item.stage)
            seconds += timing.seconds * Double(timing.threads)
        }
        return seconds > 0 ? work / seconds : nil
    }

    /// Operations for a picture, in those of ResNet-18 (He et al. 2016, table 1).
    private func weight(_ stage: Stage) -> Double {
        var stage = stage
        while true {
            switch stage.work {
            case .start(let architecture, _, _, _), .pretrain(_, let architecture, _):
                switch architecture {
                case .resnet18: return 1
                case .resnet34: return 2
                case .resnet50: return 2.1
                }
            default:
                guard let parent = stage.parents.first.flatMap({ plan[$0]?.stage }) else {
                    return 1
                }
                stage = parent
            }
        }
    }
}
