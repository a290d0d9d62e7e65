namespace Engine.Cli.Comparison;

/// <summary>Finds places for the labels of a plot's marks: beside them where there is room, else further away.</summary>
internal sealed class PlotLabels(double left, double top, double right, double bottom)
{
    /// <summary>Size of the labels' font, in pixels.</summary>
    public const int FontSize = 12;

    // Of a sans-serif font no character but the widest is wider.
    private const double CharacterWidth = 0.62 * FontSize;
    private const double MarkRadius = 5, Gap = 8, Line = 15, Rise = 4;
    private const int MostRings = 8;
    private readonly List<Box> _taken = [];

    /// <summary>A mark, which no label may cover.</summary>
    public void AddMark(double x, double y) => _taken.Add(new Box(x - MarkRadius, y - MarkRadius, x + MarkRadius, y + MarkRadius));

    /// <summary>Takes the nearest free place for a mark's label.</summary>
    /// <returns>The text's position on its base line, its anchor, and whether it is so far away that a line should lead to it.</returns>
    public (double X, double Y, string Anchor, bool IsFar) Place(double x, double y, string text)
    {
        double width = text.Length * CharacterWidth;
        for (int ring = 0; ring < MostRings; ring++)
        {
            foreach ((int side, int up) in Directions(ring))
            {
                double labelX = x + side * Gap * (1 + 0.5 * ring), labelY = y + Rise - up * Line;
                double first = side > 0 ? labelX : labelX - width;
                var box = new Box(first, labelY - Line + Rise, first + width, labelY + Rise - 1);
                bool isInside = box.Left >= left && box.Right <= right && box.Top >= top && box.Bottom <= bottom;
                if (!isInside || _taken.Exists(box.Meets)) continue;
                _taken.Add(box);
                return (labelX, labelY, side > 0 ? "start" : "end", ring > 0);
            }
        }
        return (x + Gap, y + Rise, "start", false);
    }

    private static IEnumerable<(int Side, int Up)> Directions(int ring) =>
        ring == 0 ? [(1, 0), (-1, 0)] : [(1, ring), (-1, -ring), (1, -ring), (-1, ring)];

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public bool Meets(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }
}
