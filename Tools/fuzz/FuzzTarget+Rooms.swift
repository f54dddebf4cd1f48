#if LIBFUZZER
    extension FuzzTarget {
        /// Rooms over libtorch are not built for libFuzzer.
        static let rooms: [FuzzTarget] = []
    }
#else
    import Datasets
    import Foundation
    import Studies

    extension FuzzTarget {
        /// What the rooms over libtorch read.
        static let rooms: [FuzzTarget] = [
            FuzzTarget(name: "study") { data in
                _ = try Study.read(data, file: "f")
            },
            FuzzTarget(name: "manifest") { data in
                let manifest = try Manifest(data: data, named: "f")
                _ = (manifest.files, manifest.grouping, manifest.split)
            },
        ]
    }
#endif
