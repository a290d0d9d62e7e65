using Engine.Generation;

namespace Engine.Cli.Generation;

/// <summary>How the end of an answer is called in JSON.</summary>
internal static class FinishNames
{
    /// <summary>"stop" (by the model or a stop text), "length" (-n), "context" (no room left), "cancelled" (Ctrl-C).</summary>
    public static string Of(FinishReason? reason) => reason switch
    {
        FinishReason.Length => "length",
        FinishReason.ContextFull => "context",
        FinishReason.Cancelled => "cancelled",
        _ => "stop",
    };
}
