using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Engine.Formats.Checkpoints;
using Engine.Formats.Safetensors;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Checkpoints;

/// <summary>Checkpoints that the tools themselves wrote, against what these tools decode (fixtures/interop/README.md).</summary>
public class InteropFixtureTests
{
    private const string Folder = "fixtures/interop";

    public static IEnumerable<TheoryDataRow<string>> Quantized()
    {
        if (SharedFiles.Root is not { } root) return [new TheoryDataRow<string>("")];
        return
            from path in Directory.EnumerateDirectories(Path.Combine(root, Folder)).Order(StringComparer.Ordinal)
            let config = Path.Combine(path, "config.json")
            where File.Exists(config) && File.ReadAllText(config).Contains("\"quantization_config\"", StringComparison.Ordinal)
            select new TheoryDataRow<string>(Path.GetFileName(path));
    }

    [Theory]
    [MemberData(nameof(Quantized))]
    public void Every_weight_has_the_bits_that_the_tool_decodes(string name)
    {
        string path = SharedFiles.Require($"{Folder}/{name}");
        using JsonDocument expected = Json(path, "expected.json");
        using SafetensorsFile tensors = SafetensorsFile.Open(path);
        using SafetensorsFile rows = SafetensorsFile.Open(Path.Combine(path, "expected.safetensors"));
        IWeightCodec codec = Codec(path, tensors);
        int modules = 0;
        foreach (JsonProperty module in expected.RootElement.GetProperty("modules").EnumerateObject())
        {
            bool isStack = !module.Name.EndsWith(".weight", StringComparison.Ordinal);
            string moduleName = isStack ? module.Name : module.Name[..^".weight".Length];
            var matrix = Assert.IsType<QuantizedMatrix>(codec.Find(moduleName));
            float[] values = CheckpointFile.Decode(matrix, rowsAtOnce: 37);
            if (isStack) values = Transposed(values, module.Value.GetProperty("shape"));
            for (int i = 0; i < values.Length; i++) values[i] += 0f; // -0 becomes 0.
            Assert.Equal(
                module.Value.GetProperty("sha256_f32").GetString(),
                Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan()))));
            CheckRows(rows, module.Name, values);
            modules++;
        }
        Assert.True(modules > 0);
    }

    [Theory]
    [MemberData(nameof(Quantized))]
    public void No_tensor_is_left_that_no_module_has(string name)
    {
        string path = SharedFiles.Require($"{Folder}/{name}");
        using SafetensorsFile tensors = SafetensorsFile.Open(path);
        IWeightCodec codec = Codec(path, tensors);
        using JsonDocument expected = Json(path, "expected.json");
        var taken = new HashSet<string>();
        foreach (JsonProperty module in expected.RootElement.GetProperty("modules").EnumerateObject())
            taken.UnionWith(codec.Find(module.Name.Replace(".weight", "", StringComparison.Ordinal))!.Tensors);
        Assert.All(
            tensors.Tensors.Where(tensor => !taken.Contains(tensor.Name)),
            tensor => Assert.True(tensor.Name.EndsWith(".weight", StringComparison.Ordinal) || tensor.Name.EndsWith("bias", StringComparison.Ordinal)
                || tensor.Name.EndsWith(".sinks", StringComparison.Ordinal), tensor.Name));
    }

    [Fact]
    public void Modules_that_were_left_out_are_plain()
    {
        string path = SharedFiles.Require($"{Folder}/gptq-4bit-g128-sym");
        using SafetensorsFile tensors = SafetensorsFile.Open(path);
        IWeightCodec codec = Codec(path, tensors);
        Assert.Null(codec.Find("lm_head"));
        Assert.Null(codec.Find("model.embed_tokens"));
        Assert.Equal("GPTQ, 4 bit, groups of 128", codec.Description);
    }

    private static IWeightCodec Codec(string path, SafetensorsFile tensors)
    {
        using JsonDocument config = Json(path, "config.json");
        JsonElement quantization = config.RootElement.GetProperty("quantization_config").Clone();
        return WeightCodecs.Create(Path.Combine(path, "config.json"), quantization, tensors);
    }

    private static void CheckRows(SafetensorsFile rows, string module, float[] values)
    {
        foreach (SafetensorsTensor tensor in rows.Tensors.Where(tensor => tensor.Name.Split('[')[0] == module))
        {
            var bytes = new byte[tensor.ByteLength];
            tensor.Read(0, bytes);
            float[] expected = tensor.DType switch
            {
                SafetensorsDType.F32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
                SafetensorsDType.F16 => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (float)value)],
                _ => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))],
            };
            for (int i = 0; i < expected.Length; i++) expected[i] += 0f;
            BitAssert.Equal(expected, values.AsSpan(0, expected.Length));
        }
    }

    /// <summary>[experts, out, in] as [experts, in, out].</summary>
    private static float[] Transposed(float[] values, JsonElement shape)
    {
        int experts = shape[0].GetInt32(), inputs = shape[1].GetInt32(), outputs = shape[2].GetInt32();
        var transposed = new float[values.Length];
        for (int expert = 0; expert < experts; expert++)
            for (int output = 0; output < outputs; output++)
                for (int input = 0; input < inputs; input++)
                    transposed[(expert * inputs + input) * outputs + output] = values[(expert * outputs + output) * inputs + input];
        return transposed;
    }

    private static JsonDocument Json(string path, string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, file)));
}
