namespace Engine.Generation;

/// <summary>Text of tokens that come one by one, whole characters only.</summary>
internal interface ITokenText
{
    /// <summary>Takes a token; the text that it completes, valid until the next call.</summary>
    ReadOnlySpan<char> Append(int id);
}
