using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Oci.Image.Building;
using Oci.Image.Configuration;
using OciTool.CommandLine;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary>The options of <c>oci config</c>, and what they do to an image.</summary>
internal sealed class ConfigOptions
{
    private readonly Option<KeyValuePair<string, string>[]> _env = Pairs("--env", "-e", "NAME=VALUE", "set a variable of the environment");
    private readonly Option<KeyValuePair<string, string>[]> _label = Pairs("--label", "-l", "KEY=VALUE", "set a label");
    private readonly Option<KeyValuePair<string, string>[]> _annotation = Pairs("--annotation", null, "KEY=VALUE", "set an annotation of the manifest");
    private readonly Option<string[]> _entrypoint = Words("--entrypoint", "the program that is always run");
    private readonly Option<string[]> _cmd = Words("--cmd", "the command, or the arguments of the entrypoint");
    private readonly Option<string[]> _port = Words("--port", "a port that the program listens on, such as 8080/tcp", "PORT[/PROTO]", "-p");
    private readonly Option<string[]> _volume = Words("--volume", "a directory whose content is not the image's", "PATH", "-v");
    private readonly Option<string?> _user = new("--user", "-u") { Description = "the user, by name or number", HelpName = "USER[:GROUP]" };
    private readonly Option<string?> _workdir = new("--workdir", "-w") { Description = "the directory to start in", HelpName = "PATH" };
    private readonly Option<string?> _stopSignal = new("--stop-signal") { Description = "the signal that ends the program, such as SIGTERM", HelpName = "SIGNAL" };
    private readonly Option<string?> _author = new("--author") { Description = "who made the image", HelpName = "NAME" };
    private readonly Option<string[]> _clear = new("--clear")
    {
        Description = "empty this first: env, label, annotation, entrypoint, cmd, port, volume, user or workdir",
        HelpName = "WHAT",
    };

    public ConfigOptions()
    {
        _clear.AcceptOnlyFromAmong("env", "label", "annotation", "entrypoint", "cmd", "port", "volume", "user", "workdir");
        _port.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => !IsPort(token.Value)) is Token bad)
            {
                result.AddError($"'{bad.Value}' is no port: write a number from 1 to 65535, with /udp after it where it is not for TCP");
            }
        });
        All = [_env, _label, _annotation, _entrypoint, _cmd, _port, _volume, _user, _workdir, _stopSignal, _author, _clear];
    }

    public IReadOnlyList<Option> All { get; }

    public void ApplyTo(ImageBuilder builder, Invocation call)
    {
        string[] cleared = call.Get(_clear) ?? [];
        ContainerConfig config = Clear(builder.Config, cleared);
        foreach ((string name, string value) in call.Get(_env) ?? [])
        {
            config = config.WithEnvironment(name, value);
        }
        foreach ((string key, string value) in call.Get(_label) ?? [])
        {
            config = value.Length == 0 ? config.WithoutLabel(key) : config.WithLabel(key, value);
        }
        config = (call.Get(_port) ?? []).Aggregate(config, (edited, port) => edited.WithExposedPort(port.Contains('/') ? port : $"{port}/tcp"));
        config = (call.Get(_volume) ?? []).Aggregate(config, (edited, path) => edited.WithVolume(path));
        builder.Config = config with
        {
            Entrypoint = call.Has(_entrypoint) ? ToWords(call.Get(_entrypoint)!) : config.Entrypoint,
            Cmd = call.Has(_cmd) ? ToWords(call.Get(_cmd)!) : config.Cmd,
            User = call.Get(_user) ?? config.User,
            WorkingDir = call.Get(_workdir) ?? config.WorkingDir,
            StopSignal = call.Get(_stopSignal) ?? config.StopSignal,
        };
        builder.Author = call.Get(_author) ?? builder.Author;
        if (cleared.Contains("annotation"))
        {
            builder.Annotations.Clear();
        }
        foreach ((string key, string value) in call.Get(_annotation) ?? [])
        {
            if (value.Length == 0)
            {
                builder.Annotations.Remove(key);
            }
            else
            {
                builder.Annotations[key] = value;
            }
        }
    }

    private static ContainerConfig Clear(ContainerConfig config, string[] what) => config with
    {
        Env = what.Contains("env") ? null : config.Env,
        Labels = what.Contains("label") ? null : config.Labels,
        Entrypoint = what.Contains("entrypoint") ? null : config.Entrypoint,
        Cmd = what.Contains("cmd") ? null : config.Cmd,
        ExposedPorts = what.Contains("port") ? null : config.ExposedPorts,
        Volumes = what.Contains("volume") ? null : config.Volumes,
        User = what.Contains("user") ? null : config.User,
        WorkingDir = what.Contains("workdir") ? null : config.WorkingDir,
    };

    private static IReadOnlyList<string> ToWords(string[] values) =>
        values is [['[', ..] json] ? JsonSerializer.Deserialize(json, OutputJson.Default.IReadOnlyListString)! : values;

    private static Option<KeyValuePair<string, string>[]> Pairs(string name, string? alias, string helpName, string description) => new(name, alias is null ? [] : [alias])
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => CommonOptions.ParseAll(result, Pair.Parse),
    };

    private static Option<string[]> Words(string name, string description, string helpName = "WORD", params string[] aliases)
    {
        var option = new Option<string[]>(name, aliases) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var only] && only.Value.StartsWith('[') && !IsWordArray(only.Value))
            {
                result.AddError($"{name}: '{only.Value}' is not a JSON array of words, such as '[\"/bin/app\", \"--serve\"]'");
            }
        });
        return option;
    }

    private static bool IsPort(string text)
    {
        string[] parts = text.Split('/');
        return parts is [_] or [_, "tcp" or "udp"]
            && ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0;
    }

    private static bool IsWordArray(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, OutputJson.Default.IReadOnlyListString)?.All(word => word is not null) == true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
