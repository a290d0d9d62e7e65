namespace Engine.Tokenization;

/// <summary>
/// Where text with U+2581 for spaces may be cut so that the merges of its parts are those of the whole: in front of a U+2581 that stands
/// behind another character, unless some token holds just that character and a U+2581 (Gemma 4 has one: <c>&gt;▁&lt;/</c>). Merges
/// never cross such a place, so words can be merged, and remembered, by themselves.
/// </summary>
internal sealed class SpaceCuts
{
    private readonly bool[] _joined = new bool[256];  // by the last byte of the character in front

    /// <summary>Takes note of a token's text, or of any text that merges make.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        for (int start = 0; text[start..].IndexOf(EscapedSpace.Utf8) is >= 0 and int next; start += next + EscapedSpace.Utf8.Length)
        {
            if (start + next > 0 && !text[..(start + next)].EndsWith(EscapedSpace.Utf8)) _joined[text[start + next - 1]] = true;
        }
    }

    /// <summary>Length in bytes of the text's first part.</summary>
    public int FirstPart(ReadOnlySpan<byte> text)
    {
        int end = 0;
        while (text[end..].StartsWith(EscapedSpace.Utf8)) end += EscapedSpace.Utf8.Length;
        while (text[end..].IndexOf(EscapedSpace.Utf8) is >= 0 and int next)
        {
            end += next;
            if (end > 0 && !_joined[text[end - 1]]) return end;
            while (text[end..].StartsWith(EscapedSpace.Utf8)) end += EscapedSpace.Utf8.Length;
        }
        return text.Length;
    }
}
