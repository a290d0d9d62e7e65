using System.Text.Json;
using Engine.Formats.Gguf;
using Engine.Testing;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

/// <summary>The vectors of ENGINE_SHARED/fixtures/tokenizers (its README says how they were made) and their vocabularies.</summary>
internal static class Vectors
{
    public const string Folder = "fixtures/tokenizers";
    private const string SmolLm = "models/default/smollm2-135m-instruct-q4_1-00001-of-00003.gguf";

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Names of the vocabularies with vectors.</summary>
    public static IEnumerable<TheoryDataRow<string>> Names() => SharedFiles.Root is null ? SharedFiles.Names(Folder, "*.json")
        : SharedFiles.Names(Folder, "*.json").Where(row => HasVocabulary(row.Data));

    /// <summary>Where the GGUF file of a vocabulary is, in the shared files.</summary>
    public static string PathOf(string name) => name == "smollm" ? SmolLm : $"{Folder}/ggml-vocab-{name}.gguf";

    public static Tokenizer Load(string name)
    {
        string path = SharedFiles.Require(PathOf(name));
        using GgufFile file = GgufFile.Open(path);
        return Tokenizer.Create(file.Metadata, path);
    }

    public static T Read<T>(string name)
    {
        using FileStream stream = File.OpenRead(SharedFiles.Require($"{Folder}/{name}.json"));
        return JsonSerializer.Deserialize<T>(stream, Options)!;
    }

    private static bool HasVocabulary(string name) =>
        name == "smollm" || File.Exists(Path.Combine(SharedFiles.Root!, Folder, $"ggml-vocab-{name}.gguf"));

    internal sealed record VectorFile(EncodeVector[] Vectors, DecodeVector[] Detokenize);

    internal sealed record EncodeVector(string Text, bool AddSpecial, bool ParseSpecial, int[] Ids, int[]? OriginalIds);

    internal sealed record DecodeVector(int[] Ids, bool RemoveSpecial, bool UnparseSpecial, string? Text, string? Hex);

    internal sealed record StreamFile(StreamVector[] Streams);

    internal sealed record StreamVector(string Vocabulary, string Text, int[] Ids, bool Special, string[] Pieces);
}
