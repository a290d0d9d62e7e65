using System.Globalization;
using System.Net;
using System.Text;

namespace Engine.Cli.Comparison;

/// <summary>Mean divergence against file size as a drawing (SVG 1.1): sizes to the right, divergence upwards in powers of ten.</summary>
internal sealed class QualityPlot
{
    private const double Width = 800, Height = 520, Left = 90, Right = 40, Top = 60, Bottom = 70;
    private readonly List<(double Megabytes, double Divergence, string Name)> _points;
    private readonly StringBuilder _svg = new();
    private readonly double _firstSize, _lastSize, _sizeStep;
    private readonly double _low, _high;

    private QualityPlot(IEnumerable<ComparedModel> models)
    {
        // Equal models (divergence 0) would lie infinitely far down.
        ComparedModel[] plotted = [.. models.Where(model => model.Divergence is { Mean: > 0 }).OrderBy(model => model.FileBytes)];
        // Files of one type are told apart by their names.
        _points = [.. plotted.Select(model => (
            model.FileBytes / 1e6, model.Divergence!.Mean,
            plotted.Count(other => other.Type == model.Type) > 1 ? Path.GetFileNameWithoutExtension(model.File) : model.Type))];
        double least = _points.Count == 0 ? 0 : _points.Min(point => point.Megabytes);
        double most = _points.Count == 0 ? 1 : _points.Max(point => point.Megabytes);
        _sizeStep = NiceStep(Math.Max(most - least, most * 0.05));
        _firstSize = Math.Floor(least / _sizeStep - 0.2) * _sizeStep;
        _lastSize = Math.Ceiling(most / _sizeStep + 0.4) * _sizeStep;
        _low = _points.Count == 0 ? -3 : Math.Floor(Math.Log10(_points.Min(point => point.Divergence)));
        _high = _points.Count == 0 ? 0 : Math.Max(_low + 1, Math.Ceiling(Math.Log10(_points.Max(point => point.Divergence))));
    }

    /// <summary>The drawing.</summary>
    /// <param name="models">What to plot; the base is left out.</param>
    /// <param name="title">Stands above it.</param>
    public static string Draw(IEnumerable<ComparedModel> models, string title)
    {
        var plot = new QualityPlot(models);
        plot.Frame(title);
        plot.Points();
        plot._svg.Append("</svg>\n");
        return plot._svg.ToString();
    }

    private double X(double megabytes) => Left + (megabytes - _firstSize) / (_lastSize - _firstSize) * (Width - Left - Right);

    private double Y(double divergence) => Height - Bottom - (Math.Log10(divergence) - _low) / (_high - _low) * (Height - Top - Bottom);

    private void Frame(string title)
    {
        Add($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Width} {Height}' width='{Width}' height='{Height}'");
        Add($"    font-family='sans-serif'>");
        Add($"<rect width='{Width}' height='{Height}' fill='white'/>");
        Text(Width / 2, 28, title, "middle", 16);
        for (double size = _firstSize; size <= _lastSize + _sizeStep / 2; size += _sizeStep)
        {
            Line(X(size), Top, X(size), Height - Bottom, "#e4e4e4");
            Text(X(size), Height - Bottom + 18, size.ToString("0.###", CultureInfo.InvariantCulture), "middle", 12);
        }
        for (double decade = _low; decade <= _high; decade++)
        {
            foreach (int digit in decade < _high ? (int[])[1, 2, 5] : [1])
            {
                double value = digit * Math.Pow(10, decade);
                Line(Left, Y(value), Width - Right, Y(value), digit == 1 ? "#c4c4c4" : "#ececec");
                Text(Left - 8, Y(value) + 4, value.ToString("0.########", CultureInfo.InvariantCulture), "end", 12);
            }
        }
        Add($"<rect x='{Left}' y='{Top}' width='{Width - Left - Right}' height='{Height - Top - Bottom}' fill='none' stroke='#404040'/>");
        Text(Left + (Width - Left - Right) / 2, Height - 24, "file size, MB (10^6 bytes)", "middle", 14);
        double middle = Top + (Height - Top - Bottom) / 2;
        Add($"<g transform='translate(22 {N(middle)}) rotate(-90)'>");
        Text(0, 0, "mean KL divergence from the base, nats (lower is better)", "middle", 14);
        Add($"</g>");
    }

    private void Points()
    {
        var labels = new PlotLabels(Left, Top, Width - Right, Height - Bottom);
        foreach ((double megabytes, double divergence, _) in _points) labels.AddMark(X(megabytes), Y(divergence));
        foreach ((double megabytes, double divergence, string name) in _points)
        {
            double x = X(megabytes), y = Y(divergence);
            (double labelX, double labelY, string anchor, bool isFar) = labels.Place(x, y, name);
            if (isFar) Line(x, y, labelX, labelY - 4, "#a0a0a0");
            Add($"<circle cx='{N(x)}' cy='{N(y)}' r='4' fill='#1f5fa8'/>");
            Text(labelX, labelY, name, anchor, PlotLabels.FontSize);
        }
    }

    private void Line(double x1, double y1, double x2, double y2, string colour) =>
        Add($"<line x1='{N(x1)}' y1='{N(y1)}' x2='{N(x2)}' y2='{N(y2)}' stroke='{colour}'/>");

    private void Text(double x, double y, string text, string anchor, int size) =>
        Add($"<text x='{N(x)}' y='{N(y)}' text-anchor='{anchor}' font-size='{size}'>{WebUtility.HtmlEncode(text)}</text>");

    private void Add(FormattableString element) => _svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A step of 1, 2 or 5 times a power of ten that cuts a range into some six parts.</summary>
    private static double NiceStep(double range)
    {
        double raw = range / 6, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * (raw / power <= 1 ? 1 : raw / power <= 2 ? 2 : raw / power <= 5 ? 5 : 10);
    }
}
