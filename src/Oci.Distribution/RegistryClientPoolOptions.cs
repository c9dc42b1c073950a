using Oci.Distribution.Authentication;
using Oci.Distribution.Configuration;

namespace Oci.Distribution;

/// <summary>How a <see cref="RegistryClientPool"/> works. Read once, when the pool is made.</summary>
public sealed class RegistryClientPoolOptions
{
    /// <summary>What holds for all clients. <see cref="RegistryClientOptions.Certificates"/> and <see cref="RegistryClientOptions.Insecure"/> hold for registries
    /// for which nothing else is found; <see cref="RegistryClientOptions.Handler"/> must not be set, since one cannot serve many registries.</summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public RegistryClientOptions Client { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>Mirrors, locations, blocks, and which registries may be insecure. Default none.</summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public RegistriesConfiguration Registries { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = RegistriesConfiguration.Empty;

    /// <summary>Folders with a folder of certificates for each registry (containers-certs.d(5)). The first that has one for a registry counts. Default none.</summary>
    public IList<string> CertificateFolders { get; } = [];

    /// <summary>What podman and skopeo go by on this machine: the files of credentials, registries.conf with its drop-in files, and certs.d.</summary>
    /// <exception cref="RegistriesConfigurationException">A file is not what it must be, or cannot be read.</exception>
    public static async Task<RegistryClientPoolOptions> LoadDefaultAsync(CancellationToken cancellationToken = default)
    {
        var options = new RegistryClientPoolOptions
        {
            Client = new RegistryClientOptions { Credentials = AuthFileCredentialSource.CreateDefault() },
            Registries = await RegistriesConfiguration.LoadDefaultAsync(cancellationToken).ConfigureAwait(false),
        };
        foreach (string folder in RegistryCertificates.DefaultFolders)
        {
            options.CertificateFolders.Add(folder);
        }
        return options;
    }
}
