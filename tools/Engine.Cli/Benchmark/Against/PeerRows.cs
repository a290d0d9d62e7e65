using System.Globalization;
using System.Text.Json;
using Engine.Cli.CommandLine;

namespace Engine.Cli.Benchmark.Against;

/// <summary>Reads the JSON that a llama-bench prints.</summary>
internal static class PeerRows
{
    /// <summary>The speed of each test in its last repetition, in tokens per second.</summary>
    /// <param name="output">Standard output; what stands before and after the array is ignored.</param>
    /// <exception cref="CommandException">It holds no such array.</exception>
    public static Dictionary<BenchTest, double> Read(string output)
    {
        int start = output.IndexOf('['), end = output.LastIndexOf(']');
        if (start < 0 || end < start) throw new CommandException("it printed no JSON array");
        try
        {
            using var document = JsonDocument.Parse(output.AsMemory(start, end + 1 - start));
            var speeds = new Dictionary<BenchTest, double>();
            foreach (JsonElement row in document.RootElement.EnumerateArray())
                speeds[Test(row)] = row.GetProperty("samples_ts").EnumerateArray().Last().GetDouble();
            return speeds;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CommandException($"its JSON is not llama-bench's: {e.Message}", e);
        }
    }

    private static BenchTest Test(JsonElement row)
    {
        int prompt = Number(row, "n_prompt"), generated = Number(row, "n_gen");
        // ik_llama.cpp's tokens after a prompt, which it does not time.
        bool follows = row.TryGetProperty("test", out JsonElement name) && name.GetString()!.Contains("@pp", StringComparison.Ordinal);
        int depth = row.TryGetProperty("n_depth", out _) ? Number(row, "n_depth") : 0;
        return follows ? new BenchTest(0, generated, prompt) : new BenchTest(prompt, generated, depth);
    }

    private static int Number(JsonElement row, string name)
    {
        JsonElement value = row.GetProperty(name);
        return value.ValueKind == JsonValueKind.String ? int.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetInt32();
    }
}
