using Engine.Formats;

namespace Engine.Quantization.Imatrix;

/// <summary>
/// An importance matrix: how large the inputs of each weight's column are, measured on a text. Quantizers let errors count by it. The
/// file is llama.cpp's (a GGUF file of type "imatrix"; its older ".dat" is read too).
/// </summary>
public sealed class ImportanceMatrix
{
    /// <summary>Tokens of a chunk where nothing else is said, as in llama.cpp.</summary>
    public const int DefaultChunkSize = 512;

    private readonly SortedDictionary<string, ImportanceEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Makes a matrix.</summary>
    /// <param name="file">Path of its file or another name, for messages.</param>
    /// <param name="entries">The entries, one per tensor.</param>
    /// <param name="datasets">Names of the texts that were read.</param>
    /// <param name="chunkCount">Chunks that were read.</param>
    /// <param name="chunkSize">Tokens of a chunk.</param>
    /// <exception cref="ArgumentException">Two entries are of one tensor.</exception>
    public ImportanceMatrix(
        string file, IEnumerable<ImportanceEntry> entries, IEnumerable<string> datasets, long chunkCount, int chunkSize = DefaultChunkSize)
    {
        ArgumentNullException.ThrowIfNull(entries);
        (File, Datasets, ChunkCount, ChunkSize) = (file, [.. datasets], chunkCount, chunkSize);
        foreach (ImportanceEntry entry in entries) _entries.Add(entry.Name, entry);
    }

    /// <summary>Path of the file, or another name, for messages.</summary>
    public string File { get; }

    /// <summary>All entries, ordered by name.</summary>
    public IReadOnlyCollection<ImportanceEntry> Entries => _entries.Values;

    /// <summary>Names of the texts that were read.</summary>
    public IReadOnlyList<string> Datasets { get; }

    /// <summary>Chunks of text that were read.</summary>
    public long ChunkCount { get; }

    /// <summary>Tokens of a chunk; 0 where an old file does not say.</summary>
    public int ChunkSize { get; }

    /// <summary>Experts of all tensors that have seen no token.</summary>
    public int Unseen => _entries.Values.Sum(entry => entry.Unseen);

    /// <summary>The weights of a tensor's columns for a quantizer, see <see cref="ImportanceEntry.MeanSquares"/>.</summary>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="columns">Length of the tensor's rows.</param>
    /// <param name="matrices">Matrices of the tensor: its third axis, 1 where it has none.</param>
    /// <returns>columns · matrices weights, matrix after matrix; null where the matrix does not know the tensor.</returns>
    /// <exception cref="ModelFormatException">The entry has another size: the file belongs to another model.</exception>
    public float[]? WeightsOf(string tensor, int columns, int matrices)
    {
        if (!_entries.TryGetValue(tensor, out ImportanceEntry? entry)) return null;
        if ((long)columns * matrices != entry.Sums.Length)
        {
            throw new ModelFormatException(
                File, tensor, $"weights of {entry.Sums.Length} columns", $"{columns} x {matrices}, those of the model's tensor");
        }
        return entry.MeanSquares();
    }

    /// <summary>Reads a file of either form.</summary>
    /// <param name="path">The file.</param>
    /// <param name="legacyChunkSize">Tokens of a chunk in files of the older form, which do not say it.</param>
    /// <exception cref="ModelFormatException">There is no such file, or it is no importance matrix.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static ImportanceMatrix Load(string path, int legacyChunkSize = DefaultChunkSize) =>
        LegacyImportanceReader.IsGguf(path) ? GgufImportance.Read(path) : LegacyImportanceReader.Read(path, legacyChunkSize);

    /// <summary>Writes the file in the GGUF form, whole or not at all.</summary>
    /// <param name="path">Where to; a file of that name is replaced.</param>
    /// <exception cref="ArgumentException">A tensor's name is longer than the format allows.</exception>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public void Save(string path) => GgufImportance.Write(this, path);

    /// <summary>What several matrices of one model have seen, added up.</summary>
    /// <param name="matrices">At least one.</param>
    /// <exception cref="ModelFormatException">Two of them do not fit each other: they are of different models.</exception>
    public static ImportanceMatrix Merge(IReadOnlyList<ImportanceMatrix> matrices)
    {
        ArgumentOutOfRangeException.ThrowIfZero(matrices.Count);
        var sums = new Dictionary<string, ImportanceEntry>(StringComparer.Ordinal);
        foreach (ImportanceMatrix matrix in matrices)
        {
            foreach (ImportanceEntry entry in matrix.Entries)
            {
                try
                {
                    sums[entry.Name] = sums.TryGetValue(entry.Name, out ImportanceEntry? sum) ? sum.Plus(entry) : entry;
                }
                catch (ArgumentException e)
                {
                    string found = $"{entry.Matrices} x {entry.Columns} sums";
                    string expected = $"{sums[entry.Name].Matrices} x {sums[entry.Name].Columns} as in {matrices[0].File}";
                    throw new ModelFormatException(matrix.File, entry.Name, found, expected, e);
                }
            }
        }
        return new ImportanceMatrix(
            matrices[0].File, sums.Values, matrices.SelectMany(matrix => matrix.Datasets), matrices.Sum(matrix => matrix.ChunkCount),
            matrices.Select(matrix => matrix.ChunkSize).FirstOrDefault(size => size > 0, DefaultChunkSize));
    }
}
