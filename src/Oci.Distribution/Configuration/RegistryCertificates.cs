using System.Security.Cryptography.X509Certificates;

namespace Oci.Distribution.Configuration;

/// <summary>The certificates for one registry: authorities that are trusted beside the machine's, and what the client shows of itself.</summary>
/// <remarks>
/// To trust an authority turns no other check off: names, times and purposes must be right. Files are laid out as in
/// containers-certs.d(5): <c>FOLDER/HOST:PORT</c> with <c>*.crt</c> for authorities and <c>NAME.cert</c> with <c>NAME.key</c> for the client. Immutable.
/// </remarks>
public sealed class RegistryCertificates
{
    /// <summary>Makes a set.</summary>
    /// <param name="authorities">Roots to trust beside the machine's.</param>
    /// <param name="clientCertificate">What the client shows where a registry asks for it, with its private key.</param>
    /// <param name="clientChain">The certificates between the client's and its root, which are sent too.</param>
    /// <exception cref="ArgumentException">The client's certificate has no private key.</exception>
    public RegistryCertificates(IEnumerable<X509Certificate2> authorities, X509Certificate2? clientCertificate = null, IEnumerable<X509Certificate2>? clientChain = null)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        if (clientCertificate?.HasPrivateKey == false)
        {
            throw new ArgumentException("A client's certificate needs its private key.", nameof(clientCertificate));
        }
        Authorities = [.. authorities];
        ClientCertificate = clientCertificate;
        ClientChain = [.. clientChain ?? []];
    }

    /// <summary>Where certificates for registries lie on this machine: the user's folder, then podman's and Docker's of the machine.</summary>
    public static IReadOnlyList<string> DefaultFolders =>
    [
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".config", "containers", "certs.d"),
        "/etc/containers/certs.d",
        "/etc/docker/certs.d",
    ];

    /// <summary>Roots that are trusted beside the machine's.</summary>
    public IReadOnlyList<X509Certificate2> Authorities { get; }

    /// <summary>What the client shows where a registry asks for it.</summary>
    public X509Certificate2? ClientCertificate { get; }

    /// <summary>The certificates between the client's and its root.</summary>
    public IReadOnlyList<X509Certificate2> ClientChain { get; }

    /// <summary>Reads the certificates for a registry from the first folder that has some for it.</summary>
    /// <param name="host">The registry as references name it: with its port where one is given.</param>
    /// <param name="folders">Folders with a folder for each registry. Default <see cref="DefaultFolders"/>.</param>
    /// <returns>The certificates; <see langword="null"/> where no folder has any.</returns>
    /// <exception cref="FormatException">The name is no HOST[:PORT].</exception>
    /// <exception cref="RegistryException">A file is not what it must be, lacks its partner, or cannot be read.</exception>
    public static RegistryCertificates? LoadFor(string host, IEnumerable<string>? folders = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        if (!ReferenceGrammar.IsHost(host))
        {
            throw new FormatException($"'{host}' is no HOST[:PORT].");
        }
        string? folder = (folders ?? DefaultFolders).Select(f => Path.Combine(f, host)).FirstOrDefault(Directory.Exists);
        return folder is null ? null : Load(folder);
    }

    /// <summary>Reads the certificates of one folder.</summary>
    /// <param name="folder">A folder with <c>*.crt</c>, and <c>NAME.cert</c> with <c>NAME.key</c>. Other files are passed over.</param>
    /// <exception cref="RegistryException">A file is not what it must be, lacks its partner, or cannot be read.</exception>
    public static RegistryCertificates Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return CertificateFolder.Load(folder);
    }
}
