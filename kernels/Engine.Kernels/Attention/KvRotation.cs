using Engine.Formats;

namespace Engine.Kernels;

/// <summary>
/// Where turning keys by a Hadamard transform was measured to lower the divergence. Turning values was not, at any type
/// (docs/adr/0009-kv-cache.md).
/// </summary>
internal static class KvRotation
{
    public static bool PaysForKeys(QuantType type) => QuantTypes.Get(type).IsQuantized;
}
