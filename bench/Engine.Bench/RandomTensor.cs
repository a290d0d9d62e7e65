using Engine.Formats;

namespace Engine.Bench;

/// <summary>A tensor of random codes with scales of moderate size.</summary>
internal sealed class RandomTensor : ITensorData
{
    private readonly byte[] _bytes;

    public RandomTensor(QuantType type, int rows, int columns)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        _bytes = new byte[rows * info.RowBytes(columns)];
        new Random(1).NextBytes(_bytes);
        // Exponents of all ones would be infinities, and of all zeros subnormal, which takes longer; bits 6 and 5 of an odd byte are the
        // topmost exponent bits of every 16-bit float.
        for (int i = 0; i < _bytes.Length; i++) _bytes[i] = (byte)((_bytes[i] & 0xBF) | 0x20);
        // A whole byte of exponent makes products subnormal.
        if (type == QuantType.MXFP4)
            for (int i = 0; i < _bytes.Length; i += info.BlockBytes) _bytes[i] = (byte)(120 + _bytes[i] % 8);
        Name = info.Name;
    }

    public string File => "memory";
    public string Name { get; }
    public long ByteLength => _bytes.Length;
    public nint Address => 0;

    public void Read(long offset, Span<byte> destination) => _bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
}
