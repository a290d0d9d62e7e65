namespace Engine.Tokenization;

/// <summary>
/// Takes spaces out of decoded text that only its tokens put there, as Hugging Face's clean_up_tokenization_spaces did: three passes,
/// each over what the one before left.
/// </summary>
internal static class SpaceCleaner
{
    /// <summary>Cleans in place; returns the new length.</summary>
    public static int Clean(Span<byte> text)
    {
        text = text[..DropSpaces(text, static rest => rest[1] is (byte)'?' or (byte)'!' or (byte)'.' or (byte)',')];
        text = text[..JoinLoneApostrophes(text)];
        return DropSpaces(text, static rest => rest.Length > 2 && rest[1] == '\'' && IsContraction(rest[2..]));
    }

    private static bool IsContraction(ReadOnlySpan<byte> letters) =>
        letters[0] is (byte)'s' or (byte)'m' || letters.StartsWith("re"u8) || letters.StartsWith("ve"u8);

    /// <summary>Drops each space where the rule holds for the text from it on.</summary>
    private static int DropSpaces(Span<byte> text, Func<ReadOnlySpan<byte>, bool> rule)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ' && i + 1 < text.Length && rule(text[i..])) continue;
            text[length++] = text[i];
        }
        return length;
    }

    /// <summary>An apostrophe between two spaces loses both.</summary>
    private static int JoinLoneApostrophes(Span<byte> text)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i..].StartsWith(" ' "u8))
            {
                text[length++] = (byte)'\'';
                i += 2;
            }
            else
            {
                text[length++] = text[i];
            }
        }
        return length;
    }
}
