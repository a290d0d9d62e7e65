using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Quantization.Grids;

/// <summary>Encodes rows of weights to IQ1, IQ2 and IQ3. Not for several threads at once: it keeps its scratch memory.</summary>
public abstract class GridEncoder
{
    /// <summary>Makes an encoder.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is none of them.</exception>
    public static GridEncoder Make(QuantType type) => type switch
    {
        QuantType.IQ1_S => new GridEncoder<IQ1_S>(),
        QuantType.IQ1_M => new GridEncoder<IQ1_M>(),
        QuantType.IQ2_XXS => new GridEncoder<IQ2_XXS>(),
        QuantType.IQ2_XS => new GridEncoder<IQ2_XS>(),
        QuantType.IQ2_S => new GridEncoder<IQ2_S>(),
        QuantType.IQ3_XXS => new GridEncoder<IQ3_XXS>(),
        QuantType.IQ3_S => new GridEncoder<IQ3_S>(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No type of grid points."),
    };

    /// <summary>
    /// What the squared error of each weight counts, as llama.cpp has it for the type: the column's importance times
    /// sqrt(sigma^2 + x^2) where that is known, else x^2.
    /// </summary>
    /// <param name="type">A type of grid points.</param>
    /// <param name="values">A super-block.</param>
    /// <param name="importance">As many importances of their columns; empty for none.</param>
    /// <param name="weights">Receives as many weights.</param>
    public static void FillWeights(QuantType type, ReadOnlySpan<float> values, ReadOnlySpan<float> importance, Span<float> weights)
    {
        float squares = 0;
        foreach (float value in values) squares += value * value;
        float sigma2 = squares / values.Length * (type is QuantType.IQ2_XXS or QuantType.IQ2_XS ? 1 : 2);
        float least = type == QuantType.IQ2_S ? sigma2 / 4 : 0;
        for (int i = 0; i < values.Length; i++)
        {
            float square = values[i] * values[i];
            weights[i] = importance.IsEmpty ? least + square : importance[i] * MathF.Sqrt(sigma2 + square);
        }
    }

    /// <summary>Encodes one row.</summary>
    /// <param name="row">Finite numbers, whole super-blocks of 256.</param>
    /// <param name="importance">How much each column counts, finite and at least 0; empty where nothing is known.</param>
    /// <param name="blocks">Receives exactly the row's blocks.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
    public abstract void Encode(ReadOnlySpan<float> row, ReadOnlySpan<float> importance, Span<byte> blocks);
}

/// <inheritdoc/>
internal sealed class GridEncoder<TBlock> : GridEncoder
    where TBlock : unmanaged, IGridBlock<TBlock>
{
    private const int Size = 256;

    // Half precision ends at 2^-24: what is smaller by this much is zero in every type.
    private const float Nothing = 1e-15f;

    private static readonly GridShape Shape = GridShape.Of<TBlock>();

    private readonly GridSearch _search = new(Shape);
    private readonly float[] _weights = new float[Size];

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<float> row, ReadOnlySpan<float> importance, Span<byte> blocks)
    {
        Span<TBlock> typed = MemoryMarshal.Cast<byte, TBlock>(blocks);
        if (row.Length != typed.Length * Size || blocks.Length != QuantTypes.Get(TBlock.Type).RowBytes(row.Length))
            throw new ArgumentException($"{row.Length} values for {blocks.Length} bytes of {TBlock.Type}.", nameof(blocks));
        if (!importance.IsEmpty && importance.Length != row.Length)
            throw new ArgumentException($"{importance.Length} importances for {row.Length} values.", nameof(importance));
        for (int i = 0; i < typed.Length; i++)
            typed[i] = Encode(row.Slice(i * Size, Size), importance.IsEmpty ? importance : importance.Slice(i * Size, Size));
    }

    private TBlock Encode(ReadOnlySpan<float> values, ReadOnlySpan<float> importance)
    {
        float largest = 0;
        foreach (float value in values) largest = MathF.Max(largest, MathF.Abs(value));
        if (largest < Nothing) return default;
        FillWeights(TBlock.Type, values, importance, _weights);
        int count = Size / TBlock.PointSize;
        Span<byte> scales = stackalloc byte[Size / TBlock.GroupSize], signs = stackalloc byte[count];
        Span<ushort> points = stackalloc ushort[count];
        ushort d = _search.Search(values, _weights, MathF.ScaleB(1, -MathF.ILogB(largest)), scales, points, signs);
        return TBlock.Pack(d, scales, points, signs);
    }
}
