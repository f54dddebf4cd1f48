import Foundation

extension OfficialWeights {
    /// The file in the cache, fetched first if it is not there or is damaged there.
    ///
    /// A fetch that stops half-way leaves `<file>.partial` in the cache and goes on from it next time;
    /// the file gets its name only once its hash is checked. Of several processes one fetches and the
    /// others wait for it.
    ///
    /// - Parameters:
    ///   - timeout: seconds of silence after which the server is given up.
    ///   - progress: bytes done and in all, about ten times a second, on the caller's thread.
    ///   - isCancelled: asked as often.
    /// - Throws: `OfficialWeightsError` saying what failed and how to go on without the network.
    package func locate(
        timeout: TimeInterval = 30, progress: (Int, Int) -> Void = { _, _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> URL {
        var damage = ""
        do {
            if let found = try checked() { return found }
        } catch let error as OfficialWeightsError where error.kind == .damaged {
            damage = "\(error). "
        }
        do {
            try fetch(timeout: timeout, progress: progress, isCancelled: isCancelled)
        } catch let error as OfficialWeightsError {
            throw explained(error, damage)
        }
        return cached
    }

    private func fetch(
        timeout: TimeInterval, progress: (Int, Int) -> Void, isCancelled: () -> Bool
    ) throws {
        try makeFolder()
        let partial = try WeightsDownloadPartial(
            URL(fileURLWithPath: cached.path + ".partial"), isCancelled: isCancelled)
        defer { partial.release() }
        // Another process may have fetched it while this one waited for the partial file.
        if (try? checked()) != nil { return partial.discard() }
        let download = WeightsDownload(url, shownURL: shownURL, timeout: timeout)
        let hash = try fetch(download, partial, progress, isCancelled)
        try partial.finish(as: cached)
        leaveStamp(hash)
    }

    /// The hash of the file once it is whole and right. Where an earlier part was gone on from, that may
    /// be what is wrong, and all is fetched once more.
    private func fetch(
        _ download: WeightsDownload, _ partial: WeightsDownloadPartial,
        _ progress: (Int, Int) -> Void, _ isCancelled: () -> Bool
    ) throws -> String {
        let hadPart = partial.count > 0
        try download.run(into: partial, progress: progress, isCancelled: isCancelled)
        do {
            return try verify(partial.url)
        } catch let error as OfficialWeightsError where error.kind == .damaged {
            guard !hadPart else {
                try partial.cut(to: 0)
                return try fetch(download, partial, progress, isCancelled)
            }
            partial.discard()
            throw OfficialWeightsError(
                .damaged,
                "\(error), so it was damaged or replaced on its way; what came is deleted. Run the "
                    + "same command again")
        }
    }

    /// Whether the server can be asked and has the file, from its head alone.
    ///
    /// - Parameter timeout: seconds after which it is given up, rounded up.
    /// - Throws: `OfficialWeightsError` with what is missing.
    package func probe(timeout: TimeInterval) throws {
        try WeightsDownload(url, shownURL: shownURL, timeout: timeout).probe()
    }

    /// Says which file, and what to do where trying again does not help.
    private func explained(_ error: OfficialWeightsError, _ damage: String) -> OfficialWeightsError
    {
        let advice =
            switch error.kind {
            case .interrupted, .storage, .settings: ""
            default: ". \(byHand)"
            }
        return OfficialWeightsError(
            error.kind, "\(damage)\(file) could not be fetched: \(error)\(advice)")
    }
}
