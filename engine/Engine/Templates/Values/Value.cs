using System.Numerics;

namespace Engine.Templates;

/// <summary>A value that a template handles: what Python calls an object.</summary>
internal abstract class Value
{
    /// <summary>Python's name of the type, for error messages.</summary>
    public abstract string TypeName { get; }

    /// <summary>Python's truth value.</summary>
    public virtual bool IsTrue => true;
}

internal sealed class NoneValue : Value
{
    public static readonly NoneValue Instance = new();

    private NoneValue()
    {
    }

    public override string TypeName => "NoneType";

    public override bool IsTrue => false;
}

internal sealed class BooleanValue : Value
{
    public static readonly BooleanValue True = new(true);
    public static readonly BooleanValue False = new(false);

    private readonly bool _value;

    private BooleanValue(bool value)
    {
        _value = value;
    }

    public override string TypeName => "bool";

    public override bool IsTrue => _value;

    public static BooleanValue Of(bool value) => value ? True : False;
}

internal sealed class IntegerValue(BigInteger number) : Value
{
    public BigInteger Number { get; } = number;

    public override string TypeName => "int";

    public override bool IsTrue => !Number.IsZero;
}

internal sealed class FloatValue(double number) : Value
{
    public double Number { get; } = number;

    public override string TypeName => "float";

    public override bool IsTrue => Number != 0;
}

/// <summary>Text; markup is text that was escaped already (<c>markupsafe.Markup</c>) and escapes what is added to it.</summary>
internal sealed class StringValue(string text, bool isMarkup = false) : Value
{
    public static readonly StringValue Empty = new("");

    private int _length = -1;

    public string Text { get; } = text;

    public bool IsMarkup { get; } = isMarkup;

    public override string TypeName => IsMarkup ? "Markup" : "str";

    public override bool IsTrue => Text.Length > 0;

    /// <summary>Length in code points.</summary>
    public int Length => _length >= 0 ? _length : _length = PythonText.Length(Text);

    /// <summary>Whether each UTF-16 unit is a code point, so that indices need no translation.</summary>
    public bool IsPlain => Length == Text.Length;
}

/// <summary>
/// What a missing name, attribute or item evaluates to: it prints as nothing, is false and empty, and fails when anything more is asked
/// of it.
/// </summary>
internal sealed class UndefinedValue(string message) : Value
{
    /// <summary>Why it is undefined, which is the error of using it.</summary>
    public string Message { get; } = message;

    public override string TypeName => "Undefined";

    public override bool IsTrue => false;

    public static UndefinedValue Name(string name) => new($"'{name}' is undefined");

    public static UndefinedValue Member(Value target, Value name) => new(
        name is StringValue text
            ? $"'{Describe(target)}' has no attribute '{text.Text}'"
            : $"{Describe(target)} has no element {PythonRepr.Short(name)}");

    /// <summary>An attribute that the sandbox hides.</summary>
    public static UndefinedValue Unsafe(Value target, string name) =>
        new($"access to attribute '{name}' of '{target.TypeName}' object is unsafe.");

    public Failure Fail() => new(Message);

    private static string Describe(Value value) => value is NoneValue ? "None" : $"{value.TypeName} object";
}
