namespace Engine.Kernels;

/// <summary>
/// Where the tokens of a batch go: per token its experts, ascending, with their weights, and per expert its tokens, ascending.
/// </summary>
public sealed class Routing
{
    private readonly int[] _experts;     // [tokens][Used]
    private readonly float[] _weights;   // [tokens][Used]
    private readonly int[] _starts;      // [Experts + 1]: where an expert's entries begin in the two lists below
    private readonly int[] _tokens;
    private readonly float[] _tokenWeights;
    private readonly float[] _gates;     // of the token at hand
    private readonly float[] _choices;   // the same with the selection bias
    private readonly bool[] _closed;     // experts that may not be chosen: taken already, or of a group that is out
    private readonly float[] _ranks;     // of the groups
    private readonly bool[] _open;       // groups from which experts may be chosen

    /// <summary>Room for the routes of <paramref name="capacity"/> tokens.</summary>
    public Routing(int capacity, RoutingRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Experts <= 0 || rule.Used <= 0 || rule.Used > rule.Experts)
        {
            throw new ArgumentException($"{rule.Used} of {rule.Experts} experts cannot be used.", nameof(rule));
        }
        if (rule.Groups <= 0 || rule.Experts % rule.Groups != 0 || rule.GroupsUsed <= 0 || rule.GroupsUsed > rule.Groups
            || rule.Used > rule.Experts / rule.Groups * rule.GroupsUsed)
        {
            throw new ArgumentException(
                $"{rule.GroupsUsed} of {rule.Groups} groups cannot give {rule.Used} of {rule.Experts} experts.", nameof(rule));
        }
        Rule = rule;
        Capacity = capacity;
        _experts = new int[checked(capacity * rule.Used)];
        _weights = new float[_experts.Length];
        _tokens = new int[_experts.Length];
        _tokenWeights = new float[_experts.Length];
        _starts = new int[rule.Experts + 1];
        _gates = new float[rule.Experts];
        _choices = new float[rule.Experts];
        _closed = new bool[rule.Experts];
        _ranks = new float[rule.Groups];
        _open = new bool[rule.Groups];
    }

    /// <summary>The rule.</summary>
    public RoutingRule Rule { get; }

    /// <summary>The most tokens of a batch.</summary>
    public int Capacity { get; }

    /// <summary>Tokens that were routed.</summary>
    public int Count { get; private set; }

    /// <summary>A token's experts, ascending.</summary>
    public ReadOnlySpan<int> Experts(int token) => _experts.AsSpan(token * Rule.Used, Rule.Used);

    /// <summary>The weights of a token's experts, in their order.</summary>
    public ReadOnlySpan<float> Weights(int token) => _weights.AsSpan(token * Rule.Used, Rule.Used);

    /// <summary>Where an expert's entries begin; of the number of experts, the number of entries.</summary>
    internal int Start(int expert) => _starts[expert];

    /// <summary>The tokens of all entries: those of each expert together, ascending.</summary>
    internal ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _starts[Rule.Experts]);

    /// <summary>The experts' weights for these.</summary>
    internal ReadOnlySpan<float> TokenWeights => _tokenWeights.AsSpan(0, _starts[Rule.Experts]);

    /// <summary>Routes every row of <paramref name="scores"/> ([tokens, Experts], the router's outputs).</summary>
    /// <param name="scores">The router's outputs.</param>
    /// <param name="selectionBias">Added to an expert's gate value for the choice alone; null: nothing.</param>
    internal void Route(Activation scores, float[]? selectionBias)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scores.Rows, Capacity, nameof(scores));
        Count = scores.Rows;
        for (int token = 0; token < Count; token++) Route(token, scores.Row(token), selectionBias);
        GroupByExpert();
    }

    private void Route(int token, ReadOnlySpan<float> scores, float[]? selectionBias)
    {
        Gate(scores);
        _gates.CopyTo(_choices, 0);
        if (selectionBias is { } bias)
        {
            for (int expert = 0; expert < _choices.Length; expert++) _choices[expert] += bias[expert];
        }
        _closed.AsSpan().Clear();
        if (Rule.Groups > 1) CloseGroups();

        Span<int> experts = _experts.AsSpan(token * Rule.Used, Rule.Used);
        Span<float> weights = _weights.AsSpan(token * Rule.Used, Rule.Used);
        for (int rank = 0; rank < experts.Length; rank++)
        {
            experts[rank] = Best(_choices, _closed);
            _closed[experts[rank]] = true;
        }
        experts.Sort();
        for (int rank = 0; rank < experts.Length; rank++) weights[rank] = _gates[experts[rank]];
        if (Rule.Gating == Gating.SoftmaxOfSelected) Softmax(weights, weights);
        float factor = Rule.Scale;
        if (Rule.Normalize)
        {
            float sum = 0f;
            foreach (float weight in weights) sum += weight;
            factor /= MathF.Max(sum, 1e-20f);
        }
        foreach (ref float weight in weights) weight *= factor;
    }

    private void Gate(ReadOnlySpan<float> scores)
    {
        switch (Rule.Gating)
        {
            case Gating.Softmax:
                Softmax(scores, _gates);
                break;
            case Gating.Sigmoid:
                for (int expert = 0; expert < _gates.Length; expert++) _gates[expert] = 1f / (1f + VectorMath.Exp(-scores[expert]));
                break;
            default:
                scores.CopyTo(_gates);
                break;
        }
    }

    private void CloseGroups()
    {
        int size = Rule.Experts / Rule.Groups;
        for (int group = 0; group < Rule.Groups; group++)
        {
            float best = float.NegativeInfinity, second = float.NegativeInfinity;
            foreach (float choice in _choices.AsSpan(group * size, size))
            {
                if (choice > best) (best, second) = (choice, best);
                else if (choice > second) second = choice;
            }
            _ranks[group] = Rule.Gating == Gating.Sigmoid && size > 1 ? best + second : best;
        }
        _open.AsSpan().Clear();
        for (int rank = 0; rank < Rule.GroupsUsed; rank++) _open[Best(_ranks, _open)] = true;
        for (int expert = 0; expert < _choices.Length; expert++) _closed[expert] = !_open[expert / size];
    }

    private void GroupByExpert()
    {
        ReadOnlySpan<int> experts = _experts.AsSpan(0, Count * Rule.Used);
        _starts.AsSpan().Clear();
        foreach (int expert in experts) _starts[expert + 1]++;
        for (int expert = 0; expert < Rule.Experts; expert++) _starts[expert + 1] += _starts[expert];
        // Each start walks to its end while the lists fill; shifting them by one place makes them starts again.
        for (int slot = 0; slot < experts.Length; slot++)
        {
            int place = _starts[experts[slot]]++;
            _tokens[place] = slot / Rule.Used;
            _tokenWeights[place] = _weights[slot];
        }
        _starts.AsSpan(0, Rule.Experts).CopyTo(_starts.AsSpan(1));
        _starts[0] = 0;
    }

    /// <summary>The first of the largest that is not taken; a NaN is never larger.</summary>
    private static int Best(ReadOnlySpan<float> values, ReadOnlySpan<bool> taken)
    {
        int best = -1;
        for (int i = 0; i < values.Length; i++)
        {
            if (!taken[i] && (best < 0 || values[i] > values[best] || float.IsNaN(values[best]))) best = i;
        }
        return best;
    }

    private static void Softmax(ReadOnlySpan<float> scores, Span<float> weights)
    {
        float maximum = float.NegativeInfinity;
        foreach (float score in scores) maximum = MathF.Max(maximum, score);
        float sum = 0f;
        for (int i = 0; i < scores.Length; i++)
        {
            weights[i] = VectorMath.Exp(scores[i] - maximum);
            sum += weights[i];
        }
        foreach (ref float weight in weights) weight /= sum;
    }
}
