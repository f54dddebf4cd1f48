import Core
import Testing

@testable import Datasets

struct GroupingTests {
    @Test(arguments: [
        ("sfew", "happy/Airheads_000519240_00000005.png", "Airheads"),
        (
            "sfew", "sad/Did_You_Hear_About_The_Morgans_010853800_00000047.png",
            "Did_You_Hear_About_The_Morgans"
        ),
        ("sfew-clip", "happy/Airheads_000519240_00000005.png", "Airheads_000519240"),
        ("ck+", "x/S005_001_00000011.png", "S005"),
        ("jaffe", "x/KA.AN1.39.png", "KA"),
        ("kdef", "x/BM07ANHL.jpg", "M07"),
        ("rafd", "x/Rafd090_01_Caucasian_female_angry_frontal.jpg", "01"),
        ("lfw", "happy/George_W_Bush_0012.jpg", "George_W_Bush"),
        ("numbered", "angry/Jayamadhuri_154.jpg", "Jayamadhuri"),
        ("numbered", "birds/House Sparrow (12).png", "House Sparrow"),
        ("prefix", "birds/cam3-2024-01-02.jpg", "cam3"),
        ("folder", "angry/tom/1.png", "tom"),
        ("name:^(..)", "angry/tom/1234.png", "12"),
        ("name:[a-z]+", "angry/12tom34.png", "tom"),
        ("path:^(.+?)/", "angry/tom/1.png", "angry"),
    ])
    func knowsNames(_ rule: String, _ file: String, _ group: String) throws {
        #expect(try GroupRule.parse(rule).groups(of: [file]) == [group])
    }

    @Test func refusesWhatIsNoRule() {
        for text in ["lfv", "name:(", "column:a.csv", "", "name"] {
            #expect(throws: DatasetError.self) { _ = try GroupRule.parse(text) }
        }
        #expect(throws: DatasetError.self) {
            _ = try Grouping(files: ["a/b.jpg"], rule: .parse("lfw"))
        }
    }

    @Test func unmatchedFilesStandAlone() throws {
        let files = ["x/A_0001.jpg", "x/odd.jpg", "y/A_0002.jpg", "y/B_0001.jpg"]
        let grouping = try Grouping(files: files, rule: .parse("lfw"))
        #expect(grouping.names == ["A", "B", "file x/odd.jpg"])
        #expect(grouping.ids == [0, 2, 0, 1])
        #expect(grouping.alone == [1])
    }

    @Test func columnsNeedARowForEachFile() throws {
        let column = ["x/a.jpg": "tom", "b.jpg": "ann"]
        let grouping = try Grouping(files: ["x/a.jpg", "y/b.jpg"], column: column)
        #expect(grouping.ids.map { grouping.names[$0] } == ["tom", "ann"])
        let error = #expect(throws: DatasetError.self) {
            _ = try Grouping(files: ["z/c.jpg"], column: column)
        }
        #expect(error?.description == "groups: the table has no row for 'z/c.jpg'")
    }

    @Test func nearDuplicatesMergeGroups() throws {
        let files = ["a", "b", "c", "d", "e", "f"]
        let grouping = Grouping(files: files, groups: ["p", "p", "q", "r", nil, nil])
        let merged = grouping.merged([(1, 2), (4, 3)])
        #expect(
            merged.ids.map { merged.names[$0] } == ["p", "p", "p", "file e", "file e", "file f"])
        #expect(merged.alone == [5])
        let clusters = Grouping.clusters(files: files, pairs: [(0, 5), (5, 2)])
        #expect(clusters.count == 4)
        #expect(clusters.ids[0] == clusters.ids[2] && clusters.ids[2] == clusters.ids[5])
        #expect(clusters.alone == [1, 3, 4])
    }

    @Test func unionFindAgreesWithAPlainSearch() {
        var generator = SplitMix64(seed: 1)
        for _ in 0..<200 {
            let count = 1 + generator.index(below: 12)
            let pairs = (0..<generator.index(below: 14)).map { _ in
                (generator.index(below: count), generator.index(below: count))
            }
            var sets = UnionFind(count: count)
            for (a, b) in pairs { sets.merge(a, b) }
            // Labels spread along the pairs until nothing changes.
            var labels = Array(0..<count)
            for _ in 0..<count {
                for (a, b) in pairs {
                    let low = min(labels[a], labels[b])
                    labels[a] = low
                    labels[b] = low
                }
            }
            #expect(sets.representatives() == labels)
        }
    }
}
