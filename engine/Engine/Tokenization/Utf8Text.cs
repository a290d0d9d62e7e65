using System.Buffers;
using System.Text;

namespace Engine.Tokenization;

/// <summary>Walks UTF-8 character by character.</summary>
internal static class Utf8Text
{
    /// <summary>Number of bytes of the first character, 1 to 4.</summary>
    public static int CharacterLength(ReadOnlySpan<byte> text)
    {
        int length = text[0] switch { < 0xC0 => 1, < 0xE0 => 2, < 0xF0 => 3, _ => 4 };
        return Math.Min(length, text.Length);
    }

    /// <summary>The first character and its number of bytes; U+FFFD for what is none.</summary>
    public static int Decode(ReadOnlySpan<byte> text, out int codePoint)
    {
        if (text[0] < 0x80)
        {
            codePoint = text[0];
            return 1;
        }
        Rune.DecodeFromUtf8(text, out Rune rune, out int length);
        codePoint = rune.Value;
        return length;
    }

    /// <summary>Writes a code point.</summary>
    public static void Append(int codePoint, IBufferWriter<byte> destination)
    {
        if (codePoint < 0x80)
        {
            destination.GetSpan(1)[0] = (byte)codePoint;
            destination.Advance(1);
            return;
        }
        destination.Advance(new Rune(codePoint).EncodeToUtf8(destination.GetSpan(4)));
    }
}
