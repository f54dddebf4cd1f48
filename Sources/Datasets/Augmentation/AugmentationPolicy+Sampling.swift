extension AugmentationPolicy {
    /// Which variation of which picture is meant.
    package struct Sample: Sendable, Hashable {
        /// The seed of the run.
        package var seed: UInt64
        /// The picture's place in the data set (before it grows).
        package var picture: Int
        /// 0 is the first; in `fixed` mode 0 is the picture itself.
        package var copy: Int
        /// Plays no part in `fixed` mode.
        package var epoch: Int

        package init(seed: UInt64, picture: Int, copy: Int = 0, epoch: Int = 0) {
            self.seed = seed
            self.picture = picture
            self.copy = copy
            self.epoch = epoch
        }
    }

    /// What becomes of one picture: a function of the policy and the sample, and of nothing else.
    package func variation(_ sample: Sample) -> Variation {
        guard case .fixed = mode else { return draw(sample, epoch: sample.epoch) }
        return sample.copy == 0 ? .none : draw(sample, epoch: 0)
    }

    /// Every number has its own word, drawn or not, so one limit or probability moves no other.
    private func draw(_ sample: Sample, epoch: Int) -> Variation {
        // "augment": keeps these numbers apart from others under the same seed.
        let generator = CounterGenerator(key: (sample.seed, 0x61_7567_6D65_6E74))
        let place = SIMD4(
            0, UInt64(bitPattern: Int64(sample.picture)), UInt64(bitPattern: Int64(sample.copy)),
            UInt64(bitPattern: Int64(epoch)))
        let chance = generator.block(place)
        let moves = generator.block(place &+ SIMD4(1, 0, 0, 0))
        let values = generator.block(place &+ SIMD4(2, 0, 0, 0))
        func happens(_ index: Int, _ probability: Double) -> Bool {
            CounterGenerator.unit(chance[index]) < probability
        }
        func between(_ word: UInt64, _ limit: Double) -> Double {
            (2 * CounterGenerator.unit(word) - 1) * limit
        }
        var variation = Variation.none
        variation.flips = happens(0, flipProbability)
        if happens(1, shiftScaleRotateProbability) {
            variation.degrees = between(moves[0], rotateLimit)
            variation.scale = 1 + between(moves[1], scaleLimit)
            variation.shift = SIMD2(between(moves[2], shiftLimit), between(moves[3], shiftLimit))
        }
        if happens(2, blurProbability), let least = blurLimit.first, let most = blurLimit.last {
            let sizes = (most - least) / 2 + 1
            variation.blur = least + 2 * Int(CounterGenerator.unit(values[0]) * Double(sizes))
        }
        if happens(3, brightnessContrastProbability) {
            variation.contrast = 1 + between(values[1], contrastLimit)
            variation.brightness = between(values[2], brightnessLimit)
        }
        return variation
    }
}
