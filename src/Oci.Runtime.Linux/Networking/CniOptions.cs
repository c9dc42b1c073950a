namespace Oci.Runtime.Linux.Networking;

/// <summary>Settings of a <see cref="CniClient"/>, which copies them when it is made.</summary>
public sealed class CniOptions
{
    /// <summary>Where plugins are looked for, in order; absolute paths. Default: <c>/usr/lib/cni</c> and <c>/opt/cni/bin</c>.</summary>
    /// <exception cref="ArgumentException">One is not an absolute path.</exception>
    public IReadOnlyList<string> PluginDirectories
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (string directory in value)
            {
                if (!Path.IsPathRooted(directory) || directory.Contains(':', StringComparison.Ordinal))
                {
                    throw new ArgumentException($"'{directory}' is not an absolute path without a colon.", nameof(value));
                }
            }
            field = value;
        }
    } = ["/usr/lib/cni", "/opt/cni/bin"];

    /// <summary>Where results are kept from an attachment's making to its end, made with mode 0700 where it is missing. Default: <c>/var/lib/cni/oci</c>.</summary>
    public string CacheDirectory { get; set => field = Path.GetFullPath(value ?? throw new ArgumentNullException(nameof(value))); } = "/var/lib/cni/oci";

    /// <summary>The longest that one plugin may take before it is killed. Default 60 seconds.</summary>
    public TimeSpan Timeout
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>A program that runs the plugins, with its arguments: for tests, which keep them in a network namespace of their own.</summary>
    internal IReadOnlyList<string> Launcher { get; init; } = [];
}
