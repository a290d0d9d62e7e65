namespace Engine.Tokenization.Unicode;

/// <summary>
/// The first code point of a character's full canonical decomposition: the letter without its accents. By tables of our own, because
/// .NET normalises nothing where globalization is invariant, and because tokens must not depend on the host's settings.
/// </summary>
internal static class CanonicalBase
{
    private const int FirstDecomposed = 0xC0;

    /// <summary>The base of a code point; the code point itself where it has no decomposition.</summary>
    public static int Get(int codePoint)
    {
        if (codePoint < FirstDecomposed) return codePoint;
        if (Hangul.IsSyllable(codePoint)) return Hangul.Lead(codePoint);
        while (UnicodeTables.Shared.Canonical.TryGetValue(codePoint, out int[]? parts)) codePoint = parts[0];
        return codePoint;
    }
}
