namespace Engine.Templates;

/// <summary>The evaluated arguments of a call.</summary>
internal sealed class CallArguments(Value[] positional, KeyValuePair<string, Value>[] named)
{
    public static readonly CallArguments None = new([], []);

    public Value[] Positional { get; } = positional;

    public KeyValuePair<string, Value>[] Named { get; } = named;

    /// <summary>Arranges the arguments by parameter; an absent one is null.</summary>
    /// <param name="function">The function's name, for error messages.</param>
    /// <param name="required">How many of the parameters must be given.</param>
    /// <param name="parameters">The names; one that begins with '/' cannot be given by name.</param>
    /// <exception cref="Failure">The arguments do not fit the parameters.</exception>
    public Value?[] Bind(string function, int required, params ReadOnlySpan<string> parameters)
    {
        if (Positional.Length > parameters.Length)
        {
            throw new Failure($"{function}() takes at most {parameters.Length} arguments ({Positional.Length} given)");
        }
        var result = new Value?[parameters.Length];
        Positional.CopyTo(result, 0);
        foreach ((string name, Value value) in Named)
        {
            int index = parameters.IndexOf(name);
            if (index < 0) throw new Failure($"{function}() got an unexpected keyword argument '{name}'");
            if (result[index] is not null) throw new Failure($"{function}() got multiple values for argument '{name}'");
            result[index] = value;
        }
        for (int i = 0; i < required; i++)
        {
            if (result[i] is null) throw new Failure($"{function}() missing required argument '{parameters[i].TrimStart('/')}'");
        }
        return result;
    }

    /// <summary>The arguments after the first, for filters that pass the rest on.</summary>
    public CallArguments Skip(int count) => new(Positional[count..], Named);
}
