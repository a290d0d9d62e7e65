namespace Engine.Templates;

/// <summary>Something to call: a function that templates are given, or a method of a value.</summary>
/// <param name="name">What templates call it.</param>
/// <param name="body">What a call does.</param>
/// <param name="typeName">Python's name of its type.</param>
/// <param name="qualifiedName">What it prints as, where that differs from its name.</param>
internal sealed class FunctionValue(
    string name, Func<Evaluator, CallArguments, Value> body, string typeName = "function", string? qualifiedName = null) : Value
{
    public string QualifiedName { get; } = qualifiedName ?? name;

    public string Name { get; } = name;

    public Func<Evaluator, CallArguments, Value> Body { get; } = body;

    public override string TypeName { get; } = typeName;
}

/// <summary>A macro with the scope that it was defined in.</summary>
internal sealed class MacroValue(MacroDefinition definition, Scope scope) : Value
{
    public MacroDefinition Definition { get; } = definition;

    public Scope Scope { get; } = scope;

    public override string TypeName => "Macro";
}

/// <summary><c>cycler('a', 'b')</c>: hands out its items in turn.</summary>
internal sealed class CyclerValue(Value[] items) : Value
{
    private int _position;

    public override string TypeName => "Cycler";

    public Value Current => items[_position];

    public Value Next()
    {
        Value current = Current;
        _position = (_position + 1) % items.Length;
        return current;
    }

    public void Reset() => _position = 0;
}

/// <summary><c>joiner(', ')</c>: nothing the first time it is called, the separator from then on.</summary>
internal sealed class JoinerValue(Value separator) : Value
{
    private bool _used;

    public override string TypeName => "Joiner";

    public Value Call()
    {
        if (_used) return separator;
        _used = true;
        return StringValue.Empty;
    }
}
