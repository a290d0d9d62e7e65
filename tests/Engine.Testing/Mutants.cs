using System.Buffers.Binary;

namespace Engine.Testing;

/// <summary>Damaged copies of a file, the same ones for the same seed.</summary>
public static class Mutants
{
    private static readonly ulong[] Extremes =
    [
        0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 1UL << 31, int.MaxValue, uint.MaxValue, 1UL << 32, 1UL << 40, long.MaxValue, 1UL << 63, ulong.MaxValue,
        ulong.MaxValue - 7, ulong.MaxValue - 31, 1UL << 60, 1UL << 61, 1UL << 62, (ulong)long.MaxValue / 18,
    ];

    /// <summary>The file cut at every length shorter than its own.</summary>
    public static IEnumerable<byte[]> Truncated(byte[] file) => Enumerable.Range(0, file.Length).Select(length => file[..length]);

    /// <summary>Random damage of one to three kinds per copy.</summary>
    /// <param name="file">The valid file.</param>
    /// <param name="seed">Of the random numbers.</param>
    /// <param name="count">How many copies.</param>
    public static IEnumerable<byte[]> Random(byte[] file, int seed, int count)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            byte[] mutant = [.. file];
            for (int damages = random.Next(1, 4); damages > 0 && mutant.Length > 0; damages--) mutant = Damage(mutant, random);
            yield return mutant;
        }
    }

    private static byte[] Damage(byte[] file, Random random)
    {
        int at = random.Next(file.Length);
        int run = Math.Min(file.Length - at, random.Next(1, 33));
        switch (random.Next(8))
        {
            case 0:
                file[at] = (byte)random.Next(256);
                return file;
            case 1:
                file[at] ^= (byte)(1 << random.Next(8));
                return file;
            case 2:
                random.NextBytes(file.AsSpan(at, run));
                return file;
            case 3:
                return [.. file[..at], .. file[(at + run)..]];
            case 4:
                return [.. file[..(at + run)], .. file[at..]];
            case 5:
                byte[] inserted = new byte[run];
                random.NextBytes(inserted);
                return [.. file[..at], .. inserted, .. file[at..]];
            case 6:
                file.AsSpan(random.Next(file.Length - run + 1), run).CopyTo(file.AsSpan(at));
                return file;
            default:
                WriteExtreme(file, random);
                return file;
        }
    }

    private static void WriteExtreme(byte[] file, Random random)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Extremes[random.Next(Extremes.Length)] + (ulong)random.Next(-1, 2));
        int length = Math.Min(random.Next(2) == 0 ? sizeof(uint) : sizeof(ulong), file.Length);
        bytes.AsSpan(0, length).CopyTo(file.AsSpan(random.Next(file.Length - length + 1)));
    }
}
