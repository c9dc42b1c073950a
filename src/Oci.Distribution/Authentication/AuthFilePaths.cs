using System.Runtime.InteropServices;

namespace Oci.Distribution.Authentication;

/// <summary>Where tools keep credentials (containers-auth.json(5), and Docker's documentation).</summary>
internal static partial class AuthFilePaths
{
    /// <summary>The name of Docker's own file, whose keys differ for Docker Hub.</summary>
    public const string DockerFileName = "config.json";

    /// <summary>The files to read, the first first.</summary>
    public static IEnumerable<string> GetDefault() => GetChosen() is string only ? [only] : GetUsual();

    /// <summary>The file that a login is written to.</summary>
    /// <remarks>podman's choice, but for ordinary users without a runtime directory: theirs cannot be made there.</remarks>
    public static string GetWritable() => GetChosen() ?? GetRuntimeFile(onlyIfWritable: true) ?? GetConfigFile();

    private static string? GetChosen() => Environment.GetEnvironmentVariable("REGISTRY_AUTH_FILE") is { Length: > 0 } path ? path : null;

    private static IEnumerable<string> GetUsual()
    {
        if (GetRuntimeFile(onlyIfWritable: false) is string runtime)
        {
            yield return runtime;
        }
        yield return GetConfigFile();
        string docker = Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder ? folder : Path.Combine(Home, ".docker");
        yield return Path.Combine(docker, DockerFileName);
    }

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);

    private static string? GetRuntimeFile(bool onlyIfWritable)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
        {
            return Path.Combine(runtime, "containers", "auth.json");
        }
        return onlyIfWritable && !Environment.IsPrivilegedProcess ? null : $"/run/containers/{GetUserId()}/auth.json";
    }

    private static string GetConfigFile()
    {
        string config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(Home, ".config");
        return Path.Combine(config, "containers", "auth.json");
    }

    [LibraryImport("libc", EntryPoint = "getuid")]
    private static partial uint GetUserId();
}
