using System.Buffers;

namespace Engine.Tokenization.Json.Normalizers;

/// <summary>Changes text into the form that a model knows. Safe for use from many threads.</summary>
internal abstract class Normalizer
{
    /// <summary>Writes the normal form of a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="destination">Where the form goes; nothing is read from it.</param>
    public abstract void Normalize(ReadOnlySpan<byte> text, IBufferWriter<byte> destination);

    /// <summary>The normal form of a text.</summary>
    public byte[] Normalize(ReadOnlySpan<byte> text)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(16, text.Length));
        Normalize(text, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>One normalizer behind the other.</summary>
internal sealed class NormalizerSequence(Normalizer[] steps) : Normalizer
{
    public override void Normalize(ReadOnlySpan<byte> text, IBufferWriter<byte> destination)
    {
        for (int i = 0; i < steps.Length - 1; i++) text = steps[i].Normalize(text);
        if (steps.Length > 0) steps[^1].Normalize(text, destination);
        else destination.Write(text);
    }
}

/// <summary>A normal form of Unicode.</summary>
internal sealed class UnicodeNormalizer(bool compatible, bool composed) : Normalizer
{
    private readonly Unicode.NormalForm _form = new(compatible, composed);

    public override void Normalize(ReadOnlySpan<byte> text, IBufferWriter<byte> destination) => _form.Normalize(text, destination);
}
