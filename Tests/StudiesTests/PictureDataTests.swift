import Datasets
import Foundation
import Testing

@testable import Studies

@Suite struct PictureDataTests {
    @Test(arguments: [0, 1, 2, 3, 4] as [UInt64])
    func noGroupIsOnTwoSides(_ seed: UInt64) throws {
        try withStageFolder { root in
            let data = try pictureData(root)
            let grouping = try #require(data.grouping)
            #expect(data.groupRule == "prefix" && data.copies >= 1)
            let parts = try data.parts(
                SplitPlan(groups: "prefix", copies: 3, test: 0.2, validation: 0.2, seed: seed))
            let test = try #require(parts.test)
            let sides = [parts.train, parts.validation, test].map { Set($0.samples.map(\.picture)) }
            #expect(sides.allSatisfy { !$0.isEmpty })
            #expect(sides.map(\.count).reduce(0, +) == 24)
            func apart(_ key: (Int) -> some Hashable) -> Bool {
                let keys = sides.map { Set($0.map(key)) }
                return keys[0].isDisjoint(with: keys[1]) && keys[0].isDisjoint(with: keys[2])
                    && keys[1].isDisjoint(with: keys[2])
            }
            #expect(apart { $0 })
            #expect(apart { grouping.ids[$0] })
            #expect(apart { data.store.facts[$0].sha256 })
            #expect(apart { person(data.store.files[$0].file) })
            #expect(parts.train.count == 3 * sides[0].count)
            #expect((parts.validation.samples + test.samples).allSatisfy { $0.copy == 0 })
        }
    }

    private func person(_ file: String) -> Substring {
        let name = file.split(separator: "/").last ?? ""
        return name.prefix { $0 != "_" }
    }

    @Test func copiesJoinGroups() throws {
        try withStageFolder { root in
            let data = try pictureData(root)
            let grouping = try #require(data.grouping)
            func picture(_ file: String) -> Int? {
                data.store.files.firstIndex { $0.file == file }
            }
            let (first, copy) = (
                try #require(picture("a/p0_0.png")), try #require(picture("a/p1_0.png"))
            )
            #expect(data.store.facts[first].sha256 == data.store.facts[copy].sha256)
            #expect(grouping.ids[first] == grouping.ids[copy])
            let other = try #require(picture("a/p4_0.png"))
            #expect(grouping.ids[first] != grouping.ids[other])
        }
    }
}
