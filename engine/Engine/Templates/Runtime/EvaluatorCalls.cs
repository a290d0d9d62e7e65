namespace Engine.Templates;

/// <summary>The part of the evaluator that calls functions, macros and recursive loops.</summary>
internal sealed partial class Evaluator
{
    private Value EvaluateCall(CallExpression call, Scope scope, Value? caller)
    {
        Value callee = Evaluate(call.Callee, scope);
        KeyValuePair<string, Value>? extra = caller is null ? null : new("caller", caller);
        CallArguments arguments = EvaluateArguments(call.Arguments, scope, extra);
        Line = call.Line;
        return Call(callee, arguments);
    }

    public Value Call(Value callee, CallArguments arguments)
    {
        switch (callee)
        {
            case FunctionValue function: return function.Body(this, arguments);
            case MacroValue macro: return CallMacro(macro, arguments);
            case JoinerValue joiner: return joiner.Call();
            case LoopValue loop: return CallLoop(loop, arguments);
            case UndefinedValue undefined: throw undefined.Fail();
            default: throw new Failure($"'{callee.TypeName}' object is not callable");
        }
    }

    private void ExecuteCallBlock(CallBlockStatement statement, Scope scope)
    {
        var caller = new MacroValue(statement.Caller, scope);
        Write(PythonRepr.Text(EvaluateCall(statement.Call, scope, caller), Budget));
    }

    private StringValue CallLoop(LoopValue loop, CallArguments arguments)
    {
        if (!loop.Statement.Recursive)
        {
            throw new Failure("The loop must have the 'recursive' marker to be called recursively.");
        }
        Value items = arguments.Bind("loop", 1, "iterable")[0]!;
        return new StringValue(RunRecursiveLoop(loop.Statement, loop.Scope, items, loop.Depth + 1));
    }

    private StringValue CallMacro(MacroValue macro, CallArguments arguments)
    {
        Budget.EnterCall();
        Scope scope = BindMacro(macro, arguments);
        string text = Capture(macro.Definition.Body, scope, out _);
        Budget.LeaveCall();
        return new StringValue(text);
    }

    private Scope BindMacro(MacroValue macro, CallArguments arguments)
    {
        MacroDefinition definition = macro.Definition;
        string[] parameters = definition.Parameters;
        var named = new Dictionary<string, Value>(arguments.Named);
        var scope = new Scope(macro.Scope);
        int taken = Math.Min(arguments.Positional.Length, parameters.Length);
        for (int i = 0; i < parameters.Length; i++)
        {
            if (i < taken) scope.Set(parameters[i], arguments.Positional[i]);
            else if (named.Remove(parameters[i], out Value? value)) scope.Set(parameters[i], value);
            else scope.Declare(parameters[i]);
        }
        if (definition.UsesCaller && Array.IndexOf(parameters, "caller") < 0)
        {
            scope.Set("caller", named.Remove("caller", out Value? caller) && caller is not NoneValue
                ? caller
                : new UndefinedValue("No caller defined"));
        }
        BindRest(definition, arguments, named, scope);
        for (int i = taken; i < parameters.Length; i++)
        {
            if (scope.Find(parameters[i]) is not null) continue;
            int index = i - (parameters.Length - definition.Defaults.Length);
            scope.Set(parameters[i], index >= 0
                ? Evaluate(definition.Defaults[index], scope)
                : new UndefinedValue($"parameter '{parameters[i]}' was not provided"));
        }
        return scope;
    }

    /// <summary>Binds what the parameters leave over to <c>kwargs</c> and <c>varargs</c>, or refuses it.</summary>
    private static void BindRest(MacroDefinition definition, CallArguments arguments, Dictionary<string, Value> named, Scope scope)
    {
        string name = definition.Name is null ? "None" : $"'{definition.Name}'";
        int count = definition.Parameters.Length;
        if (definition.UsesNamed)
        {
            var rest = new DictValue();
            foreach ((string key, Value value) in arguments.Named)
            {
                if (named.ContainsKey(key)) rest.Set(key, value);
            }
            scope.Set("kwargs", rest);
        }
        else if (named.Count > 0)
        {
            throw new Failure($"macro {name} takes no keyword argument '{named.Keys.First()}'");
        }
        Value[] positional = arguments.Positional;
        if (definition.UsesVariable) scope.Set("varargs", new TupleValue(positional[Math.Min(count, positional.Length)..]));
        else if (positional.Length > count) throw new Failure($"macro {name} takes not more than {count} argument(s)");
    }
}
