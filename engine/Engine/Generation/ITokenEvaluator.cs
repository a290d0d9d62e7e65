namespace Engine.Generation;

/// <summary>What a <see cref="Generator"/> needs of a session: token ids in, logits out, and a cache that can drop its tail.</summary>
public interface ITokenEvaluator
{
    /// <summary>Most tokens the cache can hold.</summary>
    int ContextLength { get; }

    /// <summary>Tokens in the vocabulary: the length of a row of logits.</summary>
    int VocabularySize { get; }

    /// <summary>The tokens in the cache, in order.</summary>
    ReadOnlySpan<int> Tokens { get; }

    /// <summary>Evaluates tokens after those in the cache and appends them to it.</summary>
    /// <param name="tokens">At least one, and no more than there is room for.</param>
    /// <param name="cancellationToken">Checked now and then; when it throws, the cache may hold a beginning of the tokens.</param>
    /// <returns>Logits of what follows the last token, valid until the next call.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    ReadOnlySpan<float> Evaluate(ReadOnlySpan<int> tokens, CancellationToken cancellationToken);

    /// <summary>Drops the tokens from <paramref name="position"/> on.</summary>
    /// <param name="position">0 to the number of tokens in the cache.</param>
    void Rewind(int position);
}
