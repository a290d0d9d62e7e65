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

    public static TheoryData<QuantType> Searched =>
    [
        QuantType.Q4_0, QuantType.Q4_1, QuantType.Q5_0, QuantType.Q5_1, QuantType.Q8_0,
        QuantType.Q2_K, QuantType.Q3_K, QuantType.Q4_K, QuantType.Q5_K, QuantType.Q6_K,
    ];

    [Theory]
    [MemberData(nameof(Searched))]
    public void Without_importance_no_row_has_a_larger_error_than_ggml_leaves(QuantType type) => Compare(type, "bytes", []);

    [Theory]
    [MemberData(nameof(Searched))]
    public void With_importance_no_row_has_a_larger_error_than_ggml_leaves(QuantType type)
        => Compare(type, "bytes_imatrix", Floats("imatrix"));

    private static void Compare(QuantType type, string bytes, float[] importance)
    {
        float[] source = Floats("src");
        byte[] theirs = Bytes($"{type}.{bytes}");
        const int rows = 10;
        int columns = source.Length / rows, rowBytes = theirs.Length / rows;
        RowEncoder encoder = RowEncoders.Make(type);
        var larger = new List<string>();
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> values = source.AsSpan(row * columns, columns);
            byte[] ours = new byte[rowBytes];
            encoder.Encode(values, importance, ours);
            double our = WeightedError.Of(type, values, importance, ours);
            double their = WeightedError.Of(type, values, importance, theirs.AsSpan(row * rowBytes, rowBytes));
            TestContext.Current.TestOutputHelper?.WriteLine($"{type} row {row}: {our:g6} / {their:g6} = {our / their:f4}");
            if (!(our <= their)) larger.Add($"{type} row {row}: {our} > {their}");
        }
        Assert.Empty(larger);
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
