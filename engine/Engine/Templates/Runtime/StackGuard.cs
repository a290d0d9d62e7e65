using System.Runtime.CompilerServices;

namespace Engine.Templates;

/// <summary>Turns a stack that is about to overflow into a failure of the template.</summary>
internal static class StackGuard
{
    /// <exception cref="Failure">Little of the thread's stack is left.</exception>
    public static void Ensure()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new Failure("the template or a value is nested too deeply");
    }
}
