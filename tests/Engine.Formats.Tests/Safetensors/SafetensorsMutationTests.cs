using System.Text;
using System.Text.RegularExpressions;
using Engine.Formats.Safetensors;
using Engine.Formats.Tests.Mutation;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Safetensors;

public partial class SafetensorsMutationTests
{
    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "16", "40", "48", "60", "61", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "1e3", "0.5", "1e999", "null", "[]", "\"1\"", "007", "",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_damage_ends_in_a_typed_exception_or_in_a_readable_file(int seed)
    {
        (int opened, int refused) = MutationCheck.Run(Mutants.Random(SafetensorsSample.Bytes, seed, 12_000), Open);
        Assert.InRange(opened, 100, 11_900);
        Assert.Equal(12_000, opened + refused);
    }

    [Fact]
    public void A_damaged_text_of_the_right_length_ends_in_a_typed_exception_or_in_a_readable_file()
    {
        IEnumerable<byte[]> mutants = Mutants.Random(Encoding.UTF8.GetBytes(SafetensorsSample.Json), 3, 12_000)
            .Select(json => SafetensorsSample.Make(json, 60));
        (int opened, int refused) = MutationCheck.Run(mutants, Open);
        Assert.InRange(opened, 50, 11_900);
        Assert.Equal(12_000, opened + refused);
    }

    [Fact]
    public void Any_number_in_the_header_may_be_absurd()
    {
        IEnumerable<byte[]> mutants =
            from number in Number().Matches(SafetensorsSample.Json)
            from absurd in Numbers
            let json = SafetensorsSample.Json.Remove(number.Index, number.Length).Insert(number.Index, absurd)
            select SafetensorsSample.Make(json, 60);
        (int opened, int refused) = MutationCheck.Run(mutants, Open);
        Assert.Equal(Number().Count(SafetensorsSample.Json) * Numbers.Length, opened + refused);
        Assert.InRange(opened, 1, refused / 4);
    }

    [Fact]
    public void A_file_cut_at_any_length_is_refused() =>
        Assert.Equal((0, SafetensorsSample.Bytes.Length), MutationCheck.Run(Mutants.Truncated(SafetensorsSample.Bytes), Open));

    private static IEnumerable<ITensorData> Open(byte[] mutant) => SafetensorsFile.Open(mutant, "mutant").Tensors;

    [GeneratedRegex("(?<=[\\[,])[0-9]+(?=[\\],])")]
    private static partial Regex Number();
}
