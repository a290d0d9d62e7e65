using System.Text;
using System.Text.Json;
using Engine.Formats;

namespace Engine.Tokenization.Json.Models;

/// <summary>Reads the merges of a BPE model: texts with a space between, or pairs of texts.</summary>
internal static class MergeReader
{
    private const string Version = "#version";

    /// <summary>Reads merges, first ones first; of a pair that occurs twice the last one counts, as in the library.</summary>
    /// <param name="node">The list.</param>
    /// <param name="vocabulary">The tokens; each merge is of two tokens to one.</param>
    /// <param name="prefix">Length in bytes of what a right side begins with and the merged token lacks.</param>
    /// <exception cref="ModelFormatException">A merge is none.</exception>
    public static MergeTable Read(JsonNode node, Vocabulary vocabulary, int prefix)
    {
        var merges = new List<(int Left, int Right, int Merged)>(node.Demand(JsonValueKind.Array, "an array").Count);
        foreach ((string left, string right) in Texts(node)) merges.Add(ReadMerge(left, right, merges.Count));
        var table = new MergeTable(vocabulary, merges.Count);
        for (int rank = merges.Count - 1; rank >= 0; rank--)
            table.Add(merges[rank].Left, merges[rank].Right, rank, merges[rank].Merged);
        return table;

        (int Left, int Right, int Merged) ReadMerge(string leftText, string rightText, int rank)
        {
            byte[] left = Encoding.UTF8.GetBytes(leftText);
            byte[] right = Encoding.UTF8.GetBytes(rightText);
            if (right.Length < prefix) throw node.Error($"{JsonNode.Shown(rightText)} in merge {rank}", $"at least {prefix} bytes");
            return (Find(left, rank), Find(right, rank), Find([.. left, .. right.AsSpan(prefix)], rank));
        }

        int Find(ReadOnlySpan<byte> text, int rank) => vocabulary.Find(text) is >= 0 and int id
            ? id
            : throw node.Error($"{JsonNode.Shown(Encoding.UTF8.GetString(text))} in merge {rank}", "a token of the vocabulary");
    }

    /// <summary>The two texts of each merge, in order.</summary>
    /// <exception cref="ModelFormatException">The node is no list, or a merge is not two texts.</exception>
    public static IEnumerable<(string Left, string Right)> Texts(JsonNode node)
    {
        int rank = 0;
        foreach (JsonElement merge in node.Demand(JsonValueKind.Array, "an array").Element.EnumerateArray())
        {
            if (merge.ValueKind == JsonValueKind.String && merge.GetString()!.StartsWith(Version, StringComparison.Ordinal)) continue;
            string[] parts = merge.ValueKind switch
            {
                JsonValueKind.String => merge.GetString()!.Split(' '),
                JsonValueKind.Array => [.. merge.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.String ? part.GetString()! : "")],
                _ => [],
            };
            if (parts.Length != 2) throw node.Error($"{JsonNode.Shown(merge.GetRawText())} as merge {rank}", "two texts");
            yield return (parts[0], parts[1]);
            rank++;
        }
    }
}
