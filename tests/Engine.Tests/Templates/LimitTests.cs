using System.Diagnostics;
using System.Text.Json;
using Engine.Templates;
using Xunit;

namespace Engine.Tests.Templates;

/// <summary>A runaway or hostile template is stopped: no hang, no stack overflow, no unbounded allocation.</summary>
public sealed class LimitTests
{
    private static readonly JsonElement NoVariables = JsonDocument.Parse("{}").RootElement;

    private static string Render(string source, TemplateOptions? options = null) => ChatTemplate.Parse(source).Render(NoVariables, options);

    [Theory]
    [InlineData("{{ 'x' * 10 ** 9 }}")]
    [InlineData("{{ 'x' * 10 ** 30 }}")]
    [InlineData("{{ [0] * 10 ** 9 }}")]
    [InlineData("{{ (0,) * 10 ** 9 }}")]
    [InlineData("{{ range(10 ** 9) | list }}")]
    [InlineData("{{ range(10 ** 40) }}")]
    [InlineData("{{ 9 ** (9 ** 9) }}")]
    [InlineData("{{ 2 ** (10 ** 9) }}")]
    [InlineData("{{ 'x'.center(10 ** 9) }}")]
    [InlineData("{{ 'x'.zfill(10 ** 9) }}")]
    [InlineData("{{ '\\t'.expandtabs(10 ** 9) }}")]
    [InlineData("{{ '%1000000000d' % 1 }}")]
    [InlineData("{{ '%.1000000000f' % 1 }}")]
    [InlineData("{{ '{:1000000000}'.format(1) }}")]
    [InlineData("{{ '{:.1000000000f}'.format(1.5) }}")]
    [InlineData("{{ 'x' | indent(10 ** 9, first=true) }}")]
    [InlineData("{{ [1] | batch(10 ** 9, 0) | list }}")]
    [InlineData("{{ [1] | slice(10 ** 9) | list }}")]
    [InlineData("{{ ('x' * 10000).replace('x', 'x' * 10000) }}")]
    [InlineData("{{ ('x' * 10000).replace('', 'x' * 10000) }}")]
    [InlineData("{{ ('x' * 9999).join(range(9999) | map('string')) }}")]
    [InlineData("{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}")]
    [InlineData("{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}")]
    [InlineData("{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = n.l + n.l %}{% endfor %}")]
    [InlineData("{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}")]
    [InlineData("{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l | tojson }}")]
    [InlineData("{% set n = namespace(l=[1], m=[1]) %}{% for i in range(99) %}{% set n.l = [n.l, n.l] %}{% set n.m = [n.m, n.m] %}"
        + "{% endfor %}{{ n.l == n.m }}")]
    [InlineData("{% set n = namespace(l=[1]) %}{% for i in range(99999) %}{% set n.l = [n.l] %}{% endfor %}{{ n.l }}")]
    [InlineData("{% set n = namespace(l=[1], m=[1]) %}{% for i in range(99999) %}{% set n.l = [n.l] %}{% set n.m = [n.m] %}{% endfor %}"
        + "{{ n.l == n.m }}")]
    [InlineData("{% set n = namespace(l=(1,)) %}{% for i in range(99999) %}{% set n.l = (n.l,) %}{% endfor %}{{ {n.l: 1} }}")]
    [InlineData("{% set n = namespace(l=[1]) %}{% for i in range(99999) %}{% set n.l = n.l | map('string') %}{% endfor %}{{ n.l | list }}")]
    [InlineData("{% set n = namespace(i=3) %}{% for i in range(99) %}{% set n.i = n.i * n.i %}{% endfor %}")]
    [InlineData("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{% for i in range(99999) %}{{ 'some text, again and again, ' * 9 }}{% endfor %}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% macro m() %}{% call m() %}{% endcall %}{{ caller }}{% endmacro %}{{ m() }}")]
    [InlineData("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}")]
    public void A_runaway_template_is_stopped(string source)
    {
        long start = Stopwatch.GetTimestamp();
        Assert.IsType<TemplateException>(RenderOnSmallStack(source).Failure);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
    }

    /// <summary>A tenth of the default limits, to save time.</summary>
    private static readonly TemplateOptions Tight = new() { Limits = new TemplateLimits { Steps = 1_000_000, TotalCharacters = 1 << 25 } };

    private const int SmallStack = 768 * 1024;

    /// <summary>The stack of a thread of the pool on Windows and macOS, the smallest that is usual.</summary>
    private const int PoolStack = 1536 * 1024;

    private static (string? Output, Exception? Failure) RenderOnSmallStack(string source, int stack = SmallStack)
    {
        string? output = null;
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => output = Render(source, Tight)), stack);
        thread.Start();
        thread.Join();
        return (output, failure);
    }

    [Theory]
    [InlineData("{{ ", "(", "1", ")", " }}")]
    [InlineData("{{ ", "[", "1", "]", " }}")]
    [InlineData("{{ ", "{'a':", "1", "}", " }}")]
    [InlineData("{{ ", "x[", "1", "]", " }}")]
    [InlineData("{{ ", "x(", "1", ")", " }}")]
    [InlineData("{{ ", "1 if ", "1", "", " }}")]
    [InlineData("{{ ", "1 if 1 else ", "1", "", " }}")]
    [InlineData("{{ ", "- ", "1", "", " }}")]
    [InlineData("{{ ", "not ", "1", "", " }}")]
    [InlineData("{{ 1", "+ 1", "", "", " }}")]
    [InlineData("{{ 1", "| abs", "", "", " }}")]
    [InlineData("{{ x", ".y", "", "", " }}")]
    [InlineData("{{ 1", " if 1 else 1 and 1", "", "", " }}")]
    [InlineData("", "{% if 1 %}", "1", "{% endif %}", "")]
    [InlineData("", "{% for x in [1] %}", "1", "{% endfor %}", "")]
    [InlineData("{% for ", "(", "x", ")", " in [1] %}{% endfor %}")]
    [InlineData("{{ 1 ", "is eq (", "1", ")", " }}")]
    public void Deeply_nested_source_is_refused(string start, string open, string middle, string close, string end)
    {
        const int Depth = 50_000;
        string source = start + string.Concat(Enumerable.Repeat(open, Depth)) + middle
            + string.Concat(Enumerable.Repeat(close, Depth)) + end;
        Assert.IsType<TemplateException>(RenderOnSmallStack(source).Failure);
    }

    [Theory]
    [InlineData("{% macro m(n) %}{% for x in [1] %}{% if n %}{{ [m(n - 1) | trim] | join }}{% endif %}{% endfor %}."
        + "{% endmacro %}{{ m(190) }}")]
    [InlineData("{% macro m(n) %}{% call w() %}{% if n %}{{ m(n - 1) }}{% endif %}{% endcall %}.{% endmacro %}"
        + "{% macro w() %}{{ caller() }}{% endmacro %}{{ m(60) }}")]
    public void Recursion_within_the_limit_fits_the_stack_of_a_pool_thread(string source)
    {
        (string? output, Exception? failure) = RenderOnSmallStack(source, PoolStack);
        Assert.Null(failure);
        Assert.EndsWith(".", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_can_be_tightened()
    {
        var options = new TemplateOptions { Limits = new TemplateLimits { OutputCharacters = 10 } };
        Assert.Equal("0123456789", Render("0123456789", options));
        Assert.Throws<TemplateException>(() => Render("0123456789a", options));
        options = new TemplateOptions { Limits = new TemplateLimits { Steps = 1000 } };
        Assert.Throws<TemplateException>(() => Render("{% for x in range(1001) %}{% endfor %}", options));
    }

    [Fact]
    public void A_cancelled_render_stops()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        var options = new TemplateOptions { Cancellation = cancellation.Token };
        Assert.Throws<OperationCanceledException>(() => Render("{% for x in range(1000) %}{{ x }}{% endfor %}", options));
    }

    [Fact]
    public void A_long_conversation_renders_in_milliseconds()
    {
        const string Source = "{% for m in messages %}{{ '<' + m['role'] + '>' + m.content | trim + '\n' }}{% endfor %}";
        ChatTemplate template = ChatTemplate.Parse(Source);
        ChatMessage[] messages = [.. Enumerable.Range(0, 400).Select(i => new ChatMessage("user", new string('x', 40)))];
        template.Render(messages, true);
        var times = new List<TimeSpan>();
        for (int i = 0; i < 20; i++)
        {
            long start = Stopwatch.GetTimestamp();
            template.Render(messages, true);
            times.Add(Stopwatch.GetElapsedTime(start));
        }
        Assert.True(times.Min() < TimeSpan.FromMilliseconds(20), $"{times.Min().TotalMilliseconds} ms");
    }
}
