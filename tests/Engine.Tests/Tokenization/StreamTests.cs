using System.Buffers;
using System.Text;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

public class StreamTests
{
    [Fact]
    public void Pieces_are_the_recorded_bytes_and_join_to_the_text()
    {
        Vectors.StreamVector[] streams = Vectors.Read<Vectors.StreamFile>("streaming").Streams;
        foreach (IGrouping<string, Vectors.StreamVector> group in streams.GroupBy(stream => stream.Vocabulary))
        {
            Tokenizer tokenizer = Vectors.Load(group.Key);
            foreach (Vectors.StreamVector stream in group)
            {
                IEnumerable<string> pieces = stream.Ids.Select(id => Convert.ToHexStringLower(tokenizer.GetPiece(id, stream.Special)));
                Assert.Equal(stream.Pieces, pieces);

                StreamDecoder decoder = tokenizer.CreateStream(stream.Special);
                var text = new StringBuilder();
                foreach (int id in stream.Ids) text.Append(decoder.Append(id));
                text.Append(decoder.Flush());
                byte[] bytes = [.. stream.Pieces.SelectMany(Convert.FromHexString)];
                Assert.Equal(Encoding.UTF8.GetString(bytes), text.ToString());
            }
        }
    }

    [Fact]
    public void A_character_appears_with_its_last_byte()
    {
        StreamDecoder decoder = SmallVocabulary.Llama().ToTokenizer().CreateStream();
        Assert.Equal("", decoder.AppendText(ByteId(0xF0)));
        Assert.Equal("", decoder.AppendText(ByteId(0x9F)));
        Assert.Equal("", decoder.AppendText(ByteId(0x98)));
        Assert.Equal(3, decoder.PendingBytes);
        Assert.Equal("😀", decoder.AppendText(ByteId(0x80)));
        Assert.Equal(0, decoder.PendingBytes);
        Assert.Equal("", decoder.Flush().ToString());
    }

    [Theory]
    [InlineData("FF", "\uFFFD")]
    [InlineData("80", "\uFFFD")]
    [InlineData("E282", "\uFFFD")]  // the end cuts a character
    [InlineData("E28241", "\uFFFDA")]
    [InlineData("F0F09F9880", "\uFFFD😀")]
    [InlineData("C0AF", "\uFFFD\uFFFD")]  // an overlong form
    [InlineData("EDA080", "\uFFFD\uFFFD\uFFFD")]  // half a surrogate pair
    [InlineData("C3A9", "é")]
    public void Bytes_that_are_no_character_become_replacement_characters(string hex, string expected)
    {
        StreamDecoder decoder = SmallVocabulary.Llama().ToTokenizer().CreateStream();
        var text = new StringBuilder();
        foreach (byte b in Convert.FromHexString(hex)) text.Append(decoder.Append(ByteId(b)));
        text.Append(decoder.Flush());
        Assert.Equal(expected, text.ToString());
    }

    [Fact]
    public void Any_bytes_decode_as_a_whole_text_would()
    {
        Tokenizer tokenizer = SmallVocabulary.Llama().ToTokenizer();
        var random = new Random(7);
        for (int round = 0; round < 500; round++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            if (round % 2 == 0) bytes = [.. bytes.Select(b => (byte)(b | 0x80))];
            StreamDecoder decoder = tokenizer.CreateStream();
            var text = new StringBuilder();
            foreach (byte b in bytes) text.Append(decoder.Append(ByteId(b)));
            text.Append(decoder.Flush());
            Assert.Equal(Encoding.UTF8.GetString(bytes), text.ToString());
        }
    }

    [Fact]
    public void Control_tokens_show_on_request_only()
    {
        Tokenizer tokenizer = SmallVocabulary.Llama().ToTokenizer();
        Assert.Equal("", tokenizer.CreateStream().AppendText(2));
        Assert.Equal("</s>", tokenizer.CreateStream(special: true).AppendText(2));
    }

    [Fact]
    public void Text_can_go_to_a_buffer_writer()
    {
        Tokenizer tokenizer = SmallVocabulary.Llama().ToTokenizer();
        var writer = new ArrayBufferWriter<char>();
        StreamDecoder decoder = tokenizer.CreateStream();
        Assert.Equal(3, decoder.Append(tokenizer.FindToken("▁ab")!.Value, writer));
        Assert.Equal(0, decoder.Append(ByteId(0xC3), writer));
        Assert.Equal(1, decoder.Append(ByteId(0xA9), writer));
        Assert.Equal(" abé", writer.WrittenSpan.ToString());
    }

    [Fact]
    public void A_token_allocates_nothing_after_the_first()
    {
        Tokenizer tokenizer = SmallVocabulary.Llama().ToTokenizer();
        StreamDecoder decoder = tokenizer.CreateStream();
        int word = tokenizer.FindToken("▁ab")!.Value;
        int characters = decoder.Append(word).Length;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            characters += decoder.Append(word).Length + decoder.Append(ByteId(0xC3)).Length + decoder.Append(ByteId(0xA9)).Length;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(3 + 4000, characters);
    }

    private static int ByteId(byte value) => 3 + value;
}
