namespace Oci.Runtime.Linux;

/// <summary>What network a container of <see cref="ContainerRuntime.RunAsync(Oci.Image.OciImage, IReadOnlyList{string}?, RunOptions?, CancellationToken)"/> has.</summary>
public enum RunNetwork
{
    /// <summary>One of its own, with nothing but a loopback interface.</summary>
    None,

    /// <summary>That of this process, with its <c>/etc/resolv.conf</c> where the host has one.</summary>
    Host,
}
