using Engine.Formats;

namespace Engine.Kernels;

/// <summary>Where turning keys and values by a Hadamard transform was measured to lower the divergence (docs/adr/0009-kv-cache.md).</summary>
internal static class KvRotation
{
    public static bool PaysForKeys(QuantType type) => QuantTypes.Get(type).IsQuantized;

    public static bool PaysForValues(QuantType type) => QuantTypes.Get(type).IsQuantized;
}
