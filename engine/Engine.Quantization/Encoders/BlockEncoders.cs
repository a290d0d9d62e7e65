using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;
using Engine.Formats.Numerics;

namespace Engine.Quantization.Encoders;

/// <summary>What the encoders of 32-weight blocks share: eight blocks are searched at once, the last of a row perhaps fewer.</summary>
/// <typeparam name="TBlock">The block.</typeparam>
internal abstract class BlockEncoder<TBlock>() : RowEncoder(QuantTypes.Get(TBlock.Type))
    where TBlock : unmanaged, IBlock<TBlock>
{
    private const int BlockSize = 32;
    private const int MostBytes = EightGroups.Lanes * BlockSize;

    private readonly byte[] _codes = new byte[MostBytes];
    private float[] _weights = [];

    /// <summary>The eight blocks.</summary>
    protected EightGroups Groups { get; } = new(BlockSize);

    /// <inheritdoc/>
    private protected override void EncodeRow(ReadOnlySpan<float> row, ReadOnlySpan<float> importance, Span<byte> blocks)
    {
        if (_weights.Length < row.Length) _weights = new float[row.Length];
        WeightRule.Fill(TBlock.Type, row, importance, _weights.AsSpan(0, row.Length));
        Span<TBlock> typed = MemoryMarshal.Cast<byte, TBlock>(blocks);
        for (int start = 0; start < typed.Length; start += EightGroups.Lanes)
        {
            int count = Math.Min(EightGroups.Lanes, typed.Length - start);
            Groups.Load(row.Slice(start * BlockSize, count * BlockSize), _weights.AsSpan(start * BlockSize, count * BlockSize), 1);
            Encode(typed.Slice(start, count), _codes.AsSpan(0, count * BlockSize));
        }
    }

    /// <summary>Encodes the blocks that are loaded.</summary>
    /// <param name="blocks">Receives up to eight blocks.</param>
    /// <param name="codes">Room for their codes.</param>
    protected abstract void Encode(Span<TBlock> blocks, Span<byte> codes);

    /// <summary>The codes of one block.</summary>
    protected static ReadOnlySpan<byte> CodesOf(ReadOnlySpan<byte> codes, int block) => codes.Slice(block * BlockSize, BlockSize);
}

/// <summary>Q4_0, Q5_0, Q8_0 and IQ4_NL.</summary>
internal sealed class ScaledBlockEncoder<TBlock, TCodes> : BlockEncoder<TBlock>
    where TBlock : unmanaged, IScaledBlock<TBlock>
    where TCodes : struct, ICodes
{
    private readonly SymmetricGroups<TCodes> _search;
    private readonly SearchEffort _effort;
    private readonly float[] _steps;

    /// <summary>Makes an encoder.</summary>
    /// <param name="codes">The type's levels.</param>
    /// <param name="steps">For <see cref="SymmetricGroups{TCodes}.Fit"/>.</param>
    /// <param name="effort">How long to search.</param>
    public ScaledBlockEncoder(TCodes codes, float[] steps, SearchEffort effort)
    {
        _search = new SymmetricGroups<TCodes>(Groups, codes);
        _effort = effort;
        _steps = steps;
    }

    /// <inheritdoc/>
    protected override void Encode(Span<TBlock> blocks, Span<byte> codes)
    {
        _search.Fit(_steps, _effort.Rounds);
        // Where the codes are exact the search cannot tell one scale from another, but their roundings differ.
        Vector256<float> scale = Grid.Half(_search.Scale), plain = Grid.Half(_search.Extreme / TBlock.LowestCode);
        _search.Errors(scale, plain, out Vector256<float> error, out Vector256<float> plainError);
        scale = Vector256.ConditionalSelect(Vector256.LessThanOrEqual(plainError, error), plain, scale);
        _search.WriteCodes(scale, codes);
        for (int i = 0; i < blocks.Length; i++) blocks[i] = TBlock.Pack(Fp16.FromSingle(scale[i]), CodesOf(codes, i));
    }
}

/// <summary>Q4_1 and Q5_1.</summary>
internal sealed class OffsetBlockEncoder<TBlock> : BlockEncoder<TBlock>
    where TBlock : unmanaged, IOffsetBlock<TBlock>
{
    private readonly AffineGroups _search;
    private readonly SearchEffort _effort;
    private readonly float[] _steps;

    /// <summary>Makes an encoder.</summary>
    public OffsetBlockEncoder(SearchEffort effort)
    {
        _search = new AffineGroups(Groups, TBlock.HighestCode, isFree: true);
        _effort = effort;
        _steps = effort.FineAffineSteps();
    }

    /// <inheritdoc/>
    protected override void Encode(Span<TBlock> blocks, Span<byte> codes)
    {
        _search.Fit(_steps, _effort.Rounds);
        Vector256<float> scale = Grid.Half(_search.Scale), minimum = Grid.Half(_search.Minimum);
        _search.WriteCodes(scale, minimum, codes);
        for (int i = 0; i < blocks.Length; i++)
            blocks[i] = TBlock.Pack(Fp16.FromSingle(scale[i]), Fp16.FromSingle(-minimum[i]), CodesOf(codes, i));
    }
}
