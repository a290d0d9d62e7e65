using System.Globalization;

namespace Engine.Cli.CommandLine;

/// <summary>Reads llama.cpp's notation of a logit bias: <c>15043+1</c>, <c>15043-0.5</c>, <c>15043-inf</c>.</summary>
internal static class LogitBiasParser
{
    /// <summary>The biases by token id; a token given twice counts with the sum.</summary>
    /// <exception cref="UsageException">One is not in the notation.</exception>
    public static Dictionary<int, float> Parse(IEnumerable<string> entries)
    {
        var biases = new Dictionary<int, float>();
        foreach (string entry in entries)
        {
            var (id, bias) = Parse(entry);
            biases[id] = biases.GetValueOrDefault(id) + bias;
        }
        return biases;
    }

    private static (int Id, float Bias) Parse(string entry)
    {
        int sign = entry.AsSpan().IndexOfAny('+', '-');
        if (sign > 0 && int.TryParse(entry.AsSpan(0, sign), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            if (entry[sign..] is "-inf") return (id, float.NegativeInfinity);
            bool isNumber = float.TryParse(entry.AsSpan(sign), NumberStyles.Float, CultureInfo.InvariantCulture, out float bias);
            if (isNumber && float.IsFinite(bias)) return (id, bias);
        }
        throw new UsageException($"--logit-bias: '{entry}' is not of the form ID+X, ID-X or ID-inf");
    }
}
