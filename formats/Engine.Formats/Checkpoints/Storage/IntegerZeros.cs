namespace Engine.Formats.Checkpoints.Storage;

/// <summary>Zero points that are integers.</summary>
/// <param name="integers">The integers, a row for each output.</param>
/// <param name="groups">Zero points of a row.</param>
internal sealed class IntegerZeros(IntegerTable integers, int groups) : FloatTable
{
    public override void Read(int first, int count, Span<float> values)
    {
        var codes = new byte[count * groups];
        integers.Read(first, count, codes);
        for (int i = 0; i < codes.Length; i++) values[i] = codes[i];
    }
}
