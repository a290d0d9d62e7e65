using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

public class SpecialTokenTests
{
    [Fact]
    public void Control_tokens_in_text_are_tokens_on_request_only()
    {
        Tokenizer tokenizer = SmallVocabulary.Gpt2().ToTokenizer();
        int end = Id(tokenizer, "<|endoftext|>");
        Assert.Equal([Id(tokenizer, "a"), end, Id(tokenizer, "a")], tokenizer.Encode("a<|endoftext|>a", addSpecial: false));
        List<int> asText = tokenizer.Encode("a<|endoftext|>a", addSpecial: false, parseSpecial: false);
        Assert.DoesNotContain(end, asText);
        Assert.Equal("a<|endoftext|>a", tokenizer.Decode([.. asText]));
    }

    [Fact]
    public void User_defined_tokens_in_text_are_tokens_always()
    {
        Tokenizer tokenizer = SmallVocabulary.Gpt2().Add("<tag>", TokenKind.UserDefined).ToTokenizer();
        int tag = Id(tokenizer, "<tag>");
        Assert.Equal([tag, Id(tokenizer, "a")], tokenizer.Encode("<tag>a", addSpecial: false, parseSpecial: false));
        Assert.Equal("<tag>a", tokenizer.Decode([tag, Id(tokenizer, "a")]));
    }

    [Fact]
    public void The_unknown_token_in_text_is_a_token_on_request_only()
    {
        Tokenizer tokenizer = SmallVocabulary.Llama().ToTokenizer();
        Assert.Contains(0, tokenizer.Encode("<unk>", addSpecial: false));
        Assert.DoesNotContain(0, tokenizer.Encode("<unk>", addSpecial: false, parseSpecial: false));
    }

    [Theory]
    [InlineData("<<<<", "<<<|<")]  // the longest first
    [InlineData("<<<<<", "<<<|<<")]
    [InlineData("x<<>>>", "x|<|<>>>")]  // also where a shorter one stands before it
    [InlineData("<<>>", "<<|>|>")]
    [InlineData("<>>>", "<>>>")]
    public void The_longest_tokens_are_found_first(string text, string expected)
    {
        SmallVocabulary vocabulary = SmallVocabulary.Gpt2();
        foreach (string token in (string[])["<<", "<<<", "<>>>"]) vocabulary.Add(token, TokenKind.UserDefined);
        Tokenizer tokenizer = vocabulary.ToTokenizer();
        Assert.Equal(expected.Split('|'), tokenizer.Encode(text, addSpecial: false).Select(tokenizer.GetText));
    }

    [Fact]
    public void Overlapping_tokens_of_equal_length_do_not_take_the_same_text()
    {
        Tokenizer tokenizer = SmallVocabulary.Gpt2().Add("[aab", TokenKind.UserDefined).Add("aab]", TokenKind.UserDefined).ToTokenizer();
        Assert.Equal("[aab]", tokenizer.Decode([.. tokenizer.Encode("[aab]", addSpecial: false)]));
        Assert.Equal(["[aab", "]"], tokenizer.Encode("[aab]", addSpecial: false).Select(tokenizer.GetText));
    }

    [Fact]
    public void Phi_3_swallows_white_space_behind_special_tokens()
    {
        SmallVocabulary phi = SmallVocabulary.Llama().Add("<|user|>", TokenKind.Control).Add("<|endoftext|>", TokenKind.Control)
            .With("add_space_prefix", false).WithGeneral("name", "Phi3 mini");
        Tokenizer tokenizer = phi.ToTokenizer();
        Assert.Equal(["<|user|>", "ab"], tokenizer.Encode("<|user|> \n ab", addSpecial: false).Select(tokenizer.GetText));
        Assert.Equal(["<|user|>", "<|user|>"], tokenizer.Encode("<|user|>\n<|user|>  ", addSpecial: false).Select(tokenizer.GetText));
        Assert.Equal(["<|endoftext|>", "▁ab"], tokenizer.Encode("<|endoftext|> ab", addSpecial: false).Select(tokenizer.GetText));
        Assert.Equal(["<s>", "▁ab"], tokenizer.Encode("<s> ab", addSpecial: false).Select(tokenizer.GetText));
    }

    [Fact]
    public void A_mask_swallows_white_space_before_it_where_the_family_says_so()
    {
        Tokenizer tokenizer = SmallVocabulary.Gpt2().With("pre", "jina-v2-code").Add("<mask>", TokenKind.Control).ToTokenizer();
        Assert.Equal(["a", "<mask>", "Ġa"], tokenizer.Encode("a  <mask> a", addSpecial: false).Select(tokenizer.GetText));
    }

    [Fact]
    public void Begin_and_end_are_added_as_the_file_says()
    {
        Assert.Equal([1], SmallVocabulary.Llama().ToTokenizer().Encode(""));
        Assert.Equal([], SmallVocabulary.Llama().With("add_bos_token", false).ToTokenizer().Encode(""));
        Assert.Equal([1, 2], SmallVocabulary.Llama().With("add_eos_token", true).ToTokenizer().Encode(""));
        Assert.Equal([1], SmallVocabulary.Unigram().ToTokenizer().Encode(""));
        Assert.Equal([2, 3], SmallVocabulary.Bert().ToTokenizer().Encode(""));
        Assert.Equal([], SmallVocabulary.Gpt2().ToTokenizer().Encode(""));
        Assert.Equal([0], SmallVocabulary.Gemma4().ToTokenizer().Encode(""));
        Assert.Equal([0], SmallVocabulary.Gemma4().With("add_bos_token", false).ToTokenizer().Encode(""));
        Assert.Equal([11], SmallVocabulary.Gpt2().With("pre", "llama-bpe").ToTokenizer().Encode(""));
        Assert.Equal([7], SmallVocabulary.Gpt2().With("pre", "llama-bpe").With("bos_token_id", 7).ToTokenizer().Encode(""));
        Assert.Equal([], SmallVocabulary.Llama().ToTokenizer().Encode("", addSpecial: false));
    }

    [Fact]
    public void Defaults_beyond_the_vocabulary_are_dropped()
    {
        Tokenizer tokenizer = new SmallVocabulary("gpt2").AddAll("a", "b", "ab").Merges("a b").ToTokenizer();
        Assert.Null(tokenizer.BosId);
        Assert.Null(tokenizer.EosId);
        Assert.Equal([2], tokenizer.Encode("ab"));
    }

    [Fact]
    public void A_chat_models_end_of_turn_ends_generation()
    {
        Tokenizer tokenizer = SmallVocabulary.Gpt2().Add("<|im_start|>", TokenKind.Control).Add("<|im_end|>")
            .Add("<|fim_prefix|>", TokenKind.Control).Add("<|fim_pad|>", TokenKind.Control).Add("<|file_sep|>").ToTokenizer();
        Assert.Equal(Id(tokenizer, "<|im_end|>"), tokenizer.EotId);
        Assert.Equal(TokenKind.Control, tokenizer.GetKind(Id(tokenizer, "<|im_end|>")));  // though the file says normal
        Assert.Equal(Id(tokenizer, "<|fim_prefix|>"), tokenizer.FimPrefixId);
        Assert.Equal(Id(tokenizer, "<|fim_pad|>"), tokenizer.FimPaddingId);
        string[] ends = ["<|endoftext|>", "<|im_end|>", "<|fim_pad|>", "<|file_sep|>", tokenizer.GetText(11)];
        Assert.Equal(ends.Order(), Ends(tokenizer).Order());
    }

    [Fact]
    public void In_GPT_OSS_end_is_part_of_the_answer()
    {
        Tokenizer tokenizer = SmallVocabulary.Gpt2().Add("<|return|>", TokenKind.Control).Add("<|call|>", TokenKind.Control)
            .Add("<|end|>", TokenKind.Control).Add("<|channel|>", TokenKind.Control).ToTokenizer();
        Assert.DoesNotContain("<|end|>", Ends(tokenizer));
        Assert.Contains("<|return|>", Ends(tokenizer));
        Assert.Equal("<|end|><|channel|>", tokenizer.Decode([Id(tokenizer, "<|end|>"), Id(tokenizer, "<|channel|>")]));
    }

    [Fact]
    public void In_Gemma_4_a_tools_answer_ends_generation_and_the_old_end_does_not()
    {
        Tokenizer tokenizer = SmallVocabulary.Gemma4().Add("</s>", TokenKind.UserDefined).Add("<|tool_response>").Add("<turn|>")
            .ToTokenizer();
        Assert.Equal(["<eos>", "<turn|>", "<|tool_response>"], Ends(tokenizer).OrderBy(text => text.Length));
    }

    [Fact]
    public void Recorded_vocabularies_end_generation_where_they_should()
    {
        Check("llama-bpe", "<|end_of_text|>", "<|eot_id|>");
        Check("llama-spm", "</s>");
        Check("qwen2", "<|endoftext|>", "<|im_end|>");
        Check("smollm", "<|endoftext|>", "<|im_end|>");
        Check("phi-3", "<|endoftext|>", "<|end|>");

        static void Check(string name, params string[] texts)
        {
            Tokenizer tokenizer = Vectors.Load(name);
            foreach (string text in texts) Assert.True(tokenizer.IsEndOfGeneration(Id(tokenizer, text)), $"{name}: {text}");
            Assert.False(tokenizer.IsEndOfGeneration(tokenizer.FindToken("the") ?? tokenizer.FindToken("▁the")!.Value));
        }
    }

    private static int Id(Tokenizer tokenizer, string text) => tokenizer.FindToken(text)!.Value;

    private static IEnumerable<string> Ends(Tokenizer tokenizer) =>
        Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.IsEndOfGeneration).Select(tokenizer.GetText);
}
