using System.Text;
using System.Text.Json;
using Oci.Image.Configuration;

namespace OciTool.Results;

/// <summary>How a container of an image is run.</summary>
internal sealed record RunSettings : IResult
{
    public string? User { get; init; }

    public string? WorkingDir { get; init; }

    public IReadOnlyList<string>? Entrypoint { get; init; }

    public IReadOnlyList<string>? Cmd { get; init; }

    public IReadOnlyList<string>? Env { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyList<string>? ExposedPorts { get; init; }

    public IReadOnlyList<string>? Volumes { get; init; }

    public string? StopSignal { get; init; }

    public static RunSettings Of(ContainerConfig config) => new()
    {
        User = config.User,
        WorkingDir = config.WorkingDir,
        Entrypoint = config.Entrypoint,
        Cmd = config.Cmd,
        Env = config.Env,
        Labels = config.Labels,
        ExposedPorts = config.ExposedPorts is null ? null : [.. config.ExposedPorts.Keys],
        Volumes = config.Volumes is null ? null : [.. config.Volumes.Keys],
        StopSignal = config.StopSignal,
    };

    public void WriteTo(StringBuilder text)
    {
        text.Field("Entrypoint", Words(Entrypoint));
        text.Field("Command", Words(Cmd));
        text.Field("User", User);
        text.Field("Directory", WorkingDir);
        text.Field("Ports", string.Join(' ', ExposedPorts ?? []));
        text.Field("Volumes", string.Join(' ', Volumes ?? []));
        text.Field("Stop signal", StopSignal);
        text.List("Environment", Env ?? []);
        text.List("Labels", (Labels ?? new Dictionary<string, string>()).Select(l => $"{l.Key}={l.Value}"));
    }

    // As JSON, so that one sees where a word ends; and it can be given to 'oci config' again.
    private static string? Words(IReadOnlyList<string>? words) =>
        words is null ? null : JsonSerializer.Serialize(words, OutputJson.Compact.IReadOnlyListString);
}
