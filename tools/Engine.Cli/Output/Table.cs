using Spectre.Console;

namespace Engine.Cli.Output;

/// <summary>A column's head and on which side its cells stand.</summary>
internal sealed record Column(string Title, bool Right = false);

/// <summary>Rows of text under column heads: framed on a terminal, aligned plain text elsewhere.</summary>
internal sealed class Table(params Column[] columns)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row with one cell per column.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Plain.OneLine)]);

    /// <summary>Writes the table.</summary>
    public void Write(Terminal terminal)
    {
        if (terminal.OutputIsTerminal) WriteFramed(terminal.Output);
        else WritePlain(terminal.Output);
    }

    private void WriteFramed(TextWriter output)
    {
        var table = new Spectre.Console.Table { Border = TableBorder.Rounded };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column.Title))
            {
                Alignment = column.Right ? Justify.Right : Justify.Left,
                NoWrap = true,
            });
        }
        foreach (string[] row in _rows) table.AddRow([.. row.Select(cell => new Text(cell))]);
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }).Write(table);
    }

    private void WritePlain(TextWriter output)
    {
        int[] widths = [.. columns.Select((column, index) => _rows.Select(row => row[index].Length).Append(column.Title.Length).Max())];
        WriteRow(output, [.. columns.Select(column => column.Title)], widths);
        foreach (string[] row in _rows) WriteRow(output, row, widths);
    }

    private void WriteRow(TextWriter output, string[] cells, int[] widths)
    {
        var padded = cells.Select((cell, index) => columns[index].Right ? cell.PadLeft(widths[index]) : cell.PadRight(widths[index]));
        output.WriteLine(string.Join("  ", padded).TrimEnd());
    }
}
