using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>The tiny models below ENGINE_SHARED/fixtures/models.</summary>
internal static class FixtureModels
{
    private const string Folder = "fixtures/models";

    /// <summary>Where a GGUF cannot say what config.json says: the variant in reference.json that reads the model as it does.</summary>
    private static readonly Dictionary<string, string[]> Readings = new()
    {
        ["mistral"] = ["variants", "no_sliding_window"],
        ["gpt-oss"] = ["variants", "yarn_truncate_true"],
    };

    /// <summary>All models that make logits; one empty name where ENGINE_SHARED is unset.</summary>
    public static IEnumerable<TheoryDataRow<string>> Generators() => SharedFiles.Root is null
        ? [new TheoryDataRow<string>("")]
        : Directory.EnumerateDirectories(System.IO.Path.Combine(SharedFiles.Root, Folder))
            .Select(path => System.IO.Path.GetFileName(path)!)
            .Where(name => name != "bert")
            .Order(StringComparer.Ordinal)
            .Select(name => new TheoryDataRow<string>(name));

    /// <summary>The quantised files of a model, as MODEL/TYPE.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Quantized() => SharedFiles.Root is null
        ? [new TheoryDataRow<string, string>("", "")]
        : new[] { "llama-k", "mixtral" }.SelectMany(name => SharedFiles.Names($"{Folder}/{name}/quant", "*.gguf")
            .Select(row => new TheoryDataRow<string, string>(name, row.Data)));

    /// <summary>The full path of a file of a model.</summary>
    public static string Path(string name, string file = "model-f32.gguf") => SharedFiles.Require($"{Folder}/{name}/{file}");

    /// <summary>What the model's GGUF is to give.</summary>
    public static Reference ReferenceOf(string name) =>
        Reference.Read(Path(name, "reference.json"), Readings.GetValueOrDefault(name, []));

    /// <summary>What the model's folder is to give: what config.json says.</summary>
    public static Reference FolderReferenceOf(string name) => Reference.Read(Path(name, "reference.json"));

    /// <summary>What a quantised file is to give.</summary>
    public static Reference QuantizedReferenceOf(string name, string type) => Reference.Read(
        Path(name, "quant/reference.json"), ReferenceOf(name).Prompt, type);

    /// <summary>The largest difference that llama.cpp's arithmetic makes on a quantised file.</summary>
    public static float PeerErrorOf(string name, string type)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path(name, "quant/reference.json")));
        return document.RootElement.GetProperty(type).GetProperty("llamacpp_max_abs_diff").GetSingle();
    }
}
