using System.Text.Json;

namespace Engine.Templates;

/// <summary>
/// A chat template: Jinja2 3.1.6 in the environment that Hugging Face transformers renders chat templates in (an immutable sandbox with
/// <c>trim_blocks</c>, <c>lstrip_blocks</c>, loop controls, <c>{% generation %}</c>, <c>tojson</c> without HTML escapes,
/// <c>raise_exception</c> and <c>strftime_now</c>).
/// </summary>
/// <remarks>A parsed template is immutable: any number of threads may render it at once.</remarks>
public sealed class ChatTemplate
{
    private readonly Statement[] _body;

    private ChatTemplate(string name, string source, Statement[] body)
    {
        Name = name;
        Source = source;
        _body = body;
    }

    /// <summary>The name that error messages carry.</summary>
    public string Name { get; }

    /// <summary>The source, as given.</summary>
    public string Source { get; }

    /// <summary>Parses a template.</summary>
    /// <param name="source">The Jinja source.</param>
    /// <param name="name">The name that error messages carry, such as that of the model's file.</param>
    /// <exception cref="TemplateException">The source is no valid template; it says on which line and why.</exception>
    public static ChatTemplate Parse(string source, string name = "template")
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            Statement[] body = new Parser(new Lexer(source).Tokenize()).ParseTemplate();
            FilterNameCheck.Run(body);
            return new ChatTemplate(name, source, body);
        }
        catch (SyntaxFailure failure)
        {
            throw new TemplateException(name, failure.Line, failure.Message, inner: failure);
        }
        catch (Failure failure)
        {
            throw new TemplateException(name, 1, failure.Message, inner: failure);
        }
    }

    /// <summary>Renders the template.</summary>
    /// <param name="variables">
    /// A JSON object: what the template sees under each name (messages, tools, add_generation_prompt, bos_token, ...). The order of keys
    /// is kept; a number written with a point or an exponent is a float, any other an integer.
    /// </param>
    /// <param name="options">The clock, limits and leniency; null: <see cref="TemplateOptions.Default"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="variables"/> is not a JSON object.</exception>
    /// <exception cref="TemplateException">The template failed, refused the conversation, or was stopped by a limit.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public string Render(JsonElement variables, TemplateOptions? options = null)
    {
        if (variables.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException($"The variables of a template are a JSON object, not {variables.ValueKind}.", nameof(variables));
        }
        var evaluator = new Evaluator(options ?? TemplateOptions.Default);
        try
        {
            var scope = new Scope(null);
            foreach (JsonProperty property in variables.EnumerateObject())
            {
                scope.Set(property.Name, JsonValues.Convert(property.Value));
            }
            return evaluator.Render(_body, scope);
        }
        catch (Failure failure)
        {
            throw new TemplateException(Name, evaluator.Line, failure.Message, failure.RaisedByTemplate, failure);
        }
    }

    /// <summary>Renders a plain conversation, the way a model is prompted with it.</summary>
    /// <param name="messages">The turns, oldest first.</param>
    /// <param name="addGenerationPrompt">Whether to end with the opening of the assistant's turn.</param>
    /// <param name="bosToken">The text of the token that begins a sequence; empty where the model has none.</param>
    /// <param name="eosToken">The text of the token that ends a sequence; empty where the model has none.</param>
    /// <param name="options">The clock, limits and leniency; null: the defaults, made lenient.</param>
    /// <exception cref="TemplateException">The template failed, refused the conversation, or was stopped by a limit.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public string Render(
        IReadOnlyList<ChatMessage> messages,
        bool addGenerationPrompt,
        string bosToken = "",
        string eosToken = "",
        TemplateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("messages");
            foreach (ChatMessage message in messages)
            {
                json.WriteStartObject();
                json.WriteString("role", message.Role);
                json.WriteString("content", message.Content);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNull("tools");
            json.WriteNull("documents");
            json.WriteBoolean("add_generation_prompt", addGenerationPrompt);
            json.WriteString("bos_token", bosToken);
            json.WriteString("eos_token", eosToken);
            json.WriteEndObject();
        }
        using JsonDocument variables = JsonDocument.Parse(buffer.WrittenMemory);
        return Render(variables.RootElement, options ?? new TemplateOptions { Lenient = true });
    }
}
