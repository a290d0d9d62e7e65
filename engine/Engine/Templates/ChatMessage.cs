namespace Engine.Templates;

/// <summary>One turn of a conversation, as a chat template sees it.</summary>
/// <param name="Role">Who speaks: "system", "user", "assistant", or whatever else the template knows.</param>
/// <param name="Content">What is said.</param>
public sealed record ChatMessage(string Role, string Content);
