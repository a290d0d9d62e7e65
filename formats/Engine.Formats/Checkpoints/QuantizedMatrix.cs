using System.Runtime.InteropServices;
using Engine.Formats.Blocks;
using Engine.Formats.Checkpoints.Integers;
using Engine.Formats.Checkpoints.Storage;

namespace Engine.Formats.Checkpoints;

/// <summary>
/// The weights of one module of a quantized checkpoint, W[rows, columns], whatever its format: a code for each weight on a grid of
/// levels, and for each row and group of columns a scale and, in some formats, a zero point or an offset. <see cref="ReadCodes"/>,
/// <see cref="ReadScales"/> and <see cref="ReadCenters"/> give these as the file has them; <see cref="DecodeRows"/> the weights, rounded
/// where the format's own tool rounds. Safe to read from many threads at once.
/// </summary>
public sealed class QuantizedMatrix : IWeightSource
{
    private readonly IntegerTable _codes;
    private readonly FloatTable _scales;
    private readonly FloatTable? _centers;

    internal QuantizedMatrix(
        string file, string name, int rows, int columns, IntegerTable codes, FloatTable scales, FloatTable? centers = null)
    {
        (File, Name, Rows, Columns) = (file, name, rows, columns);
        (_codes, _scales, _centers) = (codes, scales, centers);
    }

    /// <inheritdoc/>
    public string File { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <summary>What the codes stand for.</summary>
    public required CodeGrid Grid { get; init; }

    /// <summary>Which columns share a scale.</summary>
    public required ColumnGroups Groups { get; init; }

    /// <summary>What <see cref="ReadCenters"/> gives.</summary>
    public CenterKind Center { get; init; }

    /// <summary>The type in which differences and products are rounded.</summary>
    public required ComputeType Compute { get; init; }

    /// <summary>A last factor for all weights, applied in F32: 1 but for LLM.int8(), whose scales are 127 times as large.</summary>
    public float Factor { get; init; } = 1;

    /// <summary>How the checkpoint asks for the inputs to be quantized; null where it does not.</summary>
    public ActivationQuantization? Activations { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyList<string> Tensors { get; init; }

    /// <inheritdoc/>
    public QuantType ValueType => Compute.ToQuantType();

    /// <summary>Reads the codes of consecutive rows, one byte each.</summary>
    /// <param name="first">0 to <see cref="Rows"/> - 1.</param>
    /// <param name="codes">Whole rows of <see cref="Columns"/> codes.</param>
    /// <exception cref="ArgumentException">Rows that do not exist, or a part of a row.</exception>
    /// <exception cref="ModelFormatException">The file has become shorter, or holds a code outside its range.</exception>
    public void ReadCodes(int first, Span<byte> codes)
    {
        int count = CountRows(first, codes.Length, Columns);
        if (count > 0) _codes.Read(first, count, codes);
    }

    /// <summary>Reads the scales of consecutive rows.</summary>
    /// <param name="first">0 to <see cref="Rows"/> - 1.</param>
    /// <param name="scales">Whole rows of <see cref="ColumnGroups.Count"/> numbers.</param>
    /// <exception cref="ArgumentException">Rows that do not exist, or a part of a row.</exception>
    /// <exception cref="ModelFormatException">A scale is infinite or NaN, or the file has become shorter.</exception>
    public void ReadScales(int first, Span<float> scales) => Read(_scales, "scale", first, scales);

    /// <summary>Reads the zero points or offsets of consecutive rows, by <see cref="Center"/>.</summary>
    /// <param name="first">0 to <see cref="Rows"/> - 1.</param>
    /// <param name="centers">Whole rows of <see cref="ColumnGroups.Count"/> numbers.</param>
    /// <exception cref="InvalidOperationException">The matrix has none.</exception>
    /// <exception cref="ArgumentException">Rows that do not exist, or a part of a row.</exception>
    /// <exception cref="ModelFormatException">One is infinite or NaN, or the file has become shorter.</exception>
    public void ReadCenters(int first, Span<float> centers)
    {
        FloatTable table = _centers ?? throw new InvalidOperationException($"{Name} has no zero points.");
        Read(table, Center == CenterKind.Offset ? "offset" : "zero point", first, centers);
    }

    /// <inheritdoc/>
    public void DecodeRows(int first, Span<float> values)
    {
        int count = CountRows(first, values.Length, Columns);
        if (count == 0) return;
        var codes = new byte[values.Length];
        var scales = new float[count * Groups.Count];
        float[] centers = _centers is null ? [] : new float[count * Groups.Count];
        ReadCodes(first, codes);
        ReadScales(first, scales);
        if (_centers is not null) ReadCenters(first, centers);

        for (int row = 0; row < count; row++)
        {
            int firstGroup = row * Groups.Count;
            for (int column = 0; column < Columns; column++)
            {
                int group = firstGroup + Groups.Of(column);
                int at = row * Columns + column;
                values[at] = Weight(Grid.Levels[codes[at]], scales[group], _centers is null ? 0 : centers[group]);
            }
        }
        int bad = FirstNonFinite(values);
        if (bad >= 0) throw NotFinite("weight", $"column {bad % Columns}", first + bad / Columns, values[bad]);
    }

    /// <inheritdoc/>
    public IBlockRows? AsBlocks() => BlockFit.Find(this);

    // The difference of a level and an integral zero point is exact in every compute type; only HQQ's zero points make it round.
    private float Weight(float level, float scale, float center) => Factor * Compute.Round(Center switch
    {
        CenterKind.ZeroPoint => Compute.Round(level - center) * scale,
        CenterKind.Offset => level * scale + center,
        _ => level * scale,
    });

    private void Read(FloatTable table, string what, int first, Span<float> values)
    {
        int count = CountRows(first, values.Length, Groups.Count);
        if (count == 0) return;
        table.Read(first, count, values);
        int bad = FirstNonFinite(values);
        if (bad >= 0) throw NotFinite(what, $"group {bad % Groups.Count}", first + bad / Groups.Count, values[bad]);
    }

    private int CountRows(int first, int length, int width)
    {
        (int count, int rest) = Math.DivRem(length, width);
        if (rest != 0) throw new ArgumentException($"{length} elements are no whole rows of {width}.");
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Rows - count);
        return count;
    }

    private static int FirstNonFinite(ReadOnlySpan<float> values) =>
        FiniteScan.FirstNonFinite(MemoryMarshal.Cast<float, uint>(values), 0x7F800000u);

    private ModelFormatException NotFinite(string what, string where, int row, float value) =>
        new(File, Name, FormattableString.Invariant($"the {what} {value} in row {row}, {where}"), "a finite number");
}
