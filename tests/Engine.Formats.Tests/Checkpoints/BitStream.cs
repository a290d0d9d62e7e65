namespace Engine.Formats.Tests.Checkpoints;

/// <summary>Packs integers bit by bit, as a description of the layouts that shares nothing with the readers.</summary>
internal static class BitStream
{
    /// <summary>A stream of bits from the lowest of the first word on.</summary>
    public static int[] Pack(IEnumerable<int> codes, int bits)
    {
        var stream = new List<bool>();
        foreach (int code in codes)
        {
            for (int bit = 0; bit < bits; bit++) stream.Add((code >> bit & 1) != 0);
        }
        while (stream.Count % 32 != 0) stream.Add(false);
        var words = new int[stream.Count / 32];
        for (int i = 0; i < stream.Count; i++)
        {
            if (stream[i]) words[i / 32] |= 1 << (i % 32);
        }
        return words;
    }

    /// <summary>Packs each column of a matrix [rows, columns]; the words' matrix is [words, columns].</summary>
    public static int[] PackColumns(int[,] codes, int bits)
    {
        int rows = codes.GetLength(0), columns = codes.GetLength(1);
        int[][] packed =
            [.. Enumerable.Range(0, columns).Select(c => Pack(Enumerable.Range(0, rows).Select(r => codes[r, c]), bits))];
        return [.. Enumerable.Range(0, packed[0].Length).SelectMany(word => packed.Select(column => column[word]))];
    }

    /// <summary>Packs each row of a matrix.</summary>
    public static int[] PackRows(int[,] codes, int bits)
    {
        int rows = codes.GetLength(0), columns = codes.GetLength(1);
        return [.. Enumerable.Range(0, rows).SelectMany(r => Pack(Enumerable.Range(0, columns).Select(c => codes[r, c]), bits))];
    }

    public static int[,] RandomCodes(Random random, int rows, int columns, int count)
    {
        var codes = new int[rows, columns];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                codes[r, c] = random.Next(count);
        return codes;
    }

    /// <summary>Numbers that F16 holds exactly, of both signs, none of them zero.</summary>
    public static float[] RandomScales(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(Half)((random.NextSingle() + 0.01f) * (random.Next(4) == 0 ? -0.1f : 0.1f)))];
}
