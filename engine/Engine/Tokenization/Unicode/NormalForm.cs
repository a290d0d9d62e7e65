using System.Buffers;

namespace Engine.Tokenization.Unicode;

/// <summary>
/// Unicode's normal forms NFC, NFD, NFKC and NFKD (Unicode Standard Annex 15), whatever the host's globalization mode. Time is linear
/// but for the marks behind one letter, which are sorted.
/// </summary>
/// <param name="compatible">Whether compatibility decompositions are made as well (NFKC, NFKD).</param>
/// <param name="composed">Whether what belongs together is put together again (NFC, NFKC).</param>
internal sealed class NormalForm(bool compatible, bool composed)
{
    private static readonly Lazy<Dictionary<(int, int), int>> Pairs = new(MakePairs);

    /// <summary>Writes the normal form of a text.</summary>
    public void Normalize(ReadOnlySpan<byte> text, IBufferWriter<byte> destination)
    {
        if (System.Text.Ascii.IsValid(text))
        {
            destination.Write(text);
            return;
        }
        var codePoints = new List<int>(text.Length);
        while (text.Length > 0)
        {
            text = text[Utf8Text.Decode(text, out int codePoint)..];
            Decompose(codePoint, codePoints);
        }
        SortMarks(codePoints);
        if (composed) Compose(codePoints);
        foreach (int codePoint in codePoints) Utf8Text.Append(codePoint, destination);
    }

    private void Decompose(int codePoint, List<int> parts)
    {
        if (codePoint < 0xA0)
        {
            parts.Add(codePoint);
        }
        else if (Hangul.IsSyllable(codePoint))
        {
            parts.Add(Hangul.Lead(codePoint));
            parts.Add(Hangul.Vowel(codePoint));
            if (Hangul.Tail(codePoint) is > 0 and int tail) parts.Add(tail);
        }
        else if (UnicodeTables.Shared.Canonical.TryGetValue(codePoint, out int[]? step) ||
            (compatible && UnicodeTables.Shared.Compatible.TryGetValue(codePoint, out step)))
        {
            foreach (int part in step) Decompose(part, parts);
        }
        else
        {
            parts.Add(codePoint);
        }
    }

    /// <summary>Brings marks in a row into the order of their combining classes.</summary>
    private static void SortMarks(List<int> codePoints)
    {
        for (int start = 0; start < codePoints.Count; start++)
        {
            if (ClassOf(codePoints[start]) == 0) continue;
            int end = start + 1;
            while (end < codePoints.Count && ClassOf(codePoints[end]) != 0) end++;
            if (end - start > 1)
            {
                int[] sorted = [.. codePoints.GetRange(start, end - start).OrderBy(ClassOf)];  // keeps equals in order
                for (int i = start; i < end; i++) codePoints[i] = sorted[i - start];
            }
            start = end;
        }
    }

    private static void Compose(List<int> codePoints)
    {
        int starter = -1;
        int kept = 0;
        int before = 0;  // class of the mark kept last behind the starter, -1 directly behind it
        for (int i = 0; i < codePoints.Count; i++)
        {
            int codePoint = codePoints[i];
            int own = ClassOf(codePoint);
            if (starter >= 0 && before < own && Pair(codePoints[starter], codePoint) is > 0 and int pair)
            {
                codePoints[starter] = pair;
                continue;
            }
            if (own == 0) starter = kept;
            before = own == 0 ? -1 : own;
            codePoints[kept++] = codePoint;
        }
        codePoints.RemoveRange(kept, codePoints.Count - kept);
    }

    /// <summary>What two code points make, or 0.</summary>
    private static int Pair(int first, int second) => Hangul.Compose(first, second) is > 0 and int syllable
        ? syllable
        : Pairs.Value.GetValueOrDefault((first, second));

    private static int ClassOf(int codePoint) =>
        codePoint < 0x300 ? 0 : UnicodeTables.Shared.CombiningClasses.GetValueOrDefault(codePoint);

    private static Dictionary<(int, int), int> MakePairs()
    {
        var pairs = new Dictionary<(int, int), int>();
        foreach ((int codePoint, int[] parts) in UnicodeTables.Shared.Canonical)
        {
            if (parts.Length == 2 && !UnicodeTables.Shared.Uncomposed.Contains(codePoint)) pairs.Add((parts[0], parts[1]), codePoint);
        }
        return pairs;
    }
}
