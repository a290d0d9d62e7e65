namespace Engine.Templates;

/// <summary>
/// Refuses names of filters and tests that do not exist. As in Jinja2 one that stands directly in an <c>if</c> (statement or
/// expression) may be unknown: it fails only when it is reached, so that a template can ask for a filter first.
/// </summary>
internal sealed class FilterNameCheck
{
    private bool _soft;

    public static void Run(Statement[] body) => new FilterNameCheck().Body(body, soft: false);

    private void Body(IEnumerable<Statement> statements, bool soft)
    {
        bool outer = _soft;
        _soft = soft;
        foreach (Statement statement in statements) Visit(statement);
        _soft = outer;
    }

    private void Hard(Expression? expression)
    {
        bool outer = _soft;
        _soft = false;
        Visit(expression);
        _soft = outer;
    }

    private void Soft(Expression? expression)
    {
        bool outer = _soft;
        _soft = true;
        Visit(expression);
        _soft = outer;
    }

    private void Visit(Statement statement)
    {
        switch (statement)
        {
            case PrintStatement print: Visit(print.Value); break;
            case SetStatement set: Visit(set.Value); break;
            case IfStatement branch:
                foreach ((Expression test, Statement[] body) in branch.Branches)
                {
                    Soft(test);
                    Body(body, soft: true);
                }
                Body(branch.Otherwise, soft: true);
                break;
            case ForStatement loop:
                Visit(loop.Items);
                Hard(loop.Condition);
                Body(loop.Body, soft: false);
                Body(loop.Otherwise, soft: false);
                break;
            case SetBlockStatement set:
                Hard(set.Filter);
                Body(set.Body, soft: false);
                break;
            case FilterBlockStatement filter:
                Hard(filter.Filter);
                Body(filter.Body, soft: false);
                break;
            case MacroStatement macro: Visit(macro.Macro); break;
            case CallBlockStatement call:
                Visit(call.Caller);
                Visit(call.Call);
                break;
            case WithStatement with:
                foreach ((_, Expression value) in with.Bindings) Visit(value);
                Body(with.Body, soft: false);
                break;
            case ScopeStatement scope: Body(scope.Body, soft: false); break;
            default: break;
        }
    }

    private void Visit(MacroDefinition macro)
    {
        foreach (Expression value in macro.Defaults) Hard(value);
        Body(macro.Body, soft: false);
    }

    private void Visit(Expression? expression)
    {
        StackGuard.Ensure();
        switch (expression)
        {
            case FilterExpression filter:
                if (!_soft && !FilterTable.Contains(filter.Name))
                {
                    throw new SyntaxFailure($"No filter named '{filter.Name}'.", filter.Line);
                }
                Visit(filter.Input);
                Visit(filter.Arguments);
                break;
            case TestExpression test:
                if (!_soft && !TestTable.Contains(test.Name)) throw new SyntaxFailure($"No test named '{test.Name}'.", test.Line);
                Visit(test.Input);
                Visit(test.Arguments);
                break;
            case ConditionalExpression conditional:
                Soft(conditional.Test);
                Soft(conditional.Then);
                Soft(conditional.Otherwise);
                break;
            case CallExpression call:
                Visit(call.Callee);
                Visit(call.Arguments);
                break;
            case TupleExpression tuple: Visit(tuple.Items); break;
            case ListExpression list: Visit(list.Items); break;
            case ConcatExpression concat: Visit(concat.Operands); break;
            case DictExpression dict:
                foreach ((Expression key, Expression value) in dict.Items)
                {
                    Visit(key);
                    Visit(value);
                }
                break;
            case CompareExpression compare:
                Visit(compare.First);
                foreach ((_, Expression operand) in compare.Rest) Visit(operand);
                break;
            case LogicalExpression logical:
                Visit(logical.Left);
                Visit(logical.Right);
                break;
            case BinaryExpression binary:
                Visit(binary.Left);
                Visit(binary.Right);
                break;
            case NotExpression not: Visit(not.Operand); break;
            case SignExpression sign: Visit(sign.Operand); break;
            case AttributeExpression attribute: Visit(attribute.Target); break;
            case ItemExpression item:
                Visit(item.Target);
                Visit(item.Index);
                break;
            case SliceExpression slice:
                Visit(slice.Target);
                Visit(slice.Start);
                Visit(slice.Stop);
                Visit(slice.Step);
                break;
            default: break;
        }
    }

    private void Visit(Expression[] expressions)
    {
        foreach (Expression expression in expressions) Visit(expression);
    }

    private void Visit(ArgumentExpressions arguments)
    {
        Visit(arguments.Positional);
        foreach ((_, Expression value) in arguments.Named) Visit(value);
        Visit(arguments.Spread);
        Visit(arguments.NamedSpread);
    }
}
