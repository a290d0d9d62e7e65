using Engine.Formats;
using Engine.Kernels;
using Engine.Models;

namespace Engine.Cli.Inspection;

/// <summary>What running a model takes.</summary>
/// <param name="Config">The model's sizes.</param>
/// <param name="Context">Tokens of context.</param>
/// <param name="CacheBytes">Bytes of their keys and values.</param>
/// <param name="Total">Bytes of weights and cache.</param>
internal sealed record MemoryNeed(Config Config, int Context, long CacheBytes, long Total)
{
    /// <summary>
    /// For a context of so many tokens, or the default one, kept in the cache's numbers; null and the reason where the file is no model that can be run, which
    /// inspecting it must not mind.
    /// </summary>
    public static MemoryNeed? Of(IModelSource file, ModelSummary summary, int? context, KvCacheOptions cache, out string? reason)
    {
        reason = null;
        try
        {
            var config = Config.Read(file);
            int tokens = context ?? Math.Min(config.ContextLength, SessionOptions.DefaultContextLength);
            long cacheBytes = config.CacheBytes(tokens, cache);
            return new MemoryNeed(config, tokens, cacheBytes, summary.TensorBytes + cacheBytes);
        }
        catch (ModelFormatException e)
        {
            reason = $"{e.Item}: found {e.Found}, expected {e.Expected}";
            return null;
        }
    }
}
