using Oci.Distribution.Configuration;

namespace Oci.Distribution.Mirrors;

/// <summary>A mirror or the registry itself, as one reader knows it.</summary>
internal sealed class MirrorPlace(PullSource source, Repository repository)
{
    private volatile bool _isSetAside;

    public Repository Repository { get; } = repository;

    public bool IsMirror { get; } = source.IsMirror;

    /// <summary>True after a failure: it is asked last from then on, so that a mirror that is down costs its timeouts once.</summary>
    public bool IsSetAside => _isSetAside;

    public void SetAside() => _isSetAside = true;

    /// <summary>The host and the name.</summary>
    public override string ToString() => Repository.ToString();
}
