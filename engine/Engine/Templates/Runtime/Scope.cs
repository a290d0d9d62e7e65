namespace Engine.Templates;

/// <summary>The names of a block, seen from the blocks inside it.</summary>
internal sealed class Scope(Scope? parent)
{
    private Dictionary<string, Value?>? _names;

    /// <summary>The template's own scope, which holds its variables.</summary>
    public Scope Outermost
    {
        get
        {
            Scope scope = this;
            while (scope._parent is not null) scope = scope._parent;
            return scope;
        }
    }

    private readonly Scope? _parent = parent;

    public void Set(string name, Value value) => (_names ??= new(StringComparer.Ordinal))[name] = value;

    /// <summary>Hides the outer meaning of a name that has none here yet.</summary>
    public void Declare(string name) => (_names ??= new(StringComparer.Ordinal))[name] = null;

    /// <summary>The value of a name, or null where it has none.</summary>
    public Value? Find(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope._parent)
        {
            if (scope._names is not null && scope._names.TryGetValue(name, out Value? value)) return value;
        }
        return null;
    }
}
