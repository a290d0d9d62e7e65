using System.Runtime.CompilerServices;
using Engine.Sampling;
using Engine.Tokenization;

namespace Engine.Generation;

/// <summary>
/// Generates text with a session. What the session's cache has in common with a prompt is not evaluated again, so that turns of a
/// conversation cost only what they add. One generation at a time; not thread-safe.
/// </summary>
public sealed class Generator
{
    private readonly ITokenEvaluator _evaluator;
    private readonly IGenerationVocabulary _vocabulary;
    private (string[] Strings, DryBreakers Found) _breakers = ([], DryBreakers.None);

    /// <summary>Creates a generator.</summary>
    /// <param name="session">
    /// The session; it may already hold tokens, and stays its owner's to dispose. Where its model has no tokenizer, the text of a token is
    /// its number.
    /// </param>
    public Generator(Session session)
        : this(session, session.Model.HasTokenizer ? new TokenizerVocabulary(session.Model.Tokenizer) : new IdVocabulary(session.Model))
    {
    }

    /// <summary>Creates a generator for something that stands in for a session.</summary>
    /// <param name="evaluator">It; it may already hold tokens.</param>
    /// <param name="tokenizer">The tokenizer of its model.</param>
    public Generator(ITokenEvaluator evaluator, Tokenizer tokenizer)
        : this(evaluator, new TokenizerVocabulary(tokenizer))
    {
    }

    internal Generator(ITokenEvaluator evaluator, IGenerationVocabulary vocabulary)
    {
        _evaluator = evaluator;
        _vocabulary = vocabulary;
    }

    /// <summary>Prepares a generation that its caller advances step by step. Nothing is evaluated yet.</summary>
    /// <param name="prompt">Token ids, at least one and no more than the context holds.</param>
    /// <param name="options">What to generate; null for the defaults.</param>
    /// <exception cref="PromptException">The prompt is empty, longer than the context, or holds an id that is no token.</exception>
    /// <exception cref="ArgumentException">An option is out of its range; names it.</exception>
    public GenerationRun Start(ReadOnlySpan<int> prompt, GenerationOptions? options = null)
    {
        options ??= new GenerationOptions();
        options.Validate();
        CheckPrompt(prompt);
        if (options.OnContextFull == ContextFullAction.Shift && options.KeepTokens >= _evaluator.ContextLength)
        {
            throw new ArgumentException(
                $"KeepTokens is {options.KeepTokens}, expected less than the context of {_evaluator.ContextLength}.", nameof(options));
        }
        var sampler = SamplerChain.Create(options.Sampling, _evaluator.VocabularySize, Breakers(options.Sampling));
        return new GenerationRun(_evaluator, _vocabulary, sampler, prompt.ToArray(), options);
    }

    /// <summary>Generates tokens as they are asked for, each computed on the thread pool, so that no caller's context is blocked.</summary>
    /// <param name="prompt">Token ids, at least one and no more than the context holds.</param>
    /// <param name="options">What to generate; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the stream with an element whose <see cref="GeneratedToken.Finish"/> is
    /// <see cref="FinishReason.Cancelled"/>, without an exception; what has been evaluated stays in the session.</param>
    /// <returns>At least one element; the last one, and no other, has a finish reason.</returns>
    /// <exception cref="PromptException">The prompt is empty, longer than the context, or holds an id that is no token.</exception>
    /// <exception cref="ArgumentException">An option is out of its range; names it.</exception>
    /// <exception cref="SamplingException">While streaming: the model's logits allow no token.</exception>
    public IAsyncEnumerable<GeneratedToken> GenerateAsync(
        ReadOnlySpan<int> prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(Start(prompt, options), cancellationToken);

    /// <summary>Continues a text: as the other overload with the text's tokens.</summary>
    /// <param name="text">Raw text, no chat template: special tokens that the model wants are added, those in it are parsed.</param>
    /// <param name="options">What to generate; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the stream with <see cref="FinishReason.Cancelled"/>.</param>
    /// <inheritdoc cref="GenerateAsync(ReadOnlySpan{int}, GenerationOptions?, CancellationToken)"/>
    public IAsyncEnumerable<GeneratedToken> GenerateAsync(
        string text, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        GenerateAsync([.. _vocabulary.Encode(text)], options, cancellationToken);

    private static async IAsyncEnumerable<GeneratedToken> StreamAsync(
        GenerationRun run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await Task.Run(() => run.Step(cancellationToken), CancellationToken.None).ConfigureAwait(false))
        {
            yield return new GeneratedToken
            {
                Id = run.Id,
                Text = run.Text.ToString(),
                LogProbability = run.LogProbability,
                TopLogProbabilities = run.TopLogProbabilities.ToArray(),
                Finish = run.Finish,
            };
        }
    }

    private void CheckPrompt(ReadOnlySpan<int> prompt)
    {
        if (prompt.IsEmpty) throw new PromptException("The prompt is empty, expected at least one token.");
        if (prompt.Length > _evaluator.ContextLength)
            throw new PromptException($"The prompt has {prompt.Length} tokens, the context holds {_evaluator.ContextLength}.");
        for (int i = 0; i < prompt.Length; i++)
        {
            if ((uint)prompt[i] >= (uint)_evaluator.VocabularySize)
            {
                throw new PromptException(
                    $"Token {i} of the prompt is {prompt[i]}, expected an id from 0 to {_evaluator.VocabularySize - 1}.");
            }
        }
    }

    private DryBreakers Breakers(SamplingOptions options)
    {
        if (!options.UsesDry) return DryBreakers.None;
        if (!_breakers.Strings.SequenceEqual(options.DrySequenceBreakers))
            _breakers = ([.. options.DrySequenceBreakers], _vocabulary.FindBreakers(options.DrySequenceBreakers));
        return _breakers.Found;
    }
}
