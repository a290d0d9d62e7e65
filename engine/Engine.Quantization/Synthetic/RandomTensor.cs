using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Numerics;

namespace Engine.Quantization.Synthetic;

/// <summary>
/// A matrix of random weights, made in its type when it is read: every code is as likely as the others, and one scale for all blocks
/// gives the values the wanted size. The same bytes for the same seed, in whatever pieces they are read.
/// </summary>
public sealed class RandomTensor : ITensorData
{
    private const int SampleBlocks = 64;

    private readonly QuantTypeInfo _type;
    private readonly BlockScales? _scales;
    private readonly ulong _seed;
    private readonly double _scale;

    /// <summary>Makes a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">A type of weights.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Values per row, a multiple of the type's block.</param>
    /// <param name="seed">Which random bytes.</param>
    /// <param name="deviation">Root mean square of the values; NaN for 1 / sqrt(columns), which keeps a product's size.</param>
    /// <exception cref="ArgumentException">The type holds no weights, or a row is no whole number of blocks.</exception>
    public RandomTensor(string name, QuantTypeInfo type, long rows, long columns, int seed, double deviation = double.NaN)
    {
        _scales = BlockScales.Of(type.Type);
        if (_scales is null && !type.IsFloatWeight) throw new ArgumentException($"{type.Name} is no type of weights.", nameof(type));
        Name = name;
        ByteLength = checked(rows * type.RowBytes(columns));
        _type = type;
        _seed = (ulong)seed;
        double wanted = double.IsNaN(deviation) ? 1 / Math.Sqrt(columns) : deviation;
        _scale = _scales is null ? wanted : wanted / SampledDeviation();
    }

    /// <inheritdoc/>
    public string File => "synthetic";

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long ByteLength { get; }

    /// <summary>0: the bytes are nowhere until they are read.</summary>
    public nint Address => 0;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, ByteLength - destination.Length);
        // Floats are made two words at a time.
        int size = _scales is null ? sizeof(ulong) : _type.BlockBytes;
        Span<byte> whole = stackalloc byte[size];
        while (!destination.IsEmpty)
        {
            long index = Math.DivRem(offset, size, out long start);
            if (start == 0 && destination.Length >= size)
            {
                Make(index, destination[..size], _scale);
                offset += size;
                destination = destination[size..];
                continue;
            }
            Make(index, whole, _scale);
            int count = (int)Math.Min(size - start, destination.Length);
            whole.Slice((int)start, count).CopyTo(destination);
            offset += count;
            destination = destination[count..];
        }
    }

    // SplitMix64 (Steele, Lea, Flood 2014) of a counter.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    private void Make(long index, Span<byte> bytes, double scale)
    {
        const ulong Golden = 0x9E3779B97F4A7C15;
        ulong state = Mix(_seed + Golden) + (ulong)index * 0xD1342543DE82EF95;
        Span<byte> rest = bytes;
        while (rest.Length >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, Mix(state += Golden));
            rest = rest[sizeof(ulong)..];
        }
        for (ulong last = Mix(state + Golden); !rest.IsEmpty; rest = rest[1..], last >>= 8) rest[0] = (byte)last;
        if (_scales is null) MakeFloats(bytes, scale);
        else SetScales(bytes, scale);
    }

    // Evenly distributed from -a to a, where a² / 3 is the variance.
    private void MakeFloats(Span<byte> bytes, double deviation)
    {
        float half = (float)(deviation * Math.Sqrt(3));
        if (_type.BlockBytes == sizeof(float))
        {
            Span<int> words = MemoryMarshal.Cast<byte, int>(bytes);
            Span<float> values = MemoryMarshal.Cast<byte, float>(bytes);
            for (int i = 0; i < words.Length; i++) values[i] = words[i] * (half / (1L << 31));
            return;
        }
        Span<short> shorts = MemoryMarshal.Cast<byte, short>(bytes);
        Span<float> two = stackalloc float[1];
        for (int i = 0; i < shorts.Length; i++)
        {
            two[0] = shorts[i] * (half / (1 << 15));
            _type.Encode(two, bytes.Slice(i * sizeof(short), sizeof(short)));
        }
    }

    private void SetScales(Span<byte> block, double scale)
    {
        if (_scales!.IsTernary)
        {
            foreach (ref byte codes in block) codes &= (byte)~(codes >> 1 & codes & 0x55);
        }
        Span<byte> place = block[_scales.Offset..];
        switch (_scales.Form)
        {
            case ScaleForm.E8M0:
                place[0] = (byte)Math.Clamp(127 + Math.Round(Math.Log2(scale)), 1, 254);
                break;
            case ScaleForm.UE4M3:
                place[..4].Fill(UE4M3.FromSingle((float)scale));
                break;
            case ScaleForm.ScatteredFp16:
                int bits = BitConverter.HalfToUInt16Bits((Half)scale);
                for (int i = 0; i < 4; i++)
                    place[2 * i + 1] = (byte)((place[2 * i + 1] & 0x0F) | ((bits >> (4 * i) & 0xF) << 4));
                break;
            default:
                BinaryPrimitives.WriteHalfLittleEndian(place, (Half)scale);
                if (_scales.SecondOffset >= 0)
                    BinaryPrimitives.WriteHalfLittleEndian(block[_scales.SecondOffset..], (Half)(scale * _scales.SecondFactor));
                break;
        }
    }

    // What the codes are worth at a scale of one.
    private double SampledDeviation()
    {
        byte[] block = new byte[_type.BlockBytes];
        float[] values = new float[_type.BlockElements];
        double squares = 0;
        for (int i = 0; i < SampleBlocks; i++)
        {
            Make(i, block, scale: 1);
            _type.Decode(block, values);
            foreach (float value in values) squares += (double)value * value;
        }
        return Math.Sqrt(squares / SampleBlocks / values.Length);
    }
}
