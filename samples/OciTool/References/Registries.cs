using Oci.Distribution;
using Oci.Image;

namespace OciTool.References;

/// <summary>The registries of one call: a client each, made when it is first asked for.</summary>
internal sealed class Registries(RegistryClientOptions options) : IDisposable
{
    private readonly Dictionary<string, RegistryClient> _clients = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The repository that a reference names, to write to and to ask.</summary>
    public Repository Open(Reference reference)
    {
        if (!_clients.TryGetValue(reference.Host, out RegistryClient? client))
        {
            client = RegistryClient.For(reference, options);
            _clients.Add(reference.Host, client);
        }
        return client.Repository(reference.Repository);
    }

    /// <summary>What is read for a reference.</summary>
    public IContentSource OpenSource(Reference reference) => Open(reference);

    public void Dispose()
    {
        foreach (RegistryClient client in _clients.Values)
        {
            client.Dispose();
        }
    }
}
