import CFaces
import Formats

/// Finds faces by three networks of growing size (MTCNN; Zhang, Zhang, Li & Qiao 2016).
///
/// The first slides over a pyramid of scaled pictures and proposes boxes, the second and third look at
/// each box more closely, and all three correct it. Boxes are facenet-pytorch's. Keeps its scratch
/// memory: one instance a thread, all from the same weights.
///
///     let detector = try FaceDetector(MTCNNWeights.installed())
///     let faces = try detector.detect(Picture(contentsOf: "team.jpg"))
package final class FaceDetector {
    package let settings: DetectionSettings
    let networks: MTCNNWeights
    let kernels: wf_kernels
    let resampler: AreaResampler
    let rows = PNet.Rows()
    let maps = BoxMaps()

    /// - Throws: `FaceError` when the settings make no sense.
    package convenience init(
        _ networks: MTCNNWeights, settings: DetectionSettings = DetectionSettings()
    ) throws(FaceError) {
        try settings.validate()
        self.init(networks, checked: settings)
    }

    /// - Parameter kernels: those for this processor; tests give others.
    init(
        _ networks: MTCNNWeights, checked settings: DetectionSettings,
        kernels: wf_kernels = wf_best_kernels().pointee
    ) {
        self.settings = settings
        self.networks = networks
        self.kernels = kernels
        resampler = AreaResampler(kernels)
    }

    /// All faces in a picture, the largest box first.
    ///
    /// None in a picture whose shorter side is under `minFaceSize`.
    package func detect(_ picture: Picture) -> [Face] {
        let picture = picture.channels == 3 ? picture : picture.coloured()
        return output(picture, refined(picture, proposals(picture)))
            .sorted { $0.box.area > $1.box.area }
    }
}

extension Picture {
    /// The picture in RGB, grey replicated.
    fileprivate func coloured() -> Picture {
        Picture(
            width: width, height: height, channels: 3, pixels: pixels.flatMap { [$0, $0, $0] })
    }
}
