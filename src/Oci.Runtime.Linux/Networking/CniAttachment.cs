using System.Text.Json.Nodes;

namespace Oci.Runtime.Linux.Networking;

/// <summary>One network interface of one container.</summary>
public sealed class CniAttachment
{
    /// <summary>Names an attachment.</summary>
    /// <param name="containerId">The container's id.</param>
    /// <param name="networkNamespace">The path of its network namespace, such as <c>/proc/PID/ns/net</c>; null where it has ended, to delete the attachment.</param>
    /// <param name="interfaceName">The interface in the container.</param>
    /// <exception cref="ArgumentException">The id or the interface's name is none that the specification allows.</exception>
    public CniAttachment(string containerId, string? networkNamespace, string interfaceName = "eth0")
    {
        if (!CniName.IsName(containerId))
        {
            throw new ArgumentException($"'{containerId}' is no container id of CNI: a letter or digit, then letters, digits and _ . -", nameof(containerId));
        }
        if (!CniName.IsInterface(interfaceName))
        {
            throw new ArgumentException($"'{interfaceName}' is no name of an interface: at most 15 characters, without a slash, a colon or a space.", nameof(interfaceName));
        }
        ContainerId = containerId;
        NetworkNamespace = networkNamespace;
        InterfaceName = interfaceName;
    }

    /// <summary>The container's id.</summary>
    public string ContainerId { get; }

    /// <summary>The path of its network namespace; null where it has ended.</summary>
    public string? NetworkNamespace { get; }

    /// <summary>The interface in the container.</summary>
    public string InterfaceName { get; }

    /// <summary>Arguments for the plugins (<c>CNI_ARGS</c>). Default: none.</summary>
    /// <exception cref="ArgumentException">A name or a value has an equals sign or a semicolon.</exception>
    public IReadOnlyDictionary<string, string> Arguments
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Any(pair => pair.Key.AsSpan().ContainsAny('=', ';') || pair.Value.AsSpan().ContainsAny('=', ';')))
            {
                throw new ArgumentException("CNI_ARGS has no way to say an equals sign or a semicolon.", nameof(value));
            }
            field = value;
        }
    } = new Dictionary<string, string>();

    /// <summary>What plugins are told that ask for it by a capability, such as <c>portMappings</c>. Default: nothing.</summary>
    public JsonObject? Capabilities { get; init; }

    /// <summary>The attachment of a container that was created, or runs.</summary>
    /// <param name="container">The container. Attach it between its creation and its start.</param>
    /// <param name="interfaceName">The interface in the container.</param>
    public static CniAttachment Of(Container container, string interfaceName = "eth0")
    {
        ArgumentNullException.ThrowIfNull(container);
        return new CniAttachment(container.Id, $"/proc/{container.Pid}/ns/net", interfaceName);
    }
}
