using System.Runtime.CompilerServices;

namespace Engine.Sampling;

/// <summary>Checks of sampler parameters.</summary>
internal static class Guard
{
    /// <summary>The value, unless it is NaN.</summary>
    internal static float NotNaN(float value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        float.IsNaN(value) ? throw new ArgumentException($"{name} is NaN.", name) : value;
}
