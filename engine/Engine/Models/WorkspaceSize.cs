namespace Engine.Models;

/// <summary>
/// How many tokens are computed at once: as many as asked for, unless the activations of a model with odd sizes would take memory out of
/// all proportion to its file.
/// </summary>
internal static class WorkspaceSize
{
    private const long LeastBytes = 64L << 20;
    private const long MostBytes = 2L << 30;
    private const int BytesPerFileByte = 32;

    /// <summary>The most tokens of a batch, at least 1.</summary>
    internal static int Tokens(Config config, int batchSize, long fileBytes)
    {
        int wanted = Math.Min(batchSize, config.ContextLength);
        long bytes = Math.Clamp(BytesPerFileByte * fileBytes, LeastBytes, MostBytes);
        return (int)Math.Clamp(bytes / (FloatsPerToken(config) * sizeof(float)), 1, wanted);
    }

    /// <summary>Roughly the floats that a token takes in a <see cref="Workspace"/>.</summary>
    private static long FloatsPerToken(Config config)
    {
        long floats = 16L * config.Width + (config.Mixture?.SharedFeedForward ?? 0) + (config.Mixture?.Rule.Experts ?? 0);
        foreach ((int heads, int keyValueHeads) in config.Layers.Select(layer => (layer.Heads, layer.KeyValueHeads)).Distinct())
            floats += 4L * (heads + keyValueHeads) * Math.Max(config.KeySize, config.ValueSize);
        foreach (int inner in config.Layers.Select(layer => layer.FeedForward).Distinct()) floats += inner;
        return floats;
    }
}
