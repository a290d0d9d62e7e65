using Engine.Kernels;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>What observers of linear maps are shown.</summary>
public sealed class ObserverTests
{
    private static readonly int[] Prompt = [.. Enumerable.Range(0, 40).Select(i => i * 11 % TinyFamily.Vocabulary)];

    public static IEnumerable<TheoryDataRow<string>> Names() =>
        TinyFamilies.All.Select(family => new TheoryDataRow<string>(family.ToString()));

    [Theory, MemberData(nameof(Names))]
    public void Every_matrix_shows_each_of_its_input_rows_once_and_in_order(string name)
    {
        TinyModel tiny = TinyFamilies.All.Single(family => family.ToString() == name).Create();
        using Model one = tiny.Load(), other = tiny.Load(new ModelOptions { Exact = true, Threads = 3 });
        Dictionary<string, List<float[]>> whole = Watch(one, Prompt.Length), pieces = Watch(other, 7);
        Assert.Equal(whole.Keys, pieces.Keys);
        foreach ((string key, List<float[]> rows) in whole) Assert.Equal(rows, pieces[key]);
        foreach (IGrouping<string, ModelLinear> tensor in one.Linears.GroupBy(linear => linear.TensorName))
        {
            ModelLinear[] parts = [.. tensor];
            int rows = parts.Sum(part => whole[Key(part)].Count);
            bool experts = tensor.Key.Contains("_exps", StringComparison.Ordinal);
            Assert.Equal(tiny.Tensors[tensor.Key].Shape[0], parts[0].Columns);
            Assert.Equal(experts ? tiny.Tensors[tensor.Key].Shape[2] : 1, experts ? parts[0].Matrices : parts.Max(part => part.Matrix) + 1);
            // Each token passes every dense matrix, and the same number of experts.
            Assert.True(rows > 0 && rows % Prompt.Length == 0, $"{tensor.Key}: {rows} rows");
            if (!experts) Assert.All(parts, part => Assert.Equal(Prompt.Length, whole[Key(part)].Count));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_matrix_of_the_layers_can_be_watched(string name)
    {
        TinyModel tiny = TinyFamilies.All.Single(family => family.ToString() == name).Create();
        using Model model = tiny.Load();
        var watched = model.Linears.Select(linear => linear.TensorName).ToHashSet();
        // Transposed and joined matrices of latent attention are multiplied in another form.
        string[] expected =
        [
            .. tiny.Tensors.Where(pair => pair.Value.Shape.Length > 1).Select(pair => pair.Key)
                .Where(key => key.StartsWith("blk.", StringComparison.Ordinal) && key.EndsWith(".weight", StringComparison.Ordinal))
                .Where(key => !key.Contains("_norm", StringComparison.Ordinal))
                .Where(key => !key.Contains("attn_k_b", StringComparison.Ordinal) && !key.Contains("attn_kv_b", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(expected);
        Assert.All(expected, key => Assert.Contains(key, watched));
    }

    [Fact]
    public void Observers_change_no_logit()
    {
        TinyModel tiny = TinyFamilies.All.Single(family => family.ToString() == "qwen3moe").Create();
        using Model watched = tiny.Load(), alone = tiny.Load();
        Watch(watched, Prompt.Length);
        using Session left = watched.CreateSession(), right = alone.CreateSession();
        Assert.Equal(right.Evaluate(Prompt).ToArray(), left.Evaluate(Prompt).ToArray());
    }

    private static string Key(ModelLinear linear) => $"{linear.TensorName}#{linear.Matrix}+{linear.FirstRow}";

    /// <summary>The input rows of every map while the prompt is read in pieces.</summary>
    private static Dictionary<string, List<float[]>> Watch(Model model, int size)
    {
        var recorded = new Dictionary<string, List<float[]>>();
        foreach (ModelLinear linear in model.Linears)
        {
            var recorder = new Recorder();
            linear.Observer = recorder;
            recorded.Add(Key(linear), recorder.Rows);
        }
        using Session session = model.CreateSession();
        for (int start = 0; start < Prompt.Length; start += size)
            session.EvaluateAll(Prompt.AsSpan(start, Math.Min(size, Prompt.Length - start)), (_, _) => { });
        return recorded;
    }

    private sealed class Recorder : IInputObserver
    {
        public List<float[]> Rows { get; } = [];

        public void Observe(Activation input)
        {
            for (int row = 0; row < input.Rows; row++) Rows.Add(input.Row(row).ToArray());
        }
    }
}
