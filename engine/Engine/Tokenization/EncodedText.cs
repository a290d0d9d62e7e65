namespace Engine.Tokenization;

/// <summary>One text, or a pair of texts, as an encoder or a reranker takes it: three lists of equal length.</summary>
/// <param name="Ids">The tokens.</param>
/// <param name="TypeIds">Which text each token belongs to, as the model was trained; mostly 0 for the first and 1 for the second.</param>
/// <param name="AttentionMask">1 for tokens, 0 for padding.</param>
public sealed record EncodedText(IReadOnlyList<int> Ids, IReadOnlyList<int> TypeIds, IReadOnlyList<int> AttentionMask);
