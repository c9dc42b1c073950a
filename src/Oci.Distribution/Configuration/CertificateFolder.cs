using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Oci.Distribution.Configuration;

/// <summary>Reads one folder of containers-certs.d(5).</summary>
internal static class CertificateFolder
{
    // A bundle of all public authorities has about 250 KB.
    private const int MaxFileSize = 4 * 1024 * 1024;

    public static RegistryCertificates Load(string folder)
    {
        string[] files;
        try
        {
            files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"The certificates in {folder} cannot be read: {e.Message}", innerException: e);
        }
        var authorities = new X509Certificate2Collection();
        foreach (string path in files.Where(f => Path.GetExtension(f) == ".crt"))
        {
            authorities.AddRange(ReadCertificates(path));
        }
        string[] clients = [.. files.Where(f => Path.GetExtension(f) == ".cert")];
        if (files.FirstOrDefault(f => Path.GetExtension(f) == ".key" && !clients.Contains(Path.ChangeExtension(f, ".cert"))) is string lonely)
        {
            throw new RegistryException($"{lonely} has no {Path.GetFileName(Path.ChangeExtension(lonely, ".cert"))} beside it.", hint: "A client's certificate is NAME.cert, and its key NAME.key.");
        }
        if (clients.Length > 1)
        {
            throw new RegistryException($"{folder} has {clients.Length} client certificates; one is shown.", hint: "Leave one pair of NAME.cert and NAME.key in it.");
        }
        return clients is [string client] ? ReadClient(client, authorities) : new RegistryCertificates(authorities);
    }

    private static RegistryCertificates ReadClient(string path, X509Certificate2Collection authorities)
    {
        string keyPath = Path.ChangeExtension(path, ".key");
        if (!File.Exists(keyPath))
        {
            throw new RegistryException($"{path} has no {Path.GetFileName(keyPath)} beside it.", hint: "The certificate of an authority is NAME.crt; a client's is NAME.cert with its key NAME.key.");
        }
        X509Certificate2Collection chain = ReadCertificates(path);
        try
        {
            X509Certificate2 client = X509Certificate2.CreateFromPem(chain[0].ExportCertificatePem(), ReadText(keyPath));
            return new RegistryCertificates(authorities, OperatingSystem.IsWindows() ? Reimport(client) : client, chain.Skip(1));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // ArgumentException: the key is another certificate's.
            throw new RegistryException($"{keyPath} is not the PEM of the private key of {Path.GetFileName(path)}: {e.Message}", hint: "It must be without a password.", innerException: e);
        }
    }

    // Windows cannot use a key in TLS that is in memory alone.
    private static X509Certificate2 Reimport(X509Certificate2 certificate)
    {
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
    }

    private static X509Certificate2Collection ReadCertificates(string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(ReadText(path));
        }
        catch (CryptographicException e)
        {
            throw new RegistryException($"{path} holds a certificate that cannot be read: {e.Message}", innerException: e);
        }
        return certificates.Count > 0 ? certificates : throw new RegistryException($"{path} holds no certificate in PEM.", hint: "Make PEM of it: openssl x509 -inform der -in FILE.");
    }

    private static string ReadText(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            return length <= MaxFileSize ? File.ReadAllText(path) : throw new RegistryException($"{path} has {length} bytes; {MaxFileSize} is the most that is read.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"{path} cannot be read: {e.Message}", innerException: e);
        }
    }
}
