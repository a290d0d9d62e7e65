using System.Text.Json;
using Engine.Generation;
using Engine.Sampling;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Generation;

/// <summary>The generator on a real model.</summary>
public sealed class DefaultModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Greedy_generation_gives_the_recorded_answer_and_a_second_turn_reuses_the_first()
    {
        string path = Directory.EnumerateFiles(SharedFiles.Require("models/default"), "*-00001-of-*.gguf").Single();
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require("fixtures/smollm2/reference.json")));
        JsonElement first = reference.RootElement.GetProperty("prompts")[0];
        int[] prompt = Ids(first.GetProperty("ids")), expected = Ids(first.GetProperty("greedy_ids"));

        using Model model = Model.Load(path, new ModelOptions { Exact = true });
        using Session session = model.CreateSession(new SessionOptions { ContextLength = 256 });
        var generator = new Generator(session);
        var options = new GenerationOptions { Sampling = SamplingOptions.Greedy, LogProbabilities = 0 };
        GenerationRun run = generator.Start(prompt, options);
        var ids = new List<int>();
        string text = "";
        while (run.Step(Token))
        {
            ids.Add(run.Id);
            text += run.Text.ToString();
            Assert.InRange(run.LogProbability!.Value, -5, 0);
        }
        Assert.Equal(expected, ids);
        Assert.Equal(FinishReason.StopToken, run.Finish);
        Assert.Equal(first.GetProperty("greedy_text").GetString(), text + "<|im_end|>");

        run = generator.Start([.. prompt, .. ids, prompt[20]], options with { MaxTokens = 1 });
        Assert.True(run.Step(Token));
        Assert.Equal(prompt.Length + ids.Count - 1, run.ReusedTokens);
    }

    private static int[] Ids(JsonElement array) => array.EnumerateArray().Select(id => id.GetInt32()).ToArray();
}
