namespace Engine.Tokenization.PreTokenizers;

/// <summary>What an <see cref="Instruction"/> does.</summary>
internal enum Operation
{
    /// <summary>Take from Minimum to Maximum characters of the set, as many as there are; give back one by one on failure.</summary>
    Run,

    /// <summary>Go on at First; on failure at Second.</summary>
    Split,

    /// <summary>Go on at First.</summary>
    Jump,

    /// <summary>Go on at First if the instructions behind this one match here; take nothing.</summary>
    Ahead,

    /// <summary>Go on at First if the instructions behind this one do not match here; take nothing.</summary>
    NotAhead,

    /// <summary>Go on if the character in front is of the set.</summary>
    Behind,

    /// <summary>Go on if the character in front is not of the set, or there is none.</summary>
    NotBehind,

    /// <summary>Go on if just one of the characters at both sides is of the set.</summary>
    Boundary,

    /// <summary>Go on if both or none of the characters at both sides are of the set.</summary>
    NotBoundary,

    /// <summary>Go on if the text begins here.</summary>
    AtStart,

    /// <summary>Go on if the text ends here.</summary>
    AtEnd,

    /// <summary>The pattern matches.</summary>
    Match,
}

/// <summary>One step of a compiled pattern. Targets are relative to the instruction.</summary>
internal readonly record struct Instruction(
    Operation Operation, int Bit = 0, int Minimum = 0, int Maximum = 0, int First = 0, int Second = 0)
{
    public static Instruction OneOf(int bit) => new(Operation.Run, bit, 1, 1);
}
