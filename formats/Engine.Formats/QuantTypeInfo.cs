using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Formats.Blocks;

namespace Engine.Formats;

/// <summary>What is known of a storage type: its names, its sizes, and what its bytes mean. Immutable; one instance per type.</summary>
public sealed class QuantTypeInfo
{
    private readonly Decoder? _decode;
    private readonly Validator? _firstInvalid;
    private readonly Encoder? _encode;

    private QuantTypeInfo(
        QuantType type, int elements, int bytes, Decoder? decode = null, Validator? firstInvalid = null, Encoder? encode = null)
    {
        Type = type;
        Name = type.ToString();
        BlockElements = elements;
        BlockBytes = bytes;
        _decode = decode;
        _firstInvalid = firstInvalid;
        _encode = encode;
    }

    private delegate void Decoder(ReadOnlySpan<byte> blocks, Span<float> values);

    private delegate void Encoder(ReadOnlySpan<float> values, Span<byte> blocks);

    private delegate int Validator(ReadOnlySpan<byte> blocks);

    /// <summary>The type's id.</summary>
    public QuantType Type { get; }

    /// <summary>The type's name as GGML's enumeration spells it ("Q4_K").</summary>
    public string Name { get; }

    /// <summary>Values per block; 1 for plain numbers.</summary>
    public int BlockElements { get; }

    /// <summary>Bytes per block.</summary>
    public int BlockBytes { get; }

    /// <summary>Whether a block holds more than one value under shared scales.</summary>
    public bool IsQuantized => BlockElements > 1;

    /// <summary>Whether weights are stored as plain floats of at most 32 bits: F32, F16, BF16.</summary>
    public bool IsFloatWeight => CanDecode && !IsQuantized;

    /// <summary>Whether <see cref="Decode"/> works: true for every type of weights, false for plain integers and F64.</summary>
    public bool CanDecode => _decode is not null;

    /// <summary>Whether <see cref="Encode"/> works.</summary>
    public bool CanEncode => _encode is not null;

    /// <summary>Bytes of a row.</summary>
    /// <param name="columns">Values in the row: 0 or more, a multiple of <see cref="BlockElements"/>.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="columns"/> is negative, no multiple of the block, or too large for the bytes to be counted in a long.
    /// </exception>
    public long RowBytes(long columns)
    {
        if (columns < 0 || columns % BlockElements != 0)
        {
            throw new ArgumentException(
                $"A row of {columns} values is no whole number of {Name} blocks ({BlockElements} values each).", nameof(columns));
        }
        long blocks = columns / BlockElements;
        if (blocks > long.MaxValue / BlockBytes)
            throw new ArgumentException($"A row of {columns} values of {Name} is too long.", nameof(columns));
        return blocks * BlockBytes;
    }

    /// <summary>Decodes whole blocks by the reference, to the bit what GGML's scalar decoder gives.</summary>
    /// <param name="blocks">Any number of blocks.</param>
    /// <param name="values">Room for exactly their values, in order.</param>
    /// <exception cref="ArgumentException">The bytes are no whole number of blocks, or the lengths do not belong together.</exception>
    /// <exception cref="NotSupportedException">The type does not hold weights (<see cref="CanDecode"/> is false).</exception>
    public void Decode(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        if (_decode is null) throw new NotSupportedException($"{Name} holds plain numbers that are not weights; it has no decoder.");
        CheckLengths(blocks, values);
        _decode(blocks, values);
    }

    /// <summary>Quantizes to whole blocks (plain rounding, no importance), to the bit what GGML's reference gives.</summary>
    /// <param name="values">Finite numbers that fill whole blocks.</param>
    /// <param name="blocks">Room for exactly their blocks.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
    /// <exception cref="NotSupportedException">There is no encoder for the type (<see cref="CanEncode"/> is false).</exception>
    public void Encode(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        if (_encode is null) throw new NotSupportedException($"There is no encoder for {Name}.");
        CheckLengths(blocks, values);
        _encode(values, blocks);
    }

    /// <summary>
    /// Index of the first block with a scale (of a float type: the first value) that is infinite or NaN, or -1. Reads at about memory
    /// speed. Integers have none; nor has NVFP4, whose every scale code means a number in GGUF.
    /// </summary>
    /// <param name="blocks">Any number of blocks.</param>
    /// <exception cref="ArgumentException">The bytes are no whole number of blocks.</exception>
    public int FirstInvalidBlock(ReadOnlySpan<byte> blocks)
    {
        CheckWhole(blocks);
        return _firstInvalid is null ? -1 : _firstInvalid(blocks);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The info of a block type.</summary>
    /// <param name="bytes">The size that the format's definition states; the struct must have it.</param>
    internal static QuantTypeInfo Of<TBlock>(int bytes)
        where TBlock : unmanaged, IBlock<TBlock>
        => Of<TBlock>(bytes, encode: null);

    /// <summary>The info of a block type that has an encoder.</summary>
    /// <param name="bytes">The size that the format's definition states; the struct must have it.</param>
    internal static QuantTypeInfo OfEncodable<TBlock>(int bytes)
        where TBlock : unmanaged, IEncodableBlock<TBlock>
        => Of<TBlock>(bytes, (values, blocks) => TBlock.EncodeAll(values, MemoryMarshal.Cast<byte, TBlock>(blocks)));

    /// <summary>The info of plain numbers that are not weights.</summary>
    internal static QuantTypeInfo Plain(QuantType type, int bytes) => new(type, 1, bytes);

    private static QuantTypeInfo Of<TBlock>(int bytes, Encoder? encode)
        where TBlock : unmanaged, IBlock<TBlock>
    {
        if (Unsafe.SizeOf<TBlock>() != bytes)
            throw new InvalidOperationException($"{typeof(TBlock)} has {Unsafe.SizeOf<TBlock>()} bytes instead of {bytes}.");
        return new QuantTypeInfo(
            TBlock.Type,
            TBlock.Elements,
            bytes,
            (blocks, values) => TBlock.DecodeAll(MemoryMarshal.Cast<byte, TBlock>(blocks), values),
            blocks => TBlock.FirstInvalid(MemoryMarshal.Cast<byte, TBlock>(blocks)),
            encode);
    }

    private void CheckLengths(ReadOnlySpan<byte> blocks, ReadOnlySpan<float> values)
    {
        CheckWhole(blocks);
        long count = (long)blocks.Length / BlockBytes * BlockElements;
        if (count != values.Length)
            throw new ArgumentException($"{blocks.Length} bytes of {Name} are {count} values, not {values.Length}.", nameof(values));
    }

    private void CheckWhole(ReadOnlySpan<byte> blocks)
    {
        if (blocks.Length % BlockBytes != 0)
        {
            throw new ArgumentException(
                $"{blocks.Length} bytes are no whole number of {Name} blocks ({BlockBytes} bytes each).", nameof(blocks));
        }
    }
}
