using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>The model that comes with the command line, against the values that transformers computes for it.</summary>
public sealed class DefaultModelTests
{
    private static string ModelPath => SharedFiles.Require("models/default/smollm2-135m-instruct-q4_1-00001-of-00003.gguf");

    [Fact]
    public void Exact_arithmetic_gives_the_recorded_greedy_ids_and_logits()
    {
        using Model model = Model.Load(ModelPath, new ModelOptions { Exact = true });
        foreach (Recorded prompt in Recorded.Read())
        {
            using Session session = model.CreateSession();
            float[] logits = session.Evaluate(prompt.Ids).ToArray();
            for (int i = 0; i < prompt.TopIds.Length; i++) Assert.Equal(prompt.TopLogits[i], logits[prompt.TopIds[i]], 1e-3f);
            prompt.CompareSteps(session, logits, (step, id) =>
            {
                if (prompt.GreedyIds[step] == id) return true;
                Assert.True(prompt.Margins[step] < 0.01f, $"step {step} of \"{prompt.Text}\": {id} instead of {prompt.GreedyIds[step]}");
                return false;
            });
        }
    }

    [Fact]
    public void Fast_arithmetic_agrees_wherever_the_choice_is_clear()
    {
        using Model model = Model.Load(ModelPath);
        foreach (Recorded prompt in Recorded.Read())
        {
            using Session session = model.CreateSession();
            prompt.CompareSteps(session, session.Evaluate(prompt.Ids).ToArray(), (step, id) =>
            {
                Assert.True(
                    prompt.GreedyIds[step] == id || prompt.Margins[step] <= 0.5f,
                    $"step {step} of \"{prompt.Text}\": {id} instead of {prompt.GreedyIds[step]}, margin {prompt.Margins[step]}");
                return true;
            });
        }
    }

    /// <summary>One prompt of fixtures/smollm2/reference.json.</summary>
    private sealed record Recorded(string Text, int[] Ids, int[] GreedyIds, float[] Margins, int[] TopIds, float[] TopLogits)
    {
        public static List<Recorded> Read()
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require("fixtures/smollm2/reference.json")));
            return [.. document.RootElement.GetProperty("prompts").EnumerateArray().Select(prompt => new Recorded(
                prompt.GetProperty("text").GetString()!,
                Reference.Ints(prompt.GetProperty("ids")),
                Reference.Ints(prompt.GetProperty("greedy_ids")),
                Reference.Floats(prompt.GetProperty("greedy_margins")),
                Reference.Ints(prompt.GetProperty("top_ids")),
                Reference.Floats(prompt.GetProperty("top_logits"))))];
        }

        /// <summary>Feeds the recorded ids, and hands each step's best id to <paramref name="compare"/> until that is false.</summary>
        public void CompareSteps(Session session, ReadOnlySpan<float> promptLogits, Func<int, int, bool> compare)
        {
            bool going = compare(0, Reference.Largest(promptLogits));
            if (GreedyIds.Length == 1) return;
            int promptLength = session.Position;
            session.EvaluateAll(GreedyIds.AsSpan(..^1), (position, logits) =>
                going = going && compare(position - promptLength + 1, Reference.Largest(logits)));
        }
    }
}
