using System.Text.Json;
using Engine.Templates;
using Xunit;

namespace Engine.Tests.Templates;

public sealed class ChatTemplateTests
{
    private static readonly JsonElement NoVariables = JsonDocument.Parse("{}").RootElement;

    private static string Render(string source, string variables = "{}", bool lenient = false)
    {
        using JsonDocument document = JsonDocument.Parse(variables);
        return ChatTemplate.Parse(source).Render(document.RootElement, new TemplateOptions { Lenient = lenient });
    }

    [Fact]
    public void A_failure_names_the_template_the_line_and_the_reason()
    {
        ChatTemplate template = ChatTemplate.Parse("a\n{% if true %}\n{{ 'x' + 1 }}{% endif %}", "model.gguf");
        TemplateException failure = Assert.Throws<TemplateException>(() => template.Render(NoVariables));
        Assert.Equal("model.gguf, line 3: can only concatenate str (not \"int\") to str", failure.Message);
        Assert.Equal(3, failure.Line);
        Assert.False(failure.RaisedByTemplate);
    }

    [Fact]
    public void A_failure_after_a_macro_call_names_the_line_of_the_caller()
    {
        ChatTemplate template = ChatTemplate.Parse("{% macro m() %}\n\n{{ 1 }}\n{% endmacro %}\n{{ m() + 1 }}");
        Assert.Equal(5, Assert.Throws<TemplateException>(() => template.Render(NoVariables)).Line);
    }

    [Theory]
    [InlineData("a\n{% if x %}", 2)]
    [InlineData("a\n{{ 1 + }}", 2)]
    [InlineData("\n\n{% nope %}", 3)]
    [InlineData("{{ 'a\n\nb' }}{{ ( ] }}", 3)]
    [InlineData("a\n  {{- x -}}\n\n{{ 1 | nope }}", 4)]
    public void A_syntax_error_names_its_line(string source, int line) =>
        Assert.Equal(line, Assert.Throws<TemplateException>(() => ChatTemplate.Parse(source)).Line);

    [Fact]
    public void The_message_of_raise_exception_is_the_reason()
    {
        TemplateException failure = Assert.Throws<TemplateException>(() => Render("{{ raise_exception('No: ' ~ 5) }}"));
        Assert.True(failure.RaisedByTemplate);
        Assert.Equal("No: 5", failure.Reason);
    }

    [Theory]
    [InlineData("{{ [1, 2] | sort(reverse=nothing) }}")]
    [InlineData("{{ dict(nothing) }}")]
    [InlineData("{{ 'a'.splitlines(none) }}")]
    [InlineData("{{ [1] is filter }}")]
    [InlineData("{{ ''.__class__.__mro__ }}")]
    [InlineData("{{ '' * 10 ** 20 }}")]
    public void What_python_refuses_is_refused(string source) => Assert.Throws<TemplateException>(() => Render(source));

    [Theory]
    [InlineData("{{ 'abc' % nothing }}", "abc")]
    [InlineData("{{ [1] | truncate }}", "[1]")]
    [InlineData("{{ '<' | e | list }}", "['&', 'l', 't', ';']")]
    [InlineData("{{ 'ı ſ ß ﬁ'.upper() }}", "I S SS FI")]
    [InlineData("{{ 'ΑΣ ΑΣΑ'.lower() }}", "ας ασα")]
    [InlineData("{{ ['<' | e] }}", "[Markup('&lt;')]")]
    public void What_python_accepts_is_accepted(string source, string expected) => Assert.Equal(expected, Render(source));

    [Fact]
    public void A_number_with_a_point_or_exponent_is_a_float() =>
        Assert.Equal(
            "1 1.0 100.0 -0.0 12345678901234567890", Render("{{ v | join(' ') }}", """{"v":[1,1.0,1e2,-0.0,12345678901234567890]}"""));

    [Fact]
    public void The_order_of_keys_is_kept_and_the_last_of_two_equal_keys_counts() =>
        Assert.Equal("""{"b": 3, "a": 2}""", Render("{{ v | tojson }}", """{"v":{"b":1,"a":2,"b":3}}"""));

    [Fact]
    public void Half_a_surrogate_pair_in_a_string_is_kept() =>
        Assert.Equal("a\ud83db", Render("{{ v }}", """{"v":"a\ud83d\u0062"}"""));

    [Fact]
    public void Variables_that_are_no_object_are_refused() =>
        Assert.Throws<ArgumentException>(() => ChatTemplate.Parse("x").Render(JsonDocument.Parse("[]").RootElement));

    [Fact]
    public void A_plain_conversation_sees_the_usual_variables()
    {
        const string Source = "{{ bos_token }}{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}"
            + "{{ tools is none }}{{ documents is none }}{{ add_generation_prompt }}{{ eos_token }}{{ x is defined }}";
        string output = ChatTemplate.Parse(Source).Render(
            [new ChatMessage("system", "Be \"brief\"."), new ChatMessage("user", "é😀")], addGenerationPrompt: true, "<s>", "</s>");
        Assert.Equal("<s>system:Be \"brief\".;user:é😀;TrueTrueTrue</s>False", output);
    }

    [Theory]
    [InlineData("{% set l = [] %}{% for x in [1, 2] %}{% set _ = l.append(x) %}{% endfor %}{{ l }}", "[1, 2]")]
    [InlineData("{% set l = [1, 2, 3] %}{{ l.pop(0) }}{{ l.pop() }}{{ l }}", "13[2]")]
    [InlineData("{{ ('{\"a\": [1, 2.0]}' | from_json).a }}", "[1, 2.0]")]
    [InlineData("{{ [1, 2] | map('string') | tojson }}", "[\"1\", \"2\"]")]
    public void A_lenient_render_allows_what_a_strict_one_refuses(string source, string expected)
    {
        Assert.Throws<TemplateException>(() => Render(source));
        Assert.Equal(expected, Render(source, lenient: true));
    }

    [Fact]
    public void A_lenient_render_changes_no_other_render()
    {
        ChatTemplate template = ChatTemplate.Parse("{% set _ = v.append([1].append(2)) %}{{ v }}");
        using JsonDocument document = JsonDocument.Parse("""{"v":[]}""");
        var options = new TemplateOptions { Lenient = true };
        Assert.Equal("[None]", template.Render(document.RootElement, options));
        Assert.Equal("[None]", template.Render(document.RootElement, options));
    }

    [Fact]
    public void A_list_that_grows_while_it_is_looped_over_is_stopped() =>
        Assert.Throws<TemplateException>(
            () => Render("{% set l = [1] %}{% for x in l %}{% set _ = l.append(x) %}{% endfor %}", lenient: true));

    [Fact]
    public void A_list_that_holds_itself_is_refused_when_printed() =>
        Assert.Throws<TemplateException>(() => Render("{% set l = [1] %}{% set _ = l.append(l) %}{{ l }}", lenient: true));
}
