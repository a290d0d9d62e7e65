using System.Text.Json;

namespace Engine.Tokenization.Json;

/// <summary>A token that is recognised in text before the model sees it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Content">Its text.</param>
/// <param name="SingleWord">Only where no character of a word stands beside it.</param>
/// <param name="StripLeft">White space before it belongs to it.</param>
/// <param name="StripRight">White space behind it belongs to it.</param>
/// <param name="Normalized">It is looked for, in its normal form, in normalised text; otherwise in the text as it is.</param>
/// <param name="Special">Part of the model's protocol, no text.</param>
internal sealed record AddedToken(
    int Id, string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized, bool Special)
{
    /// <summary>
    /// Reads a token. Its number is that of the model's token of this text, or else the next one, as the library numbers it: what the
    /// file says is not looked at, but no two tokens may share a number there.
    /// </summary>
    public static AddedToken Read(JsonNode node, Func<string, int> number)
    {
        node.Demand(JsonValueKind.Object, "an object");
        string content = node.GetText("content");
        return new AddedToken(number(content), content, node.GetFlag("single_word"), node.GetFlag("lstrip"), node.GetFlag("rstrip"),
            node.GetFlag("normalized"), node.GetFlag("special"));
    }
}
