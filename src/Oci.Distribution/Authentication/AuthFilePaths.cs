namespace Oci.Distribution.Authentication;

/// <summary>Where tools keep credentials (containers-auth.json(5), and Docker's documentation).</summary>
internal static class AuthFilePaths
{
    public static IEnumerable<string> GetDefault()
    {
        if (Environment.GetEnvironmentVariable("REGISTRY_AUTH_FILE") is { Length: > 0 } only)
        {
            return [only];
        }
        return GetUsual();
    }

    private static IEnumerable<string> GetUsual()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
        {
            yield return Path.Combine(runtime, "containers", "auth.json");
        }
        string config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".config");
        yield return Path.Combine(config, "containers", "auth.json");
        string docker = Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder ? folder : Path.Combine(home, ".docker");
        yield return Path.Combine(docker, "config.json");
    }
}
