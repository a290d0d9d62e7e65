using Engine.Evaluation;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Kernels;
using Engine.Quantization.Budget;
using Engine.Quantization.Conversion;
using Engine.Quantization.Mixes;
using Engine.Quantization.Synthetic;
using Engine.Testing;
using Xunit;

namespace Engine.Quantization.Tests.Budget;

/// <summary>Measuring and planning on a model of two layers with random F16 weights.</summary>
public sealed class SensitivityMeterTests : IDisposable
{
    private static readonly ModelShape Small = new("small", "llama", 2, 256, 512, 4, 1, 300, 512, 10_000, IsTied: true);

    private readonly TemporaryFolder _folder = new();

    public SensitivityMeterTests() => SyntheticModel.Create(Small, QuantType.F16).Write(_folder["in.gguf"]);

    public void Dispose() => _folder.Dispose();

    /// <summary>The meter exchanges weights in memory; a file in which one tensor alone is quantized must diverge as much.</summary>
    [Theory]
    [InlineData("blk.1.ffn_down.weight")]
    [InlineData("token_embd.weight")]
    public void A_slope_times_the_error_is_the_divergence_of_a_file_with_that_tensor_quantized(string name)
    {
        using GgufFile file = GgufFile.Open(_folder["in.gguf"]);
        TensorSensitivity found = Assert.Single(Measure(file, [name], bits: 4.5));
        WriteQuantized(file, name, QuantType.Q4_K);
        using Model changed = Load("out.gguf"), original = Load("in.gguf");
        using Session session = changed.CreateSession(), baseSession = original.CreateSession();
        double expected = Divergence.Measure(session, baseSession, Windows(original), cancellationToken: TestContext.Current.CancellationToken).Mean;
        double predicted = found.Slope * found.Errors.Single(error => error.Type == QuantType.Q4_K).Error;
        Assert.True(expected > 1e-6);
        Assert.Equal(expected, predicted, 1e-3 * expected);
    }

    [Fact]
    public void Errors_fall_with_the_bits_and_are_those_of_the_encoders()
    {
        using GgufFile file = GgufFile.Open(_folder["in.gguf"]);
        TensorSensitivity found = Assert.Single(Measure(file, ["blk.0.attn_q.weight"], bits: 4.5));
        Assert.Equal(found.Errors.OrderByDescending(error => error.Error), found.Errors);
        Assert.DoesNotContain(found.Errors, error => MixPlanner.NeedsImportance(error.Type));
        WriteQuantized(file, found.Name, QuantType.Q5_K);
        using GgufFile output = GgufFile.Open(_folder["out.gguf"]);
        float[] before = Values(file, found.Name), after = Values(output, found.Name);
        double error = before.Zip(after, (x, y) => Math.Pow(x - y, 2)).Sum() / before.Sum(x => Math.Pow(x, 2));
        Assert.Equal(error, found.Errors.Single(one => one.Type == QuantType.Q5_K).Error, 1e-6 * error);
    }

    [Fact]
    public void Threads_change_nothing_and_the_model_is_itself_again()
    {
        using GgufFile file = GgufFile.Open(_folder["in.gguf"]);
        using Model model = Load("in.gguf");
        using Session session = model.CreateSession();
        float[] before = session.Evaluate([1, 2, 3]).ToArray();
        string[] names = ["token_embd.weight", "blk.0.attn_k.weight"];
        IReadOnlyList<TensorSensitivity> one = Measure(file, names, bits: 3, threads: 1, model), three = Measure(file, names, bits: 3, threads: 3);
        Assert.Equal(one.Select(tensor => tensor.Slope), three.Select(tensor => tensor.Slope));
        Assert.Equal(one.SelectMany(tensor => tensor.Errors), three.SelectMany(tensor => tensor.Errors));
        session.Rewind(0);
        Assert.Equal(before, session.Evaluate([1, 2, 3]).ToArray());
    }

    [Fact]
    public void A_file_of_sensitivities_reads_as_it_was_and_refuses_another_model()
    {
        TensorSensitivity[] tensors =
        [
            new("a.weight", 0.123456789012345, [new TypeError(QuantType.Q2_K, 0.1), new TypeError(QuantType.Q8_0, 1e-5)]), new("b.weight", 0, []),
        ];
        SensitivityFile.Save(_folder["s.json"], tensors);
        TensorDescription[] model = [new("a.weight", [256, 2], QuantType.F16), new("b.weight", [256, 2], QuantType.F16)];
        IReadOnlyList<TensorSensitivity> read = SensitivityFile.Load(_folder["s.json"], model);
        Assert.Equal(tensors.Select(one => (one.Name, one.Slope)), read.Select(one => (one.Name, one.Slope)));
        Assert.Equal(tensors.SelectMany(one => one.Errors), read.SelectMany(one => one.Errors));
        Assert.Throws<ModelFormatException>(() => SensitivityFile.Load(_folder["s.json"], model[1..]));
        TensorDescription odd = new("a.weight", [96, 2], QuantType.F16);
        Assert.Throws<ModelFormatException>(() => SensitivityFile.Load(_folder["s.json"], [odd, model[1]]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"format\":\"other\",\"tensors\":[]}")]
    [InlineData("{\"format\":\"engine-sensitivity-1\",\"tensors\":[{\"name\":\"a.weight\",\"slope\":-1,\"errors\":{}}]}")]
    [InlineData("{\"format\":\"engine-sensitivity-1\",\"tensors\":[{\"name\":\"a.weight\",\"slope\":1,\"errors\":{\"Q9\":1}}]}")]
    [InlineData("{\"format\":\"engine-sensitivity-1\",\"tensors\":[{\"name\":\"a.weight\",\"slope\":1}]}")]
    [InlineData(
        "{\"format\":\"engine-sensitivity-1\",\"tensors\":["
        + "{\"name\":\"a.weight\",\"slope\":1,\"errors\":{}},{\"name\":\"a.weight\",\"slope\":2,\"errors\":{}}]}")]
    public void Files_of_another_form_are_refused(string text)
    {
        string path = _folder.Write("s.json", text);
        Assert.Throws<ModelFormatException>(() => SensitivityFile.Load(path, [new("a.weight", [256, 2], QuantType.F16)]));
    }

    [Fact]
    public void A_model_writes_the_same_text_each_time_and_a_given_text_is_spread()
    {
        using Model model = Load("in.gguf");
        TokenWindows one = CalibrationText.Written(model, 2, cancellation: TestContext.Current.CancellationToken);
        TokenWindows other = CalibrationText.Written(model, 2, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(one.Tokens.ToArray(), other.Tokens.ToArray());
        Assert.Equal((2, CalibrationText.Window), (one.Count, one.Length));
        Assert.True(one.Tokens.ToArray().Distinct().Count() > 100);
        string text = string.Concat(Enumerable.Range(0, 2000).Select(i => $" w{i % 290 + 5}"));
        Assert.Equal(3, CalibrationText.Spread(model, text, 3).Count);
        Assert.Throws<ArgumentException>(() => CalibrationText.Spread(model, "short", 3));
    }

    [Fact]
    public void A_target_is_kept_and_what_options_name_stays()
    {
        using GgufFile file = GgufFile.Open(_folder["in.gguf"]);
        Assert.True(TypeOverride.TryParse("blk\\.0\\.attn_v=q8_0", out TypeOverride? fixedType, out _));
        QuantizeOptions options = Options() with { Mix = new MixOptions { Overrides = [fixedType] } };
        var planner = new TargetPlanner(file, options);
        Assert.DoesNotContain(planner.Tensors, tensor => tensor.Name.EndsWith("norm.weight", StringComparison.Ordinal));
        Assert.DoesNotContain(planner.Tensors, tensor => tensor.Name == "blk.0.attn_v.weight");
        IReadOnlyList<TensorSensitivity> sensitivities = Measure(file, [.. planner.Tensors.Select(tensor => tensor.Name)], bits: 4);
        foreach (double bits in (double[])[3.2, 4.5, 6.9, 17])
        {
            (QuantizeOptions planned, _) = planner.Plan(SizeTarget.OfBits(bits), sensitivities, _folder["out.gguf"]);
            var quantizer = new Quantizer(file, planned);
            Assert.True(quantizer.BytesAfter * 8.0 / quantizer.Weights <= bits);
            Assert.Equal(QuantType.Q8_0, quantizer.Plans.Single(plan => plan.Tensor.Name == "blk.0.attn_v.weight").Type);
        }
        foreach (long bytes in (long[])[500_000, 700_001])
        {
            (QuantizeOptions planned, BudgetPlan plan) = planner.Plan(SizeTarget.OfBytes(bytes), sensitivities, _folder["out.gguf"]);
            var quantizer = new Quantizer(file, planned);
            quantizer.Write(_folder["out.gguf"]);
            long written = new FileInfo(_folder["out.gguf"]).Length;
            Assert.Equal(written, quantizer.FileBytes(_folder["out.gguf"]));
            Assert.InRange(written, bytes - 20_000, bytes);
            using GgufFile output = GgufFile.Open(_folder["out.gguf"]);
            Assert.All(plan.Tensors, tensor => Assert.Equal(tensor.Type, output.GetTensor(tensor.Name).Type.Type));
        }
        Assert.Throws<QuantizeException>(() => planner.Plan(SizeTarget.OfBits(2), sensitivities, _folder["out.gguf"]));
    }

    private static QuantizeOptions Options() => new() { FileType = FileTypes.All.Single(type => type.Name == "Q8_0") };

    private static TokenWindows Windows(Model model) => new([.. Enumerable.Range(0, 64).Select(i => i * 37 % 300)], 32, convention: WindowConvention.Papers);

    private IReadOnlyList<TensorSensitivity> Measure(GgufFile file, string[] names, double bits, int threads = 2, Model? loaded = null)
    {
        using Model model = Load("in.gguf");
        return SensitivityMeter.Measure(
            loaded ?? model, file, [.. names.Select(name => TensorDescription.Of(file.GetTensor(name)))], Windows(model),
            new SensitivityOptions { Bits = bits, Threads = threads }, cancellation: TestContext.Current.CancellationToken);
    }

    private Model Load(string name) =>
        Model.Load(_folder[name], new ModelOptions { Threads = 2, Exact = true, Cache = new KvCacheOptions().Or(QuantType.F32) });

    private void WriteQuantized(GgufFile file, string name, QuantType type)
    {
        string others = $"^(?!{name.Replace(".", "\\.", StringComparison.Ordinal)})";
        Assert.True(TypeOverride.TryParse($"{others}=f16", out TypeOverride? rest, out _));
        FileType fileType = FileTypes.All.First(one => one.BaseType == type);
        MixOptions mix = new() { Overrides = [rest], Pure = true };
        new Quantizer(file, new QuantizeOptions { FileType = fileType, Mix = mix }).Write(_folder["out.gguf"]);
    }

    private static float[] Values(GgufFile file, string name)
    {
        GgufTensor tensor = file.GetTensor(name);
        byte[] bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        float[] values = new float[tensor.Elements];
        tensor.Type.Decode(bytes, values);
        return values;
    }
}
