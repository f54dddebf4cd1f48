// swift-tools-version: 6.1
// The only place that names the native libraries. Each room is a target; an arrow of the design is
// a target dependency, and there are no others.
import Foundation
import PackageDescription

/// Where `scripts/setup` unpacks PyPI's libtorch (pip's own layout, or a link to `WINNOW_TORCH`).
let torch = "\(Context.packageDirectory)/.dependencies/python/torch"

let swiftSettings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

#if arch(x86_64)
    /// `WINNOW_MARCH=x86-64-v3` builds for every machine with AVX2 instead of this one.
    let nativeInstructions = ["-Xcc", "-march=\(Context.environment["WINNOW_MARCH"] ?? "native")"]
#else
    let nativeInstructions: [String] = []
#endif

/// Perceptron is built for this machine's vector registers, and optimised in debug builds too: its
/// inner loop is the only code where an instruction set decides the speed. `BuiltinModule` gives
/// arithmetic on whole vectors; without it the room compiles to the same results, more slowly.
/// Without `math-errno` a vector of square roots is one instruction instead of sixteen calls.
/// Functions begin at multiples of 64 bytes: where the loops happen to begin is worth a fifth.
let vectorSettings: [SwiftSetting] = [
    .enableExperimentalFeature("BuiltinModule"),
    .unsafeFlags(
        [
            "-O", "-whole-module-optimization", "-num-threads", "2", "-Xcc", "-fno-math-errno",
            "-Xllvm", "-align-all-functions=6",
        ] + nativeInstructions),
]

/// The path of clang's libFuzzer, where `scripts/fuzz` builds what reads files for it: coverage then leads the inputs.
let fuzzer = Context.environment["WINNOW_FUZZER"]
let coverage: [SwiftSetting] = fuzzer == nil ? [] : [.unsafeFlags(["-sanitize=fuzzer"])]

/// A room under `Sources/`, with the rooms it may import.
func room(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
    settings: [SwiftSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: ["README.md"] + exclude,
        swiftSettings: swiftSettings + settings)
}

/// How tests compare lists of numbers: what is not a number is never near.
let comparing = Target.target(
    name: "Comparing", path: "Tests/Comparing", swiftSettings: swiftSettings)

/// The tests of a room, under `Tests/<room>Tests`.
func tests(_ room: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(room)Tests",
        dependencies: [.byName(name: room), "Comparing"] + dependencies,
        path: "Tests/\(room)Tests", swiftSettings: swiftSettings)
}

let nativeLibraries: [Target] = [
    .systemLibrary(
        name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
        name: "CImageCodecs", pkgConfig: "libturbojpeg",
        providers: [
            .apt(["libturbojpeg0-dev", "libpng-dev", "libwebp-dev"]),
            .brew(["jpeg-turbo", "libpng", "webp"]),
        ]),
    .systemLibrary(
        name: "CSVM", providers: [.apt(["libsvm-dev"]), .brew(["libsvm"])]),
]

/// The C face of libtorch, compiled with its headers and linked with its libraries where they lie.
let cTorch = Target.target(
    name: "CTorch", dependencies: ["CKernels"],
    exclude: ["README.md", "names/README.md", "nccl", "graph"],
    cxxSettings: [
        .headerSearchPath("../../.dependencies/python/torch/include"),
        .headerSearchPath("../../.dependencies/python/torch/include/torch/csrc/api/include"),
        .headerSearchPath("names"),
        .unsafeFlags(["-O2", "-Wno-deprecated-declarations"]),
    ],
    linkerSettings: [
        .unsafeFlags([
            "-L\(torch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(torch)/lib",
            "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib",
        ]),
        .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
    ])

/// The inner loops of face detection, compiled for several kinds of processor; no library.
let cFaces = Target.target(
    name: "CFaces", exclude: ["README.md", "kernels.inc"], cxxSettings: [.unsafeFlags(["-O2"])])

/// What runs before the libraries start: how OpenMP's threads wait. Linked into programs only.
let cStart = Target.target(name: "CStart", exclude: ["README.md"])

/// Convolutions, compiled for several kinds of processor; no library.
let cKernels = Target.target(
    name: "CKernels",
    exclude: [
        "README.md", "all.inc", "core.inc", "gather.inc", "direct.inc", "dots.inc", "scatter.inc",
        "narrow.inc", "weights.inc", "table.inc", "winograd_transforms.inc", "winograd.inc",
        "winograd_drivers.inc", "winograd_weights.inc", "winograd_choice.inc", "depthwise.inc",
        "optimizer.inc", "sparse.inc",
    ],
    cxxSettings: [.unsafeFlags(["-O3", "-fno-math-errno"])])

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")

let rooms: [Target] = [
    cKernels,
    cTorch,
    cFaces,
    cStart,
    room("Torch", ["CTorch"]),
    room("Soundness", ["Core", "Torch"]),
    room("Models", ["Core", "Torch", "Formats"]),
    room(
        "Formats", ["CZlib", "CImageCodecs", protobuf], exclude: ["ONNX/onnx.proto"],
        settings: coverage),
    room("Faces", ["CFaces", "Core", "Formats"]),
    room("Core", [crypto]),
    room("Results", ["Formats"]),
    room("Statistics", ["Core"]),
    room("Findings", ["Statistics"]),
    room("Features", ["Core", "Formats", "Torch"]),
    room("Datasets", ["Core", "Torch", "Formats"]),
    room("Training", ["Datasets", "Models", "Torch", "Formats", "Core"]),
    room("Generating", ["Training", "Datasets", "Models", "Torch", "Formats", "Core"]),
    room("Pruning", ["Torch", "Models", "Core"]),
    room("Measuring", ["Core", "Models", "Pruning", "Formats", "Torch"]),
    room(
        "Studies",
        [
            "Training", "Pruning", "Generating", "Datasets", "Models", "Measuring", "Torch",
            "Formats",
            "Results", "Core", "Statistics", "Findings",
        ]),
    room(
        "TableStudy",
        ["Core", "Formats", "Results", "Perceptron", "Statistics", "Findings", "CSVM"]),
    room("Perceptron", ["CKernels", "Core"], settings: vectorSettings),
    room(
        "Reproduction",
        [
            "Studies", "TableStudy", "Reports", "Faces", "Datasets", "Models", "Findings", "Core",
            "Torch",
        ]),
    room("Doctor", ["Soundness", "Faces", "Models", "Reports", "Studies", "Torch"]),
    room("Reports", ["Core", "Studies", "TableStudy", "Statistics", "Findings", "Formats"]),
]

/// The library's face.
let library = room(
    "Winnow",
    ["Models", "Datasets", "Training", "Pruning", "Studies", "Formats", "Torch"])

/// The command line: the program `winnow`. Not the folder's name, which would differ from the library's by case
/// alone.
let program = Target.executableTarget(
    name: "Program",
    dependencies: [
        "Models", "Datasets", "Training", "Pruning", "Generating", "Studies", "TableStudy",
        "Reproduction", "Reports", "Faces", "Features", "Perceptron", "Formats", "Torch", "Core",
        "Soundness", "Doctor",
        "CStart",
        "Findings", "Measuring",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    exclude: ["README.md"], swiftSettings: swiftSettings)

/// The trainer of the start weights that come with Winnow: a tool, no product.
let pretrain = Target.executableTarget(
    name: "pretrain",
    dependencies: [
        "Models", "Formats", "Torch", "Core",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    path: "Tools/pretrain", exclude: ["README.md"], swiftSettings: swiftSettings)

/// What `scripts/peers onnx` runs, for as long as the command line takes no ONNX.
let onnxPeer = Target.executableTarget(
    name: "onnx-peer", dependencies: ["Models", "Torch", "Formats"],
    path: "Tests/OnnxPeer", swiftSettings: swiftSettings)

/// Reads mutated files until something breaks: a tool, no product.
let fuzz = Target.executableTarget(
    name: "fuzz",
    dependencies: fuzzer == nil ? ["Formats", "Datasets", "Studies", "Core"] : ["Formats"],
    path: "Tools/fuzz", exclude: ["README.md", "corpus"],
    swiftSettings: swiftSettings + coverage + (fuzzer == nil ? [] : [.define("LIBFUZZER")]),
    linkerSettings: fuzzer.map { [.unsafeFlags([$0, "-lstdc++"])] } ?? [])

let roomTests: [Target] = [
    tests("Core"),
    tests("Torch", ["CKernels"]),
    tests("Soundness", ["Torch"]),
    tests("Models", ["Torch", "Formats", crypto]),
    tests("Formats", ["Core", protobuf]),
    tests("Faces", ["CFaces", "Formats"]),
    tests("Features", ["Formats", "Torch"]),
    tests("Datasets", ["Core", "Formats", "Torch"]),
    tests("Results", ["Formats"]),
    tests("Training", ["Core", "Torch", "Models", "Datasets", "Formats"]),
    tests("Generating", ["Training", "Datasets", "Models", "Torch", "Formats", "Core"]),
    tests("Pruning", ["Torch", "Models", "Core"]),
    tests("Measuring", ["Core", "Models", "Formats", "Torch"]),
    tests("Perceptron", ["Core"]),
    tests(
        "Studies",
        [
            "Core", "TableStudy", "Formats", "Datasets", "Models", "Pruning", "Training", "Torch",
            "Faces", "Features", "Statistics", "Findings", "Results",
        ]),
    tests("TableStudy", ["Core", "Formats", "Perceptron", "Statistics", "Findings"]),
    tests("Statistics", ["Core"]),
    tests("Findings", ["Statistics", "Core"]),
    tests("Winnow", ["Formats"]),
    tests(
        "Reports", ["Core", "Studies", "Statistics", "Findings", "Formats", "Training", "Pruning"]),
    .testTarget(
        name: "PretrainTests",
        dependencies: ["pretrain", "Formats", "Models", "Core", "Torch"],
        path: "Tests/PretrainTests", swiftSettings: swiftSettings),
    .testTarget(
        name: "CommandTests",
        dependencies: [
            "Program", "Formats", "Models", "Datasets", "Generating", "Torch", "Core",
            "Comparing",
        ],
        path: "Tests/CommandTests", swiftSettings: swiftSettings),
]

let package = Package(
    name: "winnow",
    platforms: [.macOS(.v14)],
    products: [
        .library(name: "Winnow", targets: ["Winnow"]),
        .executable(name: "winnow", targets: ["Program"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    ],
    targets: nativeLibraries + rooms + [library, program, pretrain, fuzz, onnxPeer, comparing]
        + roomTests,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)
