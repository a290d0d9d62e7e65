using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Safetensors;
using Engine.Quantization.Grids;
using Engine.Testing;
using Xunit;

namespace Engine.Quantization.Tests.Grids;

/// <summary>Against ggml's own quantizer, on the rows of ENGINE_SHARED (fixtures/ggml/README.md), zeros and spikes included.</summary>
public class GridFixtureTests
{
    private const string Fixture = "fixtures/ggml/types.safetensors";
    private const int Rows = 10;

    /// <summary>Types that ggml encodes without an importance matrix too.</summary>
    public static TheoryData<QuantType> Plain => [QuantType.IQ1_M, QuantType.IQ2_S, QuantType.IQ3_XXS, QuantType.IQ3_S];

    [Theory]
    [MemberData(nameof(Plain))]
    public void Without_importance_no_row_has_a_larger_error_than_ggml_leaves(QuantType type) => Compare(type, "bytes", []);

    [Theory]
    [MemberData(nameof(GridEncoderTests.Types), MemberType = typeof(GridEncoderTests))]
    public void With_importance_no_row_has_a_larger_error_than_ggml_leaves(QuantType type)
        => Compare(type, "bytes_imatrix", Floats("imatrix"));

    private static void Compare(QuantType type, string bytes, float[] importance)
    {
        float[] source = Floats("src");
        byte[] theirs = Bytes($"{type}.{bytes}");
        int columns = source.Length / Rows, rowBytes = theirs.Length / Rows;
        GridEncoder encoder = GridEncoder.Make(type);
        byte[] ours = new byte[rowBytes];
        double logarithms = 0;
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<float> values = source.AsSpan(row * columns, columns);
            encoder.Encode(values, importance, ours);
            double our = Error(type, values, importance, ours);
            double their = Error(type, values, importance, theirs.AsSpan(row * rowBytes, rowBytes));
            TestContext.Current.TestOutputHelper?.WriteLine($"{type} row {row}: {our:g6} / {their:g6} = {our / their:f4}");
            Assert.True(our <= their, $"{type} row {row}: {our} > {their}");
            if (row < 6) logarithms += Math.Log(our / their);
        }
        // Rows of a real model are well below.
        Assert.InRange(Math.Exp(logarithms / 6), 0, 0.9);
    }

    private static double Error(QuantType type, ReadOnlySpan<float> values, ReadOnlySpan<float> importance, ReadOnlySpan<byte> blocks)
    {
        float[] decoded = new float[values.Length], weights = new float[256];
        QuantTypes.Get(type).Decode(blocks, decoded);
        double sum = 0;
        for (int start = 0; start < values.Length; start += 256)
        {
            ReadOnlySpan<float> counted = importance.IsEmpty ? importance : importance.Slice(start, 256);
            GridEncoder.FillWeights(type, values.Slice(start, 256), counted, weights);
            for (int i = 0; i < 256; i++) sum += weights[i] * Math.Pow((double)decoded[start + i] - values[start + i], 2);
        }
        return sum;
    }

    private static float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(Bytes(name)).ToArray();

    private static byte[] Bytes(string name)
    {
        using SafetensorsFile file = SafetensorsFile.Open(SharedFiles.Require(Fixture));
        SafetensorsTensor tensor = file.GetTensor(name);
        byte[] bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        return bytes;
    }
}
