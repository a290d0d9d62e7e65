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
        foreach (JsonElement merge in node.Element.EnumerateArray())
        {
            if (merge.ValueKind == JsonValueKind.String && merge.GetString()!.StartsWith(Version, StringComparison.Ordinal)) continue;
            merges.Add(ReadMerge(merge, merges.Count));
        }
        var table = new MergeTable(vocabulary, merges.Count);
        for (int rank = merges.Count - 1; rank >= 0; rank--)
            table.Add(merges[rank].Left, merges[rank].Right, rank, merges[rank].Merged);
        return table;

        (int Left, int Right, int Merged) ReadMerge(JsonElement merge, int rank)
        {
            string[] parts = merge.ValueKind switch
            {
                JsonValueKind.String => merge.GetString()!.Split(' '),
                JsonValueKind.Array => [.. merge.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.String ? part.GetString()! : "")],
                _ => [],
            };
            if (parts.Length != 2) throw node.Error($"{JsonNode.Shown(merge.GetRawText())} as merge {rank}", "two texts");
            byte[] left = Encoding.UTF8.GetBytes(parts[0]);
            byte[] right = Encoding.UTF8.GetBytes(parts[1]);
            if (right.Length < prefix) throw node.Error($"{JsonNode.Shown(parts[1])} in merge {rank}", $"at least {prefix} bytes");
            return (Find(left, rank), Find(right, rank), Find([.. left, .. right.AsSpan(prefix)], rank));
        }

        int Find(ReadOnlySpan<byte> text, int rank) => vocabulary.Find(text) is >= 0 and int id
            ? id
            : throw node.Error($"{JsonNode.Shown(Encoding.UTF8.GetString(text))} in merge {rank}", "a token of the vocabulary");
    }
}
