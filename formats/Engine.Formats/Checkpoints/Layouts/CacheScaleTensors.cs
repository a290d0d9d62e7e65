using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// The scales of a KV cache beside an attention module: <c>k_scale</c> and <c>v_scale</c> (compressed-tensors), the same within
/// <c>k_proj</c> and <c>v_proj</c> (ModelOpt), or their <c>output_scale</c> (compressed-tensors of 2024).
/// </summary>
internal static class CacheScaleTensors
{
    private const int MostHeads = 1 << 16;

    /// <summary>Reads them.</summary>
    /// <param name="tensors">The tensors of the attention module.</param>
    /// <exception cref="ModelFormatException">One is no float, has more elements than heads can be, or is not finite.</exception>
    public static CacheScales Read(ModuleTensors tensors) => new(
        Read(tensors, ".k_scale", ".k_proj.k_scale", ".k_proj.output_scale"),
        Read(tensors, ".v_scale", ".v_proj.v_scale", ".v_proj.output_scale"));

    private static float[] Read(ModuleTensors tensors, params ReadOnlySpan<string> parts)
    {
        foreach (string part in parts)
        {
            if (tensors.Find(part) is not { } tensor) continue;
            ModuleTensors.CheckType(tensor, TensorNumbers.Floats);
            if (tensor.Elements > MostHeads) throw ModuleTensors.Error(tensor, $"{tensor.Elements} scales", $"at most {MostHeads}");
            float[] scales = TensorNumbers.ReadAll(tensor);
            int bad = Array.FindIndex(scales, scale => !float.IsFinite(scale));
            return bad < 0
                ? scales
                : throw ModuleTensors.Error(tensor, FormattableString.Invariant($"the scale {scales[bad]} at {bad}"), "a finite number");
        }
        return [];
    }
}
