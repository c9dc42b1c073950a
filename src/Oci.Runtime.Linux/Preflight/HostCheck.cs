using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Preflight;

/// <summary>What the checks of one configuration share, and where they put what they find.</summary>
internal sealed class HostCheck(string containerId, Bundle bundle, HostProbe probe)
{
    private readonly List<HostFinding> _findings = [];

    public string ContainerId { get; } = containerId;

    public Bundle Bundle { get; } = bundle;

    public RuntimeSpec Spec => Bundle.Spec;

    public HostProbe Probe { get; } = probe;

    public IReadOnlyList<HostFinding> Findings => _findings;

    public void Error(string? pointer, string message, string? hint = null) =>
        _findings.Add(new HostFinding(HostFindingSeverity.Error, pointer, message, hint));

    public void Warning(string? pointer, string message, string? hint = null) =>
        _findings.Add(new HostFinding(HostFindingSeverity.Warning, pointer, message, hint));

    /// <summary>The namespace of that type that is made anew, and where it stands.</summary>
    public string? PointerOfNew(string type)
    {
        IReadOnlyList<LinuxNamespace> namespaces = Spec.Linux?.Namespaces ?? [];
        for (int i = 0; i < namespaces.Count; i++)
        {
            if (namespaces[i].Type == type && string.IsNullOrEmpty(namespaces[i].Path))
            {
                return JsonPointer.Item("/linux/namespaces", i);
            }
        }
        return null;
    }
}
