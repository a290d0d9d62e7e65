using Engine.Kernels;

namespace Engine;

/// <summary>How a session is made.</summary>
public sealed record SessionOptions
{
    /// <summary>The context where none is asked for, if the model was trained for as much.</summary>
    public const int DefaultContextLength = 4096;

    /// <summary>
    /// The most tokens that the session holds; 0: as many as the model was trained for, at most <see cref="DefaultContextLength"/>. Memory
    /// follows the tokens that are there, not this limit.
    /// </summary>
    public int ContextLength { get; init; }

    /// <summary>In which numbers keys and values are kept; null: as <see cref="ModelOptions.Cache"/> says.</summary>
    public KvCacheOptions? Cache { get; init; }
}
