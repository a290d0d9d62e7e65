using System.Globalization;
using System.Text.RegularExpressions;

namespace Engine.Formats.Gguf;

/// <summary>
/// Models split into several files named NAME-00001-of-0000N.gguf, as llama.cpp's gguf-split writes them: the first part carries the
/// metadata, each part <c>split.no</c> (from 0), <c>split.count</c> and <c>split.tensors.count</c> (of the whole model).
/// </summary>
internal static partial class GgufSplit
{
    public const string NumberKey = "split.no";
    public const string CountKey = "split.count";
    public const string TensorsKey = "split.tensors.count";

    private const int MostParts = ushort.MaxValue;

    /// <summary>Number of parts; 1 for a model that is not split.</summary>
    public static int CountOf(GgufMetadata metadata)
    {
        int count = metadata.GetInt32(CountKey, 1);
        return count is >= 0 and <= MostParts
            ? Math.Max(count, 1)
            : throw new ModelFormatException(metadata.File, CountKey, $"{count} parts", $"at most {MostParts}");
    }

    /// <summary>Paths of all parts, found from the path and metadata of any of them.</summary>
    public static IEnumerable<string> Paths(string path, GgufMetadata metadata)
    {
        int number = metadata.GetInt32(NumberKey), count = CountOf(metadata);
        if (number < 0 || number >= count)
            throw new ModelFormatException(path, NumberKey, $"{number}", $"0 to {count - 1}, as {CountKey} is {count}");
        Match name = PartName().Match(path);
        if (!name.Success || !IsNumber(name, "number", number + 1) || !IsNumber(name, "count", count))
        {
            throw new ModelFormatException(
                path, null, $"part {number + 1} of {count} under this name", $"a name that ends in {Ending(number, count)}");
        }
        return Enumerable.Range(0, count).Select(i => name.Groups["prefix"].Value + Ending(i, count));
    }

    /// <summary>Checks that a part is the one its place demands and belongs to the first part's model.</summary>
    /// <param name="headers">The parts up to this one.</param>
    /// <param name="index">Which of them to check, from 0.</param>
    public static void CheckPart(List<GgufHeader> headers, int index)
    {
        GgufMetadata first = headers[0].Metadata, part = headers[index].Metadata;
        CheckNumber(part, NumberKey, index);
        CheckNumber(part, CountKey, CountOf(first));
        CheckNumber(part, TensorsKey, first.GetInt32(TensorsKey));
        foreach ((string key, GgufValue value) in part)
        {
            if (key != NumberKey && first.TryGetValue(key, out GgufValue? expected) && !value.ContentEquals(expected))
                throw new ModelFormatException(part.File, key, $"another value than in {first.File}", "a part of the same model");
        }
    }

    /// <summary>Checks that the parts together have as many tensors as each of them says.</summary>
    public static void CheckTotal(List<GgufHeader> headers)
    {
        GgufMetadata first = headers[0].Metadata;
        int expected = first.GetInt32(TensorsKey), found = headers.Sum(header => header.Tensors.Count);
        if (found != expected)
            throw new ModelFormatException(first.File, TensorsKey, $"{found} tensors in {headers.Count} parts", $"{expected}");
    }

    private static void CheckNumber(GgufMetadata part, string key, int expected)
    {
        int found = part.GetInt32(key);
        if (found != expected) throw new ModelFormatException(part.File, key, $"{found}", $"{expected} in this part of the model");
    }

    private static string Ending(int index, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"-{index + 1:d5}-of-{count:d5}.gguf");

    private static bool IsNumber(Match name, string group, int expected) =>
        int.TryParse(name.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int found) && found == expected;

    [GeneratedRegex(@"^(?<prefix>.*)-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})\.gguf\z", RegexOptions.Singleline)]
    private static partial Regex PartName();
}
