using System.Text;

namespace Engine.Templates;

/// <summary>Renders a syntax tree once. This part: statements.</summary>
internal sealed partial class Evaluator(TemplateOptions options)
{
    private StringBuilder _output = new();

    /// <summary>How a body ended.</summary>
    private enum Flow
    {
        Normal,
        Break,
        Continue,
    }

    public TemplateOptions Options { get; } = options;

    public Budget Budget { get; } = new(options.Limits, options.Cancellation);

    /// <summary>The line of the node that is evaluated, for error messages.</summary>
    public int Line { get; private set; } = 1;

    public string Render(Statement[] body, Scope variables)
    {
        Execute(body, variables);
        return _output.ToString();
    }

    private void Write(string text)
    {
        Budget.Output((long)_output.Length + text.Length, text.Length);
        _output.Append(text);
    }

    /// <summary>What a body writes, in place of writing it.</summary>
    private string Capture(Statement[] body, Scope scope, out Flow flow)
    {
        StringBuilder outer = _output;
        _output = new StringBuilder();
        flow = Execute(body, scope);
        string text = _output.ToString();
        _output = outer;
        return text;
    }

    private Flow Execute(Statement[] body, Scope scope)
    {
        foreach (Statement statement in body)
        {
            Flow flow = Execute(statement, scope);
            if (flow != Flow.Normal) return flow;
        }
        return Flow.Normal;
    }

    private Flow Execute(Statement statement, Scope scope)
    {
        Budget.Step();
        Line = statement.Line;
        switch (statement)
        {
            case TextStatement text:
                Write(text.Text);
                return Flow.Normal;
            case PrintStatement print:
                Write(PythonRepr.Text(Evaluate(print.Value, scope), Budget));
                return Flow.Normal;
            case IfStatement branch: return ExecuteIf(branch, scope);
            case ForStatement loop: return ExecuteFor(loop, scope);
            case SetStatement set:
                Assign(set.Target, Evaluate(set.Value, scope), scope);
                return Flow.Normal;
            case SetBlockStatement set: return ExecuteSetBlock(set, scope);
            case MacroStatement macro:
                scope.Set(macro.Macro.Name!, new MacroValue(macro.Macro, scope));
                return Flow.Normal;
            case CallBlockStatement call:
                ExecuteCallBlock(call, scope);
                return Flow.Normal;
            case FilterBlockStatement filter: return ExecuteFilterBlock(filter, scope);
            case WithStatement with: return ExecuteWith(with, scope);
            case ScopeStatement block: return Execute(block.Body, new Scope(block.SeesOutermostOnly ? scope.Outermost : scope));
            case BreakStatement: return Flow.Break;
            case ContinueStatement: return Flow.Continue;
            case RefusedStatement refused: throw new Failure(refused.Reason);
            default: throw new InvalidOperationException($"No statement: {statement.GetType().Name}");
        }
    }

    private Flow ExecuteIf(IfStatement statement, Scope scope)
    {
        foreach ((Expression test, Statement[] body) in statement.Branches)
        {
            if (Evaluate(test, scope).IsTrue) return Execute(body, scope);
        }
        return Execute(statement.Otherwise, scope);
    }

    private Flow ExecuteFor(ForStatement statement, Scope scope)
    {
        Value items = Evaluate(statement.Items, scope);
        if (!statement.Recursive) return RunLoop(statement, scope, items, 0);
        Write(RunRecursiveLoop(statement, scope, items, 0));
        return Flow.Normal;
    }

    private string RunRecursiveLoop(ForStatement statement, Scope scope, Value items, int depth)
    {
        Budget.EnterCall();
        StringBuilder outer = _output;
        _output = new StringBuilder();
        RunLoop(statement, scope, items, depth);
        string text = _output.ToString();
        _output = outer;
        Budget.LeaveCall();
        return text;
    }

    private Flow RunLoop(ForStatement statement, Scope scope, Value items, int depth)
    {
        Line = statement.Line;
        IEnumerable<Value> source = Sequences.Iterate(items, Budget);
        int? length = Sequences.Length(items);
        if (statement.Condition is not null)
        {
            source = Select(source, statement, scope);
            length = null;
        }
        var loop = new LoopValue(source, length, statement, scope, depth);
        bool completed = false;
        while (loop.MoveNext())
        {
            var round = new Scope(scope);
            Assign(statement.Target, loop.Current, round);
            round.Set("loop", loop);
            Flow flow = Execute(statement.Body, round);
            if (flow == Flow.Break) break;
            completed |= flow == Flow.Normal;
        }
        // As in Jinja2, a loop none of whose rounds reached its end counts as empty.
        return completed ? Flow.Normal : Execute(statement.Otherwise, new Scope(scope));
    }

    private IEnumerable<Value> Select(IEnumerable<Value> source, ForStatement statement, Scope scope)
    {
        foreach (Value item in source)
        {
            var round = new Scope(scope);
            Assign(statement.Target, item, round);
            if (Evaluate(statement.Condition!, round).IsTrue) yield return item;
        }
    }

    private Flow ExecuteSetBlock(SetBlockStatement statement, Scope scope)
    {
        var inner = new Scope(scope);
        string text = Capture(statement.Body, inner, out Flow flow);
        if (flow != Flow.Normal) return flow;
        Value value = new StringValue(text);
        if (statement.Filter is not null) value = ApplyFilters(statement.Filter, value, inner);
        Assign(statement.Target, value, scope);
        return Flow.Normal;
    }

    private Flow ExecuteFilterBlock(FilterBlockStatement statement, Scope scope)
    {
        var inner = new Scope(scope);
        string text = Capture(statement.Body, inner, out Flow flow);
        if (flow != Flow.Normal) return flow;
        Write(PythonRepr.Text(ApplyFilters(statement.Filter, new StringValue(text), inner), Budget));
        return Flow.Normal;
    }

    private Flow ExecuteWith(WithStatement statement, Scope scope)
    {
        var inner = new Scope(scope);
        foreach ((Target target, Expression value) in statement.Bindings) Assign(target, Evaluate(value, scope), inner);
        return Execute(statement.Body, inner);
    }

    private void Assign(Target target, Value value, Scope scope)
    {
        switch (target)
        {
            case NameTarget name:
                scope.Set(name.Name, value);
                break;
            case NamespaceTarget attribute:
                if (scope.Find(attribute.Name) is not NamespaceValue space)
                {
                    Line = attribute.Line;
                    throw new Failure("cannot assign attribute on non-namespace object");
                }
                NamespaceValue.CheckName(attribute.Attribute);
                space.Attributes.Set(attribute.Attribute, value);
                break;
            case TupleTarget tuple:
                Unpack(tuple, value, scope);
                break;
            default:
                throw new InvalidOperationException($"No target: {target.GetType().Name}");
        }
    }

    private void Unpack(TupleTarget tuple, Value value, Scope scope)
    {
        Line = tuple.Line;
        if (!Sequences.IsIterable(value)) throw new Failure($"cannot unpack non-iterable {value.TypeName} object");
        int count = tuple.Items.Length;
        Value[] items = [.. Sequences.Iterate(value, Budget).Take(count + 1)];
        if (items.Length > count) throw new Failure($"too many values to unpack (expected {count})");
        if (items.Length < count) throw new Failure($"not enough values to unpack (expected {count}, got {items.Length})");
        for (int i = 0; i < count; i++) Assign(tuple.Items[i], items[i], scope);
    }
}
