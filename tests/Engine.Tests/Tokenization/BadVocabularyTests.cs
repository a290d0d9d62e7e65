using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

public class BadVocabularyTests
{
    [Theory]
    [InlineData("llama", "scores")]
    [InlineData("llama", "tokens")]
    [InlineData("llama", "model")]
    [InlineData("t5", "scores")]
    [InlineData("gpt2", "merges")]
    [InlineData("gemma4", "merges")]
    [InlineData("bert", "tokens")]
    public void A_missing_key_is_named(string kind, string key)
    {
        ModelFormatException error = Assert.Throws<ModelFormatException>(
            () => Tokenizer.Create(Make(kind).ToMetadata(without: key), SmallVocabulary.File));
        Assert.Equal("tokenizer.ggml." + key, error.Item);
        Assert.Equal(SmallVocabulary.File, error.File);
    }

    [Fact]
    public void An_unknown_kind_is_named_with_those_that_are_known()
    {
        ModelFormatException error = Fails(Make("llama").With("model", "rot13"), "model");
        Assert.Contains("rot13", error.Message, StringComparison.Ordinal);
        Assert.Contains("gpt2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_pre_tokenizer_is_named_with_those_that_are_known()
    {
        ModelFormatException error = Fails(Make("gpt2").With("pre", "of-tomorrow"), "pre");
        Assert.Contains("of-tomorrow", error.Message, StringComparison.Ordinal);
        Assert.Contains("llama-bpe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_pre_tokenizer_gets_the_default()
    {
        Tokenizer none = Tokenizer.Create(Make("gpt2").ToMetadata(without: "pre"), SmallVocabulary.File);
        Tokenizer named = Make("gpt2").With("pre", "default").ToTokenizer();
        Assert.Equal(named.Encode("a aab 1234!?"), none.Encode("a aab 1234!?"));
    }

    [Theory]
    [InlineData("scores", 1)]
    [InlineData("scores", -1)]
    [InlineData("token_type", 1)]
    [InlineData("token_type", -1)]
    public void Counts_that_differ_from_the_number_of_tokens_are_refused(string key, int difference)
    {
        SmallVocabulary vocabulary = Make("llama");
        int count = vocabulary.Count + difference;
        Fails(vocabulary.With(key, key == "scores" ? GgufValue.Of(new float[count]) : GgufValue.Of(new int[count])), key);
    }

    [Theory]
    [InlineData("bos_token_id")]
    [InlineData("eos_token_id")]
    [InlineData("eot_token_id")]
    [InlineData("unknown_token_id")]
    [InlineData("seperator_token_id")]
    [InlineData("padding_token_id")]
    [InlineData("mask_token_id")]
    [InlineData("fim_pre_token_id")]
    [InlineData("prefix_token_id")]
    public void A_special_id_beyond_the_vocabulary_is_refused(string key)
    {
        SmallVocabulary vocabulary = Make("llama");
        Fails(vocabulary.With(key, vocabulary.Count), key);
        Fails(Make("llama").With(key, GgufValue.Of(-1)), key);
    }

    [Fact]
    public void A_token_that_is_to_be_added_must_exist()
    {
        Fails(new SmallVocabulary("llama").Add("a"), "bos_token_id");
        Fails(new SmallVocabulary("t5").Add("a"), "eos_token_id");
        Fails(new SmallVocabulary("bert").AddAll("a", "b").With("unknown_token_id", 0).With("cls_token_id", 1), "seperator_token_id");
        Fails(new SmallVocabulary("bert").AddAll("a", "b").With("seperator_token_id", 0).With("cls_token_id", 1), "unknown_token_id");
        Fails(new SmallVocabulary("t5").AddAll("a", "b").With("eos_token_id", 0), "unknown_token_id");
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a ")]
    [InlineData(" a")]
    public void A_merge_that_is_not_two_texts_is_refused(string merge)
    {
        ModelFormatException error = Fails(Make("gpt2").Merges("a a", merge), "merges");
        Assert.Contains("merge 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_occurs_twice_is_refused() =>
        Assert.Contains("\"ab\"", Fails(Make("llama").Add("ab"), "tokens").Message, StringComparison.Ordinal);

    [Fact]
    public void A_vocabulary_without_tokens_is_refused() => Fails(new SmallVocabulary("llama"), "tokens");

    [Fact]
    public void A_score_that_is_not_a_number_is_refused() => Fails(Make("llama").Add("x", score: float.NaN), "scores");

    [Theory]
    [InlineData("tokens")]
    [InlineData("scores")]
    [InlineData("token_type")]
    [InlineData("merges")]
    [InlineData("bos_token_id")]
    [InlineData("add_bos_token")]
    public void A_value_of_another_type_is_refused(string key) => Fails(Make("gpt2").With(key, "text"), key);

    [Fact]
    public void An_empty_token_gets_a_name_of_its_own()
    {
        Tokenizer tokenizer = Make("llama").Add("").ToTokenizer();
        Assert.Equal($"[EMPTY_{tokenizer.VocabularySize - 1}]", tokenizer.GetText(tokenizer.VocabularySize - 1));
    }

    [Theory]
    [InlineData("")]  // no length
    [InlineData("000000")]
    [InlineData("00000000")]  // no nodes
    [InlineData("0400000000000000")]  // no replacements
    [InlineData("030000000000000000")]  // a part of a node
    [InlineData("FFFFFFFF0000000000")]
    [InlineData("040000000000000041")]  // a replacement without end
    public void A_character_map_that_does_not_fit_is_refused(string hex) =>
        Fails(Make("t5").With("precompiled_charsmap", GgufValue.Of(Convert.FromHexString(hex))), "precompiled_charsmap");

    [Fact]
    public void A_random_character_map_fails_cleanly_or_works()
    {
        var random = new Random(11);
        int worked = 0;
        for (int round = 0; round < 2000; round++)
        {
            var map = new byte[4 + 4 * 256 + 8];
            random.NextBytes(map);
            BitConverter.TryWriteBytes(map, 4 * 256);
            for (int node = 0; node < 256; node++)
            {
                int packed = node ^ (random.Next(256) << 10) ^ (random.Next(2) << 8);
                if (random.Next(2) == 0) BitConverter.TryWriteBytes(map.AsSpan(4 + 4 * node), packed);
            }
            map[^1] = 0;
            try
            {
                Tokenizer tokenizer = Make("t5").With("precompiled_charsmap", GgufValue.Of(map)).ToTokenizer();
                tokenizer.Encode("abcABC 123 äöü\u0001\u007f");
                worked++;
            }
            catch (ModelFormatException error)
            {
                Assert.Equal("tokenizer.ggml.precompiled_charsmap", error.Item);
            }
        }
        Assert.InRange(worked, 1, 1999);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Ids_beyond_the_vocabulary_are_named(int id)
    {
        Tokenizer tokenizer = Make("llama").ToTokenizer();
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([0, id]));
        Assert.Contains($"{id} is no token", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{tokenizer.VocabularySize}", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.GetText(id));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.GetKind(id));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.CreateStream().AppendText(id));
        Assert.False(tokenizer.IsEndOfGeneration(id));
    }

    private static SmallVocabulary Make(string kind) => kind switch
    {
        "llama" => SmallVocabulary.Llama(),
        "t5" => SmallVocabulary.Unigram(),
        "gpt2" => SmallVocabulary.Gpt2(),
        "gemma4" => SmallVocabulary.Gemma4(),
        _ => SmallVocabulary.Bert(),
    };

    private static ModelFormatException Fails(SmallVocabulary vocabulary, string key)
    {
        ModelFormatException error = Assert.Throws<ModelFormatException>(vocabulary.ToTokenizer);
        Assert.Equal("tokenizer.ggml." + key, error.Item);
        return error;
    }
}
