using Oci.Distribution;
using Oci.Image;

namespace OciTool.References;

/// <summary>The registries of one call: a client each, made when it is first asked for, by the machine's registries.conf, certs.d and logins.</summary>
/// <param name="configure">Sets what the command line asks for.</param>
internal sealed class Registries(Action<RegistryClientPoolOptions> configure) : IDisposable
{
    private RegistryClientPool? _pool;

    /// <summary>The repository that a reference names, to write to and to ask.</summary>
    public Repository Open(Reference reference) => Pool.Open(reference);

    /// <summary>What is read for a reference: its mirrors first.</summary>
    public IContentSource OpenSource(Reference reference) => Pool.OpenSource(reference);

    public void Dispose() => _pool?.Dispose();

    // Only calls that name a registry read the configuration, and they have nothing to do meanwhile.
    private RegistryClientPool Pool
    {
        get
        {
            if (_pool is null)
            {
                RegistryClientPoolOptions options = RegistryClientPoolOptions.LoadDefaultAsync().GetAwaiter().GetResult();
                configure(options);
                _pool = new RegistryClientPool(options);
            }
            return _pool;
        }
    }
}
