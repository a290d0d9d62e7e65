using BenchmarkDotNet.Attributes;
using Engine.Formats.Gguf;
using Engine.Tokenization;

namespace Engine.Bench;

/// <summary>
/// Loading a vocabulary, and text to ids and back; needs ENGINE_SHARED:
/// <c>dotnet run -c Release --project bench/Engine.Bench -- --filter *Tokenizer*</c>.
/// </summary>
[MemoryDiagnoser]
public class TokenizerBenchmarks
{
    private static readonly string Fixtures =
        Path.Combine(Environment.GetEnvironmentVariable("ENGINE_SHARED")
            ?? throw new InvalidOperationException("ENGINE_SHARED is unset."), "fixtures");

    private GgufFile _file = null!;
    private Tokenizer _tokenizer = null!;
    private string _text = "";
    private int[] _ids = [];

    /// <summary>One vocabulary of each kind, and the largest ones.</summary>
    [Params("gpt-2", "llama-bpe", "gemma-4", "llama-spm", "unigram", "bert-bge")]
    public string Vocabulary { get; set; } = "";

    /// <summary>Opens the vocabulary, reads the text and fills the word cache.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _file = GgufFile.Open(Path.Combine(Fixtures, "tokenizers", $"ggml-vocab-{Vocabulary}.gguf"));
        _text = File.ReadAllText(Path.Combine(Fixtures, "text", "eval.txt"));
        _tokenizer = Load();
        _ids = [.. _tokenizer.Encode(_text)];
    }

    /// <summary>Closes the vocabulary.</summary>
    [GlobalCleanup]
    public void Cleanup() => _file.Dispose();

    /// <summary>From the open file to a tokenizer.</summary>
    [Benchmark]
    public Tokenizer Load() => Tokenizer.Create(_file.Metadata, _file.Path);

    /// <summary>eval.txt, 151,721 bytes, to ids.</summary>
    [Benchmark]
    public int Encode() => _tokenizer.Encode(_text).Count;

    /// <summary>The ids of eval.txt to text.</summary>
    [Benchmark]
    public int Decode() => _tokenizer.Decode(_ids).Length;

    /// <summary>The ids of eval.txt to text, one by one.</summary>
    [Benchmark]
    public int Stream()
    {
        StreamDecoder decoder = _tokenizer.CreateStream();
        int characters = 0;
        foreach (int id in _ids) characters += decoder.Append(id).Length;
        return characters + decoder.Flush().Length;
    }
}
