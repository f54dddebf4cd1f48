import Core
import Datasets
import Foundation

extension PictureData {
    /// SHA-256 of all that decides what a network sees: the pictures, their classes, and how they are
    /// resized and normalised. Stages that read pictures carry it.
    package func identity() throws -> String {
        ContentHash.sha256(
            Data((store.fingerprint + "\n" + (try store.preprocessing.text())).utf8))
    }
}
