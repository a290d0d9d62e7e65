namespace Engine.Formats.Checkpoints.Storage;

/// <summary>Another table's numbers, each changed in the same way: a scale of scales, an integer's offset.</summary>
/// <param name="table">The other table.</param>
/// <param name="groups">Numbers of a row.</param>
/// <param name="change">What becomes of a number.</param>
internal sealed class MappedTable(FloatTable table, int groups, Func<float, float> change) : FloatTable
{
    public override void Read(int first, int count, Span<float> values)
    {
        table.Read(first, count, values);
        foreach (ref float value in values[..(count * groups)]) value = change(value);
    }
}
