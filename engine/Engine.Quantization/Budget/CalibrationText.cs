using Engine.Evaluation;

namespace Engine.Quantization.Budget;

/// <summary>Windows of text on which sensitivities are measured: a few, spread over a text, or written by the model itself.</summary>
public static class CalibrationText
{
    /// <summary>Tokens of a window. All positions are scored, so that none is computed in vain.</summary>
    public const int Window = 256;

    /// <summary>Windows where nothing else is asked for.</summary>
    public const int Windows = 2;

    /// <summary>Windows at even distances in a text.</summary>
    /// <param name="model">The model, for its tokenizer.</param>
    /// <param name="text">The text.</param>
    /// <param name="windows">How many, at least 1; fewer where the text is shorter.</param>
    /// <exception cref="ArgumentException">The text is shorter than one window.</exception>
    public static TokenWindows Spread(Model model, string text, int windows = Windows)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(windows, 1);
        int[] tokens = [.. model.Tokenizer.Encode(text, addSpecial: true, parseSpecial: false)];
        int count = Math.Min(windows, Math.Max(1, tokens.Length / Window));
        long last = tokens.Length - Window;
        if (count == 1 || last < 0) return Cut(model, tokens.AsSpan(0, Math.Min(tokens.Length, Window)));
        var chosen = new int[count * Window];
        for (int i = 0; i < count; i++)
            tokens.AsSpan((int)(i * last / (count - 1)), Window).CopyTo(chosen.AsSpan(i * Window));
        return Cut(model, chosen);
    }

    /// <summary>
    /// Windows that the model writes: drawn token by token from its own distribution, the same on every machine that computes the same
    /// logits. A model's own text shows what its predictions depend on without any data.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="windows">How many, at least 1.</param>
    /// <param name="progress">Called after each token with the tokens done; null for none.</param>
    /// <param name="cancellation">Looked at between tokens.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TokenWindows Written(
        Model model, int windows = Windows, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(windows, 1);
        using Session session = model.CreateSession(new SessionOptions { ContextLength = Window });
        // A seeded Random gives the same numbers on every platform.
        var random = new Random(1);
        var tokens = new int[windows * Window];
        for (int i = 0; i < tokens.Length; i++)
        {
            if (i % Window == 0)
            {
                session.Rewind(0);
                tokens[i] = First(model) ?? random.Next(model.Config.VocabularySize);
            }
            else
            {
                tokens[i] = Draw(session.Evaluate(tokens.AsSpan(i - 1, 1), cancellation), random.NextDouble());
            }
            progress?.Invoke(i + 1);
        }
        return Cut(model, tokens);
    }

    private static TokenWindows Cut(Model model, ReadOnlySpan<int> tokens) =>
        new(tokens, Window, First(model), convention: WindowConvention.Papers);

    private static int? First(Model model) => model.HasTokenizer && model.Tokenizer.AddsBos ? model.Tokenizer.BosId : null;

    /// <summary>The token at which the sum of the probabilities passes a share.</summary>
    private static int Draw(ReadOnlySpan<float> logits, double share)
    {
        float most = float.NegativeInfinity;
        foreach (float logit in logits) most = Math.Max(most, logit);
        double all = 0, sum = 0;
        foreach (float logit in logits) all += Math.Exp(logit - most);
        for (int token = 0; token < logits.Length; token++)
        {
            sum += Math.Exp(logits[token] - most);
            if (sum > share * all) return token;
        }
        return logits.Length - 1;
    }
}
