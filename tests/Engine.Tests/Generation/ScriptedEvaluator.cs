using Engine.Generation;

namespace Engine.Tests.Generation;

/// <summary>A model that follows a script: which token comes after those in the cache.</summary>
internal sealed class ScriptedEvaluator(int vocabularySize, int contextLength, Func<int[], int, int> next) : ITokenEvaluator
{
    private readonly int[] _tokens = new int[contextLength];
    private readonly float[] _logits = new float[vocabularySize];
    private int _count;

    /// <summary>How many tokens each call brought.</summary>
    internal List<int> Calls { get; } = new(10_000);

    /// <summary>Positions to which the cache was cut.</summary>
    internal List<int> Rewinds { get; } = [];

    /// <summary>Called at the start of each evaluation.</summary>
    internal Action<CancellationToken>? OnEvaluate { get; set; }

    public int ContextLength => contextLength;

    public int VocabularySize => vocabularySize;

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>A model that says these tokens after a prompt of the given length, and then the last one for ever.</summary>
    internal static ScriptedEvaluator Saying(int vocabularySize, int contextLength, int promptLength, params int[] answer) =>
        new(vocabularySize, contextLength, (_, count) => answer[Math.Clamp(count - promptLength, 0, answer.Length - 1)]);

    public ReadOnlySpan<float> Evaluate(ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        if (tokens.IsEmpty) throw new ArgumentException("nothing to evaluate");
        if (_count + tokens.Length > contextLength) throw new ArgumentException("the context is full");
        OnEvaluate?.Invoke(cancellationToken);
        Calls.Add(tokens.Length);
        tokens.CopyTo(_tokens.AsSpan(_count));
        _count += tokens.Length;
        Array.Clear(_logits);
        _logits[next(_tokens, _count)] = 20;
        return _logits;
    }

    public void Rewind(int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _count);
        Rewinds.Add(position);
        _count = position;
    }
}
