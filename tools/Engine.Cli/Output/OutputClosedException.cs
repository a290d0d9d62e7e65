namespace Engine.Cli.Output;

/// <summary>Whoever read our output has gone (as <c>engine ... | head</c> does): the command ends quietly.</summary>
internal sealed class OutputClosedException(Exception cause) : Exception("The reader of standard output has closed it.", cause);
