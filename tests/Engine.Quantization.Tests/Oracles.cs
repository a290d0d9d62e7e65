using System.Text.Json;
using Engine.Formats.Safetensors;
using Engine.Testing;

namespace Engine.Quantization.Tests;

/// <summary>fixtures/interop/oracles: inputs of algorithms and what other tools made of them.</summary>
internal static class Oracles
{
    private const string Folder = "fixtures/interop/oracles/";

    /// <summary>A tensor's elements as doubles.</summary>
    public static double[] Read(string name)
    {
        using SafetensorsFile file = SafetensorsFile.Open(SharedFiles.Require(Folder + "oracles.safetensors"));
        SafetensorsTensor tensor = file.GetTensor(name);
        var bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        int size = tensor.DType.Bits() / 8;
        return [.. bytes.Chunk(size).Select(element => (double)(tensor.DType switch
        {
            SafetensorsDType.F64 => BitConverter.ToDouble(element),
            SafetensorsDType.F32 => BitConverter.ToSingle(element),
            SafetensorsDType.F16 => (double)BitConverter.ToHalf(element),
            SafetensorsDType.I32 => BitConverter.ToInt32(element),
            SafetensorsDType.I8 => (sbyte)element[0],
            SafetensorsDType.U8 => element[0],
            _ => throw new NotSupportedException($"{name} has elements of {tensor.DType}."),
        }))];
    }

    /// <summary>What oracles.json says of an algorithm.</summary>
    public static JsonElement Describe(string algorithm)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(SharedFiles.Require(Folder + "oracles.json")));
        return json.RootElement.GetProperty(algorithm).Clone();
    }
}
