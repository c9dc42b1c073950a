using System.Text;

namespace Oci.Distribution.Configuration;

/// <summary>Where configurations of registries lie (containers-registries.conf(5), containers-registries.conf.d(5)).</summary>
internal static class RegistriesFiles
{
    public const string SystemFile = "/etc/containers/registries.conf";

    public static string UserFile => Path.Combine(ConfigFolder, "registries.conf");

    // $HOME/.config, whatever XDG_CONFIG_HOME says: that is where peers look.
    private static string ConfigFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".config", "containers");

    public static string? GetChosen() => Environment.GetEnvironmentVariable("CONTAINERS_REGISTRIES_CONF") is { Length: > 0 } path ? path : null;

    public static IEnumerable<string> GetFolders(bool isUserFile) =>
        isUserFile ? [$"{UserFile}.d"] : [$"{SystemFile}.d", $"{UserFile}.d"];

    public static IEnumerable<string> List(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.conf").Where(p => p.EndsWith(".conf", StringComparison.Ordinal)).Order(StringComparer.Ordinal) : [];

    /// <summary>Reads a file; <see langword="null"/> where there is none.</summary>
    public static async Task<RegistriesDocument?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using (file.ConfigureAwait(false))
            {
                if (file.Length > TomlReader.MaxLength)
                {
                    throw new RegistriesConfigurationException($"It has {file.Length} bytes; {TomlReader.MaxLength} is the most that is read.", path);
                }
                var content = new byte[file.Length];
                int length = await file.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                return RegistriesDocument.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content, 0, length), path);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (DecoderFallbackException e)
        {
            throw new RegistriesConfigurationException("It is not UTF-8, which TOML must be.", path, innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistriesConfigurationException($"It cannot be read: {e.Message}", path, innerException: e);
        }
    }
}
