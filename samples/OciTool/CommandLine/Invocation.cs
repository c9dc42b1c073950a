using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Oci.Distribution;
using Oci.Distribution.Authentication;
using Oci.Image;
using Oci.Image.Building;
using OciTool.Output;
using OciTool.References;
using OciTool.Results;

namespace OciTool.CommandLine;

/// <summary>One call of a command: what it was given, and where its results and progress go.</summary>
internal sealed class Invocation(ParseResult parsed) : IDisposable
{
    /// <summary>Shows how far long work is, where somebody looks.</summary>
    public ProgressDisplay Progress { get; } = new(isShown: !parsed.GetValue(CommonOptions.Quiet) && !Console.IsErrorRedirected);

    /// <summary>The platform that was asked for, if one was.</summary>
    public Platform? Platform =>
        parsed.CommandResult.Command.Options.OfType<PlatformOption>().FirstOrDefault() is PlatformOption option ? parsed.GetValue(option) : null;

    /// <summary>The registries that references name.</summary>
    public Registries Registries => field ??= CreateRegistries();

    /// <summary>Registries that are logged in to as given, whatever the files say.</summary>
    public Registries CreateRegistries(ICredentialSource? credentials = null) => new(options =>
    {
        RegistryClientOptions client = options.Client;
        client.Credentials = credentials ?? client.Credentials;
        client.PlainHttp = parsed.GetValue(CommonOptions.PlainHttp);
        client.OnWarning = warning => Note($"{warning.RequestUri?.Host} says: {warning.Text}");
        client.UserAgent = $"{CommandPath.Program}/{typeof(Invocation).Assembly.GetName().Version}";
    });

    /// <summary>The value of an argument that must be there.</summary>
    public T Get<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>The value of an option, or its default.</summary>
    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>Whether an option was given.</summary>
    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>What new images say of when they were made: SOURCE_DATE_EPOCH where it is set, else now.</summary>
    public DateTimeOffset Now { get; } = SourceDateEpoch.FromEnvironment() ?? DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    /// <summary>The words that were typed after the program's name, as history tells them.</summary>
    public string CommandText => string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend(CommandPath.Program));

    /// <summary>Opens what a reference names, for reading.</summary>
    public Task<ImageSource> OpenAsync(ImageReference reference, CancellationToken cancellationToken) =>
        ImageSource.OpenAsync(reference, Registries, cancellationToken);

    /// <summary>Whether the result is printed as JSON.</summary>
    public bool PrintsJson { get; } = parsed.GetValue(CommonOptions.Json);

    /// <summary>Prints a result, as text or as JSON.</summary>
    public void Print<T>(T result, JsonTypeInfo<T> json)
        where T : IResult
    {
        if (PrintsJson)
        {
            Print([.. JsonSerializer.SerializeToUtf8Bytes(result, json), (byte)'\n']);
            return;
        }
        var text = new StringBuilder();
        result.WriteTo(text);
        Print(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Prints bytes as they are.</summary>
    public void Print(ReadOnlySpan<byte> content)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write(content);
    }

    /// <summary>Says something that is good to know beside the result.</summary>
    public void Note(string sentence)
    {
        if (!parsed.GetValue(CommonOptions.Quiet))
        {
            Console.Error.WriteLine($"note: {sentence}");
        }
    }

    public void Dispose() => Registries.Dispose();
}
