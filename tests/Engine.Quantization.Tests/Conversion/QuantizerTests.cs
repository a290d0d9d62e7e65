using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Conversion;
using Engine.Quantization.Encoders;
using Engine.Quantization.Imatrix;
using Engine.Quantization.Mixes;
using Engine.Testing;
using Xunit;

namespace Engine.Quantization.Tests.Conversion;

public sealed class QuantizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> WithoutImportance =>
    [
        "F32", "BF16", "Q1_0", "Q2_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "TQ1_0", "TQ2_0", "MXFP4_MOE", "Q2_K", "Q3_K_S", "Q3_K_M",
        "Q3_K_L", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K", "IQ3_S", "IQ3_M", "IQ4_NL", "IQ4_XS",
    ];

    public static TheoryData<string> WithImportance =>
        ["IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ2_M", "IQ3_XXS", "IQ3_XS", "Q2_K_S"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(WithoutImportance))]
    public void Every_tensor_of_the_output_has_its_planned_type_and_is_near_the_input(string type) => Check(Options(type));

    [Theory]
    [MemberData(nameof(WithImportance))]
    public void The_coarsest_types_need_an_importance_matrix_and_take_one(string type)
    {
        using (GgufFile input = Open()) Assert.Throws<QuantizeException>(() => new Quantizer(input, Options(type)));
        Check(Options(type) with { Importance = new EvenImportance() });
    }

    private void Check(QuantizeOptions options)
    {
        string type = options.FileType.Name;
        using GgufFile input = Open();
        var quantizer = new Quantizer(input, options);
        using GgufFile output = GgufFile.Open(Assert.Single(quantizer.Write(_folder["out.gguf"])));
        Assert.Equal((uint)quantizer.Plans.Count, (uint)output.Tensors.Count);
        Assert.Equal(TypeOf(type).Id, output.Metadata.GetInt32("general.file_type"));
        Assert.Equal(2, output.Metadata.GetInt32("general.quantization_version"));
        foreach (TensorPlan plan in quantizer.Plans)
        {
            GgufTensor before = input.GetTensor(plan.Tensor.Name), after = output.GetTensor(plan.Tensor.Name);
            Assert.Equal(plan.Type, after.Type.Type);
            Assert.Equal(plan.Bytes, after.ByteLength);
            float[] exact = Values(before), rounded = Values(after);
            double error = exact.Zip(rounded, (x, y) => Math.Pow(x - y, 2)).Sum(), size = exact.Sum(x => Math.Pow(x, 2));
            double bits = 8.0 * plan.Bytes / plan.Tensor.Elements;
            Assert.True(error <= size * (bits < 2.4 ? 0.8 : bits < 4 ? 0.15 : 0.02), $"{plan.Tensor.Name}: {error / size} at {bits} bits");
        }
    }

    [Theory]
    [InlineData("Q4_K_M")]
    [InlineData("Q5_0")]
    public void The_bytes_are_the_same_for_any_number_of_threads_and_any_memory(string type)
    {
        using GgufFile input = Open();
        byte[] one = Bytes(input, Options(type) with { Threads = 1 });
        Assert.Equal(one, Bytes(input, Options(type) with { Threads = 3 }));
        Assert.Equal(one, Bytes(input, Options(type) with { Threads = 2, MemoryLimit = QuantizeOptions.LeastMemory }));
    }

    [Fact]
    public void A_reference_run_writes_what_the_reference_encoders_give()
    {
        using GgufFile input = Open();
        new Quantizer(input, Options("Q4_0") with { Reference = true }).Write(_folder["out.gguf"]);
        using GgufFile output = GgufFile.Open(_folder["out.gguf"]);
        GgufTensor tensor = output.GetTensor("blk.0.attn_q.weight");
        byte[] expected = new byte[tensor.ByteLength];
        tensor.Type.Encode(Values(input.GetTensor(tensor.Name)), expected);
        Assert.Equal(expected, Raw(tensor));
    }

    [Fact]
    public void A_split_output_opens_as_one_model()
    {
        using GgufFile input = Open();
        byte[] whole = Bytes(input, Options("Q8_0"));
        IReadOnlyList<string> paths = new Quantizer(input, Options("Q8_0") with { SplitSize = 60_000 }).Write(_folder["split.gguf"]);
        Assert.True(paths.Count > 2);
        Assert.Equal(_folder[$"split-00001-of-{paths.Count:d5}.gguf"], paths[0]);
        using GgufFile split = GgufFile.Open(paths[0]);
        using GgufFile single = GgufFile.Open(whole, "whole");
        Assert.Equal(single.Tensors.Select(tensor => tensor.Name), split.Tensors.Select(tensor => tensor.Name));
        Assert.All(single.Tensors, tensor => Assert.Equal(Raw(tensor), Raw(split.GetTensor(tensor.Name))));
        Assert.All(paths, path => Assert.True(new FileInfo(path).Length < 64_000));

        using GgufFile again = GgufFile.Open(paths[0]);
        QuantizeOptions keep = Options("Q4_0") with { KeepSplit = true, AllowRequantize = true };
        Assert.Equal(paths.Count, new Quantizer(again, keep).Write(_folder["again.gguf"]).Count);
    }

    [Fact]
    public void What_a_tensor_cannot_take_is_a_fallback_which_strict_refuses()
    {
        using GgufFile input = Open();
        var quantizer = new Quantizer(input, Options("Q4_K_M"));
        TensorPlan plan = Assert.Single(quantizer.Plans, plan => plan.IsFallback);
        Assert.Equal((SmallModel.Odd, QuantType.Q4_K, QuantType.Q5_0), (plan.Tensor.Name, plan.Asked, plan.Type));
        var refused = Assert.Throws<QuantizeException>(() => new Quantizer(input, Options("Q4_K_M") with { Strict = true }));
        Assert.Contains(SmallModel.Odd, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_weight_that_is_no_number_names_its_tensor_and_leaves_the_old_file(float value)
    {
        File.WriteAllText(_folder["out.gguf"], "old");
        using GgufFile input = Open(values => values[1000] = value);
        var quantizer = new Quantizer(input, Options("Q4_0"));
        var refused = Assert.Throws<QuantizeException>(() => quantizer.Write(_folder["out.gguf"]));
        Assert.Contains("token_embd.weight", refused.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(_folder["out.gguf"]));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);

        var kept = new Quantizer(input, Options("Q4_0") with { KeepNonFinite = true });
        Assert.Equal(QuantType.F16, kept.Plans.Single(plan => plan.Tensor.Name == "token_embd.weight").Type);
        kept.Write(_folder["out.gguf"]);
    }

    [Fact]
    public void Quantized_weights_are_quantized_again_only_when_allowed()
    {
        using GgufFile input = Open();
        new Quantizer(input, Options("Q8_0")).Write(_folder["q8.gguf"]);
        using GgufFile eight = GgufFile.Open(_folder["q8.gguf"]);
        var refused = Assert.Throws<QuantizeException>(() => new Quantizer(eight, Options("Q4_0")));
        Assert.Contains("--allow-requantize", refused.Message, StringComparison.Ordinal);
        new Quantizer(eight, Options("Q4_0") with { AllowRequantize = true }).Write(_folder["q4.gguf"]);
    }

    [Theory]
    [InlineData("blk.0.attn_q.weight", 256)]
    [InlineData("model.layers.0.weight", 512)]
    public void An_importance_matrix_of_another_model_is_refused(string tensor, int columns)
    {
        using GgufFile input = Open();
        var matrix = new ImportanceMatrix("m.gguf", [new ImportanceEntry(tensor, new double[columns], [1])], ["text"], 1);
        QuantizeOptions options = Options("Q4_K_M") with { Importance = new ImatrixImportance(matrix) };
        Exception refused = Assert.ThrowsAny<Exception>(() => new Quantizer(input, options));
        Assert.True(refused is QuantizeException or ModelFormatException, refused.ToString());
    }

    [Fact]
    public void A_cancelled_run_leaves_nothing()
    {
        using GgufFile input = Open();
        using var cancel = new CancellationTokenSource();
        var quantizer = new Quantizer(input, Options("Q4_K_M"));
        Assert.Throws<OperationCanceledException>(() => quantizer.Write(_folder["out.gguf"], _ => cancel.Cancel(), cancel.Token));
        Assert.Equal([_folder["in.gguf"]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Importance_reaches_every_expert_by_its_own_row()
    {
        float[] row = [.. Enumerable.Range(0, 256).Select(i => MathF.Sin(i))];
        float[] weights = [.. Enumerable.Range(0, 512).Select(i => i < 256 ? 1f : i % 7 == 0 ? 100f : 1f)];
        byte[] content = new byte[2 * 512];
        var halves = new ushort[512];
        Formats.Numerics.Fp16.FromSingle([.. row, .. row], halves);
        Buffer.BlockCopy(halves, 0, content, 0, content.Length);
        var source = new MemoryTensor("experts", content);
        using var context = new EncodeContext(Options("Q4_K_M"), null, CancellationToken.None);
        var encoded = new EncodedTensor(
            source, QuantTypes.Get(QuantType.F16), QuantTypes.Get(QuantType.Q4_K), [256, 1, 2], () => weights, context);
        byte[] both = new byte[encoded.ByteLength], second = new byte[144];
        encoded.Read(0, both);
        float[] rounded = new float[256];
        QuantTypes.Get(QuantType.F16).Decode(content.AsSpan(512), rounded);
        RowEncoders.Make(QuantType.Q4_K).Encode(rounded, weights.AsSpan(256), second);
        Assert.Equal(second, both[144..]);
        Assert.NotEqual(both[..144], both[144..]);
    }

    /// <summary>An importance matrix of any model in which every column counts the same.</summary>
    private sealed class EvenImportance : ITensorImportance
    {
        public IReadOnlyDictionary<string, GgufValue> Metadata { get; } = new Dictionary<string, GgufValue>();

        public float[] WeightsOf(string tensor, int columns, int matrices)
        {
            float[] weights = new float[columns * matrices];
            Array.Fill(weights, 1);
            return weights;
        }
    }

    private static FileType TypeOf(string name) => FileTypes.TryParse(name, out FileType? type) ? type : throw new ArgumentException(name);

    private static QuantizeOptions Options(string type) => new() { FileType = TypeOf(type), Threads = 2 };

    private GgufFile Open(Action<float[]>? spoil = null) => GgufFile.Open(SmallModel.Write(_folder["in.gguf"], spoil));

    private byte[] Bytes(GgufFile input, QuantizeOptions options)
    {
        new Quantizer(input, options).Write(_folder["bytes.gguf"]);
        return File.ReadAllBytes(_folder["bytes.gguf"]);
    }

    private static byte[] Raw(GgufTensor tensor)
    {
        byte[] bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        return bytes;
    }

    private static float[] Values(GgufTensor tensor)
    {
        float[] values = new float[tensor.Elements];
        tensor.Type.Decode(Raw(tensor), values);
        return values;
    }
}
