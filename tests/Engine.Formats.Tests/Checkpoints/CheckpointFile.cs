using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Engine.Formats.Checkpoints;
using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Tests.Checkpoints;

/// <summary>A checkpoint put together by hand: tensors by name, metadata, and the text of quantization_config.</summary>
internal sealed class CheckpointFile
{
    private readonly List<(string Name, SafetensorsDType Type, long[] Shape, byte[] Data)> _tensors = [];
    private readonly Dictionary<string, string> _metadata = new() { ["format"] = "pt" };

    public CheckpointFile(string config) => Config = config;

    public string Config { get; }

    public CheckpointFile Add(string name, SafetensorsDType type, long[] shape, byte[] data)
    {
        _tensors.Add((name, type, shape, data));
        return this;
    }

    public CheckpointFile Add<T>(string name, SafetensorsDType type, long[] shape, params T[] data)
        where T : unmanaged => Add(name, type, shape, MemoryMarshal.AsBytes(data.AsSpan()).ToArray());

    public CheckpointFile AddHalves(string name, long[] shape, params float[] values) =>
        Add(name, SafetensorsDType.F16, shape, [.. values.Select(value => (Half)value)]);

    public CheckpointFile AddMetadata(string key, string value)
    {
        _metadata[key] = value;
        return this;
    }

    /// <summary>A copy with other tensors: each is mapped to itself, to another, or to nothing.</summary>
    public CheckpointFile With(Func<(string Name, SafetensorsDType Type, long[] Shape, byte[] Data), (string, SafetensorsDType, long[], byte[])?> change)
    {
        var copy = new CheckpointFile(Config);
        foreach (var tensor in _tensors)
        {
            if (change(tensor) is { } changed) copy._tensors.Add(changed);
        }
        foreach ((string key, string value) in _metadata) copy._metadata[key] = value;
        return copy;
    }

    public IEnumerable<string> Names => _tensors.Select(tensor => tensor.Name);

    public byte[] ToBytes()
    {
        var header = new Dictionary<string, object> { ["__metadata__"] = _metadata };
        var data = new List<byte>();
        foreach (var (name, type, shape, content) in _tensors)
        {
            header[name] = new { dtype = type.ToString(), shape, data_offsets = new[] { data.Count, data.Count + content.Length } };
            data.AddRange(content);
        }
        byte[] json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        byte[] length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. data];
    }

    public QuantizedMatrix? Find(string module = "m") => Open(ToBytes(), Config, module);

    public QuantizedMatrix Get(string module = "m") =>
        Find(module) ?? throw new InvalidOperationException($"{module} is not quantized.");

    public static QuantizedMatrix? Open(byte[] file, string config, string module)
    {
        using JsonDocument json = JsonDocument.Parse(config);
        QuantizationConfig read = QuantizationConfigReader.Read("config.json", "quantization_config", json.RootElement.Clone());
        return new QuantizedCheckpoint(read, SafetensorsFile.Open(file, "memory.safetensors")).Find(module);
    }

    /// <summary>All weights, decoded some rows at a time.</summary>
    public static float[] Decode(QuantizedMatrix matrix, int rowsAtOnce = int.MaxValue)
    {
        var values = new float[matrix.Rows * matrix.Columns];
        for (int row = 0; row < matrix.Rows; row += Math.Min(rowsAtOnce, matrix.Rows - row))
        {
            int count = Math.Min(rowsAtOnce, matrix.Rows - row);
            matrix.DecodeRows(row, values.AsSpan(row * matrix.Columns, count * matrix.Columns));
        }
        return values;
    }
}
