namespace Engine.Tokenization;

/// <summary>What a token is, as <c>tokenizer.ggml.token_type</c> of a GGUF file numbers it.</summary>
public enum TokenKind
{
    /// <summary>The file does not say, or says something unknown.</summary>
    Undefined = 0,

    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>The token of what the vocabulary cannot express.</summary>
    Unknown = 2,

    /// <summary>Part of the model's protocol, as begin of text and end of turn: no text, and recognised in text on request only.</summary>
    Control = 3,

    /// <summary>A piece of text that is always recognised as a whole.</summary>
    UserDefined = 4,

    /// <summary>Reserved, without meaning.</summary>
    Unused = 5,

    /// <summary>One byte, written as &lt;0x41&gt;.</summary>
    Byte = 6,
}
