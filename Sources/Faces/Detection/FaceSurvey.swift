import Core
import Formats
import Foundation

/// Finds the faces in many picture files, several side by side, each read once; nothing is written.
package struct FaceSurvey: Sendable {
    /// What a picture shows.
    package struct Finding: Sendable, Equatable {
        /// Size of the picture, upright.
        package let width: Int
        package let height: Int
        /// The largest box first.
        package let faces: [Face]
    }

    package let weights: MTCNNWeights
    package let settings: DetectionSettings
    package var threads: Int
    package var limits = PictureLimits()
    /// Called with pictures done and in all, from any thread, one call at a time.
    package var progress: Parallel.Progress?

    /// - Parameter threads: defaults to one a core.
    /// - Throws: `FaceError` when the settings make no sense.
    package init(
        _ weights: MTCNNWeights, settings: DetectionSettings = DetectionSettings(),
        threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) throws(FaceError) {
        try settings.validate()
        self.weights = weights
        self.settings = settings
        self.threads = threads
    }

    /// For each file, in order, what it shows or why it could not be read.
    package func find(_ files: [String]) -> [Result<Finding, PictureError>] {
        Parallel(threads: threads, progress: progress).map(
            files.count, tools: { _ in FaceDetector(weights, checked: settings) }
        ) { index, detector in
            Result { () throws(PictureError) in
                let picture = try Picture(contentsOf: files[index], limits: limits)
                let faces = detector.detect(picture)
                return Finding(width: picture.width, height: picture.height, faces: faces)
            }
        }.compactMap { $0 }
    }
}
