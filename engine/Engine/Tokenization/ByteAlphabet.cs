using System.Text;

namespace Engine.Tokenization;

/// <summary>
/// GPT-2's way to write any bytes as printable characters: a byte that is printable in Latin-1 is its own character, the 68 others are
/// U+0100 and up, in order (Radford et al., 2019, encoder.py of the release).
/// </summary>
internal static class ByteAlphabet
{
    private const int FirstStandIn = 0x100;
    private static readonly char[] Characters = MakeCharacters();
    private static readonly short[] Bytes = MakeBytes();

    /// <summary>The character that stands for a byte.</summary>
    public static char ToCharacter(byte value) => Characters[value];

    /// <summary>Writes the characters of bytes in UTF-8, at most twice the length; returns the length.</summary>
    public static int Encode(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        int length = 0;
        foreach (byte b in bytes)
        {
            char c = Characters[b];
            if (c < 0x80)
            {
                destination[length++] = (byte)c;
            }
            else
            {
                destination[length++] = (byte)(0xC0 | (c >> 6));
                destination[length++] = (byte)(0x80 | (c & 0x3F));
            }
        }
        return length;
    }

    /// <summary>Writes the bytes that a token's characters stand for; a character that stands for none is written as it is.</summary>
    /// <returns>The number of bytes, at most the text's length.</returns>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int length = 0;
        while (text.Length > 0)
        {
            Rune.DecodeFromUtf8(text, out Rune rune, out int consumed);
            if (rune.Value < Bytes.Length && Bytes[rune.Value] >= 0)
            {
                destination[length++] = (byte)Bytes[rune.Value];
            }
            else
            {
                text[..consumed].CopyTo(destination[length..]);
                length += consumed;
            }
            text = text[consumed..];
        }
        return length;
    }

    /// <summary>Writes the bytes that a token's characters stand for, if each of them stands for one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, out int length)
    {
        length = 0;
        while (text.Length > 0)
        {
            text = text[Utf8Text.Decode(text, out int codePoint)..];
            if (codePoint >= Bytes.Length || Bytes[codePoint] < 0) return false;
            destination[length++] = (byte)Bytes[codePoint];
        }
        return true;
    }

    private static char[] MakeCharacters()
    {
        var characters = new char[256];
        int standIn = FirstStandIn;
        for (int b = 0; b < characters.Length; b++)
        {
            bool printable = b is >= '!' and <= '~' or >= 0xA1 and <= 0xFF and not 0xAD;
            characters[b] = (char)(printable ? b : standIn++);
        }
        return characters;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[FirstStandIn + 68];
        Array.Fill(bytes, (short)-1);
        for (int b = 0; b < Characters.Length; b++) bytes[Characters[b]] = (short)b;
        return bytes;
    }
}
