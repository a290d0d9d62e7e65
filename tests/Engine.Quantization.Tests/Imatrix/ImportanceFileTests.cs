using System.Text;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Imatrix;
using Engine.Testing;
using Xunit;

namespace Engine.Quantization.Tests.Imatrix;

/// <summary>Both forms of the file, whole and damaged.</summary>
public sealed class ImportanceFileTests
{
    private const int Seed = 20261124;

    [Fact]
    public void What_is_saved_is_loaded()
    {
        using var folder = new TemporaryFolder();
        ImportanceMatrix sample = Sample();
        sample.Save(folder["a.gguf"]);
        ImportanceMatrix loaded = ImportanceMatrix.Load(folder["a.gguf"]);
        Assert.Equal(sample.Datasets, loaded.Datasets);
        Assert.Equal((sample.ChunkCount, sample.ChunkSize), (loaded.ChunkCount, loaded.ChunkSize));
        Assert.Equal(["blk.0.a.weight", "blk.0.b.weight"], loaded.Entries.Select(entry => entry.Name));
        foreach ((ImportanceEntry expected, ImportanceEntry entry) in sample.Entries.Zip(loaded.Entries))
        {
            Assert.Equal(expected.Sums.ToArray(), entry.Sums.ToArray());
            Assert.Equal(expected.Counts.ToArray(), entry.Counts.ToArray());
        }
    }

    [Fact]
    public void The_file_is_laid_out_as_llama_cpp_does_it()
    {
        using var folder = new TemporaryFolder();
        Sample().Save(folder["a.gguf"]);
        using var file = GgufFile.Open(folder["a.gguf"]);
        Assert.Equal("imatrix", file.Metadata.GetString("general.type"));
        Assert.Equal(["text one", "text two"], file.Metadata.GetStrings("imatrix.datasets"));
        Assert.Equal((7u, 64u), (file.Metadata.GetUInt32("imatrix.chunk_count"), file.Metadata.GetUInt32("imatrix.chunk_size")));
        Assert.Equal(
            ["blk.0.a.weight.in_sum2", "blk.0.a.weight.counts", "blk.0.b.weight.in_sum2", "blk.0.b.weight.counts"],
            file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([[3], [1], [2, 3], [1, 3]], file.Tensors.Select(tensor => tensor.Shape.ToArray()));
        Assert.All(file.Tensors, tensor => Assert.Equal(QuantType.F32, tensor.Type.Type));
    }

    [Fact]
    public void The_older_form_gives_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        ImportanceMatrix old = ImportanceMatrix.Load(folder.Write("a.dat", Legacy()), 64);
        Assert.Equal((5L, 64), (old.ChunkCount, old.ChunkSize));
        Assert.Equal(["calibration"], old.Datasets);
        Assert.Equal([0.5f, 2f, 1f], old.WeightsOf("blk.0.a.weight", 3, 1)!);
        // Four calls of 64 rows: what a newer file would hold.
        Assert.Equal([128.0, 512.0, 256.0], old.Entries.First().Sums.ToArray());
        Assert.Equal([256L], old.Entries.First().Counts.ToArray());
        Assert.Equal([3f, 4f], old.WeightsOf("blk.0.b.weight", 1, 2)!);
    }

    [Fact]
    public void The_oldest_form_ends_after_the_entries()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Legacy();
        ImportanceMatrix old = ImportanceMatrix.Load(folder.Write("a.dat", whole.AsSpan(..^19)));
        Assert.Equal(2, old.Entries.Count);
        Assert.Empty(old.Datasets);
    }

    [Fact]
    public void Other_files_are_refused_in_words()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ModelFormatException>(() => ImportanceMatrix.Load(folder["missing.gguf"]));
        Assert.Throws<ModelFormatException>(() => ImportanceMatrix.Load(folder.Path));
        Assert.Throws<ModelFormatException>(() => ImportanceMatrix.Load(folder.Write("empty", "")));
        Assert.Throws<ModelFormatException>(() => ImportanceMatrix.Load(folder.Write("text", "This is no importance matrix.")));
        var model = new GgufWriter();
        model.Add("general.architecture", GgufValue.Of("llama"));
        model.AddTensor("blk.0.a.weight", QuantTypes.Get(QuantType.F32), [1], new byte[4]);
        model.Write(folder["model.gguf"]);
        var error = Assert.Throws<ModelFormatException>(() => ImportanceMatrix.Load(folder["model.gguf"]));
        Assert.Contains("in_sum2", error.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1f, 1f)]
    [InlineData(float.NaN, 1f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(1f, -1f)]
    [InlineData(1f, float.NaN)]
    [InlineData(1f, 1e30f)]
    public void Sums_and_counts_that_cannot_be_are_refused(float sum, float count)
    {
        using var folder = new TemporaryFolder();
        Write(folder["a.gguf"], [sum], [count]);
        Assert.Throws<ModelFormatException>(() => ImportanceMatrix.Load(folder["a.gguf"]));
    }

    [Fact]
    public void Counts_that_do_not_divide_the_sums_or_are_missing_are_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder["a.gguf"], [1, 2, 3], [1, 1]);
        Assert.Throws<ModelFormatException>(() => ImportanceMatrix.Load(folder["a.gguf"]));
        Write(folder["b.gguf"], [1, 2, 3], null);
        Assert.Throws<ModelFormatException>(() => ImportanceMatrix.Load(folder["b.gguf"]));
        Write(folder["c.gguf"], null, [1]);
        Assert.Throws<ModelFormatException>(() => ImportanceMatrix.Load(folder["c.gguf"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Damaged_files_are_refused_or_read_but_never_crash(bool legacy)
    {
        using var folder = new TemporaryFolder();
        if (!legacy) Sample().Save(folder["a.gguf"]);
        byte[] file = legacy ? Legacy() : File.ReadAllBytes(folder["a.gguf"]);
        int opened = 0, refused = 0;
        foreach (byte[] mutant in Mutants.Truncated(file).Concat(Mutants.Random(file, Seed, 1500)))
        {
            string path = folder.Write("mutant", mutant);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                foreach (ImportanceEntry entry in ImportanceMatrix.Load(path).Entries)
                    Assert.DoesNotContain(entry.MeanSquares(), weight => !(weight >= 0));
                opened++;
            }
            catch (ModelFormatException)
            {
                refused++;
            }
            // Buffers of readers, exceptions and their traces; the rest follows the file.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (512 << 10) + 64L * mutant.Length);
        }
        Assert.True(opened > 50 && refused > 500, $"{opened} opened, {refused} refused");
    }

    private static ImportanceMatrix Sample() => new(
        "sample",
        [new ImportanceEntry("blk.0.b.weight", [1, 2, 3, 4, 5, 6], [2, 0, 5]), new ImportanceEntry("blk.0.a.weight", [0.5, 0, 1e9], [448])],
        ["text one", "text two"], 7, 64);

    private static byte[] Legacy()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(2);
        WriteEntry(writer, "blk.0.a.weight", 4, [2, 8, 4]);
        WriteEntry(writer, "blk.0.b.weight", 1, [3, 4]);
        writer.Write(5);
        WriteText(writer, "calibration");
        return stream.ToArray();
    }

    private static void WriteEntry(BinaryWriter writer, string name, int calls, float[] values)
    {
        WriteText(writer, name);
        writer.Write(calls);
        writer.Write(values.Length);
        foreach (float value in values) writer.Write(value);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write(text.Length);
        writer.Write(Encoding.ASCII.GetBytes(text));
    }

    private static void Write(string path, float[]? sums, float[]? counts)
    {
        var writer = new GgufWriter();
        writer.Add("general.type", GgufValue.Of("imatrix"));
        foreach ((string name, float[]? values) in new[] { ("w.in_sum2", sums), ("w.counts", counts) })
        {
            if (values is null) continue;
            byte[] bytes = new byte[values.Length * sizeof(float)];
            Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
            writer.AddTensor(name, QuantTypes.Get(QuantType.F32), [values.Length], bytes);
        }
        writer.Write(path);
    }
}
