using System.Text;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

/// <summary>Every vector of every vocabulary: docs/adr/0002 says which answer counts where there are two.</summary>
public class VectorTests
{
    public static IEnumerable<TheoryDataRow<string>> Names() => Vectors.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_become_the_recorded_ids(string name)
    {
        Tokenizer tokenizer = Vectors.Load(name);
        var failures = new List<string>();
        foreach (Vectors.EncodeVector vector in Vectors.Read<Vectors.VectorFile>(name).Vectors)
        {
            List<int> ids = tokenizer.Encode(vector.Text, vector.AddSpecial, vector.ParseSpecial);
            if (!ids.SequenceEqual(vector.Ids)) failures.Add(Describe(vector, ids));
        }
        Assert.True(failures.Count == 0, $"{failures.Count} vectors fail:\n{string.Join('\n', failures.Take(12))}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Ids_become_the_recorded_text(string name)
    {
        Tokenizer tokenizer = Vectors.Load(name);
        var failures = new List<string>();
        foreach (Vectors.DecodeVector vector in Vectors.Read<Vectors.VectorFile>(name).Detokenize)
        {
            byte[] bytes = tokenizer.DecodeBytes(vector.Ids, vector.RemoveSpecial, vector.UnparseSpecial);
            byte[] expected = vector.Text is null ? Convert.FromHexString(vector.Hex!) : Encoding.UTF8.GetBytes(vector.Text);
            if (!bytes.AsSpan().SequenceEqual(expected))
            {
                failures.Add($"[{string.Join(",", vector.Ids.Take(20))}] {vector.RemoveSpecial} {vector.UnparseSpecial}: " +
                    $"{Shown(Encoding.UTF8.GetString(bytes))} for {Shown(Encoding.UTF8.GetString(expected))}");
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} vectors fail:\n{string.Join('\n', failures.Take(12))}");
    }

    private static string Describe(Vectors.EncodeVector vector, List<int> ids)
    {
        int same = ids.Zip(vector.Ids).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"{Shown(vector.Text)} {vector.AddSpecial} {vector.ParseSpecial}: [{string.Join(",", ids.Skip(same).Take(12))}] for " +
            $"[{string.Join(",", vector.Ids.Skip(same).Take(12))}] at {same}{(vector.OriginalIds is null ? "" : ", has original")}";
    }

    private static string Shown(string text) => System.Text.Json.JsonSerializer.Serialize(text.Length > 80 ? text[..80] : text);
}
