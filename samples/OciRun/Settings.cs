using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Cgroups;
using OciRun.CommandLine;

namespace OciRun;

/// <summary>The options before the command.</summary>
internal sealed class Settings
{
    private Settings(string root) => Root = root;

    /// <summary>As runc has it, with our name: <c>/run</c> for root, <c>$XDG_RUNTIME_DIR</c> for others, and for root in a user namespace of theirs.</summary>
    public static string DefaultRoot
    {
        get
        {
            string? directory = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            bool isRoot = Environment.IsPrivilegedProcess && (Environment.GetEnvironmentVariable("USER") is "root" || IsInitialUserNamespace());
            return !isRoot && directory is { Length: > 0 } && Path.IsPathRooted(directory) ? Path.Combine(directory, "ocirun")
                : Environment.IsPrivilegedProcess ? "/run/ocirun"
                : Path.Combine(Path.GetTempPath(), $"ocirun-{Environment.UserName}");
        }
    }

    public string Root { get; }

    public bool IsDebug { get; private init; }

    public string? LogPath { get; private init; }

    public bool LogsJson { get; private init; }

    public bool UsesSystemd { get; private init; }

    public static Settings From(OptionValues options) => new(Path.GetFullPath(options.NotEmpty(Options.Root) ?? DefaultRoot))
    {
        IsDebug = options.IsSet(Options.Debug),
        LogPath = options.NotEmpty(Options.Log),
        UsesSystemd = options.IsSet(Options.SystemdCgroup),
        LogsJson = (options.NotEmpty(Options.LogFormat) ?? "text") switch
        {
            "text" => false,
            "json" => true,
            string format => throw new UsageException($"invalid log-format: {format}"),
        },
    };

    private static bool IsInitialUserNamespace() => File.ReadAllText("/proc/self/uid_map").AsSpan().Trim().EndsWith("4294967295", StringComparison.Ordinal);

    public ContainerRuntime OpenRuntime() => new(new ContainerRuntimeOptions { Root = Root, CgroupDriver = UsesSystemd ? CgroupDriver.Systemd : CgroupDriver.Cgroupfs });
}
