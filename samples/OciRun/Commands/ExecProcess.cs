using System.Globalization;
using System.Text.Json;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Spec;
using OciRun.CommandLine;

namespace OciRun.Commands;

/// <summary>The process of <c>exec</c>: the container's own with what the options change, or the one of <c>--process</c>.</summary>
internal static class ExecProcess
{
    private const long MaxSize = 16 * 1024 * 1024;

    public static async Task<ProcessSpec> ReadAsync(Invocation invocation, Container container)
    {
        if (invocation.Options.NotEmpty(OciRun.Options.Process) is string path)
        {
            return await ReadFileAsync(path);
        }
        ProcessSpec own = (await container.GetSpecAsync()).Process ?? new ProcessSpec { Cwd = "/" };
        return Change(own, invocation.Options) with { Args = [.. invocation.Arguments.Skip(1)] };
    }

    // As a member of a configuration, so that one reader knows the rules.
    private static async Task<ProcessSpec> ReadFileAsync(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxSize })
        {
            throw new CommandException($"{path} has more than {MaxSize} bytes, the most that is read");
        }
        byte[] process = await File.ReadAllBytesAsync(path);
        using var buffer = new MemoryStream();
        try
        {
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartObject();
            json.WriteString("ociVersion", RuntimeSpec.CurrentVersion);
            json.WritePropertyName("process");
            json.WriteRawValue(process);
            json.WriteEndObject();
        }
        catch (JsonException e)
        {
            throw new CommandException($"{path} is not JSON: {e.Message}");
        }
        return RuntimeSpec.Parse(buffer.ToArray()).Process ?? throw new CommandException($"{path} is null, where a process is due");
    }

    private static ProcessSpec Change(ProcessSpec process, OptionValues options) => process with
    {
        Terminal = options.IsSet(OciRun.Options.Tty),
        ConsoleSize = null,
        Cwd = options.NotEmpty(OciRun.Options.Cwd) ?? process.Cwd,
        Env = [.. process.Env ?? [], .. options.All(OciRun.Options.Env)],
        User = ChangeUser(process.User ?? new UserSpec(), options),
        ApparmorProfile = options.NotEmpty(OciRun.Options.AppArmor) ?? process.ApparmorProfile,
        SelinuxLabel = options.NotEmpty(OciRun.Options.ProcessLabel) ?? process.SelinuxLabel,
        NoNewPrivileges = options[OciRun.Options.NoNewPrivileges] is null ? process.NoNewPrivileges : options.IsSet(OciRun.Options.NoNewPrivileges),
        Capabilities = AddCapabilities(process.Capabilities, options.All(OciRun.Options.Capability)),
    };

    private static UserSpec ChangeUser(UserSpec user, OptionValues options)
    {
        if (options.NotEmpty(OciRun.Options.User) is string text)
        {
            string[] parts = text.Split(':', 2);
            user = user with { Uid = Id(parts[0], "uid") };
            user = parts.Length > 1 ? user with { Gid = Id(parts[1], "gid") } : user;
        }
        string[] groups = options.All(OciRun.Options.AdditionalGids);
        return groups.Length == 0 ? user : user with { AdditionalGids = [.. user.AdditionalGids ?? [], .. groups.Select(g => Id(g, "additional gid"))] };
    }

    private static uint Id(string text, string what) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) ? id : throw new CommandException($"parsing {text} as int for {what} failed: a number is due");

    /// <summary>Not to the inheritable set, from which programs with file capabilities would take them (CVE-2022-29162).</summary>
    private static LinuxCapabilities? AddCapabilities(LinuxCapabilities? own, string[] added)
    {
        if (added.Length == 0)
        {
            return own;
        }
        own ??= new LinuxCapabilities();
        return own with
        {
            Bounding = [.. (own.Bounding ?? []).Union(added)],
            Effective = [.. (own.Effective ?? []).Union(added)],
            Permitted = [.. (own.Permitted ?? []).Union(added)],
        };
    }
}
