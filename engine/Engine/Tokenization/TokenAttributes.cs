namespace Engine.Tokenization;

/// <summary>
/// What holds of a token. More than one of the kinds may hold: a token that a file calls user-defined but that looks like a control
/// token counts as both.
/// </summary>
[Flags]
internal enum TokenAttributes : ushort
{
    None = 0,
    Normal = 1 << 0,
    Unknown = 1 << 1,
    Control = 1 << 2,
    UserDefined = 1 << 3,
    Unused = 1 << 4,
    Byte = 1 << 5,

    /// <summary>White space before the token belongs to it when it is recognised in text.</summary>
    StripLeft = 1 << 6,

    /// <summary>White space behind the token belongs to it when it is recognised in text.</summary>
    StripRight = 1 << 7,

    /// <summary>Kinds that text yields only where special tokens are parsed.</summary>
    Special = Unknown | Control,
}

/// <summary>Between the public kind and the attributes.</summary>
internal static class TokenKinds
{
    public static TokenAttributes ToAttributes(TokenKind kind) => kind switch
    {
        TokenKind.Normal => TokenAttributes.Normal,
        TokenKind.Unknown => TokenAttributes.Unknown,
        TokenKind.Control => TokenAttributes.Control,
        TokenKind.UserDefined => TokenAttributes.UserDefined,
        TokenKind.Unused => TokenAttributes.Unused,
        TokenKind.Byte => TokenAttributes.Byte,
        _ => TokenAttributes.None,
    };

    public static TokenKind FromAttributes(TokenAttributes attributes) => attributes switch
    {
        _ when attributes.HasFlag(TokenAttributes.Unknown) => TokenKind.Unknown,
        _ when attributes.HasFlag(TokenAttributes.Control) => TokenKind.Control,
        _ when attributes.HasFlag(TokenAttributes.UserDefined) => TokenKind.UserDefined,
        _ when attributes.HasFlag(TokenAttributes.Byte) => TokenKind.Byte,
        _ when attributes.HasFlag(TokenAttributes.Unused) => TokenKind.Unused,
        _ when attributes.HasFlag(TokenAttributes.Normal) => TokenKind.Normal,
        _ => TokenKind.Undefined,
    };
}
