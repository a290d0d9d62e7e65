using System.Diagnostics;
using System.Text;
using Engine.Formats;
using Engine.Testing;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

/// <summary>Folders with a tokenizer.model and no tokenizer.json.</summary>
public sealed class SentencePieceFileTests : IDisposable
{
    private const string FileName = "tokenizer.model";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama")]
    [InlineData("gemma")]
    [InlineData("mistral")]
    [InlineData("phi3")]
    public void It_gives_the_ids_of_the_tokenizer_json_beside_it(string model)
    {
        string source = SharedFiles.Require($"fixtures/models/{model}/hf");
        foreach (string name in (string[])[FileName, "tokenizer_config.json", "generation_config.json"])
            File.Copy(Path.Combine(source, name), _folder[name]);
        JsonTokenizer expected = JsonTokenizer.Open(source);
        Tokenizer actual = Tokenizer.TryOpenFolder(_folder.Path)!;
        foreach (string text in (string[])["Hello world", " a  b ", "don't; 123 café 中文 😀\n\n\tif (x) {", "", "The license of this software"])
        {
            Assert.Equal(expected.Encode(text), actual.Encode(text));
            Assert.Equal(text, actual.Decode([.. actual.Encode(text, addSpecial: false)]));
        }
        Assert.Equal((expected.BosId, expected.EosId), (actual.BosId, actual.EosId));
        Assert.Equal(expected.VocabularySize, actual.VocabularySize);
    }

    [Fact]
    public void Pieces_scores_kinds_and_added_tokens_are_read()
    {
        _folder.Write(FileName, Model(2, Piece("<unk>", 0, 2), Piece("<s>", 0, 3), Piece("</s>", 0, 3), Piece("▁", -3, 1), Piece("a", -2, 1),
            Piece("b", -2, 1), Piece("ab", -1, 1)));
        _folder.Write("tokenizer_config.json",
            """{"add_bos_token": false, "eos_token": "<|end|>", "added_tokens_decoder": {"7": {"content": "<|end|>", "special": true}}}""");
        Tokenizer tokenizer = Tokenizer.TryOpenFolder(_folder.Path)!;
        Assert.Equal([3, 6, 4, 7], tokenizer.Encode("aba<|end|>"));
        Assert.Equal(7, tokenizer.EosId);
    }

    [Fact]
    public void A_Unigram_model_takes_the_likeliest_pieces()
    {
        _folder.Write(FileName, Model(1, Piece("<unk>", 0, 2), Piece("<s>", 0, 3), Piece("</s>", 0, 3), Piece("▁", -3, 1), Piece("a", -1, 1),
            Piece("b", -1, 1), Piece("ab", -5, 1), Piece("▁a", -2, 1)));
        _folder.Write("tokenizer_config.json", """{"add_eos_token": false}""");
        Assert.Equal([7, 5], Tokenizer.TryOpenFolder(_folder.Path)!.Encode("ab"));
    }

    [Fact]
    public void A_folder_without_either_has_no_tokenizer() => Assert.Null(Tokenizer.TryOpenFolder(_folder.Path));

    [Theory]
    [InlineData("")]
    [InlineData("0A")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF7F")]
    [InlineData("0B")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("7B226122")]
    [InlineData("0A030A0161120218630A03")]
    public void Bytes_that_are_no_model_are_refused(string hex)
    {
        _folder.Write(FileName, Convert.FromHexString(hex));
        var exception = Assert.Throws<ModelFormatException>(() => Tokenizer.TryOpenFolder(_folder.Path));
        Assert.StartsWith(_folder.Path, exception.File);
    }

    [Fact]
    public void Bytes_changed_at_random_leave_a_tokenizer_or_are_refused()
    {
        byte[] original = Model(2, Piece("<unk>", 0, 2), Piece("<s>", 0, 3), Piece("</s>", 0, 3), Piece("▁", -3, 1), Piece("ab", -2, 1));
        var random = new Random(1);
        for (int round = 0; round < 500; round++)
        {
            byte[] mutant = (byte[])original.Clone();
            mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            _folder.Write(FileName, mutant);
            try
            {
                Tokenizer.TryOpenFolder(_folder.Path)!.Encode("ab c");
            }
            catch (ModelFormatException)
            {
            }
        }
    }

    [Fact]
    public void Added_ids_that_climb_away_from_the_pieces_are_refused()
    {
        _folder.Write(FileName, Model(2, Piece("<unk>", 0, 2), Piece("a", -1, 1)));
        _folder.Write("added_tokens.json", $"{{{string.Join(',', Enumerable.Range(1, 40).Select(i => $"\"t{i}\":{i * 131_000}"))}}}");
        var exception = Assert.Throws<ModelFormatException>(() => Tokenizer.TryOpenFolder(_folder.Path));
        Assert.Equal(("t2", "id 262000"), (exception.Item, exception.Found));
    }

    [Fact]
    public void Many_added_tokens_take_linear_time()
    {
        const int Count = 120_000;
        _folder.Write(FileName, Model(2, Piece("<unk>", 0, 2), Piece("<s>", 0, 3), Piece("</s>", 0, 3), Piece("a", -1, 1)));
        _folder.Write("added_tokens.json", $"{{{string.Join(',', Enumerable.Range(4, Count).Select(i => $"\"t{i}\":{i}"))}}}");
        var clock = Stopwatch.StartNew();
        Assert.Equal(Count + 4, Tokenizer.TryOpenFolder(_folder.Path)!.VocabularySize);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
    }

    private static byte[] Model(byte type, params byte[][] pieces) =>
        [.. pieces.SelectMany(piece => Message(1, piece)), .. Message(2, [0x18, type])];

    private static byte[] Piece(string text, float score, byte kind) =>
        [.. Message(1, Encoding.UTF8.GetBytes(text)), 0x15, .. BitConverter.GetBytes(score), 0x18, kind];

    private static byte[] Message(int field, byte[] content) => [(byte)(field << 3 | 2), (byte)content.Length, .. content];
}
