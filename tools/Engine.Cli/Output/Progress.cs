using Spectre.Console;

namespace Engine.Cli.Output;

/// <summary>A progress bar on stderr, where a person sees it; nothing elsewhere.</summary>
internal static class Progress
{
    /// <summary>Tells how many steps are done and, in a few words, what is known so far.</summary>
    public delegate void Report(int done, string state);

    /// <summary>Runs <paramref name="work"/> of so many steps under a bar.</summary>
    public static void Run(Terminal terminal, string title, int steps, Action<Report> work)
    {
        if (!terminal.ErrorIsTerminal)
        {
            work((_, _) => { });
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: steps);
                work((done, state) =>
                {
                    task.Value = done;
                    task.Description = Markup.Escape($"{title} {done}/{steps}, {state}");
                });
            });
    }
}
