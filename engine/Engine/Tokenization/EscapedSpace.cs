namespace Engine.Tokenization;

/// <summary>U+2581, which SentencePiece's tokens have for a space.</summary>
internal static class EscapedSpace
{
    /// <summary>U+2581 in UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8 => "\u2581"u8;

    /// <summary>Writes a space for every U+2581; returns the length.</summary>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int length = 0;
        while (text.Length > 0)
        {
            int next = text.IndexOf(Utf8);
            ReadOnlySpan<byte> plain = next < 0 ? text : text[..next];
            plain.CopyTo(destination[length..]);
            length += plain.Length;
            if (next < 0) break;
            destination[length++] = (byte)' ';
            text = text[(next + Utf8.Length)..];
        }
        return length;
    }

    /// <summary>Writes U+2581 for every space, at most three times the text's length; returns the length.</summary>
    public static int Encode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int length = 0;
        foreach (byte b in text)
        {
            if (b == ' ')
            {
                Utf8.CopyTo(destination[length..]);
                length += Utf8.Length;
            }
            else
            {
                destination[length++] = b;
            }
        }
        return length;
    }
}
