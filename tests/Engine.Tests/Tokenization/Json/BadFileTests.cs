using System.Diagnostics;
using Engine.Formats;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization.Json;

/// <summary>What is wrong with a tokenizer.json is said in one line that names the place.</summary>
public class BadFileTests
{
    [Theory]
    [InlineData("", "tokenizer.json: found bad JSON")]
    [InlineData("[]", "found an array, expected an object")]
    [InlineData("{}", "model: found nothing")]
    [InlineData("""{"version":"2.0","model":{}}""", "version \"2.0\"")]
    [InlineData("""{"model":7}""", "model: found 7, expected an object")]
    [InlineData("""{"model":{"type":"Magic","vocab":{}}}""", "model: found the model \"Magic\", expected one of BPE")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{}}}""", "found no tokens")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":0}}}""", "model.unk_token: found nothing")]
    [InlineData("""{"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":0,"b":0}}}""", "the number 0 for \"a\" and \"b\"")]
    [InlineData("""{"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":0,"a":1}}}""", "\"a\" twice")]
    [InlineData("""{"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":-1}}}""", "\"-1\" for \"a\"")]
    [InlineData("""{"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":2000000000}}}""", "expected a number from 0 to")]
    [InlineData("""{"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":0.5}}}""", "\"0.5\" for \"a\"")]
    [InlineData("""{"model":{"type":"WordLevel","unk_token":"\ud800","vocab":{"a":0}}}""", "half a character")]
    [InlineData("""{"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0}}}""", "model.continuing_subword_prefix: found nothing")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a"]]}}""", "as token 0, expected a text and a number")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0],["a",1]]}}""", "\"a\" as tokens 0 and 1")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":1,"vocab":[["a",0]]}}""", "model.unk_id: found token 1")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}}}""", "model.merges: found nothing")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}""", "\"b\" in merge 0")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}""", "as merge 0, expected two texts")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a",1]]}}""", "in merge 0")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[7]}}""", "as merge 0")]
    public void A_bad_model_is_refused(string json, string message) => Refuse(json, message);

    [Theory]
    [InlineData("normalizer", """{}""", "normalizer.type: found nothing")]
    [InlineData("normalizer", """{"type":"Magic"}""", "normalizer: found the normalizer \"Magic\", expected one of Sequence")]
    [InlineData("normalizer", """{"type":"Strip","strip_left":1,"strip_right":true}""", "normalizer.strip_left: found 1, expected true or false")]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"?"}]}""", "normalizer.normalizers[1]: found")]
    [InlineData("normalizer", """{"type":"Replace","pattern":{},"content":""}""", "normalizer.pattern: found no pattern")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"!"}""", "expected base64")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"AAAA"}""", "found 3 bytes")]
    [InlineData("pre_tokenizer", """{"type":"UnicodeScripts"}""", "the pre-tokenizer \"UnicodeScripts\"")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated","invert":false}""", "the pattern \"(\"")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"(a)\\1"},"behavior":"Isolated","invert":false}""", "unknown escape")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"((a|b){99}){999}"},"behavior":"Isolated","invert":false}""", "too many repetitions")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"a"},"behavior":"0","invert":false}""", "expected one of Removed")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"ab"}""", "expected one character")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"a","prepend_scheme":"?"}""", "always, first or never")]
    [InlineData("post_processor", """{"type":"Magic"}""", "the post-processor \"Magic\"")]
    [InlineData("post_processor", """{"type":"BertProcessing","sep":["x",3],"cls":["y",0]}""", "post_processor.sep[1]: found token 3")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[],"pair":[],"special_tokens":{}}""", "sequence A 0 times")]
    [InlineData("post_processor",
        """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x","type_id":0}}],"pair":[],"special_tokens":{}}""", "\"x\"")]
    [InlineData("decoder", """{"type":"Magic"}""", "the decoder \"Magic\"")]
    [InlineData("decoder", """{"type":"BPEDecoder","suffix":""}""", "an empty suffix")]
    [InlineData("added_tokens", """[{"id":3,"content":"x"}]""", "added_tokens[0].single_word: found nothing")]
    [InlineData("added_tokens", """{}""", "added_tokens: found an object")]
    [InlineData("truncation", """{"max_length":4,"strategy":"?","stride":0}""", "truncation.strategy: found \"?\"")]
    [InlineData("truncation", """{"max_length":4,"strategy":"OnlyFirst","stride":9}""", "a stride of 9")]
    [InlineData("padding", """{"strategy":{"Fixed":2000000000},"direction":"Right","pad_id":0,"pad_type_id":0}""", "at most")]
    [InlineData("padding", """{"strategy":"BatchLongest","direction":"Right","pad_id":9,"pad_type_id":0}""", "the token 9")]
    public void A_bad_component_is_refused(string name, string value, string message) => Refuse(JsonNodes.With(name, value), message);

    [Fact]
    public void Two_added_tokens_of_one_number_are_refused()
    {
        const string Rest = "\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":true";
        Refuse(JsonNodes.With("added_tokens", $$"""[{"id":3,"content":"x",{{Rest}}},{"id":3,"content":"y",{{Rest}}}]"""), "the number 3");
    }

    [Theory]
    [InlineData("{\"model\":", "}")]
    [InlineData("[", "]")]
    [InlineData("{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[", "]}}")]
    public void A_million_levels_are_refused(string open, string close)
    {
        string json = string.Concat(Enumerable.Repeat(open, 1_000_000)) + string.Concat(Enumerable.Repeat(close, 1_000_000));
        Refuse(json, "bad JSON");
    }

    [Fact]
    public void A_pattern_of_a_million_groups_is_refused() => Refuse(
        JsonNodes.With("normalizer", $$"""{"type":"Replace","pattern":{"Regex":"{{new string('(', 1_000_000)}}"},"content":""}"""), "100 deep");

    [Theory]
    [InlineData("(a|aa)+$")]
    [InlineData("(?:a+b?)+c")]
    [InlineData("(?=(aaa)+b)")]
    [InlineData("a*a*a*a*b")]
    public void A_pattern_without_end_is_stopped(string pattern)
    {
        JsonTokenizer tokenizer = JsonNodes.Open(JsonNodes.With("pre_tokenizer",
            $$"""{"type":"Split","pattern":{"Regex":"{{pattern}}"},"behavior":"Isolated","invert":false}"""));
        long start = Stopwatch.GetTimestamp();
        var error = Assert.Throws<ModelFormatException>(() => tokenizer.Encode(new string('a', 10_000) + "!"));
        Assert.Contains("too many steps", error.Message, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < 10);
    }

    [Fact]
    public void A_text_that_needs_a_missing_unknown_token_is_refused()
    {
        JsonTokenizer words = JsonNodes.Open("""{"model":{"type":"WordLevel","unk_token":"?","vocab":{"a":0}}}""");
        Assert.Equal([0], words.Encode("a"));
        Assert.Throws<ModelFormatException>(() => words.Encode("b"));
        JsonTokenizer unigram = JsonNodes.Open("""{"model":{"type":"Unigram","vocab":[["a",-1]]}}""");
        Assert.Equal([0, 0], unigram.Encode("aa"));
        Assert.Throws<ModelFormatException>(() => unigram.Encode("ab"));
    }

    [Fact]
    public void Numbers_without_a_token_have_no_text()
    {
        JsonTokenizer tokenizer = JsonNodes.Open("""{"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":0,"b":3}}}""");
        Assert.Equal(4, tokenizer.VocabularySize);
        Assert.Equal(TokenKind.Unused, tokenizer.GetKind(2));
        Assert.Equal("a b", tokenizer.Decode([0, 1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([4]));
    }

    private static void Refuse(string json, string message)
    {
        var error = Assert.Throws<ModelFormatException>(() => JsonNodes.Open(json));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
