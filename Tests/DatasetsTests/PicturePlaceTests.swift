import Foundation
import Testing

@testable import Datasets

/// Where pictures go: the limit of memory, by the machine, its control groups or a setting.
struct PicturePlaceTests {
    @Test func settingsAreBytes() throws {
        let place = try PicturePlace(
            environment: ["WINNOW_PICTURE_MEMORY": "3M", "WINNOW_CACHE": "/some/where"])
        #expect(place.memory == 3 << 20 && place.folder.path == "/some/where/pictures")
        for (text, bytes) in [("0", 0), ("17", 17), ("2k", 2048), ("1T", 1 << 40)] as [(_, UInt64)]
        {
            #expect(PicturePlace.bytes(text) == bytes)
        }
        for text in ["much", "-1", "1.5G", "G", " 1", "20000000T"] {
            let error = #expect(throws: DatasetError.self) {
                _ = try PicturePlace(environment: ["WINNOW_PICTURE_MEMORY": text])
            }
            #expect(error?.description.hasPrefix("WINNOW_PICTURE_MEMORY is '\(text)'") == true)
        }
    }

    @Test func halfOfTheMemoryIsTheUsualLimit() throws {
        let place = try PicturePlace(environment: ["XDG_CACHE_HOME": "/x"])
        #expect(place.folder.path == "/x/winnow/pictures")
        #expect(place.memory == PicturePlace.available().bytes / 2)
        #expect(place.memory <= ProcessInfo.processInfo.physicalMemory / 2 && place.memory > 0)
    }

    @Test func limitsOfAllGroupsAroundCount() {
        let files = [
            "/sys/fs/cgroup/jobs/7/memory.max": "max\n",
            "/sys/fs/cgroup/jobs/memory.max": "5000\n",
            "/sys/fs/cgroup/memory/batch/memory.limit_in_bytes": "4000\n",
        ]
        let limits = PicturePlace.limits("3:cpu,memory:/batch\n2:cpu:/\n0::/jobs/7\n") { files[$0] }
        #expect(limits.sorted() == [4000, 5000])
        #expect(
            PicturePlace.limits("0::/\n") { $0 == "/sys/fs/cgroup/memory.max" ? "9" : nil } == [9])
        #expect(PicturePlace.limits("nonsense") { _ in "1" }.isEmpty)
    }
}
