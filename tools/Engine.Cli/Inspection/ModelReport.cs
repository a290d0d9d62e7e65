using System.Globalization;
using System.Text.Json;
using Engine.Cli.Output;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Kernels;
using Engine.Models.HuggingFace;

namespace Engine.Cli.Inspection;

/// <summary>What <c>engine inspect</c> tells about a file, as text and as JSON.</summary>
internal sealed class ModelReport
{
    private const string TemplateKey = "tokenizer.chat_template";
    private const int LongestValue = 100;
    private readonly IModelSource _file;
    private readonly ModelSummary _summary;
    private readonly MemoryNeed? _need;
    private readonly string? _obstacle;

    public ModelReport(IModelSource file, int? context, KvCacheOptions cache)
    {
        _file = file;
        _summary = new ModelSummary(file);
        _need = MemoryNeed.Of(file, _summary, context, cache, out _obstacle);
    }

    /// <summary>Writes it for people.</summary>
    public void WriteText(Terminal terminal, bool tensors)
    {
        var output = terminal.Output;
        Fields.Write(output, Rows());
        output.WriteLine();
        TypeTable().Write(terminal);
        output.WriteLine();
        Fields.Write(output, [.. _file.Metadata.Select(entry => (entry.Key, Plain.Short(entry.Value.ToString(), LongestValue)))]);
        if (!tensors) return;
        output.WriteLine();
        TensorTable().Write(terminal);
    }

    /// <summary>Writes it for scripts.</summary>
    public void WriteJson(Utf8JsonWriter json, bool tensors)
    {
        var metadata = _file.Metadata;
        json.WriteStartObject();
        json.WriteString("file", _file.Path);
        json.WriteNumber("parts", _file.Parts.Count);
        json.WriteNumber("file_bytes", _file.FileBytes);
        if (_file is GgufFile gguf) json.WriteNumber("gguf_version", gguf.Version);
        if (_file is ModelFolder { Quantization: { } quantization }) json.WriteString("quantization", quantization);
        json.WriteString("architecture", _summary.Architecture);
        json.WriteString("name", _summary.Name);
        json.WriteNumber("parameters", _summary.Parameters);
        json.WriteNumber("tensor_bytes", _summary.TensorBytes);
        json.WriteFinite("bits_per_weight", _summary.BitsPerWeight);
        WriteTypes(json);
        WriteNeed(json);
        json.WriteString("tokenizer", metadata.GetString("tokenizer.ggml.model", null));
        json.WriteNumber("vocabulary", VocabularySummary.Size(_file));
        json.WriteBoolean("chat_template", metadata.ContainsKey(TemplateKey));
        json.WriteStartObject("metadata");
        foreach (var (key, value) in metadata) MetadataJson.Write(json, key, value);
        json.WriteEndObject();
        if (tensors) WriteTensors(json);
        json.WriteEndObject();
    }

    private string Container => _file switch
    {
        GgufFile gguf => $"GGUF v{gguf.Version}",
        ModelFolder { Quantization: { } quantization } => $"safetensors, {quantization}",
        _ => "safetensors",
    };

    private List<(string, string)> Rows()
    {
        var metadata = _file.Metadata;
        string parts = _file.Parts.Count > 1 ? $" in {_file.Parts.Count} parts" : "";
        var rows = new List<(string, string)>
        {
            ("file", $"{_file.Path} ({Units.Bytes(_file.FileBytes)}{parts}, {Container})"),
            ("architecture", _summary.Architecture),
            ("name", _summary.Name ?? "-"),
            ("parameters", Units.Parameters(_summary.Parameters)),
            ("weights", $"{Units.Bytes(_summary.TensorBytes)}, {Units.Fixed(_summary.BitsPerWeight, 2)} bits per weight"),
        };
        if (_need is { } need)
        {
            rows.Add(("layers", $"{need.Config.Layers.Count} of width {need.Config.Width}, {need.Config.Layers[0].Heads} heads, "
                + $"{need.Config.Layers[0].KeyValueHeads} for keys and values, feed-forward {need.Config.Layers[0].FeedForward}"));
            rows.Add(("context", $"{need.Config.ContextLength} tokens trained"));
            rows.Add(("memory", $"{Units.Bytes(need.Total)} for -c {need.Context}: "
                + $"weights {Units.Bytes(_summary.TensorBytes)}, cache {Units.Bytes(need.CacheBytes)}"));
        }
        else
        {
            rows.Add(("runs", $"no: {_obstacle}"));
        }
        rows.Add(("tokenizer", VocabularySummary.Of(_file)));
        rows.Add(("chat template", metadata.GetString(TemplateKey, null) is { } template
            ? $"{template.Length.ToString(CultureInfo.InvariantCulture)} characters (engine template shows it)" : "none"));
        return rows;
    }

    private Table TypeTable()
    {
        var table = new Table(new("type"), new("tensors", Right: true), new("parameters", Right: true), new("bytes", Right: true),
            new("share", Right: true));
        foreach (var share in _summary.Types)
        {
            table.Add(share.Type.Name, share.Tensors.ToString(CultureInfo.InvariantCulture), Units.Parameters(share.Parameters),
                Units.Bytes(share.Bytes), Units.Fixed(100.0 * share.Parameters / Math.Max(1, _summary.Parameters), 1) + " %");
        }
        return table;
    }

    private Table TensorTable()
    {
        var table = new Table(new("tensor"), new("type"), new("shape", Right: true), new("bytes", Right: true));
        foreach (var tensor in _file.Tensors)
            table.Add(tensor.Name, tensor.Type.Name, string.Join(" x ", tensor.Shape), Units.Bytes(tensor.ByteLength));
        return table;
    }

    private void WriteNeed(Utf8JsonWriter json)
    {
        json.WriteBoolean("supported", _need is not null);
        if (_need is not { } need) return;
        json.WriteNumber("layers", need.Config.Layers.Count);
        json.WriteNumber("width", need.Config.Width);
        json.WriteNumber("context_length", need.Config.ContextLength);
        json.WriteStartObject("memory");
        json.WriteNumber("context", need.Context);
        json.WriteNumber("weight_bytes", _summary.TensorBytes);
        json.WriteNumber("cache_bytes", need.CacheBytes);
        json.WriteNumber("total_bytes", need.Total);
        json.WriteEndObject();
    }

    private void WriteTypes(Utf8JsonWriter json)
    {
        json.WriteStartArray("types");
        foreach (var share in _summary.Types)
        {
            json.WriteStartObject();
            json.WriteString("type", share.Type.Name);
            json.WriteNumber("tensors", share.Tensors);
            json.WriteNumber("parameters", share.Parameters);
            json.WriteNumber("bytes", share.Bytes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteTensors(Utf8JsonWriter json)
    {
        json.WriteStartArray("tensors");
        foreach (var tensor in _file.Tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("type", tensor.Type.Name);
            json.WriteStartArray("shape");
            foreach (long length in tensor.Shape) json.WriteNumberValue(length);
            json.WriteEndArray();
            json.WriteNumber("bytes", tensor.ByteLength);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
