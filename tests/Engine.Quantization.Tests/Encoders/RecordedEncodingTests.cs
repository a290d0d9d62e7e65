using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Encoders;
using Xunit;

namespace Engine.Quantization.Tests.Encoders;

/// <summary>Beside what llama-quantize made of the same rows: data/encodings.gguf, by data/record-encodings.py.</summary>
public sealed class RecordedEncodingTests : IDisposable
{
    private const int Rows = 5;

    private readonly GgufFile _recorded = GgufFile.Open(Path.Combine(AppContext.BaseDirectory, "data", "encodings.gguf"));

    public static TheoryData<QuantType> Rounded =>
    [
        QuantType.Q1_0, QuantType.Q2_0, QuantType.Q4_0, QuantType.Q4_1, QuantType.Q5_0, QuantType.Q5_1, QuantType.Q8_0, QuantType.TQ1_0,
        QuantType.TQ2_0, QuantType.MXFP4, QuantType.IQ4_NL,
    ];

    public static TheoryData<QuantType> Searched =>
    [
        QuantType.Q2_K, QuantType.Q3_K, QuantType.Q4_K, QuantType.Q5_K, QuantType.Q6_K, QuantType.IQ1_S, QuantType.IQ1_M,
        QuantType.IQ2_XXS, QuantType.IQ2_XS, QuantType.IQ2_S, QuantType.IQ3_XXS, QuantType.IQ3_S, QuantType.IQ4_XS,
    ];

    public void Dispose() => _recorded.Dispose();

    [Theory]
    [MemberData(nameof(Rounded))]
    public void The_reference_of_a_plain_type_is_the_same_to_the_byte(QuantType type)
    {
        float[] source = Values(_recorded.GetTensor("source"));
        byte[] theirs = Bytes($"{type}"), ours = new byte[theirs.Length];
        RowEncoder encoder = RowEncoders.Make(type, reference: true);
        int columns = source.Length / Rows, rowBytes = theirs.Length / Rows;
        for (int row = 0; row < Rows; row++)
            encoder.Encode(source.AsSpan(row * columns, columns), [], ours.AsSpan(row * rowBytes, rowBytes));
        Assert.Equal(theirs, ours);
    }

    [Theory]
    [MemberData(nameof(Searched))]
    public void The_reference_of_a_searched_type_leaves_no_row_a_larger_error(QuantType type)
    {
        float[] importance = Values(_recorded.GetTensor("importance"));
        if (_recorded.TryGetTensor($"{type}", out _)) CompareErrors(RowEncoders.Make(type, reference: true), type, "", []);
        CompareErrors(RowEncoders.Make(type, reference: true), type, ".imatrix", importance);
    }

    [Theory]
    [InlineData(QuantType.Q4_0)]
    [InlineData(QuantType.Q4_1)]
    [InlineData(QuantType.Q5_0)]
    [InlineData(QuantType.Q5_1)]
    [InlineData(QuantType.Q8_0)]
    [InlineData(QuantType.IQ4_NL)]
    public void The_search_leaves_no_row_a_larger_error_where_there_is_importance(QuantType type) =>
        CompareErrors(RowEncoders.Make(type), type, ".imatrix", Values(_recorded.GetTensor("importance")));

    private void CompareErrors(RowEncoder encoder, QuantType type, string suffix, float[] importance)
    {
        float[] source = Values(_recorded.GetTensor("source"));
        byte[] theirs = Bytes($"{type}{suffix}");
        int columns = source.Length / Rows, rowBytes = theirs.Length / Rows;
        byte[] ours = new byte[rowBytes];
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<float> values = source.AsSpan(row * columns, columns);
            encoder.Encode(values, importance, ours);
            double our = WeightedError.Of(type, values, importance, ours);
            double their = WeightedError.Of(type, values, importance, theirs.AsSpan(row * rowBytes, rowBytes));
            TestContext.Current.TestOutputHelper?.WriteLine($"{type}{suffix} row {row}: {our:g6} / {their:g6} = {our / their:f4}");
            Assert.True(our <= their, $"{type}{suffix} row {row}: {our} > {their}");
        }
    }

    private byte[] Bytes(string name)
    {
        GgufTensor tensor = _recorded.GetTensor(name);
        byte[] bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        return bytes;
    }

    private float[] Values(GgufTensor tensor)
    {
        float[] values = new float[tensor.Elements];
        tensor.Type.Decode(Bytes(tensor.Name), values);
        return values;
    }
}
