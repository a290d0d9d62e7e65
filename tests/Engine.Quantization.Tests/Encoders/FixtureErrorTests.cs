using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Safetensors;
using Engine.Quantization.Encoders;
using Engine.Testing;
using Xunit;

namespace Engine.Quantization.Tests.Encoders;

/// <summary>Against ggml's own quantizer, on the rows of ENGINE_SHARED (fixtures/ggml/README.md), zeros and spikes included.</summary>
public class FixtureErrorTests
{
    private const string Fixture = "fixtures/ggml/types.safetensors";

    /// <summary>Types that ggml encodes without an importance matrix too.</summary>
    public static TheoryData<QuantType> Plain =>
    [
        QuantType.Q4_0, QuantType.Q4_1, QuantType.Q5_0, QuantType.Q5_1, QuantType.Q8_0,
        QuantType.Q2_K, QuantType.Q3_K, QuantType.Q4_K, QuantType.Q5_K, QuantType.Q6_K, QuantType.IQ4_NL, QuantType.IQ4_XS,
        QuantType.IQ1_M, QuantType.IQ2_S, QuantType.IQ3_XXS, QuantType.IQ3_S,
    ];

    /// <summary>Types that ggml does not encode without one.</summary>
    public static TheoryData<QuantType> Coarse => [QuantType.IQ1_S, QuantType.IQ2_XXS, QuantType.IQ2_XS];

    [Theory]
    [MemberData(nameof(Plain))]
    public void Without_importance_no_row_has_a_larger_error_than_ggml_leaves(QuantType type) => Compare(type, "bytes", []);

    [Theory]
    [MemberData(nameof(Plain))]
    [MemberData(nameof(Coarse))]
    public void With_importance_no_row_has_a_larger_error_than_ggml_leaves(QuantType type)
        => Compare(type, "bytes_imatrix", Floats("imatrix"));

    /// <summary>On the rows of a real model the points of a grid are found far better than by ggml.</summary>
    [Theory]
    [InlineData(QuantType.IQ1_M)]
    [InlineData(QuantType.IQ1_S)]
    [InlineData(QuantType.IQ2_XXS)]
    [InlineData(QuantType.IQ2_XS)]
    [InlineData(QuantType.IQ2_S)]
    [InlineData(QuantType.IQ3_XXS)]
    [InlineData(QuantType.IQ3_S)]
    public void Grids_are_searched_for_a_tenth_less_error(QuantType type)
    {
        const int realRows = 6;
        IEnumerable<double> ratios = Compare(type, "bytes_imatrix", Floats("imatrix")).Take(realRows);
        Assert.InRange(Math.Exp(ratios.Average(Math.Log)), 0, 0.9);
    }

    private static List<double> Compare(QuantType type, string bytes, float[] importance)
    {
        float[] source = Floats("src");
        byte[] theirs = Bytes($"{type}.{bytes}");
        const int rows = 10;
        int columns = source.Length / rows, rowBytes = theirs.Length / rows;
        RowEncoder encoder = RowEncoders.Make(type);
        var larger = new List<string>();
        var ratios = new List<double>();
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> values = source.AsSpan(row * columns, columns);
            byte[] ours = new byte[rowBytes];
            encoder.Encode(values, importance, ours);
            double our = WeightedError.Of(type, values, importance, ours);
            double their = WeightedError.Of(type, values, importance, theirs.AsSpan(row * rowBytes, rowBytes));
            TestContext.Current.TestOutputHelper?.WriteLine($"{type} row {row}: {our:g6} / {their:g6} = {our / their:f4}");
            ratios.Add(our / their);
            if (!(our <= their)) larger.Add($"{type} row {row}: {our} > {their}");
        }
        Assert.Empty(larger);
        return ratios;
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
