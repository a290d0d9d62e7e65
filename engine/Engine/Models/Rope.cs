using Engine.Kernels;

namespace Engine.Models;

/// <summary>The angles of the batch at hand, for layers with and without a window.</summary>
internal sealed class Rope
{
    private readonly RopeConfig _config;
    private readonly double[] _frequencies;
    private readonly double[]? _longFrequencies;

    internal Rope(RopeConfig config, float[]? factors, float[]? longFactors, int capacity)
    {
        _config = config;
        _frequencies = RopeFrequencies.Compute(config, factors);
        _longFrequencies = longFactors is null ? null : RopeFrequencies.Compute(config, longFactors);
        Angles = new RopeAngles(capacity, config.Dimensions, config.Layout);
    }

    internal RopeAngles Angles { get; }

    /// <summary>Computes the angles of every token of a batch.</summary>
    internal void Prepare(Batch batch)
    {
        for (int token = 0; token < batch.Count; token++)
        {
            double[] frequencies = _longFrequencies is not null && batch.Sequence(token).UsesLongRope ? _longFrequencies : _frequencies;
            Angles.Set(token, batch.Positions[token], frequencies, _config.Magnitude);
        }
    }
}
