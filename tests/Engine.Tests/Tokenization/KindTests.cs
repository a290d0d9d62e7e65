using System.Text;
using Engine.Formats.Gguf;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

/// <summary>The rules of each kind, on vocabularies small enough to work out by hand.</summary>
public class KindTests
{
    [Theory]
    [InlineData("ab", "▁ab")]
    [InlineData("abc", "▁ab|c")]
    [InlineData("bc", "▁|bc")]
    [InlineData(" ab", "▁|▁ab")]  // the prefix and the text's own space
    [InlineData("a b", "▁a|▁|b")]
    [InlineData("é", "▁|<0xC3>|<0xA9>")]
    [InlineData("<s>ab", "<s>|▁ab")]  // a prefix also behind a special token
    [InlineData("ab<s>", "▁ab|<s>")]
    public void Sentence_piece_merges_by_score(string text, string tokens) => Check(SmallVocabulary.Llama(), text, tokens);

    [Fact]
    public void Sentence_piece_without_prefix_adds_no_space()
    {
        Check(SmallVocabulary.Llama().With("add_space_prefix", false), "ab a", "ab|▁a");
        Tokenizer tokenizer = SmallVocabulary.Llama().With("add_space_prefix", false).ToTokenizer();
        Assert.Equal(" ab", tokenizer.Decode([tokenizer.FindToken("▁ab")!.Value]));
    }

    [Fact]
    public void Sentence_piece_without_byte_tokens_has_the_unknown_token()
    {
        SmallVocabulary vocabulary = new SmallVocabulary("llama").Add("<unk>", TokenKind.Unknown).Add("<s>", TokenKind.Control)
            .Add("</s>", TokenKind.Control).Add("▁").Add("a");
        Check(vocabulary, "ax", "▁|a|<unk>");
    }

    [Fact]
    public void Equal_scores_merge_from_the_left()
    {
        SmallVocabulary vocabulary = new SmallVocabulary("llama").Add("<unk>", TokenKind.Unknown).Add("<s>", TokenKind.Control)
            .Add("</s>", TokenKind.Control).Add("a", score: -9).Add("aa", score: -1).Add("aaa", score: -1).With("add_space_prefix", false);
        Check(vocabulary, "aaaaa", "aaa|aa");
    }

    [Theory]
    [InlineData("aab", "aab")]
    [InlineData("aaab", "aa|a|b")]  // a+a from the left, then aa+b does not meet
    [InlineData("a a", "a|Ġa")]
    [InlineData("é", "Ã|©")]
    [InlineData("\u0000", "Ā")]
    public void Byte_pairs_merge_by_rank(string text, string tokens) => Check(SmallVocabulary.Gpt2(), text, tokens);

    [Fact]
    public void A_word_that_is_a_token_needs_no_merges_where_they_are_ignored()
    {
        Check(SmallVocabulary.Gpt2().Add("baba").With("pre", "gpt-2"), "baba", "b|a|b|a");
        Check(SmallVocabulary.Gpt2().Add("baba").With("pre", "llama-bpe"), "baba", "baba");
    }

    [Fact]
    public void Merges_may_go_through_texts_that_are_no_tokens()
    {
        SmallVocabulary vocabulary = new SmallVocabulary("gpt2").With("pre", "gpt-2").AddByteAlphabet().AddAll("abc").Merges("a b", "ab c");
        Check(vocabulary, "abc", "abc");
        Check(vocabulary, "abd", "a|b|d");  // the text that is no token falls apart
    }

    [Theory]
    [InlineData("ab", "ab")]
    [InlineData(" a b", "▁a|▁|b")]
    [InlineData("é", "é")]
    [InlineData("ü", "<0xC3>|<0xBC>")]
    [InlineData("a\n\nb", "a|\n\n|b")]
    [InlineData("a\n\n\nb", "a|\n|\n|\n|b")]
    [InlineData("> b", ">▁|b")]  // a merge across a space
    [InlineData("> a", ">|▁a")]  // an earlier one from behind it
    [InlineData("b a", "b|▁a")]
    public void Character_pairs_merge_by_rank(string text, string tokens) => Check(SmallVocabulary.Gemma4(), text, tokens);

    [Theory]
    [InlineData("abc", "▁a|bc")]
    [InlineData("ab", "▁a|b")]
    [InlineData("a   b", "▁a|▁|b")]  // spaces in a row count as one
    [InlineData("  a ", "▁a")]
    [InlineData("axyzb", "▁a|<unk>|b")]  // unknown characters in a row are one token
    [InlineData("", "")]
    public void Unigram_takes_the_most_probable_way(string text, string tokens) => Check(SmallVocabulary.Unigram(), text, tokens);

    [Fact]
    public void Unigram_keeps_spaces_where_the_file_says_so() =>
        Check(SmallVocabulary.Unigram().With("remove_extra_whitespaces", false), "a  b", "▁a|▁|▁|b");

    [Fact]
    public void Unigram_maps_characters_first()
    {
        SmallVocabulary vocabulary = SmallVocabulary.Unigram().With("precompiled_charsmap", GgufValue.Of(MapOf('A', "a")));
        Check(vocabulary, "Abc", "▁a|bc");
    }

    [Theory]
    [InlineData("play", "▁play")]
    [InlineData("PLAYING, played", "▁play|ing|▁,|▁play|ed")]
    [InlineData("plays", "[UNK]")]  // a word is tokens as a whole or unknown
    [InlineData("中中", "▁中|▁中")]
    [InlineData("über Ù", "▁uber|[UNK]")]
    [InlineData("\u0000play\u200Bing\uFFFD", "▁play|ing")]  // control and format characters are dropped
    [InlineData("a\u00A0a\u0085a", "▁a|▁a|▁a")]
    [InlineData("[MASK]ing", "[MASK]|[UNK]")]
    public void Word_piece_takes_the_longest_pieces(string text, string tokens) => Check(SmallVocabulary.Bert(), text, tokens);

    [Fact]
    public void Word_piece_keeps_case_and_accents_where_the_file_says_so()
    {
        Check(SmallVocabulary.Bert().With("normalizer.lowercase", false), "Play", "[UNK]");
        Check(SmallVocabulary.Bert().With("normalizer.strip_accents", false), "über", "[UNK]");
        Check(SmallVocabulary.Bert().With("normalizer.strip_accents", false), "PLAYİNG", "▁play|ing");
        Check(SmallVocabulary.Bert().With("normalizer.lowercase", false).With("normalizer.strip_accents", true), "über", "▁uber");
    }

    [Fact]
    public void Decoding_strips_the_prefix_and_cleans_spaces()
    {
        Tokenizer llama = SmallVocabulary.Llama().ToTokenizer();
        Assert.Equal("ab a", llama.Decode([llama.FindToken("▁ab")!.Value, llama.FindToken("▁a")!.Value]));
        Assert.Equal("", llama.Decode([1, 2]));
        Assert.Equal("<s></s>", llama.Decode([1, 2], unparseSpecial: true));
        Assert.Equal("", llama.Decode([1], removeSpecial: true, unparseSpecial: true));
        Assert.Equal("</s>", llama.Decode([1, 2], removeSpecial: true, unparseSpecial: true));  // this file adds no end

        Tokenizer bert = SmallVocabulary.Bert().ToTokenizer();
        Assert.Equal(" playing, play", bert.Decode([.. bert.Encode("playing, play", addSpecial: false)]));
    }

    [Theory]
    [InlineData("a . b ! c ? d ,", "a. b! c? d,")]
    [InlineData("a ' b", "a'b")]
    [InlineData("a 's b 'm c 're d 've", "a's b'm c're d've")]
    [InlineData("a 't b 'd c 'll", "a 't b 'd c 'll")]
    [InlineData("a  .", "a .")]
    [InlineData(" .", ".")]
    [InlineData(" ' ' ", "'' ")]
    [InlineData("", "")]
    [InlineData(" ", " ")]
    [InlineData(" '", " '")]
    public void Spaces_that_tokens_put_before_punctuation_go(string text, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(expected, Encoding.UTF8.GetString(bytes.AsSpan(0, SpaceCleaner.Clean(bytes))));
    }

    [Fact]
    public void A_character_outside_the_byte_alphabet_decodes_to_itself()
    {
        Tokenizer tokenizer = SmallVocabulary.Gpt2().Add("Ġ🛍").ToTokenizer();
        Assert.Equal(" 🛍", tokenizer.Decode([tokenizer.FindToken("Ġ🛍")!.Value]));
    }

    [Fact]
    public void Halves_of_surrogate_pairs_count_as_replacement_characters()
    {
        Tokenizer tokenizer = SmallVocabulary.Llama().ToTokenizer();
        Assert.Equal(tokenizer.Encode("\uFFFD"), tokenizer.Encode("\uD800"));
    }

    [Fact]
    public void Every_byte_survives_the_byte_alphabet()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(b => (byte)b)];
        var encoded = new byte[512];
        var decoded = new byte[512];
        int length = ByteAlphabet.Encode(all, encoded);
        Assert.Equal(all, decoded[..ByteAlphabet.Decode(encoded.AsSpan(0, length), decoded)]);
        Assert.Equal('Ġ', ByteAlphabet.ToCharacter((byte)' '));
        Assert.Equal('Ċ', ByteAlphabet.ToCharacter((byte)'\n'));
        Assert.Equal('Ń', ByteAlphabet.ToCharacter(0xAD));
    }

    [Fact]
    public void Many_threads_get_the_ids_that_one_gets()
    {
        Tokenizer tokenizer = SmallVocabulary.Gpt2().ToTokenizer();
        string[] texts = [.. Enumerable.Range(0, 200).Select(i =>
            string.Concat(Enumerable.Range(0, i % 17).Select(j => (i * j) % 3 == 0 ? "aab " : "aa b")))];
        List<int>[] expected = Array.ConvertAll(texts, text => SmallVocabulary.Gpt2().ToTokenizer().Encode(text));
        Parallel.For(0, 2000, i => Assert.Equal(expected[i % texts.Length], tokenizer.Encode(texts[i % texts.Length])));
    }

    /// <summary>A character map of one ASCII character: root, its node, the value.</summary>
    private static byte[] MapOf(char from, string to)
    {
        const uint Root = 256;  // the children of the root
        const uint Value = 512;  // xor of a node and its value
        var nodes = new uint[1024];
        nodes[0] = Root << 10;
        uint node = Root ^ from;
        nodes[node] = (Value << 10) | (1u << 8) | from;
        nodes[node ^ Value] = 0x80000000;
        byte[] bytes = new byte[4 + 4 * nodes.Length + to.Length + 1];
        BitConverter.TryWriteBytes(bytes, 4 * nodes.Length);
        Buffer.BlockCopy(nodes, 0, bytes, 4, 4 * nodes.Length);
        Encoding.ASCII.GetBytes(to, bytes.AsSpan(4 + 4 * nodes.Length));
        return bytes;
    }

    private static void Check(SmallVocabulary vocabulary, string text, string tokens)
    {
        Tokenizer tokenizer = vocabulary.ToTokenizer();
        Assert.Equal(tokens.Length == 0 ? [] : tokens.Split('|'), tokenizer.Encode(text, addSpecial: false).Select(tokenizer.GetText));
    }
}
