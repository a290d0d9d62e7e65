using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>A scale that stands alone in its tensor.</summary>
internal static class StaticScale
{
    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFormatException">The tensor is not one float, or the number is not finite or zero.</exception>
    public static float Read(SafetensorsTensor tensor)
    {
        ModuleTensors.CheckType(tensor, TensorNumbers.Floats);
        ModuleTensors.CheckElements(tensor, 1);
        float scale = TensorNumbers.ReadAll(tensor)[0];
        return float.IsFinite(scale) && scale != 0
            ? scale
            : throw ModuleTensors.Error(tensor, FormattableString.Invariant($"the scale {scale}"), "a finite number other than 0");
    }
}
