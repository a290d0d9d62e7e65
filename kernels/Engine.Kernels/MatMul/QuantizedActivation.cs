using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Activations as <see cref="IntegerArithmetic"/> has them: per token and 32 columns codes, their scale and their sums. The buffer
/// grows to the largest batch.
/// </summary>
/// <param name="codeBytes">1 for codes of 8 bits, 2 for 16.</param>
internal sealed unsafe class QuantizedActivation(int codeBytes) : IDisposable
{
    // Fewer values are done before the pool has woken up.
    private const int MinValuesForPool = 8192;

    private NativeBuffer? _buffer;
    private nint _tileBytes;

    /// <summary>Some of the rows that were quantized.</summary>
    public QuantizedRows Rows(RowRange range) =>
        new(_buffer!.Pointer + range.FirstTile * _tileBytes, _tileBytes, TokenTile.TokenBytes(codeBytes), range.Count);

    /// <summary>Quantizes rows of an input whose columns are a multiple of 32.</summary>
    /// <param name="input">The input.</param>
    /// <param name="ranges">Which rows.</param>
    /// <param name="pool">The threads.</param>
    public void Set(Activation input, RowRanges ranges, WorkerPool pool)
    {
        _tileBytes = (nint)input.Columns / TokenTile.Columns * TokenTile.TokenBytes(codeBytes) * TokenTile.Tokens;
        long bytes = ranges.Tiles * _tileBytes;
        if (_buffer is null || _buffer.Length < bytes)
        {
            _buffer?.Dispose();
            _buffer = new NativeBuffer(bytes);
        }
        var job = new Job(this, codeBytes, input, ranges);
        if (ranges.Tiles > 1 && (long)ranges.Rows * input.Columns >= MinValuesForPool) pool.Run(ref job, ranges.Tiles);
        else for (int tile = 0; tile < ranges.Tiles; tile++) job.Execute(tile, 0);
    }

    public void Dispose() => _buffer?.Dispose();

    private readonly struct Job(QuantizedActivation target, int codeBytes, Activation input, RowRanges ranges) : IWorkerJob
    {
        public void Execute(int index, int worker)
        {
            RowRange range = ranges.Of(index);
            QuantizedRows rows = target.Rows(range);
            int tile = index - range.FirstTile, first = range.First + tile * TokenTile.Tokens;
            int tokens = rows.TileTokens(tile), stepBytes = TokenTile.TokenBytes(codeBytes) * tokens;
            byte* step = rows.Tile(tile, 0);
            for (int column = 0; column < input.Columns; column += TokenTile.Columns, step += stepBytes)
                for (int token = 0; token < tokens; token++)
                {
                    float* values = input.Pointer + (long)(first + token) * input.Stride + column;
                    Quantize(values, codeBytes, step, tokens, token);
                }
        }
    }

    /// <summary>32 values of a token, as <see cref="IntegerArithmetic"/> says.</summary>
    private static void Quantize(float* values, int codeBytes, byte* step, int tokens, int token)
    {
        Vector256<float> v0 = Vector256.Load(values), v1 = Vector256.Load(values + 8);
        Vector256<float> v2 = Vector256.Load(values + 16), v3 = Vector256.Load(values + 24);
        // Magnitudes in the order of their bits: infinity is above every number and NaN above infinity.
        Vector256<int> magnitude = Vector256.Create(int.MaxValue);
        Vector256<int> largest = Vector256.Max(
            Vector256.Max(v0.AsInt32() & magnitude, v1.AsInt32() & magnitude),
            Vector256.Max(v2.AsInt32() & magnitude, v3.AsInt32() & magnitude));
        float max = BitConverter.Int32BitsToSingle(LargestLane(largest));

        float scale = IntegerArithmetic.ActivationScale(max, IntegerArithmetic.LargestCode(codeBytes), out float inverse);
        Vector256<float> factor = Vector256.Create(inverse);
        Vector256<float> keep = Vector256.GreaterThan(factor, default);
        Vector256<int> c0 = Round(v0, factor, keep), c1 = Round(v1, factor, keep);
        Vector256<int> c2 = Round(v2, factor, keep), c3 = Round(v3, factor, keep);
        byte* target = step + TokenTile.WordAt(tokens, 0, token);
        nint stride = TokenTile.WordAt(tokens, 1, 0);
        if (codeBytes == 1)
        {
            StoreWords(Vector256.Narrow(Vector256.Narrow(c0, c1), Vector256.Narrow(c2, c3)).AsInt32(), target, stride);
        }
        else
        {
            StoreWords(Pairs(c0, c1), target, stride);
            StoreWords(Pairs(c2, c3), target + 8 * stride, stride);
        }

        int lowSum = Vector256.Sum(c0 + c1), highSum = Vector256.Sum(c2 + c3);
        *(float*)(step + TokenTile.ScaleAt(codeBytes, tokens, token)) = scale;
        *(float*)(step + TokenTile.ScaledSumAt(codeBytes, tokens, token)) = scale * (lowSum + highSum);
        *(int*)(step + TokenTile.SumsAt(codeBytes, tokens, token)) = (lowSum & 0xFFFF) | (highSum << 16);
        *(float*)(step + TokenTile.ScaledHalfSumAt(codeBytes, tokens, token, 0)) = scale * lowSum;
        *(float*)(step + TokenTile.ScaledHalfSumAt(codeBytes, tokens, token, 1)) = scale * highSum;
    }

    /// <summary>16 codes of 16 bits, paired as a <see cref="TokenTile"/> wants them: columns 0 and 2 of a quad, then 1 and 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pairs(Vector256<int> low, Vector256<int> high) =>
        Vector256.Create(Pairs(low), Pairs(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Pairs(Vector256<int> codes)
    {
        Vector256<int> partners = Vector256.Shuffle(codes, Vector256.Create(2, 3, 2, 3, 6, 7, 6, 7));
        Vector256<int> words = (codes & Vector256.Create(0xFFFF)) | (partners << 16);
        return Vector256.Shuffle(words, Vector256.Create(0, 1, 4, 5, 0, 1, 4, 5)).GetLower();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreWords(Vector256<int> words, byte* target, nint stride)
    {
        int* source = (int*)&words;
        for (int* end = source + 8; source < end; source += 2, target += 2 * stride)
        {
            *(int*)target = source[0];
            *(int*)(target + stride) = source[1];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> values, Vector256<float> factor, Vector256<float> keep) =>
        Vector256.ConvertToInt32Native(Vector256.Round(values * factor) & keep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LargestLane(Vector256<int> lanes)
    {
        Vector128<int> four = Vector128.Max(lanes.GetLower(), lanes.GetUpper());
        Vector128<int> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(two[0], two[1]);
    }
}
